"""Telephone lines and what the 911 provider has on them.

In: the customers' lines. Out: VoIP Lines in ERPNext, registrations at the provider. Five lines are
registered elsewhere than where they stand, one is unknown to the provider, and twelve registrations have no
active line: what the reports must find.
"""

from datetime import date

from sandbox.demo.books import Books, stamp
from sandbox.demo.people import Address, Client, Line
from sandbox.demo.service import POSTAL_CODES, Delivery
from sandbox.e911.registry import Registration

CAUCA_CODES = {
    "Huntingdon": "69055",
    "Ormstown": "69037",
    "Sainte-Barbe": "69065",
    "Saint-Anicet": "69070",
    "Hemmingford": "68015",
    "Saint-Stanislas-de-Kostka": "70040",
    "Godmanchester": "69060",
    "Salaberry-de-Valleyfield": "70052",
    "Howick": "69025",
    "Franklin": "69017",
    "Dundee": "69075",
    "Saint-Chrysostome": "69010",
    "Hinchinbrooke": "69045",
    "Havelock": "69005",
}
_RETIRED = (10020, 10023, 10036, 10047)
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


def write_lines(books: Books, delivery: Delivery, subscription: str | None) -> list[Registration]:
    """The location's lines; answers what the provider has registered for them."""
    client = delivery.client
    adapters = [box for box in delivery.boxes if box.kind == "ATA"]
    registrations: list[Registration] = []
    for place, line in enumerate(delivery.premises.lines):
        address = line.registered_at or delivery.premises.address
        books.add(
            "VoIP Line",
            line.did,
            client.since,
            customer=client.customer_id,
            service_location=delivery.location,
            subscription=subscription,
            status="Active",
            extension=str(100 + place),
            ata_model="HT802",
            ata_mac=adapters[place // 2].mac,
            max_calls=2,
            call_timeout=25,
            **_belief(client, line, address),
        )
        if line.known_to_provider:
            registrations.append(_registration(client, line.did, address, client.since))
    return registrations


def write_retired_lines(
    books: Books, clients: dict[int, Client], locations: dict[str, list[str]]
) -> list[Registration]:
    """Lines that were given up, and numbers that nobody remembers: registered at the provider still."""
    registrations: list[Registration] = []
    for number in _RETIRED:
        client = clients[number]
        address = client.premises[0].address
        did = f"450264{6200 + number % 1000}"
        books.add(
            "VoIP Line",
            did,
            client.since,
            customer=client.customer_id,
            service_location=locations[client.customer_id][0],
            status="Inactive",
            extension="100",
            max_calls=2,
            call_timeout=25,
            **_belief(client, Line(did), address),
        )
        registrations.append(_registration(client, did, address, client.since))
    registrations += [
        _record(did, address, "RES", (first, last), date(2019, 5, 6)) for did, first, last, address in _GONE
    ]
    return registrations


def _belief(client: Client, line: Line, address: Address) -> dict[str, object]:
    """What ERPNext holds about a line: whose it is, and its 911 address."""
    known = line.known_to_provider
    return {
        "did": line.did,
        "caller_id": client.name[:32],
        "language": client.language,
        "voicemail_enabled": int(line.voicemail),
        "voicemail_email": client.email if line.voicemail else None,
        "e911_civic_number": address.civic,
        "e911_apartment": address.apartment,
        "e911_street": address.street,
        "e911_city": address.city,
        "e911_province": "QC",
        "e911_postal_code": POSTAL_CODES[address.city],
        "e911_cauca_code": CAUCA_CODES[address.city],
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
        cauca_code=CAUCA_CODES[address.city],
        service_class=service_class,
        first_name=holder[0],
        last_name=holder[1],
        enhanced_capable=True,
        registered_at=stamp(since),
    )
