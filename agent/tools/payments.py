"""Tools of payments: what came in, and putting it on what is owed, the oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import Implied, InsertDoc, Note, Ref, SubmitDoc
from agent.directory import Party, fold
from agent.errors import Misconfigured, NotFound
from agent.intents.actions import ListPayments, RecordPayment
from agent.reply import Choice, Table, Text
from agent.tools.arrangements import describe
from agent.tools.customer import cents, label, plain_text, running_arrangements, unpaid_invoices, who
from agent.tools.desk import Desk
from agent.tools.listing import MOST_ROWS, columns, owned, period
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Filter, Row

_MODES = {
    "portal": "Portal",
    "cheque": "Cheque",
    "phone": "Phone",
    "ppa": "PPA",
    "cash": "Cash",
    "card": "Card",
}
"""The catalogue's methods -> the site's modes of payment."""


async def list_payments(action: ListPayments, desk: Desk) -> Outcome:
    """A customer's payments, or the company's, the newest first."""
    party = who(action, desk) if action.customer else None
    desk.doing("payments")
    filters: list[Filter] = [("docstatus", "=", 1), ("payment_type", "=", "Receive")]
    filters += [("party", "=", party.customer_id)] if party else []
    filters += period("posting_date", action.since, action.until)
    rows = await desk.records.list(
        "Payment Entry",
        fields=[
            "party",
            "party_name",
            "posting_date",
            "mode_of_payment",
            "reference_no",
            "paid_amount",
            "unallocated_amount",
        ],
        filters=filters,
        order_by="posting_date desc, name desc",
        limit=MOST_ROWS + 1,
    )
    words, owner = desk.words, owned(party, desk)
    if not rows:
        return Answer([Text(text=words("payments.none", name=owner))], customer=party.customer_id if party else None)
    total = await desk.records.sum("Payment Entry", "paid_amount", filters)
    shown = rows[:MOST_ROWS]
    names = ("name", "customer", "date", "method", "reference", "amount", "unallocated")
    table = Table(
        title=words("payments.title", name=owner),
        columns=[words(f"payments.{name}") for name in columns(names, party)],
        rows=[
            [
                row["name"],
                *([] if party else [f"{row['party_name']} ({row['party']})"]),
                str(row["posting_date"]),
                words.chosen(str(row["mode_of_payment"] or "—")),
                str(row["reference_no"] or "—"),
                words.money(cents(row["paid_amount"])),
                words.money(cents(row["unallocated_amount"])) if cents(row["unallocated_amount"]) else "—",
            ]
            for row in shown
        ],
        numeric=[4, 5] if party else [5, 6],
        tones=["warning" if cents(row["unallocated_amount"]) else "plain" for row in shown],
        total=words("payments.total", paid=str(cents(total)), count=len(shown), more=len(rows) > len(shown)),
    )
    return Answer([table], customer=party.customer_id if party else None)


async def record_payment(action: RecordPayment, desk: Desk) -> Outcome:
    """A Payment Entry, made as a draft, compared and submitted; what is more than owed stays unallocated."""
    party = await _payer(action, desk)
    day = action.date or desk.now.date()
    if day > desk.now.date():
        return Refusal("payment.not_later", {"date": day.isoformat()}, customer=party.customer_id, another_value=True)
    desk.doing("balance")
    customer, unpaid, arrangements, same_day, accounts = await together(
        desk.records.get("Customer", party.customer_id),
        unpaid_invoices(party.customer_id, desk),
        running_arrangements(party.customer_id, desk),
        _payments_of(party, day, desk),
        _accounts(desk),
    )
    owed = [row for row in unpaid if cents(row["outstanding_amount"]) > 0]
    meant = _named(action.invoice, owed) if action.invoice else owed
    if action.invoice and len(meant) != 1:
        return _which_invoice(action.invoice, party, meant or owed, desk)
    balance = sum((cents(row["outstanding_amount"]) for row in unpaid), Decimal(0))
    amount = cents(action.amount or (meant[0]["outstanding_amount"] if action.invoice else balance))
    if amount <= 0:
        return Refusal("payment.owes_nothing", {"name": party.name}, customer=party.customer_id)
    parts = allocate(amount, [(row["name"], cents(row["outstanding_amount"])) for row in meant])
    rest = amount - sum((part for _, part in parts), Decimal(0))
    left = balance - amount
    consequences = [Note(key="payment.left", facts={"name": party.name, "left": str(max(left, Decimal(0)))})]
    consequences += [Note(key="payment.arrangement", facts={"line": describe(row, desk)}) for row in arrangements]
    warnings = _warnings(party, amount, rest, same_day)
    if customer.get("is_suspended"):
        warnings.append(Note(key="payment.stays_suspended", facts={"name": party.name}))
    known = action.model_copy(update={"date": day, "amount": amount})
    facts = {"name": party.name, "amount": str(amount), "date": day.isoformat()}
    return Draft(
        title=Note(key="payment.title", facts=facts),
        done=Note(key="payment.done", facts=facts),
        steps=[
            _entry(known, party, parts, _paid_to(action.method, accounts)),
            SubmitDoc(
                label=label(party),
                doctype="Payment Entry",
                name=Ref(back=1, shown="…"),
                expected={
                    "total_allocated_amount": f"{amount - rest:.2f}",
                    "unallocated_amount": f"{rest:.2f}",
                },
                implies=_settled(parts, meant),
            ),
        ],
        consequences=consequences,
        warnings=warnings,
        customer=party.customer_id,
        amount=amount,
    )


def allocate(amount: Decimal, owed: Sequence[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    """What of an amount goes to each invoice, in the order given, CAD; what is left over goes to none."""
    parts = []
    for invoice, outstanding in owed:
        part = min(amount, outstanding)
        if part > 0:
            parts.append((invoice, part))
            amount -= part
    return parts


async def _payer(action: RecordPayment, desk: Desk) -> Party:
    """Who paid; an invoice named by its whole number leads to its customer."""
    if action.invoice and not action.customer:
        invoice = await desk.records.find("Sales Invoice", action.invoice.upper())
        party = desk.directory.by_id.get(str(invoice["customer"])) if invoice else None
        if party is None:
            raise NotFound(f"No invoice is {action.invoice}.", field="invoice", mention=action.invoice, choices=[])
        return party
    return who(action, desk)


async def _payments_of(party: Party, day: dt.date, desk: Desk) -> list[Row]:
    """What the customer is on record as having paid that day: the same amount once more may be a slip."""
    return await desk.records.list(
        "Payment Entry",
        fields=["paid_amount"],
        filters=[("party", "=", party.customer_id), ("posting_date", "=", day.isoformat()), ("docstatus", "=", 1)],
    )


async def _accounts(desk: Desk) -> list[Row]:
    """The accounts that money comes to: the bank's and the till's."""
    return await desk.records.list(
        "Account",
        fields=["company", "account_type"],
        filters=[("account_type", "in", ["Bank", "Cash"])],
        order_by="name asc",
    )


def _paid_to(method: str | None, accounts: Sequence[Row]) -> Row:
    """Cash goes to the till where there is one, all else to the bank; raises ``Misconfigured`` without accounts."""
    kinds = ("Cash", "Bank") if method == "cash" else ("Bank", "Cash")
    for kind in kinds:
        for account in accounts:
            if account["account_type"] == kind:
                return account
    raise Misconfigured("ERPNext has no account of the type Bank or Cash for payments.", setting="")


def _named(mention: str, owed: Sequence[Row]) -> list[Row]:
    """The open invoices that a number, or the end of one, fits."""
    said = fold(mention).replace(" ", "")
    exact = [row for row in owed if fold(row["name"]).replace(" ", "") == said]
    tail = said.lstrip("0") or said
    return exact or [row for row in owed if fold(row["name"]).split()[-1].lstrip("0") == tail]


def _which_invoice(mention: str, party: Party, offered: Sequence[Row], desk: Desk) -> Outcome:
    if not offered:
        return Refusal("payment.owes_nothing", {"name": party.name}, customer=party.customer_id)
    choices = [
        Choice(
            value=row["name"],
            label=row["name"],
            detail=desk.words(
                "payment.invoice_detail", due=str(row["due_date"] or ""), amount=str(cents(row["outstanding_amount"]))
            ),
        )
        for row in offered
    ]
    facts = {"name": party.name, "invoice": mention}
    return Question("payment.which_invoice", "invoice", facts, choices, customer=party.customer_id)


def _warnings(party: Party, amount: Decimal, rest: Decimal, same_day: Sequence[Row]) -> list[Note]:
    warnings = []
    if rest > 0:
        warnings.append(Note(key="payment.more_than_owed", facts={"name": party.name, "rest": str(rest)}))
    twins = [row["name"] for row in same_day if row["name"] and cents(row["paid_amount"]) == amount]
    if twins:
        warnings.append(Note(key="payment.twice", facts={"payments": twins}))
    return warnings


def _entry(action: RecordPayment, party: Party, parts: Sequence[tuple[str, Decimal]], account: Row) -> InsertDoc:
    """The draft of a payment of which the day and the amount are known."""
    assert action.date is not None  # noqa: S101 - filled in before
    day, amount = action.date, action.amount
    mode = _MODES[action.method] if action.method else None
    values: dict[str, Any] = {
        "payment_type": "Receive",
        "company": account["company"],
        "party_type": "Customer",
        "party": party.customer_id,
        "posting_date": day.isoformat(),
        "mode_of_payment": mode,
        "paid_to": account["name"],
        "paid_amount": f"{amount:.2f}",
        "received_amount": f"{amount:.2f}",
        # A bank account wants both; the number need not be unique.
        "reference_no": plain_text(action.reference) or f"{(mode or 'Payment').upper()}-{day:%y%m%d}",
        "reference_date": day.isoformat(),
        "references": [
            {"reference_doctype": "Sales Invoice", "reference_name": invoice, "allocated_amount": f"{part:.2f}"}
            for invoice, part in parts
        ],
    }
    return InsertDoc(
        label=label(party),
        doctype="Payment Entry",
        values={field: value for field, value in values.items() if value},
        on_undo="keep",
    )


def _settled(parts: Sequence[tuple[str, Decimal]], owed: Sequence[Row]) -> list[Implied]:
    """What becomes of the invoices: seen by the actions that follow in the same message."""
    before = {row["name"]: cents(row["outstanding_amount"]) for row in owed}
    return [
        Implied(
            doctype="Sales Invoice",
            name=invoice,
            field="outstanding_amount",
            before=f"{before[invoice]:.2f}",
            after=f"{before[invoice] - part:.2f}",
        )
        for invoice, part in parts
    ]
