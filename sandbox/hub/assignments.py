"""Who hangs on a port: a port given to a customer's ONT, or taken back.

In: a free port, whose it becomes and at what speed, under an idempotency key. Out: the port as it then is.
A port in use must never change hands, and one ONT must never hang on two ports.
"""

import sqlite3
from dataclasses import dataclass

from sandbox.bearer import Kept, Refusal, Wire, check_version, once
from sandbox.hub.devices import introduce
from sandbox.hub.ports import Port, change, find_port
from sandbox.world import World


@dataclass(frozen=True)
class Assignment:
    """Who is to hang on a port: the customer and location by ERPNext's names, the speed by its item."""

    customer: str
    location: str
    ont_serial: str | None
    profile: str


def assign(world: World, olt: str, port: str, wish: Assignment, *, key: str, version: int | None, actor: str) -> Kept:
    """Give a free port to a customer, with light; an ONT that was never heard of becomes known.

    Raises Refusal: 404 no such port, 409 the port is in use or moved since `version`, or the ONT hangs elsewhere.
    """

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = find_port(connection, olt, port)
        check_version(version, before.version, before.name, before.wire())
        if before.customer is not None:
            if wish == Assignment(before.customer, before.location or "", before.ont_serial, before.profile or ""):
                return 200, before.wire()
            raise Refusal(409, "port_in_use", f"{before.name} is in use by {before.customer}.", current=before.wire())
        if wish.ont_serial is not None:
            _check_ont(connection, wish.ont_serial)
        after = change(world, connection, before, key=key, enabled=True, **vars(wish))
        _place(world, connection, after)
        detail: Wire = {**vars(wish), "key": key}
        world.record_effect(system="hub", verb="assign_port", target=before.name, actor=actor, detail=detail)
        return 200, after.wire()

    return once(world, "hub", key, {"assign": f"{olt} {port}", **vars(wish)}, act)


def release(world: World, olt: str, port: str, *, key: str, version: int | None, actor: str) -> Kept:
    """Take a port back: free, dark, with nothing on it. Raises Refusal 404 and, for a moved port, 409."""

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = find_port(connection, olt, port)
        check_version(version, before.version, before.name, before.wire())
        if before.customer is None:
            return 200, before.wire()
        none = dict.fromkeys(("customer", "location", "ont_serial", "profile"))
        after = change(world, connection, before, key=key, enabled=False, **none)
        connection.execute("UPDATE hub_devices SET olt = NULL, port = NULL WHERE olt = ? AND port = ?", (olt, port))
        connection.execute(
            "UPDATE hub_devices SET customer = NULL, location = NULL WHERE serial = ?", (before.ont_serial,)
        )
        detail: Wire = {"customer": before.customer, "key": key}
        world.record_effect(system="hub", verb="release_port", target=before.name, actor=actor, detail=detail)
        return 200, after.wire()

    return once(world, "hub", key, {"release": f"{olt} {port}"}, act)


def _check_ont(connection: sqlite3.Connection, serial: str) -> None:
    device = connection.execute("SELECT type FROM hub_devices WHERE serial = ?", (serial,)).fetchone()
    if device is not None and device[0] != "ONT":
        raise Refusal(409, "not_an_ont", f"{serial} is of type {device[0]}.")
    booked = connection.execute("SELECT olt, port FROM hub_ports WHERE ont_serial = ?", (serial,)).fetchone()
    if booked is not None:
        port = find_port(connection, *booked)
        raise Refusal(
            409, "ont_in_use", f"{serial} hangs on {port.name}, in use by {port.customer}.", current=port.wire()
        )


def _place(world: World, connection: sqlite3.Connection, port: Port) -> None:
    """Hang the location's boxes on the port: the ONT, and what was there without one."""
    if port.ont_serial is not None:
        known = connection.execute("SELECT 1 FROM hub_devices WHERE serial = ?", (port.ont_serial,)).fetchone()
        if known is None:
            introduce(
                connection,
                world.now(),
                serial=port.ont_serial,
                kind="ONT",
                customer=port.customer,
                location=port.location,
            )
    connection.execute(
        "UPDATE hub_devices SET olt = ?1, port = ?2, customer = ?3, location = ?4"
        " WHERE serial = ?5 OR (location = ?4 AND port IS NULL)",
        (port.olt, port.port, port.customer, port.location, port.ont_serial),
    )
