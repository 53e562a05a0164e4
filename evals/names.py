"""Who is meant: a mention of a customer, a technician or an item, turned into the one that it names.

Enters: the directory and words. Leaves: an id, or None where nothing or more than one fits. It folds words in its
own way on purpose: what the judged code folds wrongly must not be forgiven by the same code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from agent.directory import Directory, Place, Thing, digits

Readings = tuple[frozenset[str], ...]
"""Words, each as the set of words that it may be short for."""

_SHORT_FORMS = {
    "st": "saint street",
    "ste": "sainte",
    "ch": "chemin ch",
    "che": "chemin",
    "chem": "chemin",
    "rte": "route",
    "rg": "rang",
    "boul": "boulevard",
    "blvd": "boulevard",
    "bd": "boulevard",
    "bld": "boulevard",
    "av": "avenue",
    "ave": "avenue",
    "r": "rue r",
    "str": "street",
    "rd": "road",
    "dr": "drive dr",
    "ln": "lane",
    "hwy": "highway",
    "pl": "place",
    "cres": "crescent",
    "crois": "croissant",
    "mtee": "montee",
    "imp": "impasse",
    "terr": "terrasse terrace",
    "app": "apartment",
    "apt": "apartment",
    "appt": "apartment",
    "appartement": "apartment",
}
_TITLES = {
    *("m", "mr", "mme", "mrs", "ms", "mlle", "miss", "monsieur", "madame", "mademoiselle"),
    *("client", "cliente", "customer"),
}
_LEADING_ARTICLES = {"le", "la", "les", "l", "un", "une", "des", "du", "the", "a", "an"}
_TRAILING_ARTICLES = {"le", "la", "les", "the", "un", "une"}
_JOINING = frozenset({"et", "and"})
_POSTAL_CODE = re.compile(r"\b([a-z]\d[a-z]) (\d[a-z]\d)\b")


def bare(text: str) -> str:
    """Text without case, accents and punctuation; words separated by one space."""
    text = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _POSTAL_CODE.sub(r"\1\2", " ".join(re.findall(r"[a-z0-9]+", plain.casefold())))


def compact(text: str) -> str:
    """A code (a serial, a ticket, a port) as codes are compared: letters and digits only."""
    return bare(text).replace(" ", "")


def readings(text: str) -> Readings:
    """The words of a text without the titles and articles around it, short forms spelled out."""
    kept = _without_surroundings(bare(text).split())
    return tuple(frozenset(_SHORT_FORMS.get(word, word).split()) for word in kept)


def _without_surroundings(words: list[str]) -> list[str]:
    first, last = 0, len(words)
    while first < last and words[first] in _TITLES | _LEADING_ARTICLES:
        first += 1
    while last > first and words[last - 1] in _TITLES | _TRAILING_ARTICLES:
        last -= 1
    return words[first:last] or words


def same_words(one: Readings, other: Readings) -> bool:
    """Whether two texts are word for word the same, "St" being Saint as well as Street."""
    return len(one) == len(other) and all(a & b for a, b in zip(one, other, strict=True))


def within(part: Readings, whole: Readings) -> bool:
    """Whether every word of the part is in the whole, in any order."""
    return bool(part) and all(any(word & other for other in whole) for word in part)


@dataclass(frozen=True)
class Names:
    """The directory, asked for the only one that a mention names."""

    directory: Directory

    def customer(self, mention: str) -> str | None:
        """The customer's id where the mention (id, phone, e-mail, name or part of it) fits one alone."""
        return _only(self.customers(mention))

    def customers(self, mention: str) -> frozenset[str]:
        """The ids of all customers that the mention fits."""
        if "@" in mention:
            return frozenset(self.directory.by_email.get(mention.strip().casefold(), ()))
        if known := self._by_code.get(compact(mention)):
            return frozenset({known})
        if looks_like_phone(mention):
            return frozenset(self.directory.by_phone.get(digits(mention), ()))
        words = tuple(word for word in readings(mention) if not word & _JOINING)
        found = frozenset(id_ for id_, name in self._parties if within(words, name))
        return found or frozenset(
            party.customer_id for party in self.directory.parties if compact(mention) in _run_together(party.name)
        )

    def customer_at(self, address: str) -> str | None:
        """The customer who alone lives at an address that begins with its civic number."""
        return _only({place.customer_id for place in self._places_at(address)})

    def location(self, address: str) -> str | None:
        """The service location's id where an address that begins with its civic number fits one alone."""
        return _only({place.location_id for place in self._places_at(address)})

    def _places_at(self, address: str) -> Iterator[Place]:
        words = readings(address)
        for place, whole in self._places:
            if len(words) > 1 and words[0] == whole[0] and within(words, whole):
                yield place

    def technician(self, mention: str) -> str | None:
        """The technician's code where the mention fits one alone."""
        return _thing(self._technicians, mention)

    def item(self, mention: str) -> str | None:
        """The item's code where the mention fits one alone."""
        return _thing(self._items, mention)

    @cached_property
    def _by_code(self) -> dict[str, str]:
        return {compact(party.customer_id): party.customer_id for party in self.directory.parties}

    @cached_property
    def _parties(self) -> tuple[tuple[str, Readings], ...]:
        return tuple((party.customer_id, readings(party.name)) for party in self.directory.parties)

    @cached_property
    def _places(self) -> tuple[tuple[Place, Readings], ...]:
        return tuple((place, readings(f"{place.civic} {place.street} {place.city}")) for place in self.directory.places)

    @cached_property
    def _technicians(self) -> tuple[tuple[str, Readings, Readings], ...]:
        return _index(self.directory.technicians)

    @cached_property
    def _items(self) -> tuple[tuple[str, Readings, Readings], ...]:
        return _index(self.directory.items)


def _run_together(name: str) -> set[str]:
    """Neighbouring words of a name written as one: ``oconnor``."""
    words = bare(name).split()
    return {"".join(words[start:stop]) for start in range(len(words)) for stop in range(start + 2, len(words) + 1)}


def looks_like_phone(mention: str) -> bool:
    """Ten digits (or eleven with the country's 1) and nothing that is no punctuation of a number."""
    return re.fullmatch(r"[\d\s().+/-]+", mention.strip()) is not None and len(digits(mention)) == 10


def _index(things: Iterable[Thing]) -> tuple[tuple[str, Readings, Readings], ...]:
    return tuple((thing.code, readings(thing.code), readings(thing.name)) for thing in things)


def _thing(index: Iterable[tuple[str, Readings, Readings]], mention: str) -> str | None:
    words = readings(mention)
    entries = list(index)
    exact = {code for code, *ways in entries if any(same_words(words, way) for way in ways)}
    return _only(exact) or _only({code for code, *ways in entries if any(within(words, way) for way in ways)})


def _only(found: Iterable[str]) -> str | None:
    ids = list(found)
    return ids[0] if len(ids) == 1 else None
