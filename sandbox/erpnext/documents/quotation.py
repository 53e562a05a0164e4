"""Quotations: an offer to a customer.

In: changes to documents of the DocType `Quotation`. Out: the same, completed.
"""

from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.documents.selling import SellingRules

_STATUSES = {0: "Draft", 1: "Open", 2: "Cancelled"}


class QuotationRules(SellingRules):
    """What a site makes of a quotation."""

    party_field = "party_name"
    date_field = "transaction_date"
    operator = "*"

    def prepare(self, change: Change) -> None:
        """Date the offer, then fill in what every selling document has."""
        document = change.document
        document["transaction_date"] = document.get("transaction_date") or str(change.now.date())
        super().prepare(change)

    def validate(self, change: Change) -> None:
        """Totals, and the status that follows from the document's state."""
        super().validate(change)
        change.document["status"] = _STATUSES[int(str(change.document["docstatus"]))]

    def on_cancel(self, change: Change) -> None:
        """A cancelled offer says so."""
        change.records.update_row(change.doctype, change.document["name"], {"status": "Cancelled"})
