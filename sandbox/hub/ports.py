"""OLT ports: who hangs on them, and whether they give light.

In: a port's place (`OLT-EAST`, `1/2/3`), a wish (enabled or not) under an idempotency key.
Out: the port as it then is. A wish made on an old version of the port must never overwrite what came after.
"""

import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.bearer import Kept, Refusal, Wire, check_version, once
from sandbox.world import World

_COLUMNS = "olt, port, enabled, customer, location, ont_serial, profile, changed_at, changed_by_key, version"


@dataclass(frozen=True)
class Port:
    """One port; `changed_by_key` is the idempotency key of the last change made through the hub."""

    olt: str
    port: str
    enabled: bool
    customer: str | None
    location: str | None
    ont_serial: str | None
    profile: str | None
    changed_at: str
    changed_by_key: str | None
    version: int

    @property
    def name(self) -> str:
        """`OLT-EAST 1/2/3`."""
        return f"{self.olt} {self.port}"

    def wire(self) -> Wire:
        """The port as JSON values."""
        return asdict(self)


def find_port(connection: sqlite3.Connection, olt: str, port: str) -> Port:
    """The port; Refusal 404 when the OLT has no such port."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM hub_ports WHERE olt = ? AND port = ?",  # noqa: S608 (constant columns)
        (olt, port),
    ).fetchone()
    if row is None:
        raise Refusal(404, "unknown_port", f"{olt} has no port {port}.")
    return _port(row)


def list_ports(
    connection: sqlite3.Connection,
    *,
    olt: str | None = None,
    customer: str | None = None,
    free: bool | None = None,
) -> list[Port]:
    """The ports that fit every filter given, in the order of their places; `free`: hanging on nobody, or not."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM hub_ports WHERE (?1 IS NULL OR olt = ?1)"  # noqa: S608 (constant columns)
        " AND (?2 IS NULL OR customer = ?2) AND (?3 IS NULL OR (customer IS NULL) = ?3)",
        (olt, customer, free),
    ).fetchall()
    found = [_port(row) for row in rows]
    return sorted(found, key=lambda port: (port.olt, [int(part) for part in port.port.split("/")]))


def set_port(world: World, olt: str, port: str, *, enabled: bool, key: str, version: int | None, actor: str) -> Kept:
    """Give the port light or take it; answers the port.

    Raises Refusal: 404 no such port, 409 the port moved since `version`, hangs on nobody, or the key
    was used for another wish.
    """

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = find_port(connection, olt, port)
        check_version(version, before.version, before.name, before.wire())
        if enabled and before.customer is None:
            raise Refusal(409, "port_unassigned", f"{before.name} hangs on nobody.", current=before.wire())
        if before.enabled is enabled:
            return 200, before.wire()
        after = change(world, connection, before, key=key, enabled=enabled)
        detail: Wire = {"enabled": enabled, "customer": before.customer, "key": key}
        world.record_effect(system="hub", verb="set_port", target=before.name, actor=actor, detail=detail)
        return 200, after.wire()

    return once(world, "hub", key, {"port": f"{olt} {port}", "enabled": enabled}, act)


def change(world: World, connection: sqlite3.Connection, port: Port, *, key: str, **values: object) -> Port:
    """The port with other values, one version on."""
    names = [*values, "changed_at", "changed_by_key"]
    connection.execute(
        f"UPDATE hub_ports SET {', '.join(f'{name} = ?' for name in names)}, version = version + 1"  # noqa: S608 (columns of our own)
        " WHERE olt = ? AND port = ?",
        (*values.values(), world.now().isoformat(timespec="seconds"), key, port.olt, port.port),
    )
    return find_port(connection, port.olt, port.port)


def _port(row: tuple[Any, ...]) -> Port:
    olt, port, enabled, *rest = row
    return Port(olt, port, bool(enabled), *rest)
