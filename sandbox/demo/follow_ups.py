"""What followed: offers taken up, lines given up, visits billed or still to bill, tickets in somebody's hands.

In: the customers, and the documents written before. Out: the sales orders behind the offers that were ordered,
cancelled subscriptions, billable work orders (one invoiced and paid, the others not), assignments and answers.
It comes last, so that nothing drawn at random before it changes; and it leaves every customer's balance alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sandbox.demo import identity, office
from sandbox.demo.billing import Billed, item_rows, one_time_invoice, payment, totals
from sandbox.demo.books import Books, Row
from sandbox.demo.field_work import Reported, Visit, write_visit
from sandbox.demo.money import ARTICLES, Bill, Line, bill
from sandbox.demo.people import Client
from sandbox.demo.promises import QUOTES, Quote
from sandbox.demo.voice import RETIRED

_GIVEN_UP = date(2025, 11, 30)
"""When the customers who gave up their line did so."""
_DAVE, _SOPHIE = "HR-EMP-00003", "HR-EMP-00002"


@dataclass(frozen=True)
class _Job:
    """A visit that the customer pays for; `invoiced` and paid, or still to bill."""

    visit: Visit
    invoiced: bool


_JOBS = (
    _Job(
        Visit(
            10032,
            0,
            date(2026, 3, 9),
            _DAVE,
            "10:00",
            1.5,
            "Câble sectionné par le déneigement",
            "Câble remplacé entre le poteau et la maison.",
            billable=True,
        ),
        invoiced=False,
    ),
    _Job(
        Visit(
            10066,
            0,
            date(2026, 3, 10),
            _SOPHIE,
            "13:00",
            1.0,
            "Routeur de l'accueil à remplacer",
            "Routeur remplacé, ancien rapporté.",
            ("WIFI-ROUTER",),
            billable=True,
        ),
        invoiced=True,
    ),
)


def write_follow_ups(
    books: Books,
    clients: Mapping[int, Client],
    locations: Mapping[str, list[str]],
    open_tickets: Sequence[Reported],
) -> None:
    """Everything that followed."""
    office.write_ways_to_pay(books)
    office.write_technicians_users(books)
    for quote in QUOTES:
        if quote.status == "Ordered":
            _write_order(books, clients[quote.customer], quote)
    for number in RETIRED:
        _write_given_up_line(books, clients[number], locations)
    for job in _JOBS:
        _write_job(books, clients[job.visit.customer], locations, job)
    for reported in open_tickets:
        _write_answers(books, reported)


def _write_order(books: Books, client: Client, quote: Quote) -> None:
    """The order by which a customer took up an offer, a few days after it."""
    ordered = quote.day + timedelta(days=4)
    sold = bill(quote.items)
    rows = [
        {**row, "prevdoc_docname": quote.name, "delivery_date": ordered + timedelta(days=10)} for row in item_rows(sold)
    ]
    books.add(
        "Sales Order",
        books.next_in(f"SAL-ORD-{ordered.year}-"),
        ordered,
        naming_series="SAL-ORD-.YYYY.-",
        title=client.name,
        customer=client.customer_id,
        customer_name=client.name,
        company=identity.COMPANY,
        transaction_date=ordered,
        delivery_date=ordered + timedelta(days=10),
        order_type="Sales",
        skip_delivery_note=1,
        status="Completed",
        billing_status="Fully Billed",
        per_billed=100,
        docstatus=1,
        language=client.language,
        **{**totals(sold), "items": rows},
    )


def _write_given_up_line(books: Books, client: Client, locations: Mapping[str, list[str]]) -> None:
    books.add(
        "Subscription",
        books.next_in(f"ACC-SUB-{client.since.year}-"),
        client.since,
        party_type="Customer",
        party=client.customer_id,
        company=identity.COMPANY,
        status="Cancelled",
        start_date=client.since,
        cancelation_date=_GIVEN_UP,
        current_invoice_start=_GIVEN_UP.replace(day=1),
        current_invoice_end=_GIVEN_UP,
        submit_invoice=1,
        cost_center=identity.COST_CENTER,
        generate_invoice_at="Beginning of the current subscription period",
        sales_tax_template=identity.TAX_TEMPLATE,
        service_location=locations[client.customer_id][0],
        plans=[{"plan": "TEL-VOIP", "qty": 1}],
    )


def _write_job(books: Books, client: Client, locations: Mapping[str, list[str]], job: _Job) -> None:
    """A billable visit; where it is invoiced, its labour and parts are paid the day after."""
    visit = job.visit
    if not job.invoiced:
        write_visit(books, client, locations, visit)
        return
    day = visit.day + timedelta(days=1)
    labour = Line(ARTICLES["LABOUR-HR"], Decimal(str(visit.hours)))
    sold = Bill((labour, *(Line(ARTICLES[code], Decimal(1)) for code in visit.parts)))
    billed = Billed(books.next_in(f"ACC-SINV-{day.year}-"), day, sold)
    books.add("Sales Invoice", billed.invoice, day, **one_time_invoice(client, sold, day))
    write_visit(books, client, locations, visit, invoice=billed.invoice)
    paid = payment(client, billed, sold.total, day=day, mode="Card")
    books.add("Payment Entry", books.next_in(f"ACC-PAY-{day.year}-"), day, **paid)


def _write_answers(books: Books, reported: Reported) -> None:
    """What came in about a ticket that is not closed, what was answered, and whose hands it is in."""
    opened = datetime.fromisoformat(reported.ticket.at)
    received: Row = {"sent_or_received": "Received", "sender": reported.client.email, "status": "Open"}
    sent: Row = {"sent_or_received": "Sent", "recipients": reported.client.email, "status": "Linked"}
    letters = [(opened, received)]
    if reported.ticket.status != "Open":
        letters.append((opened + timedelta(hours=2), sent))
    for at, values in letters:
        books.add(
            "Communication",
            books.hash_name(),
            at,
            subject=reported.ticket.subject,
            content=f"<p>{reported.ticket.subject}</p>",
            communication_medium="Email",
            communication_type="Communication",
            communication_date=at.strftime("%Y-%m-%d %H:%M:%S"),
            reference_doctype="Issue",
            reference_name=reported.name,
            **values,
        )
    if reported.ticket.status == "On Hold":
        _assign(books, reported, office.user_of(_SOPHIE))


def _assign(books: Books, reported: Reported, user: str) -> None:
    opened = datetime.fromisoformat(reported.ticket.at)
    books.add(
        "ToDo",
        books.hash_name(),
        opened + timedelta(hours=1),
        allocated_to=user,
        assigned_by="Administrator",
        reference_type="Issue",
        reference_name=reported.name,
        description=f"Assignment for Issue {reported.name}",
        status="Open",
        priority="Medium",
        date=opened.date(),
    )
