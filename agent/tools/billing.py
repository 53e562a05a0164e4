"""Tools of billing: what is owed, invoices, payment arrangements."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import InsertDoc, Note, UpdateDoc
from agent.directory import Party
from agent.intents.actions import (
    CancelPaymentArrangement,
    CreatePaymentArrangement,
    GetBalance,
    ListInvoices,
)
from agent.reply import Choice, Fact, Facts, Table, Text, Tone
from agent.tools.customer import (
    balance_of,
    cents,
    is_overdue,
    label,
    owing,
    plain_text,
    running_arrangements,
    unpaid_invoices,
    who,
)
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Filter, Row
from agent.tools.schedule import Payment, schedule

MOST_ROWS = 50
_A_LONG_TIME = 180
"""Days ahead from which a date of an arrangement is pointed out."""
_METHODS = {"portal": "Portal", "cheque": "Cheque", "phone": "Phone", "ppa": "PPA"}


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
    owner = party.name if party else words("invoices.everyone")
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
            words(f"invoices.{column}")
            for column in ("name", *(() if party else ("customer",)), "date", "due", "total", "owing")
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


async def create_payment_arrangement(action: CreatePaymentArrangement, desk: Desk) -> Outcome:
    """A Payment Arrangement, with its schedule where there are several payments."""
    party = who(action, desk)
    refusal = _impossible_dates(action, desk.today, party)
    if refusal:
        return refusal
    assert action.amount is not None and action.due_date is not None  # noqa: S101, PT018 - required, checked before
    desk.doing("arrangements")
    customer, running, balance = await together(
        desk.records.get("Customer", party.customer_id),
        running_arrangements(party.customer_id, desk),
        balance_of(party.customer_id, desk),
    )
    if running and not action.replace:
        if action.replace is False:
            return Refusal("arrangement.kept", {"name": party.name}, customer=party.customer_id)
        return _replace_or_keep(party, running[0], desk)
    if action.every == "once" and (action.installments or 1) > 1:
        return _how_often(party, desk)
    payments = schedule(action.amount, action.due_date, action.every, action.installments, balance)
    covered = sum((payment.amount for payment in payments), Decimal(0))
    warnings = _arrangement_warnings(action, party, covered, balance, suspended=bool(customer.get("is_suspended")))
    warnings += _far_away(action, desk.today)
    return Draft(
        title=Note(
            key="arrangement.title",
            facts={
                "name": party.name,
                "amount": str(action.amount),
                "due": action.due_date.isoformat(),
                "count": len(payments),
                "every": action.every,
                "replaces": [row["name"] for row in running],
            },
        ),
        done=Note(key="arrangement.done", facts={"name": party.name}),
        steps=[
            *(_cancel(row, desk.words("arrangement.replaced")) for row in running),
            _new_arrangement(action, party, payments, desk),
        ],
        consequences=[
            Note(
                key="arrangement.covers", facts={"name": party.name, "covered": str(covered), "balance": str(balance)}
            ),
            *(
                [Note(key="arrangement.cutoff", facts={"cutoff": action.cutoff_date.isoformat()})]
                if action.cutoff_date
                else []
            ),
        ],
        warnings=warnings,
        customer=party.customer_id,
    )


async def cancel_payment_arrangement(action: CancelPaymentArrangement, desk: Desk) -> Outcome:
    """End the arrangement that is open; where several are, ask which."""
    party = who(action, desk)
    desk.doing("arrangements")
    running = await running_arrangements(party.customer_id, desk)
    if action.arrangement:
        running = [row for row in running if row["name"].casefold() == action.arrangement.casefold()]
    if not running:
        return Refusal("arrangement.none_open", {"name": party.name}, customer=party.customer_id)
    if len(running) > 1:
        return Question(
            "arrangement.which",
            "arrangement",
            {"name": party.name},
            [Choice(value=row["name"], label=row["name"], detail=describe(row, desk)) for row in running],
            customer=party.customer_id,
        )
    balance = await balance_of(party.customer_id, desk)
    return Draft(
        title=Note(key="arrangement.cancel_title", facts={"name": party.name, "arrangement": running[0]["name"]}),
        done=Note(key="arrangement.cancelled", facts={"name": party.name, "arrangement": running[0]["name"]}),
        steps=[_cancel(running[0], action.reason)],
        consequences=[Note(key="arrangement.balance_due", facts={"name": party.name, "balance": str(balance)})],
        customer=party.customer_id,
    )


def describe(row: Row, desk: Desk) -> str:
    """An arrangement on one line, with the days that are left."""
    due = dt.date.fromisoformat(str(row["due_date"])[:10])
    return desk.words(
        "arrangement.line",
        arrangement=row["name"],
        amount=str(cents(row["amount"])),
        due=due.isoformat(),
        days=(due - desk.today).days,
        cutoff=str(row.get("cutoff_date") or ""),
    )


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
    if action.since:
        filters.append(("posting_date", ">=", action.since.isoformat()))
    if action.until:
        filters.append(("posting_date", "<=", action.until.isoformat()))
    return filters


def _tone(row: Row, today: dt.date) -> Tone:
    if is_overdue(row, today):
        return "bad"
    return "warning" if cents(row["outstanding_amount"]) > 0 else "plain"


def _impossible_dates(action: CreatePaymentArrangement, today: dt.date, party: Party) -> Refusal | None:
    due, cutoff = action.due_date, action.cutoff_date
    if due is not None and due < today:
        facts = {"due": due.isoformat()}
        return Refusal("arrangement.due_in_the_past", facts, customer=party.customer_id, another_value=True)
    if due is not None and cutoff is not None and cutoff < due:
        facts = {"due": due.isoformat(), "cutoff": cutoff.isoformat()}
        return Refusal("arrangement.cutoff_before_due", facts, customer=party.customer_id, another_value=True)
    return None


def _replace_or_keep(party: Party, row: Row, desk: Desk) -> Question:
    words = desk.words
    return Question(
        "arrangement.replace_or_keep",
        "replace",
        {"name": party.name, "line": describe(row, desk)},
        [
            Choice(value="true", label=words("arrangement.replace"), detail=words("arrangement.replace_detail")),
            Choice(value="false", label=words("arrangement.keep"), detail=words("arrangement.keep_detail")),
        ],
        customer=party.customer_id,
    )


def _how_often(party: Party, desk: Desk) -> Question:
    choices = [
        Choice(value=every, label=desk.words(f"arrangement.every.{every}"))
        for every in ("weekly", "biweekly", "monthly")
    ]
    return Question("arrangement.how_often", "every", {"name": party.name}, choices, customer=party.customer_id)


def _far_away(action: CreatePaymentArrangement, today: dt.date) -> list[Note]:
    """A date a year off is more often a slip than a promise."""
    days = [day for day in (action.due_date, action.cutoff_date) if day and (day - today).days > _A_LONG_TIME]
    return [Note(key="arrangement.far_away", facts={"day": day.isoformat()}) for day in days]


def _arrangement_warnings(
    action: CreatePaymentArrangement, party: Party, covered: Decimal, balance: Decimal, *, suspended: bool
) -> list[Note]:
    warnings = []
    if balance <= 0:
        warnings.append(Note(key="arrangement.owes_nothing", facts={"name": party.name}))
    elif covered < balance:
        warnings.append(Note(key="arrangement.does_not_cover", facts={"rest": str(balance - covered)}))
    elif covered > balance:
        warnings.append(Note(key="arrangement.more_than_owed", facts={"balance": str(balance)}))
    if suspended:
        warnings.append(Note(key="arrangement.stays_suspended", facts={"name": party.name}))
    if action.cutoff_date is None:
        warnings.append(Note(key="arrangement.no_cutoff", facts={}))
    return warnings


def _cancel(row: Row, reason: str | None) -> UpdateDoc:
    return UpdateDoc(
        label=row["name"],
        doctype="Payment Arrangement",
        name=row["name"],
        before={"status": row["status"], "change_reason": row.get("change_reason")},
        after={"status": "Cancelled", "change_reason": plain_text(reason)},
    )


def _new_arrangement(action: CreatePaymentArrangement, party: Party, payments: list[Payment], desk: Desk) -> InsertDoc:
    values: dict[str, Any] = {
        "customer": party.customer_id,
        "amount": f"{action.amount:.2f}",
        "agreed_on": desk.now.date().isoformat(),
        "due_date": payments[0].due_date.isoformat(),
        "cutoff_date": action.cutoff_date.isoformat() if action.cutoff_date else None,
        "frequency": action.every.capitalize(),
        "method": _METHODS[action.method] if action.method else None,
        "status": "Open",
        "note": plain_text(action.note),
    }
    if len(payments) > 1:
        values["installments"] = [
            {"due_date": payment.due_date.isoformat(), "amount": f"{payment.amount:.2f}"} for payment in payments
        ]
    return InsertDoc(
        label=label(party),
        doctype="Payment Arrangement",
        values={field: value for field, value in values.items() if value is not None},
        on_undo="set",
        undone_values={"status": "Cancelled"},
    )
