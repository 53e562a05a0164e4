"""One request as the readers of details see it: its words, what stands for a value, and what nobody accounts for.

Enters: a clause with its tokens. Leaves: ``View``, a flat text in which entities are one mark each, and the free
text that is left when everything known is taken away. It never decides what a field is worth.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from agent.intents.local.lexicon import WHERE, WHO, Cues, Entry, Lexicon
from agent.intents.local.said import Entity, Said, Token
from prompts import words_of

_OPEN_KINDS = frozenset({"number", "count", "single", "time", "no_amount", "port", "decimal"})
"""Entities whose digits the readers of hours and quantities look at themselves."""
_MARKS = {**dict.fromkeys(WHO, "\x01"), **dict.fromkeys(WHERE, "\x02"), "technician": "\x03", "date": "\x04"}
_APART = frozenset({",", ".", ";", "!", "?", ":", "-", "(", ")", "…", "‖", "\n"})
_STOPS = frozenset({".", ";", "!", "?", "‖", "\n"})
_EDGES = words_of("edges") | words_of("joints") | {"donc", "please", "svp", "stp", "thx", "thanks", "merci", "pls"}
_PLAIN = words_of("plain_words") - {"service", "number", "numero", "telephone", "phone"}
_GROUNDS = words_of("giving_grounds")


@dataclass(frozen=True)
class Found:
    """Values of fields, the entities that they were taken from, and the fields to ask about."""

    values: dict[str, Any] = field(default_factory=dict)
    used: frozenset[Entity] = frozenset()
    asks: tuple[str, ...] = ()


Reading = Callable[["View"], Found]


class View:
    """The words of one request; what a reader has used is noted with ``take``."""

    def __init__(
        self, entry: Entry, tokens: Sequence[Token], told: Sequence[Token], ground: tuple[Said, dt.date, Lexicon]
    ) -> None:
        self.entry, self.tokens = entry, tokens
        self.told = told
        """Those of the tokens that only tell something beside the request."""
        self.said, self.today, self.lexicon = ground
        self._taken: set[int] = set()
        self.plain: frozenset[str] = _PLAIN
        """Words that say nothing in this request beside its own."""

    @cached_property
    def flat(self) -> str:
        """The flat text of the request, of the length of the message; other requests are blank in it."""
        characters = [" "] * len(self.said.flat)
        for token in self.tokens:
            kind = token.entity.kind if token.entity else ""
            shown = self.said.flat[token.start : token.end]
            if token.entity and kind not in _OPEN_KINDS:
                shown = _MARKS.get(kind, "\x05").ljust(len(shown), "\x00")
            characters[token.start : token.end] = shown
        for at, character in enumerate(self.said.flat):
            if character == "-" and at and characters[at] == " " != characters[at - 1]:
                characters[at] = "-"  # "9am-11am": the tokens leave it out
        return "".join(characters)

    def entities(self, *kinds: str) -> list[Entity]:
        """The entities of these kinds, in order."""
        return [token.entity for token in self.tokens if token.entity and token.entity.kind in kinds]

    def index(self, entity: Entity) -> int:
        """The place of an entity among the tokens."""
        return next(at for at, token in enumerate(self.tokens) if token.entity is entity)

    def before(self, start: int, length: int = 40) -> str:
        """The flat text just before a position."""
        return self.flat[max(0, start - length) : start]

    def after(self, end: int, length: int = 40) -> str:
        """The flat text just after a position."""
        return self.flat[end : end + length]

    def take(self, start: int, end: int) -> None:
        """Account for the words between two positions."""
        self._taken.update(at for at, token in enumerate(self.tokens) if start <= token.start and token.end <= end)

    def take_cues(self, cues: Cues) -> None:
        """Account for the words of these expressions."""
        for found in cues.find(self.tokens):
            self._taken.update(range(found.start, found.end))

    def find(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match in the flat text."""
        return pattern.search(self.flat)

    def free(self) -> list[tuple[int, int]]:
        """Where words stand that nothing accounts for: one span for each part of the sentence that says more."""
        explained = self._explained()
        spans: list[tuple[int, int]] = []
        for first, last in self._parts():
            left = [at for at in range(first, last) if at not in explained and self._says(self.tokens[at])]
            if left:
                start = self._begin(first, left[0], explained)
                end = max(left[-1] + 1, self._end(start, last))
                spans.append((self.tokens[start].start, self.tokens[end - 1].end))
        return spans

    def parts_telling(self, group: str) -> list[tuple[int, int]]:
        """The parts that hold a word of the group and nothing of the request: "no internet at all over there"."""
        cues = self.lexicon.cues.find(self.tokens)
        spans: list[tuple[int, int]] = []
        for first, last in self._parts():
            inside = {cue.group for cue in cues if first <= cue.start < last}
            if group in inside and not inside & self.entry.needed:
                spans.append((self.tokens[first].start, self.tokens[last - 1].end))
        return spans

    def words(self, spans: Iterable[tuple[int, int]]) -> str | None:
        """The user's own words of these spans, or None where they are empty."""
        said = [self.said.own_words(start, end).strip(" ,.;:-!()") for start, end in spans]
        return "; ".join(word for word in said if word) or None

    def sentences(self, spans: Sequence[tuple[int, int]]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """The spans of the first sentence that has any, and those of the sentences after it."""
        if not spans:
            return [], []
        ends = [token.start for token in self.tokens if token.flat in _STOPS and token.start >= spans[0][0]]
        first = min(ends, default=len(self.said.flat))
        return [s for s in spans if s[0] < first], [s for s in spans if s[0] >= first]

    def _explained(self) -> set[int]:
        explained = set(self._taken)
        for cue in self.lexicon.cues.find(self.tokens):
            if cue.group in self.entry.needed and not self.tokens[cue.start].aside:
                inside = range(cue.start + 1, cue.end - 1)
                explained |= {cue.start, cue.end - 1, *(at for at in inside if not self._says(self.tokens[at]))}
        return explained

    def _parts(self) -> list[tuple[int, int]]:
        cuts = [at for at, token in enumerate(self.tokens) if token.entity is None and token.flat in _APART]
        edges = [-1, *cuts, len(self.tokens)]
        return [(one + 1, other) for one, other in itertools.pairwise(edges) if other > one + 1]

    def _begin(self, first: int, content: int, explained: Collection[int]) -> int:
        """Where the words begin: after "for", "because", or after what is accounted for; else with the part."""
        start = content
        for at in range(content - 1, first - 1, -1):
            token = self.tokens[at]
            if token.flat in _GROUNDS and token.entity is None:
                return at + 1
            if at in explained or token.entity or token.flat in _EDGES:
                break
            start = at
        return start

    def _end(self, start: int, last: int) -> int:
        end = last
        while end > start + 1 and self.tokens[end - 1].flat in _EDGES:
            end -= 1
        return end

    def _says(self, token: Token) -> bool:
        word = token.flat
        return token.is_word and len(word) > 1 and word not in self.lexicon.function | self.plain and not word.isdigit()
