"""What words of time mean: each pattern of ``dates`` has its reading here, worked out from "today".

Enters: a match and today. Leaves: a ``When``, which holds both readings of a bare day, the next one (plans) and the
last one (history), or None where there is no such day.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.intents.local.calendar_words import COUNT, FEAST, MONTH, NEAR, NTH, ONE, SPAN, WEEKDAY, YEAR, M


@dataclass(frozen=True)
class When:
    """A day, or a period with both ends. ``coming`` serves plans, ``gone`` serves history."""

    coming: dt.date
    gone: dt.date
    coming_end: dt.date | None = None
    gone_end: dt.date | None = None
    repeats: str | None = None
    """``week``, ``month`` or ``year`` where the words fit again a week, a month or a year later."""
    unsure: bool = False
    """Written so that day and month may be the one or the other ("03/04/2026")."""

    def on_or_after(self, day: dt.date) -> dt.date:
        """The first day that the words fit from ``day`` on ("the 20th" after April 15 is April 20)."""
        if self.repeats == "year":
            # A day with its month is the next one from today, unless the year of ``day`` still has it.
            same_year = _day(day.year, self.coming.month, self.coming.day)
            return same_year if same_year and same_year >= day else self.coming
        found, months = self.coming, 0
        while self.repeats and found < day and months < 60:
            months += 1
            found = found + dt.timedelta(7) if self.repeats == "week" else _shift_month(self.coming, months)
        return found

    @property
    def is_day(self) -> bool:
        """True for one day, false for a period."""
        return self.gone_end is None


Reading = Callable[[re.Match[str], dt.date], When | None]


def exactly(day: dt.date) -> When:
    """One day, whichever way one looks."""
    return When(day, day)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _shift_month(first: dt.date, months: int) -> dt.date:
    index = first.year * 12 + first.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def iso(match: re.Match[str], _: dt.date) -> When | None:
    """``2026-03-26``."""
    day = _day(int(match["year"]), int(match["m"]), int(match["day"]))
    return exactly(day) if day else None


def numeric(match: re.Match[str], today: dt.date) -> When | None:
    """Day first as in Québec, unless only month first can be, or lies on the side of today that is meant."""
    one, two, year = int(match["one"]), int(match["two"]), match["year"]
    day, month = (two, one) if one <= 12 < two else (one, two)
    if month > 12:
        return None
    unsure = one <= 12 and two <= 12 and one != two
    if not year:
        found = _yearless(month, day, today)
        return replace(found, unsure=unsure) if found else None
    full = int(year) + (2000 if len(year) == 2 else 0)
    both = [found for found in (_day(full, month, day), _day(full, day, month) if one <= 12 else None) if found]
    if not both:
        return None
    coming = next((d for d in both if d >= today), both[0])
    return When(coming, next((d for d in both if d <= today), both[0]), unsure=unsure)


def month_and_day(match: re.Match[str], today: dt.date) -> When | None:
    """“March 26”, « 26 mars 2026 »."""
    month, day = MONTH[match["month"]], int(match["day"])
    if match["year"]:
        found = _day(int(match["year"]), month, day)
        return exactly(found) if found else None
    return _yearless(month, day, today)


def _yearless(month: int, day: int, today: dt.date) -> When | None:
    years = [found for year in range(today.year - 4, today.year + 5) if (found := _day(year, month, day))]
    if not years:
        return None
    return When(min(d for d in years if d >= today), max(d for d in years if d <= today), repeats="year")


def day_of_month(match: re.Match[str], today: dt.date) -> When | None:
    """“The 26th”, « le 1er »."""
    number = int(match["day"])
    first = today.replace(day=1)
    months = [_shift_month(first, offset) for offset in range(-3, 4)]
    days = [found for month in months if (found := _day(month.year, month.month, number))]
    if not days:
        return None
    return When(min(d for d in days if d >= today), max(d for d in days if d <= today), repeats="month")


def earlier_in_month(first: When, last: When) -> When:
    """« Du 1er au 28 février »: the first day in the month of the last, or in the one before where it comes later."""

    def before(day: dt.date) -> dt.date:
        month = _shift_month(day.replace(day=1), -1) if first.coming.day > day.day else day
        return _day(month.year, month.month, first.coming.day) or _month_end(month)

    return When(before(last.coming), before(last.gone), repeats=last.repeats)


def day_of_other_month(match: re.Match[str], today: dt.date) -> When | None:
    """“The 2nd of next month”."""
    words = match.group()
    offset = 1 if re.search(r"next|prochain", words) else -1 if re.search(r"last|dernier|passe", words) else 0
    month = _shift_month(today.replace(day=1), offset)
    found = _day(month.year, month.month, int(match["day"]))
    return exactly(found) if found else None


def weekday(match: re.Match[str], today: dt.date) -> When | None:
    """“Friday”, “next Tuesday”, « vendredi en huit »."""
    number = WEEKDAY[match["weekday"]]
    around = f"{match['before'] or ''} {match['after'] or ''}"
    coming = today + dt.timedelta((number - today.weekday() - 1) % 7 + 1)
    gone = today - dt.timedelta((today.weekday() - number - 1) % 7 + 1)
    if re.search(r"en huit|\bweek from\b|en 8", around):
        return exactly(coming + dt.timedelta(7))
    if re.search(r"en quinze|en 15", around):
        return exactly(coming + dt.timedelta(14))
    if re.search(r"last|past|passe|dernier", around):
        return exactly(gone)
    if re.search(r"next|prochain", around):
        monday = today - dt.timedelta(today.weekday())
        return exactly(monday + dt.timedelta(7 + number))
    return When(coming, gone, repeats="week")


def near(match: re.Match[str], today: dt.date) -> When:
    """“Tomorrow”, « hier »."""
    days = next(days for days, said in NEAR.items() if re.fullmatch(said, match["near"]))
    return exactly(today + dt.timedelta(days))


def feast(match: re.Match[str], today: dt.date) -> When | None:
    """“Since Christmas”, « avant Noël »."""
    month, day = next(when for when, said in FEAST.items() if re.fullmatch(said, match["feast"]))
    return _yearless(month, day, today)


def counted(match: re.Match[str]) -> tuple[int, str]:
    """How many of which unit: ``(2, "week")``."""
    word = match["count"].split()
    number = int(word[0]) if word[0].isdigit() else 2 if "coup" in match["count"] else ONE[word[0]]
    unit = match["unit"]
    kind = "day" if unit[0] in "dj" else "week" if unit[0] in "ws" else "month" if unit[0] == "m" else "year"
    return number, kind


def _moved(day: dt.date, number: int, unit: str) -> dt.date:
    if unit in ("day", "week"):
        return day + dt.timedelta(number * (7 if unit == "week" else 1))
    return _shift_month(day, number * (12 if unit == "year" else 1))


def ahead(match: re.Match[str], today: dt.date) -> When:
    """“In two weeks”."""
    number, unit = counted(match)
    return exactly(_moved(today, number, unit))


def ago(match: re.Match[str], today: dt.date) -> When:
    """“Three days ago”."""
    number, unit = counted(match)
    return exactly(_moved(today, -number, unit))


def back(match: re.Match[str], today: dt.date) -> When:
    """The last three months: a period that ends today."""
    number, unit = counted(match)
    start = _moved(today, -number, unit)
    return When(start, start, today, today)


def edge_of_month(match: re.Match[str], today: dt.date) -> When | None:
    """“End of March”, « la mi-avril »."""
    words = match.group()
    if match["month"]:
        first = _yearless(MONTH[match["month"]], 1, today.replace(day=1))
        coming, gone = (first.coming, first.gone) if first else (today, today)
    else:
        coming = gone = _shift_month(today.replace(day=1), 1 if re.search(r"next|prochain", words) else 0)
    if re.search(r"fin|end|last day|dernier jour", words):
        return When(_month_end(coming), _month_end(gone))
    day = 15 if re.search(r"mi|mid", words) else 1
    return When(coming.replace(day=day), gone.replace(day=day))


def end_of_week(match: re.Match[str], today: dt.date) -> When:
    """“End of the week” is Friday, « fin de semaine » Saturday."""
    weekday = 5 if re.search(r"fin de semaine|weekend|week-end", match.group()) else 4
    later = 7 if re.search(r"next|prochain", match.group()) else 0
    return exactly(today + dt.timedelta((weekday - today.weekday()) % 7 + later))


def named_month(match: re.Match[str], today: dt.date) -> When | None:
    """“In February”: a period."""
    number = MONTH[match["month"]]
    if match["year"]:
        first = dt.date(int(match["year"]), number, 1)
        return When(first, first, _month_end(first), _month_end(first))
    this = today.replace(day=1)
    years = [dt.date(year, number, 1) for year in range(today.year - 1, today.year + 2)]
    coming, gone = min(d for d in years if d >= this), max(d for d in years if d <= this)
    return When(coming, gone, _month_end(coming), _month_end(gone))


def relative_period(match: re.Match[str], today: dt.date) -> When:
    """“Last month”, « cette semaine »: a period."""
    words = match.group()
    offset = 1 if re.search(r"next|prochain", words) else -1 if re.search(r"last|dernie|passe|previous", words) else 0
    if re.search(r"month|mois", words):
        first = _shift_month(today.replace(day=1), offset)
        last = _month_end(first)
    elif re.search(r"week|semaine", words):
        first = today - dt.timedelta(today.weekday() - 7 * offset)
        last = first + dt.timedelta(6)
    else:
        first = dt.date(today.year + offset, 1, 1)
        last = dt.date(today.year + offset, 12, 31)
    return When(first, first, last, last)


def whole_year(match: re.Match[str], _: dt.date) -> When:
    """“In 2025”: a period."""
    year = int(match["year"])
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return When(first, first, last, last)


def year_start(_: re.Match[str], today: dt.date) -> When:
    """“Since the beginning of the year”."""
    return exactly(dt.date(today.year, 1, 1))


def week_from(match: re.Match[str], today: dt.date) -> When:
    """“A week from Friday”, "two weeks from tomorrow", « une semaine à partir de demain »."""
    ahead = int("tomorrow" in match.group() or "demain" in match.group())
    if match["weekday"]:
        ahead = (WEEKDAY[match["weekday"]] - today.weekday() - 1) % 7 + 1
    weeks = int(match["weeks"] or match["semaines"] or 1)
    return exactly(today + dt.timedelta(ahead + 7 * weeks))


def nth_weekday(match: re.Match[str], today: dt.date) -> When | None:
    """“The last Friday of March”, « le premier lundi du mois prochain »."""
    words = match.group()
    if match["month"]:
        first = _yearless(MONTH[match["month"]], 1, today.replace(day=1))
        month = first.coming if first else today
    else:
        month = _shift_month(today.replace(day=1), 1 if re.search(r"next|prochain", words) else 0)
    number = WEEKDAY[match["weekday"]]
    days = [d for d in range(1, _month_end(month).day + 1) if month.replace(day=d).weekday() == number]
    nth = -1 if match["nth"] in ("last", "dernier") else NTH[match["nth"]] - 1
    return exactly(month.replace(day=days[nth])) if nth < len(days) else None


def near_and_a_week(match: re.Match[str], today: dt.date) -> When:
    """« D'aujourd'hui en huit », « demain en quinze »."""
    days = (1 if "demain" in match.group() else 0) + (14 if match["span"] in ("quinze", "15") else 7)
    return exactly(today + dt.timedelta(days))


def month_alone(match: re.Match[str], today: dt.date) -> When | None:
    """A month without a word before it ("invoices january", « mars seulement »)."""
    month = re.compile(M + YEAR).match(match.group())
    return named_month(month, today) if month else None


def counted_on(flat: str, day: dt.date) -> dt.date | None:
    """The day that lies "a week", « trois jours » after ``day``; None where no such span is said."""
    match = re.search(rf"\b{COUNT}\s*{SPAN}\b", flat)
    return _moved(day, *counted(match)) if match else None
