"""Payments: kept as documents, not yet worked out.

In: changes to documents of the DocType `Payment Entry`. Out: a draft as it was sent; a submit, which
on a real site settles invoices, is refused by name rather than half done.
"""

from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.errors import not_served


class PaymentEntryRules(Rules):
    """What a site makes of a payment."""

    def prepare(self, change: Change) -> None:
        """Refuse what would have to settle invoices."""
        if change.document["docstatus"]:
            raise not_served("Payment Entry", "submit of")
