"""Reports of telephony: every number, the lines whose 911 address is wrong, the registrations that nobody needs.

Each is joined out of a fixed number of paged lists (lines, addresses, the PBX, the provider), never one request a
line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.clients.e911 import Entry, InForce, Registration
from agent.clients.pbx import Line
from agent.clients.together import together
from agent.directory import spoken
from agent.intents.actions import DidReport, E911Mismatches, E911Orphans
from agent.intents.actions.voice import Export
from agent.reply import AnyBlock, Table, Text, Tone
from agent.tools.addresses import CivicAddress, address_of
from agent.tools.desk import Desk
from agent.tools.lines import IN_USE, Verdict, list_lines, owner_of, service_addresses, verdict
from agent.tools.outcome import Answer, Outcome
from agent.tools.records import Row
from agent.tools.sheets import sheet
from agent.tools.voice import say_verdict, verdict_tone

MOST_SHOWN = 200
"""Rows that are drawn; a file holds them all."""


@dataclass(frozen=True)
class Number:
    """A number, and all that the systems say of it. ``row`` is its VoIP Line, ``line`` the PBX's."""

    did: str
    row: Row | None
    line: Line | None
    service: CivicAddress | None
    found: Registration | None
    seen: Verdict

    @property
    def in_use(self) -> bool:
        """Whether somebody has the line, by our record or because it has a dial tone."""
        return (self.row is not None and self.row["status"] in IN_USE) or (self.line is not None and self.line.enabled)

    @property
    def orphan(self) -> InForce | None:
        """What is in force at the provider for a number that nobody has."""
        return self.found.registered if self.found is not None and not self.in_use else None


async def numbers(desk: Desk) -> list[Number]:
    """Every number that any of the systems knows, in order."""
    rows, places, lines, registered = await together(
        list_lines(desk), service_addresses(desk), desk.phones.lines(), desk.emergency.registrations()
    )
    by_did: dict[str, Row] = {row["did"]: row for row in rows}
    ringing: dict[str, Line] = {line.did: line for line in lines}
    return [
        _number(did, by_did.get(did), ringing.get(did), places, registered.get(did))
        for did in sorted(by_did.keys() | ringing.keys() | registered.keys())
    ]


async def did_report(action: DidReport, desk: Desk) -> Outcome:
    """Every number: whose it is, where it stands, where an ambulance would go, and whether that is the same."""
    desk.doing("report")
    every = await numbers(desk)
    shown = every if action.status == "all" else [one for one in every if one.row and one.row["status"] == "Active"]
    words = desk.words
    counted = Counter("orphan" if one.orphan else one.seen.key for one in shown if one.in_use or one.orphan)
    table = Table(
        title=words("did_report.title"),
        columns=_columns(("did", "customer", "status", "service", "registered", "match"), desk),
        rows=[[*_who_and_where(one, desk), _registered(one), _match(one, desk)] for one in shown],
        tones=[_tone(one) for one in shown],
        total=words("did_report.total", count=len(shown), **{key: counted[key] for key in _COUNTED}),
    )
    return _report("did_report", table, action.export, desk)


async def e911_mismatches(action: E911Mismatches, desk: Desk) -> Outcome:
    """The lines in use that an ambulance would not find at their service address, and what differs."""
    desk.doing("report")
    words = desk.words
    in_use = [one for one in await numbers(desk) if one.in_use]
    wrong = [one for one in in_use if one.seen.key == "differs"]
    unknown = [spoken(one.did) for one in in_use if one.seen.key in ("unknown", "rejected")]
    table = Table(
        title=words("e911_mismatches.title"),
        columns=_columns(("did", "customer", "service", "registered", "differs"), desk),
        rows=[_mismatch_row(one, desk) for one in wrong],
        tones=["bad"] * len(wrong),
        total=words("e911_mismatches.total", count=len(wrong), lines=len(in_use), unknown=unknown),
    )
    return _report("e911_mismatches", table, action.export, desk)


async def e911_orphans(action: E911Orphans, desk: Desk) -> Outcome:
    """The registrations in force of numbers that have no line in use."""
    desk.doing("report")
    words = desk.words
    rows = [_orphan_row(one, one.orphan, desk) for one in await numbers(desk) if one.orphan]
    table = Table(
        title=words("e911_orphans.title"),
        columns=_columns(("did", "holder", "registered", "class", "since", "customer"), desk),
        rows=rows,
        tones=["warning"] * len(rows),
        total=words("e911_orphans.total", count=len(rows)),
    )
    return _report("e911_orphans", table, action.export, desk)


def _columns(names: Sequence[str], desk: Desk) -> list[str]:
    return [desk.words(f"e911.column.{name}") for name in names]


def _mismatch_row(one: Number, desk: Desk) -> list[str]:
    did, customer, _, service = _who_and_where(one, desk)
    parts = ", ".join(desk.words(f"e911.part.{part}") for part in one.seen.parts)
    return [did, customer, service, _registered(one), parts]


def holder(entry: Entry) -> str:
    """In whose name a number is registered."""
    return " ".join(part for part in (entry.first_name, entry.last_name) if part)


_COUNTED = ("matches", "differs", "unknown", "pending", "rejected", "unplaced", "orphan")


def _number(
    did: str, row: Row | None, line: Line | None, places: Mapping[str, CivicAddress], found: Registration | None
) -> Number:
    location = str(row.get("service_location")) if row else line.location if line else ""
    service = places.get(location)
    return Number(did, row, line, service, found, verdict(service, found))


def _report(name: str, table: Table, export: Export, desk: Desk) -> Answer:
    """The summary, then the table, or the file that holds it."""
    words = desk.words
    rows, total = table.rows, table.total
    if export != "table":
        file = sheet(table, f"{name}-{desk.today.isoformat()}", export)
        return Answer([Text(text=f"{table.title} · {total}"), file])
    if not rows:
        return Answer([Text(text=total, tone="good")])
    blocks: list[AnyBlock] = [
        table.model_copy(update={"rows": rows[:MOST_SHOWN], "tones": table.tones[:MOST_SHOWN]}),
    ]
    if len(rows) > MOST_SHOWN:
        blocks.append(Text(text=words("e911.more_rows", shown=MOST_SHOWN, count=len(rows))))
    return Answer(blocks)


def _who_and_where(one: Number, desk: Desk) -> tuple[str, str, str, str]:
    status = desk.words.chosen(str(one.row["status"])) if one.row else desk.words("e911.no_line_short")
    owner = owner_of(one.row, desk) if one.row else holder(one.orphan) if one.orphan else "—"
    return spoken(one.did), owner, status, one.service.text if one.service else "—"


def _registered(one: Number) -> str:
    return one.seen.registered.text if one.seen.registered else "—"


def _match(one: Number, desk: Desk) -> str:
    if one.orphan:
        return desk.words("e911.verdict.orphan")
    return say_verdict(one.seen, desk) if one.in_use else "—"


def _tone(one: Number) -> Tone:
    if one.orphan:
        return "warning"
    return verdict_tone(one.seen) if one.in_use else "plain"


def _orphan_row(one: Number, entry: InForce, desk: Desk) -> list[str]:
    since = entry.registered_at.astimezone(desk.now.tzinfo).date().isoformat() if entry.registered_at else "—"
    return [
        spoken(one.did),
        holder(entry),
        address_of(entry).text,
        desk.words.chosen(entry.service_class),
        since,
        owner_of(one.row, desk) if one.row else "—",
    ]
