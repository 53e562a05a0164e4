"""Telephone adapters (ATAs), told by their MAC address which numbers they carry.

In: an order for the adapter of a MAC address. Out: its task. An adapter may be configured before it was ever plugged
in: it becomes known, and its task waits. The line's credentials go from the PBX to the adapter without passing
anybody; a number that the PBX does not serve must never be configured.
"""

import sqlite3

from sandbox.bearer import Refusal
from sandbox.hub.devices import Device, introduce, list_devices
from sandbox.hub.tasks import Order, Task, ask, list_tasks
from sandbox.pbx.lines import find_line
from sandbox.world import World

NUMBERS_EACH = 2


def ask_ata(world: World, mac: str, order: Order, *, model: str | None, actor: str) -> Task:
    """Give the adapter its order; `model` is told of one that is not known yet.

    Raises Refusal 404 where an unknown adapter shall be cleared, 409 for a number that the PBX does not serve, an
    adapter that carries two others, a MAC address of something else, or a key used for another order.
    """
    with world.transaction() as connection:
        device = _adapter(connection, world, mac)
        if device is not None and list_tasks(world, device.serial, order.unique_key):
            return ask(world, device.serial, order, actor=actor)
        if order.name == "configure_ata":
            device = _able(connection, world, mac, order, device, model=model)
        if device is None:
            raise Refusal(404, "unknown_ata", f"No adapter has the address {mac}.")
        return ask(world, device.serial, order, actor=actor)


def tasks_of_ata(world: World, mac: str, unique_key: str | None) -> list[Task]:
    """The adapter's tasks, oldest first; none for one that is not known."""
    with world.reading() as connection:
        device = _adapter(connection, world, mac)
    return list_tasks(world, device.serial, unique_key) if device else []


def _adapter(connection: sqlite3.Connection, world: World, mac: str) -> Device | None:
    found = list_devices(connection, world.now(), mac=mac)
    if any(device.type != "ATA" for device in found):
        raise Refusal(409, "not_an_ata", f"The device with the address {mac} is no telephone adapter.")
    return found[0] if found else None


def _able(
    connection: sqlite3.Connection, world: World, mac: str, order: Order, device: Device | None, *, model: str | None
) -> Device:
    """The adapter, known by now, if it can carry the number and the PBX serves it."""
    line = find_line(connection, str(order.did), missing=(409, "unknown_line"))
    if device is None:
        introduce(
            connection,
            world.now(),
            serial=f"ATA{mac.replace(':', '')}",
            kind="ATA",
            mac=mac,
            model=model or "",
            customer=line.customer,
            location=line.location,
        )
        return list_devices(connection, world.now(), mac=mac)[0]
    if len({*(device.dids or ()), order.did}) > NUMBERS_EACH:
        raise Refusal(409, "ata_full", f"The adapter {mac} carries {' and '.join(device.dids or ())}.")
    return device
