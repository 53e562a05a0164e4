"""The arithmetic of a selling document: its items, its taxes, its totals.

In: a document whose items carry quantities and rates, and whose taxes carry rates. Out: the same
with every amount that follows from them. Amounts are in the document's own currency, rounded to
the cent, half-way cases as the site's rounding method says; nothing here looks anything up.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from sandbox.erpnext.documents.words import amount_in_words
from sandbox.erpnext.records import Records, Values
from sandbox.erpnext.values import decimal

_CENT, _DOLLAR, _PERCENT = Decimal("0.01"), Decimal(1), Decimal(100)


@dataclass(frozen=True)
class Rounding:
    """How money is rounded: to the even neighbour, or half-up; totals also to whole dollars or not."""

    method: str
    to_dollars: bool

    @classmethod
    def of(cls, document: Values, records: Records) -> "Rounding":
        """As the site's `rounding_method` and the document's `disable_rounded_total` say."""
        even = records.value("System Settings", "System Settings", "rounding_method") == "Banker's Rounding"
        dollars = not document.get("disable_rounded_total")
        return cls(ROUND_HALF_EVEN if even else ROUND_HALF_UP, to_dollars=dollars)

    def cents(self, amount: Decimal) -> Decimal:
        """An amount to the cent."""
        return amount.quantize(_CENT, self.method)

    def dollars(self, amount: Decimal) -> Decimal:
        """An amount to the dollar."""
        return amount.quantize(_DOLLAR, self.method)


def exact(value: object) -> Decimal:
    """A value of a document as the decimal number that its digits say."""
    return Decimal(repr(decimal(value)))


def total_of(values: Iterable[object]) -> Decimal:
    """The exact sum of values of documents."""
    return sum(map(exact, values), Decimal(0))


def compute(document: Values, items: list[Values], taxes: list[Values], rounding: Rounding) -> None:
    """Work out a whole document."""
    for item in items:
        _item(item, rounding)
    total = total_of(item["amount"] for item in items)
    net = total - _discount(document, total, rounding)
    document["total_qty"] = float(total_of(item.get("qty") for item in items))
    _set_both(document, "total", total)
    _set_both(document, "net_total", net)
    tax = _taxes(items, taxes, net, rounding)
    _set_both(document, "total_taxes_and_charges", tax)
    grand = net + tax
    _set_both(document, "grand_total", grand)
    dollars = rounding.dollars(grand) if rounding.to_dollars else Decimal(0)
    _set_both(document, "rounded_total", dollars)
    _set_both(document, "rounding_adjustment", dollars - grand if rounding.to_dollars else Decimal(0))
    words = amount_in_words(float(dollars or grand), str(document.get("currency")))
    document["in_words"] = document["base_in_words"] = words


def payable(document: Mapping[str, object]) -> float:
    """What is asked for: the total in dollars where there is one."""
    return decimal(document.get("rounded_total")) or decimal(document.get("grand_total"))


def _set_both(document: Values, fieldname: str, value: Decimal) -> None:
    document[fieldname] = document[f"base_{fieldname}"] = float(value)


def _item(item: Values, rounding: Rounding) -> None:
    quantity, rate = exact(item.get("qty")), exact(item.get("rate"))
    factor = exact(item.get("conversion_factor")) or Decimal(1)
    amount = rounding.cents(quantity * rate)
    for fieldname, value in (("rate", rate), ("amount", amount), ("net_rate", rate), ("net_amount", amount)):
        _set_both(item, fieldname, value)
    _set_both(item, "price_list_rate", exact(item.get("price_list_rate")))
    item["stock_qty"] = float(quantity * factor)
    item["stock_uom_rate"] = float(rate / factor)


def _discount(document: Values, total: Decimal, rounding: Rounding) -> Decimal:
    percentage = exact(document.get("additional_discount_percentage"))
    amount = rounding.cents(total * percentage / _PERCENT) if percentage else exact(document.get("discount_amount"))
    _set_both(document, "discount_amount", amount)
    return amount


def _taxes(items: list[Values], taxes: list[Values], net: Decimal, rounding: Rounding) -> Decimal:
    total, running = Decimal(0), net
    for place, tax in enumerate(taxes):
        amount = rounding.cents(_tax(tax, taxes[:place], items, net))
        total += amount
        running += amount
        for fieldname, value in (
            ("tax_amount", amount),
            ("tax_amount_after_discount_amount", amount),
            ("total", running),
        ):
            _set_both(tax, fieldname, value)
        rate = decimal(tax.get("rate"))
        shares = {
            str(item.get("item_code") or item.get("item_name")): [rate, decimal(item["net_amount"]) * (rate / 100)]
            for item in items
        }
        tax["item_wise_tax_detail"] = json.dumps(shares, separators=(",", ":"))
    return total


def _tax(tax: Values, earlier: list[Values], items: list[Values], net: Decimal) -> Decimal:
    rate = exact(tax.get("rate"))
    row = int(decimal(tax.get("row_id"))) or len(earlier)
    previous = earlier[row - 1] if 0 < row <= len(earlier) else {}
    match tax.get("charge_type"):
        case "Actual":
            return exact(tax.get("tax_amount"))
        case "On Previous Row Amount":
            return exact(previous.get("tax_amount")) * rate / _PERCENT
        case "On Previous Row Total":
            return exact(previous.get("total")) * rate / _PERCENT
        case "On Item Quantity":
            return total_of(item.get("qty") for item in items) * rate
        case _:
            return net * rate / _PERCENT
