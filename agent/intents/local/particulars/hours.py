"""Times of the day and lengths of time in a sentence: "1:30 pm", « de 9 h à 11 h 30 », "two and a half hours".

Enters: flat text (no case, no accents, numbers as digits). Leaves: times as ``HH:MM``, spans of work with their two
ends, lengths in hours. An hour from one to six without "am" is of the afternoon: nobody works before. It never
decides which field they fill.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_MERIDIEM = r"(?:\s?([ap])\.?\s?m\b\.?)"
_CLOCK = re.compile(
    r"(?<![\w:/.,$#-])(?:"
    r"(?P<h>[01]?\d|2[0-3])\s?(?:h|:|heures?)\s?(?P<m>[0-5]\d)(?!\d|\s?min)(?:\s?(?P<ap>[ap])\.?\s?m\b\.?)?"
    r"|(?P<h2>1[0-2]|0?[1-9]|one)\s?(?P<ap2>[ap])\.?\s?m\b\.?"
    r"|(?P<h3>[01]?\d|2[0-3]|une|1)\s?(?P<unit>h|heures?|o'?\s?clock)\b(?:\s(?P<sign>et|moins)\s(?:le\s|un\s)?(?P<part>demie?|quart|5|10|20|25)\b)?"
    r"|(?P<noon>noon|midi)\b(?:\s(?P<noonsign>et|moins)\s(?:le\s|un\s)?(?P<noonpart>demie?|quart|5|10|20|25)\b)?"
    r"|(?P<past>half past|quarter past|quarter to)\s(?P<h4>\d{1,2})"
    r"|(?P<bare>[01]?\d|2[0-3])(?![\w:/$%]|[.,]\d|-\w|\s?(?:h\b|hours?|hrs?|heures?|minutes?|min\b|days?|jours?|x\b|\$))"
    r")"
)
_NOT_NOON = re.compile(r"(?:avant|apres|after|before)[- ]$")
_AT = re.compile(
    r"(?:\b(?:at|@|a|vers|around|about|for|pour|from|de|des|between|entre|until|till|til|to|by|jusqu'a|in|"
    r"out|left|arrived|"
    r"arrive|arrivee|parti|partie|reparti|repartie|there|site|place)\s)$"
)
_JOINED = re.compile(r"\s*(?:-|to|a|au|until|till|til|through|jusqu'a|jusque|and|et)\s*")
_STARTING = re.compile(r"\b(?:from|de|between|entre|was there|etait la|there|on site|sur place|was in|la|place)\s$")
_IN_HOURS = re.compile(r"\s?(?:h\b|hours?|hrs?|heures?)(?!\s?\d)")
_LATER = re.compile(
    r"^\s*(?:in the |de l'|du |d'|en |cet |ce )?(?P<part>afternoon|apres[- ]midi|aprem|evening|soir|pm|"
    r"morning|matin|am)\b"
)
_ARRIVED = re.compile(
    r"\b(?:arriv\w*|got (?:there|in|on site)|showed up|in|start\w*|began|debut\w*|commence\w*|est entree?)"
    r"[\s,:]*(?:(?:there|la|at|a|vers|around|about|on site|sur place)[\s,:]*){0,3}$"
)
_LEFT = re.compile(
    r"\b(?:left|leaving|out|gone|done|finished|finishing|parti\w*|reparti\w*|quitte\w*|fini\w*|sorti\w*|ended|end|departs?|departed)"
    r"[\s,:]*(?:(?:there|la|at|a|vers|around|about|by)[\s,:]*){0,3}$"
)
_LENGTH = re.compile(
    r"(?<![\w:/.,$#-])(?:"
    r"(?P<n>\d{1,2}(?:[.,]\d{1,2})?)\s?(?:h|hrs?|hours?|heures?)\b\.?"
    r"(?:\s?(?:and |et )?(?P<m>[0-5]?\d)(?:\s?min\w*|\b(?!\s?(?:h\b|:)))|\s(?:and|et) (?P<part>a half|"
    r"half|demie?|a quarter|quart))?"
    r"|(?P<nh>\d{1,2})h(?P<nm>[0-5]\d)\b"
    r"|(?P<n2>\d{1,2}) (?:and a half|and a quarter|et demie?)\s(?:hours?|heures?|hrs?)"
    r"|(?P<one>an|one|une|1) (?:hours?|heures?)(?: (?:and|et) (?P<onepart>a half|demie?|a quarter|quart))?"
    r"|(?P<half>half an hour|a half hour|half hour|(?:une )?demi[- ]?heure)"
    r"|(?P<threequarters>three quarters of an hour|3 quarters of an hour|(?:trois|3) quarts d'heure)"
    r"|(?P<min>\d{1,3})\s?min(?:utes?|s)?\b"
    r")"
)
_EVENING = frozenset({"evening", "soir"})


@dataclass(frozen=True)
class Clock:
    """A time of the day, in minutes after midnight, and where it was said."""

    start: int
    end: int
    minutes: int
    marked: bool
    """Written as a time ("9:30", « 9 h »), and no bare number."""
    settled: bool
    """Morning or afternoon was said, or can only be one."""

    @property
    def text(self) -> str:
        """``"14:30"``."""
        return f"{self.minutes // 60 % 24:02d}:{self.minutes % 60:02d}"


def clocks(flat: str) -> list[Clock]:
    """Every time of the day; a bare number is one only after "at", "from" and the like."""
    found: list[Clock] = []
    for match in _CLOCK.finditer(flat):
        before = flat[: match.start()]
        if match["noon"] and _NOT_NOON.search(before):
            continue
        if match["bare"] and not (
            _AT.search(before) or (found and _JOINED.fullmatch(flat[found[-1].end : match.start()]))
        ):
            continue
        found.append(_clock(match, flat))
    return found


def _clock(match: re.Match[str], flat: str) -> Clock:
    minutes = 0
    if match["noon"]:
        hour, minutes = 12, _minutes_beside(match["noonsign"], match["noonpart"])
    elif match["past"]:
        hour = int(match["h4"])
        minutes = {"half past": 30, "quarter past": 15, "quarter to": -15}[match["past"]]
    else:
        said = match["h"] or match["h2"] or match["h3"] or match["bare"]
        hour = 1 if said in ("one", "une") else int(said)
        minutes = int(match["m"] or 0) + _minutes_beside(match["sign"], match["part"])
    half, end = match["ap"] or match["ap2"], match.end()
    later = _LATER.match(flat[end : end + 24])
    word = later["part"] if later else ""
    if half == "p" or word[:1] in ("p", "e", "s") or word.startswith(("after", "apres", "aprem")):
        hour += 12 if hour < 12 else 0
    elif half == "a" or word in ("morning", "matin", "am"):
        hour -= 12 if hour == 12 else 0
    elif 1 <= hour <= 6 and not (match["h"] or "").startswith("0"):
        hour += 12
    settled = bool(half or word or hour > 12 or match["noon"])
    return Clock(match.start(), end + (later.end() if later else 0), hour * 60 + minutes, not match["bare"], settled)


def _minutes_beside(sign: str | None, part: str | None) -> int:
    """« Et quart », « moins vingt »: what is added to the full hour or taken from it."""
    minutes = {"d": 30, "q": 15}.get(part[0]) or int(part) if part else 0
    return -minutes if sign == "moins" else minutes


def span_of_work(flat: str) -> tuple[Clock | None, Clock | None]:
    """When somebody arrived and left, either of them None where it is not said."""
    said = clocks(flat)
    arrived = next((c for c in said if _ARRIVED.search(flat[: c.start])), None)
    left = next((c for c in said if _LEFT.search(flat[: c.start])), None)
    for one, other in itertools.pairwise(said):
        if (arrived and left) or not _JOINED.fullmatch(flat[one.end : other.start]):
            continue
        begun = one.marked or other.marked or bool(_STARTING.search(flat[: one.start]))
        if begun and not (_IN_HOURS.match(flat[other.end :]) and not _STARTING.search(flat[: one.start])):
            arrived, left = arrived or one, left or other
    if arrived and left and arrived.minutes >= left.minutes:
        if left.minutes + 720 > arrived.minutes and left.minutes < 720:
            left = Clock(left.start, left.end, left.minutes + 720, left.marked, settled=True)
        elif not arrived.settled or arrived.minutes >= 780:
            arrived = Clock(arrived.start, arrived.end, arrived.minutes - 720, arrived.marked, settled=True)
    return arrived, left


@dataclass(frozen=True)
class Length:
    """A length of time in hours, and where it was said."""

    start: int
    end: int
    hours: Decimal


def lengths(flat: str) -> Iterator[Length]:
    """Every length of time that is no time of the day ("at 3 h" is one)."""
    for match in _LENGTH.finditer(flat):
        if re.search(
            r"\b(?:at|a|vers|around|from|arrive|arrivee|parti|reparti|avant|before|apres|after)\s$",
            flat[: match.start()],
        ):
            continue
        hours = _hours(match)
        if 0 < hours <= 24:
            yield Length(match.start(), match.end(), hours)


def _hours(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return Decimal("0.5")
    if match["threequarters"]:
        return Decimal("0.75")
    if match["min"]:
        return (Decimal(match["min"]) / 60).quantize(Decimal("0.01"))
    if match["nh"]:
        return Decimal(match["nh"]) + _minutes(match["nm"])
    whole = Decimal((match["n"] or match["n2"] or "1").replace(",", "."))
    part = (
        match["part"]
        or match["onepart"]
        or ("quarter" if match["n2"] and "quarter" in match.group() else "half" if match["n2"] else "")
    )
    return whole + (_minutes(match["m"]) if match["m"] else Decimal(0)) + _part(part)


def _minutes(said: str) -> Decimal:
    return (Decimal(said) / 60).quantize(Decimal("0.01"))


def _part(word: str) -> Decimal:
    return Decimal(0) if not word else Decimal("0.25") if "quar" in word else Decimal("0.5")
