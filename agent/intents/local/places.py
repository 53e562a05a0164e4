"""Service addresses in a sentence: those the directory knows, and those written like one.

Enters: the message and a ``Gazetteer`` over the directory. Leaves: spans of three kinds: ``address`` (a civic
number and a street), ``street`` (a street without number), ``city``. It never completes an address: the value
is what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from agent.directory import Directory, Place, fold
from agent.intents.local.calendar_words import MONTH
from agent.intents.local.said import Said, flatten
from prompts import words_of

_FRENCH = (
    r"(?:rue|r\.|chemin|ch\.|ch\b|rang|rg\.?|route|rte\.?|boulevard|boul\.?|blvd|avenue|av\."
    r"|montee|place|terrasse|croissant|impasse)"
)
_ENGLISH = r"(?:street|st\b\.?|road|rd\b\.?|avenue|ave\b\.?|lane|drive|crescent|court|blvd|boulevard|highway|ridge)"
_CIVIC = re.compile(r"(?<![\w$.,/-])(\d{1,5})(?:-?([a-d])(?![\w'-]))?(?![\w%$])")
_LETTER = re.compile(r"\s([A-D])(?![\w'])")
_DOOR = re.compile(r",?\s*(?:app?t?\.?|apartment|appartement|suite|unit|#)\s*#?\s*\w{1,4}\b")
_POSTAL = re.compile(r",?\s+([a-z])\s?(\d)\s?([a-z])[\s-]?(\d)\s?([a-z])\s?(\d)(?!\w)", re.IGNORECASE)
_SMALL = re.compile(r"(?:de la|de l'|du|des|de|d'|la|le|l'|the)\s*")
_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*\.?")
_STOPS = words_of("street_stops")


class Gazetteer:
    """The directory's addresses, by civic number and by town."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    @cached_property
    def by_civic(self) -> dict[str, list[Place]]:
        """``"64a"`` -> the places with that number."""
        found: dict[str, list[Place]] = {}
        for place in self.directory.places:
            found.setdefault(place.civic.casefold(), []).append(place)
        return found

    @cached_property
    def streets(self) -> frozenset[str]:
        """The folded names of all streets."""
        return frozenset(fold(place.street) for place in self.directory.places)

    @cached_property
    def city(self) -> re.Pattern[str]:
        """Any town of the directory in flat text, with its short forms (St-, Ste-)."""
        forms: set[str] = set()
        for name in {place.city for place in self.directory.places}:
            words = re.findall(r"[a-z0-9]+", flatten(name))
            forms.add(r"[\s'-]+".join(_saintly(word) for word in words))
        longest_first = sorted(forms, key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(longest_first) or '(?!)'})(?!\w)")


def _saintly(word: str) -> str:
    return {"saint": r"(?:saint|st\.?)", "sainte": r"(?:sainte|ste\.?)"}.get(word, re.escape(word))


Span = tuple[int, int, str, str]


def find_places(said: Said, free: str, gazetteer: Gazetteer) -> Iterator[Span]:
    """The addresses, then the towns that stand alone; ``free`` is the flat text with taken spans blanked."""
    taken: list[tuple[int, int]] = []
    for civic in _CIVIC.finditer(free):
        stop = _street_end(said, free, civic, gazetteer)
        if stop is not None and all(civic.start() >= end or stop <= start for start, end in taken):
            stop = _with_postal_code(free, _with_city(free, stop, gazetteer))
            taken.append((civic.start(), stop))
            yield civic.start(), stop, _as_written(said.text[civic.start() : stop], gazetteer), "address"
    for match in re.finditer(rf"\b{_FRENCH}\s+(?=[a-z])", free):
        if all(match.end() <= start or match.start() >= end for start, end in taken):
            stop_at = _known_street(free, match.start(), gazetteer)
            if stop_at is not None:
                stop_at = _with_city(free, stop_at, gazetteer)
                taken.append((match.start(), stop_at))
                yield match.start(), stop_at, said.text[match.start() : stop_at], "street"
    for match in gazetteer.city.finditer(free):
        if all(match.end() <= start or match.start() >= end for start, end in taken):
            yield match.start(), match.end(), said.text[match.start() : match.end()], "city"


