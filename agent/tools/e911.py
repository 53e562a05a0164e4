"""Tools of 911: what an ambulance is told of a line, of every line at an address, and what nobody needs any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.clients.e911 import Entry, Municipality, Registration
from agent.clients.together import together
from agent.clients.wire import site_moment
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, Note, PutE911, Ref, RemoveE911, UpdateDoc
from agent.confirm.steps.e911 import told_last
from agent.directory import digits, spoken
from agent.intents.actions import DeregisterE911, UpdateE911Address
from agent.reply import Choice
from agent.tools.addresses import CivicAddress, address_of, differences, municipality_of, read_address
from agent.tools.customer import who
from agent.tools.desk import Desk
from agent.tools.e911_reports import Number, holder, numbers
from agent.tools.lines import E911_FIELDS, IN_USE, LineMeant, line_meant, owner_of, place_of
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.records import Row

_NEEDED = ("civic_number", "street", "city", "postal_code")


async def update_e911_address(action: UpdateE911Address, desk: Desk) -> Outcome:
    """Push an address to the provider; the line's record follows once the provider, read back, agrees."""
    line = await line_meant(action, desk)
    if not isinstance(line, LineMeant):
        return line
    customer = line.party.customer_id
    facts = {"line": spoken(line.did), "name": line.party.name}
    if line.row["status"] not in IN_USE:
        return Refusal("phone.inactive", facts, customer=customer)
    desk.doing("e911")
    service, found, served, owner = await together(
        place_of(line.row, desk),
        desk.emergency.registration(line.did),
        desk.emergency.municipalities(),
        desk.records.get("Customer", customer),
    )
    if found is not None and found.pending is not None:
        return still_pending([line.did], customer)
    known = address_of(found.registered) if found and found.registered else None
    near = service or known or CivicAddress()
    address = read_address(action.address or "", near, desk.directory, served)
    problem = unusable(address, served, fills="address", customer=customer)
    if problem is not None:
        return problem
    entry = entry_for(address, served, owner, found)
    steps = registration_steps(line, entry, found, desk)
    if not steps:
        return Refusal("e911.already", {**facts, "address": address.text}, customer=customer)
    parts = differences(service, address) if service else []
    warnings = [_mismatch(facts, service, parts, desk)] if service and parts else []
    return Draft(
        title=Note(key="e911.update_title", facts={**facts, "address": address.text}),
        done=Note(key="e911.update_done", facts={**facts, "address": address.text}),
        steps=steps,
        consequences=[Note(key="e911.stays_until", facts={"address": known.text if known else ""})],
        warnings=warnings,
        customer=customer,
        location=str(line.row["service_location"] or "") or None,
    )


async def deregister_e911(action: DeregisterE911, desk: Desk) -> Outcome:
    """Strike out what is registered for numbers that have no line; never for a line that somebody has."""
    desk.doing("report")
    every = await numbers(desk)
    if action.all_orphans:
        orphans = [one for one in every if one.orphan]
        return _struck_out(orphans) if orphans else Refusal("e911.no_orphans", {})
    meant = _meant(action, every, desk)
    if not isinstance(meant, Number):
        return meant
    customer = str(meant.row["customer"]) if meant.row else None
    if meant.in_use:
        return Refusal("e911.line_in_use", _whose(meant, desk), customer=customer)
    if meant.found is None or told_last(meant.found) is None:
        return Refusal("e911.not_registered", {"line": spoken(meant.did)}, customer=customer)
    return _struck_out([meant])


def entry_for(address: CivicAddress, served: Sequence[Municipality], owner: Row, found: Registration | None) -> Entry:
    """What the provider shall be told: in the name that it has, else in the customer's."""
    municipality = municipality_of(address.city, served)
    assert municipality is not None  # noqa: S101 - ``unusable`` has been asked
    known = found.registered if found else None
    name = str(owner.get("customer_name") or owner["name"])
    business = owner.get("customer_group") == "Commercial" or owner.get("customer_type") == "Company"
    first, _, last = ("", "", name) if business or " " not in name else name.partition(" ")
    if known is not None and (known.last_name == last or f"{known.first_name} {known.last_name}".strip() == name):
        return address.entry(municipality, known.service_class, known.first_name, known.last_name)
    return address.entry(municipality, "BUS" if business else "RES", first, last)


def unusable(
    address: CivicAddress, served: Sequence[Municipality], *, fills: str, customer: str
) -> Question | Refusal | None:
    """What keeps an address from the provider: a part that is missing, a town that it does not serve."""
    missing = [part for part in _NEEDED if not getattr(address, part)]
    if missing:
        said = {"address": address.text if address.street else "", "city": address.city}
        return Question(f"address.missing.{missing[0]}", fills, said, customer=customer)
    if municipality_of(address.city, served) is None:
        towns = {"city": address.city, "served": sorted(one.city for one in served)}
        return Refusal("e911.not_served", towns, customer=customer, another_value=True)
    return None


