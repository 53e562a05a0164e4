"""Subscriptions: what a customer takes every month, and the invoices that follow from it.

In: changes to documents of the DocType `Subscription`, and its own methods. Out: the same with its current
period, its status, and the invoice of a period that is due. No period is ever invoiced twice.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.errors import Refusal, validation
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import as_date, decimal, whole

_MONTHS = {"Month": 1, "Year": 12}
_DAYS = {"Day": 1, "Week": 7}
_AT_START = "Beginning of the current subscription period"
_AT_END = "End of the current subscription period"
_MODULE = "erpnext.accounts.doctype.subscription.subscription"


class SubscriptionRules(Rules):
    """What a site makes of a subscription."""

    def prepare(self, change: Change) -> None:
        """Set the first period; without plans the real thing trips over its own query."""
        document = change.document
        plans = [str(row.get("plan")) for row in change.rows("plans")]
        if not plans:
            raise _no_plans()
        company = document.get("company")
        document["cost_center"] = document.get("cost_center") or change.records.value("Company", company, "cost_center")
        if change.is_new:
            start = as_date(document.get("start_date")) or change.now.date()
            document["start_date"] = str(start)
            document["status"] = "Active"
            _begin_period(change, start)

    def validate(self, change: Change) -> None:
        """All plans are billed in the same rhythm."""
        cycles = {_cycle(change.records, str(row.get("plan"))) for row in change.rows("plans")}
        if len(cycles) > 1:
            raise validation("You can only have Plans with the same billing cycle in a Subscription").from_erpnext()

    def run(self, change: Change, method: str, arguments: Mapping[str, object]) -> bool:
        """Bill the period that is due, cancel, or take up again."""
        match method:
            case "process":
                _process(change)
            case "cancel_subscription":
                _cancel(change)
            case "restart_subscription":
                _restart(change, as_date(arguments.get("posting_date")) or change.now.date())
            case _:
                return False
        return True


def period_end(records: Records, plan: str, start: date) -> date:
    """The last day of a plan's period that begins on a day."""
    interval, count = _cycle(records, plan)
    if interval in _DAYS:
        return start + timedelta(days=_DAYS[interval] * count - 1)
    year, month = divmod(start.year * 12 + start.month - 1 + _MONTHS[interval] * count, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def _cycle(records: Records, plan: str) -> tuple[str, int]:
    found = records.values("Subscription Plan", plan, ["billing_interval", "billing_interval_count"])
    return str(found.get("billing_interval") or "Month"), whole(found.get("billing_interval_count")) or 1


def _begin_period(change: Change, start: date) -> None:
    first_plan = str(change.rows("plans")[0].get("plan"))
    change.document["current_invoice_start"] = str(start)
    change.document["current_invoice_end"] = str(period_end(change.records, first_plan, start))


def _process(change: Change) -> None:
    """What the nightly job does: an invoice where one is due, the next period, the status."""
    document, today = change.document, change.now.date()
    last = as_date(document.get("current_invoice_end"))
    if _is_due(change):
        _make_invoice(change, share=1.0)
        if last:
            _begin_period(change, last + timedelta(days=1))
    elif last and today > last:
        _begin_period(change, today)
    if document.get("cancel_at_period_end") and last and today >= last:
        _cancel(change)
    elif document.get("status") != "Cancelled":
        document["status"] = "Unpaid" if _owed(change, past=today) else "Active"


def _is_due(change: Change) -> bool:
    document, today = change.document, str(change.now.date())
    moment = {_AT_START: "current_invoice_start", _AT_END: "current_invoice_end"}
    due = document.get(moment.get(str(document.get("generate_invoice_at")), "")) == today
    held_back = _owed(change) and not document.get("generate_new_invoices_past_due_date")
    return due and not (document.get("cancelation_date") or held_back or _is_invoiced(change))


def _cancel(change: Change) -> None:
    document, today = change.document, change.now.date()
    if document.get("status") == "Cancelled":
        raise Refusal.thrown("InvoiceCancelled", "subscription is already cancelled.", module=_MODULE).from_erpnext()
    first, last = as_date(document.get("current_invoice_start")), as_date(document.get("current_invoice_end"))
    billed_later = document.get("status") == "Active" and document.get("generate_invoice_at") != _AT_START
    document["status"] = "Cancelled"
    document["cancelation_date"] = str(today)
    if billed_later and first and last and first <= today:
        _make_invoice(change, share=((today - first).days + 1) / ((last - first).days + 1))


def _restart(change: Change, start: date) -> None:
    document = change.document
    if document.get("status") != "Cancelled":
        text = "You cannot restart a Subscription that is not cancelled."
        raise Refusal.thrown("InvoiceNotCancelled", text, module=_MODULE).from_erpnext()
    document["status"] = "Active"
    document["cancelation_date"] = None
    _begin_period(change, start)


def _make_invoice(change: Change, *, share: float) -> None:
    """Invoice a share of the current period; on the day that it is billed on."""
    document, records = change.document, change.records
    posted = min(as_date(document.get(_billing_day(document))) or change.now.date(), change.now.date())
    due = posted + timedelta(days=whole(document.get("days_until_due")))
    template = document.get("sales_tax_template")
    taxes = records.rows("Sales Taxes and Charges", "Sales Taxes and Charges Template", str(template), "taxes")
    change.make(
        "Sales Invoice",
        {
            "customer": document.get("party"),
            "company": document.get("company"),
            "subscription": document["name"],
            "cost_center": document.get("cost_center"),
            "set_posting_time": 1,
            "posting_date": str(posted),
            "due_date": str(due),
            "from_date": document.get("current_invoice_start"),
            "to_date": document.get("current_invoice_end"),
            "taxes_and_charges": template,
            "taxes": [_tax(row) for row in taxes],
            "items": [_item(records, row, share) for row in change.rows("plans")],
            "docstatus": whole(document.get("submit_invoice")),
        },
    )


def _billing_day(document: Values) -> str:
    at_start = document.get("generate_invoice_at") == _AT_START
    return "current_invoice_start" if at_start else "current_invoice_end"


def _item(records: Records, row: Values, share: float) -> Values:
    plan = records.values("Subscription Plan", row.get("plan"), ["item", "cost"])
    return {"item_code": plan.get("item"), "qty": row.get("qty"), "rate": decimal(plan.get("cost")) * share}


def _tax(row: Values) -> Values:
    return {key: row[key] for key in ("charge_type", "account_head", "description", "rate", "cost_center")}


def _is_invoiced(change: Change) -> bool:
    """Whether the current period has an invoice that is not cancelled."""
    document = change.document
    period = (document.get("current_invoice_start"), document.get("current_invoice_end"))
    return _has_invoice(change, "from_date = ? AND to_date = ? AND docstatus < 2", period)


def _owed(change: Change, *, past: date | None = None) -> bool:
    """Whether an invoice of the subscription is still owed; with `past`, one due before that day."""
    condition = "docstatus = 1 AND outstanding_amount > 0"
    if past is None:
        return _has_invoice(change, condition, ())
    return _has_invoice(change, f"{condition} AND due_date < ?", (str(past),))


def _has_invoice(change: Change, condition: str, parameters: tuple[object, ...]) -> bool:
    invoices = change.records.catalogue.get("Sales Invoice").table
    sql = statement("SELECT 1 FROM", invoices, "WHERE subscription = ? AND", condition, "LIMIT 1")
    with change.records.world.reading() as connection:
        return connection.execute(sql, (change.document["name"], *parameters)).fetchone() is not None


def _no_plans() -> Refusal:
    query = (
        "SELECT DISTINCT `billing_interval`,`billing_interval_count` FROM `tabSubscription Plan` WHERE `name` IN () "
    )
    return Refusal.crashed(
        "ProgrammingError",
        "(1064, \"You have an error in your SQL syntax near ')'\")",
        module="pymysql.err",
        _debug_messages=f'["Syntax error in query:\\n{query}"]',
    ).from_erpnext()
