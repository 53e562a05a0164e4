"""Tools of telephone lines: which there are, what an ambulance is told of one, its voicemail."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TypeVar

from agent.clients.e911 import Registration
from agent.clients.pbx import Line, VoicemailSettings
from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, Note, ResetVoicemailPassword, SetVoicemail, UpdateDoc
from agent.confirm.steps.pbx import set_at
from agent.directory import Party, spoken
from agent.errors import NotFound, Unavailable
from agent.intents.actions import GetE911Address, GetVoicemailPassword, ListPhoneLines
from agent.intents.actions import SetVoicemail as SetVoicemailAction
from agent.reply import AnyBlock, Choice, Fact, Facts, Table, Text, Tone
from agent.tools.addresses import CivicAddress, address_in, address_of, differences
from agent.tools.customer import who
from agent.tools.desk import Desk
from agent.tools.lines import (
    IN_USE,
    LineMeant,
    Verdict,
    line_meant,
    list_lines,
    owner_of,
    place_of,
    service_addresses,
    verdict,
)
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Filter, Row

MOST_ROWS = 50
Read = TypeVar("Read")
Places = Mapping[str, CivicAddress]


async def list_phone_lines(action: ListPhoneLines, desk: Desk) -> Outcome:
    """A customer's lines, or the company's, each with voicemail, adapter and what the 911 provider says."""
    party = who(action, desk) if action.customer else None
    desk.doing("lines")
    filters: list[Filter] = [("customer", "=", party.customer_id)] if party else [("status", "in", list(IN_USE))]
    customer = party.customer_id if party else None
    rows, places, registered = await together(
        list_lines(desk, *filters),
        service_addresses(desk, customer),
        _answering(desk.emergency.registrations()),
    )
    words = desk.words
    if not rows:
        name = party.name if party else words("invoices.everyone")
        return Answer([Text(text=words("phone.no_line", name=name))], customer=customer)
    shown = rows[:MOST_ROWS]
    badges = [_badge(row, places, registered, desk) for row in shown]
    columns = ("did", *(() if party else ("customer",)), "location", "status", "voicemail", "ata", "e911")
    table = Table(
        title=words("phone.title", name=party.name if party else words("invoices.everyone")),
        columns=[words(f"phone.column.{column}") for column in columns],
        rows=[_line_row(row, places, badge[0], party, desk) for row, badge in zip(shown, badges, strict=True)],
        tones=[badge[1] for badge in badges],
        total=words("phone.total", count=len(rows), shown=len(shown), wrong=sum(tone == "bad" for _, tone in badges)),
    )
    away: list[AnyBlock] = [] if registered is not None else [Text(text=words("e911.away"), tone="warning")]
    return Answer([*away, table], customer=customer)


async def get_e911_address(action: GetE911Address, desk: Desk) -> Outcome:
    """The address in force at the provider, whether it is the service address, and whether our record agrees."""
    desk.doing("e911")
    try:
        line = await line_meant(action, desk)
    except NotFound:
        return await _without_a_line(action, desk)
    if not isinstance(line, LineMeant):
        return line
    service, found = await together(place_of(line.row, desk), desk.emergency.registration(line.did))
    words = desk.words
    seen = verdict(service, found)
    facts = [
        Fact(label=words("e911.fact.line"), value=f"{spoken(line.did)} · {words.chosen(str(line.row['status']))}"),
        Fact(label=words("e911.fact.service"), value=service.text if service else "—"),
        *_in_force(found, desk),
        Fact(label=words("e911.fact.verdict"), value=say_verdict(seen, desk), tone=verdict_tone(seen)),
        *_last_request(found, desk),
        *_our_record(line.row, found, desk),
    ]
    return Answer(
        [Facts(title=words("e911.title", line=line.label), facts=facts)],
        customer=line.party.customer_id,
        location=str(line.row["service_location"] or "") or None,
    )


async def get_voicemail_password(action: GetVoicemailPassword, desk: Desk) -> Outcome:
    """The password as the PBX has it, for this answer and nothing that is kept."""
    line = await line_meant(action, desk)
    if not isinstance(line, LineMeant):
        return line
    desk.doing("lines")
    if await desk.phones.line(line.did) is None:
        return Refusal("phone.not_in_pbx", {"line": spoken(line.did)}, customer=line.party.customer_id)
    password = await desk.phones.voicemail_password(line.did)
    facts = [Fact(label=desk.words("voicemail.password"), value=password.get_secret_value(), tone="warning")]
    blocks: list[AnyBlock] = [
        Facts(title=line.label, facts=facts),
        Text(text=desk.words("voicemail.password_once"), tone="warning"),
    ]
    return Answer(blocks, customer=line.party.customer_id)


async def set_voicemail(action: SetVoicemailAction, desk: Desk) -> Outcome:
    """Voicemail on or off, where it is sent, a new password; in the PBX and on the line's record."""
    line = await line_meant(action, desk)
    if not isinstance(line, LineMeant):
        return line
    desk.doing("lines")
    facts = {"line": spoken(line.did), "name": line.party.name}
    customer = line.party.customer_id
    if line.row["status"] not in IN_USE:
        return Refusal("phone.inactive", facts, customer=customer)
    found = await desk.phones.line(line.did)
    if found is None:
        return Refusal("phone.not_in_pbx", facts, customer=customer)
    before = found.voicemail.settings()
    if action.enabled is None and action.email is None and not action.reset_password:
        return _what_to_set(before, line, desk)
    after = _wanted(action, before)
    steps = _voicemail_steps(action, line, found, after)
    if not steps:
        return Refusal("voicemail.already_on" if after.enabled else "voicemail.already_off", facts, customer=customer)
    reset = bool(action.reset_password)
    notes = [Note(key="voicemail.reset_stays", facts={})] if reset else []
    notes += [Note(key="voicemail.no_messages", facts=facts)] if before.enabled and not after.enabled else []
    warnings = [Note(key="voicemail.reset_while_off", facts=facts)] if reset and not after.enabled else []
    return Draft(
        title=Note(key="voicemail.title", facts={**facts, "change": _change_key(before, after, reset=reset)}),
        done=Note(
            key="voicemail.done", facts={**facts, "enabled": after.enabled, "email": after.email, "reset": reset}
        ),
        steps=steps,
        consequences=notes,
        warnings=warnings,
        customer=customer,
    )


