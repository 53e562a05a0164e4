"""OLT ports: who hangs on them, and whether they give light.

In: a port's place (`OLT-EAST`, `1/2/3`), a wish (enabled or not) under an idempotency key.
Out: the port as it then is. A key must never act twice, and a wish made on an old version of the port
must never overwrite what came after.
"""

import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.hub.errors import HubRefusal
from sandbox.world import World

_COLUMNS = "olt, port, enabled, customer, location, ont_serial, changed_at, changed_by_key, version"


@dataclass(frozen=True)
class Port:
    """One port; `changed_by_key` is the idempotency key of the last change made through the hub."""

    olt: str
    port: str
    enabled: bool
    customer: str | None
    location: str | None
    ont_serial: str | None
    changed_at: str
    changed_by_key: str | None
    version: int

    def wire(self) -> dict[str, object]:
        """The port as JSON values."""
        return asdict(self)


def find_port(connection: sqlite3.Connection, olt: str, port: str) -> Port:
    """The port; HubRefusal 404 when the OLT has no such port."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM hub_ports WHERE olt = ? AND port = ?",  # noqa: S608 (constant columns)
        (olt, port),
    ).fetchone()
    if row is None:
        raise HubRefusal(404, "unknown_port", f"{olt} has no port {port}.")
    return _port(row)


def list_ports(connection: sqlite3.Connection, *, olt: str | None = None, customer: str | None = None) -> list[Port]:
    """The ports of an OLT, of a customer, of both, or all, in the order of their places."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM hub_ports WHERE (?1 IS NULL OR olt = ?1)"  # noqa: S608 (constant columns)
        " AND (?2 IS NULL OR customer = ?2)",
        (olt, customer),
    ).fetchall()
    found = [_port(row) for row in rows]
    return sorted(found, key=lambda port: (port.olt, [int(part) for part in port.port.split("/")]))


def set_port(
    world: World, olt: str, port: str, *, enabled: bool, key: str, version: int | None, actor: str
) -> tuple[Port, bool]:
    """Give the port light or take it; answers the port and whether the key had acted before.

    Raises HubRefusal: 404 no such port, 409 the port moved since `version`, hangs on nobody, or the key
    was used for another wish.
    """
    with world.transaction() as connection:
        earlier = _earlier_answer(connection, olt, port, enabled=enabled, key=key)
        if earlier is not None:
            return earlier, True
        before = find_port(connection, olt, port)
        _check(before, enabled=enabled, version=version)
        after = before if before.enabled is enabled else _change(world, before, key=key, actor=actor)
        connection.execute(
            "INSERT INTO hub_port_changes VALUES (?, ?, ?, ?, ?)",
            (key, olt, port, enabled, json.dumps(after.wire())),
        )
    return after, False


def _earlier_answer(connection: sqlite3.Connection, olt: str, port: str, *, enabled: bool, key: str) -> Port | None:
    row = connection.execute("SELECT olt, port, enabled, answer FROM hub_port_changes WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if (row[0], row[1], bool(row[2])) != (olt, port, enabled):
        raise HubRefusal(409, "key_reused", "This Idempotency-Key was used for another change.")
    return Port(**json.loads(row[3]))


def _check(port: Port, *, enabled: bool, version: int | None) -> None:
    if version is not None and version != port.version:
        raise HubRefusal(
            409,
            "version_mismatch",
            f"{port.olt} {port.port} has moved on to version {port.version}.",
            current=port.wire(),
        )
    if enabled and port.customer is None:
        raise HubRefusal(409, "port_unassigned", f"{port.olt} {port.port} hangs on nobody.", current=port.wire())


def _change(world: World, port: Port, *, key: str, actor: str) -> Port:
    now = world.now().isoformat(timespec="seconds")
    enabled = not port.enabled
    with world.transaction() as connection:
        connection.execute(
            "UPDATE hub_ports SET enabled = ?, changed_at = ?, changed_by_key = ?, version = version + 1"
            " WHERE olt = ? AND port = ?",
            (enabled, now, key, port.olt, port.port),
        )
        world.record_effect(
            system="hub",
            verb="set_port",
            target=f"{port.olt} {port.port}",
            actor=actor,
            detail={"enabled": enabled, "customer": port.customer, "key": key},
        )
        return find_port(connection, port.olt, port.port)


def _port(row: tuple[Any, ...]) -> Port:
    olt, port, enabled, *rest = row
    return Port(olt, port, bool(enabled), *rest)
