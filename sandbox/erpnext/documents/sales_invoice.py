"""Sales invoices: dates, the fiscal year, what is owed.

In: changes to documents of the DocType `Sales Invoice`. Out: the same, completed; after a submit
what is owed stands in the database, while the answer to that submit does not show it yet.
"""

from sandbox.erpnext.documents.arithmetic import payable, total_of
from sandbox.erpnext.documents.fiscal import require_open_year
from sandbox.erpnext.documents.ledger import status_of
from sandbox.erpnext.documents.payment_entry import unlink
from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.documents.selling import SellingRules
from sandbox.erpnext.errors import Notice, Refusal, validation
from sandbox.erpnext.values import as_date


class SalesInvoiceRules(SellingRules):
    """What a site makes of a sales invoice."""

    def prepare(self, change: Change) -> None:
        """Put the dates right, then fill in what every selling document has."""
        document = change.document
        if not document.get("set_posting_time"):
            document["posting_date"] = str(change.now.date())
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
        eligible = total_of(item["net_amount"] for item in items if item.get("grant_commission"))
        document["amount_eligible_for_commission"] = float(eligible)
        accounts = dict.fromkeys(str(item.get("income_account")) for item in items)
        document["against_income_account"] = ", ".join(accounts)
        document["status"] = "Draft"
        if not document["docstatus"]:
            document["outstanding_amount"] = payable(document)
        if document.get("is_return"):
            document["payment_schedule"] = []
            document["payment_terms_template"] = ""
            _tell_of_return(change)

    def on_submit(self, change: Change) -> None:
        """From now on the amount is owed."""
        owed = payable(change.document)
        change.set_now({"outstanding_amount": owed, "status": status_of(change.document, owed, change.now)})

    def on_cancel(self, change: Change) -> None:
        """A cancelled invoice lets go of its payments, and keeps the amount that was left."""
        unlink(change)
        change.set_now({"status": "Cancelled"})


def _tell_of_return(change: Change) -> None:
    document = change.document
    if document.get("return_against") and document.get("update_outstanding_for_self"):
        against = document["return_against"]
        change.notices.append(
            Notice(
                f"We can see <strong>{document.get('name')}</strong> is made against <strong>{against}</strong>. If you"
                f" want <strong>{against}</strong>'s outstanding to be updated, uncheck"
                " '<strong>Update Outstanding for Self</strong>' checkbox."
            )
        )


def _check_dates(change: Change) -> None:
    document = change.document
    posted, due = as_date(document.get("posting_date")), as_date(document.get("due_date"))
    if posted is None:
        return
    if due is not None and due < posted:
        raise validation("Due Date cannot be before Posting / Supplier Invoice Date").from_erpnext()
    require_open_year(change.records, posted, document.get("company"))
