"""Sales orders: an offer that the customer took up.

In: changes to documents of the DocType `Sales Order`. Out: the same, completed; the quotations that its rows
come from say how far they are ordered.
"""

from sandbox.erpnext.documents.arithmetic import total_of
from sandbox.erpnext.documents.quotation import refresh_status
from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.documents.selling import SellingRules
from sandbox.erpnext.errors import validation


class SalesOrderRules(SellingRules):
    """What a site makes of a sales order."""

    date_field = "transaction_date"
    operator = "*"

    def prepare(self, change: Change) -> None:
        """Date the order and its deliveries, then fill in what every selling document has."""
        document = change.document
        document["transaction_date"] = document.get("transaction_date") or str(change.now.date())
        for row in change.rows("items"):
            row["delivery_date"] = row.get("delivery_date") or document.get("delivery_date")
            row["transaction_date"] = document["transaction_date"]
            row["reserve_stock"] = 0
        dates = [str(row["delivery_date"]) for row in change.rows("items") if row["delivery_date"]]
        document["delivery_date"] = max(dates, default=None)
        super().prepare(change)

    def validate(self, change: Change) -> None:
        """Totals; what is to be delivered has a date."""
        super().validate(change)
        document, items = change.document, change.rows("items")
        if not document.get("delivery_date") and not document.get("skip_delivery_note"):
            raise validation("Please enter Delivery Date").from_erpnext()
        eligible = total_of(row["net_amount"] for row in items if row.get("grant_commission"))
        document["amount_eligible_for_commission"] = float(eligible)
        document["status"] = "Draft"

    def on_submit(self, change: Change) -> None:
        """The offers that it takes up are ordered."""
        change.set_now({"status": "To Bill" if change.document.get("skip_delivery_note") else "To Deliver and Bill"})
        _refresh_quotations(change)

    def on_cancel(self, change: Change) -> None:
        """The offers that it took up are open again."""
        change.set_now({"status": "Cancelled"})
        _refresh_quotations(change)


def _refresh_quotations(change: Change) -> None:
    taken_up = {str(row["prevdoc_docname"]) for row in change.rows("items") if row.get("prevdoc_docname")}
    for quotation in sorted(taken_up):
        refresh_status(change, quotation)
