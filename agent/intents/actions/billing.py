"""Billing: what is owed, invoices, payment arrangements."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, Day, FreeText, Kind, Money

Frequency = Literal["once", "weekly", "biweekly", "monthly"]
InvoiceStatus = Literal["all", "unpaid", "overdue", "paid"]
ArrangementMethod = Literal["portal", "cheque", "phone", "ppa"]


class GetBalance(Action):
    """What a customer owes: total outstanding, the overdue part, the arrangement that is running."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["get_balance"] = "get_balance"
    customer: CustomerMention = None


class ListInvoices(Action):
    """A customer's invoices, or the company's where no customer is named."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_invoices"] = "list_invoices"
    customer: CustomerMention = None
    status: InvoiceStatus = "all"
    since: Day | None = Field(None, description="first invoice date, ISO")
    until: Day | None = Field(None, description="last invoice date, ISO")


class CreatePaymentArrangement(Action):
    """An agreement to pay an amount by a date, with the date of the cut-off if it is missed."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "amount", "due_date")
    action: Literal["create_payment_arrangement"] = "create_payment_arrangement"
    customer: CustomerMention = None
    amount: Money | None = Field(None, description='of each payment, CAD, "150.00"')
    due_date: Day | None = Field(None, description="of the first payment, ISO")
    cutoff_date: Day | None = Field(None, description="the day service is cut if it is not paid, ISO")
    every: Frequency = "once"
    installments: int | None = Field(None, ge=1, le=60, description="how many payments")
    method: ArrangementMethod | None = None
    note: FreeText = None
    replace: bool | None = Field(
        None, description="true where the user says that it replaces the arrangement that is open"
    )


class CancelPaymentArrangement(Action):
    """End an arrangement that is open."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["cancel_payment_arrangement"] = "cancel_payment_arrangement"
    customer: CustomerMention = None
    arrangement: str | None = Field(None, description="its number, PA-00012")
    reason: FreeText = None
