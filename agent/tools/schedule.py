"""The dates and the number of payments of an arrangement."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import ROUND_CEILING, Decimal

from agent.intents.actions.billing import Frequency

MOST_PAYMENTS = 60
_DAYS = {"weekly": 7, "biweekly": 14}


def due_dates(first: dt.date, every: Frequency, count: int) -> list[dt.date]:
    """The due date of each payment; a month without the first one's day takes its last day."""
    return [_after(first, every, number) for number in range(count)]


def installments_for(balance: Decimal, amount: Decimal, every: Frequency) -> int:
    """How many payments of ``amount`` cover ``balance`` (both CAD), where the user gave no number."""
    if every == "once" or balance <= amount:
        return 1
    return min(int((balance / amount).to_integral_value(ROUND_CEILING)), MOST_PAYMENTS)


def _after(first: dt.date, every: Frequency, number: int) -> dt.date:
    if every in _DAYS:
        return first + dt.timedelta(days=_DAYS[every] * number)
    month = first.month - 1 + (number if every == "monthly" else 0)
    year, month = first.year + month // 12, month % 12 + 1
    return first.replace(year=year, month=month, day=min(first.day, calendar.monthrange(year, month)[1]))
