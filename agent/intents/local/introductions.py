"""“Dave here, I'm in the truck, log me two hours": of how somebody begins to dictate only who it is counts.

Enters: the tokens of a message. Leaves: them without such words at their beginning. Where another technician is
named after it, the one who dictates is not the one who goes. A customer who is only said to be on the telephone
("Roy on line two: ...") stays as the one whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.local.lexicon import Cues
from agent.intents.local.said import Token
from prompts import words_of

_INTRODUCING = Cues.of({"introducing": words_of("introducing")})
_BEFORE = words_of("fillers") | words_of("leading") | frozenset({",", ".", ":", "-"})
_TELLING_WHO = frozenset({"qui", "que", "qu", "who", "that"})
"""« C'est Sophie qui y va » introduces nobody."""


def without_introduction(tokens: Sequence[Token]) -> list[Token]:
    """The message from its first word on that is no introduction, with the technician who speaks before it."""
    at, spoke = 0, list[Token]()
    while ends := _ends(tokens, at):
        spoke += [token for token in tokens[at:ends] if token.entity]
        at = ends
    rest = list(tokens[at:])
    if not at or not any(token.is_word or token.entity for token in rest):
        return list(tokens)
    others = any(token.entity and token.entity.kind == "technician" for token in rest)
    while rest and rest[0].flat in _BEFORE:
        rest = rest[1:]
    gone = [token for token in spoke if others and token.entity and token.entity.kind == "technician"]
    who = [token for token in spoke if token not in gone][:1]
    said = [*who, Token(":", who[0].end, who[0].end)] if who else []
    return [*said, *rest]


def _ends(tokens: Sequence[Token], at: int) -> int:
    """Where an introduction ends that begins at a token or after small words, or 0."""
    start = at
    while start < len(tokens) and tokens[start].entity is None and tokens[start].flat in _BEFORE:
        start += 1
    end = max((cue.end for cue in _INTRODUCING.find(tokens[start : start + 8]) if cue.start == 0), default=0)
    follows = tokens[start + end].flat if start + end < len(tokens) else ""
    return start + end if end and follows not in _TELLING_WHO else 0
