"""Prices and taxes: what the company sells, and what a bill for it comes to.

In: item codes and quantities. Out: amounts as Decimal, in CAD, rounded half-up to the cent.
TPS and TVQ are both computed on the price before tax.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
TPS = Decimal(5)
TVQ = Decimal("9.975")
"""Rates in percent."""


@dataclass(frozen=True)
class Article:
    """Something sold; `monthly` tells a subscription from a one-time sale."""

    code: str
    name: str
    price: Decimal
    monthly: bool
    uom: str = "Nos"


ARTICLES = {
    article.code: article
    for article in (
        Article("FIBRE-100", "Fibre 100M", Decimal("59.95"), monthly=True),
        Article("FIBRE-500", "Fibre 500M", Decimal("74.95"), monthly=True),
        Article("FIBRE-1000", "Fibre 1G", Decimal("94.95"), monthly=True),
        Article("TEL-VOIP", "Téléphonie", Decimal("19.95"), monthly=True),
        Article("TV-BASE", "Télé de base", Decimal("34.95"), monthly=True),
        Article("WIFI-MESH", "WiFi mesh", Decimal("7.95"), monthly=True),
        Article("WIFI-ROUTER", "Routeur WiFi", Decimal("129.00"), monthly=False),
        Article("INSTALL-STD", "Installation standard", Decimal("99.00"), monthly=False),
        Article("ATA-HT802", "Adaptateur téléphonique", Decimal("79.00"), monthly=False),
        Article("LABOUR-HR", "Main-d'œuvre", Decimal("85.00"), monthly=False, uom="Hour"),
    )
}


@dataclass(frozen=True)
class Line:
    """One row of a quote or an invoice."""

    article: Article
    qty: Decimal

    @property
    def amount(self) -> Decimal:
        """The row's price before tax."""
        return _cents(self.article.price * self.qty)


@dataclass(frozen=True)
class Bill:
    """What some rows come to."""

    lines: tuple[Line, ...]

    @property
    def net(self) -> Decimal:
        """Before tax."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def tps(self) -> Decimal:
        """The federal tax."""
        return _cents(self.net * TPS / 100)

    @property
    def tvq(self) -> Decimal:
        """The provincial tax."""
        return _cents(self.net * TVQ / 100)

    @property
    def total(self) -> Decimal:
        """Taxes included."""
        return self.net + self.tps + self.tvq


def bill(codes: tuple[str, ...]) -> Bill:
    """The bill for one of each item code; a code that is repeated is counted."""
    counted = {code: Decimal(codes.count(code)) for code in codes}
    return Bill(tuple(Line(ARTICLES[code], qty) for code, qty in counted.items()))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
