"""Tools that give a customer a telephone line, or take one out of service.

No line ever has a dial tone without a 911 registration: it is made disabled, registered and read back, and only then
enabled; it is disabled before its registration goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from agent.clients.e911 import Entry, Registration
from agent.clients.hub import Device
from agent.clients.pbx import Line, NewLine, VoicemailSettings
from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import (
    AnyStep,
    ConfigureAta,
    CreateSipLine,
    InsertDoc,
    Note,
    PutE911,
    Ref,
    RemoveE911,
    SetSipLine,
    SetVoicemail,
    UpdateDoc,
)
from agent.confirm.steps.e911 import told_last
from agent.directory import Party, Place, spoken
from agent.intents.actions import AddPhoneLine, RemovePhoneLine
from agent.reply import Choice
from agent.tools.addresses import CivicAddress, address_in, address_of, differences, read_address
from agent.tools.customer import label, who
from agent.tools.desk import Desk
from agent.tools.e911 import entry_for, still_pending, unusable
from agent.tools.lines import IN_USE, LineMeant, line_meant, list_lines, owner_of
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.records import Row
from agent.tools.service_address import one_place

_MOST_OFFERED = 8
_ATA_NUMBERS = 2
"""How many numbers a telephone adapter carries."""


@dataclass(frozen=True)
class _Known:
    """What the systems say of the customer, the address and the number before the line is made.

    ``row`` is a VoIP Line that bears the number already, ``line`` the PBX's, ``found`` the provider's registration.
    """

    party: Party
    place: Place
    did: str
    owner: Row
    service: CivicAddress
    theirs: Sequence[Row]
    free: Sequence[str]
    row: Row | None
    line: Line | None
    found: Registration | None

    @property
    def label(self) -> str:
        return f"{spoken(self.did)} · {label(self.party)}"

    @property
    def facts(self) -> dict[str, str]:
        return {"line": spoken(self.did), "name": self.party.name}


@dataclass(frozen=True)
class _Adapter:
    """The telephone adapter that shall carry the number; ``device`` where the hub knows it already."""

    mac: str | None
    model: str | None
    device: Device | None


async def add_phone_line(action: AddPhoneLine, desk: Desk) -> Outcome:
    """Made disabled, 911 registered and read back, enabled, then the adapter; each only when the one before is sure."""
    party = who(action, desk)
    place = one_place(action, party, desk)
    if not isinstance(place, Place):
        return place
    desk.doing("lines")
    free, theirs, devices, served, location, owner = await together(
        desk.phones.free_numbers(),
        list_lines(desk, ("customer", "=", party.customer_id)),
        desk.network.devices(customer=party.customer_id),
        desk.emergency.municipalities(),
        desk.records.get("Service Location", place.location_id),
        desk.records.get("Customer", party.customer_id),
    )
    did = action.did
    if did is None:
        return _which_number("phone.which_number", party, free)
    about = await together(desk.records.find("VoIP Line", did), desk.phones.line(did), desk.emergency.registration(did))
    known = _Known(party, place, did, owner, address_in(location), theirs, free, *about)
    adapter = _adapter(action, did, place, devices)
    problem = _taken(known, desk) or (adapter if isinstance(adapter, Refusal) else None)
    address = known.service
    if action.e911_address:
        address = read_address(action.e911_address, known.service, desk.directory, served)
    problem = problem or unusable(address, served, fills="e911_address", customer=party.customer_id)
    if problem is not None or isinstance(adapter, Refusal):
        return problem or Refusal("phone.bad_mac", {"mac": action.ata_mac or ""})
    return _adding(known, _new_line(action, known), entry_for(address, served, owner, known.found), adapter, desk)


async def remove_phone_line(action: RemovePhoneLine, desk: Desk) -> Outcome:
    """The dial tone first, then the records, and the 911 registration last of all."""
    line = await line_meant(action, desk)
    if not isinstance(line, LineMeant):
        return line
    desk.doing("lines")
    customer = line.party.customer_id
    facts = {"line": spoken(line.did), "name": line.party.name}
    sip, found = await together(desk.phones.line(line.did), desk.emergency.registration(line.did))
    asked = told_last(found)
    gone = {"status": "Inactive", "e911_status": "Missing", "e911_synced_on": None}
    record = UpdateDoc(
        label=line.label,
        doctype="VoIP Line",
        name=str(line.row["name"]),
        before={field: line.row.get(field) for field in gone},
        after=gone,
    )
    if line.row["status"] == "Inactive" and not (sip and sip.enabled):
        return Refusal("phone.removed_already", facts, customer=customer)
    off = SetSipLine(label=line.label, did=line.did, customer=customer, before=True, after=False)
    strike = [RemoveE911(label=line.label, did=line.did, before=asked)] if asked else []
    warnings = [] if sip else [Note(key="phone.unknown_to_pbx", facts=facts)]
    return Draft(
        title=Note(key="phone.remove_title", facts=facts),
        done=Note(key="phone.remove_done", facts=facts),
        steps=[*([off] if sip and sip.enabled else []), record, _reason(action, line, desk), *strike],
        consequences=[
            Note(key="phone.falls_silent", facts=facts),
            Note(key="phone.billed_still", facts=facts),
        ],
        warnings=warnings,
        customer=customer,
    )


def _which_number(key: str, party: Party, free: Sequence[str], **facts: str) -> Question | Refusal:
    """The first free numbers; any other free one may be said."""
    if not free:
        return Refusal("phone.none_free", {}, customer=party.customer_id)
    choices = [Choice(value=did, label=spoken(did)) for did in free[:_MOST_OFFERED]]
    more = max(0, len(free) - _MOST_OFFERED)
    return Question(key, "did", {"name": party.name, "more": more, **facts}, choices, customer=party.customer_id)


def _taken(known: _Known, desk: Desk) -> Question | Refusal | None:
    """Why the number cannot be given: somebody has it, or it is not ours. One that the customer gave up comes back."""
    facts, customer = known.facts, known.party.customer_id
    if known.row is not None and known.row["status"] in IN_USE:
        return Refusal("phone.in_use", {**facts, "owner": owner_of(known.row, desk)}, customer=customer)
    line = known.line
    if line is not None and (line.enabled or (line.customer, line.location) != (customer, known.place.location_id)):
        holder = desk.directory.by_id.get(line.customer)
        owner = label(holder) if holder else line.customer
        return Refusal("phone.in_use", {**facts, "owner": owner}, customer=customer)
    if line is None and known.did not in known.free:
        return _which_number("phone.not_ours", known.party, known.free, line=facts["line"])
    if known.found is not None and known.found.pending is not None:
        return still_pending([known.did], customer)
    return None


def _adapter(action: AddPhoneLine, did: str, place: Place, devices: Sequence[Device]) -> _Adapter | Refusal:
    """The adapter said, or the only one at the address that has room or carries the number still."""
    here = [one for one in devices if one.type == "ATA" and one.location == place.location_id and one.mac]
    if not action.ata_mac:
        carrying = [one for one in here if did in (one.dids or ())]
        roomy = carrying or [one for one in here if len(one.dids or ()) < _ATA_NUMBERS]
        only = roomy[0] if len(roomy) == 1 else None
        return _Adapter(only.mac if only else None, action.ata_model or (only.model if only else None), only)
    digits = re.sub(r"[^0-9A-Fa-f]", "", action.ata_mac).upper()
    if len(digits) != 12 or re.search(r"[^0-9A-Fa-f:.\- ]", action.ata_mac):
        return Refusal("phone.bad_mac", {"mac": action.ata_mac}, another_value=True)
    mac = ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    device = next((one for one in here if one.mac.upper() == mac), None)
    if device is not None and did not in (device.dids or ()) and len(device.dids or ()) >= _ATA_NUMBERS:
        facts = {"mac": mac, "lines": [spoken(did) for did in device.dids or ()]}
        return Refusal("phone.adapter_full", facts, another_value=True)
    return _Adapter(mac, action.ata_model or (device.model if device else None), device)


def _new_line(action: AddPhoneLine, known: _Known) -> NewLine:
    """The line as the PBX is asked for it; its extension follows the customer's highest."""
    used = [int(row["extension"]) for row in known.theirs if str(row.get("extension") or "").isdigit()]
    wanted = action.voicemail if action.voicemail is not None else action.voicemail_email is not None
    return NewLine(
        did=known.did,
        customer=known.party.customer_id,
        location=known.place.location_id,
        extension=str(max([99, *used]) + 1),
        caller_id=(action.caller_id or known.party.name)[:32],
        language="en" if str(known.owner.get("language") or "").startswith("en") else "fr",
        voicemail=VoicemailSettings(enabled=wanted, email=action.voicemail_email),
    )


