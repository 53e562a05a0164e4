"""A reply taken apart: what it tells ("he just rang back"), and what it says to the plan ("bring it down to 50").

Enters: the tokens of a reply. Leaves: its parts without the tales around them. Where no part says anything to a plan
the reply stays whole: what is only told may still be a change ("he can only do 50").
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.local.clauses import Splitter, atoms_of
from agent.intents.local.lexicon import Lexicon
from agent.intents.local.said import Token
from prompts import words_of

_CHANGE = words_of("changing")
_DENYING = words_of("denying")
_EDGES = words_of("reply_edges") | words_of("fillers")
_HEADS = words_of("changing_heads")
_MARKS = frozenset(".;!?…\n")
_NO_SUBJECTS = frozenset({"a"})
"""« À partir de mardi »: without its accent it looks like a subject."""


class Replies:
    """Takes replies apart."""

    def __init__(self, lexicon: Lexicon, splitter: Splitter) -> None:
        self._lexicon = lexicon
        self._splitter = splitter

    def without_tales(self, tokens: Sequence[Token]) -> list[Token]:
        """The parts of a reply that say something to a plan or ask for something; all of it where none does."""
        parts = [list(part) for part, _ in atoms_of(tokens)]
        told = [self.tells(part) for part in parts]
        if not any(told):
            return list(tokens)
        says = [at for at, part in enumerate(parts) if not told[at] and self._says(part)]
        denied = [at for at, part in enumerate(parts) if told[at] and _denies(part)]
        others = [part for at, part in enumerate(parts) if at not in denied]
        if says:
            return [token for at, part in enumerate(parts) for token in part if not told[at] or token.flat in _MARKS]
        if denied and any(token.entity for part in others for token in part):
            return [token for part in others for token in part]
        return list(tokens)

    def first_part(self, tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
        """The first part of a reply, and the rest."""
        parts = [part for part, _ in atoms_of(tokens)]
        return list(parts[0]) if parts else [], [token for part in parts[1:] for token in part]

    def talk_taken_out(self, tokens: Sequence[Token]) -> list[Token]:
        """What is left beside "good", "that worked", "I'm doing my call list": every part that only tells goes."""
        parts = [part for part, _ in atoms_of(tokens)]
        return [token for part in parts if not self.tells(part) for token in part]

    def only_rejects(self, tokens: Sequence[Token]) -> bool:
        """“Oh my, I've mixed him up with someone else, please don't go ahead": nothing in it but a tale and a no."""
        parts = [part for part, _ in atoms_of(tokens) if self._bare(part)]
        said = [part for part in parts if not self.tells(part) and not self._is_small(part)]
        return bool(said) and all(self._rejects(self._bare(part)) or self._rejects(part) for part in said)

    def _is_small(self, part: Sequence[Token]) -> bool:
        return not any(token.entity or (token.is_word and token.flat not in self._lexicon.function) for token in part)

    def changes(self, tokens: Sequence[Token]) -> bool:
        """“Bring it down to 50": it begins with a word of changing, and names what it changes to."""
        said = self._bare(tokens)
        return bool(said) and said[0].flat in _HEADS and any(token.entity for token in said)

    def tells(self, part: Sequence[Token]) -> bool:
        """True for a part that only tells something."""
        said = self._bare(part)
        if not said or self._rejects(said) or said[0].flat in _HEADS | _NO_SUBJECTS:
            return False
        return self._splitter.is_statement(said)

    def _says(self, part: Sequence[Token]) -> bool:
        said = self._bare(part)
        openers = self._splitter.openers
        asks = openers.is_order(said) or openers.is_question(said) or openers.is_wish(said)
        changes = bool(said) and (said[0].flat in _HEADS or bool({token.flat for token in said} & _CHANGE))
        return asks or changes or self._rejects(part) or self._rejects(said)

    def _rejects(self, part: Sequence[Token]) -> bool:
        return any(found.start == 0 for found in self._lexicon.conversation["reject"].find(part))

    def _bare(self, part: Sequence[Token]) -> list[Token]:
        """The part without the marks and the small words around it."""
        said = list(part)
        while said and said[0].entity is None and said[0].flat in _EDGES:
            said.pop(0)
        return said


def _denies(part: Sequence[Token]) -> bool:
    """“He can't do 75", « le 20 c'est trop tôt »: what it names is what is not wanted."""
    return any(token.entity is None and token.flat in _DENYING for token in part)
