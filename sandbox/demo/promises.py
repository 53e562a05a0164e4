"""Quotes and payment arrangements.

In: the customers. Out: SOQ-901 to SOQ-908 and the arrangements, of which C-10008's is the open one that
evaluations refer to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo import identity
from sandbox.demo.billing import totals
from sandbox.demo.books import Books
from sandbox.demo.money import bill
from sandbox.demo.people import Client


@dataclass(frozen=True)
class Quote:
    """An offer: to whom, when, what became of it."""

    number: int
    customer: int
    day: date
    status: str
    items: tuple[str, ...]

    @property
    def name(self) -> str:
        """`SOQ-908`."""
        return f"SOQ-{self.number}"


QUOTES = (
    Quote(901, 10054, date(2025, 1, 14), "Ordered", ("FIBRE-1000", "INSTALL-STD")),
    Quote(902, 10027, date(2025, 2, 21), "Ordered", ("FIBRE-500", "TEL-VOIP", "TV-BASE", "INSTALL-STD")),
    Quote(903, 10033, date(2025, 9, 18), "Expired", ("FIBRE-1000",)),
    Quote(904, 10041, date(2025, 11, 6), "Expired", ("TV-BASE", "WIFI-MESH")),
    Quote(905, 10047, date(2025, 12, 11), "Lost", ("TEL-VOIP", "ATA-HT802")),
    Quote(906, 10061, date(2026, 2, 24), "Open", ("FIBRE-1000", "TEL-VOIP", "TEL-VOIP")),
    Quote(907, 10050, date(2026, 3, 3), "Open", ("WIFI-MESH", "WIFI-ROUTER")),
    Quote(908, 10012, date(2026, 3, 9), "Open", ("FIBRE-100", "WIFI-ROUTER", "INSTALL-STD")),
)


@dataclass(frozen=True)
class _Promise:
    customer: int
    amount: str
    agreed: date
    due: date
    cutoff: date | None
    status: str
    method: str
    note: str
    installments: int = 1


_PROMISES = (
    _Promise(
        10024,
        "86.18",
        date(2025, 6, 4),
        date(2025, 6, 20),
        date(2025, 6, 27),
        "Completed",
        "Portal",
        "Paiera par le portail.",
    ),
    _Promise(
        10030,
        "60.00",
        date(2025, 8, 11),
        date(2025, 8, 22),
        date(2026, 1, 30),
        "Completed",
        "Phone",
        "Trois versements, un par mois.",
        installments=3,
    ),
    _Promise(
        10043,
        "120.00",
        date(2025, 10, 2),
        date(2025, 10, 17),
        date(2025, 10, 24),
        "Completed",
        "Cheque",
        "Chèque par la poste.",
    ),
    _Promise(
        10035,
        "100.00",
        date(2025, 12, 15),
        date(2026, 1, 9),
        date(2026, 1, 16),
        "Broken",
        "Phone",
        "Rappel sans réponse le 12 janvier.",
    ),
    _Promise(
        10046,
        "75.00",
        date(2026, 1, 20),
        date(2026, 2, 6),
        None,
        "Cancelled",
        "Portal",
        "Solde payé au complet avant la date.",
    ),
    _Promise(10008, "150.00", date(2026, 3, 5), date(2026, 3, 26), date(2026, 4, 2), "Open", "Phone", "Par téléphone."),
    _Promise(
        10053,
        "50.00",
        date(2026, 3, 10),
        date(2026, 3, 31),
        date(2026, 4, 10),
        "Pending",
        "PPA",
        "En attente du formulaire PPA.",
    ),
)


def write_quotes(books: Books, clients: Mapping[int, Client], locations: Mapping[str, list[str]]) -> None:
    """The quotes, submitted, with both taxes."""
    books.start_after("SOQ-", QUOTES[-1].number)
    for quote in QUOTES:
        client = clients[quote.customer]
        books.add(
            "Quotation",
            quote.name,
            quote.day,
            naming_series="SOQ-.###",
            title=client.name,
            quotation_to="Customer",
            party_name=client.customer_id,
            customer_name=client.name,
            company=identity.COMPANY,
            transaction_date=quote.day,
            valid_till=quote.day + timedelta(days=30),
            order_type="Sales",
            status=quote.status,
            docstatus=1,
            legacy_soumission_id=quote.number,
            language=client.language,
            service_location=locations[client.customer_id][0],
            **totals(bill(quote.items)),
        )


def write_arrangements(books: Books) -> None:
    """The arrangements, oldest first."""
    for promise in _PROMISES:
        amount = Decimal(promise.amount)
        done = promise.status == "Completed"
        books.add(
            "Payment Arrangement",
            books.next_in("PA-"),
            promise.agreed,
            customer=f"C-{promise.customer}",
            amount=amount,
            agreed_on=promise.agreed,
            due_date=promise.due,
            cutoff_date=promise.cutoff,
            frequency="Monthly" if promise.installments > 1 else "Once",
            method=promise.method,
            status=promise.status,
            note=promise.note,
            installments=[
                {"due_date": _month_later(promise.due, number), "amount": amount, "paid": int(done)}
                for number in range(promise.installments)
            ],
        )


def _month_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    return day.replace(year=day.year + month // 12, month=month % 12 + 1)