def _adding(known: _Known, line: NewLine, entry: Entry, adapter: _Adapter, desk: Desk) -> Draft:
    facts, address = known.facts, address_of(entry)
    return Draft(
        title=Note(key="phone.add_title", facts={**facts, "where": known.place.text}),
        done=Note(key="phone.add_done", facts={**facts, "address": address.text}),
        steps=_line_steps(known, line, entry, adapter, desk),
        consequences=[
            Note(key="phone.in_that_order", facts={**facts, "address": address.text}),
            Note(key="phone.not_billed", facts=facts),
        ],
        warnings=_adding_warnings(known, address, adapter, desk),
        customer=known.party.customer_id,
        location=known.place.location_id,
    )


def _line_steps(known: _Known, line: NewLine, entry: Entry, adapter: _Adapter, desk: Desk) -> list[AnyStep]:
    did, named, customer = known.did, known.label, known.party.customer_id
    asked = told_last(known.found)
    put = [PutE911(label=named, did=did, before=asked, after=entry)] if asked != entry else []
    live: dict[str, Any] = {"status": "Active", "e911_status": "Registered"}
    then: dict[str, Any] = {"status": "Disabled", "e911_status": "Pending"}
    if put:
        live["e911_synced_on"] = Ref(back=2, field="registered_at", shown=desk.words("e911.on_acceptance"))
        then["e911_synced_on"] = None
    ata: list[AnyStep] = []
    # One that was given up is on its adapter still: telling it again would have undoing take it off.
    if adapter.mac and not (adapter.device and did in (adapter.device.dids or ())):
        ata.append(ConfigureAta(label=named, mac=adapter.mac, did=did, model=adapter.model))
    return [
        _recorded(_record(line, entry, adapter), known),
        *_in_pbx(known, line),
        *put,
        SetSipLine(label=named, did=did, customer=customer, before=False, after=True),
        UpdateDoc(label=named, doctype="VoIP Line", name=did, before=then, after=live),
        *ata,
    ]


