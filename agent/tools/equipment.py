"""Tools of the boxes in the field: ERPNext's record of each beside what the hub sees of it now, and IP addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from agent.clients.hub import Device
from agent.clients.together import together
from agent.directory import Party
from agent.errors import BackendError
from agent.intents.actions import ListEquipment, LookupIp
from agent.reply import AnyBlock, Fact, Facts, Table, Text, Tone
from agent.tools.customer import label, where, who
from agent.tools.desk import Desk
from agent.tools.listing import MOST_ROWS, owned
from agent.tools.optical import verdict
from agent.tools.outcome import Answer, Outcome
from agent.tools.records import Filter, Row

_FIELDS = (
    "serial_number", "customer", "service_location", "equipment_type", "model", "mac_address", "olt", "olt_port",
)  # fmt: skip
_UNSEEN = ("TV",)
"""The kinds of boxes that do not speak to the hub."""


@dataclass(frozen=True)
class Box:
    """One box: what is on record, and the hub's own view, which is None where the hub does not know it."""

    serial: str
    kind: str
    model: str
    mac: str
    customer: str
    location: str
    port: str
    device: Device | None


async def list_equipment(action: ListEquipment, desk: Desk) -> Outcome:
    """A customer's boxes, those at one address, or the company's; live, as far as the hub answers."""
    party = who(action, desk) if action.customer or action.location else None
    place = where(action, party, desk) if party else None
    desk.doing("devices")
    blocks: list[AnyBlock] = []
    if party:
        records, seen = await together(
            equipment_of(party.customer_id, desk), _seen(desk.network.devices(customer=party.customer_id))
        )
    else:
        records = await _records([], desk, limit=MOST_ROWS + 1)
        shown = [row["name"] for row in records[:MOST_ROWS]]
        seen = await _seen(desk.network.devices(serial=shown)) if shown else []
    if seen is None:
        blocks.append(Text(text=desk.words("equipment.hub_away"), tone="warning"))
    found = boxes(records, seen or [])
    if place is not None:
        found = [box for box in found if box.location == place.location_id]
    customer, location = (party.customer_id if party else None, place.location_id if place else None)
    owner = f"{party.name} — {place.text}" if party and place else owned(party, desk)
    if not found:
        sentence = desk.words("equipment.none", name=owner)
        return Answer([*blocks, Text(text=sentence)], customer=customer, location=location)
    title = desk.words("equipment.title", name=owner)
    drawn = table(found[:MOST_ROWS], party, desk, title=title, hub_away=seen is None)
    more = len(found) > MOST_ROWS
    total = desk.words("equipment.total", count=min(len(found), MOST_ROWS), offline=_offline(found), more=more)
    return Answer([*blocks, drawn.model_copy(update={"total": total})], customer=customer, location=location)


async def lookup_ip(action: LookupIp, desk: Desk) -> Outcome:
    """The address that each of a customer's locations held on a day, or holds now, with its period."""
    party = who(action, desk)
    desk.doing("addresses")
    rows = await desk.records.list(
        "IP History",
        fields=["ip_address", "service_location", "from_date", "to_date"],
        filters=[("customer", "=", party.customer_id)],
        order_by="from_date desc",
    )
    day = action.date or desk.today
    held = [row for row in rows if _held_on(row, day)]
    words, facts = desk.words, {"name": party.name, "date": day.isoformat(), "now": action.date is None}
    places = {place.location_id: place.text for place in party.places}
    if not held:
        blocks: list[AnyBlock] = [Text(text=words("ip.none", **facts))]
        near = _nearest(rows, day)
        if near is not None:
            blocks.append(Text(text=words("ip.nearest", ip=near["ip_address"], period=_period(near, desk))))
        return Answer(blocks, customer=party.customer_id)
    sentence = words("ip.held", **facts, ips=[row["ip_address"] for row in held])
    told = [
        Fact(
            label=str(row["ip_address"]),
            value=" · ".join(
                part for part in (_period(row, desk), places.get(str(row["service_location"]), "")) if part
            ),
        )
        for row in held
    ]
    return Answer([Text(text=sentence), Facts(title=label(party), facts=told)], customer=party.customer_id)


async def equipment_of(customer: str, desk: Desk) -> list[Row]:
    """The boxes that ERPNext has on record at a customer's."""
    return await _records([("customer", "=", customer)], desk)


