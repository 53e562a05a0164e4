"""Rows of a list that say little by themselves: "Roy 50 cash", or a name a line under "cut these off:".

Enters: the tokens of a message or of a part of it. Leaves: whether a part is a payment that came in, and each item
under a heading with the heading before it. It takes nothing for a row that has words of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.local.lexicon import WHERE, WHO, Lexicon
from agent.intents.local.said import Token
from prompts import words_of

_BREAKS = frozenset({"\n", "‖"})
_SMALL = frozenset(
    {*words_of("joints"), *words_of("titles"), *words_of("object_determiners"), ".", ";", "then", "ensuite"}
    | {"by", "par", "in", "en", "via", "through", "of", "de", "d", "from", "for", "les"}
)
_VALUES = frozenset({"money", "number", "date"})


class Rows:
    """Finds rows by the words that a payment's method is said with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._method = lexicon.entries["record_payment"].values["method"]

    def is_payment(self, part: Sequence[Token]) -> bool:
        """“Roy 50 cash", « 212,40 de Côté par chèque »: a sum, how it was paid, and nothing told."""
        kinds = [token.entity.kind for token in part if token.entity]
        return kinds.count("money") == 1 and "date" not in kinds and self._is_bare(part) and bool(self._said(part))

    def under_heading(self, tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
        """“Cut these off:" and a name a line: the heading with each of the items, where there is such a list."""
        at = next((i for i, token in enumerate(tokens) if token.flat == ":"), len(tokens))
        heading, items = tokens[:at], _items(tokens[at + 1 :])
        named = any(token.entity and token.entity.kind in WHO | WHERE for token in heading)
        if named or not any(token.is_word for token in heading) or len(items) < 2:
            return []
        return [(*heading, *item) for item in items] if all(self._is_item(item) for item in items) else []

    def _is_item(self, item: Sequence[Token]) -> bool:
        who = [token for token in item if token.entity and token.entity.kind in WHO | WHERE]
        return len(who) == 1 and self._is_bare(item)

    def _is_bare(self, part: Sequence[Token]) -> bool:
        said = self._said(part)
        return all(
            token.entity.kind in WHO | WHERE | _VALUES
            if token.entity
            else at in said or token.flat in _SMALL or not token.is_word
            for at, token in enumerate(part)
        )

    def _said(self, part: Sequence[Token]) -> set[int]:
        return {at for found in self._method.find(part) for at in range(found.start, found.end)}


def _items(tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
    """What stands between the line ends; on a single line, between its commas."""
    breaks = _BREAKS if any(token.flat in _BREAKS for token in tokens[1:]) else frozenset({",", ";"})
    items: list[tuple[Token, ...]] = []
    item: list[Token] = []
    for token in tokens:
        if token.flat in breaks:
            items, item = [*items, tuple(item)], []
        else:
            item.append(token)
    return [one for one in (*items, tuple(item)) if any(t.entity or t.is_word for t in one)]
