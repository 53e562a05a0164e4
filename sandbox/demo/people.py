"""The customers whom evaluation files name, to the letter.

Out: typed facts, no documents: `seed` turns them into what each system holds. Nothing here is random.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Pays = Literal["hand", "stripe", "paysafe", "bank"]


@dataclass(frozen=True)
class Line:
    """A telephone line: ten digits, and the 911 address where it is not the service address."""

    did: str
    voicemail: bool = False
    registered_at: "Address | None" = None
    known_to_provider: bool = True


@dataclass(frozen=True)
class Address:
    """Where something stands."""

    civic: str
    street: str
    city: str
    apartment: str = ""


@dataclass(frozen=True)
class Premises:
    """One service location: what is delivered there, and through which port."""

    address: Address
    items: tuple[str, ...] = ()
    olt: str = ""
    port: str = ""
    lines: tuple[Line, ...] = ()
    router: bool = True
    rx_dbm: float | None = None
    wifi_clients: int | None = None
    offline_since: str = ""
    status: str = "Active"


@dataclass(frozen=True)
class Card:
    """A way to pay on file."""

    provider: Literal["Stripe", "Paysafe", "Bank Draft"]
    last_four: str
    is_auto: bool
    amount_limit: Decimal = Decimal(0)
    brand: Literal["visa", "mastercard"] = "visa"
    expires: tuple[int, int] = (11, 2028)
    """Month and year; brand and expiry are a card's alone."""


@dataclass(frozen=True)
class Client:
    """A customer and all that is known of him."""

    number: int
    name: str
    premises: tuple[Premises, ...]
    since: date
    phone: str
    email: str
    language: str = "fr"
    commercial: bool = False
    prospect: bool = False
    pays: Pays = "hand"
    cards: tuple[Card, ...] = ()
    unpaid_months: int = 0
    suspended_on: date | None = None
    vip: bool = False
    contact: str = ""
    notes: tuple[tuple[str, str], ...] = field(default=())
    """(moment, text) of comments on the customer."""

    @property
    def customer_id(self) -> str:
        """`C-10001`."""
        return f"C-{self.number}"

    @property
    def stripe_id(self) -> str | None:
        """Stripe's id of a customer with a card there."""
        return f"cus_demo_{self.number}" if any(card.provider == "Stripe" for card in self.cards) else None

    def reference_of(self, card: Card) -> str:
        """The provider's own id of what he pays with, never an account."""
        prefix = {"Stripe": "pm_demo_", "Paysafe": "paysafe-demo-", "Bank Draft": "ppa-demo-"}[card.provider]
        return f"{prefix}{self.number}"


def _home(  # noqa: PLR0917 (reads as a line of an address book)
    civic: str, street: str, city: str, items: tuple[str, ...], olt: str, port: str
) -> Premises:
    return Premises(Address(civic, street, city), items, olt, port)


_VISA = Card("Stripe", "1881", is_auto=False, expires=(4, 2027))
_HUNTINGDON, _BARBE = "Huntingdon", "Sainte-Barbe"
_KOSTKA, _VALLEYFIELD = "Saint-Stanislas-de-Kostka", "Salaberry-de-Valleyfield"

