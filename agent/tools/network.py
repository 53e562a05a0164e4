"""Tools of the network: is the line up, how strong is the light, who is on the WiFi, restart the box."""

from __future__ import annotations

import datetime as dt

from agent.clients.hub import Device
from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import Note, RebootDevice
from agent.directory import Party, Place, spoken
from agent.errors import NotFound
from agent.intents.actions import Action, CheckInternet
from agent.intents.actions import RebootDevice as RebootDeviceAction
from agent.reply import AnyBlock, Choice, Fact, Facts, Table, Text
from agent.tools.customer import active_lines, label, where, who
from agent.tools.desk import Desk
from agent.tools.optical import verdict
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Row
from agent.tools.resolve import place_choices

REBOOT_MINUTES = 3
"""How long a customer is without service while a device restarts, as shown in the plan."""

_TYPES = {"ont": "ONT", "router": "Router", "ata": "ATA"}
_PHONE_GOES_DOWN_WITH = ("ONT", "ATA", "Router")


async def check_internet(action: CheckInternet, desk: Desk) -> Outcome:
    """Online or not and since when, the optical signal with a verdict, or the WiFi clients; then a next step."""
    desk.doing("devices")
    party, place, devices = await _devices(action, desk)
    if not devices:
        return Refusal("internet.no_device", {"name": party.name}, customer=party.customer_id)
    customer = await desk.records.get("Customer", party.customer_id)
    blocks: list[AnyBlock] = []
    if customer.get("is_suspended"):
        since = str(customer.get("suspended_on") or "")
        blocks.append(Text(text=desk.words("internet.suspended", name=party.name, since=since), tone="warning"))
    if action.aspect == "wifi":
        blocks += _wifi(party, devices, desk)
    else:
        onts = [device for device in devices if device.type == "ONT"] or devices
        blocks += [_status(party, device, action, desk) for device in onts]
        blocks.append(_next_step(onts, desk, suspended=bool(customer.get("is_suspended"))))
    return Answer(blocks, customer=party.customer_id, location=place.location_id if place else None)


async def reboot_device(action: RebootDeviceAction, desk: Desk) -> Outcome:
    """A reboot task per device; shows who loses service and for how long. Cannot be undone."""
    desk.doing("devices")
    party, place, devices = await _devices(action, desk)
    sites = {device.location for device in devices}
    if place is None and len(sites) > 1 and not action.serial:
        places = [one for one in party.places if one.location_id in sites]
        return Question(
            "reboot.which_location",
            "location",
            {"name": party.name},
            place_choices(places, desk.directory),
            party.customer_id,
        )
    chosen = _chosen(devices, action)
    if not devices:
        return Refusal("internet.no_device", {"name": party.name}, customer=party.customer_id)
    if not chosen:
        key = "reboot.which_device" if action.device is None else "reboot.no_such_device"
        return Question(
            key,
            "serial",
            {"name": party.name, "device": action.device or ""},
            [_device_choice(device, desk) for device in devices],
            party.customer_id,
        )
    customer, lines = await together(
        desk.records.get("Customer", party.customer_id), active_lines(party.customer_id, desk)
    )
    return Draft(
        title=Note(key="reboot.title", facts={"name": party.name, "devices": [_brief(device) for device in chosen]}),
        done=Note(key="reboot.done", facts={"devices": [_brief(device) for device in chosen]}),
        steps=[
            RebootDevice(label=f"{_brief(device)} · {label(party)}", serial=device.serial, device_type=device.type)
            for device in chosen
        ],
        consequences=[
            *_reboot_consequences(party, chosen, lines),
            *_spared([device for device in devices if device not in chosen], action),
        ],
        warnings=_reboot_warnings(party, chosen, suspended=bool(customer.get("is_suspended"))),
        customer=party.customer_id,
        location=place.location_id if place else None,
    )


async def _devices(action: Action, desk: Desk) -> tuple[Party, Place | None, list[Device]]:
    """Whose devices, where, and which: by serial number, by customer, or by address."""
    serial = getattr(action, "serial", None)
    if serial:
        devices = await desk.network.devices(serial=serial)
        party = desk.directory.by_id.get(devices[0].customer or "") if devices else None
        if party is None:
            raise NotFound(f"No device bears {serial}.", field="serial", mention=serial, choices=[])
        return party, None, devices
    party = who(action, desk)
    place = where(action, party, desk)
    devices = await desk.network.devices(customer=party.customer_id)
    if place is not None:
        devices = [device for device in devices if device.location == place.location_id]
    return party, place, sorted(devices, key=lambda device: (device.location or "", device.type, device.serial))


def _chosen(devices: list[Device], action: RebootDeviceAction) -> list[Device]:
    """The devices meant. "The modem" is the ONT, by which the whole house is connected, or the only device there is."""
    if action.serial or action.device == "all":
        return devices
    if action.device is None:
        onts = [device for device in devices if device.type == "ONT"]
        return onts if len(onts) == 1 else devices if len(devices) == 1 else []
    return [device for device in devices if device.type == _TYPES[action.device]]


