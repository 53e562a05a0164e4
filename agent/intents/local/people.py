"""Customers and technicians named in a sentence, known to the directory or not.

Enters: the message, the directory and the words that the engine knows. Leaves: spans with the name as it was
said. It never turns a name into another: a near miss in the directory only tells that the words are a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

from agent.directory import Directory, Party, fold
from agent.intents.local.said import Said
from prompts import words_of

_WORD = re.compile(r"[^\W_]+")
_JOINT = re.compile(r"(?:\s+|-|\s*'\s*|\s*&\s*|\.\s*)")
_TITLES = words_of("titles")
_EPITHETS = words_of("epithets")

_HAVING = re.compile(r"\b(?:(?:qui|il|elle|on|y|t['e]?) a|j'ai|as|ont) $")
_TOWARDS = frozenset({"with", "for", "of", "avec", "pour", "de", "a", "chez"})
_ARTICLES = words_of("determiners")
_PLURALS = frozenset({"clients", "customers"})
_PLACING = frozenset({"en", "in", "au", "aux"})
"""Before an unknown name they lead to a country or a town."""
_THINGS = words_of("branded")
"""What is called by a brand: « leur machine Interac », "his Xbox"."""
_ACRONYM = 4
_COMPANY = frozenset(["inc", "senc", "ltee", "ltd", "enr", "llc", "corp"])


@dataclass(frozen=True)
class Person:
    """A name in the text."""

    kind: str
    start: int
    end: int
    text: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Word:
    flat: str
    start: int
    end: int
    capital: bool
    first: bool
    """Starts a sentence, so that its capital tells nothing."""


class _Reader:
    def __init__(
        self, said: Said, free: str, directory: Directory, known: Collection[str], everyday: Collection[str]
    ) -> None:
        self.everyday = everyday
        self.said = said
        self.directory = directory
        self.known = known
        self.words = [self._word(m, free) for m in _WORD.finditer(free) if not m.group()[0].isdigit()]
        self.crew = {word for thing in directory.technicians for word in thing.folded.split()}
        self.by_word = {**_typed_as_one(directory), **directory.by_word}

    def _word(self, match: re.Match[str], free: str) -> _Word:
        before = free[: match.start()].rstrip(" \"'(-*>")
        first = not before or before[-1] in ".!?;:‖\n"
        capital = self.said.text[match.start()].isupper() and not self.said.caseless
        return _Word(match.group(), match.start(), match.end(), capital, first)

    def joined(self, index: int) -> bool:
        """True when the word at ``index`` touches the one before it as names do."""
        if not 0 < index < len(self.words):
            return False
        between = self.said.flat[self.words[index - 1].end : self.words[index].start]
        return _JOINT.fullmatch(between) is not None

    def folded(self, index: int) -> str:
        """The word as the directory spells it ("ste" -> "sainte")."""
        word = fold(self.words[index].flat)
        owner = word.removesuffix("s")
        return owner if word not in self.by_word and owner in self.by_word else word

    def unknown(self, index: int) -> bool:
        """True for a word that means nothing to the engine."""
        return self.words[index].flat not in self.known

    def run(self, start: int) -> int:
        """The end of the longest run of words from ``start`` that all belong to one customer's name."""
        parties = list(self.by_word.get(self.folded(start), ()))
        stop = start + 1
        while stop < len(self.words) and parties and self.joined(stop):
            word = self.folded(stop)
            step = 2 if word in ("et", "and", "pis") and stop + 1 < len(self.words) else 1
            word = self.folded(stop + step - 1)
            again = word in (self.folded(index) for index in range(start, stop))
            left = [party for party in parties if party in self.by_word.get(word, ())] if not again else []
            if not left:
                break
            parties, stop = left, stop + step
        return stop

    def is_name(self, start: int, stop: int) -> bool:
        """A run of the directory's words is a name unless all of it are everyday words in lower case."""
        words = self.words[start:stop]
        if self.folded(start) not in self.by_word or self._is_participle(start):
            return False
        rare = [w for w in words if w.flat not in self.everyday or (w.capital and not w.first)]
        long_enough = any(len(word.flat) > 2 for word in rare)
        return long_enough or (len(words) > 1 and any(w.capital and not w.first for w in words))

    def _is_participle(self, index: int) -> bool:
        """« Qui a gagné »: the verb, not the name."""
        word = self.words[index]
        before = self.said.text[max(0, word.start - 12) : word.start].lower()
        return not word.capital and _HAVING.search(before) is not None

    def looks_like_name(self, index: int) -> bool:
        """A word unknown to directory and engine: a capital inside a sentence, or a title before it."""
        word = self.words[index]
        if not self.unknown(index) or len(word.flat) < 2:
            return False
        before = self.words[index - 1].flat if self.joined(index) else ""
        if before in _TITLES and self._is_title(index - 1):
            return word.capital or self.said.caseless or before not in _PLURALS
        owned = re.match(r"(?:'s\b|\s+(?:doit|owes|has|called|a appele)\b)", self.said.flat[word.end :])
        if word.capital:
            followed = index + 1 < len(self.words) and self.joined(index + 1) and self.words[index + 1].capital
            written = self.said.text[word.start : word.end]
            # "ONT", "MACs", "HT802" are things.
            acronym = len(word.flat) <= _ACRONYM and sum(c.isupper() for c in written) > 1
            acronym = acronym or any(c.isdigit() for c in written)
            if word.first:
                return bool(owned) or (followed and self.unknown(index + 1))
            return before not in _ARTICLES | _PLACING | _THINGS and not acronym
        if self.said.caseless and before in _TOWARDS and self._is_pair(index):
            return True
        return bool(owned) and self.said.caseless and before not in _ARTICLES

    def _is_title(self, index: int) -> bool:
        """« M. » is a title, the rest of "I'm" is none."""
        start = self.words[index].start
        return self.said.flat[max(0, start - 1) : start] != "'"

    def _is_pair(self, index: int) -> bool:
        """Two words in a row that mean nothing else: in dictation, a first and a last name."""
        pair = self.words[index : index + 2]
        return (
            len(pair) == 2
            and self.joined(index + 1)
            and all(len(word.flat) > 2 for word in pair)
            and self.unknown(index + 1)
        )

    def is_crew(self, index: int) -> bool:
        """A technician's name, also where its capital begins a sentence."""
        word = self.words[index]
        return word.flat in self.crew and len(word.flat) > 2 and (word.capital or self.said.caseless)

    def crew_run(self, start: int) -> int:
        """The end of a technician's whole name, in lower case too: "dave robinson", "marc-andré"."""
        stop = start + 1
        crew = [set(thing.folded.split()) for thing in self.directory.technicians]
        while stop < len(self.words) and self.joined(stop) and self.is_crew(start):
            if not any({word.flat for word in self.words[start : stop + 1]} <= names for names in crew):
                break
            stop += 1
        return stop

    def near_name(self, index: int) -> bool:
        """A misspelt name of the directory ("Trembaly"): a name, though nobody's yet."""
        word = self.words[index].flat
        if len(word) < 5 or not self.unknown(index) or not (self.words[index].capital or self.said.caseless):
            return False
        near = process.extractOne(word, self.by_word.keys(), scorer=fuzz.ratio, score_cutoff=80)
        return near is not None and (near[0][0] == word[0] or word.endswith(near[0]))

    def grown(self, start: int, stop: int) -> tuple[int, int]:
        """Widen a name by its unknown neighbours ("Pierre Gagnon" where only Gagnon is known)."""
        while self._grows(start - 1, start):
            start -= 1
        while stop < len(self.words) and self.joined(stop) and self._belongs(stop):
            stop += 1
        return start, stop

    def _grows(self, index: int, neighbour: int) -> bool:
        return index >= 0 and self.joined(neighbour) and self._belongs(index) and not self.is_crew(index)

    def _belongs(self, index: int) -> bool:
        if self.said.caseless and self._is_pair(index - 1) and self.words[index - 2].flat in _TOWARDS and index > 1:
            return True
        word = self.words[index]
        if word.flat in _COMPANY:
            return True
        if index + 1 < len(self.words) and word.flat in _EPITHETS:
            return False
        if not self.unknown(index) or word.flat in _TITLES or len(word.flat) < 2:
            return False
        return (word.capital and not word.first) or (self.said.caseless and self.folded(index) in self.by_word)


