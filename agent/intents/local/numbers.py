"""Numbers said as words, in English and French, put as digits ("cent cinquante" -> "150").

Enters: flat text (no case, no accents). Leaves: the places to rewrite. It never touches a word that is only
perhaps a number: "one" in "the one at 64", « un », « neuf » in « un routeur neuf » stay words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import alpha2digit, text2num

_EN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety hundred thousand"
)
_EN_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
)
_FR = (
    "zero un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt"
    " vingts trente quarante cinquante soixante septante huitante nonante cent cents mille"
)
_CARDINALS = {True: frozenset(_FR.split()), False: frozenset(_EN.split())}
_ORDINALS = {True: frozenset({"premier"}), False: frozenset(_EN_ORDINALS.split())}
_GLUE = {True: frozenset({"et"}), False: frozenset({"and", "oh"})}
_SINGLE_WORDS = "zero oh one two three four five six seven eight nine un une deux trois quatre cinq sept huit neuf"
_SINGLE = frozenset(_SINGLE_WORDS.split())
_SHY = frozenset({"un", "une", "one", "neuf", "second", "first", "premier", "third"})
_UNIT = re.compile(
    r"\s*(?:dollars?|bucks|piass?e?s?|piastres?|cad\b|\$|days?|weeks?|months?|payments?|instal|jours?|semaines?"
    r"|mois|versements?|paiements?|fois\b|rue\b|rang\b|chemin\b|route\b|boul\w*|avenue|street|road|main\b|of\s+(?:the|next|this)?"
    r"\s*(?:month|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|du mois"
    r"|(?:de |d')?(?:jan|fev|mars|avr|mai\b|juin|juil|aou|sep|oct|nov|dec))"
)
_DAY_BEFORE = re.compile(
    r"(?:^|\s)(?:the|le|jan\w*|feb\w*|march|april|may|june|july|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\s+$"
)
# "Ninety-five fifty" is a price where no street follows.
_PRICED = re.compile(
    r"\s*(?:$|[,.;!?]|(?:due|by|on|for|per|every|dollars|bucks|le|pour|avant|chaque|a|each|monthly|weekly|par|aux|starting|from|before|until|cut\w*)\b)"
)
_WHICH = re.compile(r"\b(?:1st|first|last|next|the|this|that|which|premier) $")
# "The first one Jan 9" counts nothing.
_ONE_OF = re.compile(r"\b(?:first|next|last|other|this|that|the) $")
_DATED = re.compile(r"\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d")
_MONTH_BEFORE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) $"
)
# « Vingt-cinq cents » are coins, « deux cents » is a number.
_CENTS = re.compile(r"(?:^|(?<!deux)(?<!trois)(?<!quatre)(?<!cinq)(?<!six)(?<!sept)(?<!huit)(?<!neuf)\s)cents$")
_IN_A_NAME = re.compile(r"\b(?:rang|rue|chemin|route|montee) (?:du |des |de la |de )?$")
_WORD = re.compile(r"[a-z]+")
_AREAS = frozenset({"450", "514", "438", "819", "418", "579", "581", "873", "367", "354", "263", "468", "613"})


@dataclass(frozen=True)
class Rewrite:
    """``digits`` stand in the new text where words stood in the old one."""

    old_start: int
    old_end: int
    new_start: int
    digits: str

    @property
    def new_end(self) -> int:
        """Where the digits end in the new text."""
        return self.new_start + len(self.digits)


def spoken_numbers(flat: str, *, french: bool) -> list[Rewrite]:
    """The runs of number words of ``flat``, in order; both languages are tried, the message's own first."""
    found: list[Rewrite] = []
    shift = 0
    for start, run_end, is_french in _runs(flat, french=french):
        end = run_end - len(unit.group()) if (unit := _CENTS.search(flat[start:run_end])) else run_end
        if end <= start:
            continue
        in_a_name = _IN_A_NAME.search(flat[:start])
        digits = None if in_a_name else _digits(flat, start, end, french=is_french)
        if digits is not None:
            found.append(Rewrite(start, end, start + shift, digits))
            shift += len(digits) - (end - start)
    return found