def _status(party: Party, device: Device, action: CheckInternet, desk: Desk) -> Facts:
    words = desk.words
    state = words("internet.online" if device.online else "internet.offline")
    since = words("internet.since", at=_local(device.since, desk)) if device.since else ""
    key, tone = verdict(device.rx_dbm)
    signal = [
        Fact(
            label=words("internet.rx"),
            value=words("internet.rx_value", dbm=device.rx_dbm, verdict=words(f"signal.{key}")),
            tone=tone,
        ),
        Fact(label=words("internet.tx"), value=words("internet.dbm", dbm=device.tx_dbm)),
    ]
    facts = [
        Fact(label=words("internet.state"), value=f"{state} {since}".strip(), tone="good" if device.online else "bad"),
        Fact(label=words("internet.device"), value=f"{_brief(device)} · {device.model}"),
        Fact(label=words("internet.port"), value=f"{device.olt} {device.port}" if device.olt else "—"),
        *signal,
    ]
    if action.aspect == "status" and device.online and device.uptime_seconds is not None:
        facts.append(
            Fact(
                label=words("internet.uptime"),
                value=words("internet.uptime_value", hours=int(device.uptime_seconds // 3600)),
            )
        )
    if action.aspect == "status" and device.wifi is not None:
        facts.append(
            Fact(label=words("internet.wifi"), value=words("internet.clients", count=len(device.wifi.clients)))
        )
    place = next((one for one in party.places if one.location_id == device.location), None)
    return Facts(title=f"{label(party)} — {place.text}" if place else label(party), facts=facts)


def _wifi(party: Party, devices: list[Device], desk: Desk) -> list[AnyBlock]:
    words = desk.words
    rows = [
        [device.type, client.hostname or client.mac, client.band, words("internet.dbm", dbm=client.rssi_dbm)]
        for device in devices
        if device.wifi
        for client in device.wifi.clients
    ]
    if not rows:
        return [Text(text=words("internet.no_clients", name=party.name))]
    return [
        Table(
            title=words("internet.clients_title", name=party.name, count=len(rows)),
            columns=[words(f"internet.column.{one}") for one in ("device", "client", "band", "rssi")],
            rows=rows,
            numeric=[3],
        )
    ]


def _next_step(devices: list[Device], desk: Desk, *, suspended: bool) -> Text:
    """One suggestion: what an experienced colleague would do next."""
    worst = min(devices, key=lambda device: (device.online, device.rx_dbm if device.rx_dbm is not None else 0.0))
    key, tone = verdict(worst.rx_dbm)
    if suspended:
        return Text(text=desk.words("internet.next.suspended"))
    if not worst.online:
        return Text(text=desk.words("internet.next.offline"), tone="warning")
    if key in ("too_weak", "weak", "too_strong"):
        return Text(text=desk.words("internet.next.signal"), tone=tone)
    return Text(text=desk.words("internet.next.healthy"), tone="good")


def _reboot_consequences(party: Party, chosen: list[Device], lines: list[Row]) -> list[Note]:
    sites = {device.location for device in chosen}
    where_to = [place.text for place in party.places if place.location_id in sites]
    notes = [
        Note(key="reboot.loses_service", facts={"name": party.name, "where": where_to, "minutes": REBOOT_MINUTES}),
        Note(key="reboot.cannot_be_undone", facts={}),
    ]
    falling = [
        spoken(row["did"])
        for row in lines
        if row["service_location"] in sites and any(device.type in _PHONE_GOES_DOWN_WITH for device in chosen)
    ]
    if falling:
        notes.insert(1, Note(key="reboot.call_drops", facts={"lines": falling}))
    return notes


def _spared(others: list[Device], action: RebootDeviceAction) -> list[Note]:
    """Where "the modem" left open which one is meant: what stays on, so that it can be named instead."""
    if action.device is not None or action.serial or not others:
        return []
    return [Note(key="reboot.spared", facts={"devices": [_brief(device) for device in others]})]


def _reboot_warnings(party: Party, chosen: list[Device], *, suspended: bool) -> list[Note]:
    away = [_brief(device) for device in chosen if not device.online]
    notes = [Note(key="reboot.offline", facts={"devices": away, "minutes": 10})] if away else []
    return [*notes, *([Note(key="reboot.suspended", facts={"name": party.name})] if suspended else [])]


def _device_choice(device: Device, desk: Desk) -> Choice:
    state = desk.words("internet.online" if device.online else "internet.offline")
    return Choice(value=device.serial, label=_brief(device), detail=f"{device.model} · {state}")


def _brief(device: Device) -> str:
    return f"{device.type} {device.serial}"


def _local(at: dt.datetime, desk: Desk) -> str:
    return at.astimezone(desk.now.tzinfo).isoformat()
