"""What customers subscribe to, were billed and paid.

In: the customers with their items, and how each pays. Out: subscriptions, invoices with TPS and TVQ,
payments with what they settle, ways to pay, arrangements, quotes. What a customer owes is exactly the sum
of his invoices' outstanding amounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.demo import identity
from sandbox.demo.books import Books, Row
from sandbox.demo.money import Bill, bill
from sandbox.demo.office import tax_rows
from sandbox.demo.people import Client

DAYS_UNTIL_DUE = 30
_MONTHS = tuple(date(2025 + month // 12, month % 12 + 1, 1) for month in range(3, 15))
PART_PAYMENTS = {10003: Decimal("32.32")}
"""What a customer paid on the oldest of his open invoices."""
_AUTOMATIC = {"stripe": "Card", "paysafe": "PPA", "bank": "PPA"}


@dataclass(frozen=True)
class Billed:
    """An invoice as a payment needs to know it."""

    invoice: str
    day: date
    sold: Bill


@dataclass(frozen=True)
class _Due:
    """One month's invoice to be."""

    day: date
    client: Client
    bill: Bill
    open: bool
    oldest_open: bool


def write_subscriptions(books: Books, client: Client, locations: Iterable[str]) -> dict[str, str]:
    """One subscription per recurring item and location; answers that of telephony by location."""
    voice: dict[str, str] = {}
    for premises, location in zip(client.premises, locations, strict=True):
        for code in dict.fromkeys(premises.items):
            name = books.next_in(f"ACC-SUB-{client.since.year}-")
            books.add(
                "Subscription",
                name,
                client.since,
                party_type="Customer",
                party=client.customer_id,
                company=identity.COMPANY,
                status="Active",
                start_date=client.since,
                current_invoice_start="2026-03-01",
                current_invoice_end="2026-03-31",
                days_until_due=DAYS_UNTIL_DUE,
                submit_invoice=1,
                cost_center=identity.COST_CENTER,
                generate_invoice_at="Beginning of the current subscription period",
                sales_tax_template=identity.TAX_TEMPLATE,
                service_location=location,
                plans=[{"plan": code, "qty": premises.items.count(code)}],
            )
            if code == "TEL-VOIP":
                voice[location] = name
    return voice


def write_ledger(books: Books, clients: Iterable[Client]) -> None:
    """A year of invoices and payments of all customers, in the order of their days."""
    dues = sorted((due for client in clients for due in _dues(client)), key=lambda due: (due.day, due.client.number))
    payments: list[tuple[date, _Due, str, Decimal]] = []
    for due in dues:
        name = books.next_in(f"ACC-SINV-{due.day.year}-")
        paid = _paid_of(due)
        left = due.bill.total - paid
        row = _invoice(due.client, due.bill, due.day, outstanding=left, status=_status(due, left))
        books.add("Sales Invoice", name, due.day, **row)
        if paid:
            payments.append((_payment_day(books, due), due, name, paid))
    for day, due, invoice, amount in sorted(payments, key=lambda found: (found[0], found[2])):
        mode = _AUTOMATIC.get(due.client.pays) or books.random.choice(("Portal", "Portal", "Cheque", "Phone"))
        row = payment(due.client, Billed(invoice, due.day, due.bill), amount, day=day, mode=mode)
        books.add("Payment Entry", books.next_in(f"ACC-PAY-{day.year}-"), day, **row)


def write_payment_methods(books: Books, client: Client) -> None:
    """What the customer has on file to pay with."""
    for card in client.cards:
        books.add(
            "Payment Method",
            books.next_in("PM-"),
            client.since,
            customer=client.customer_id,
            provider=card.provider,
            last_four=card.last_four,
            reference=client.reference_of(card),
            is_auto=int(card.is_auto),
            is_active=1,
            amount_limit=card.amount_limit,
        )


def item_rows(sold: Bill) -> list[Row]:
    """The rows of a bill, as quotes and invoices hold them."""
    return [
        {
            "item_code": line.article.code,
            "item_name": line.article.name,
            "description": line.article.name,
            "qty": line.qty,
            "uom": line.article.uom,
            "stock_uom": line.article.uom,
            "conversion_factor": 1,
            "stock_qty": line.qty,
            "rate": line.article.price,
            "amount": line.amount,
            "net_rate": line.article.price,
            "net_amount": line.amount,
            "base_rate": line.article.price,
            "base_amount": line.amount,
            "base_net_rate": line.article.price,
            "base_net_amount": line.amount,
            "price_list_rate": line.article.price,
            "income_account": identity.INCOME,
            "cost_center": identity.COST_CENTER,
        }
        for line in sold.lines
    ]


