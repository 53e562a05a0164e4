"""Where service is delivered and by what: customers, contacts, locations, equipment, addresses on the net.

In: the customers. Out: their documents in ERPNext, and the ports and devices as the hub knows them; the two
agree on serial numbers, ports and locations.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.demo.books import Books, Row, stamp
from sandbox.demo.neighbours import OLTS, PORTS
from sandbox.demo.people import Client, Premises
from sandbox.world import TIMEZONE

POSTAL_CODES = {
    "Huntingdon": "J0S 1H0",
    "Ormstown": "J0S 1K0",
    "Sainte-Barbe": "J0S 1P0",
    "Saint-Anicet": "J0S 1M0",
    "Hemmingford": "J0L 1H0",
    "Saint-Stanislas-de-Kostka": "J0S 1W0",
    "Godmanchester": "J0S 1H0",
    "Salaberry-de-Valleyfield": "J6T 1Z7",
    "Howick": "J0S 1G0",
    "Franklin": "J0S 1E0",
    "Saint-Chrysostome": "J0S 1R0",
    "Hinchinbrooke": "J0S 1A0",
    "Dundee": "J0S 1L0",
    "Havelock": "J0S 2C0",
}
_MODELS = {"ONT": "ONT-G4", "Router": "AX3000", "Mesh": "MX1800", "ATA": "HT802", "TV": "STB-4K"}
_HOSTNAMES = ("iphone", "galaxy-a54", "portable-salon", "ipad", "tele-salon", "imprimante", "console", "pixel-8")
_OPEN_SINCE = datetime(2018, 10, 1, 8, tzinfo=TIMEZONE)
_FAULTY_PLACE = 10056
"""A customer whose router answers every task with a fault."""
_EARLIER_ADDRESS = {10006: "8 Main Street, Hemmingford"}
_IP_HISTORY = {
    10011: (
        ("206.162.10.44", date(2024, 11, 4), date(2025, 6, 1)),
        ("206.162.10.91", date(2025, 6, 2), None),
    ),
}


@dataclass(frozen=True)
class Box:
    """One piece of equipment in the field."""

    serial: str
    kind: str
    mac: str


@dataclass(frozen=True)
class Delivery:
    """Service as it is delivered: to whom, where, through which boxes (in the order of their cables)."""

    client: Client
    premises: Premises
    location: str
    boxes: tuple[Box, ...]


def write_customer(books: Books, client: Client) -> None:
    """The customer and the contact through whom he is reached."""
    person = client.contact or client.name
    first, _, last = person.partition(" ")
    contact = f"{person}-{client.customer_id}"
    link: Row = {"link_doctype": "Customer", "link_name": client.customer_id, "link_title": client.name}
    books.add(
        "Contact",
        contact,
        client.since,
        first_name=first if client.contact or not client.commercial else person,
        last_name=last if client.contact or not client.commercial else "",
        full_name=person,
        email_id=client.email,
        phone="",
        mobile_no=client.phone,
        image="",
        is_primary_contact=1,
        status="Passive",
        company_name=client.name if client.commercial else None,
        email_ids=[{"email_id": client.email, "is_primary": 1}],
        phone_nos=[{"phone": client.phone, "is_primary_mobile_no": 1}],
        links=[link],
    )
    billing = _write_billing_address(books, client)
    books.add(
        "Customer",
        client.customer_id,
        client.since,
        naming_series="C-.#####",
        customer_name=client.name,
        language=client.language,
        territory="Canada",
        customer_type="Company" if client.commercial else "Individual",
        customer_group=_group(client),
        default_currency="CAD",
        customer_primary_contact=contact,
        customer_primary_address=billing,
        mobile_no=client.phone,
        email_id=client.email,
        is_suspended=int(client.suspended_on is not None),
        suspended_on=client.suspended_on,
        is_vip=int(client.vip),
        suspension_reason="Non-paiement" if client.suspended_on else None,
        stripe_customer_id=client.stripe_id,
    )
    for moment, text in client.notes:
        write_comment(books, "Customer", client.customer_id, moment, text)


def _write_billing_address(books: Books, client: Client) -> str:
    """Bills go to the first of a customer's addresses."""
    address = client.premises[0].address
    return books.add(
        "Address",
        f"{client.name}-Billing",
        client.since,
        address_title=client.name,
        address_type="Billing",
        address_line1=f"{address.civic} {address.street}",
        city=address.city,
        state="QC",
        pincode=POSTAL_CODES[address.city],
        country="Canada",
        is_primary_address=1,
        email_id=client.email,
        phone=client.phone,
        links=[{"link_doctype": "Customer", "link_name": client.customer_id, "link_title": client.name}],
    )