def _street_end(said: Said, free: str, civic: re.Match[str], gazetteer: Gazetteer) -> int | None:
    """Where the street that follows a civic number ends; None where no street follows."""
    at = civic.end()
    letter = None if civic[2] or said.caseless else _LETTER.match(said.text, at)
    at = letter.end() if letter else at
    door = _DOOR.match(free, at)
    at = door.end() if door else at
    gap = re.compile(r",?\s+").match(free, at)
    if gap is None:
        return None
    at = gap.end()
    number = f"{civic[1]}{civic[2] or (letter[1].lower() if letter else '')}"
    known = _directory_end(free, at, number, gazetteer)
    typed = re.compile(rf"{_FRENCH}\s+").match(free, at)
    if typed:
        return max(filter(None, (known, _name_end(said, free, typed.end()))), default=None)
    english = re.compile(rf"(?:[a-z'-]+\s+){{1,3}}?{_ENGLISH}(?!\w)").match(free, at)
    if english and not set(english.group().split()[:-1]) & _STOPS:
        return max(english.end(), known or 0)
    return known


def _directory_end(free: str, at: int, number: str, gazetteer: Gazetteer) -> int | None:
    streets = [set(fold(place.street).split()) for place in gazetteer.by_civic.get(number, ())]
    end, distinctive = at, False
    while streets:
        small = _SMALL.match(free, at)
        word = _WORD.match(free, small.end() if small else at) or _WORD.match(free, at)
        if not word:
            break
        parts = fold(word.group()).split()
        streets = [street for street in streets if street.issuperset(parts)]
        if not streets or not parts:
            break
        end = word.end()
        distinctive = distinctive or not re.fullmatch(_FRENCH, word.group())
        space = re.compile(r"[\s'-]*").match(free, end)
        at = space.end() if space else end
    return end if distinctive else None


def _name_end(said: Said, free: str, at: int) -> int | None:
    """The end of an unknown street's name: its first word, then words that go on like a name."""
    small = _SMALL.match(free, at)
    at = small.end() if small else at
    word = _WORD.match(free, at)
    if not word or word.group() in _STOPS:
        return None
    end = word.end()
    for _ in range(3):
        more = re.compile(r"\s+((?:de la |de l'|du |des |de |d')?)([a-z0-9][a-z0-9'-]*)").match(free, end)
        if (
            not more
            or _POSTAL.match(free, end)
            or not said.text[more.start(2)].isupper()
            or said.caseless
            or more[2] in _STOPS | MONTH.keys()
        ):
            break
        end = more.end()
    end -= 2 if free[:end].endswith("'s") else 0
    return end - 1 if free[end - 1] == "." else end


def _known_street(free: str, at: int, gazetteer: Gazetteer) -> int | None:
    words = list(re.finditer(r"[a-z0-9]+", free[at : at + 80]))[:6]
    for count in range(len(words), 1, -1):
        if fold(free[at : at + words[count - 1].end()]) in gazetteer.streets:
            return at + words[count - 1].end()
    return None


def _as_written(text: str, gazetteer: Gazetteer) -> str:
    """“75, chemin Ridge à Godmanchester” as an envelope has it: "75 chemin Ridge, Godmanchester"."""
    text = re.sub(r"^(\d+\w?),\s+", r"\1 ", text.strip(" ,."))
    at = max((match.start() for match in gazetteer.city.finditer(flatten(text))), default=0)
    before = re.sub(r"\s*,?\s+(?:à|a|in|au)\s+$", ", ", text[:at], flags=re.IGNORECASE)
    return _POSTAL.sub(
        lambda code: "".join((" ", *code.groups()[:3], " ", *code.groups()[3:])).upper(), before + text[at:]
    )


def _with_postal_code(free: str, stop: int) -> int:
    code = _POSTAL.match(free, stop)
    return code.end() if code else stop


def _with_city(free: str, stop: int, gazetteer: Gazetteer) -> int:
    joint = re.compile(r"\s*,?\s*(?:(?:in|a|de)\s+)?").match(free, stop)
    city = gazetteer.city.match(free, joint.end() if joint else stop)
    return city.end() if city else stop
