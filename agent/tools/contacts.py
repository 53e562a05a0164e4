"""The tool that changes how a customer is reached: number, cell, e-mail, or the name of the contact person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import Change, Note, SetContact
from agent.directory import Party, digits, spoken
from agent.intents.actions import UpdateContact
from agent.tools.customer import label, plain_text, who
from agent.tools.desk import Desk
from agent.tools.lines import IN_USE, list_lines
from agent.tools.outcome import Outcome, Refusal
from agent.tools.records import Row

_NUMBER = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_EMAIL = re.compile(r"[\w.%+'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}", re.IGNORECASE)
_FLAGS = {"cell": "is_primary_mobile_no", "phone": "is_primary_phone"}
_OWN_FIELD = {"cell": "mobile_no", "phone": "phone", "email": "email_id"}
"""The action's field -> the contact's own, which ERPNext fills from its tables."""


@dataclass(frozen=True)
class _New:
    """What is to be: numbers as they are written, the e-mail, the name in two parts; None stays as it is."""

    cell: str | None
    phone: str | None
    email: str | None
    name: tuple[str, str] | None


async def update_contact(action: UpdateContact, desk: Desk) -> Outcome:
    """The customer's main contact, and the customer's own copy of its cell and e-mail."""
    party = who(action, desk)
    wanted = _read(action, party)
    if isinstance(wanted, Refusal):
        return wanted
    desk.doing("customer")
    opened, lines = await together(
        desk.records.opened("Customer", party.customer_id),
        list_lines(desk, ("customer", "=", party.customer_id), ("status", "in", list(IN_USE))),
    )
    customer: Row = opened.document
    main = str(customer.get("customer_primary_contact") or (opened.contacts[0]["name"] if opened.contacts else ""))
    contact = await desk.records.find("Contact", main) if main else None
    if contact is None:
        return Refusal("contact.none", {"name": party.name}, customer=party.customer_id)
    step = _step(contact, customer, wanted, party)
    if not step.shown:
        return Refusal("contact.same", {"name": party.name}, customer=party.customer_id, another_value=True)
    facts = {"name": party.name, "what": [one.field for one in step.shown]}
    return Draft(
        title=Note(key="contact.title", facts=facts),
        done=Note(key="contact.done", facts=facts),
        steps=[step],
        consequences=_consequences(wanted, step, contact),
        warnings=_warnings(wanted, customer, lines, party, desk),
        customer=party.customer_id,
    )


def _read(action: UpdateContact, party: Party) -> _New | Refusal:
    """What was said, as ERPNext keeps it; a refusal for a number or an e-mail that cannot be one."""
    for field in ("phone", "cell"):
        said = getattr(action, field)
        if said is not None and not _NUMBER.fullmatch(digits(said)):
            return Refusal("contact.no_number", {"said": said}, customer=party.customer_id, another_value=True)
    email = action.email.strip() if action.email is not None else None
    if email is not None and (not _EMAIL.fullmatch(email) or ".." in email or email.startswith(".")):
        return Refusal("contact.no_email", {"said": email}, customer=party.customer_id, another_value=True)
    name = (plain_text(action.contact_name) or "").split()
    if action.contact_name is not None and not name:
        return Refusal("contact.no_name", {}, customer=party.customer_id, another_value=True)
    return _New(
        cell=spoken(action.cell) if action.cell else None,
        phone=spoken(action.phone) if action.phone else None,
        email=email,
        name=(name[0], " ".join(name[1:])) if name else None,
    )


def _step(contact: Row, customer: Row, wanted: _New, party: Party) -> SetContact:
    numbers = [_kept(row, "phone", *_FLAGS.values()) for row in contact.get("phone_nos") or []]
    emails = [_kept(row, "email_id", "is_primary") for row in contact.get("email_ids") or []]
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    copied: dict[str, Any] = {}
    if wanted.cell or wanted.phone:
        before["phone_nos"], after["phone_nos"] = numbers, _with_numbers(numbers, wanted)
    if wanted.email:
        before["email_ids"], after["email_ids"] = emails, _with_main(emails, "email_id", "is_primary", wanted.email)
        copied["email_id"] = wanted.email
    if wanted.cell:
        copied["mobile_no"] = wanted.cell
    if wanted.name:
        after |= dict(zip(("first_name", "last_name"), wanted.name, strict=True))
        before |= {field: contact.get(field) or "" for field in ("first_name", "last_name")}
    if customer.get("customer_primary_contact") != contact["name"]:
        copied["customer_primary_contact"] = contact["name"]
    return SetContact(
        label=label(party),
        contact=str(contact["name"]),
        customer=party.customer_id,
        before=before,
        after=after,
        copied_before={field: customer.get(field) for field in copied},
        copied_after=copied,
        shown=_shown(contact, wanted),
    )


def _shown(contact: Row, wanted: _New) -> list[Change]:
    """The lines of the diff: only what really changes."""
    full = " ".join(str(contact.get(part) or "") for part in ("first_name", "last_name")).strip()
    found = [Change(field="contact_name", before=full, after=" ".join(wanted.name).strip())] if wanted.name else []
    found += [
        Change(field=own, before=str(contact.get(own) or "") or None, after=getattr(wanted, field))
        for field, own in _OWN_FIELD.items()
        if getattr(wanted, field)
    ]
    return [one for one in found if not _same(one)]


def _same(change: Change) -> bool:
    before, after = str(change.before or ""), str(change.after or "")
    if change.field in ("mobile_no", "phone"):
        return digits(before) == digits(after)
    return before == after


def _with_numbers(rows: Sequence[Row], wanted: _New) -> list[Row]:
    found = list(rows)
    for field, flag in _FLAGS.items():
        value = getattr(wanted, field)
        if value:
            found = _with_main(found, "phone", flag, value)
    return found


def _with_main(rows: Sequence[Row], field: str, flag: str, value: str) -> list[Row]:
    """The rows with the main one replaced, or added where there was none; one that is there already becomes it."""
    old = next((row for row in rows if row.get(flag)), None)
    others = [row for row in rows if row is not old and str(row[field]).casefold() != value.casefold()]
    spare = next((row for row in rows if row is not old and str(row[field]).casefold() == value.casefold()), {})
    main = {**(old or {}), **spare, field: value, flag: 1}
    if old is not None and any(old.get(other) for other in _FLAGS.values() if other != flag):
        # One number that was both: the other use of it stays where it was.
        others.insert(0, {key: cell for key, cell in old.items() if key != flag})
        main = {field: value, flag: 1, **spare}
    return [main, *others]


def _kept(row: Row, *fields: str) -> Row:
    return {field: row[field] for field in fields if row.get(field)}


def _consequences(wanted: _New, step: SetContact, contact: Row) -> list[Note]:
    notes = []
    if wanted.email and any(one.field == "email_id" for one in step.shown):
        notes.append(Note(key="contact.mail_goes_there", facts={"email": wanted.email}))
    if wanted.phone and not wanted.cell and contact.get("mobile_no"):
        notes.append(Note(key="contact.cell_stays", facts={"cell": spoken(str(contact["mobile_no"]))}))
    if wanted.name:
        notes.append(Note(key="contact.name_stays", facts={"customer": step.label}))
    return notes


def _warnings(wanted: _New, customer: Row, lines: Sequence[Row], party: Party, desk: Desk) -> list[Note]:
    """Who else is reached so, and what goes on being sent to the earlier e-mail."""
    others = [
        Note(key="contact.shared", facts={"value": value, "others": [label(one) for one in found]})
        for value, found in _others(wanted, party, desk)
        if found
    ]
    old = str(customer.get("email_id") or "").casefold()
    if wanted.email and wanted.email.casefold() != old:
        if customer.get("stripe_customer_id"):
            others.append(Note(key="contact.stripe_keeps", facts={"name": party.name}))
        voicemail = [spoken(row["did"]) for row in lines if old and str(row["voicemail_email"] or "").casefold() == old]
        if voicemail:
            others.append(Note(key="contact.voicemail_keeps", facts={"lines": voicemail}))
    return others


def _others(wanted: _New, party: Party, desk: Desk) -> list[tuple[str, list[Party]]]:
    directory = desk.directory
    ids = {value: directory.by_phone.get(digits(value), ()) for value in (wanted.cell, wanted.phone) if value}
    if wanted.email:
        ids[wanted.email] = directory.by_email.get(wanted.email.casefold(), ())
    return [
        (value, [directory.by_id[one] for one in found if one != party.customer_id]) for value, found in ids.items()
    ]
