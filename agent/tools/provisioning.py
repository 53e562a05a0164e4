"""The tool that lights up a port for a customer: the port and its ONT at the hub, then ERPNext's records of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.clients.hub import Device, Port
from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, AssignPort, InsertDoc, Note, UpdateDoc
from agent.directory import Party, Place, Thing, fold
from agent.errors import Missing
from agent.intents.actions import ProvisionFibre
from agent.reply import Choice
from agent.tools.customer import label, who
from agent.tools.desk import Desk
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.records import Row
from agent.tools.resolve import resolve_thing
from agent.tools.service_address import one_place
from agent.tools.subscriptions import held

MOST_OFFERED = 6
_PORT = re.compile(r"\s*(\d{1,3})\s*[/.\-\s]\s*(\d{1,3})\s*[/.\-\s]\s*(\d{1,3})\s*")
_DIRECTIONS = {"est": "east", "ouest": "west", "nord": "north", "sud": "south"}
_SPEED = re.compile(r"FIB", re.IGNORECASE)
"""How the codes of the fibre plans begin, of which a port's speed is one."""


@dataclass(frozen=True)
class _There:
    """What is known of the customer, the address and the ONT before anything is done."""

    serial: str | None
    customer: Row
    location: Row
    record: Row | None
    device: Device | None
    ports: Sequence[Port]


async def provision_fibre(action: ProvisionFibre, desk: Desk) -> Outcome:
    """The port first, which alone may be refused; then the ONT linked, and the address that bears its port."""
    party = who(action, desk)
    place = one_place(action, party, desk)
    if not isinstance(place, Place):
        return place
    desk.doing("ports")
    port = await _port_meant(action, party, desk)
    if not isinstance(port, Port):
        return port
    if port.customer is not None:
        return await _in_use(port, party, desk)
    there = await _read(action, party, place, desk)
    refusal = _unfit_ont(there, party, desk)
    if refusal is not None:
        return refusal
    item = await _speed(action, party, place, desk)
    if not isinstance(item, Thing):
        return item
    return _draft(port, item, there, party, place)


def _draft(port: Port, item: Thing, there: _There, party: Party, place: Place) -> Draft:
    serial = there.serial
    spot = f"{port.olt} {port.port}"
    facts = {"name": party.name, "port": spot, "where": place.text, "item": item.name, "serial": serial or ""}
    steps: list[AnyStep] = [
        AssignPort(
            label=f"{spot} · {label(party)}",
            olt=port.olt,
            port=port.port,
            customer=party.customer_id,
            location=place.location_id,
            ont_serial=serial,
            profile=item.code,
            place=place.text,
        )
    ]
    if serial:
        steps.append(_linked(serial, port, there.record, party, place))
    steps.append(_bears(there.location, port, place))
    elsewhere = [f"{one.olt} {one.port}" for one in there.ports if one.location == place.location_id]
    warnings = [
        *([Note(key="provision.has_port", facts={**facts, "ports": elsewhere})] if elsewhere else []),
        *([Note(key="provision.suspended", facts=facts)] if there.customer.get("is_suspended") else []),
        *([] if serial else [Note(key="provision.no_ont", facts=facts)]),
    ]
    consequences = [Note(key="provision.gives_light", facts=facts)]
    if serial:
        waits = there.device is None or not there.device.online
        consequences.append(Note(key="provision.parameters", facts={**facts, "waits": waits}))
    return Draft(
        title=Note(key="provision.title", facts=facts),
        done=Note(key="provision.done", facts=facts),
        steps=steps,
        consequences=consequences,
        warnings=warnings,
        customer=party.customer_id,
        location=place.location_id,
    )


async def _port_meant(action: ProvisionFibre, party: Party, desk: Desk) -> Port | Question:
    """The port said; a question with free ones where there is no such OLT or port."""
    said_olt, said_port = action.olt or "", action.port or ""
    match = _PORT.fullmatch(said_port)
    number = "/".join(str(int(part)) for part in match.groups()) if match else ""
    for name in dict.fromkeys((said_olt.strip().upper(), *await _olts_like(said_olt, desk))):
        try:
            if number:
                return await desk.network.port(name, number)
        except Missing:
            continue
    free = await desk.network.free_ports()
    olts = list(dict.fromkeys(one.olt for one in free))
    here = [one for one in free if one.olt in _named_alike(said_olt, olts)]
    facts = {"olt": said_olt, "port": said_port}
    if not here:
        choices = [Choice(value=olt, label=olt) for olt in olts]
        return Question("provision.which_olt", "olt", facts, choices, customer=party.customer_id)
    return Question("provision.which_port", "port", facts, _offered(here), customer=party.customer_id)


async def _olts_like(said: str, desk: Desk) -> list[str]:
    """The OLTs that go by that name; none are looked for where it is spelled out."""
    if said.strip().upper().startswith("OLT-") and _direction(said) == fold(said):
        return []
    return _named_alike(said, list(dict.fromkeys(port.olt for port in await desk.network.free_ports())))


