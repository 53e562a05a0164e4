"""Sales invoices: dates, the fiscal year, what is owed.

In: changes to documents of the DocType `Sales Invoice`. Out: the same, completed; after a submit
what is owed stands in the database, while the answer to that submit does not show it yet.
"""

from datetime import date

from sandbox.erpnext.documents.arithmetic import CENTS, payable
from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.documents.selling import SellingRules
from sandbox.erpnext.errors import Notice, Refusal, validation
from sandbox.erpnext.records import Values
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import as_date, decimal


class SalesInvoiceRules(SellingRules):
    """What a site makes of a sales invoice."""

    def prepare(self, change: Change) -> None:
        """Put the dates right, then fill in what every selling document has."""
        document = change.document
        if not document.get("set_posting_time"):
            document["posting_date"] = str(change.now.date())
            if change.is_new:
                document["posting_time"] = str(change.now.time())
        super().prepare(change)
        document["due_date"] = document.get("due_date") or document.get("posting_date")
        _check_dates(change)
        company = document.get("company")
        receivable = change.records.value("Company", company, "default_receivable_account")
        document["debit_to"] = document.get("debit_to") or receivable
        document["party_account_currency"] = document.get("currency")
        document["po_no"] = document.get("po_no") or ""
        if document["docstatus"] and not document.get("remarks"):
            document["remarks"] = "No Remarks"

    def fill_party(self, change: Change) -> None:
        """A customer that does not exist is a fault nobody foresaw, as on a real site."""
        customer = change.document.get("customer")
        if customer and change.records.find("Customer", customer) is None:
            raise Refusal.crashed("AttributeError", "'NoneType' object has no attribute 'payment_terms'").from_erpnext()
        super().fill_party(change)

    def validate(self, change: Change) -> None:
        """Totals, and what is owed while the invoice is a draft."""
        super().validate(change)
        document, items = change.document, change.rows("items")
        eligible = (decimal(item["net_amount"]) for item in items if item.get("grant_commission"))
        document["amount_eligible_for_commission"] = round(sum(eligible, 0.0), CENTS)
        accounts = dict.fromkeys(str(item.get("income_account")) for item in items)
        document["against_income_account"] = ", ".join(accounts)
        is_draft = not document["docstatus"]
        document["outstanding_amount"] = payable(document) if is_draft else 0.0
        document["status"] = "Draft"

    def on_submit(self, change: Change) -> None:
        """From now on the amount is owed."""
        owed = payable(change.document)
        _write(change, {"outstanding_amount": owed, "status": status_of(change.document, owed, change.now.date())})

    def on_cancel(self, change: Change) -> None:
        """A cancelled invoice asks for nothing."""
        _write(change, {"outstanding_amount": 0.0, "status": "Cancelled"})


def status_of(invoice: Values, owed: float, today: date) -> str:
    """What a submitted invoice's amounts and dates make of its status."""
    due = as_date(invoice.get("due_date"))
    total = payable(invoice)
    if invoice.get("is_return"):
        return "Return"
    if owed <= 0:
        return "Paid"
    if due is not None and due < today:
        return "Overdue"
    return "Partly Paid" if owed < total else "Unpaid"


def _write(change: Change, values: Values) -> None:
    change.records.update_row(change.doctype, change.document["name"], values)


def _check_dates(change: Change) -> None:
    document = change.document
    posted, due = as_date(document.get("posting_date")), as_date(document.get("due_date"))
    if posted is None:
        return
    if due is not None and due < posted:
        raise validation("Due Date cannot be before Posting / Supplier Invoice Date").from_erpnext()
    years = change.records.catalogue.get("Fiscal Year")
    with change.records.world.reading() as connection:
        found = connection.execute(
            statement(
                "SELECT 1 FROM", years.table, "WHERE ? BETWEEN year_start_date AND year_end_date AND disabled = 0"
            ),
            (str(posted),),
        ).fetchone()
    if found is None:
        message = (
            f"Date {posted:%d-%m-%Y} is not in any active Fiscal Year for <strong>{document.get('company')}</strong>"
        )
        raise Refusal(
            417,
            "FiscalYearError",
            message,
            module="erpnext.accounts.utils",
            notices=[Notice(message)],
        ).from_erpnext()
