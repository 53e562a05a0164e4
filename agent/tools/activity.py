"""What happened on a file, as one timeline: notes, suspension, tickets, visits, payments, addresses, our own deeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.clients.together import together
from agent.confirm.deeds import Deed
from agent.directory import Party
from agent.intents.actions import ListActivity, ListPayments
from agent.reply import Table, Text
from agent.tools.comments import plain
from agent.tools.customer import cents, who
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Outcome
from agent.tools.records import Filter, Row
from agent.tools.visits import Visit, read_visits
from agent.tools.work_orders import Scope, customer_is

MOST_ROWS = 50


@dataclass(frozen=True)
class _Event:
    """Something that happened. ``when`` is ``2026-03-12 09:00``, or the day alone."""

    when: str
    kind: str
    what: str
    customer: str = ""
    by: str = ""


async def list_activity(action: ListActivity, desk: Desk) -> Outcome:
    """The newest first; of a customer, or of the whole company."""
    party = who(action, desk) if action.customer else None
    desk.doing("activity")
    since, until = (day.isoformat() if day else None for day in (action.since, action.until))
    scope = Scope(party.customer_id if party else None, None, (), since, until)
    comments, tickets, visits, payments, customers = await together(
        _comments(scope, party, desk),
        _tickets(scope, desk),
        read_visits(scope, desk),
        _payments(scope, desk),
        _suspended(scope, desk),
    )
    deeds = [deed for deed in desk.deeds(scope.customer) if _within(f"{deed.at:%Y-%m-%d}", since, until)]
    happened = Happened(comments, tickets, visits, payments, customers, deeds)
    found = timeline(happened, party, desk, most=MOST_ROWS)
    if found is None:
        owner = party.name if party else desk.words("visit.everyone")
        return Answer([Text(text=desk.words("activity.none", name=owner))], customer=scope.customer)
    return Answer([found], customer=scope.customer)


@dataclass(frozen=True)
class Happened:
    """What a timeline is made of, as it was read: ERPNext's rows, visits, and our own deeds."""

    comments: Sequence[Row] = ()
    tickets: Sequence[Row] = ()
    visits: Sequence[Visit] = ()
    payments: Sequence[Row] = ()
    suspended: Sequence[Row] = ()
    deeds: Sequence[Deed] = ()


def timeline(happened: Happened, party: Party | None, desk: Desk, *, most: int) -> Table | None:
    """What happened, the newest first, of a customer or of all; None where nothing did."""
    events = [
        *_of_comments(happened.comments, desk),
        *(_of_ticket(row, desk) for row in happened.tickets),
        *(_of_visit(visit, desk) for visit in happened.visits),
        *(_of_payment(row, desk) for row in happened.payments),
        *(_of_suspension(row, desk) for row in happened.suspended),
        *(_of_deed(deed, desk) for deed in happened.deeds),
    ]
    if not events:
        return None
    events.sort(key=lambda event: event.when, reverse=True)
    words = desk.words
    shown = events[:most]
    columns = ("date", "kind", *(() if party else ("customer",)), "what", "by")
    return Table(
        title=words("activity.title", name=party.name if party else words("visit.everyone")),
        columns=[words(f"activity.column.{column}") for column in columns],
        rows=[
            [
                _when(event.when, desk),
                words(f"activity.kind.{event.kind}"),
                *([] if party else [customer_is(event.customer, desk) or "—"]),
                event.what,
                event.by or "—",
            ]
            for event in shown
        ],
        total=words("activity.total", shown=len(shown), more=len(events) > len(shown)),
    )


async def _comments(scope: Scope, party: Party | None, desk: Desk) -> list[Row]:
    """Notes on customers; on service addresses, where an earlier address is kept."""
    filters: list[Filter] = [
        ("comment_type", "=", "Comment"),
        ("reference_doctype", "in", ["Customer", "Service Location"]),
        *_days("creation", scope),
    ]
    if party:
        records = [party.customer_id, *(place.location_id for place in party.places)]
        filters.append(("reference_name", "in", records))
    return await desk.records.list(
        "Comment",
        fields=["reference_doctype", "reference_name", "content", "creation", "comment_by", "comment_email"],
        filters=filters,
        order_by="creation desc",
        limit=MOST_ROWS + 1,
    )


async def _tickets(scope: Scope, desk: Desk) -> list[Row]:
    return await desk.records.list(
        "Issue",
        fields=["customer", "subject", "status", "opening_date", "opening_time", "raised_by"],
        filters=[*([("customer", "=", scope.customer)] if scope.customer else []), *_days("opening_date", scope)],
        order_by="opening_date desc, name desc",
        limit=MOST_ROWS + 1,
    )


