"""Tools of billing: what is owed, and invoices."""

from __future__ import annotations

import datetime as dt

from agent.clients.together import together
from agent.directory import Party
from agent.intents.actions import GetBalance, ListInvoices
from agent.reply import Fact, Facts, Table, Text, Tone
from agent.tools.arrangements import describe
from agent.tools.customer import cents, is_overdue, label, owing, running_arrangements, unpaid_invoices, who
from agent.tools.desk import Desk
from agent.tools.listing import MOST_ROWS, columns, owned, period
from agent.tools.outcome import Answer, Outcome
from agent.tools.records import Filter, Row


async def get_balance(action: GetBalance, desk: Desk) -> Outcome:
    """Total outstanding, the overdue part, the oldest unpaid invoice, the arrangement that runs."""
    party = who(action, desk)
    desk.doing("balance")
    unpaid, arrangements, customer = await together(
        unpaid_invoices(party.customer_id, desk),
        running_arrangements(party.customer_id, desk),
        desk.records.get("Customer", party.customer_id),
    )
    words = desk.words
    total, overdue = owing(unpaid, desk.today)
    facts = [
        Fact(label=words("balance.total"), value=words.money(total), tone="bad" if overdue else "plain"),
        Fact(label=words("balance.overdue"), value=words.money(overdue), tone="bad" if overdue else "good"),
    ]
    if unpaid:
        oldest = unpaid[0]
        facts.append(
            Fact(
                label=words("balance.oldest"),
                value=words(
                    "balance.oldest_value",
                    name=oldest["name"],
                    amount=str(cents(oldest["outstanding_amount"])),
                    due=str(oldest["due_date"]),
                ),
            )
        )
    facts += [
        Fact(label=words("balance.arrangement"), value=describe(row, desk), tone="warning") for row in arrangements
    ]
    if customer.get("is_suspended"):
        facts.append(
            Fact(
                label=words("balance.service"),
                value=words("customer.suspended", since=str(customer.get("suspended_on") or "")),
                tone="bad",
            )
        )
    sentence = words("balance.owes" if total else "balance.owes_nothing", name=party.name, total=str(total))
    return Answer([Text(text=sentence), Facts(title=label(party), facts=facts)], customer=party.customer_id)


async def list_invoices(action: ListInvoices, desk: Desk) -> Outcome:
    """A customer's invoices, or the company's, the newest first."""
    party = who(action, desk) if action.customer else None
    desk.doing("invoices")
    filters = _invoice_filters(action, party, desk)
    rows = await desk.records.list(
        "Sales Invoice",
        fields=["name", "customer", "customer_name", "posting_date", "due_date", "grand_total", "outstanding_amount"],
        filters=filters,
        order_by="posting_date desc, name desc",
        limit=MOST_ROWS + 1,
    )
    words = desk.words
    owner = owned(party, desk)
    asked = words(f"invoices.status.{action.status}")
    if not rows:
        return Answer(
            [Text(text=words("invoices.none", name=owner, asked=asked))], customer=party.customer_id if party else None
        )
    total = await desk.records.sum("Sales Invoice", "outstanding_amount", filters)
    shown = rows[:MOST_ROWS]
    table = Table(
        title=words("invoices.title", name=owner, asked=asked),
        columns=[
            words(f"invoices.{name}") for name in columns(("name", "customer", "date", "due", "total", "owing"), party)
        ],
        rows=[
            [
                row["name"],
                *([] if party else [f"{row['customer_name']} ({row['customer']})"]),
                str(row["posting_date"]),
                str(row["due_date"] or ""),
                words.money(cents(row["grand_total"])),
                words.money(cents(row["outstanding_amount"])),
            ]
            for row in shown
        ],
        numeric=[3, 4] if party else [4, 5],
        tones=[_tone(row, desk.today) for row in shown],
        total=words("invoices.total", owing=str(cents(total)), count=len(shown), more=len(rows) > len(shown)),
    )
    return Answer([table], customer=party.customer_id if party else None)


def _invoice_filters(action: ListInvoices, party: Party | None, desk: Desk) -> list[Filter]:
    filters: list[Filter] = [("docstatus", "=", 1)]
    if party:
        filters.append(("customer", "=", party.customer_id))
    if action.status in ("unpaid", "overdue"):
        filters.append(("outstanding_amount", ">", 0))
    if action.status == "overdue":
        filters.append(("due_date", "<", desk.today.isoformat()))
    if action.status == "paid":
        filters.append(("outstanding_amount", "<=", 0))
    return filters + period("posting_date", action.since, action.until)


def _tone(row: Row, today: dt.date) -> Tone:
    if is_overdue(row, today):
        return "bad"
    return "warning" if cents(row["outstanding_amount"]) > 0 else "plain"
