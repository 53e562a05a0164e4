"""The arithmetic of documents: what is sold, taxed, owed and paid, to the cent."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from erpnext_site import make_site
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.erpnext.errors import Refusal
from sandbox.erpnext.site import Site
from sandbox.world import World

CENT = Decimal("0.01")
CENTS = st.integers(min_value=1, max_value=500_000)
ROWS = st.lists(st.tuples(st.integers(min_value=1, max_value=12), CENTS), min_size=1, max_size=4)
TAXES = [
    {"charge_type": "On Net Total", "account_head": "TPS 5% - TF", "description": "TPS", "rate": 5},
    {"charge_type": "On Net Total", "account_head": "TVQ 9.975% - TF", "description": "TVQ", "rate": 9.975},
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for every example: documents do not disturb each other."""
    world = World.open(tmp_path_factory.mktemp("money") / "world.db")
    yield make_site(world)
    world.close()


def _half_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _exact(value: object) -> Decimal:
    return Decimal(repr(value))


def _items(rows: list[tuple[int, int]]) -> list[dict[str, Any]]:
    return [{"item_code": "NET", "qty": qty, "rate": cents / 100} for qty, cents in rows]


def _invoice(site: Site, cents: int) -> str:
    """A submitted invoice of that price before tax."""
    made = site.insert("Sales Invoice", {"customer": "C-1", "items": _items([(1, cents)]), "taxes": TAXES})
    site.update("Sales Invoice", made["name"], {"docstatus": 1})
    return str(made["name"])


def _left(site: Site, invoice: str) -> Decimal:
    return _exact(site.get("Sales Invoice", invoice)["outstanding_amount"])


def _pay(site: Site, *parts: tuple[str, Decimal], amount: Decimal | None = None) -> str:
    """A submitted payment, in cash, allocated in those parts."""
    paid = sum((part for _, part in parts), Decimal(0)) if amount is None else amount
    rows = [
        {"reference_doctype": "Sales Invoice", "reference_name": name, "allocated_amount": float(part)}
        for name, part in parts
    ]
    made = site.insert(
        "Payment Entry",
        {
            "payment_type": "Receive",
            "company": "Test Fibre",
            "party_type": "Customer",
            "party": "C-1",
            "paid_amount": float(paid),
            "received_amount": float(paid),
            "paid_to": "Cash - TF",
            "mode_of_payment": "Cash",
            "references": rows,
        },
    )
    site.update("Payment Entry", made["name"], {"docstatus": 1})
    return str(made["name"])


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
@pytest.mark.parametrize("doctype", ["Quotation", "Sales Invoice"])
def test_totals_are_the_sums_and_both_taxes_are_on_the_price_before_tax(
    shop: Site, doctype: str, rows: list[tuple[int, int]]
) -> None:
    party = {"customer": "C-1"} if doctype == "Sales Invoice" else {"party_name": "C-1"}
    made = shop.insert(doctype, {**party, "items": _items(rows), "taxes": TAXES})
    found = shop.get(doctype, made["name"])

    net = sum((qty * Decimal(cents) / 100 for qty, cents in rows), Decimal(0))
    gst, qst = _half_up(net * 5 / 100), _half_up(net * Decimal("9.975") / 100)
    taxes = found["taxes"]
    assert isinstance(taxes, list)
    assert [_exact(tax["tax_amount"]) for tax in taxes] == [gst, qst]
    assert _exact(found["net_total"]) == net
    assert _exact(found["grand_total"]) == net + gst + qst == _exact(taxes[-1]["total"])


def test_a_tie_is_rounded_up(shop: Site) -> None:
    made = shop.insert("Sales Invoice", {"customer": "C-1", "items": _items([(1, 4050)]), "taxes": TAXES})
    taxes = made["taxes"]
    assert isinstance(taxes, list)

    assert taxes[0]["tax_amount"] == 2.03  # 5 % of 40.50 is 2.025


def test_a_site_with_bankers_rounding_rounds_to_the_even_cent(site: Site) -> None:
    site.update("System Settings", "System Settings", {"rounding_method": "Banker's Rounding"})
    made = site.insert("Sales Invoice", {"customer": "C-1", "items": _items([(1, 4050)]), "taxes": TAXES})
    taxes = made["taxes"]
    assert isinstance(taxes, list)

    assert taxes[0]["tax_amount"] == 2.02


@settings(max_examples=40, deadline=None)
@given(cents=CENTS, cuts=st.lists(st.integers(min_value=1, max_value=99), max_size=3, unique=True))
def test_paying_in_any_split_leaves_what_was_not_paid_and_cancelling_restores_it(
    shop: Site, cents: int, cuts: list[int]
) -> None:
    invoice = _invoice(shop, cents)
    total = _exact(shop.get("Sales Invoice", invoice)["grand_total"])
    shares = [part for part in (_half_up(total * cut / 400) for cut in cuts) if part]

    payments = [_pay(shop, (invoice, share)) for share in shares]
    paid = sum(shares, Decimal(0))
    assert _left(shop, invoice) == total - paid
    payments.append(_pay(shop, (invoice, total - paid)))
    assert shop.get("Sales Invoice", invoice)["status"] == "Paid"

    for payment in payments:
        shop.update("Payment Entry", payment, {"docstatus": 2})
    assert _left(shop, invoice) == total
    assert shop.get("Sales Invoice", invoice)["status"] in {"Unpaid", "Overdue"}


@settings(max_examples=25, deadline=None)
@given(prices=st.lists(CENTS, min_size=2, max_size=4), extra=st.integers(min_value=0, max_value=10_000))
def test_one_payment_settles_several_invoices_and_keeps_the_rest(shop: Site, prices: list[int], extra: int) -> None:
    invoices = [_invoice(shop, price) for price in prices]
    parts = [(invoice, _left(shop, invoice)) for invoice in invoices]
    paid = sum((part for _, part in parts), Decimal(0)) + Decimal(extra) / 100

    payment = shop.get("Payment Entry", _pay(shop, *parts, amount=paid))

    assert [_left(shop, invoice) for invoice in invoices] == [0] * len(invoices)
    assert _exact(payment["total_allocated_amount"]) + _exact(payment["unallocated_amount"]) == paid
    assert _exact(payment["unallocated_amount"]) == Decimal(extra) / 100


@pytest.mark.parametrize("over", [Decimal("0.01"), Decimal(500)])
def test_no_more_is_allocated_than_is_left(shop: Site, over: Decimal) -> None:
    invoice = _invoice(shop, 5995)
    total = _left(shop, invoice)
    with pytest.raises(Refusal, match="greater than outstanding"):
        _pay(shop, (invoice, total + over))
    assert _left(shop, invoice) == total


def test_no_more_is_allocated_than_was_paid(shop: Site) -> None:
    invoice = _invoice(shop, 5995)
    with pytest.raises(Refusal, match="Difference Amount"):
        _pay(shop, (invoice, Decimal(20)), amount=Decimal(15))
    assert shop.get("Sales Invoice", invoice)["status"] == "Unpaid"
