"""The words that the engine knows, read from ``prompts/``: groups, cues of each action, everyday words.

Enters: the YAML of ``prompts/``. Leaves: ``Lexicon``, which finds groups of words in a row of tokens, mends a
misspelt cue word and says whether a row of tokens gives evidence of an action. It never reads a message itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import product
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

import prompts
from agent.intents.local.said import Token, flatten

WHO = frozenset({"person", "customer_id", "phone", "email"})
WHERE = frozenset({"address", "street", "city"})
_GAP = 4
_ALSO_NOUNS = frozenset({"BILL_IT", "RECEIVE"})
_AFTER_NOUNS = frozenset({"by", "par"})
_BEFORE_NOUNS = prompts.words_of("before_nouns")
_NOT_OURS = frozenset({"ELSEWHERE"})
_PARTING = frozenset({"and", "et", "pis", "or", "not", "pas", "but", "mais", "so", "because", "car"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_KIND_OF = {"customer": "who", "phone": "who", "address": "where", "technician": "technician"}


@dataclass(frozen=True)
class Found:
    """A group of words at tokens ``start`` to ``end`` (excluded)."""

    group: str
    start: int
    end: int


@dataclass(frozen=True)
class Cues:
    """Ways of saying things, matched on tokens, indexed by their first word."""

    by_first: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]
    groups: tuple[str, ...] = ()
    """In the order in which they are written."""

    @classmethod
    def of(cls, groups: Mapping[str, Iterable[str]]) -> Cues:
        """Index the patterns of each group.

        "turn .. back on" leaves room for four words, "box ~ phone" for four plain ones; "(box|thing) (for|of)" stands
        for each of the ways.
        """
        index: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for group, patterns in groups.items():
            for pattern in spelled_out(patterns):
                words = tuple(flatten(pattern).split())
                index.setdefault(words[0], []).append((group, words[1:]))
        return cls({first: tuple(rest) for first, rest in index.items()}, tuple(groups))

    def find(self, tokens: Sequence[Token]) -> list[Found]:
        """Every match, of every group."""
        found: list[Found] = []
        for at, token in enumerate(tokens):
            for group, rest in self.by_first.get(token.flat, ()):
                end = _match_rest(tokens, at + 1, rest)
                if end and not (end == at + 1 and group in _ALSO_NOUNS and _is_noun(tokens, at)):
                    found.append(Found(group, at, end))
        return found


def spelled_out(patterns: Iterable[str]) -> Iterator[str]:
    """Every way that patterns with "(this|that)" in them stand for."""
    for pattern in patterns:
        parts = [part.split("|") for part in re.split(r"[()]", pattern)]
        yield from ("".join(ways) for ways in product(*parts)) if "(" in pattern else [pattern]


def _is_noun(tokens: Sequence[Token], at: int) -> bool:
    """“Every invoice", "his record", « la facture »: it sounds like an order and names a thing."""
    followed = at + 1 < len(tokens) and tokens[at + 1].flat in _AFTER_NOUNS
    return followed or (at > 0 and tokens[at - 1].flat in _BEFORE_NOUNS)


def _plain_run(tokens: Sequence[Token], at: int) -> int:
    """How many words follow in one part of a sentence."""
    end = at
    while end < len(tokens) and tokens[end].is_word and tokens[end].flat not in _PARTING:
        end += 1
    return end - at


def _match_rest(tokens: Sequence[Token], at: int, rest: tuple[str, ...]) -> int:
    """Where the rest of a pattern ends, or 0."""
    for index, word in enumerate(rest):
        if word in ("..", "~"):
            tail = rest[index + 1 :]
            gap = _GAP if word == ".." else min(_GAP, _plain_run(tokens, at))
            ends = (_match_rest(tokens, start, tail) for start in range(at, min(at + gap + 1, len(tokens))))
            return next((end for end in ends if end), 0)
        if at >= len(tokens) or tokens[at].flat != word:
            return 0
        at += 1
    return at


@dataclass(frozen=True)
class Evidence:
    """One way to give evidence: all of ``needs``, none of ``never`` ("RESTART @who !OLT")."""

    needs: tuple[str, ...]
    never: tuple[str, ...]

    @classmethod
    def of(cls, words: str) -> Evidence:
        """Read the expression of a prompts file."""
        parts = words.split()
        return cls(
            tuple(part for part in parts if not part.startswith("!")),
            tuple(part[1:] for part in parts if part.startswith("!")),
        )

    def given_by(self, present: frozenset[str]) -> bool:
        """True when the groups and entities that are present satisfy it."""
        return all(need in present for need in self.needs) and not any(no in present for no in self.never)


@dataclass(frozen=True)
class Entry:
    """What ``prompts/`` says of one action."""

    name: str
    description: str = ""
    needs: tuple[Evidence, ...] = ()
    never: tuple[Evidence, ...] = ()
    values: Mapping[str, Cues] = field(default_factory=dict)
    """Field -> the cues of each of its values."""
    each: tuple[str, ...] = ()
    """Fields of which two values mean two actions."""
    examples: tuple[str, ...] = ()
    vocabulary: frozenset[str] = frozenset()
    heard: tuple[str, ...] = ()
    """What colleagues say besides: the classifier learns from it, nobody is shown it."""

    @cached_property
    def needed(self) -> frozenset[str]:
        """Every group of which some evidence of this action is made."""
        return frozenset(need for evidence in self.needs for need in evidence.needs)

    def evident(self, present: frozenset[str]) -> bool:
        """True when what is present gives evidence of this action and nothing speaks against it."""
        return any(need.given_by(present) for need in self.needs) and not self.ruled_out(present)

    def ruled_out(self, present: frozenset[str]) -> bool:
        """True when something speaks against this action."""
        return any(never.given_by(present) for never in self.never)


