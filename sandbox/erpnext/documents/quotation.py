"""Quotations: an offer to a customer.

In: changes to documents of the DocType `Quotation`. Out: the same, completed. An offer is ordered when a
submitted sales order holds all its rows; it is lost when somebody says so.
"""

from collections.abc import Mapping

from sandbox.erpnext.documents.rules import Change
from sandbox.erpnext.documents.selling import SellingRules
from sandbox.erpnext.errors import Refusal, validation
from sandbox.erpnext.records import Records
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import as_date, decimal, moment_text


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
        """Totals and dates; a new offer is a draft, even one that is submitted with its insert."""
        super().validate(change)
        document = change.document
        made, until = as_date(document.get("transaction_date")), as_date(document.get("valid_till"))
        if made and until and until < made:
            raise validation("Valid till date cannot be before transaction date").from_erpnext()
        document["status"] = "Open" if document["docstatus"] and not change.is_new else "Draft"

    def on_cancel(self, change: Change) -> None:
        """A cancelled offer says so."""
        change.set_now({"status": "Cancelled"})

    def run(self, change: Change, method: str, arguments: Mapping[str, object]) -> bool:
        """`declare_enquiry_lost` marks an offer that nobody ordered as lost."""
        if method != "declare_enquiry_lost":
            return False
        missing = [f"'{name}'" for name in ("lost_reasons_list", "competitors") if name not in arguments]
        if missing:
            raise Refusal.crashed(
                "TypeError",
                f"Quotation.{method}() missing {len(missing)} required positional arguments: {' and '.join(missing)}",
            )
        if ordered_status(change.records, str(change.document["name"])) != "Open":
            raise validation("Cannot set as Lost as Sales Order is made.").from_erpnext()
        change.set_now({"status": "Lost", "order_lost_reason": arguments.get("detailed_reason")})
        return True


def ordered_status(records: Records, quotation: str) -> str:
    """How far submitted sales orders cover an offer: `Open`, `Partially Ordered` or `Ordered`."""
    items = records.catalogue.get("Sales Order Item")
    with records.world.reading() as connection:
        rows = connection.execute(
            statement(
                "SELECT item_code, SUM(qty) FROM",
                items.table,
                "WHERE prevdoc_docname = ? AND docstatus = 1 GROUP BY item_code",
            ),
            (quotation,),
        ).fetchall()
    ordered = {str(code): decimal(quantity) for code, quantity in rows}
    if not ordered:
        return "Open"
    wanted = records.rows("Quotation Item", "Quotation", quotation, "items")
    short = any(decimal(row["qty"]) > ordered.get(str(row["item_code"]), 0.0) for row in wanted)
    return "Partially Ordered" if short else "Ordered"


def refresh_status(change: Change, quotation: str) -> None:
    """Let an offer say how far it is ordered, after an order on it was submitted or cancelled."""
    kind = change.records.catalogue.get("Quotation")
    status = ordered_status(change.records, quotation)
    stamps = {"modified": moment_text(change.now), "modified_by": change.user}
    change.records.update_row(kind, quotation, {"status": status} | stamps)
