"""The other customers: invented, and kept well apart from those whom evaluations name.

In: a seeded random source. Out: more `Client`s. None shares a family name, a civic address or a number
with a named customer, nor sounds like one; the same seed makes the same people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sandbox.demo.people import NAMED, Address, Card, Client, Line, Pays, Premises

FIRST_NUMBER = 10019
FREE_PORTS = frozenset({("OLT-WEST", "1/1/4"), ("OLT-EAST", "1/2/7")})
OLTS = ("OLT-EAST", "OLT-WEST", "OLT-NORD")
PORTS = tuple(f"1/{card}/{port}" for card in (1, 2, 3) for port in range(1, 17))
SUSPENDED = {17: date(2026, 1, 16), 34: date(2026, 3, 2)}
"""Place in the list -> since when, for neighbours who are cut off."""

# name, civic number, street, town, speaks English
_HOUSEHOLDS = """
Annick Archambault|214|Rue Wellington|Huntingdon|
Benoît Charbonneau|18|Rue Fairview|Huntingdon|
Carole Desrosiers|402|Route 202|Franklin|
Denis Fontaine|77|Rue Saint-Paul|Ormstown|
Élise Hébert|1503|Chemin Neuf|Sainte-Barbe|
François Jodoin|29|Rue Bridge|Ormstown|
Ghislaine Kirouac|860|Rang Sainte-Anne|Saint-Chrysostome|
Hugo Lemieux|11|Rue Lambton|Ormstown|
Irène Marcoux|350|Chemin Brooks|Hinchinbrooke|
Jacinthe Nadeau|92|Rue des Outardes|Saint-Anicet|
Karine Ouimet|5|Rue Hunter|Huntingdon|
Laurent Poirier|2310|Chemin de la Pointe-Leblanc|Saint-Anicet|
Mélanie Quesnel|141|Rue Gale|Ormstown|
Normand Galarneau|66|Rue Georges|Ormstown|
Odette Savard|730|Rang Dumas|Saint-Chrysostome|
Paul-Émond Thibault|19|Rue Saint-Joseph|Howick|
Quentin Vachon|240|Chemin Fertile Creek|Howick|
Rosalie Watson|1021|Montée Rockburn|Hinchinbrooke|en
Serge Yelle|38|Rue Notre-Dame|Saint-Chrysostome|
Thérèse Brisebois|516|Rang Saint-Charles|Franklin|
Ursule Cardinal|9|Rue Colville|Howick|
Vincent Demers|1785|Route 132|Dundee|
William Hamelin|204|Chemin Seigneurial|Hemmingford|
Xavier Ostiguy|83|Rue Frontière|Hemmingford|
Yolande Normandin|410|Chemin Covey Hill|Havelock|
Zoé Picard|37|Rue Sainte-Marie|Ormstown|
Alain Rancourt|1290|Chemin Planches|Sainte-Barbe|
Bruno Séguin|57|Rue Henderson|Huntingdon|
Chantal Turcotte|945|Rang Sixième|Saint-Anicet|
Dominic Upton|22|Rue Jamieson|Ormstown|
Estelle Whelan|615|Roxham Road|Hemmingford|en
Félix Veilleux|300|Montée du Lac|Saint-Anicet|
Gilles Caron-Vézina|14|Avenue de la Fabrique|Sainte-Barbe|
Hélène Drouin|1180|Chemin Gore|Franklin|
Ian Campbell|48|Rue Maple|Ormstown|en
Josée Fournier|71|Rue Centrale|Sainte-Barbe|
Kim Henderson|2001|Athelstan Road|Hinchinbrooke|en
Linda Patel|128|Rue King|Huntingdon|en
Maxime Houle|33|Rue Dumoulin|Salaberry-de-Valleyfield|
Noémie Mercier|216|Rue Victoria|Salaberry-de-Valleyfield|
Olivier Pépin|640|Rang du Milieu|Saint-Stanislas-de-Kostka|
Pascale Racine|87|Rue Centrale|Saint-Stanislas-de-Kostka|
"""
_BUSINESSES = """
Garage Deschamps et fils|1640|Route 138|Godmanchester|
Fromagerie du Ruisseau-Noir|455|Rang Double|Saint-Chrysostome|
Clinique vétérinaire des Frontières|26|Rue Wall|Huntingdon|
Boulangerie des Trois Blés|7|Rue du Marché|Ormstown|
Quincaillerie de la Pointe|310|Avenue Industrielle|Saint-Anicet|
Camping des Érables rouges|2750|Chemin Stevenson|Saint-Anicet|
Covey Feed Supply|519|Route 219|Hemmingford|en
Imprimerie Trois-Clochers|44|Rue Nicholson|Salaberry-de-Valleyfield|
"""
# Places in the list whose line is registered elsewhere than where it stands, or not at all.
_ELSEWHERE = {
    3: Address("402", "Route 202", "Saint-Chrysostome"),
    11: Address("2130", "Chemin de la Pointe-Leblanc", "Saint-Anicet"),
    25: Address("37", "Rue Sainte-Marie", "Ormstown", apartment="2"),
    40: Address("640", "Rang du Milieu-Ouest", "Saint-Stanislas-de-Kostka"),
}
_UNKNOWN_TO_PROVIDER = 7
_EXPIRED = 11
"""Whose card, though charged by itself, is good no more."""
_NOTES = {
    "fr": (
        "Préfère être joint le matin.",
        "A demandé une copie de sa facture.",
        "Chien dans la cour.",
        "Très satisfait de la dernière visite.",
        "Intéressé par la télé, rappeler au printemps.",
    ),
    "en": ("Prefers a call in the morning.", "Asked for a copy of the bill.", "Dog in the yard."),
}
_EXCHANGES = {
    "Hemmingford": "247",
    "Howick": "825",
    "Ormstown": "829",
    "Franklin": "827",
    "Havelock": "827",
    "Saint-Chrysostome": "826",
    "Salaberry-de-Valleyfield": "373",
    "Saint-Stanislas-de-Kostka": "377",
    "Sainte-Barbe": "377",
}
_OFFLINE = {14: "2026-03-12T06:18:00-04:00", 29: "2026-03-09T17:02:00-04:00"}


@dataclass(frozen=True)
class _Entry:
    name: str
    address: Address
    language: str
    commercial: bool

    @classmethod
    def all(cls) -> Iterator["_Entry"]:
        for text, commercial in ((_HOUSEHOLDS, False), (_BUSINESSES, True)):
            for row in text.strip().splitlines():
                name, civic, street, city, language = row.split("|")
                yield cls(name, Address(civic, street, city), language or "fr", commercial)


def neighbours(random: Random) -> tuple[Client, ...]:
    """The invented customers, numbered after the named ones."""
    ports = _free_places(random)
    return tuple(_client(random, place, entry, next(ports)) for place, entry in enumerate(_Entry.all(), start=1))


def _client(random: Random, place: int, entry: _Entry, port: tuple[str, str]) -> Client:
    pays, cards = _way_to_pay(random, place)
    suspended_on = SUSPENDED.get(place)
    return Client(
        FIRST_NUMBER + place - 1,
        entry.name,
        (_premises(random, place, entry, port),),
        date(2019, 3, 4) + timedelta(days=random.randrange(2200)),
        f"438-555-01{place:02d}",
        _email(entry),
        language=entry.language,
        commercial=entry.commercial,
        pays=pays,
        cards=cards,
        unpaid_months=3 if suspended_on else _unpaid(random, pays),
        suspended_on=suspended_on,
        notes=tuple(_notes(random, entry, suspended_on)),
    )


def _notes(random: Random, entry: _Entry, suspended_on: date | None) -> Iterator[tuple[str, str]]:
    if random.random() < 0.4:
        day = date(2025, 5, 5) + timedelta(days=random.randrange(300))
        yield (
            f"{day} {random.randrange(9, 17):02d}:{random.randrange(60):02d}:00",
            random.choice(_NOTES[entry.language]),
        )
    if suspended_on:
        yield f"{suspended_on} 09:10:00", "Service suspendu pour non-paiement."


def _premises(random: Random, place: int, entry: _Entry, port: tuple[str, str]) -> Premises:
    items = [random.choice(("FIBRE-100", "FIBRE-100", "FIBRE-500", "FIBRE-1000"))]
    has_line = place % 2 == 1 or place in _ELSEWHERE
    items += ["TEL-VOIP"] if has_line else []
    items += ["TV-BASE"] if random.random() < 0.25 else []
    items += ["WIFI-MESH"] if random.random() < 0.2 else []
    line = Line(
        f"450{_EXCHANGES.get(entry.address.city, '264')}{4000 + 7 * place}",
        voicemail=random.random() < 0.5,
        registered_at=_ELSEWHERE.get(place),
        known_to_provider=place != _UNKNOWN_TO_PROVIDER,
    )
    return Premises(
        entry.address,
        tuple(items),
        *port,
        lines=(line,) if has_line else (),
        offline_since=_OFFLINE.get(place, ""),
    )


def _way_to_pay(random: Random, place: int) -> tuple[Pays, tuple[Card, ...]]:
    digits = f"{random.randrange(1000, 9999)}"
    match place % 9:
        case 2:
            expires = (2, 2026) if place == _EXPIRED else (1 + place % 12, 2027)
            return "stripe", (Card("Stripe", digits, is_auto=True, expires=expires),)
        case 4:
            return "bank", (Card("Bank Draft", digits, is_auto=True),)
        case 6:
            return "hand", (Card("Stripe", digits, is_auto=False, brand="mastercard"),)
        case 8:
            return "paysafe", (Card("Paysafe", digits, is_auto=True),)
        case _:
            return "hand", ()


def _unpaid(random: Random, pays: Pays) -> int:
    return random.choice((0, 0, 1, 1, 2)) if pays == "hand" else 0


def _email(entry: _Entry) -> str:
    plain = str.maketrans("àâçéèêëîïôùûüœ' -", "aaceeeeiiouuuo...")
    words = entry.name.lower().translate(plain)
    return f"{'.'.join(part for part in words.split('.') if part)}@example.com"


def _free_places(random: Random) -> Iterator[tuple[str, str]]:
    taken = {(spot.olt, spot.port) for client in NAMED for spot in client.premises}
    places = [(olt, port) for olt in OLTS for port in PORTS]
    free = [place for place in places if place not in taken | FREE_PORTS]
    random.shuffle(free)
    return iter(free)
