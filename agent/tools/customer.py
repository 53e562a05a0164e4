"""What every tool of a customer starts from: who is meant, and what of the file is needed, read at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from agent.directory import Party, Place
from agent.errors import NotFound
from agent.intents.actions import Action
from agent.tools.desk import Desk
from agent.tools.records import Row
from agent.tools.resolve import resolve_customer, resolve_place

RUNNING = ("Open", "Pending")
"""The statuses of an arrangement that is still to be kept."""


def who(action: Action, desk: Desk) -> Party:
    """The customer whom an action concerns, by its customer or its location."""
    mention = getattr(action, "customer", None)
    if mention:
        return resolve_customer(mention, desk.directory)
    location = getattr(action, "location", None)
    if location:
        return desk.directory.by_id[resolve_place(location, desk.directory.places, desk.directory).customer_id]
    raise NotFound("No customer is named.", field="customer", mention="", choices=[])


def where(action: Action, party: Party, desk: Desk) -> Place | None:
    """The one service address that is meant, or None where none was said."""
    mention = getattr(action, "location", None)
    if not mention:
        return None
    if party.places:
        return resolve_place(mention, party.places, desk.directory)
    raise NotFound(f"{party.name} has no service address.", field="location", mention=mention, choices=[])


async def balance_of(customer: str, desk: Desk) -> Decimal:
    """What a customer owes in all, CAD: the sum of the outstanding amounts of submitted invoices."""
    total = await desk.records.sum(
        "Sales Invoice", "outstanding_amount", [("customer", "=", customer), ("docstatus", "=", 1)]
    )
    return cents(total)


async def unpaid_invoices(customer: str, desk: Desk) -> list[Row]:
    """A customer's submitted invoices that are not settled, the longest due first."""
    return await desk.records.list(
        "Sales Invoice",
        fields=["name", "due_date", "outstanding_amount"],
        filters=[("customer", "=", customer), ("docstatus", "=", 1), ("outstanding_amount", "!=", 0)],
        order_by="due_date asc, name asc",
    )


def owing(unpaid: Sequence[Row], today: dt.date) -> tuple[Decimal, Decimal]:
    """What unpaid invoices come to in all, and the part that is overdue, CAD."""
    total = sum((cents(row["outstanding_amount"]) for row in unpaid), Decimal(0))
    overdue = sum((cents(row["outstanding_amount"]) for row in unpaid if is_overdue(row, today)), Decimal(0))
    return total, overdue


def is_overdue(invoice: Row, today: dt.date) -> bool:
    """Whether something is owed on an invoice whose due date has passed."""
    due = invoice["due_date"]
    return cents(invoice["outstanding_amount"]) > 0 and bool(due) and str(due)[:10] < today.isoformat()


async def running_arrangements(customer: str, desk: Desk) -> list[Row]:
    """The arrangements that are open or pending, the next due first."""
    return await desk.records.list(
        "Payment Arrangement",
        fields=["name", "amount", "due_date", "cutoff_date", "status", "frequency", "method", "note", "change_reason"],
        filters=[("customer", "=", customer), ("status", "in", list(RUNNING))],
        order_by="due_date asc",
    )


async def active_lines(customer: str, desk: Desk) -> list[Row]:
    """A customer's phone lines in service."""
    return await desk.records.list(
        "VoIP Line",
        fields=["name", "did", "service_location", "status", "voicemail_enabled", "e911_status"],
        filters=[("customer", "=", customer), ("status", "=", "Active")],
        order_by="did asc",
    )


def cents(amount: object) -> Decimal:
    """ERPNext's float (or null) as an exact amount in CAD."""
    return Decimal(str(amount or 0)).quantize(Decimal("0.01"))


def still_running(arrangement: Row, today: dt.date) -> bool:
    """Whether the customer still has time: the cutoff (or, without one, the due date) has not passed."""
    limit = arrangement.get("cutoff_date") or arrangement.get("due_date")
    return bool(limit) and dt.date.fromisoformat(str(limit)[:10]) >= today


def label(party: Party) -> str:
    """A customer as records name them in a diff: ``Luc Gagnon (C-10003)``."""
    return f"{party.name} ({party.customer_id})"


def plain_text(text: str | None) -> str | None:
    """What a person typed, without the signs that ERPNext would take for markup and rewrite."""
    return text.replace("<", "‹").replace(">", "›") if text else text
