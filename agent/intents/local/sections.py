"""Parts of a customer's file that are asked for by name: "open his file, just the tickets and the notes".

Enters: the tokens of a message. Leaves: the tokens with each row of parts as one entity, where it asks for a view of
the file. A single thing that has a list of its own (tickets, invoices) stays a word, unless the file is named
and only parts of it are wanted. It never reads what is to be written: "add the notes", "note: ..." are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import prompts
from agent.intents.local.lexicon import WHERE, WHO, Cues, Found
from agent.intents.local.said import Entity, Token
from prompts import words_of

_JOINTS = frozenset({"and", "et", "pis", "puis", ",", "&", "+", "/", "plus", "s", "de", "d", "of"})
_BETWEEN = words_of("object_determiners") | _JOINTS
_NEXT = frozenset({"then", "ensuite", "puis", "apres", "afterwards"})
_STOPS = frozenset({".", ";", "!", "?", "\n", "‖"})


@dataclass(frozen=True)
class _Said:
    """How parts of a file are called, and what makes them a view of it."""

    sections: Cues
    file: Cues
    only: Cues
    writing: Cues
    into: frozenset[str]
    """Words that, right before a part, tell where something is to be written."""
    without_list: frozenset[str]
    """Parts that no other action shows."""
    whose: frozenset[str]
    """Words that may stand around such a part when nothing is to be written down."""


@cache
def _said() -> _Said:
    parts = prompts.load("account")["parts"]
    file, only, writing = (Cues.of({name: parts[name]}) for name in ("file", "only", "writing"))
    into, without_list, whose = (frozenset(parts[name]) for name in ("into", "without_list", "whose"))
    return _Said(Cues.of(parts["sections"]), file, only, writing, into, without_list, whose)


def gathered(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, each row of parts that asks for a view of a file as one."""
    said = _said()
    done: list[Token] = []
    at = 0
    for row in _rows(tokens, said.sections.find(tokens)):
        start, end = row[0].start, row[-1].end
        names = tuple(dict.fromkeys(found.group for found in row))
        shown_nowhere_else = bool(said.without_list.intersection(names)) and _only_whose(tokens, start, end)
        if not _is_written(_sentence(tokens, start)) and (shown_nowhere_else or _of_a_file(tokens, row)):
            entity = Entity("sections", tokens[start].start, tokens[end - 1].end, names)
            done += [*tokens[at:start], Token("<sections>", entity.start, entity.end, entity)]
            at = end
    return [*done, *tokens[at:]]


def _rows(tokens: Sequence[Token], found: Sequence[Found]) -> Iterator[list[Found]]:
    """The parts that are named one after the other, the longest reading of each place."""
    row: list[Found] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if row and one.start < row[-1].end:
            continue
        if row and any(token.entity or token.flat not in _BETWEEN for token in tokens[row[-1].end : one.start]):
            yield row
            row = []
        row.append(one)
    if row:
        yield row


def _sentence(tokens: Sequence[Token], at: int) -> Sequence[Token]:
    """What stands before a place in its sentence."""
    start = max((i + 1 for i, token in enumerate(tokens[:at]) if token.flat in _STOPS), default=0)
    return tokens[start:at]


def _is_written(before: Sequence[Token]) -> bool:
    """“Add to the notes", « dans ses notes »: something is to stand there; « dans sa fiche, les notes » shows them."""
    words = [token.flat for token in before]
    while words and words[-1] in _BETWEEN:
        words.pop()
    return bool(_said().writing.find(before)) or bool(words and words[-1] in _said().into)


def _of_a_file(tokens: Sequence[Token], row: Sequence[Found]) -> bool:
    """“... file, just the tickets", « les notes de sa fiche, pas le reste »: the file, and not all of it."""
    around = [*tokens[: row[0].start], *tokens[row[-1].end :]]
    return bool(_said().file.find(around)) and bool(_said().only.find(around))


def _only_whose(tokens: Sequence[Token], start: int, end: int) -> bool:
    """“Any notes on Roy?", « ses notes »: after it nothing but whose they are."""
    led = [*tokens[max(0, start - 1) : start]]
    named = not led or led[0].entity is not None or led[0].flat in _said().whose
    rest = next((tokens[end:at] for at in range(end, len(tokens)) if _ends_there(tokens, at)), tokens[end:])
    return named and all(_tells_whose(token) for token in rest)


def _ends_there(tokens: Sequence[Token], at: int) -> bool:
    """A mark, or what leads over to the next request: "Roy's notes, then Côté's balance"."""
    return tokens[at].flat in _STOPS | _NEXT


def _tells_whose(token: Token) -> bool:
    if token.entity is not None:
        return token.entity.kind in WHO | WHERE
    return token.flat in _said().whose
