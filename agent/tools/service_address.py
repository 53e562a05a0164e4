"""The tool that moves or corrects a service address: the 911 registrations of that address follow in the same plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from agent.clients.e911 import Entry, Municipality, Registration
from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, InsertDoc, Note, PutE911, UpdateDoc
from agent.confirm.steps.e911 import told_last
from agent.directory import Party, Place, spoken
from agent.intents.actions import Action, UpdateServiceAddress
from agent.tools.addresses import CivicAddress, address_in, differences, read_address
from agent.tools.customer import label, where, who
from agent.tools.desk import Desk
from agent.tools.e911 import entry_for, record_of, still_pending, unusable
from agent.tools.lines import IN_USE, LineMeant, list_lines
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.records import Row
from agent.tools.resolve import place_choices


async def update_service_address(action: UpdateServiceAddress, desk: Desk) -> Outcome:
    """The provider first, for every line there; once it agrees, the lines' records, the address, and its history."""
    party = who(action, desk)
    place = one_place(action, party, desk)
    if not isinstance(place, Place):
        return place
    desk.doing("e911")
    location, owner, lines, served = await together(
        desk.records.get("Service Location", place.location_id),
        desk.records.get("Customer", party.customer_id),
        list_lines(desk, ("service_location", "=", place.location_id), ("status", "in", list(IN_USE))),
        desk.emergency.municipalities(),
    )
    registered = await desk.emergency.registrations([row["did"] for row in lines]) if lines else {}
    old = address_in(location)
    new = read_address(action.address or "", old, desk.directory, served)
    there = _There(owner, [LineMeant(party, row) for row in lines], registered, served)
    problem = _impossible(old, new, there, party)
    if problem is not None:
        return problem
    registrations = _registrations(new, there, desk)
    facts = {"name": party.name, "old": old.text, "new": new.text}
    return Draft(
        title=Note(key="address.title", facts=facts),
        done=Note(key="address.done", facts={**facts, "lines": [spoken(row["did"]) for row in lines]}),
        steps=[*registrations, _moved(location, new, party, old), _kept(old, new, party, place, desk)],
        consequences=_consequences(location, lines, old),
        warnings=_warnings(new, party, place, desk),
        customer=party.customer_id,
        location=place.location_id,
    )


def one_place(action: Action, party: Party, desk: Desk) -> Place | Question | Refusal:
    """The address said, or the customer's only one; a question where there are several."""
    place = where(action, party, desk)
    if place is not None:
        return place
    if not party.places:
        return Refusal("address.none", {"name": party.name}, customer=party.customer_id)
    if len(party.places) == 1:
        return party.places[0]
    choices = place_choices(party.places, desk.directory)
    return Question("address.which", "location", {"name": party.name}, choices, customer=party.customer_id)


@dataclass(frozen=True)
class _There:
    """The lines at an address, whose they are, and what the provider knows of them and of towns."""

    owner: Row
    lines: Sequence[LineMeant]
    registered: Mapping[str, Registration]
    served: Sequence[Municipality]


def _impossible(old: CivicAddress, new: CivicAddress, there: _There, party: Party) -> Question | Refusal | None:
    problem = unusable(new, there.served, fills="address", customer=party.customer_id)
    if isinstance(problem, Question) or (problem is not None and there.lines):
        return problem
    if new == old:
        return Refusal("address.same", {"name": party.name, "address": new.text}, customer=party.customer_id)
    found = [there.registered.get(line.did) for line in there.lines]
    pending = [one.did for one in found if one is not None and one.pending]
    return still_pending(pending, party.customer_id) if pending else None


def _registrations(new: CivicAddress, there: _There, desk: Desk) -> list[AnyStep]:
    """All are asked for side by side, and then every record waits for all of them."""
    wanted: list[tuple[LineMeant, Entry, Registration | None]] = []
    for line in there.lines:
        found = there.registered.get(line.did)
        wanted.append((line, entry_for(new, there.served, there.owner, found), found))
    puts = [
        PutE911(label=line.label, did=line.did, before=told_last(found), after=entry)
        for line, entry, found in wanted
        if told_last(found) != entry
    ]
    position = {put.did: number for number, put in enumerate(puts)}
    records: list[UpdateDoc] = []
    for line, entry, found in wanted:
        asked = line.did in position
        back = len(puts) + len(records) - position[line.did] if asked else None
        record = record_of(line, entry, found, put_back=back, desk=desk)
        records += [record] if asked or record.changes() else []
    return [*puts, *records]


def _moved(location: Row, new: CivicAddress, party: Party, old: CivicAddress) -> UpdateDoc:
    after = new.fields()
    return UpdateDoc(
        label=f"{old.text} · {label(party)}",
        doctype="Service Location",
        name=str(location["name"]),
        before={field: location.get(field) for field in after},
        after=after,
    )


def _kept(old: CivicAddress, new: CivicAddress, party: Party, place: Place, desk: Desk) -> InsertDoc:
    """The history: the earlier address stays as a Comment on the location, also after an undo."""
    before = f"{old.text} {old.postal_code}".strip()
    text = desk.words("address.history", user=desk.user, old=before, new=new.text)
    return InsertDoc(
        label=f"{old.text} · {label(party)}",
        doctype="Comment",
        values={
            "comment_type": "Comment",
            "reference_doctype": "Service Location",
            "reference_name": place.location_id,
            "content": escape(text, quote=False),
        },
        on_undo="keep",
    )


def _consequences(location: Row, lines: Sequence[Row], old: CivicAddress) -> list[Note]:
    told = [spoken(row["did"]) for row in lines]
    key = "address.lines_follow" if lines else "address.no_line"
    notes = [Note(key=key, facts={"lines": told, "old": old.text})]
    if location.get("olt_port"):
        port = f"{location.get('olt') or ''} {location['olt_port']}".strip()
        notes.append(Note(key="address.port_stays", facts={"port": port}))
    return notes


def _warnings(new: CivicAddress, party: Party, place: Place, desk: Desk) -> list[Note]:
    """Somebody else is served at that very door: more often a slip than a neighbour."""
    others = [other for other in desk.directory.places if other.location_id != place.location_id and _is_at(other, new)]
    owners = {other.customer_id for other in others} - {party.customer_id}
    names = {label(desk.directory.by_id[owner]) for owner in owners}
    return [Note(key="address.somebody_there", facts={"names": sorted(names), "new": new.text})] if names else []


def _is_at(place: Place, address: CivicAddress) -> bool:
    there = CivicAddress(place.civic, place.apartment, place.street, place.city, postal_code=place.postal_code)
    return not differences(there, address)
