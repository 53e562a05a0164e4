"""Days and periods in a sentence, in English and French.

Enters: flat text (no case, no accents, numbers as digits) and today. Leaves: the spans that speak of time, each
with its ``When``. The first pattern that fits a place has it. It never guesses a day out of a period: "next month"
is no due date.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.intents.local import calendar as read
from agent.intents.local.calendar import Reading, When, counted, exactly
from agent.intents.local.calendar_words import (
    COUNT,
    DAY,
    FEASTS,
    MONTH,
    NEAREST,
    NEXT,
    NOT_UNIT,
    NTH,
    OPEN,
    SPAN,
    YEAR,
    M,
    W,
)

_FULL_MONTHS = (
    "january|february|april|june|july|august|september|october|november|december"
    "|janvier|fevrier|avril|juin|juillet|aout|septembre|octobre|novembre|decembre"
)
_GOES_ON = "(?:to|through|until|a|au|jusqu'a|only|seulement|please|svp|stp|for|pour|de|of|chez|from)"
_IN = "in|to|a|et|and|jusqu'en|jusqu'a|since|en|depuis|de|d'|of|for|pour|during|last|mois de|mois d'|from|until|through"
_ON = "on|by|before|for|until|till|from|the|since|after|to"
_AFTER_WEEKDAY = (
    r"en huit|en 8|en quinze|en 15|prochain|passe|dernier|next week|last week"
    r"|de la semaine prochaine|la semaine prochaine|de la semaine (?:passee|derniere)"
)
_OTHER_MONTH = (
    rf"{NEXT} month|(?:the )?following month|this month|last month"
    r"|mois (?:prochain|dernier|passe)|ce mois(?:[- ]ci)?|prochain mois"
)
_EDGE = (
    r"end of|fin(?: du mois)?(?: de| d')?|mid|mi|middle of|milieu (?:de|d')|beginning of|start of"
    r"|debut(?: de| d')?|last day of|dernier jour (?:de|d')"
)
_EDGE_OF_MONTH = (
    rf"(?:the )?(?:end|middle|last day) of (?:the |this |{NEXT} )?month|month[- ]end|eom|mid[- ]?month"
    r"|(?:la )?fin (?:du|de ce|de) mois(?: prochain)?|fin mois|(?:le )?dernier jour du mois(?: prochain)?"
    r"|(?:la )?mi[- ]mois|milieu du mois(?: prochain)?|debut du mois prochain|(?:beginning|start) of next month"
)
_END_OF_WEEK = (
    r"(?:the )?end of (?:the|this|next) week|(?:la )?fin de (?:la|cette) semaine(?: prochaine)?"
    r"|(?:this |the |ce |en |la |cette )?(?:fin de semaine|weekend|week-end)(?: prochaine?)?"
)
_YEAR_START = (
    r"(?:since |depuis |from )?(?:the )?(?:beginning|start) of (?:the|this) year"
    r"|(?:le )?debut de l'annee|year to date"
)
_PERIOD = (
    rf"(?:this|{NEXT}|last|past|previous|ce|cette|le|la|l'|du|de la)\s*(?:mois|month|semaine|week|annee|year|an)\b"
    r"(?:[- ](?:prochaine?|derniere?|passee?|ci))?\b(?<!le mois)(?<!la semaine)(?<!l'annee)(?<!l'an)"
    r"(?! (?:de |d')(?:jan|fev|mar|avr|mai|jui|aou|sep|oct|nov|dec))"
    r"|(?:du|au|des) mois (?:prochain|dernier|passe)\b|mois (?:dernier|passe)\b"
)
_NUMERIC = r"(?P<one>\d{1,2})(?P<sep>[/.-])(?P<two>\d{1,2})(?P=sep)(?P<year>20\d\d|2\d)"
_NTH = "|".join(sorted(NTH, key=len, reverse=True))
_NO_STREET = r"(?!\s+(?:[a-z]+ ){0,2}(?:rue|street|st|road|rd|avenue)\b)"
_PATTERNS: tuple[tuple[str, Reading], ...] = (
    (r"\b(?P<year>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<day>\d{1,2})\b", read.iso),
    (rf"(?<![\d/.-]){_NUMERIC}(?![\d/-])", read.numeric),
    (r"(?<![\S])(?!24/7)(?P<one>[0-3]?\d)/(?P<two>[0-3]?\d)(?P<year>)(?![\d/-])", read.numeric),
    (rf"\b{OPEN}(?:the |le )?{DAY}\s*(?:-|of |de |d')?\s*{M}{YEAR}", read.month_and_day),
    (rf"\b{OPEN}(?:le |the )?{M}\s*(?:the |le )?{DAY}{NOT_UNIT}{YEAR}", read.month_and_day),
    (rf"\b(?:the |le )?{DAY}\s+(?:of |du |de )?(?:{_OTHER_MONTH})\b", read.day_of_other_month),
    (rf"\b(?:{NEXT} month|le mois prochain),? (?:on )?(?:the |le ){DAY}{NOT_UNIT}", read.day_of_other_month),
    (r"\b(?:the |le )?(?P<day>1)(?:st|er) (?:of the|du) (?:month|mois)\b", read.day_of_month),
    (
        (
            r"\b(?:(?:a|one|(?P<weeks>\d)) weeks? (?:from|after)|week from"
            r"|(?:une|1|(?P<semaines>\d)) semaines? (?:apres|de|a partir de|a compter de))"
            rf" (?:{W}|tomorrow|today|demain|aujourd'?hui)"
        ),
        read.week_from,
    ),
    (
        (
            rf"\b(?:the |le )?(?P<nth>{_NTH}|last|dernier) {W} (?:of|in|de|d'|du|from)\s*"
            rf"(?:the month|this month|(?:{NEXT}|the following) month|mois(?: prochain)?|{M})"
        ),
        read.nth_weekday,
    ),
    (r"\b(?:d'|de )?(?:aujourd'?hui|demain) en (?P<span>huit|8|quinze|15)\b", read.near_and_a_week),
    (rf"\b{COUNT}\s*{SPAN}\s+(?:from (?:now|today)|d'ici|a partir d'aujourd'hui)\b", read.ahead),
    (rf"\b{M}(?:'s)?\s+(?=(?:invoices?|bills?|statements?)\b)(?P<year>)", read.named_month),
    (
        (
            rf"\b(?P<before>(?:this coming|next|this|coming|last|past|ce|cette)\s+)?{W}(?!,? (?:le |the )?\d)"
            rf"(?P<after>\s+(?:{_AFTER_WEEKDAY}))?"
        ),
        read.weekday,
    ),
    (rf"\b(?P<near>{NEAREST})\b", read.near),
    (rf"\b(?P<feast>{FEASTS})\b", read.feast),
    (rf"\b(?:{_EDGE})[\s-]*{M}", read.edge_of_month),
    (rf"\b(?:{_EDGE_OF_MONTH})\b(?P<month>)?", read.edge_of_month),
    (rf"\b(?:{_END_OF_WEEK})\b", read.end_of_week),
    (rf"\b(?:{_YEAR_START})\b", read.year_start),
    (rf"\b(?:in|within|dans|d'ici|over)\s+{COUNT}\s*{SPAN}(?!\w|\s+(?:later|apres|plus tard))", read.ahead),
    (rf"\b{COUNT}\s*{SPAN}\s+ago\b", read.ago),
    (rf"\bil y a\s+{COUNT}\s*{SPAN}\b", read.ago),
    (rf"\bdepuis\s+{COUNT}\s*{SPAN}\b", read.back),
    (rf"\b(?:the |les )?(?:last|past|derniers?|dernieres?)\s+{COUNT}\s*{SPAN}\b", read.back),
    (rf"\b(?:les )?{COUNT}\s*(?:last|past|derniers?|dernieres?)\s+{SPAN}\b", read.back),
    (rf"\b(?:(?:the|le|du|au)\s+)?(?:whole |entire )?(?:month of|mois (?:de|d'))\s*{M}{YEAR}(?!\w)", read.named_month),
    (rf"\b(?:{_PERIOD})", read.relative_period),
    (rf"\b(?:{_IN})\s*{M}{YEAR}(?!\w)", read.named_month),
    (rf"\b{M}\s+(?:of |de )?(?P<year>20\d\d)\b", read.named_month),
    (rf"\b(?:{_FULL_MONTHS}|march|mars|mai)\b(?=\s*(?:[,;:?!]|\.(?:\s|$)|-\s|$)|\s+{_GOES_ON}\b)", read.month_alone),
    (
        r"\b(?:in|en|since|depuis|of|de|for|pour|from)\s+(?P<year>20[0-4]\d)\b(?![-/]|[.,]\d|\s*(?:\$|dollars|piass|bucks))",
        read.whole_year,
    ),
    (r"(?<![\w$./-])(?P<year>20[0-4]\d)(?=\s+(?:invoices|bills|statements|billing)\b)", read.whole_year),
    (r"(?<=factures )(?P<year>20[0-4]\d)\b", read.whole_year),
    (rf"\b{OPEN}(?:(?:{_ON})\s+)+(?:the )?{DAY}(?<=[a-z])(?!\w)", read.day_of_month),
    (rf"\b{OPEN}the\s+{DAY}{NOT_UNIT}{_NO_STREET}", read.day_of_month),
    (rf"\b{OPEN}(?:le|du|au)\s+{DAY}{NOT_UNIT}", read.day_of_month),
    (rf"\b(?P<day>1)er(?=\s+(?:au|a)\s+{DAY.replace('P<day>', ':')}\b)", read.day_of_month),
    (r"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b(?!\s+(?:street|avenue|ave|invoice|payment))", read.day_of_month),
)
_GRAMMAR = tuple((re.compile(pattern), reading) for pattern, reading in _PATTERNS)
_TO_DAY = re.compile(r"\s*(?:-|(?:up )?to|until|till|through|thru|and|et|a|au|jusqu'au)?(?: the| le)?\s*")
_APART_FROM = re.compile(r"\b(?:until|till|jusqu)")
_MONTH_SAID = re.compile(rf"\b(?:{'|'.join(MONTH)})\b")
_EVERY = re.compile(r"\b(?:every|each|chaque|aux|toutes les|tous les)\s$")
_LATER = re.compile(
    rf"\b(?:{COUNT}\s*{SPAN}\s+(?:later|after(?: that)?|apres|plus tard|de plus)|(?:the following|the next) week"
    r"|la semaine (?:suivante|d'apres))\b"
)


@dataclass(frozen=True)
class Spoken:
    """A ``When`` and where it was said."""

    start: int
    end: int
    when: When
    days_after: int | None = None
    """Set where it counts from the day said before it ("a week later")."""


def spoken_dates(flat: str, today: dt.date) -> list[Spoken]:
    """Every day and period of ``flat``, in order, the longest reading of each place."""
    found: list[Spoken] = []
    for pattern, reading in _GRAMMAR:
        for match in pattern.finditer(flat):
            when = reading(match, today)
            if when is not None and all(match.end() <= s.start or match.start() >= s.end for s in found):
                found.append(Spoken(match.start(), match.end(), when))
    for match in _LATER.finditer(flat):
        number, unit = counted(match) if match["count"] else (1, "week")
        days = number * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
        free = [s for s in found if s.end <= match.start() or s.start >= match.end()]
        if _EVERY.search(flat[: match.start()]):
            continue  # "every two weeks after that" is a rhythm
        if any(s.end <= match.start() for s in free):
            found = [*free, Spoken(match.start(), match.end(), exactly(today), days)]
    return _of_one_month(flat, _counted_on(sorted(found, key=lambda s: s.start)))


def _of_one_month(flat: str, found: list[Spoken]) -> list[Spoken]:
    """“From the 16th to the 20th of March”: the month that the last day names is the first day's too."""
    done = list(found)
    for at, (one, other) in enumerate(pairwise(found)):
        joined = _TO_DAY.fullmatch(flat[one.end : other.start]) and _MONTH_SAID.search(flat[other.start : other.end])
        if joined and one.when.repeats == "month" and other.when.is_day:
            when = read.earlier_in_month(one.when, other.when)
            # "From the 1st until April 15", said in October, begins before that April.
            alone = _APART_FROM.search(flat[one.end : other.start]) and one.when.coming <= other.when.coming
            done[at] = replace(one, when=replace(when, coming=one.when.coming) if alone else when)
    return done


def _counted_on(found: list[Spoken]) -> list[Spoken]:
    """Work out "a week later" from the day said before it."""
    done: list[Spoken] = []
    for spoken in found:
        when = spoken.when
        if spoken.days_after is not None and done:
            when = exactly(done[-1].when.coming + dt.timedelta(spoken.days_after))
        done.append(Spoken(spoken.start, spoken.end, when))
    return done