NAMED: tuple[Client, ...] = (
    Client(
        10001,
        "Jean Tremblay",
        (
            Premises(
                Address("123", "Rue Principale", _HUNTINGDON),
                ("FIBRE-100", "TEL-VOIP"),
                "OLT-EAST",
                "1/2/3",
                lines=(Line("4502722408", voicemail=True),),
                rx_dbm=-18.4,
            ),
        ),
        date(2021, 5, 3),
        "514-555-0101",
        "jean.tremblay@example.com",
        unpaid_months=2,
        notes=(("2026-03-04 10:12:00", "A appelé au sujet de sa facture de février; paiera à la fin du mois."),),
    ),
    Client(
        10002,
        "Marie-Ève Tremblay",
        (_home("45", "Chemin de la Rivière", "Ormstown", ("FIBRE-500",), "OLT-WEST", "1/1/1"),),
        date(2022, 9, 12),
        "514-555-0102",
        "marie-eve.tremblay@example.com",
        cards=(_VISA,),
        unpaid_months=1,
    ),
    Client(
        10003,
        "Luc Gagnon",
        (_home("88", "Rang du Bord-de-l'Eau", _BARBE, ("FIBRE-500",), "OLT-WEST", "1/1/2"),),
        date(2020, 2, 17),
        "514-555-0103",
        "luc.gagnon@example.com",
        unpaid_months=4,
        suspended_on=date(2026, 2, 20),
        notes=(
            ("2026-02-06 14:30:00", "Message laissé: le solde dépasse 90 jours."),
            ("2026-02-20 09:05:00", "Service suspendu pour non-paiement."),
        ),
    ),
    Client(
        10004,
        "Bouchard & Fils inc.",
        (
            Premises(
                Address("1200", "Route 138", "Saint-Anicet"),
                ("FIBRE-1000", *("TEL-VOIP",) * 4),
                "OLT-WEST",
                "1/1/3",
                lines=tuple(Line(f"450264310{n}", voicemail=n == 0) for n in range(4)),
            ),
        ),
        date(2019, 4, 1),
        "514-555-0104",
        "comptabilite@bouchardetfils.example.com",
        commercial=True,
        pays="bank",
        cards=(Card("Bank Draft", "7715", is_auto=True, amount_limit=Decimal(500)),),
        contact="Réjean Bouchard",
    ),
    Client(
        10005,
        "Sylvie Côté",
        (_home("17", "Rue Châteauguay", _HUNTINGDON, ("FIBRE-500", "TV-BASE"), "OLT-EAST", "1/2/1"),),
        date(2021, 11, 22),
        "514-555-0105",
        "sylvie.cote@example.com",
        pays="stripe",
        cards=(Card("Stripe", "4242", is_auto=True),),
    ),
    Client(
        10006,
        "Daniel O'Connor",
        (
            Premises(
                Address("12", "Main Street", "Hemmingford"),
                ("FIBRE-100", "TEL-VOIP"),
                "OLT-NORD",
                "1/1/1",
                lines=(Line("4502473300", registered_at=Address("8", "Main Street", "Hemmingford")),),
            ),
        ),
        date(2020, 8, 10),
        "514-555-0106",
        "daniel.oconnor@example.com",
        language="en",
        notes=(("2025-10-14 13:20:00", "Moved from 8 Main Street; keeps his number."),),
    ),
    Client(
        10007,
        "Ferme Leduc SENC",
        (
            _home("510", "Rang Saint-Louis", _KOSTKA, ("FIBRE-500",), "OLT-NORD", "1/1/2"),
            Premises(
                Address("522", "Rang Saint-Louis", _KOSTKA),
                ("FIBRE-100",),
                "OLT-NORD",
                "1/1/3",
                rx_dbm=-27.8,
            ),
        ),
        date(2021, 6, 28),
        "514-555-0107",
        "info@fermeleduc.example.com",
        commercial=True,
        unpaid_months=1,
        contact="Yvon Leduc",
    ),
    Client(
        10008,
        "Nathalie Roy",
        (_home("31", "Rue Lake", _HUNTINGDON, ("FIBRE-500",), "OLT-EAST", "1/2/2"),),
        date(2022, 1, 31),
        "514-555-0108",
        "nathalie.roy@example.com",
        unpaid_months=3,
        notes=(("2026-03-05 11:40:00", "Entente: 150 $ le 26 mars, sinon coupure le 2 avril."),),
    ),
    Client(
        10009,
        "Émile Lavoie",
        (_home("123", "Rue Principale", _BARBE, ("FIBRE-100",), "OLT-WEST", "1/1/5"),),
        date(2023, 3, 20),
        "514-555-0109",
        "emile.lavoie@example.com",
    ),
    Client(
        10010,
        "Dépanneur Chez Ginette",
        (_home("2", "Rue Dalhousie", _HUNTINGDON, ("FIBRE-100",), "OLT-EAST", "1/2/4"),),
        date(2019, 10, 7),
        "450-264-5555",
        "ginette@example.com",
        commercial=True,
        unpaid_months=1,
    ),
    Client(
        10011,
        "Patrick Bergeron",
        (
            Premises(
                Address("75", "Chemin Ridge", "Godmanchester"),
                ("FIBRE-500",),
                "OLT-EAST",
                "1/2/5",
                offline_since="2026-03-11T22:40:00-04:00",
            ),
        ),
        date(2022, 7, 4),
        "514-555-0111",
        "patrick.bergeron@example.com",
    ),
    Client(
        10012,
        "Isabelle Nguyen",
        (Premises(Address("9", "Rue Bouchette", _HUNTINGDON), status="Pending"),),
        date(2026, 3, 6),
        "514-555-0112",
        "isabelle.nguyen@example.com",
        prospect=True,
    ),
    Client(
        10013,
        "Kevin Smith",
        (_home("3", "Rue Prince", _HUNTINGDON, ("FIBRE-100",), "OLT-EAST", "1/2/6"),),
        date(2023, 5, 15),
        "514-555-0113",
        "kevin.smith@example.com",
        language="en",
    ),
    Client(
        10014,
        "Kevin Smyth",
        (_home("40", "Rue York", _HUNTINGDON, ("FIBRE-500", "WIFI-MESH"), "OLT-EAST", "1/2/8"),),
        date(2023, 8, 28),
        "514-555-0114",
        "kevin.smyth@example.com",
        language="en",
        unpaid_months=1,
    ),
    Client(
        10015,
        "Groupe Immobilier Valleyfield",
        tuple(
            Premises(
                Address(str(101 + n), "Boulevard du Havre", _VALLEYFIELD),
                ("FIBRE-100",),
                "OLT-NORD",
                f"1/2/{n + 1}",
                router=False,
            )
            for n in range(12)
        ),
        date(2020, 6, 15),
        "514-555-0115",
        "gestion@immobiliervalleyfield.example.com",
        commercial=True,
        vip=True,
        contact="Solange Beauregard",
    ),
    Client(
        10016,
        "Geneviève Dubois",
        (_home("64", "Rue Churchill", _HUNTINGDON, ("FIBRE-100",), "OLT-EAST", "1/3/1"),),
        date(2021, 2, 8),
        "514-555-0116",
        "genevieve.dubois@example.com",
        pays="bank",
        cards=(Card("Bank Draft", "3309", is_auto=True), Card("Stripe", "5556", is_auto=False)),
    ),
    Client(
        10017,
        "Robert Dubois",
        (_home("64A", "Rue Churchill", _HUNTINGDON, ("FIBRE-100", "TV-BASE"), "OLT-EAST", "1/3/2"),),
        date(2021, 2, 8),
        "514-555-0117",
        "robert.dubois@example.com",
        pays="paysafe",
        cards=(Card("Paysafe", "9021", is_auto=True),),
    ),
    Client(
        10018,
        "Martin Gagné",
        (
            Premises(
                Address("27", "Rang du Dix", "Howick"),
                ("FIBRE-100", "TEL-VOIP", "WIFI-MESH"),
                "OLT-NORD",
                "1/1/4",
                lines=(Line("4508252100"),),
                wifi_clients=3,
            ),
        ),
        date(2022, 4, 11),
        "514-555-0118",
        "martin.gagne@example.com",
        unpaid_months=3,
    ),
)
