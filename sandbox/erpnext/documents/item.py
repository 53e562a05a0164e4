"""Items: what is sold, and its price.

In: changes to documents of the DocType `Item`. Out: the same, completed; a standard rate becomes
a price in the standard price list.
"""

from sandbox.erpnext.documents.rules import Change, Rules
from sandbox.erpnext.naming import hash_name
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.values import decimal, moment_text

STANDARD_PRICES = "Standard Selling"


class ItemRules(Rules):
    """What a site makes of an item."""

    def prepare(self, change: Change) -> None:
        """An item without a name or a description borrows its code."""
        document = change.document
        document["item_name"] = document.get("item_name") or document.get("item_code")
        document["description"] = document.get("description") or document["item_name"]
        document["customer_code"] = document.get("customer_code") or ""
        if change.is_new:
            document["uoms"] = change.rows("uoms") or [_unit(change)]
            document["item_defaults"] = change.rows("item_defaults") or _defaults(change)

    def after_save(self, change: Change) -> None:
        """A new item's standard rate is its price."""
        document = change.document
        rate = decimal(document.get("standard_rate"))
        if change.is_new and rate:
            prices = change.records.catalogue.get("Item Price")
            change.records.insert_row(
                prices,
                {
                    **_stamps(change),
                    "name": hash_name(),
                    "item_code": document["name"],
                    "item_name": document["item_name"],
                    "price_list": STANDARD_PRICES,
                    "selling": 1,
                    "price_list_rate": rate,
                    "uom": document.get("stock_uom"),
                    "currency": change.records.value("Price List", STANDARD_PRICES, "currency"),
                    "valid_from": str(change.now.date()),
                },
            )


def _stamps(change: Change) -> Values:
    return {key: change.document[key] for key in ("owner", "creation", "modified", "modified_by")}


def _unit(change: Change) -> Values:
    return {
        "name": hash_name(),
        "uom": change.document.get("stock_uom"),
        "conversion_factor": 1.0,
        "creation": moment_text(change.now),
        "doctype": "UOM Conversion Detail",
    }


def _defaults(change: Change) -> list[Values]:
    company = _company(change.records)
    stores = change.records.matching("Warehouse", company=company) if company else []
    if not stores:
        return []
    return [{"name": hash_name(), "company": company, "default_warehouse": stores[0], "doctype": "Item Default"}]


def _company(records: Records) -> str | None:
    found = records.value("Global Defaults", "Global Defaults", "default_company")
    return str(found) if found else None
