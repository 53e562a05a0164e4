"""What a message forbids, or only asks about, whatever verb it uses: "don't schedule ...", « n'inscris pas ... ».

Enters: the tokens of a request. Leaves: the tokens without the parts that forbid, and whether the request only asks
if something was done. It complements ``posture``, which knows the verbs that are commands by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.local.grounds import part_of
from agent.intents.local.lexicon import Cues
from agent.intents.local.said import Token
from prompts import words_of

_SKIPPED = words_of("fillers") | words_of("joints") | {"please", "svp", "stp", "surtout", "s", "il", "te", "plait"}
_PRONOUNS = words_of("objects") | {"l", "m", "t"}
_NOT = frozenset({"pas", "pus", "jamais", "rien", "plus"})
_FORBIDDING = Cues.of({"forbidding": words_of("forbidding_heads")})
_REMINDING = frozenset({"forget", "hesitate", "oublie", "oubliez", "oublier", "hesite", "hesitez", "mind"})
_DONE = Cues.of({"done": words_of("asking_if_done")})
_REACH = 4
"""How many words may stand between « ne » and « pas »."""


def without_forbidden(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the parts, between marks, that begin with a denial."""
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        _, end = part_of(tokens, at, at + 1)
        end = max(end, at + 1)
        if not _is_forbidden(tokens[at:end]):
            kept += tokens[at:end]
        at = end
    return kept


def asks_if_done(tokens: Sequence[Token]) -> bool:
    """“Was SOQ-908 converted?”, « est-ce que la ligne a été enlevée »: nothing is to be done."""
    rest = _without_lead(tokens)
    return any(cue.start == 0 for cue in _DONE.find(rest))


def _without_lead(part: Sequence[Token]) -> list[Token]:
    rest = list(part)
    while rest and rest[0].entity is None and rest[0].flat in _SKIPPED:
        rest = rest[1:]
    return rest


def _is_forbidden(part: Sequence[Token]) -> bool:
    rest = _without_lead(part)
    if len(rest) < 2 or any(token.flat in _REMINDING for token in rest[:4]):
        return False
    if any(cue.start == 0 for cue in _FORBIDDING.find(rest)):
        return True
    if rest[0].flat in ("ne", "n") and rest[0].entity is None:
        return any(token.flat in _NOT for token in rest[1 : _REACH + 1] if token.entity is None)
    at = 1
    while at < len(rest) and rest[at].entity is None and rest[at].flat in _PRONOUNS:
        at += 1
    return rest[0].is_word and at < len(rest) and rest[at].entity is None and rest[at].flat in ("pas", "pus", "jamais")