def say_verdict(seen: Verdict, desk: Desk) -> str:
    """A verdict in words, with the parts that differ by name."""
    parts = [desk.words(f"e911.part.{part}") for part in seen.parts]
    return desk.words(f"e911.verdict.{seen.key}", parts=parts)


def verdict_tone(seen: Verdict) -> Tone:
    """Green where all is well, yellow while it is open, red where an ambulance would go wrong."""
    return "good" if seen.good else "warning" if seen.key in ("pending", "unplaced") else "bad"


async def _answering(reading: Awaitable[Read]) -> Read | None:
    """What was read, or None while the provider does not answer: the lines are still worth showing."""
    try:
        return await reading
    except Unavailable:
        return None


def _badge(row: Row, places: Places, registered: Mapping[str, Registration] | None, desk: Desk) -> tuple[str, Tone]:
    """The 911 status of a line; an inactive line needs none. While the provider is away, what our record says."""
    if row["status"] not in IN_USE:
        return "—", "plain"
    if registered is None:
        status = str(row.get("e911_status") or "")
        return desk.words.chosen(status), "warning"
    seen = verdict(places.get(str(row.get("service_location"))), registered.get(row["did"]))
    return say_verdict(seen, desk), verdict_tone(seen)


def _line_row(row: Row, places: Places, badge: str, party: Party | None, desk: Desk) -> list[str]:
    words = desk.words
    place = places.get(str(row.get("service_location")))
    voicemail = words("customer.yes" if row.get("voicemail_enabled") else "customer.no")
    sent_to = f" · {row['voicemail_email']}" if row.get("voicemail_enabled") and row.get("voicemail_email") else ""
    return [
        spoken(row["did"]),
        *([] if party else [owner_of(row, desk)]),
        place.text if place else "—",
        words.chosen(str(row["status"])),
        voicemail + sent_to,
        " ".join(str(row.get(one) or "") for one in ("ata_model", "ata_mac")).strip() or "—",
        badge,
    ]


