"""Tools that look back on work done: work orders, and the hours of a technician.

Two technicians on one visit count each, with their own hours. What is still open is named and not counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.clients.together import together
from agent.directory import Thing
from agent.intents.actions import ListVisits, ListWorkOrders, TechnicianHours
from agent.reply import Table, Text, Tone
from agent.tools.customer import label, where, who
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Outcome
from agent.tools.pricing import plain
from agent.tools.records import Filter, Row
from agent.tools.resolve import resolve_thing

MOST_ROWS = 50
_HAS_PARTS: Filter = ("Work Order Part", "item", "!=", "")
_SEVERAL = re.compile(r"\s*[,&+]\s*|\s+(?:and|et)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Share:
    """One technician's part of a visit. ``arrived`` and ``left`` are ``"09:00"`` or empty."""

    technician: str
    arrived: str
    left: str
    hours: Decimal


@dataclass(frozen=True)
class Work:
    """A Work Order Log as far as it is looked back on."""

    name: str
    day: str
    customer: str
    location: str
    job: str
    status: str
    note: str
    billable: bool
    invoice: str
    shares: tuple[Share, ...]

    @property
    def technicians(self) -> tuple[str, ...]:
        """Who was there."""
        return tuple(share.technician for share in self.shares)

    @property
    def hours(self) -> Decimal:
        """The hours of all who were there, together."""
        return sum((share.hours for share in self.shares), Decimal(0))


@dataclass(frozen=True)
class Scope:
    """What a question about work is narrowed to; nothing means the whole company."""

    customer: str | None
    location: str | None
    technicians: tuple[str, ...]
    since: str | None
    until: str | None

    def filters(self, date: str) -> list[Filter]:
        """As conditions, the technician left aside; ``date`` is the field of the day."""
        found: list[Filter] = []
        if self.customer:
            found.append(("customer", "=", self.customer))
        if self.location:
            found.append(("service_location", "=", self.location))
        if self.since:
            found.append((date, ">=", self.since))
        if self.until:
            found.append((date, "<=", self.until))
        return found

    def owner(self, desk: Desk) -> str:
        """What it is narrowed to, in words."""
        directory = desk.directory
        names = {thing.code: thing.name for thing in directory.technicians}
        party = directory.by_id.get(self.customer or "")
        places = [place.text for place in party.places if place.location_id == self.location] if party else []
        parts = [*(names[code] for code in self.technicians), *([party.name] if party else []), *places]
        return " · ".join(parts) or desk.words("visit.everyone")


def technicians_in(mention: str, technicians: Sequence[Thing]) -> list[Thing]:
    """The technicians named, one or several: "Sophie and Dave"."""
    named = [resolve_thing(one, technicians, "technician") for one in _SEVERAL.split(mention.strip()) if one]
    return list(dict.fromkeys(named))


def scope_of(action: ListVisits | ListWorkOrders | TechnicianHours, desk: Desk) -> Scope:
    """Whose work is asked about, where, by whom, when."""
    party = who(action, desk) if action.customer or action.location else None
    place = where(action, party, desk) if party else None
    technicians = technicians_in(action.technician, desk.directory.technicians) if action.technician else []
    return Scope(
        party.customer_id if party else None,
        place.location_id if place else None,
        tuple(thing.code for thing in technicians),
        action.since.isoformat() if action.since else None,
        action.until.isoformat() if action.until else None,
    )


async def read_work(scope: Scope, desk: Desk) -> list[Work]:
    """The work orders within a scope that were not cancelled, the newest first, in one request.

    Where technicians are asked for, only their own part of each.
    """
    filters = [*scope.filters("date"), ("status", "!=", "Cancelled")]
    if scope.technicians:
        filters.append(("Work Order Technician", "technician", "in", list(scope.technicians)))
    fields = ("name", "date", "customer", "service_location", "dispatch_job", "status", "note", "billable")
    rows = await desk.records.list(
        "Work Order Log",
        fields=[
            *fields,
            "sales_invoice",
            *(f"technicians.{field}" for field in ("technician", "arrived", "left", "hours")),
        ],
        filters=filters,
        order_by="date desc, name desc",
    )
    shares: dict[str, list[Row]] = {}
    for row in rows:
        shares.setdefault(row["name"], []).extend(row.get("technicians") or [row])
    first = {row["name"]: row for row in reversed(rows)}
    return [
        Work(
            name,
            str(first[name]["date"])[:10],
            str(first[name]["customer"]),
            str(first[name].get("service_location") or ""),
            str(first[name].get("dispatch_job") or ""),
            str(first[name]["status"]),
            str(first[name].get("note") or ""),
            bool(int(first[name].get("billable") or 0)),
            str(first[name].get("sales_invoice") or ""),
            tuple(_share(one) for one in rows_of if one.get("technician")),
        )
        for name, rows_of in shares.items()
    ]