def totals(sold: Bill) -> Row:
    """The sums of a bill and its tax rows, as quotes and invoices hold them."""
    rows = tax_rows()
    running = sold.net
    for row, amount in zip(rows, (sold.tps, sold.tvq), strict=True):
        running += amount
        row.update(
            tax_amount=amount,
            base_tax_amount=amount,
            total=running,
            base_total=running,
            tax_amount_after_discount_amount=amount,
            base_tax_amount_after_discount_amount=amount,
        )
    taxes = sold.tps + sold.tvq
    return {
        "currency": "CAD",
        "conversion_rate": 1,
        "selling_price_list": "Standard Selling",
        "price_list_currency": "CAD",
        "plc_conversion_rate": 1,
        "total_qty": sum(line.qty for line in sold.lines),
        "total": sold.net,
        "net_total": sold.net,
        "base_total": sold.net,
        "base_net_total": sold.net,
        "taxes": rows,
        "taxes_and_charges": identity.TAX_TEMPLATE,
        "total_taxes_and_charges": taxes,
        "base_total_taxes_and_charges": taxes,
        "grand_total": sold.total,
        "base_grand_total": sold.total,
        "disable_rounded_total": 1,
        "rounded_total": 0,
        "items": item_rows(sold),
    }


def _dues(client: Client) -> list[_Due]:
    codes = tuple(code for premises in client.premises for code in premises.items)
    if client.prospect or not codes:
        return []
    months = [
        month
        for month in _MONTHS
        if month >= client.since and (client.suspended_on is None or month < client.suspended_on)
    ]
    first_open = len(months) - client.unpaid_months
    return [
        _Due(month, client, bill(codes), place >= first_open, place == first_open) for place, month in enumerate(months)
    ]


def _paid_of(due: _Due) -> Decimal:
    if not due.open:
        return due.bill.total
    return PART_PAYMENTS.get(due.client.number, Decimal(0)) if due.oldest_open else Decimal(0)


def one_time_invoice(client: Client, sold: Bill, day: date) -> Row:
    """The invoice of what was sold once, paid since."""
    return _invoice(client, sold, day, outstanding=Decimal(0), status="Paid")


def _invoice(client: Client, sold: Bill, day: date, *, outstanding: Decimal, status: str) -> Row:
    return {
        "title": client.name,
        "customer": client.customer_id,
        "customer_name": client.name,
        "company": identity.COMPANY,
        "posting_date": day,
        "posting_time": "06:00:00",
        "set_posting_time": 1,
        "due_date": day + timedelta(days=DAYS_UNTIL_DUE),
        "debit_to": identity.RECEIVABLE,
        "docstatus": 1,
        "language": client.language,
        "naming_series": "ACC-SINV-.YYYY.-",
        "cost_center": identity.COST_CENTER,
        "party_account_currency": "CAD",
        "against_income_account": identity.INCOME,
        "customer_group": "Commercial" if client.commercial else "Individual",
        "territory": "Canada",
        "outstanding_amount": outstanding,
        "status": status,
        **totals(sold),
    }


def _status(due: _Due, outstanding: Decimal) -> str:
    if not outstanding:
        return "Paid"
    if due.day + timedelta(days=DAYS_UNTIL_DUE) < identity.TODAY:
        return "Overdue"
    return "Unpaid" if outstanding == due.bill.total else "Partly Paid"


def _payment_day(books: Books, due: _Due) -> date:
    if due.client.pays != "hand":
        return due.day + timedelta(days=4)
    day = due.day + timedelta(days=books.random.randrange(5, 29))
    return min(day, identity.TODAY - timedelta(days=1))


def payment(client: Client, billed: Billed, paid: Decimal, *, day: date, mode: str) -> Row:
    """A payment on an invoice."""
    return {
        "naming_series": "ACC-PAY-.YYYY.-",
        "payment_type": "Receive",
        "posting_date": day,
        "company": identity.COMPANY,
        "mode_of_payment": mode,
        "party_type": "Customer",
        "party": client.customer_id,
        "party_name": client.name,
        "title": client.customer_id,
        "paid_from": identity.RECEIVABLE,
        "paid_from_account_type": "Receivable",
        "paid_from_account_currency": "CAD",
        "paid_to": identity.BANK,
        "paid_to_account_type": "Bank",
        "paid_to_account_currency": "CAD",
        "paid_amount": paid,
        "base_paid_amount": paid,
        "received_amount": paid,
        "base_received_amount": paid,
        "source_exchange_rate": 1,
        "target_exchange_rate": 1,
        "total_allocated_amount": paid,
        "base_total_allocated_amount": paid,
        "unallocated_amount": 0,
        "status": "Submitted",
        "docstatus": 1,
        "reference_no": f"{mode.upper()}-{day:%y%m%d}-{client.number}",
        "reference_date": day,
        "references": [
            {
                "reference_doctype": "Sales Invoice",
                "reference_name": billed.invoice,
                "due_date": billed.day + timedelta(days=DAYS_UNTIL_DUE),
                "total_amount": billed.sold.total,
                "outstanding_amount": billed.sold.total - paid,
                "allocated_amount": paid,
                "exchange_rate": 1,
                "account": identity.RECEIVABLE,
            }
        ],
    }