def _record(line: NewLine, entry: Entry, adapter: _Adapter) -> dict[str, Any]:
    """The VoIP Line as it is made: disabled, its registration still to come."""
    told = entry.model_dump(exclude={"service_class", "first_name", "last_name", "enhanced_capable"})
    return {
        **line.model_dump(exclude={"location", "voicemail", "international"}),
        "service_location": line.location,
        "status": "Disabled",
        "voicemail_enabled": int(line.voicemail.enabled),
        "voicemail_email": line.voicemail.email,
        **{f"e911_{part}": value for part, value in told.items()},
        "e911_class": entry.service_class,
        "e911_status": "Pending",
        "ata_model": adapter.model,
        "ata_mac": adapter.mac,
    }


def _recorded(made: dict[str, Any], known: _Known) -> AnyStep:
    """A new record, or the one of the line that was given up."""
    named, row = known.label, known.row
    if row is None:
        values = {field: value for field, value in made.items() if value not in (None, "")}
        names = {known.party.customer_id: label(known.party), known.place.location_id: known.place.text}
        return InsertDoc(label=named, doctype="VoIP Line", values=values, names=names, changed_later=True)
    after = {**made, "e911_synced_on": None}
    before = {field: row.get(field) for field in after}
    return UpdateDoc(label=named, doctype="VoIP Line", name=str(row["name"]), before=before, after=after)


def _in_pbx(known: _Known, line: NewLine) -> list[AnyStep]:
    if known.line is None:
        return [CreateSipLine(label=known.label, line=line)]
    before = known.line.voicemail.settings()
    if before == line.voicemail:
        return []
    return [SetVoicemail(label=known.label, did=known.did, before=before, after=line.voicemail)]


def _adding_warnings(known: _Known, address: CivicAddress, adapter: _Adapter, desk: Desk) -> list[Note]:
    facts = known.facts
    warnings: list[Note] = []
    parts = [desk.words(f"e911.part.{part}") for part in differences(known.service, address)]
    if parts:
        note = {**facts, "service": known.service.text, "parts": parts}
        warnings.append(Note(key="e911.makes_mismatch", facts=note))
    if known.owner.get("is_suspended"):
        warnings.append(Note(key="phone.suspended", facts=facts))
    if adapter.mac is None:
        warnings.append(Note(key="phone.no_adapter", facts=facts))
    elif adapter.device is None or not adapter.device.online:
        warnings.append(Note(key="phone.adapter_away", facts={**facts, "mac": adapter.mac}))
    before = known.found.registered if known.found else None
    if before is not None and differences(address_of(before), address):
        warnings.append(Note(key="phone.registered_elsewhere", facts={**facts, "address": address_of(before).text}))
    return warnings


def _reason(action: RemovePhoneLine, line: LineMeant, desk: Desk) -> InsertDoc:
    """The trace on the customer's file; undoing leaves it there."""
    text = desk.words("phone.remove_comment", user=desk.user, line=spoken(line.did), reason=action.reason or "")
    return InsertDoc(
        label=label(line.party),
        doctype="Comment",
        values={
            "comment_type": "Comment",
            "reference_doctype": "Customer",
            "reference_name": line.party.customer_id,
            "content": escape(text, quote=False),
        },
        on_undo="keep",
    )
