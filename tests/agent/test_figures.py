"""Schedules, amounts and equality of stored values, for any input."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.confirm.steps import same
from agent.directory import spoken
from agent.intents.actions.billing import Frequency
from agent.tools.customer import cents
from agent.tools.optical import verdict
from agent.tools.schedule import MOST_PAYMENTS, schedule

days = st.dates(dt.date(2020, 1, 1), dt.date(2080, 12, 31))
counts = st.integers(1, MOST_PAYMENTS)
frequencies: st.SearchStrategy[Frequency] = st.sampled_from(["weekly", "biweekly", "monthly"])
amounts = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)


def dates_of(first: dt.date, every: Frequency, count: int) -> list[dt.date]:
    return [payment.due_date for payment in schedule(Decimal(50), first, every, count, Decimal(0))]


def dates(first: dt.date, every: Frequency, count: int) -> list[dt.date]:
    return [payment.due_date for payment in schedule(Decimal(10), first, every, count, Decimal(0))]


@given(first=days, every=frequencies, count=counts)
def test_payments_begin_on_the_first_day_and_never_go_back(first: dt.date, every: Frequency, count: int) -> None:
    found = dates(first, every, count)
    assert found[0] == first
    assert len(set(found)) == count
    assert found == sorted(found)


@given(first=days, count=counts)
def test_a_monthly_payment_keeps_its_day_where_the_month_has_it(first: dt.date, count: int) -> None:
    for number, date in enumerate(dates(first, "monthly", count)):
        months = (date.year - first.year) * 12 + date.month - first.month
        assert months == number
        assert date.day == first.day or (date + dt.timedelta(days=1)).day == 1


@given(first=days, count=counts)
def test_weeks_are_seven_days(first: dt.date, count: int) -> None:
    assert dates(first, "weekly", count)[-1] - first == dt.timedelta(days=7 * (count - 1))
    assert dates(first, "biweekly", count)[-1] - first == dt.timedelta(days=14 * (count - 1))


@given(first=days, balance=amounts, amount=amounts, every=frequencies)
def test_without_a_number_the_payments_come_to_the_balance_to_the_cent(
    first: dt.date, balance: Decimal, amount: Decimal, every: Frequency
) -> None:
    payments = schedule(amount, first, every, None, balance)
    assert 1 <= len(payments) <= MOST_PAYMENTS
    assert all(0 < payment.amount <= amount for payment in payments)
    total = sum(payment.amount for payment in payments)
    assert total == max(balance, amount) or (len(payments) > 1 and total == balance) or len(payments) == MOST_PAYMENTS


@given(first=days, balance=amounts, amount=amounts, every=frequencies, count=counts)
def test_a_number_of_payments_that_was_said_is_kept(
    first: dt.date, balance: Decimal, amount: Decimal, every: Frequency, count: int
) -> None:
    payments = schedule(amount, first, every, count, balance)
    assert [payment.amount for payment in payments] == [amount] * count


@given(first=days, balance=amounts, amount=amounts)
def test_once_is_one_payment(first: dt.date, balance: Decimal, amount: Decimal) -> None:
    assert [payment.due_date for payment in schedule(amount, first, "once", None, balance)] == [first]


@given(amount=st.integers(-(10**11), 10**11))
def test_an_amount_survives_the_float_in_which_erpnext_keeps_it(amount: int) -> None:
    exact = Decimal(amount) / 100
    assert cents(float(exact)) == cents(str(exact)) == exact


values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())


@given(value=values)
def test_a_stored_value_is_the_same_as_itself(value: object) -> None:
    assert same(value, value)


@given(left=values, right=values)
def test_sameness_has_no_direction(left: object, right: object) -> None:
    assert same(left, right) is same(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [(None, ""), ("150.00", 150.0), (1, True), (0, False), ("2026-03-26", "2026-03-26"), (Decimal("1.50"), 1.5)],
)
def test_what_erpnext_stores_alike_is_the_same(left: object, right: object) -> None:
    assert same(left, right)


@pytest.mark.parametrize(
    ("left", "right"), [(1, 0), ("Open", "Cancelled"), ("2026-03-26", "2026-03-27"), ("a", "A"), (150, 15), ("a", None)]
)
def test_what_differs_is_not_the_same(left: object, right: object) -> None:
    assert not same(left, right)


@pytest.mark.parametrize(
    ("dbm", "word"),
    [(None, "unknown"), (-18.4, "good"), (-25.0, "good"), (-25.1, "weak"), (-27.8, "too_weak"), (-7.0, "too_strong")],
)
def test_the_light_is_judged_by_the_receivers_limits(dbm: float | None, word: str) -> None:
    assert verdict(dbm)[0] == word


def test_numbers_are_written_as_they_are_said() -> None:
    assert spoken("4502722408") == "450-272-2408"
    assert spoken("+1 450 272 2408") == "450-272-2408"
    assert spoken("911") == "911"
