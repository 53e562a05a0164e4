"""Tickets, dispatches and work orders.

In: the customers and their locations. Out: what was reported, who was sent, what was done. Fixed, because
evaluations count: four visits at 123 Rue Principale in Huntingdon; three visits and 6.5 hours of Marc-André
at Ferme Leduc in January and February 2026; one open ticket of C-10011.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.demo import identity
from sandbox.demo.books import Books, Row
from sandbox.demo.neighbours import FIRST_NUMBER
from sandbox.demo.people import Client

_MARC_ANDRE, _SOPHIE, _DAVE = "HR-EMP-00001", "HR-EMP-00002", "HR-EMP-00003"


@dataclass(frozen=True)
class Visit:
    """One visit that took place, and the ticket that asked for it."""

    customer: int
    place: int
    day: date
    technician: str
    arrived: str
    hours: float
    subject: str
    note: str
    parts: tuple[str, ...] = ()
    billable: bool = False
    job_type: str = "Repair"


_VISITS = (
    Visit(
        10001,
        0,
        date(2021, 5, 10),
        _SOPHIE,
        "09:00",
        2.0,
        "Installation fibre et téléphonie",
        "Installation complète, signal -18 dBm.",
        ("WIFI-ROUTER", "ATA-HT802"),
        job_type="Installation",
    ),
    Visit(
        10001,
        0,
        date(2023, 11, 21),
        _DAVE,
        "13:30",
        1.0,
        "Internet intermittent",
        "Connecteur nettoyé au boîtier extérieur.",
    ),
    Visit(
        10001,
        0,
        date(2024, 8, 6),
        _MARC_ANDRE,
        "10:15",
        1.5,
        "Pas de tonalité",
        "Adaptateur téléphonique remplacé.",
        ("ATA-HT802",),
    ),
    Visit(
        10001,
        0,
        date(2025, 9, 17),
        _SOPHIE,
        "14:00",
        0.75,
        "WiFi faible à l'étage",
        "Routeur déplacé au centre de la maison.",
    ),
    Visit(
        10007,
        1,
        date(2026, 1, 14),
        _MARC_ANDRE,
        "09:30",
        2.5,
        "Signal faible à l'étable",
        "Mesure -27 dBm à l'étable; tronçon à remplacer.",
    ),
    Visit(
        10007,
        0,
        date(2026, 1, 28),
        _MARC_ANDRE,
        "13:00",
        1.5,
        "Déplacer le routeur du bureau",
        "Routeur déplacé, câble passé au mur.",
    ),
    Visit(
        10007,
        1,
        date(2026, 2, 18),
        _MARC_ANDRE,
        "08:45",
        2.5,
        "Signal encore faible au 522",
        "Épissure refaite; mesure -27.8 dBm, à suivre au dégel.",
        billable=True,
    ),
)


@dataclass(frozen=True)
class Ticket:
    """One ticket as it was reported, and what became of it."""

    customer: int
    at: str
    subject: str
    department: str
    priority: str
    status: str


@dataclass(frozen=True)
class Reported:
    """A ticket in the books, and whose it is."""

    name: str
    ticket: Ticket
    client: Client


_TICKETS = (
    Ticket(10003, "2026-02-23 08:50:00", "Demande quand le service sera rétabli", "Facturation", "Low", "Closed"),
    Ticket(10006, "2025-10-14 13:15:00", "Change of address", "Support", "Medium", "Closed"),
    Ticket(10011, "2026-03-12 07:55:00", "Plus d'internet depuis hier soir", "Support", "High", "Open"),
)
_UNSETTLED = frozenset({"Open", "Replied", "On Hold"})
_STATUSES = ("Open", "Replied", "On Hold", "Open", "Replied", "On Hold", "Resolved", "Resolved")
"""Of the first of the neighbours' tickets; the others are closed."""
_SUBJECTS = {
    "fr": (
        "Internet lent en soirée",
        "Question sur la facture",
        "Mot de passe WiFi oublié",
        "Coupures pendant la visioconférence",
        "Demande de changement de forfait",
    ),
    "en": ("Slow internet in the evening", "Question about the bill", "Forgot the WiFi password"),
}
# customer, day, part of day, technician, type, reason
_PLANNED = (
    (10022, date(2026, 3, 12), "Afternoon", _SOPHIE, "Repair", "Perte de signal"),
    (10031, date(2026, 3, 13), "Morning", _DAVE, "Repair", "Routeur défectueux"),
    (10038, date(2026, 3, 16), "Morning", _MARC_ANDRE, "Other", "Déplacer la prise optique"),
    (10055, date(2026, 3, 18), "Afternoon", _SOPHIE, "Repair", "Weak WiFi"),
)
_CANCELLED = ((10027, date(2026, 2, 11), "Morning", _DAVE, "Repair", "Réglé par téléphone"),)