async def list_work_orders(action: ListWorkOrders, desk: Desk) -> Outcome:
    """The work done, the newest first, with its parts and all its hours."""
    scope = scope_of(action, desk)
    desk.doing("work_orders")
    filters = [*scope.filters("date"), ("status", "!=", "Cancelled")]
    works, used = await together(
        read_work(scope, desk),
        desk.records.list("Work Order Log", fields=["name", "parts.item", "parts.qty"], filters=[*filters, _HAS_PARTS]),
    )
    words = desk.words
    if not works:
        return Answer(
            [Text(text=words("work.none", owner=scope.owner(desk)))], customer=scope.customer, location=scope.location
        )
    parts: dict[str, list[str]] = {}
    for row in used:
        if row.get("item"):
            parts.setdefault(row["name"], []).append(f"{words.number(Decimal(str(row['qty'] or 0)))} × {row['item']}")
    done = [work for work in works if work.status == "Done"]
    columns = (
        "number", "date", *(() if scope.customer else ("customer",)), "location", "technicians", "hours", "note",
        "parts", "billed",
    )  # fmt: skip
    shown = works[:MOST_ROWS]
    table = Table(
        title=words("work.title", owner=scope.owner(desk)),
        columns=[words(f"work.column.{column}") for column in columns],
        rows=[_work_row(work, scope, parts.get(work.name, []), desk) for work in shown],
        numeric=[4 if scope.customer else 5],
        tones=[_tone(work) for work in shown],
        total=words(
            "work.total",
            count=len(done),
            hours=plain(sum((work.hours for work in done), Decimal(0))),
            unfinished=[work.name for work in works if work.status != "Done"],
            shown=len(shown),
            more=len(works) > len(shown),
        ),
    )
    return Answer([table], customer=scope.customer, location=scope.location)


async def technician_hours(action: TechnicianHours, desk: Desk) -> Outcome:
    """The hours and visits of a technician (of each, where several are named), and the visits that make them up."""
    scope = scope_of(action, desk)
    desk.doing("work_orders")
    works = await read_work(scope, desk)
    words, names = desk.words, {thing.code: thing.name for thing in desk.directory.technicians}
    done = [work for work in works if work.status == "Done"]
    sentences = []
    for code in scope.technicians:
        hours = [share.hours for work in done for share in work.shares if share.technician == code]
        unfinished = [work.name for work in works if work.status != "Done" and code in work.technicians]
        sentences.append(
            words(
                "work.hours",
                name=names[code],
                hours=plain(sum(hours, Decimal(0))),
                visits=len({work.name for work in done if code in work.technicians}),
                unfinished=unfinished,
                since=scope.since or "",
                until=scope.until or "",
            )
        )
    blocks: list[Text | Table] = [Text(text=sentence) for sentence in sentences]
    rows = [(work, share) for work in works for share in work.shares][:MOST_ROWS]
    if rows:
        blocks.append(
            Table(
                title=words("work.hours_title", owner=scope.owner(desk)),
                columns=[
                    words(f"work.column.{column}")
                    for column in ("date", "technician", "customer", "location", "arrived", "left", "hours", "number")
                ],
                rows=[
                    [
                        words.day(work.day),
                        names.get(share.technician, share.technician),
                        customer_is(work.customer, desk),
                        where_is(work.location, desk),
                        share.arrived or "—",
                        share.left or "—",
                        hours_of(work, share.hours, desk),
                        work.name,
                    ]
                    for work, share in rows
                ],
                numeric=[6],
                tones=[_tone(work) for work, _ in rows],
            )
        )
    return Answer([*blocks], customer=scope.customer, location=scope.location)


def hours_of(work: Work, hours: Decimal, desk: Desk) -> str:
    """Hours as they are shown; those of a visit that is still open say so."""
    return desk.words.number(hours) if work.status == "Done" else desk.words.chosen(work.status)


def _share(row: Row) -> Share:
    hours = Decimal(str(row.get("hours") or 0)).quantize(Decimal("0.01"))
    return Share(str(row["technician"]), _clock(row.get("arrived")), _clock(row.get("left")), hours)


def _clock(time: object) -> str:
    """``09:00`` of ERPNext's ``9:00:00``."""
    return str(time).zfill(8)[:5] if time else ""


def _work_row(work: Work, scope: Scope, parts: list[str], desk: Desk) -> list[str]:
    names = {thing.code: thing.name for thing in desk.directory.technicians}
    return [
        work.name,
        desk.words.day(work.day),
        *([] if scope.customer else [customer_is(work.customer, desk)]),
        where_is(work.location, desk),
        ", ".join(names.get(code, code) for code in work.technicians) or "—",
        hours_of(work, work.hours, desk),
        work.note or "—",
        ", ".join(parts) or "—",
        work.invoice or desk.words("work.to_bill" if work.billable else "work.not_billable"),
    ]


def customer_is(customer: str, desk: Desk) -> str:
    """A customer as a row of the whole company names them."""
    party = desk.directory.by_id.get(customer)
    return label(party) if party else customer


def where_is(location: str, desk: Desk) -> str:
    """A service address as people say it."""
    return next((place.text for place in desk.directory.places if place.location_id == location), location or "—")


def _tone(work: Work) -> Tone:
    return "warning" if work.status != "Done" else "plain"