def _runs(flat: str, *, french: bool) -> list[tuple[int, int, bool]]:
    words = list(_WORD.finditer(flat))
    runs: list[tuple[int, int, bool]] = []
    at = 0
    while at < len(words):
        stop, is_french = max(
            (_run_end(flat, words, at, french=language), language == french, language)
            for language in (french, not french)
        )[::2]
        if stop > at:
            runs.append((words[at].start(), words[stop - 1].end(), is_french))
            at = stop
        else:
            at += 1
    return runs


def _run_end(flat: str, words: list[re.Match[str]], at: int, *, french: bool) -> int:
    """The index after the run that starts at ``at``; ``at`` itself where none starts there."""
    numbers, glue = _CARDINALS[french] | _ORDINALS[french], _GLUE[french]
    stop = at
    for index in range(at, len(words)):
        word = words[index].group()
        touching = index == at or flat[words[index - 1].end() : words[index].start()].strip(" ") in ("", "-")
        if not touching or (word not in numbers and (index == at or word not in glue)):
            break
        if word in numbers or word == "oh":
            stop = index + 1
        if word in _ORDINALS[french]:
            break
    return stop


def _digits(flat: str, start: int, end: int, *, french: bool) -> str | None:
    words = _WORD.findall(flat[start:end])
    alone = all(word in _SHY for word in words) and not _is_counted(flat, start, end)
    if alone or (words in (["cent"], ["cents"]) and not french):
        return None
    if french and len(words) > 5 and (phone := _french_phone(tuple(words))):
        return phone
    spoken = " ".join("zero" if word == "oh" else word.replace("fourty", "forty") for word in words)
    parts = re.sub(r"(?i)\bzero\b", "0", alpha2digit(spoken, "fr" if french else "en", threshold=0)).split()
    if not all(part[0].isdigit() for part in parts if part not in {"et", "and"}):
        return None
    if len(words) > 2 and all(word in _SINGLE for word in words):
        return "".join(parts)
    if len(parts) == 2 and all(len(part) == 2 and part.isdigit() for part in parts) and _PRICED.match(flat, end):
        return ".".join(parts)
    return _joined(parts, french=french)


def _is_counted(flat: str, start: int, end: int) -> bool:
    """A shy word is a number before a unit or a month, or as the day after "the" and the like."""
    word = flat[start:end]
    if word in {"one", "un", "une"} and _WHICH.search(flat[:start]):
        return False
    if _UNIT.match(flat, end):
        return not (_ONE_OF.search(flat[:start]) and _DATED.match(flat, end))
    if word == "first" and _MONTH_BEFORE.search(flat[:start]):
        return True
    alone = re.match(r"\s*(?:$|[,.;!?]|and\b|et\b|cut|coup)", flat[end:]) is not None
    return word in {"first", "premier", "second", "third"} and alone and bool(_DAY_BEFORE.search(flat[:start]))


def _joined(parts: list[str], *, french: bool) -> str:
    numerals = [part for part in parts if part.isdigit()]
    whole = "".join(numerals)
    if len(numerals) == len(parts) and len(parts) > 1:
        spelled = all(len(part) <= 2 for part in numerals)
        if len(whole) in (10, 11) or (spelled and all(len(part) == 1 for part in numerals)):
            return whole
        if not french and len(numerals) == 2 and spelled and len(numerals[1]) == 2:
            return whole
    return " ".join(parts)


@lru_cache(maxsize=256)
def _french_phone(words: tuple[str, ...]) -> str | None:
    """« quatre cent cinquante, deux cent soixante-douze, vingt-quatre zéro huit » has many readings: one dials."""
    for split in _splits(words, (3, 3, 2, 2)) + _splits(words, (3, 3, 4)) + _splits(words, (1,) * 10):
        if split[:3] in _AREAS:
            return split
    return None


def _splits(words: tuple[str, ...], lengths: tuple[int, ...]) -> list[str]:
    if not lengths:
        return [""] if not words else []
    found: list[str] = []
    for stop in range(1, min(len(words), 6) + 1):
        for digits in _spellings(words[:stop], lengths[0]):
            found += [digits + rest for rest in _splits(words[stop:], lengths[1:])]
    return found


@lru_cache(maxsize=4096)
def _spellings(words: tuple[str, ...], length: int) -> tuple[str, ...]:
    if len(words) == 2 and words[0] == "zero":
        return tuple("0" + tail for tail in _spellings(words[1:], length - 1))
    try:
        digits = str(text2num(" ".join(words), "fr"))
    except ValueError:
        return ()
    return (digits,) if len(digits) == length else ()
