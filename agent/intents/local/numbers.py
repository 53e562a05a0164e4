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
_NINE_ONE_ONE = (["neuf", "un", "un"], ["nine", "one", "one"])
_SINGLE_WORDS = "zero oh one two three four five six seven eight nine un une deux trois quatre cinq sept huit neuf"
_SINGLE = frozenset(_SINGLE_WORDS.split())
_SHY = frozenset({"un", "une", "one", "neuf", "second", "first", "premier", "third"})
_UNIT = re.compile(
    r"\s*(?:heures?\b|dollars?|bucks|piass?e?s?|piastres?|cad\b|\$|days?|weeks?|months?|payments?|instal|jours?|semaines?"
    r"|mois|versements?|paiements?|fois\b|rue\b|rang\b|chemin\b|route\b|boul\w*|avenue|street|road|main\b|of\s+(?:the|next|this)?"
    r"\s*(?:month|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|du mois"
    r"|(?:de |d')?(?:jan|fev|mars|avr|mai\b|juin|juil|aou|sep|oct|nov|dec))"
)
_DAY_BEFORE = re.compile(
    r"(?:^|\s)(?:the|le|du|jan\w*|feb\w*|march|april|may|june|july|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\s+$"
)
# "Ninety-five fifty" is a price where no street follows.
_PRICED = re.compile(
    r"\s*(?:$|[,.;!?]|(?:due|by|on|for|per|every|dollars|bucks|le|pour|avant|chaque|a|each|monthly|weekly|par|aux|starting|from|before|until|cut\w*)\b)"
)
# « Cinquante-neuf et quatre-vingt-quinze » is one too, but « entre trente et quarante » is not.
_PRICED_WITH_ET = re.compile(r"\s*(?:$|[,.;!?]|(?:par|pour|en|de|comptant|cash|du|dus?|due|avant|chaque|aux)\b)")
_TWO_OF = re.compile(r"\b(?:entre|le|les|du|des|au|aux|lignes?|ports?|numeros?) $")
# "Ten thirty a m", "at nine forty-five": the hour and its minutes, where no price and no street follows.
_HALF_OF_DAY = re.compile(
    r"\s?[ap]\.?\s?m\b|\s+(?:in the |this |tomorrow |on \w+day )?(?:morning|afternoon|evening)\b|\s+tonight\b"
)
_CLOCK_BEFORE = re.compile(
    r"\b(?:(?<!cap it )(?<!priced )at|around|till?|until|left|arriv\w+|in|out|there|from|since|by|before|after) $"
)
_OTHER_CLOCK = re.compile(r"\d:\d\d(?:\s?[ap]\.?\s?m\b\.?)? (?:to|till?|until|and|left|out)(?: at)? $")
_NO_CLOCK = re.compile(
    r"\s*(?:\$|dollars?\b|bucks\b|cents?\b|a (?:month|year|week)\b|per\b|each\b|monthly\b|every\b"
    r"|(?:[a-z'-]+ ){0,2}(?:rue|rang|chemin|route|boul\w*|avenue|street|road|st|rd|lane|drive|ridge|highway|main)\b)"
)
_YEAR_BEFORE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: the)?(?: \d{1,2}(?:st|nd|rd|th)?)?,? $"
    r"|\b(?:in|since|year|of) $"
)
_SPELLED = (re.compile(r"(?:^|\s)[abceghj-nprstvxy] $"), re.compile(r" [abceghj-nprstv-z]\b"))
"""The letters of a postal code around a digit: "J zero S one H zero"."""
_WHICH = re.compile(r"\b(?:1st|first|last|next|the|this|that|which|premier) $")
# "The first one Jan 9" counts nothing.
_ONE_OF = re.compile(r"\b(?:first|next|last|other|this|that|the) $")
_DATED = re.compile(r"\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d")
_MONTH_BEFORE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) (?:the )?$"
)
# « Vingt-cinq cents » are coins, « deux cents » is a number.
_CENTS = re.compile(r"(?:^|(?<!deux)(?<!trois)(?<!quatre)(?<!cinq)(?<!six)(?<!sept)(?<!huit)(?<!neuf)\s)cents$")
_HUNDREDS = re.compile(r" (?:rue|rang|chemin|route|boul\w*|avenue|montee|main)\b")
"""What follows « douze cents » where it counts no coins."""
_IN_A_NAME = re.compile(r"\b(?:rang|rue|chemin|montee) (?:du |des |de la |de )?$")
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
    before = ""
    at = 0
    for start, run_end, is_french in _runs(flat, french=french):
        coins = None if _HUNDREDS.match(flat, run_end) else _CENTS.search(flat[start:run_end])
        end = run_end - len(coins.group()) if coins else run_end
        if end <= start:
            continue
        before, at = before + flat[at:start], start
        in_a_name = _IN_A_NAME.search(flat[:start])
        digits = None if in_a_name else _digits(flat, (start, end), before, french=is_french)
        if digits is not None:
            before, at = before + digits, end
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