def write_comment(books: Books, doctype: str, name: str, at: date | datetime | str, text: str) -> None:
    """A comment in a document's timeline."""
    books.add(
        "Comment",
        books.hash_name(),
        at,
        comment_type="Comment",
        reference_doctype=doctype,
        reference_name=name,
        content=f"<p>{text}</p>",
        comment_email="Administrator",
        comment_by="Administrator",
    )


def write_location(books: Books, client: Client, premises: Premises) -> str:
    """The service location; answers its name."""
    name = books.next_in("LOC-")
    address = premises.address
    books.add(
        "Service Location",
        name,
        client.since,
        customer=client.customer_id,
        civic_number=address.civic,
        apartment=address.apartment,
        street=address.street,
        city=address.city,
        province="QC",
        postal_code=POSTAL_CODES[address.city],
        connection_type="Fibre",
        olt=premises.olt or None,
        olt_port=premises.port or None,
        status=premises.status,
        legacy_delivery_id=20000 + int(name.removeprefix("LOC-")),
    )
    if client.number in _EARLIER_ADDRESS:
        write_comment(
            books,
            "Service Location",
            name,
            "2025-10-14 13:18:00",
            f"Previous address: {_EARLIER_ADDRESS[client.number]}",
        )
    return name


def write_equipment(books: Books, client: Client, premises: Premises, location: str) -> Delivery:
    """The boxes at a location, and the addresses it held on the net."""
    boxes = tuple(_box(books, kind) for kind in _kinds(premises))
    for box in boxes:
        books.add(
            "Service Equipment",
            box.serial,
            client.since,
            serial_number=box.serial,
            customer=client.customer_id,
            service_location=location,
            equipment_type=box.kind,
            model=_MODELS[box.kind],
            mac_address=box.mac,
            status="Active",
            olt=premises.olt if box.kind == "ONT" else None,
            olt_port=premises.port if box.kind == "ONT" else None,
        )
    if boxes:
        _write_addresses(books, client, location)
    return Delivery(client, premises, location, boxes)


def _write_addresses(books: Books, client: Client, location: str) -> None:
    """Which IP address the location held when; the last one it still holds."""
    number = int(location.removeprefix("LOC-"))
    now_held = f"206.162.{11 + number // 200}.{10 + number % 200}"
    default = ((now_held, client.since, None),)
    for address, since, until in _IP_HISTORY.get(client.number, default):
        books.add(
            "IP History",
            books.hash_name(),
            since,
            customer=client.customer_id,
            service_location=location,
            ip_address=address,
            from_date=since,
            to_date=until,
        )


def install_ports(connection: sqlite3.Connection) -> None:
    """Every port of every OLT, free and dark."""
    connection.executemany(
        "INSERT INTO hub_ports VALUES (?, ?, 0, NULL, NULL, NULL, NULL, ?, NULL, 1)",
        [(olt, port, _iso(_OPEN_SINCE)) for olt in OLTS for port in PORTS],
    )


