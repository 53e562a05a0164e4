"""Tasks for devices, with the honesty of the system behind the hub.

In: an order for a device under a unique key, with an expiry. Out: a task and its state. `done` says that
the device's session took the command without a fault; a reboot itself is proven by `last_boot` alone.
A key must never act twice on a device, and an expired task must never run.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.bearer import Refusal
from sandbox.hub.devices import begin_reboot, find_device
from sandbox.world import World

_SELECT = "SELECT id, serial, name, did, unique_key, state, created_at, expires_at, finished_at, fault FROM hub_tasks"


@dataclass(frozen=True)
class Order:
    """What a device is told: `reboot`, or `configure_ata` and `clear_ata` with a telephone number."""

    name: str
    unique_key: str
    expires_at: datetime
    did: str | None = None


@dataclass(frozen=True)
class Task:
    """One task; `state` is queued, done, faulted, expired or cancelled."""

    number: int
    serial: str
    name: str
    did: str | None
    unique_key: str
    state: str
    created_at: str
    expires_at: str
    finished_at: str | None
    fault: dict[str, str] | None

    def wire(self) -> dict[str, object]:
        """The task as JSON values."""
        return {
            "id": f"T-{self.number:06d}",
            "serial": self.serial,
            "name": self.name,
            "did": self.did,
            "unique_key": self.unique_key,
            "state": self.state,
            "created_at": self.created_at,
            "expires_at": self.expires_at,
            "finished_at": self.finished_at,
            "fault": self.fault,
        }


def ask(world: World, serial: str, order: Order, *, actor: str) -> Task:
    """Queue an order and run it at once where the device is online; a known key answers its task.

    Raises Refusal 404 for an unknown device, 409 for a key that was used for another order.
    """
    with world.transaction() as connection:
        now = world.now()
        find_device(connection, serial, now)
        known = connection.execute(
            "SELECT id, name, did FROM hub_tasks WHERE serial = ? AND unique_key = ?", (serial, order.unique_key)
        ).fetchone()
        if known and known[1:] != (order.name, order.did):
            raise Refusal(409, "key_reused", "This unique_key was used for another task.")
        number = known[0] if known else _enqueue(connection, serial, order, now)
        settle(world, serial)
        task = _task(connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone())
        if known is None and task.state == "queued":
            _effect(world, f"queue_{task.name}", task, actor)
    return task


def list_tasks(world: World, serial: str, unique_key: str | None) -> list[Task]:
    """The device's tasks, oldest first, all or those of one key; Refusal 404 for an unknown device."""
    with world.reading() as connection:
        find_device(connection, serial, world.now())
        rows = connection.execute(
            f"{_SELECT} WHERE serial = ?1 AND (?2 IS NULL OR unique_key = ?2) ORDER BY id",
            (serial, unique_key),
        ).fetchall()
    return [_task(row) for row in rows]


def cancel(world: World, task_id: str, *, actor: str) -> Task:
    """Take a queued task back; Refusal 404 for an unknown one, 409 for one that is past that."""
    with world.transaction() as connection:
        task = _find(connection, task_id)
        settle(world, task.serial)
        task = _find(connection, task_id)
        if task.state == "cancelled":
            return task
        if task.state != "queued":
            raise Refusal(409, "task_not_queued", f"Task {task_id} is {task.state}.", current=task.wire())
        _finish(connection, task.number, "cancelled", world.now())
        _effect(world, "cancel_task", task, actor)
        return _find(connection, task_id)


def settle(world: World, serial: str | None) -> None:
    """Let time pass over the queue (of one device, or all): what expired expires, what can run runs."""
    with world.reading() as connection:
        waiting = connection.execute(
            f"{_SELECT} WHERE state = 'queued' AND (?1 IS NULL OR serial = ?1) ORDER BY id", (serial,)
        ).fetchall()
    if not waiting:
        return
    with world.transaction() as connection:
        for row in waiting:
            # Read again: another process may have settled it before this transaction began.
            task = _task(connection.execute(f"{_SELECT} WHERE id = ?", (row[0],)).fetchone())
            if task.state == "queued":
                _attempt(world, connection, task)


def _attempt(world: World, connection: sqlite3.Connection, task: Task) -> None:
    now = world.now()
    if now >= datetime.fromisoformat(task.expires_at):
        _finish(connection, task.number, "expired", now)
        return
    device = find_device(connection, task.serial, now)
    if not device.online:
        return
    if device.fault is not None:
        _finish(connection, task.number, "faulted", now, fault=device.fault)
        return
    _run(world, connection, task)


def _run(world: World, connection: sqlite3.Connection, task: Task) -> None:
    now = world.now()
    if task.name == "reboot":
        begin_reboot(connection, find_device(connection, task.serial, now), now)
    else:
        _carry(connection, task)
    _finish(connection, task.number, "done", now)
    _effect(world, task.name, task, "hub")


def _carry(connection: sqlite3.Connection, task: Task) -> None:
    """Let the adapter carry the number, which leaves any other one; or carry it no more."""
    configure = task.name == "configure_ata"
    rows = connection.execute(
        "SELECT serial, dids FROM hub_devices WHERE type = 'ATA' AND (serial = ? OR ?)", (task.serial, configure)
    ).fetchall()
    for serial, dids in rows:
        carried = {did for did in json.loads(dids) if did != task.did}
        if configure and serial == task.serial:
            carried.add(str(task.did))
        connection.execute("UPDATE hub_devices SET dids = ? WHERE serial = ?", (json.dumps(sorted(carried)), serial))


def _enqueue(connection: sqlite3.Connection, serial: str, order: Order, now: datetime) -> int:
    created, expires = (moment.isoformat(timespec="seconds") for moment in (now, order.expires_at))
    cursor = connection.execute(
        "INSERT INTO hub_tasks (serial, name, did, unique_key, state, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, 'queued', ?, ?)",
        (serial, order.name, order.did, order.unique_key, created, expires),
    )
    return int(cursor.lastrowid or 0)


def _finish(
    connection: sqlite3.Connection,
    number: int,
    state: str,
    now: datetime,
    *,
    fault: dict[str, str] | None = None,
) -> None:
    connection.execute(
        "UPDATE hub_tasks SET state = ?, finished_at = ?, fault = ? WHERE id = ?",
        (state, now.isoformat(timespec="seconds"), json.dumps(fault) if fault else None, number),
    )


def _effect(world: World, verb: str, task: Task, actor: str) -> None:
    detail: dict[str, object] = {"unique_key": task.unique_key, **({"did": task.did} if task.did else {})}
    world.record_effect(system="hub", verb=verb, target=task.serial, actor=actor, detail=detail)


def _find(connection: sqlite3.Connection, task_id: str) -> Task:
    digits = task_id.removeprefix("T-")
    row = None
    if digits.isdecimal() and len(digits) < 16:
        row = connection.execute(f"{_SELECT} WHERE id = ?", (int(digits),)).fetchone()
    if row is None:
        raise Refusal(404, "unknown_task", f"No task {task_id}.")
    return _task(row)


def _task(row: tuple[Any, ...]) -> Task:
    number, serial, name, did, unique_key, state, created_at, expires_at, finished_at, fault = row
    return Task(
        number,
        serial,
        name,
        did,
        unique_key,
        state,
        created_at,
        expires_at,
        finished_at,
        json.loads(fault) if fault else None,
    )
