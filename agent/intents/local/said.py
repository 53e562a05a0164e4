"""A message as the engine reads it: spoken numbers as digits, and a flat form without case or accents.

Enters: the raw text of a user. Leaves: ``Said``, whose ``flat`` has the same length as its ``text``, so that a
position found in one is a position in the other, and whose ``own_words`` gives back what was really typed.
It never drops a word: free-text fields are cut from here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agent.intents.local.numbers import Rewrite, spoken_numbers

_SAME = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
                       "–": "-", "—": "-", "−": "-", "‑": "-", "“": '"', "”": '"'})  # fmt: skip
_WORD = re.compile(r"[^\W_]+|[^\s\w]|\n", re.UNICODE)
_CODE = re.compile(r"^\W?[A-Z]{1,5}-[A-Z0-9-]*\d")
_NUMBERING = re.compile(r"(?<![\w(])\d{1,2}\)(?=\s)")
_COUNTING = re.compile(r"(?:(?<=\s)|^)(\d{1,2})[.)\-](?=\s)")
_BULLET = re.compile(r"(?:^|\n)[^\S\n]*(?:[-*•·]|\d{1,2}[.)\-])(?=\s)")
_AND = re.compile(r"(?<=\s)'?n'?(?=\s(?!(?:est|ont|ai|avait|etait)\b))")
_HAVING = re.compile(r"\b(?:y|ils|elles|qui|n|nous|leur|lui|en|les clients|les gens)['\s]+\Z")
_OPENING = frozenset("([{<«“\"'*_~#@$+")
_CLOSING = frozenset(")]}>»”\"'*_~%$!?….°")


def flatten(text: str) -> str:
    """No case, no accents, one character for each character of ``text``."""
    return "".join(_flat_character(character) for character in text)


def _flat_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    bare = unicodedata.normalize("NFKD", character)[0].lower()
    return bare if len(bare) == 1 else character


def tidy(raw: str) -> str:
    """One kind of apostrophe, dash and space; control characters become spaces."""
    return _enumerated(_printable(raw).translate(_SAME).replace("œ", "oe").replace("Œ", "Oe"))


def _enumerated(text: str) -> str:
    """“1) ... 2) ...”, "- ... - ..." a line each: what marks a list only parts it; the length stays."""
    counted = _COUNTING.findall(text)
    marked = [_BULLET, _NUMBERING]
    if counted == [str(at) for at in range(1, len(counted) + 1)]:
        marked.append(_COUNTING)
    for marks in marked:
        if len(marks.findall(text)) > 1:
            text = marks.sub(lambda match: "‖".rjust(len(match.group())), text)
    return text


def _printable(raw: str) -> str:
    text = unicodedata.normalize("NFC", raw)
    return "".join(" " if unicodedata.category(c).startswith("C") and c != "\n" else c for c in text)


@dataclass(frozen=True)
class Entity:
    """Something found in the text that fills a field: an amount, a day, a name ..."""

    kind: str
    start: int
    end: int
    value: Any
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Token:
    """A word, a mark of punctuation or a whole entity; ``flat`` is the word as it is matched."""

    flat: str
    start: int
    end: int
    entity: Entity | None = None
    mended_from: str | None = None
    """What was typed, where a misspelt cue word was read as ``flat``."""
    aside: str = ""
    """``told``, ``supposed`` or ``negated`` for a command word that asks for nothing."""

    @property
    def is_word(self) -> bool:
        """True for a word that is no entity."""
        return self.entity is None and self.flat[:1].isalnum()


@dataclass(frozen=True)
class Said:
    """One message in its two forms."""

    tidy: str
    text: str
    rewrites: tuple[Rewrite, ...] = ()
    typed: str = ""
    """What was typed, to the character, but for control characters."""

    @classmethod
    def of(cls, raw: str, *, french: bool) -> Said:
        """Read ``raw``; ``french`` settles words that are numbers in one language only ("six", "cent")."""
        plain = tidy(raw)
        rewrites = spoken_numbers(flatten(plain), french=french)
        parts: list[str] = []
        at = 0
        for rewrite in rewrites:
            parts += [plain[at : rewrite.old_start], rewrite.digits]
            at = rewrite.old_end
        return cls(plain, "".join([*parts, plain[at:]]), tuple(rewrites), _printable(raw))

    @cached_property
    def flat(self) -> str:
        """``text`` without case and accents, of the same length."""
        return flatten(self.text)

    @cached_property
    def caseless(self) -> bool:
        """True when capitals tell nothing: all lower case (dictation) or all upper case."""
        # Codes ("SOQ-908") are in capitals however the rest is typed.
        letters = [c for word in self.tidy.split() if not _CODE.search(word) for c in word if c.isalpha()]
        return all(c.islower() for c in letters) or all(c.isupper() for c in letters)

    def own_words(self, start: int, end: int) -> str:
        """What the user typed between two positions of ``text``."""
        return self.typed[self._typed_at(self._origin(start)) : self._typed_at(self._origin(end))].strip()

    def widened(self, start: int, end: int) -> str:
        """``own_words`` with the marks that cling to them: quotes, brackets, stars, a final "!"."""
        while start and self.text[start - 1] in _OPENING and not self.text[max(0, start - 2)].isalnum():
            start -= 1
        while end < len(self.text) and self.text[end] in _CLOSING:
            end += 1
        return self.own_words(start, end)

    def _typed_at(self, position: int) -> int:
        """The place in ``typed`` of one in ``tidy``: each « œ » is two letters there."""
        if len(self.typed) == len(self.tidy):
            return position
        seen = 0
        for at, character in enumerate(self.typed):
            if seen >= position:
                return at
            seen += 2 if character in "œŒ" else 1
        return len(self.typed)

    def _origin(self, position: int) -> int:
        at = bisect_right(self.rewrites, position, key=lambda rewrite: rewrite.new_start) - 1
        if at < 0:
            return position
        rewrite = self.rewrites[at]
        if position < rewrite.new_end:
            return rewrite.old_start if position == rewrite.new_start else rewrite.old_end
        return rewrite.old_end + position - rewrite.new_end

    def tokens(self, entities: list[Entity]) -> list[Token]:
        """Words and punctuation in order, each entity as one token."""
        found: list[Token] = []
        by_start = sorted(entities, key=lambda entity: entity.start)
        at = 0
        for entity in by_start:
            found += self._words(at, entity.start)
            digits = entity.kind == "number"
            flat = self.flat[entity.start : entity.end] if digits else f"<{entity.kind}>"
            found.append(Token(flat, entity.start, entity.end, entity))
            at = entity.end
        return found + self._words(at, len(self.flat))

    def _words(self, start: int, end: int) -> list[Token]:
        return [Token(self._read(m), m.start(), m.end()) for m in _WORD.finditer(self.flat, start, end)]

    def _read(self, match: re.Match[str]) -> str:
        """A word as it is matched; « y'ont », « ils ont » is the verb and no ONT, "tickets n notes" an "and"."""
        word = match.group()
        if word == "n" and _AND.match(self.flat, match.start() - (self.flat[match.start() - 1] == "'")):
            return "and"
        return "avoir" if word == "ont" and _HAVING.search(self.flat, 0, match.start()) else word
