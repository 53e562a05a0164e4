"""Days and periods as people say them, in English and French, worked out from "today".

Enters: flat text (no case, no accents, numbers as digits). Leaves: the spans that speak of time with a ``When``,
which holds both readings of a bare day: the next one (plans) and the last one (history). It never guesses a day
out of a period: "next month" is no due date.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass

_MONTHS = (
    ("january", "janvier", "jan", "janv"),
    ("february", "fevrier", "feb", "fev", "fevr"),
    ("march", "mars", "mar"),
    ("april", "avril", "apr", "avr"),
    ("may", "mai"),
    ("june", "juin", "jun"),
    ("july", "juillet", "jul", "juil"),
    ("august", "aout", "aug"),
    ("september", "septembre", "sep", "sept"),
    ("october", "octobre", "oct"),
    ("november", "novembre", "nov"),
    ("december", "decembre", "dec"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAYS = (
    ("monday", "lundi", "mondays"),
    ("tuesday", "mardi", "tues", "tue"),
    ("wednesday", "mercredi", "wed", "weds", "wensday", "wednsday", "mecredi"),
    ("thursday", "jeudi", "thurs", "thur", "thu"),
    ("friday", "vendredi", "fri", "vend", "vendrdi", "firday"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}


def _either(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_M = rf"(?P<month>{_either(_MONTH)})\b\.?"
_W = rf"(?P<weekday>{_either(_WEEKDAY)})\b"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|e|eme|ieme)?"
_YEAR = r"(?:,?\s*(?:de |of )?(?P<year>20\d\d))?"
_OPEN = rf"(?:(?:{_either(_WEEKDAY)})\b,?\s+(?:le |the |du )?)?"
_NOT_UNIT = (
    r"(?![\w/]|\s*(?:\$|%|h\b|heures?|dollars?|bucks|piass?es?|mois|jours?|semaines?|days?|weeks?|months?|cad\b|mb"
    r"|meg|versements?|payments?|paiements?|fois|rue\b|rang\b|chemin|route|boul|avenue|street|main\b|st\b|rd\b|[.,]\d))"
)
_ONE = {"a": 1, "an": 1, "une": 1, "un": 1, "couple": 2, "coupe": 2}
_COUNT = r"(?P<count>\d{1,3}|an?(?:\s+couple(?:\s+of)?)?|une?(?:\s+coupe de)?|couple of)"
_SPAN = r"(?P<unit>days?|weeks?|months?|years?|jours?|semaines?|mois|ans?|annees?)"


@dataclass(frozen=True)
class When:
    """A day, or a period with both ends. ``coming`` serves plans, ``gone`` serves history."""

    coming: dt.date
    gone: dt.date
    coming_end: dt.date | None = None
    gone_end: dt.date | None = None
    repeats: str | None = None
    """``week``, ``month`` or ``year`` where the words fit again a week, a month or a year later."""

    def on_or_after(self, day: dt.date) -> dt.date:
        """The first day that the words fit from ``day`` on ("the 20th" after April 15 is April 20)."""
        found, months = self.coming, 0
        while self.repeats and found < day and months < 60:
            months += 1
            found = (
                found + dt.timedelta(7)
                if self.repeats == "week"
                else _shift_month(self.coming, months * (12 if self.repeats == "year" else 1))
            )
        return found

    @property
    def is_day(self) -> bool:
        """True for one day, false for a period."""
        return self.gone_end is None


@dataclass(frozen=True)
class Spoken:
    """A ``When`` and where it was said."""

    start: int
    end: int
    when: When
    days_after: int | None = None
    """Set where it counts from the day said before it ("a week later")."""


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


def _iso(match: re.Match[str], _: dt.date) -> When | None:
    day = _day(int(match["year"]), int(match["m"]), int(match["day"]))
    return exactly(day) if day else None


def _numeric(match: re.Match[str], today: dt.date) -> When | None:
    """Day first as in Québec, unless only month first can be, or lies on the side of today that is meant."""
    one, two, year = int(match["one"]), int(match["two"]), match["year"]
    day, month = (two, one) if one <= 12 < two else (one, two)
    if month > 12:
        return None
    if not year:
        return _yearless(month, day, today)
    full = int(year) + (2000 if len(year) == 2 else 0)
    both = [found for found in (_day(full, month, day), _day(full, day, month) if one <= 12 else None) if found]
    if not both:
        return None
    return When(next((d for d in both if d >= today), both[0]), next((d for d in both if d <= today), both[0]))


def _month_and_day(match: re.Match[str], today: dt.date) -> When | None:
    month, day = _MONTH[match["month"]], int(match["day"])
    if match["year"]:
        found = _day(int(match["year"]), month, day)
        return exactly(found) if found else None
    return _yearless(month, day, today)


def _yearless(month: int, day: int, today: dt.date) -> When | None:
    years = [found for year in range(today.year - 4, today.year + 5) if (found := _day(year, month, day))]
    if not years:
        return None
    return When(min(d for d in years if d >= today), max(d for d in years if d <= today), repeats="year")


def _day_of_month(match: re.Match[str], today: dt.date) -> When | None:
    number = int(match["day"])
    first = today.replace(day=1)
    months = [_shift_month(first, offset) for offset in range(-3, 4)]
    days = [found for month in months if (found := _day(month.year, month.month, number))]
    if not days:
        return None
    return When(min(d for d in days if d >= today), max(d for d in days if d <= today), repeats="month")


def _day_of_other_month(match: re.Match[str], today: dt.date) -> When | None:
    words = match.group()
    offset = 1 if re.search(r"next|prochain", words) else -1 if re.search(r"last|dernier|passe", words) else 0
    month = _shift_month(today.replace(day=1), offset)
    found = _day(month.year, month.month, int(match["day"]))
    return exactly(found) if found else None


def _weekday(match: re.Match[str], today: dt.date) -> When | None:
    number = _WEEKDAY[match["weekday"]]
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


_NEAR = {
    "today": 0, "tonight": 0, "this afternoon": 0, "this morning": 0, "this evening": 0, "aujourd'hui": 0, "aujourdhui": 0, "ajd": 0,
    "auj": 0, "ce soir": 0, "ce matin": 0, "cet apres-midi": 0, "tomorrow": 1, "tommorow": 1, "tomorow": 1, "tmrw": 1,
    "tmr": 1, "demain": 1, "day after tomorrow": 2, "apres-demain": 2, "apres demain": 2, "yesterday": -1,
    "hier": -1, "avant-hier": -2, "avant hier": -2, "day before yesterday": -2,
}  # fmt: skip


def _near(match: re.Match[str], today: dt.date) -> When:
    return exactly(today + dt.timedelta(_NEAR[match["near"]]))


def _counted(match: re.Match[str]) -> tuple[int, str]:
    word = match["count"].split()
    number = int(word[0]) if word[0].isdigit() else 2 if "coup" in match["count"] else _ONE[word[0]]
    unit = match["unit"]
    kind = "day" if unit[0] in "dj" else "week" if unit[0] in "ws" else "month" if unit[0] == "m" else "year"
    return number, kind


def _moved(day: dt.date, number: int, unit: str) -> dt.date:
    if unit in ("day", "week"):
        return day + dt.timedelta(number * (7 if unit == "week" else 1))
    return _shift_month(day, number * (12 if unit == "year" else 1))


def _ahead(match: re.Match[str], today: dt.date) -> When:
    number, unit = _counted(match)
    return exactly(_moved(today, number, unit))


def _ago(match: re.Match[str], today: dt.date) -> When:
    number, unit = _counted(match)
    return exactly(_moved(today, -number, unit))


def _back(match: re.Match[str], today: dt.date) -> When:
    """ "The last three months": a period that ends today."""
    number, unit = _counted(match)
    start = _moved(today, -number, unit)
    return When(start, start, today, today)


def _edge_of_month(match: re.Match[str], today: dt.date) -> When | None:
    words = match.group()
    if match["month"]:
        first = _yearless(_MONTH[match["month"]], 1, today.replace(day=1))
        month = first.coming if first else today
    else:
        month = _shift_month(today.replace(day=1), 1 if re.search(r"next|prochain", words) else 0)
    if re.search(r"fin|end|last day|dernier jour", words):
        return exactly(_month_end(month))
    return exactly(month.replace(day=15 if re.search(r"mi|mid", words) else 1))


def _end_of_week(match: re.Match[str], today: dt.date) -> When:
    weekday = 5 if re.search(r"fin de semaine|weekend|week-end", match.group()) else 4
    later = 7 if re.search(r"next|prochain", match.group()) else 0
    return exactly(today + dt.timedelta((weekday - today.weekday()) % 7 + later))


def _named_month(match: re.Match[str], today: dt.date) -> When | None:
    number = _MONTH[match["month"]]
    if match["year"]:
        first = dt.date(int(match["year"]), number, 1)
        return When(first, first, _month_end(first), _month_end(first))
    this = today.replace(day=1)
    years = [dt.date(year, number, 1) for year in range(today.year - 1, today.year + 2)]
    coming, gone = min(d for d in years if d >= this), max(d for d in years if d <= this)
    return When(coming, gone, _month_end(coming), _month_end(gone))


def _relative_period(match: re.Match[str], today: dt.date) -> When:
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


def _whole_year(match: re.Match[str], _: dt.date) -> When:
    year = int(match["year"])
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return When(first, first, last, last)


def _year_start(_: re.Match[str], today: dt.date) -> When:
    return exactly(dt.date(today.year, 1, 1))


_NEXT = r"(?:next|prochaine?|coming)"
_GRAMMAR: tuple[tuple[re.Pattern[str], Reading], ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        (r"\b(?P<year>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<day>\d{1,2})\b", _iso),
        (r"(?<![\d/.-])(?P<one>\d{1,2})(?P<sep>[/.-])(?P<two>\d{1,2})(?P=sep)(?P<year>20\d\d|2\d)(?![\d/-])", _numeric),
        (r"(?<![\S])(?!24/7)(?P<one>[0-3]?\d)/(?P<two>[0-3]?\d)(?P<year>)(?![\d/-])", _numeric),
        (rf"\b{_OPEN}(?:the |le )?{_DAY}\s*(?:-|of |de |d')?\s*{_M}{_YEAR}", _month_and_day),
        (rf"\b{_OPEN}(?:le |the )?{_M}\s*(?:the |le )?{_DAY}{_NOT_UNIT}{_YEAR}", _month_and_day),
        (rf"\b(?:the |le )?{_DAY}\s+(?:of |du |de )?(?:{_NEXT} month|(?:the )?following month|this month"
         rf"|last month|mois (?:prochain|dernier|passe)|ce mois(?:[- ]ci)?|prochain mois)\b", _day_of_other_month),
        (rf"\b(?:{_NEXT} month|le mois prochain),? (?:on )?(?:the |le ){_DAY}{_NOT_UNIT}", _day_of_other_month),
        (r"\b(?:the |le )?(?P<day>1)(?:st|er) (?:of the|du) (?:month|mois)\b", _day_of_month),
        (rf"\b(?:a week from|une semaine (?:apres|de)|week from) (?P<before>)?{_W}(?P<after>)?", lambda m, t: _week_from(m, t)),
        (rf"\b(?P<before>(?:this coming|next|this|coming|last|past|ce|cette)\s+)?{_W}(?!,? (?:le |the )?\d)"
         r"(?P<after>\s+(?:en huit|en 8|en quinze|en 15|prochain|passe|dernier|next week|last week"
         r"|de la semaine prochaine|la semaine prochaine|de la semaine (?:passee|derniere)))?", _weekday),
        (rf"\b(?P<near>{'|'.join(sorted(_NEAR, key=len, reverse=True))})\b", _near),
        (rf"\b(?:end of|fin(?: du mois)?(?: de| d')?|mid|mi|middle of|milieu (?:de|d')|beginning of|start of|debut(?: de| d')?"
         rf"|last day of|dernier jour (?:de|d'))[\s-]*{_M}", _edge_of_month),
        (rf"\b(?:(?:the )?(?:end|middle|last day) of (?:the |this |{_NEXT} )?month|month[- ]end|eom|mid[- ]?month"
         rf"|(?:la )?fin (?:du|de ce|de) mois(?: prochain)?|fin mois|(?:le )?dernier jour du mois(?: prochain)?"
         rf"|(?:la )?mi[- ]mois|milieu du mois(?: prochain)?|debut du mois prochain|(?:beginning|start) of next month)\b(?P<month>)?", _edge_of_month),
        (r"\b(?:(?:the )?end of (?:the|this|next) week|(?:la )?fin de (?:la|cette) semaine(?: prochaine)?"
         r"|(?:this |the |ce |en |la |cette )?(?:fin de semaine|weekend|week-end)(?: prochaine?)?)\b", _end_of_week),
        (r"\b(?:since |depuis |from )?(?:the )?(?:beginning|start) of (?:the|this) year\b"
         r"|\b(?:le )?debut de l'annee\b|\byear to date\b", _year_start),
        (rf"\b(?:in|within|dans|d'ici|over)\s+{_COUNT}\s*{_SPAN}(?!\w|\s+(?:later|apres|plus tard))", _ahead),
        (rf"\b{_COUNT}\s*{_SPAN}\s+(?:from (?:now|today)|d'ici|a partir d'aujourd'hui)\b", _ahead),
        (rf"\b{_COUNT}\s*{_SPAN}\s+ago\b|\bil y a\s+(?P<count2>)(?!.)", _ago),
        (rf"\bil y a\s+{_COUNT}\s*{_SPAN}\b", _ago),
        (rf"\bdepuis\s+{_COUNT}\s*{_SPAN}\b", _back),
        (rf"\b(?:the |les )?(?:last|past|derniers?|dernieres?)\s+{_COUNT}\s*{_SPAN}\b", _back),
        (rf"\b(?:les )?{_COUNT}\s*(?:last|past|derniers?|dernieres?)\s+{_SPAN}\b", _back),
        (rf"\b(?:this|{_NEXT}|last|past|previous|ce|cette|le|la|l')\s*(?:mois|month|semaine|week|annee|year|an)\b"
         rf"(?:[- ](?:prochaine?|derniere?|passee?|ci))?\b(?<!le mois)(?<!la semaine)(?<!l'annee)(?<!l'an)", _relative_period),
        (rf"\b(?:in|since|en|depuis|de|d'|of|for|pour|during|last|mois de|mois d'|from|until|through)\s*(?:the month of )?{_M}{_YEAR}(?!\w)", _named_month),
        (rf"\b{_M}\s+(?:of |de )?(?P<year>20\d\d)\b", _named_month),
        (r"\b(?:january|february|april|june|july|august|september|october|november|december|janvier|fevrier"
         r"|avril|juin|juillet|aout|septembre|octobre|novembre|decembre)\b(?P<year>)(?P<month>)?(?!.)", lambda m, t: _alone(m, t)),
        (r"\b(?:in|en|since|depuis|of|de|for|pour|from)\s+(?P<year>20[0-4]\d)\b(?![-/])", _whole_year),
        (rf"\b{_OPEN}(?:(?:on|by|before|for|until|till|from|the|since|after|to)\s+)+(?:the )?{_DAY}(?<=[a-z])(?!\w)", _day_of_month),
        (rf"\b{_OPEN}the\s+{_DAY}{_NOT_UNIT}(?!\s+(?:[a-z]+ ){{0,2}}(?:rue|street|st|road|rd|avenue)\b)", _day_of_month),
        (rf"\b{_OPEN}(?:le|du|au)\s+{_DAY}{_NOT_UNIT}", _day_of_month),
        (r"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b(?!\s+(?:street|avenue|ave|invoice|payment))", _day_of_month),
    )
)  # fmt: skip
_LATER = re.compile(
    rf"\b(?:{_COUNT}\s*{_SPAN}\s+(?:later|after(?: that)?|apres|plus tard|de plus)|(?:the following|the next) week"
    rf"|la semaine (?:suivante|d'apres))\b"
)


def _week_from(match: re.Match[str], today: dt.date) -> When:
    ahead = (_WEEKDAY[match["weekday"]] - today.weekday() - 1) % 7 + 1
    return exactly(today + dt.timedelta(ahead + 7))


def _alone(match: re.Match[str], today: dt.date) -> When | None:
    """A month that ends the message ("invoices january")."""
    month = re.compile(_M + _YEAR).match(match.group())
    return _named_month(month, today) if month else None


def spoken_dates(flat: str, today: dt.date) -> list[Spoken]:
    """Every day and period of ``flat``, in order, the longest reading of each place."""
    found: list[Spoken] = []
    for pattern, reading in _GRAMMAR:
        for match in pattern.finditer(flat):
            when = reading(match, today)
            if when is not None and all(match.end() <= s.start or match.start() >= s.end for s in found):
                found.append(Spoken(match.start(), match.end(), when))
    for match in _LATER.finditer(flat):
        number, unit = _counted(match) if match["count"] else (1, "week")
        days = number * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
        free = [s for s in found if s.end <= match.start() or s.start >= match.end()]
        if any(s.end <= match.start() for s in free):
            found = [*free, Spoken(match.start(), match.end(), exactly(today), days)]
    return _counted_on(sorted(found, key=lambda s: s.start))


def _counted_on(found: list[Spoken]) -> list[Spoken]:
    """Work out "a week later" from the day said before it."""
    done: list[Spoken] = []
    for spoken in found:
        when = spoken.when
        if spoken.days_after is not None and done:
            when = exactly(done[-1].when.coming + dt.timedelta(spoken.days_after))
        done.append(Spoken(spoken.start, spoken.end, when))
    return done


def counted_on(flat: str, day: dt.date) -> dt.date | None:
    """The day that lies "a week", « trois jours » after ``day``; None where no such span is said."""
    match = re.search(rf"\b{_COUNT}\s*{_SPAN}\b", flat)
    return _moved(day, *_counted(match)) if match else None