async def _payments(scope: Scope, desk: Desk) -> list[Row]:
    """Payments received, for who may see them."""
    if not desk.may(ListPayments()):
        return []
    return await desk.records.list(
        "Payment Entry",
        fields=["party", "posting_date", "paid_amount", "mode_of_payment"],
        filters=[
            ("party_type", "=", "Customer"),
            ("payment_type", "=", "Receive"),
            ("docstatus", "=", 1),
            *([("party", "=", scope.customer)] if scope.customer else []),
            *_days("posting_date", scope),
        ],
        order_by="posting_date desc, name desc",
        limit=MOST_ROWS + 1,
    )


async def _suspended(scope: Scope, desk: Desk) -> list[Row]:
    """The suspensions that last; of an earlier one there is the comment."""
    return await desk.records.list(
        "Customer",
        fields=["suspended_on", "suspension_reason"],
        filters=[
            ("is_suspended", "=", 1),
            *([("name", "=", scope.customer)] if scope.customer else []),
            *_days("suspended_on", scope),
        ],
        order_by="suspended_on desc",
        limit=MOST_ROWS + 1,
    )


def _days(field: str, scope: Scope) -> list[Filter]:
    """The days asked for, the last one to its end."""
    last = f"{scope.until} 23:59:59.999999" if scope.until and field == "creation" else scope.until
    return [
        *([(field, ">=", scope.since)] if scope.since else []),
        *([(field, "<=", last)] if last else []),
    ]


def _of_comments(rows: Sequence[Row], desk: Desk) -> Iterable[_Event]:
    owners = {place.location_id: place.customer_id for place in desk.directory.places}
    for row in rows:
        on = str(row["reference_name"])
        kind = "address" if row["reference_doctype"] == "Service Location" else "note"
        by = str(row.get("comment_by") or row.get("comment_email") or "")
        yield _Event(
            str(row.get("creation") or "")[:16], kind, plain(str(row["content"] or "")), owners.get(on, on), by
        )


def _of_ticket(row: Row, desk: Desk) -> _Event:
    at = f"{str(row['opening_date'])[:10]} {_clock(str(row.get('opening_time') or ''))}".strip()
    what = f"{row['name']} · {row['subject']} ({desk.words.chosen(str(row['status']))})"
    return _Event(at, "ticket", what, str(row.get("customer") or ""))


def _clock(time: str) -> str:
    """``"09:00"`` of ERPNext's ``"9:00:12.500000"``, which drops a leading zero."""
    hour, _, rest = time.partition(":")
    return f"{hour:0>2}:{rest[:2]}" if rest else ""


def _of_visit(visit: Visit, desk: Desk) -> _Event:
    names = {thing.code: thing.name for thing in desk.directory.technicians}
    by = ", ".join(names.get(code, code) for code in visit.technicians)
    what = f"{visit.number} · {visit.why or '—'} ({desk.words.chosen(visit.state)})"
    return _Event(visit.day, "visit", what, visit.customer, by)


def _of_payment(row: Row, desk: Desk) -> _Event:
    method = desk.words.chosen(str(row.get("mode_of_payment") or "—"))
    what = f"{row['name']} · {desk.words.money(cents(row['paid_amount']))} ({method})"
    return _Event(str(row["posting_date"])[:10], "payment", what, str(row["party"]))


def _of_suspension(row: Row, desk: Desk) -> _Event:
    since = str(row.get("suspended_on") or "")[:10]
    reason = str(row.get("suspension_reason") or "")
    return _Event(since, "suspension", reason or desk.words("customer.suspended", since=since), str(row["name"]))


def _of_deed(deed: Deed, desk: Desk) -> _Event:
    titles = "; ".join(desk.words(title.key, **title.facts) for title in deed.titles)
    end = "undone" if deed.undone else deed.status
    what = f"{titles} ({desk.words(f'activity.deed.{end}')})"
    return _Event(f"{deed.at:%Y-%m-%d %H:%M}", "deed", what, deed.customer, deed.user)


def _within(day: str, since: str | None, until: str | None) -> bool:
    return (not since or day >= since) and (not until or day <= until)


def _when(when: str, desk: Desk) -> str:
    if len(when) <= len("2026-03-12"):
        return desk.words.day(when) if when else "—"
    return desk.words.moment(dt.datetime.fromisoformat(when))