def still_pending(dids: Sequence[str], customer: str) -> Refusal:
    """An earlier request is open: what comes of it has to be known before another is made."""
    return Refusal("e911.still_pending", {"lines": [spoken(did) for did in dids]}, customer=customer)


def registration_steps(line: LineMeant, entry: Entry, found: Registration | None, desk: Desk) -> list[AnyStep]:
    """The provider told, where it holds something else, and then the line's record."""
    asked = told_last(found)
    put = [PutE911(label=line.label, did=line.did, before=asked, after=entry)] if asked != entry else []
    update = record_of(line, entry, found, put_back=1 if put else None, desk=desk)
    return [*put, *([update] if put or update.changes() else [])]


def record_of(
    line: LineMeant, entry: Entry, found: Registration | None, *, put_back: int | None, desk: Desk
) -> UpdateDoc:
    """The line's record brought to what the provider holds; ``put_back`` is how many steps ago it was told."""
    told = entry.model_dump()
    after: dict[str, Any] = {
        **{field: told.get(field.removeprefix("e911_")) for field in E911_FIELDS},
        "e911_class": entry.service_class,
        "e911_status": "Registered",
    }
    registered_at = found.registered.registered_at if found and found.registered else None
    if put_back is not None:
        after["e911_synced_on"] = Ref(back=put_back, field="registered_at", shown=desk.words("e911.on_acceptance"))
    else:
        after["e911_synced_on"] = line.row.get("e911_synced_on") or (
            site_moment(registered_at) if registered_at else None
        )
    return UpdateDoc(
        label=line.label,
        doctype="VoIP Line",
        name=str(line.row["name"]),
        before={field: line.row.get(field) for field in after},
        after=after,
    )


def _mismatch(facts: dict[str, str], service: CivicAddress, parts: list[str], desk: Desk) -> Note:
    named = [desk.words(f"e911.part.{part}") for part in parts]
    return Note(key="e911.makes_mismatch", facts={**facts, "service": service.text, "parts": named})


def _meant(action: DeregisterE911, every: Sequence[Number], desk: Desk) -> Number | Outcome:
    """The number said, or the only registration that the customer's given-up lines have left."""
    numbered = {one.did: one for one in every}
    did = action.did or digits(action.customer or "")
    if did in numbered:
        return numbered[did]
    if action.did is not None:
        return Refusal("e911.not_registered", {"line": spoken(action.did)})
    party = who(action, desk)
    theirs = [one for one in every if one.row and one.row["customer"] == party.customer_id]
    orphans = [one for one in theirs if one.orphan]
    if len(orphans) == 1:
        return orphans[0]
    if not orphans:
        in_use = [one for one in theirs if one.in_use]
        if len(in_use) == 1:
            return in_use[0]
        key = "e911.lines_in_use" if in_use else "e911.none_registered"
        facts = {"name": party.name, "lines": [spoken(one.did) for one in in_use]}
        return Refusal(key, facts, customer=party.customer_id)
    choices = [
        Choice(value=one.did, label=spoken(one.did), detail=address_of(one.orphan).text)
        for one in orphans
        if one.orphan
    ]
    return Question("e911.which_number", "did", {"name": party.name}, choices, customer=party.customer_id)


def _whose(one: Number, desk: Desk) -> dict[str, str]:
    return {
        "line": spoken(one.did),
        "name": owner_of(one.row, desk) if one.row else one.line.customer if one.line else "",
    }


@dataclass(frozen=True)
class _Left:
    """A registration that goes."""

    one: Number
    entry: Entry


def _struck_out(meant: Sequence[Number]) -> Draft:
    """One step for each at the provider, and one for the record of a line that we still have."""
    left = [_Left(one, entry) for one in meant if (entry := told_last(one.found)) is not None]
    steps: list[AnyStep] = []
    for each in left:
        name = f"{spoken(each.one.did)} · {holder(each.entry)} · {address_of(each.entry).text}"
        steps += _given_up(name, each.one.row)
        steps.append(RemoveE911(label=name, did=each.one.did, before=each.entry))
    facts = {"count": len(left), "line": spoken(left[0].one.did), "holder": holder(left[0].entry)}
    owners = {str(each.one.row["customer"]) for each in left if each.one.row}
    return Draft(
        title=Note(key="e911.deregister_title", facts=facts),
        done=Note(key="e911.deregister_done", facts=facts),
        steps=steps,
        consequences=[Note(key="e911.not_found_any_more", facts={"count": len(left)})],
        customer=owners.pop() if len(left) == 1 and owners else None,
        # Each registration is a matter of its own: those struck out are so whether or not the others follow.
        divisible=len(left) > 1,
    )


def _given_up(name: str, row: Row | None) -> list[AnyStep]:
    if row is None or row.get("e911_status") == "Missing":
        return []
    before = {field: row.get(field) for field in ("e911_status", "e911_synced_on")}
    after = {"e911_status": "Missing", "e911_synced_on": None}
    return [UpdateDoc(label=name, doctype="VoIP Line", name=str(row["name"]), before=before, after=after)]
