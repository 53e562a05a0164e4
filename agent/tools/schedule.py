"""The payments of an arrangement: when each is due, and how much it is."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from agent.intents.actions.billing import Frequency

MOST_PAYMENTS = 60
_DAYS = {"weekly": 7, "biweekly": 14}


@dataclass(frozen=True)
class Payment:
    """One payment of an arrangement, in CAD."""

    due_date: dt.date
    amount: Decimal


def schedule(amount: Decimal, first: dt.date, every: Frequency, count: int | None, balance: Decimal) -> list[Payment]:
    """The payments; where their number was not said, as many as cover the balance, the last one only the rest.

    A month without the first payment's day takes its last day.
    """
    if count is not None or every == "once" or balance <= amount:
        return [Payment(_after(first, every, number), amount) for number in range(count or 1)]
    needed = min(int((balance / amount).to_integral_value(ROUND_CEILING)), MOST_PAYMENTS)
    whole = [Payment(_after(first, every, number), amount) for number in range(needed - 1)]
    return [*whole, Payment(_after(first, every, needed - 1), min(amount, balance - amount * (needed - 1)))]


def _after(first: dt.date, every: Frequency, number: int) -> dt.date:
    if every in _DAYS:
        return first + dt.timedelta(days=_DAYS[every] * number)
    month = first.month - 1 + (number if every == "monthly" else 0)
    year, month = first.year + month // 12, month % 12 + 1
    return first.replace(year=year, month=month, day=min(first.day, calendar.monthrange(year, month)[1]))
