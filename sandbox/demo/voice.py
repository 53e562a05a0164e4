"""Telephone lines: in ERPNext, in the PBX, and what the 911 provider has on them.

In: the customers' lines. Out: VoIP Lines in ERPNext, lines of the PBX, registrations at the provider. Five lines are
registered elsewhere than where they stand, one is unknown to the provider, and twelve registrations have no
active line: what the reports must find.
"""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from sandbox.demo.books import Books, Row, stamp
from sandbox.demo.identity import SEED
from sandbox.demo.people import Address, Client, Line
from sandbox.demo.service import POSTAL_CODES, Delivery
from sandbox.e911 import registry
from sandbox.e911.municipalities import CODES
from sandbox.e911.registry import Registration
from sandbox.pbx import lines as pbx
from sandbox.world import TIMEZONE

FREE_NUMBERS = (*(f"45026470{last:02d}" for last in range(20)), "8195551234")
"""Numbers that the PBX can give out."""
RETIRED = (10020, 10023, 10036, 10047)
"""Customers who gave their line up and are registered still."""
_GONE = (
    ("4502646112", "Armand", "Beaudry", Address("133", "Rue Arthur", "Huntingdon")),
    ("4502646140", "Colombe", "Dagenais", Address("21", "Rue Somerville", "Huntingdon")),
    ("4508296075", "Fernand", "Gauvreau", Address("480", "Rang Tullochgorum", "Ormstown")),
    ("4502476018", "Mary", "Hodgson", Address("702", "Chemin Williams", "Hemmingford")),
    ("4508256033", "Omer", "Joncas", Address("58", "Rue Mill", "Howick")),
    ("4508266091", "Rita", "Laplante", Address("1117", "Rang Notre-Dame", "Saint-Chrysostome")),
    ("4503776054", "Simone", "Marchessault", Address("265", "Chemin du Bord-de-l'Eau", "Sainte-Barbe")),
    ("4503736027", "Ubald", "Vinet", Address("75", "Rue Grande-Île", "Salaberry-de-Valleyfield")),
)
_SYNCED = "2026-03-10 02:15:00"


@dataclass(frozen=True)
class Telephony:
    """A line as the PBX and the 911 provider have it; either may not know the number."""

    line: pbx.Line | None
    registration: Registration | None


def install(connection: sqlite3.Connection, lines: list[Telephony]) -> None:
    """Write lines into the PBX and to the 911 provider."""
    for line in (one.line for one in lines if one.line):
        pbx.add_numbers(connection, [line.did])
        # A source of its own for each, so that no other choice of the company depends on it.
        pbx.insert(connection, [line], Random(f"{SEED}-{line.did}"))  # noqa: S311 (determinism is the point)
    registry.register(connection, [one.registration for one in lines if one.registration])


def write_lines(books: Books, delivery: Delivery, subscription: str | None) -> list[Telephony]:
    """The location's lines; answers how the PBX and the provider have them."""
    client = delivery.client
    adapters = [box for box in delivery.boxes if box.kind == "ATA"]
    found: list[Telephony] = []
    for place, line in enumerate(delivery.premises.lines):
        address = line.registered_at or delivery.premises.address
        document = _document(client, line, delivery.location, "Active", place)
        belief = _belief(client, line, address)
        books.add(
            "VoIP Line",
            line.did,
            client.since,
            **document,
            **belief,
            subscription=subscription,
            ata_model="HT802",
            ata_mac=adapters[place // 2].mac,
        )
        registration = _registration(client, line.did, address, client.since) if line.known_to_provider else None
        found.append(Telephony(_pbx_line(document, client.since, "enabled"), registration))
    return found


def write_retired_lines(books: Books, clients: dict[int, Client], locations: dict[str, list[str]]) -> list[Telephony]:
    """Lines that were given up, and numbers that nobody remembers: registered at the provider still."""
    found: list[Telephony] = []
    for number in RETIRED:
        client = clients[number]
        address = client.premises[0].address
        line = Line(f"450264{6200 + number % 1000}")
        document = _document(client, line, locations[client.customer_id][0], "Inactive", 0)
        books.add("VoIP Line", line.did, client.since, **document, **_belief(client, line, address))
        registration = _registration(client, line.did, address, client.since)
        found.append(Telephony(_pbx_line(document, client.since, "disabled"), registration))
    gone = [_record(did, address, "RES", (first, last), date(2019, 5, 6)) for did, first, last, address in _GONE]
    return found + [Telephony(None, registration) for registration in gone]


def _document(client: Client, line: Line, location: str, status: str, place: int) -> Row:
    """What ERPNext and the PBX agree on about a line."""
    return {
        "did": line.did,
        "customer": client.customer_id,
        "service_location": location,
        "status": status,
        "caller_id": client.name[:32],
        "language": client.language,
        "extension": str(100 + place),
        "max_calls": 2,
        "call_timeout": 25,
        "voicemail_enabled": int(line.voicemail),
        "voicemail_email": client.email if line.voicemail else None,
    }


def _pbx_line(document: Row, since: date, state: str) -> pbx.Line:
    wish = pbx.NewLine(
        did=str(document["did"]),
        customer=str(document["customer"]),
        location=str(document["service_location"]),
        extension=str(document["extension"]),
        caller_id=str(document["caller_id"]),
        language=str(document["language"]),
        max_calls=2,
        call_timeout=25,
        international=False,
        voicemail=pbx.Voicemail(bool(document["voicemail_enabled"]), _text(document["voicemail_email"])),
    )
    return pbx.Line.born(wish, at=_moment(since), key=None, state=state)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _belief(client: Client, line: Line, address: Address) -> dict[str, object]:
    """The 911 address that ERPNext holds about a line."""
    known = line.known_to_provider
    return {
        "e911_civic_number": address.civic,
        "e911_apartment": address.apartment,
        "e911_street": address.street,
        "e911_city": address.city,
        "e911_province": "QC",
        "e911_postal_code": POSTAL_CODES[address.city],
        "e911_cauca_code": CODES[address.city],
        "e911_class": "BUS" if client.commercial else "RES",
        "e911_status": "Registered" if known else "Missing",
        "e911_synced_on": _SYNCED if known else None,
    }


def _registration(client: Client, did: str, address: Address, since: date) -> Registration:
    first, _, last = (client.contact or client.name).partition(" ")
    if client.commercial:
        first, last = "", client.name
    return _record(did, address, "BUS" if client.commercial else "RES", (first, last), since)


def _record(did: str, address: Address, service_class: str, holder: tuple[str, str], since: date) -> Registration:
    return Registration(
        did=did,
        civic_number=address.civic,
        apartment=address.apartment,
        street=address.street,
        city=address.city,
        province="QC",
        postal_code=POSTAL_CODES[address.city],
        cauca_code=CODES[address.city],
        service_class=service_class,
        first_name=holder[0],
        last_name=holder[1],
        enhanced_capable=True,
        registered_at=_moment(since),
    )


def _moment(day: date) -> str:
    return datetime.fromisoformat(stamp(day)).replace(tzinfo=TIMEZONE).isoformat(timespec="seconds")
