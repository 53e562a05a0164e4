"""What a sale comes to: the price list, the two taxes of Québec, and the rows that ERPNext wants of them.

TPS 5 % and TVQ 9.975 % are both computed on the price before tax; everything is CAD, rounded half-up to the cent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.errors import Misconfigured
from agent.reply import Scalar
from agent.tools.desk import Desk
from agent.tools.records import Row

TPS = Decimal(5)
TVQ = Decimal("9.975")
"""Rates in percent."""
PRICE_LIST = "Standard Selling"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One thing sold: its item code, how much of it, and its price before tax for one, CAD."""

    item: str
    qty: Decimal
    rate: Decimal

    @property
    def amount(self) -> Decimal:
        """The line's price before tax."""
        return half_up(self.qty * self.rate)


@dataclass(frozen=True)
class Bill:
    """What some lines come to."""

    lines: tuple[Line, ...]

    @property
    def net(self) -> Decimal:
        """Before tax."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def tps(self) -> Decimal:
        """The federal tax."""
        return half_up(self.net * TPS / 100)

    @property
    def tvq(self) -> Decimal:
        """The provincial tax."""
        return half_up(self.net * TVQ / 100)

    @property
    def total(self) -> Decimal:
        """Taxes included."""
        return self.net + self.tps + self.tvq

    def computed(self) -> dict[str, Scalar]:
        """What ERPNext has to compute for a document of these lines."""
        return {
            "net_total": str(self.net),
            "total_taxes_and_charges": str(self.tps + self.tvq),
            "grand_total": str(self.total),
        }

    def rows(self) -> list[Row]:
        """The lines as the rows of a quotation or an invoice."""
        return [{"item_code": one.item, "qty": plain(one.qty), "rate": f"{one.rate:.2f}"} for one in self.lines]


def half_up(amount: Decimal) -> Decimal:
    """To the cent, a half cent up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """A quantity without trailing zeros: ``2.5``, ``3``."""
    return f"{number.normalize():f}"


async def prices(codes: Collection[str], desk: Desk) -> dict[str, Decimal]:
    """The list price of each item that has one, CAD before tax."""
    if not codes:
        return {}
    rows = await desk.records.list(
        "Item Price",
        fields=["item_code", "price_list_rate"],
        filters=[("item_code", "in", sorted(codes)), ("price_list", "=", PRICE_LIST), ("selling", "=", 1)],
        order_by="valid_from asc",
    )
    return {row["item_code"]: half_up(Decimal(str(row["price_list_rate"] or 0))) for row in rows}


async def tax_rows(desk: Desk) -> list[Row]:
    """The site's own rows for the two taxes; raises ``Misconfigured`` where its default template is another."""
    rows = await desk.records.list(
        "Sales Taxes and Charges Template",
        fields=["name", "taxes.charge_type", "taxes.account_head", "taxes.description", "taxes.rate"],
        filters=[("is_default", "=", 1)],
    )
    found = sorted(rows, key=lambda row: float(row["rate"] or 0))
    if [Decimal(str(row["rate"] or 0)) for row in found] != [TPS, TVQ] or not _on_the_price(found):
        raise Misconfigured(
            "ERPNext's default sales tax template has to be TPS 5 % and TVQ 9.975 %, both on the net total.",
            setting="Sales Taxes and Charges Template",
        )
    fields = ("charge_type", "account_head", "description", "rate")
    return [{field: row[field] for field in fields} for row in found]


def _on_the_price(rows: Sequence[Row]) -> bool:
    return all(row["charge_type"] == "On Net Total" for row in rows)
