"""“Don't restart the ONT for Gagné, only the router”: what is left of a refused command is a command.

Enters: the tokens of a message. Leaves: the tokens with the refused thing or person replaced by the one that
"only" names. Where "only" names something of another kind, or the command is not refused, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.intents.local.evidence import ORDERS, present_in
from agent.intents.local.lexicon import WHERE, WHO, Lexicon
from agent.intents.local.said import Token
from prompts import words_of

_ONLY = frozenset({"only", "just", "juste", "seulement", "uniquement"})
_SMALL = words_of("object_determiners") | {"for", "pour", "at", "au", "aux", "chez"}
_DENYING = frozenset({"don", "t", "dont", "do", "not", "ne", "n", "pas", "never", "jamais"})


def narrowed(tokens: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens with the refusal and what it refuses taken out, where "only" says what is wanted instead."""
    for at, token in enumerate(tokens):
        if token.flat in _ONLY and token.entity is None:
            before, after = list(tokens[:at]), list(tokens[at + 1 :])
            while after and after[0].entity is None and after[0].flat in _SMALL:
                after.pop(0)
            if (gone := _replaced(before, after, lexicon)) is not None:
                kept = [t for i, t in enumerate(before) if i not in gone and (t.entity or t.flat not in _DENYING)]
                return [*kept, *after]
    return list(tokens)


def _replaced(before: Sequence[Token], after: Sequence[Token], lexicon: Lexicon) -> set[int] | None:
    """Where the refused thing stands that the first of ``after`` replaces; None where there is none."""
    refused = present_in(before, lexicon, negated=True) & ORDERS
    if not after or not refused or (present_in(before, lexicon) | present_in(after, lexicon)) & ORDERS:
        return None
    for kinds in (WHO, WHERE):
        if after[0].entity and after[0].entity.kind in kinds:
            return {at for at, token in enumerate(before) if token.entity and token.entity.kind in kinds} or None
    return next(_other_values(before, after, lexicon, refused), None)


def _other_values(
    before: Sequence[Token], after: Sequence[Token], lexicon: Lexicon, refused: frozenset[str]
) -> Iterator[set[int]]:
    for entry in lexicon.entries.values():
        for cues in entry.values.values() if entry.needed & refused else ():
            old = cues.find(before)
            if old and any(found.start == 0 for found in cues.find(after)):
                yield {at for found in old for at in range(found.start, found.end)}