def boxes(records: Sequence[Row], devices: Sequence[Device]) -> list[Box]:
    """Each box once: those on record with what the hub sees of them, then those that only the hub knows."""
    by_serial = {device.serial: device for device in devices}
    found = [
        Box(
            serial=row["serial_number"] or row["name"],
            kind=str(row["equipment_type"] or ""),
            model=str(row["model"] or ""),
            mac=str(row["mac_address"] or ""),
            customer=str(row["customer"] or ""),
            location=str(row["service_location"] or ""),
            port=" ".join(str(row[part]) for part in ("olt", "olt_port") if row[part]),
            device=by_serial.get(row["serial_number"] or row["name"]),
        )
        for row in records
    ]
    recorded = {box.serial for box in found}
    found += [_unrecorded(device) for device in devices if device.serial not in recorded]
    return sorted(found, key=lambda box: (box.customer, box.location, box.kind != "ONT", box.kind, box.serial))


def table(found: Sequence[Box], party: Party | None, desk: Desk, *, title: str, hub_away: bool = False) -> Table:
    """The boxes, each with where it is and how it does; red where it ought to be online and is not."""
    words = desk.words
    sited = party is None or len(party.places) > 1
    places = {place.location_id: place.text for place in (party.places if party else desk.directory.places)}
    columns = (*(() if party else ("customer",)), *(("location",) if sited else ()),
               "type", "serial", "mac", "port", "state", "signal")  # fmt: skip
    return Table(
        title=title,
        columns=[words(f"equipment.column.{column}") for column in columns],
        rows=[
            [
                *([] if party else [_owner(box, desk)]),
                *([places.get(box.location, box.location or "—")] if sited else []),
                words.chosen(box.kind),
                box.serial,
                box.mac or "—",
                (f"{box.device.olt} {box.device.port}" if box.device and box.device.olt else box.port) or "—",
                state(box, desk, hub_away=hub_away),
                _signal(box, desk),
            ]
            for box in found
        ],
        tones=[tone(box) for box in found],
    )


def state(box: Box, desk: Desk, *, hub_away: bool = False) -> str:
    """Online or not and since when, as the hub has it now."""
    words = desk.words
    if box.device is None:
        return "—" if box.kind in _UNSEEN else words("equipment.unknown" if hub_away else "equipment.not_in_hub")
    if box.device.online:
        return words("internet.online")
    since = box.device.since
    at = since.astimezone(desk.now.tzinfo).isoformat() if since else ""
    return f"{words('internet.offline')} {words('internet.since', at=at) if at else ''}".strip()


def tone(box: Box) -> Tone:
    """Red for a box that is away; a signal that is on its way there in yellow."""
    if box.device is None:
        return "plain"
    if not box.device.online:
        return "bad"
    return verdict(box.device.rx_dbm)[1] if box.device.rx_dbm is not None else "plain"


def _offline(found: Sequence[Box]) -> int:
    return sum(1 for box in found if box.device is not None and not box.device.online)


async def _records(filters: list[Filter], desk: Desk, *, limit: int = 0) -> list[Row]:
    return await desk.records.list(
        "Service Equipment",
        fields=list(_FIELDS),
        filters=[*filters, ("status", "=", "Active")],
        order_by="customer asc, service_location asc, name asc",
        limit=limit,
    )


async def _seen(reading: Awaitable[list[Device]]) -> list[Device] | None:
    """What the hub sees, or None while it does not answer: what is on record is still worth showing."""
    try:
        return await reading
    except BackendError:
        return None


def _unrecorded(device: Device) -> Box:
    port = f"{device.olt} {device.port}" if device.olt else ""
    return Box(
        device.serial, device.type, device.model, device.mac, device.customer or "", device.location or "", port, device
    )


def _owner(box: Box, desk: Desk) -> str:
    party = desk.directory.by_id.get(box.customer)
    return label(party) if party else box.customer or "—"


def _signal(box: Box, desk: Desk) -> str:
    rx = box.device.rx_dbm if box.device else None
    if rx is None:
        return "—"
    return desk.words("internet.rx_value", dbm=rx, verdict=desk.words(f"signal.{verdict(rx)[0]}"))


def _held_on(row: Row, day: dt.date) -> bool:
    first, last = str(row["from_date"] or "")[:10], str(row["to_date"] or "")[:10]
    return first <= day.isoformat() and (not last or day.isoformat() <= last)


def _nearest(rows: Sequence[Row], day: dt.date) -> Row | None:
    """The last one held before that day, or the first one after it."""
    before = [row for row in rows if str(row["from_date"])[:10] <= day.isoformat()]
    return before[0] if before else rows[-1] if rows else None


def _period(row: Row, desk: Desk) -> str:
    last = row["to_date"]
    return desk.words("ip.period", since=str(row["from_date"])[:10], until=str(last)[:10] if last else "")
