"""Who owes what, worked out from the documents that were submitted.

In: the site's records. Out: balances of customers and accounts, what is left of an invoice. There is no
ledger beside the documents: an invoice's total and the payments that name it are all that counts.
Amounts are in dollars, as floats rounded to the cent, as documents hold them.
"""

from collections.abc import Mapping
from datetime import datetime

from sandbox.erpnext.documents.arithmetic import payable
from sandbox.erpnext.records import Records
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import SqlValue, as_date, decimal, moment_text

INVOICE, PAYMENT, REFERENCE = "Sales Invoice", "Payment Entry", "Payment Entry Reference"
_SUBMITTED, _CENTS = 1, 100
_TOTALS = ("rounded_total", "grand_total", "outstanding_amount", "due_date", "is_return", "docstatus")


def outstanding(records: Records, invoice: str) -> float:
    """What is left to pay of a submitted invoice."""
    total = round(payable(records.values(INVOICE, invoice, _TOTALS)) * _CENTS)
    return (total - _sum(records, REFERENCE, "allocated_amount", reference_name=invoice)) / _CENTS


def status_of(invoice: Mapping[str, object], owed: float, now: datetime) -> str:
    """What a submitted invoice's amounts and dates make of its status."""
    due = as_date(invoice.get("due_date"))
    if invoice.get("is_return"):
        return "Return"
    if owed <= 0:
        return "Paid"
    if due is not None and due < now.date():
        return "Overdue"
    return "Partly Paid" if owed < payable(invoice) else "Unpaid"


def refresh(records: Records, invoice: str, *, user: str) -> float:
    """Write down anew what is left of an invoice, unless it is not a submitted one; answers it."""
    now = records.now()
    found = records.values(INVOICE, invoice, _TOTALS)
    if found.get("docstatus") != _SUBMITTED:
        return decimal(found.get("outstanding_amount"))
    owed = outstanding(records, invoice)
    values = {"outstanding_amount": owed, "status": status_of(found, owed, now)}
    stamps = {"modified": moment_text(now), "modified_by": user}
    records.update_row(records.catalogue.get(INVOICE), invoice, values | stamps)
    return owed


def party_balance(records: Records, customer: str) -> float:
    """What a customer owes on the whole: invoices less payments, allocated or not."""
    return (_invoiced(records, customer=customer) - _received(records, party=customer)) / _CENTS


def account_balance(records: Records, account: str) -> float:
    """What stands on an account that invoices are owed on or payments go through."""
    through = _paid(records, paid_to=account) - _paid(records, paid_from=account)
    return (_invoiced(records, debit_to=account) + through) / _CENTS


def _invoiced(records: Records, **equal: SqlValue) -> int:
    return _sum(records, INVOICE, "CASE WHEN rounded_total THEN rounded_total ELSE grand_total END", **equal)


def _received(records: Records, **equal: SqlValue) -> int:
    return _paid(records, **equal, payment_type="Receive") - _paid(records, **equal, payment_type="Pay")


def _paid(records: Records, **equal: SqlValue) -> int:
    return _sum(records, PAYMENT, "paid_amount", **equal)


def _sum(records: Records, doctype: str, amount: str, **equal: SqlValue) -> int:
    """The sum of the amounts of submitted documents, in cents."""
    cents = f"SUM(CAST(ROUND({_CENTS} * ({amount})) AS INTEGER))"
    where = " AND ".join(f'"{fieldname}" = ?' for fieldname in equal)
    table = records.catalogue.get(doctype).table
    sql = statement("SELECT", cents, "FROM", table, "WHERE", where, "AND docstatus =", str(_SUBMITTED))
    with records.world.reading() as connection:
        (found,) = connection.execute(sql, tuple(equal.values())).fetchone()
    return int(found or 0)