def write_field_work(books: Books, clients: Mapping[int, Client], locations: Mapping[str, list[str]]) -> list[Reported]:
    """All tickets, jobs and work orders, in the order of their days; answers the tickets that are not closed."""
    unsettled: list[Reported] = []
    visits = [*_VISITS, *_neighbours_visits(books, clients)]
    for visit in sorted(visits, key=lambda visit: (visit.day, visit.arrived)):
        write_visit(books, clients[visit.customer], locations, visit)
    tickets = [*_TICKETS, *_neighbours_tickets(books, clients)]
    for ticket in sorted(tickets, key=lambda ticket: ticket.at):
        client = clients[ticket.customer]
        name = _write_ticket(books, client, locations, ticket)
        if ticket.status in _UNSETTLED:
            unsettled.append(Reported(name, ticket, client))
    for status, jobs in (("Cancelled", _CANCELLED), ("Scheduled", _PLANNED)):
        for number, day, part, technician, job_type, reason in jobs:
            books.add(
                "Dispatch Job",
                books.next_in("DJ-"),
                min(day, identity.TODAY) - timedelta(days=2),
                customer=f"C-{number}",
                service_location=locations[f"C-{number}"][0],
                job_type=job_type,
                scheduled_date=day,
                part_of_day=part,
                technician=technician,
                status=status,
                reason=reason,
            )
    return unsettled


def write_visit(
    books: Books, client: Client, locations: Mapping[str, list[str]], visit: Visit, *, invoice: str | None = None
) -> None:
    """A visit with the ticket that asked for it, the dispatch and the work order; `invoice`: what billed it."""
    location = locations[client.customer_id][visit.place]
    arrived = datetime.combine(visit.day, datetime.strptime(visit.arrived, "%H:%M").time())  # noqa: DTZ007
    ticket = Ticket(
        visit.customer,
        str(arrived - timedelta(days=2)),
        visit.subject,
        "Installation" if visit.job_type == "Installation" else "Support",
        "Medium",
        "Closed",
    )
    issue = _write_ticket(books, client, locations, ticket, place=visit.place)
    job = books.add(
        "Dispatch Job",
        books.next_in("DJ-"),
        arrived - timedelta(days=1),
        customer=client.customer_id,
        service_location=location,
        job_type=visit.job_type,
        scheduled_date=visit.day,
        part_of_day="Morning" if arrived.hour < 12 else "Afternoon",
        technician=visit.technician,
        status="Completed",
        reason=visit.subject,
        issue=issue,
    )
    left = arrived + timedelta(hours=visit.hours)
    parts: list[Row] = [{"item": code, "qty": 1, "rate": 0} for code in visit.parts]
    books.add(
        "Work Order Log",
        books.next_in("WO-"),
        left,
        customer=client.customer_id,
        service_location=location,
        dispatch_job=job,
        issue=issue,
        date=visit.day,
        note=visit.note,
        billable=int(visit.billable),
        sales_invoice=invoice,
        status="Done",
        parts=parts,
        technicians=[
            {
                "technician": visit.technician,
                "arrived": arrived.strftime("%H:%M:%S"),
                "left": left.strftime("%H:%M:%S"),
                "hours": visit.hours,
            }
        ],
    )


def _write_ticket(
    books: Books, client: Client, locations: Mapping[str, list[str]], ticket: Ticket, *, place: int = 0
) -> str:
    opened = datetime.fromisoformat(ticket.at)
    return books.add(
        "Issue",
        books.next_in(f"ISS-{opened.year}-"),
        opened,
        naming_series="ISS-.YYYY.-.#####",
        subject=ticket.subject,
        customer=client.customer_id,
        customer_name=client.name,
        raised_by=client.email,
        status=ticket.status,
        priority=ticket.priority,
        department=ticket.department,
        service_location=locations[client.customer_id][place],
        opening_date=opened.date(),
        opening_time=opened.strftime("%H:%M:%S"),
        company=identity.COMPANY,
        description=f"<p>{ticket.subject}</p>",
    )


def _neighbours_visits(books: Books, clients: Mapping[int, Client]) -> list[Visit]:
    random = books.random
    numbers = [number for number in clients if number >= FIRST_NUMBER]
    return [
        Visit(
            number,
            0,
            date(2025, 6, 2) + timedelta(days=random.randrange(270)),
            random.choice((_SOPHIE, _DAVE, _MARC_ANDRE)),
            f"{random.randrange(8, 15):02d}:00",
            random.choice((0.5, 1.0, 1.5, 2.0)),
            random.choice(_SUBJECTS[clients[number].language]),
            "Vérifié sur place." if clients[number].language == "fr" else "Checked on site.",
        )
        for number in random.sample(numbers, 16)
    ]


def _neighbours_tickets(books: Books, clients: Mapping[int, Client]) -> list[Ticket]:
    random = books.random
    numbers = [number for number in clients if number >= FIRST_NUMBER]
    tickets: list[Ticket] = []
    for place, number in enumerate(random.sample(numbers, 24)):
        opened = datetime(2026, 3, 11, 16, 0) - timedelta(hours=random.randrange(24 * 60))  # noqa: DTZ001
        status = _STATUSES[place] if place < len(_STATUSES) else "Closed"
        tickets.append(
            Ticket(
                number,
                str(opened),
                random.choice(_SUBJECTS[clients[number].language]),
                random.choice(("Support", "Support", "Facturation")),
                random.choice(("Low", "Medium")),
                status,
            )
        )
    return tickets