def _typed_as_one(directory: Directory) -> dict[str, tuple[Party, ...]]:
    """Names of which a letter stands apart, as people type them: "oconnor"."""
    found: dict[str, list[Party]] = {}
    for letter, parties in directory.by_word.items():
        for party in parties if len(letter) == 1 else ():
            words = party.folded.split()
            for one, other in pairwise(words):
                if one == letter:
                    found.setdefault(one + other, []).append(party)
    return {word: tuple(parties) for word, parties in found.items()}


def find_people(
    said: Said, free: str, directory: Directory, known: Collection[str], everyday: Collection[str]
) -> list[Person]:
    """The names of the message, in order; technicians are told apart from customers."""
    reader = _Reader(said, free, directory, known, everyday)
    found: list[Person] = []
    at = 0
    while at < len(reader.words):
        stop = reader.run(at)
        if reader.is_name(at, stop):
            span = reader.grown(at, stop)
        elif reader.is_crew(at) or reader.looks_like_name(at) or reader.near_name(at):
            span = reader.grown(at, reader.crew_run(at))
        else:
            at += 1
            continue
        found.append(_person(reader, *span))
        at = max(span[1], at + 1)
    return found


def _person(reader: _Reader, start: int, stop: int) -> Person:
    first, last = reader.words[start], reader.words[stop - 1]
    end = last.end - (reader.folded(stop - 1) == fold(last.flat)[:-1])
    if last.flat in _COMPANY and reader.said.text[end : end + 1] == ".":
        end += 1
    text = reader.said.text[first.start : end]
    folded = set(fold(text).split())
    technicians = [thing for thing in reader.directory.technicians if folded <= set(thing.folded.split())]
    customers = [p for p in reader.by_word.get(fold(first.flat), ()) if folded <= set(p.folded.split())]
    kind = "technician" if technicians and not customers else "person"
    begin = first.start
    while start and reader.joined(start) and reader.words[start - 1].flat in _EPITHETS:
        start -= 1
        begin = reader.words[start].start
    return Person(kind, begin, end, text, frozenset({"known"} if customers else ()))
