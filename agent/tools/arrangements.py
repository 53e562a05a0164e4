"""Tools of payment arrangements: who promised what by when, making one, ending one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import InsertDoc, Note, UpdateDoc
from agent.directory import Party
from agent.intents.actions import CancelPaymentArrangement, CreatePaymentArrangement, ListArrangements
from agent.reply import Choice, Table, Text, Tone
from agent.tools.customer import RUNNING, balance_of, cents, label, plain_text, running_arrangements, who
from agent.tools.desk import Desk
from agent.tools.listing import MOST_ROWS, columns, owned
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Filter, Row
from agent.tools.schedule import Payment, schedule

_A_LONG_TIME = 180
"""Days ahead from which a date of an arrangement is pointed out."""
_METHODS = {"portal": "Portal", "cheque": "Cheque", "phone": "Phone", "ppa": "PPA"}


async def list_arrangements(action: ListArrangements, desk: Desk) -> Outcome:
    """A customer's arrangements, or the company's, the next due first, with the days left."""
    party = who(action, desk) if action.customer else None
    desk.doing("arrangements")
    filters: list[Filter] = [("customer", "=", party.customer_id)] if party else []
    filters += [("status", "=", action.status.capitalize())] if action.status != "all" else []
    rows = await desk.records.list(
        "Payment Arrangement",
        fields=["customer", "amount", "due_date", "cutoff_date", "frequency", "method", "status"],
        filters=filters,
        order_by="due_date desc, name desc",
        limit=MOST_ROWS + 1,
    )
    words, owner, asked = desk.words, owned(party, desk), desk.words(f"arrangement.status.{action.status}")
    if not rows:
        sentence = words("arrangement.none", name=owner, asked=asked)
        return Answer([Text(text=sentence)], customer=party.customer_id if party else None)
    shown = sorted(rows[:MOST_ROWS], key=lambda row: (row["status"] not in RUNNING, _until(row, "due_date", desk)))
    names = ("name", "customer", "amount", "due", "left", "cutoff", "left", "state")
    table = Table(
        title=words("arrangement.list_title", name=owner, asked=asked),
        columns=[words(f"arrangement.column.{name}") for name in columns(names, party)],
        rows=[_listed(row, party, desk) for row in shown],
        numeric=[1] if party else [2],
        tones=[_urgency(row, desk) for row in shown],
        total=words(
            "arrangement.total",
            running=str(sum((cents(row["amount"]) for row in shown if row["status"] in RUNNING), Decimal(0))),
            count=len(shown),
            more=len(rows) > len(shown),
        ),
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
        amount=covered,
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


def _listed(row: Row, party: Party | None, desk: Desk) -> list[str]:
    words, running = desk.words, row["status"] in RUNNING
    owner = desk.directory.by_id.get(row["customer"])

    def left(field: str) -> str:
        return words("arrangement.days", days=_until(row, field, desk)) if running and row.get(field) else "—"

    return [
        row["name"],
        *([] if party else [label(owner) if owner else str(row["customer"])]),
        words.money(cents(row["amount"])),
        str(row["due_date"] or "—"),
        left("due_date"),
        str(row["cutoff_date"] or "—"),
        left("cutoff_date"),
        words.chosen(str(row["status"])),
    ]


def _until(row: Row, field: str, desk: Desk) -> int:
    """The days from today to a date of an arrangement; 0 where it has none."""
    return (dt.date.fromisoformat(str(row[field])[:10]) - desk.today).days if row.get(field) else 0


def _urgency(row: Row, desk: Desk) -> Tone:
    if row["status"] not in RUNNING:
        return "bad" if row["status"] == "Broken" else "plain"
    return "bad" if _until(row, "due_date", desk) < 0 else "warning"


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