@dataclass(frozen=True)
class Lexicon:
    """All of it."""

    entries: Mapping[str, Entry]
    cues: Cues
    function: frozenset[str]
    known: frozenset[str]
    """Every word of the prompts."""
    everyday: frozenset[str]
    """Those that are cue words or everyday words: no name where they stand in lower case."""
    mendable: tuple[str, ...]
    conversation: Mapping[str, Cues]
    told: tuple[str, ...]
    """What is told beside a request, with placeholders as in the examples."""

    def evident(self, present: frozenset[str]) -> frozenset[str]:
        """The actions of which what is present gives evidence."""
        return frozenset(name for name, entry in self.entries.items() if entry.evident(present))

    def mend(self, word: str) -> str | None:
        """The known word that an unknown one is a slip of, or None."""
        if len(word) < 5 or word in self.known or not word.isalpha():
            return None
        alike = self.by_letter.get(word[0], ())
        best = process.extractOne(word, alike, scorer=OSA.normalized_similarity, score_cutoff=0.77)
        slips = round((1 - best[1]) * max(len(word), len(best[0]))) if best else 9
        # Who misspells a word seldom misses its first letter: "night" is no slip of "light".
        near = best is not None and best[0][0] == word[0] and slips <= (2 if len(word) > 8 else 1)
        return best[0] if best and near else None

    @cached_property
    def by_letter(self) -> Mapping[str, tuple[str, ...]]:
        """The words that a slip may mean, by first letter: the letter that is hardly ever missed."""
        return {word[0]: tuple(w for w in self.mendable if w[0] == word[0]) for word in self.mendable}

    def groups_of(self, word: str) -> frozenset[str]:
        """The groups that hold a word by itself."""
        return frozenset(group for group, rest in self.cues.by_first.get(word, ()) if not rest)


def example_text(example: str) -> str:
    """An example with its placeholders as the engine sees entities: ``{customer}`` -> ``<who>``."""
    return _PLACEHOLDER.sub(lambda m: f"<{_KIND_OF.get(m[1], m[1])}>", example)


def _words(patterns: Iterable[str]) -> set[str]:
    return {word for pattern in spelled_out(patterns) for word in flatten(pattern).split() if word.isalnum()}


def _listed(lists: Mapping[str, Iterable[str]]) -> Iterable[str]:
    return (pattern for patterns in lists.values() for pattern in patterns)


def _example_words(example: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", flatten(_PLACEHOLDER.sub(" ", example))))


def _entry(name: str, said: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Entry:
    examples = [*said.get("examples", {}).get("en", []), *said.get("examples", {}).get("fr", [])]
    needs = tuple(Evidence.of(words) for words in said.get("needs", []))
    values: dict[str, Any] = said.get("values", {})
    vocabulary = {word for example in examples for word in _example_words(example)}
    for evidence in needs:
        for need in evidence.needs:
            vocabulary |= _words(groups.get(need, []))
    for cues in values.values():
        for patterns in cues.values():
            vocabulary |= _words(patterns)
    return Entry(
        name,
        said.get("description", ""),
        needs,
        tuple(Evidence.of(words) for words in said.get("never", [])),
        {field_name: Cues.of(cues) for field_name, cues in values.items()},
        tuple(said.get("each", ())),
        tuple(examples),
        frozenset(vocabulary),
    )


def _entries(groups: Mapping[str, list[str]]) -> dict[str, Entry]:
    entries = {
        name: _entry(name, said, groups)
        for area in prompts.AREAS
        for name, said in prompts.load(area).get("actions", {}).items()
    }
    outside = prompts.load("out_of_scope")["out_of_scope"]
    entries["out_of_scope"] = _entry("out_of_scope", {"examples": outside}, groups)
    for name, phrases in prompts.load("said").items():
        entries[name] = replace(entries[name], heard=(*phrases["en"], *phrases["fr"]))
    return entries


@cache
def lexicon() -> Lexicon:
    """The lexicon of the packaged prompts, read once."""
    words = prompts.load("words")
    groups: dict[str, list[str]] = words["groups"]
    function = frozenset(re.findall(r"[^\W_]+", flatten(words["function"])))
    entries = _entries(groups)
    cue_words = {word for patterns in groups.values() for word in _words(patterns)}
    ours = {word for name, patterns in groups.items() if name not in _NOT_OURS for word in _words(patterns)}
    foreign = cue_words - ours  # Their slips are left alone: "wether" is no word of the weather.
    talk = prompts.load("conversation")
    lists = {name: patterns for name, patterns in talk.items() if isinstance(patterns, list)}
    talk_words = {word for patterns in lists.values() for word in _words(patterns)}
    small = {word for name in ("grammar", "posture") for word in _words(_listed(prompts.load(name)))}
    parts = prompts.load("account")["parts"]
    small |= {word for lists in (parts, parts["sections"]) for word in _words(_listed(lists))}
    known = small | cue_words | function | talk_words | {w for entry in entries.values() for w in entry.vocabulary}
    return Lexicon(
        entries,
        Cues.of(groups),
        function,
        frozenset(known),
        frozenset(cue_words | function),
        tuple(sorted(word for word in cue_words - function - foreign if len(word) >= 4 and word.isalpha())),
        {name: Cues.of({name: patterns}) for name, patterns in lists.items()},
        tuple(told for language in ("en", "fr") for told in prompts.load("told")[language]),
    )