async def _without_a_line(action: GetE911Address, desk: Desk) -> Outcome:
    """A number that is no line of ours may be registered all the same. Raises ``NotFound`` where it is not."""
    found = await desk.emergency.registration(action.did or "")
    if found is None:
        raise NotFound(
            f"No line has the number {action.did}.", field="did", mention=spoken(action.did or ""), choices=[]
        )
    facts = [*_in_force(found, desk), *_last_request(found, desk)]
    holder = found.registered or found.pending
    name = " ".join(part for part in (holder.first_name, holder.last_name) if part) if holder else "—"
    facts.append(Fact(label=desk.words("e911.fact.holder"), value=name))
    title = desk.words("e911.title", line=spoken(found.did))
    return Answer([Facts(title=title, facts=facts), Text(text=desk.words("e911.no_line"), tone="warning")])


def _in_force(found: Registration | None, desk: Desk) -> list[Fact]:
    words = desk.words
    entry = found.registered if found else None
    if entry is None:
        return [Fact(label=words("e911.fact.registered"), value=words("e911.nothing"), tone="bad")]
    address = address_of(entry)
    facts = [
        Fact(label=words("e911.fact.registered"), value=f"{address.text} {address.postal_code}".strip()),
        Fact(label=words("e911.fact.class"), value=words.chosen(entry.service_class)),
        Fact(label=words("e911.fact.cauca"), value=entry.cauca_code),
    ]
    if entry.registered_at:
        at = entry.registered_at.astimezone(desk.now.tzinfo).isoformat()
        facts.append(Fact(label=words("e911.fact.since"), value=words.moment(at)))
    return facts


def _last_request(found: Registration | None, desk: Desk) -> list[Fact]:
    """What was asked for last and is not in force."""
    words = desk.words
    if found is not None and found.pending is not None:
        text = words("e911.pending", address=address_of(found.pending).text)
        return [Fact(label=words("e911.fact.request"), value=text, tone="warning")]
    if found is not None and found.rejected is not None:
        why = found.rejected.reason.message if found.rejected.reason else ""
        text = words("e911.rejected", address=address_of(found.rejected).text, why=why)
        return [Fact(label=words("e911.fact.request"), value=text, tone="bad")]
    return []


def _our_record(row: Row, found: Registration | None, desk: Desk) -> list[Fact]:
    """Whether ERPNext holds what the provider has in force."""
    entry = found.registered if found else None
    agrees = entry is not None and not differences(address_in(row, "e911_"), address_of(entry))
    agrees = agrees or (entry is None and row.get("e911_status") != "Registered")
    text = desk.words("e911.agrees" if agrees else "e911.disagrees", address=address_in(row, "e911_").text)
    return [Fact(label=desk.words("e911.fact.ours"), value=text, tone="good" if agrees else "bad")]


def _what_to_set(before: VoicemailSettings, line: LineMeant, desk: Desk) -> Question:
    choices = [Choice(value=value, label=desk.words(f"voicemail.turn.{value}_")) for value in ("true", "false")]
    facts = {"line": spoken(line.did), "name": line.party.name, "enabled": before.enabled}
    return Question("voicemail.what", "enabled", facts, choices, customer=line.party.customer_id)


def _wanted(action: SetVoicemailAction, before: VoicemailSettings) -> VoicemailSettings:
    """An address to send messages to turns voicemail on, unless it is to be off."""
    enabled = action.enabled if action.enabled is not None else (before.enabled or action.email is not None)
    return VoicemailSettings(enabled=enabled, email=action.email or before.email)


def _voicemail_steps(
    action: SetVoicemailAction, line: LineMeant, found: Line, after: VoicemailSettings
) -> list[AnyStep]:
    before = found.voicemail.settings()
    steps: list[AnyStep] = []
    if after != before:
        steps.append(SetVoicemail(label=line.label, did=line.did, before=before, after=after))
    record = UpdateDoc(
        label=line.label,
        doctype="VoIP Line",
        name=str(line.row["name"]),
        before={field: line.row.get(field) for field in ("voicemail_enabled", "voicemail_email")},
        after={"voicemail_enabled": int(after.enabled), "voicemail_email": after.email},
    )
    steps += [record] if record.changes() else []
    if action.reset_password:
        steps.append(ResetVoicemailPassword(label=line.label, did=line.did, set_at=set_at(found)))
    return steps


def _change_key(before: VoicemailSettings, after: VoicemailSettings, *, reset: bool) -> str:
    if before.enabled != after.enabled:
        return "on" if after.enabled else "off"
    return "email" if before.email != after.email else "reset" if reset else "record"