def _named_alike(said: str, olts: Sequence[str]) -> list[str]:
    wanted = set(_direction(said).split()) - {"olt"}
    return [olt for olt in olts if wanted and wanted <= set(_direction(olt).split())]


def _direction(said: str) -> str:
    """An OLT's name as it is compared: « olt est » and "OLT-EAST" are one."""
    return " ".join(_DIRECTIONS.get(word, word) for word in fold(said).split())


async def _in_use(port: Port, party: Party, desk: Desk) -> Refusal:
    """By whom, where, and which ports of that OLT are free."""
    other = desk.directory.by_id.get(port.customer or "")
    place = next((one.text for one in other.places if one.location_id == port.location), "") if other else ""
    free = await desk.network.free_ports(port.olt)
    facts = {
        "port": f"{port.olt} {port.port}",
        "by": label(other) if other else str(port.customer),
        "where": place,
        "mine": port.customer == party.customer_id,
        "free": [one.port for one in free[:MOST_OFFERED]],
    }
    return Refusal("provision.in_use", facts, customer=party.customer_id, another_value=True)


async def _read(action: ProvisionFibre, party: Party, place: Place, desk: Desk) -> _There:
    serial = action.ont_serial.strip().upper() if action.ont_serial else None
    customer, location, ports, record, devices = await together(
        desk.records.get("Customer", party.customer_id),
        desk.records.get("Service Location", place.location_id),
        desk.network.ports(party.customer_id),
        desk.records.find("Service Equipment", serial) if serial else _nothing(),
        desk.network.devices(serial=serial) if serial else _nothing(),
    )
    return _There(serial, customer, location, record, devices[0] if devices else None, ports)


async def _nothing() -> None:
    """In place of a read that is not needed."""


def _unfit_ont(there: _There, party: Party, desk: Desk) -> Refusal | None:
    """A box that is no ONT, hangs on a port already, or is on record at somebody else's."""
    device, record = there.device, there.record
    kind = device.type if device else str(record["equipment_type"]) if record else "ONT"
    facts = {"serial": there.serial or "", "kind": kind}
    if kind != "ONT":
        return Refusal("provision.not_an_ont", facts, customer=party.customer_id, another_value=True)
    owner = (device.customer if device and device.olt else None) or _recorded_owner(record, party)
    if (device and device.olt) or owner:
        other = desk.directory.by_id.get(owner or "")
        port = f"{device.olt} {device.port}" if device and device.olt else ""
        facts |= {"by": label(other) if other else str(owner or "—"), "port": port}
        return Refusal("provision.ont_in_use", facts, customer=party.customer_id, another_value=True)
    return None


def _recorded_owner(record: Row | None, party: Party) -> str | None:
    """Whose an active box is by its record, where it is not this customer's."""
    if record is None or record.get("status") != "Active" or record.get("customer") == party.customer_id:
        return None
    return str(record.get("customer") or "")


async def _speed(action: ProvisionFibre, party: Party, place: Place, desk: Desk) -> Thing | Question:
    """The plan said, or the fibre that is subscribed to at the address; a question where that is not one."""
    plans = [item for item in desk.directory.items if _SPEED.match(item.code)]
    if action.item:
        return resolve_thing(action.item, plans, "item")
    found, _ = await held(party, place, desk)
    codes = {one.plan.item for one in found}
    subscribed = [plan for plan in plans if plan.code in codes]
    if len(subscribed) == 1:
        return subscribed[0]
    choices = [Choice(value=plan.code, label=plan.name, detail=plan.code) for plan in subscribed or plans]
    return Question("provision.which_speed", "item", {"name": party.name}, choices, customer=party.customer_id)


def _linked(serial: str, port: Port, record: Row | None, party: Party, place: Place) -> AnyStep:
    """The ONT's record: made, or moved to the customer's address."""
    after = {
        "customer": party.customer_id,
        "service_location": place.location_id,
        "olt": port.olt,
        "olt_port": port.port,
        "status": "Active",
    }
    names = {place.location_id: place.text, party.customer_id: party.name}
    if record is None:
        values = {"serial_number": serial, "equipment_type": "ONT", **after}
        return InsertDoc(label=serial, doctype="Service Equipment", values=values, names=names)
    return UpdateDoc(
        label=serial,
        doctype="Service Equipment",
        name=str(record["name"]),
        before={field: record.get(field) for field in after},
        after=after,
        names=names,
    )


def _bears(location: Row, port: Port, place: Place) -> UpdateDoc:
    """The address bears the port it hangs on."""
    after = {"connection_type": "Fibre", "olt": port.olt, "olt_port": port.port}
    return UpdateDoc(
        label=place.text,
        doctype="Service Location",
        name=place.location_id,
        before={field: location.get(field) for field in after},
        after=after,
    )


def _offered(free: Sequence[Port]) -> list[Choice]:
    return [Choice(value=one.port, label=f"{one.olt} {one.port}") for one in free[:MOST_OFFERED]]
