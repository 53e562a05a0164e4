"""“The same for Smyth", « pis celui au 108 aussi » : what was asked for one is asked for another.

Enters: the tokens of a message. Leaves: the tokens without such parts, and for whom each repeats what stands before
it. It never repeats for anybody whom the words do not name, nor anything within the text of a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import prompts
from agent.intents.local.lexicon import WHERE, WHO, Cues, Lexicon
from agent.intents.local.request import Request
from agent.intents.local.said import Entity, Token

_JOINTS = frozenset({"and", "et", "pis", "puis", "&", "+", "then", "ensuite", ",", ";", ".", "-", "!"})
_TALK = frozenset({"out_of_scope", "help", "undo", "clarify"})
WHOM = ("customer", "location", "serial", "arrangement")
"""The fields that tell whom or what an action concerns."""


@dataclass(frozen=True)
class Repeat:
    """What was asked before ``start`` is asked for ``whom`` too."""

    start: int
    whom: tuple[Entity, ...]
    whole: bool
    """“The same" repeats all that was asked for the one before; "the one of ..." the last thing only."""

    def values(self) -> list[dict[str, str]]:
        """The fields that tell whom, for each one named."""
        return [{"customer" if one.kind in WHO else "location": one.value} for one in self.whom]


class Repeats:
    """Finds what is asked again for somebody else."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._cues = {name: Cues.of({name: said}) for name, said in prompts.load("repeats").items()}
        self._words = {name: frozenset(said) for name, said in prompts.load("repeats").items()}

    def taken_out(self, tokens: Sequence[Token]) -> tuple[list[Token], list[Repeat]]:
        """The tokens that are left, and the repeats in order."""
        left, found, at = list(tokens), list[Repeat](), 0
        noting = [cue.start for cue in self._lexicon.cues.find(tokens) if cue.group == "NOTE"]
        while at < len(left):
            end, whole = self._begins(left, at)
            whom, stop = self._named(left, end) if end else ((), at)
            if whom and not any(start < left[at].start for start in (tokens[n].start for n in noting)):
                start = self._lead(left, at)
                found.append(Repeat(left[start].start, whom, whole))
                left, at = [*left[:start], *left[stop:]], start
            else:
                at += 1
        return left, found

    def _begins(self, tokens: Sequence[Token], at: int) -> tuple[int, bool]:
        """Where "the same" or "and the one" ends that begins at a token, or 0; and which of them it is."""
        same = max((cue.end for cue in self._cues["same"].find(tokens[at : at + 6]) if cue.start == 0), default=0)
        if same:
            return at + same, True
        one = max((cue.end for cue in self._cues["the_one"].find(tokens[at : at + 3]) if cue.start == 0), default=0)
        joined = at > 0 and tokens[at - 1].flat in _JOINTS - {",", "."}
        return (at + one if one and joined else 0), False

    def _named(self, tokens: Sequence[Token], at: int) -> tuple[tuple[Entity, ...], int]:
        """Those named from ``at`` on, and where their part ends with its "too"."""
        whom: list[Entity] = []
        stop = at
        while at < len(tokens):
            entity = tokens[at].entity
            if entity and entity.kind in WHO | WHERE:
                whom.append(entity)
                stop = at + 1
            elif entity or tokens[at].flat not in self._words["before_whom"] | (_JOINTS if whom else frozenset()):
                break
            at += 1
        while stop < len(tokens) and tokens[stop].flat in self._words["too"]:
            stop += 1
        # "The same for Roy and suspend her" ends before "and".
        return tuple(whom), stop

    def _lead(self, tokens: Sequence[Token], at: int) -> int:
        while at and tokens[at - 1].entity is None and tokens[at - 1].flat in _JOINTS | self._words["doing"]:
            at -= 1
        return at


def repeated(requests: Sequence[Request], repeats: Sequence[Repeat]) -> list[Request]:
    """The requests with what is asked again for others, in the order in which it was said."""
    done = list(requests)
    for repeat in repeats:
        at = sum(_start(one) < repeat.start for one in done)
        if at and done[at - 1].name not in _TALK:
            again = _of_the_last(done[:at]) if repeat.whole else done[at - 1 : at]
            done[at:at] = [for_another(one, whom) for whom in repeat.values() for one in again]
    return done


def _of_the_last(done: Sequence[Request]) -> list[Request]:
    """All that was asked for the one who was named last."""
    last: list[Request] = []
    for one in reversed(done):
        if one.name in _TALK:
            break
        last.insert(0, one)
        if one.who:
            break
    return last


def for_another(request: Request, whom: dict[str, str]) -> Request:
    """The same request for somebody else."""
    kept = {name: value for name, value in request.values.items() if name not in WHOM}
    return replace(request, values={**kept, **whom}, points=False, repeats=True)


def _start(request: Request) -> int:
    return min((token.start for token in request.clause.all_tokens), default=0)
