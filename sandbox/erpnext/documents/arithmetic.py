"""The arithmetic of a selling document: its items, its taxes, its totals.

In: a document whose items carry quantities and rates, and whose taxes carry rates. Out: the same
with every amount that follows from them. Amounts are in the document's own currency, rounded to
the cent; nothing here looks anything up.
"""

import json
from decimal import ROUND_HALF_UP, Decimal

from sandbox.erpnext.documents.words import amount_in_words
from sandbox.erpnext.records import Values
from sandbox.erpnext.values import decimal

CENTS = 2


def compute(document: Values, items: list[Values], taxes: list[Values], *, rounded: bool) -> None:
    """Work out a whole document; `rounded` says whether its total is also given in dollars."""
    for item in items:
        _item(item)
    net = round(sum(decimal(item["amount"]) for item in items), CENTS)
    discount = _discount(document, net)
    document["total_qty"] = sum(decimal(item.get("qty")) for item in items)
    _set_both(document, "total", net)
    _set_both(document, "net_total", round(net - discount, CENTS))
    tax = _taxes(items, taxes, decimal(document["net_total"]))
    _set_both(document, "total_taxes_and_charges", tax)
    grand = round(decimal(document["net_total"]) + tax, CENTS)
    _set_both(document, "grand_total", grand)
    dollars = float(round(grand)) if rounded else 0.0
    _set_both(document, "rounded_total", dollars)
    adjustment = round(dollars - grand, CENTS) if rounded else 0.0
    _set_both(document, "rounding_adjustment", adjustment)
    document["disable_rounded_total"] = 0 if rounded else 1
    words = amount_in_words(dollars if rounded else grand, str(document.get("currency")))
    _set_both(document, "in_words", words)


def payable(document: Values) -> float:
    """What is asked for: the total in dollars where there is one."""
    return decimal(document.get("rounded_total")) or decimal(document.get("grand_total"))


def _set_both(document: Values, fieldname: str, value: object) -> None:
    document[fieldname] = document[f"base_{fieldname}"] = value


def _item(item: Values) -> None:
    quantity, rate = decimal(item.get("qty")), decimal(item.get("rate"))
    factor = decimal(item.get("conversion_factor")) or 1.0
    amount = _cents(quantity * rate)
    for fieldname, value in (
        ("rate", rate),
        ("amount", amount),
        ("net_rate", rate),
        ("net_amount", amount),
    ):
        _set_both(item, fieldname, value)
    _set_both(item, "price_list_rate", decimal(item.get("price_list_rate")))
    item["stock_qty"] = quantity * factor
    item["stock_uom_rate"] = rate / factor


def _cents(amount: float) -> float:
    """A half cent goes up, as on a site whose rounding method is the commercial one."""
    return float(Decimal(str(round(amount, 6))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _discount(document: Values, net: float) -> float:
    percentage = decimal(document.get("additional_discount_percentage"))
    amount = round(net * percentage / 100, CENTS) if percentage else decimal(document.get("discount_amount"))
    _set_both(document, "discount_amount", amount)
    return amount


def _taxes(items: list[Values], taxes: list[Values], net: float) -> float:
    total, running = 0.0, net
    for place, tax in enumerate(taxes):
        amount = _cents(_tax(tax, taxes[:place], items, net))
        total = round(total + amount, CENTS)
        running = round(running + amount, CENTS)
        for fieldname, value in (
            ("tax_amount", amount),
            ("tax_amount_after_discount_amount", amount),
            ("total", running),
        ):
            _set_both(tax, fieldname, value)
        rate = decimal(tax.get("rate"))
        shares = {
            str(item.get("item_code") or item.get("item_name")): [
                rate,
                round(decimal(item["net_amount"]) * rate / 100, 9),
            ]
            for item in items
        }
        tax["item_wise_tax_detail"] = json.dumps(shares, separators=(",", ":"))
    return total


def _tax(tax: Values, earlier: list[Values], items: list[Values], net: float) -> float:
    rate = decimal(tax.get("rate"))
    row = int(decimal(tax.get("row_id"))) or len(earlier)
    previous = earlier[row - 1] if 0 < row <= len(earlier) else {}
    match tax.get("charge_type"):
        case "Actual":
            return decimal(tax.get("tax_amount"))
        case "On Previous Row Amount":
            return decimal(previous.get("tax_amount")) * rate / 100
        case "On Previous Row Total":
            return decimal(previous.get("total")) * rate / 100
        case "On Item Quantity":
            return sum(decimal(item.get("qty")) for item in items) * rate
        case _:
            return net * rate / 100