def install_devices(connection: sqlite3.Connection, books: Books, delivery: Delivery) -> None:
    """What hangs on the location's port, as the hub knows it; a television box does not speak to it."""
    client, premises, location = delivery.client, delivery.premises, delivery.location
    managed = [box for box in delivery.boxes if box.kind != "TV"]
    if not managed:
        return
    changed = client.suspended_on or client.since
    connection.execute(
        "UPDATE hub_ports SET enabled = ?, customer = ?, location = ?, ont_serial = ?, profile = ?, changed_at = ?,"
        " version = ? WHERE olt = ? AND port = ?",
        (
            client.suspended_on is None,
            client.customer_id,
            location,
            managed[0].serial,
            next(item for item in premises.items if item.startswith("FIBRE-")),
            _iso(datetime.fromisoformat(stamp(changed)).replace(tzinfo=TIMEZONE)),
            3 if client.suspended_on else 2,
            premises.olt,
            premises.port,
        ),
    )
    radios = [box for box in managed if box.kind in {"Router", "Mesh"}]
    adapters = [box for box in managed if box.kind == "ATA"]
    for box in managed:
        wifi = _wifi(books, client, premises, radios.index(box), len(radios)) if box in radios else None
        connection.execute(
            "INSERT INTO hub_devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?)",
            (
                box.serial,
                client.customer_id,
                location,
                box.kind,
                _MODELS[box.kind],
                box.mac,
                premises.olt,
                premises.port,
                not premises.offline_since,
                *_moments(books, client, premises),
                *_signal(books, premises, box),
                json.dumps(wifi) if wifi else None,
                _dids(premises, adapters.index(box)) if box in adapters else None,
                _fault(client, box),
            ),
        )


def _kinds(premises: Premises) -> list[str]:
    if not premises.port:
        return []
    kinds = ["ONT", *(["Router"] if premises.router else [])]
    kinds += ["Mesh"] if "WIFI-MESH" in premises.items else []
    kinds += ["ATA"] * ((len(premises.lines) + 1) // 2)  # two lines fit one adapter
    kinds += ["TV"] if "TV-BASE" in premises.items else []
    return kinds


def _box(books: Books, kind: str) -> Box:
    prefix = {"ONT": "GFON", "Router": "GFRT", "Mesh": "GFMS", "ATA": "GFAT", "TV": "GFTV"}[kind]
    mac = ":".join(f"{books.random.randrange(256):02X}" for _ in range(5))
    return Box(f"{prefix}{books.random.getrandbits(32):08X}", kind, f"02:{mac}")


def _moments(books: Books, client: Client, premises: Premises) -> tuple[str, str]:
    """Since when the device is as it is, and its last boot."""
    cut_off = client.suspended_on or date(2026, 3, 11)
    boot = datetime(cut_off.year, cut_off.month, cut_off.day, 3, tzinfo=TIMEZONE) - timedelta(
        minutes=books.random.randrange(60, 60 * 24 * 40)
    )
    return premises.offline_since or _iso(boot), _iso(boot)


def _signal(books: Books, premises: Premises, box: Box) -> tuple[float | None, float | None]:
    if box.kind != "ONT":
        return None, None
    usual = round(books.random.uniform(-23.5, -14.5), 1)
    return premises.rx_dbm or usual, round(books.random.uniform(1.8, 3.2), 1)


def _wifi(books: Books, client: Client, premises: Premises, place: int, radios: int) -> Row:
    total = books.random.randrange(1, 6) if premises.wifi_clients is None else premises.wifi_clients
    share = total // radios + (1 if place < total % radios else 0)
    clients = [
        {
            "mac": ":".join(f"{books.random.randrange(256):02x}" for _ in range(6)),
            "hostname": books.random.choice(_HOSTNAMES),
            "band": books.random.choice(("2.4GHz", "5GHz", "5GHz")),
            "rssi_dbm": books.random.randrange(-78, -38),
        }
        for _ in range(share)
    ]
    return {"ssid": f"Gigafibre-{client.number % 10000:04d}", "clients": clients}


def _dids(premises: Premises, place: int) -> str:
    """The numbers that the location's nth adapter carries."""
    return json.dumps([line.did for line in premises.lines[2 * place : 2 * place + 2]])


def _fault(client: Client, box: Box) -> str | None:
    if client.number != _FAULTY_PLACE or box.kind != "Router":
        return None
    return json.dumps({"code": "9002", "message": "Internal error"})


def _group(client: Client) -> str:
    if client.prospect:
        return "Prospect"
    return "Commercial" if client.commercial else "Individual"


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
