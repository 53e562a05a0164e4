"""What is under discussion when a message is said: whether "him" may be this customer, "it" this ticket.

Enters: the turns before the message. Leaves: yes or no for one value of one field. A reference may be left null or
named, and both are right; but only the one who was spoken of last is under discussion, not everyone who ever was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evals.names import Names, bare, compact, looks_like_phone

_LONGEST_NAME = 5
# What clings to a name in a sentence: "Gagnon's balance", "le solde d'Émile".
_CLINGING = re.compile(r"['’]s\b|\b[dlsnqc]['’](?=\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Turn:
    """An earlier message, what the agent understood by it, and all that it showed in answer."""

    said: str
    actions: Sequence[Mapping[str, Any]] = ()
    shown: str = ""


@dataclass(frozen=True)
class Discussion:
    """The turns before the message that is judged, the oldest first."""

    names: Names
    turns: tuple[Turn, ...] = field(default=())

    def may_be(self, reference: str, value: object) -> bool:
        """Whether the value of a reference (``customer``, ``ticket``, ...) is what is under discussion."""
        if not self.turns:
            return False
        if reference == "customer" and self.customers:
            named = self.names.customer(str(value))
            return named in self.customers if named is not None else self._was_said(value)
        return self._was_said(value) or self._was_shown(value)

    @cached_property
    def customers(self) -> frozenset[str]:
        """The customers whom the latest turn that names any is about; empty where none does."""
        for turn in reversed(self.turns):
            if found := frozenset(self._said_customers(turn.said)) or frozenset(self._understood(turn)):
                return found
        return frozenset()

    def _understood(self, turn: Turn) -> Iterator[str]:
        for action in turn.actions:
            named = self.names.customer(str(action.get("customer") or ""))
            at = self.names.customer_at(str(action.get("location") or ""))
            yield from (found for found in (named, at) if found is not None)

    def _said_customers(self, text: str) -> Iterator[str]:
        words = _CLINGING.sub("", text.replace(",", " ")).split()
        start = 0
        while start < len(words):
            length, found = self._longest_at(words, start)
            if found is not None:
                yield found
            start += length

    def _longest_at(self, words: Sequence[str], start: int) -> tuple[int, str | None]:
        # The longest words that fit anybody: "Jean Tremblay" is not also every other Tremblay.
        for length in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
            mention = " ".join(words[start : start + length]).strip(".;:!?()\"«»'")
            if not bare(mention):
                continue
            if at := self.names.customer_at(mention):
                return length, at
            if self.names.customers(mention):
                return length, self.names.customer(mention)
        return 1, None

    def _was_said(self, value: object) -> bool:
        return any(_holds(turn.said, value) for turn in self.turns)

    def _was_shown(self, value: object) -> bool:
        return any(_holds(turn.shown, value) for turn in self.turns)


def _holds(text: str, value: object) -> bool:
    if looks_like_phone(str(value)):
        return compact(str(value)) in compact(text)
    return bool(bare(str(value))) and f" {bare(str(value))} " in f" {bare(text)} "