def _digits(flat: str, span: tuple[int, int], before: str, *, french: bool) -> str | None:
    """What a run of number words is worth; ``before`` is what stands before it, with its own numbers as digits."""
    start, end = span
    words = _WORD.findall(flat[start:end])
    if words in _NINE_ONE_ONE:
        return "911"
    alone = all(word in _SHY for word in words) and not _is_counted(flat, start, end)
    if alone or (words in (["cent"], ["cents"]) and not french):
        return None
    if french and len(words) > 5 and (phone := _french_phone(tuple(words))):
        return phone
    spoken = " ".join("zero" if word == "oh" else word.replace("fourty", "forty") for word in words)
    parts = re.sub(r"(?i)\bzero\b", "0", alpha2digit(spoken, "fr" if french else "en", threshold=0)).split()
    if not all(part[0].isdigit() for part in parts if part not in {"et", "and"}):
        return None
    after = flat[end:]
    written = _clock(parts, before, after) or _year(parts, before)
    if written is None and len(words) > 2 and all(word in _SINGLE for word in words):
        written = "".join(parts)
    return written or _price(parts, before, after, french=french) or _joined(parts, french=french)


def _price(parts: list[str], before: str, after: str, *, french: bool) -> str | None:
    """“Ninety-five fifty”, « soixante-deux et cinquante »: a sum and its cents, where what follows allows it."""
    whole, cents = parts[0], parts[-1]
    if not (whole.isdigit() and cents.isdigit() and len(cents) == 2):
        return None
    said = len(parts) == 2 and len(whole) == 2 and _PRICED.match(after)
    with_et = french and parts[1:-1] == ["et"] and _PRICED_WITH_ET.match(after) and not _TWO_OF.search(before)
    return f"{whole}.{cents}" if said or with_et else None


def _year(parts: list[str], before: str) -> str | None:
    """“April second twenty twenty-five”, "march three twenty twenty-six"."""
    *day, century, year = parts if len(parts) > 1 else ["", ""]
    said = "".join(f"{one} " for one in day)
    if century != "20" or len(day) > 1 or not (year.isdigit() and len(year) == 2):
        return None
    return f"{said}20{year}" if _YEAR_BEFORE.search(before + said) else None


def _clock(parts: list[str], before: str, after: str) -> str | None:
    """“Ten thirty a m”, "at one oh five"; "left at ten fifteen one router", where something is counted after it."""
    if len(parts) > 2 and len(parts[-1]) == 1 and len(parts[-2]) == 2 and _CLOCK_BEFORE.search(before):
        said = _clock(parts[:-1], before, after)
        return f"{said} {parts[-1]}" if said and parts[-1].isdigit() else None
    if len(parts) == 3 and parts[1] == "0" and len(parts[2]) == 1:
        parts = [parts[0], f"0{parts[2]}"]
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or len(parts[1]) != 2:
        return None
    hour, minutes = int(parts[0]), int(parts[1])
    led = _CLOCK_BEFORE.search(before) and minutes % 5 == 0 and not _NO_CLOCK.match(after)
    told = led or _HALF_OF_DAY.match(after) or _OTHER_CLOCK.search(before)
    return f"{hour}:{minutes:02d}" if told and 1 <= hour <= 12 and minutes < 60 else None


def _is_counted(flat: str, start: int, end: int) -> bool:
    """A shy word is a number before a unit or a month, or as the day after "the" and the like."""
    word = flat[start:end]
    if word in {"one", "un", "une"} and _WHICH.search(flat[:start]):
        return False
    if _SPELLED[0].search(flat[:start]) and _SPELLED[1].match(flat, end):
        return True
    if _UNIT.match(flat, end):
        return not (_ONE_OF.search(flat[:start]) and _DATED.match(flat, end))
    if word in {"first", "second", "third"} and _MONTH_BEFORE.search(flat[:start]):
        return True
    alone = re.match(r"\s*(?:$|[,.;!?]|and\b|et\b|to\b|au\b|cut|coup)", flat[end:]) is not None
    return word in {"first", "premier", "second", "third"} and alone and bool(_DAY_BEFORE.search(flat[:start]))


def _joined(parts: list[str], *, french: bool) -> str:
    numerals = [part for part in parts if part.isdigit()]
    whole = "".join(numerals)
    if len(numerals) == len(parts) > 2 and numerals[0] == "0":
        return whole  # « Zéro zéro zéro douze », as numbers of documents are read out
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
