"""Whether what is said is ground enough to believe an action: its evidence, its object, and nothing left over.

Enters: the core of a clause and the action that it seems to ask for. Leaves: yes or no. A write is believed only
where every word of its request is accounted for; what is left over makes it unclear and never a reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.actions import CATALOGUE
from agent.intents.local.evidence import ORDERS, present_in
from agent.intents.local.lexicon import WHERE, WHO, Entry, Found, Lexicon
from agent.intents.local.particulars import READERS
from agent.intents.local.said import Token
from prompts import words_of

_DETERMINERS = words_of("object_determiners")
_PLAIN = words_of("plain_words")
_EPITHETS = words_of("epithets")
_NO_ADVERBS = words_of("no_adverbs")
_PAIRS = words_of("pairs")
_UNNAMED = words_of("unnamed")
_CONCEDING = words_of("conceding")
_PROMISES = frozenset({"PAY", "CUTOFF", "FREQUENCY", "MAKE", "REPLACE", "IF_UNPAID", "WANT", "WILL_PAY"})
_APART = frozenset(
    {",", ".", ";", "!", "?", ":", "-", "(", ")", "…", "‖", "\n", "and", "et", "pis", "puis", "then", "so"}
)
_STRANGE = 4
_SURE_CONVERSATION, _SURE_READ, _SURE_NAMED = 0.6, 0.7, 0.5


class Grounds:
    """Judges the readings of clauses."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def hold(self, name: str, core: Sequence[Token], *, evident: bool, share: float) -> bool:
        """True where the action may be believed: a read also where the classifier (``share``) is sure."""
        if name in ("help", "undo"):
            return evident or share > _SURE_CONVERSATION
        if CATALOGUE[name].kind == "read":
            named = any(token.entity and token.entity.kind in WHO | WHERE for token in core)
            if not _names_one(core) and self._is_of_another_trade(name, core):
                return False
            # A few words that nobody accounts for are a way of asking; many are about something else.
            few = self.unexplained(self._lexicon.entries[name], core) < _STRANGE
            ours = named or bool(self._lexicon.cues.find(core))
            return evident or (ours and few and share > (_SURE_NAMED if named else _SURE_READ))
        if not evident or name == "add_note" or CATALOGUE[name].kind == "sensitive":
            return evident
        entry = self._lexicon.entries[name]
        if not entry.needed & ORDERS:
            return self._is_spoken_of(entry, core)
        # The larger actions have fields for what else is said; theirs is judged when they are filled.
        return not self._foreign_object(entry, core) and (name in READERS or not self.left_over(name, core))

    def _is_of_another_trade(self, name: str, core: Sequence[Token]) -> bool:
        """“Is the coffee machine down?": without the part that speaks of such a thing nothing is asked."""
        gone: set[int] = set()
        for cue in self._lexicon.cues.find(core):
            if cue.group == "ELSEWHERE":
                gone |= {*range(*part_of(core, cue.start, cue.end))}
        rest = [token for at, token in enumerate(core) if at not in gone]
        return bool(gone) and not self._lexicon.entries[name].evident(present_in(rest, self._lexicon))

    def _is_spoken_of(self, entry: Entry, core: Sequence[Token]) -> bool:
        """“100 on Friday" with no word for an arrangement is one only where no other thing is spoken of."""
        found = self._lexicon.cues.find(core)
        if any(cue.group == "ARRANGEMENT" for cue in found):
            return True
        explained = {at for cue in found if cue.group in _PROMISES for at in range(cue.start, cue.end)}
        for values in entry.values.values():
            explained |= {at for cue in values.find(core) for at in range(cue.start, cue.end)}
        explained |= {at for span in _conditions(core) for at in span}
        explained |= {at for cue in found if cue.group == "CUTOFF" for at in range(*part_of(core, cue.start, cue.end))}
        known = entry.vocabulary
        left = [token.flat for at, token in enumerate(core) if at not in explained and self._says(token)]
        return not any(word not in known for word in left)

    def left_over(self, name: str, core: Sequence[Token]) -> list[str]:
        """The words of a command's part of the sentence that neither the action nor everyday speech explains."""
        entry = self._lexicon.entries[name]
        found = self._lexicon.cues.find(core)
        orders = [cue for cue in found if cue.group in entry.needed & ORDERS and not core[cue.start].aside]
        if not orders:
            return []
        own = entry.needed | ({"DEVICE", "SERVICE"} if "device" in entry.values else {"SERVICE"})
        explained = {at for cue in found if cue.group in own for at in self._own_words(cue, core, entry, own)}
        for values in entry.values.values():
            explained |= {at for cue in values.find(core) for at in range(cue.start, cue.end)}
        order = min(orders, key=lambda cue: cue.start)
        _, end = part_of(core, order.start, order.end)
        # What stands before it leads in (courtesy, a tale told in dictation): posture has judged that.
        return [core[at].flat for at in range(order.start, end) if at not in explained and self._says(core[at])]

    def _own_words(self, cue: Found, core: Sequence[Token], entry: Entry, own: frozenset[str]) -> list[int]:
        """The words of an expression without what stands in its gap ("put the *voicemail* back in service")."""
        inside = range(cue.start + 1, cue.end - 1)
        fits = [
            at for at in inside if core[at].flat in entry.vocabulary or self._lexicon.groups_of(core[at].flat) & own
        ]
        return [cue.start, *fits, cue.end - 1]

    def unexplained(self, entry: Entry, core: Sequence[Token]) -> int:
        """How many words of a request neither its examples nor everyday speech account for."""
        explained = entry.vocabulary | self._lexicon.everyday
        return sum(token.is_word and len(token.flat) > 2 and token.flat not in explained for token in core)

    def _says(self, token: Token) -> bool:
        word = token.flat
        return (
            token.is_word
            and len(word) > 1
            and word not in self._lexicon.function | _PLAIN | _EPITHETS | _PAIRS | _UNNAMED | _CONCEDING
            and not _adverb(word)
        )

    def _foreign_object(self, entry: Entry, core: Sequence[Token]) -> bool:
        """“Restart the OLT”, "suspend the newsletter": the command's object is nothing of this action's."""
        own = entry.vocabulary | self._lexicon.function | _EPITHETS | _PAIRS | _UNNAMED | _CONCEDING
        for cue in self._lexicon.cues.find(core):
            if cue.group not in entry.needed & ORDERS or cue.start > 6:
                continue
            if entry.name in READERS and cue.end - cue.start > 2:
                continue  # "convert the quote": the object is part of it
            at = cue.end
            while at < len(core) and core[at].flat in self._lexicon.function:
                at += 1
            if at == cue.end and any(token.entity for token in core):
                continue
            if at > cue.end and core[at - 1].flat not in _DETERMINERS:
                continue
            if at < len(core) and core[at].is_word and core[at].flat not in own and not _adverb(core[at].flat):
                return True
        return False


def _conditions(core: Sequence[Token]) -> list[range]:
    """The condition of what is only supposed, with the part that holds it: "if nothing came in, cut him off"."""
    spans: list[range] = []
    for at in (at for at, token in enumerate(core) if token.aside == "supposed"):
        start, end = part_of(core, at, at + 1)
        spans.append(range(part_of(core, max(0, start - 1), max(0, start - 1))[0], end))
    return spans


def _names_one(core: Sequence[Token]) -> bool:
    """True where a customer or a place of one is named; a town alone is nobody's."""
    return any(token.entity is not None and token.entity.kind in WHO | WHERE - {"city"} for token in core)


def _adverb(word: str) -> bool:
    return len(word) > 4 and word.endswith(("ly", "ment")) and word not in _NO_ADVERBS


def part_of(core: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """The part of a sentence, between joints, that holds the tokens from ``start`` to ``end`` (excluded)."""
    while start > 0 and core[start - 1].flat not in _APART:
        start -= 1
    while end < len(core) and core[end].flat not in _APART:
        end += 1
    return start, end
