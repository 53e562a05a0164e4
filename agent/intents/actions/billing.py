"""Billing: what is owed, invoices, payments, payment arrangements, paying by itself."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, Day, FreeText, Kind, Money

Frequency = Literal["once", "weekly", "biweekly", "monthly"]
InvoiceStatus = Literal["all", "unpaid", "overdue", "paid"]
ArrangementMethod = Literal["portal", "cheque", "phone", "ppa"]
ArrangementStatus = Literal["all", "open", "completed", "pending", "broken", "cancelled"]
PaymentMethod = Literal["portal", "cheque", "phone", "ppa", "cash", "card"]
AutopayProvider = Literal["stripe", "bank", "off"]


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


class ListPayments(Action):
    """A customer's payments, or the company's where no customer is named."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_payments"] = "list_payments"
    customer: CustomerMention = None
    since: Day | None = Field(None, description="first day of payment, ISO")
    until: Day | None = Field(None, description="last day of payment, ISO")


class ListArrangements(Action):
    """Payment arrangements with the days left, a customer's or the company's."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_arrangements"] = "list_arrangements"
    customer: CustomerMention = None
    status: ArrangementStatus = "all"


class CheckAutopay(Action):
    """Whether a customer pays automatically, by which method and provider, and what is missing for it."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["check_autopay"] = "check_autopay"
    customer: CustomerMention = None


class RecordPayment(Action):
    """A payment that came in, put on the oldest invoices first or on the one named."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    money: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["record_payment"] = "record_payment"
    customer: CustomerMention = None
    amount: Money | None = Field(
        None, description='CAD, "60.00"; null only where the user says that all is paid ("in full")'
    )
    date: Day | None = Field(None, description="the day of the payment, ISO; null means today")
    method: PaymentMethod | None = None
    invoice: str | None = Field(None, description="the invoice that it pays, where one is named: ACC-SINV-2026-00012")
    reference: str | None = Field(None, max_length=140, description="cheque or confirmation number, where one is said")


class SwitchAutopay(Action):
    """Have a customer charged automatically by Stripe or by bank debit (PPA), or no longer."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "provider")
    action: Literal["switch_autopay"] = "switch_autopay"
    customer: CustomerMention = None
    provider: AutopayProvider | None = Field(None, description="stripe (a card), bank (PPA) or off")


class CreatePaymentArrangement(Action):
    """An agreement to pay an amount by a date, with the date of the cut-off if it is missed."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    money: ClassVar[bool] = True
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
