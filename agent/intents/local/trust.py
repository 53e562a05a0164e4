"""When a request is believed by the way it is put, though its words are not among those that give evidence.

Enters: the action whose phrases a clause resembles most, how surely, and what its words give evidence of. Leaves: yes
or no. A read is soon believed, because it changes nothing; a write has to say enough, must not be told, supposed or
forbidden, and gives way where another write is asked for; what cuts somebody off or promises money needs its own
words besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.intents.actions import CATALOGUE
from agent.intents.local.evidence import ORDERS
from agent.intents.local.grounds import Grounds
from agent.intents.local.lexicon import Lexicon
from agent.intents.local.openers import Openers
from agent.intents.local.said import Token

_SHARP = frozenset(
    {
        "suspend_customer",
        "reactivate_customer",
        "reboot_device",
        "create_payment_arrangement",
        "cancel_payment_arrangement",
        "add_note",
        "undo",
        "help",
    }
)
"""What is only believed by its own words: it cuts somebody off, promises money, or takes down anything at all."""
_READ, _WRITE, _BEYOND_DOUBT = 0.7, 0.7, 0.93
_FEW = 2
"""Of one word anything is an example ("cancel Kevin Smith")."""
_ASKED_BESIDES = frozenset({"get_customer"})
"""What a name and a question give evidence of, whatever is asked."""
_PAST = frozenset({"been", "ete"})
_MARKS = frozenset({",", ":", ";", "."})


@dataclass(frozen=True)
class Resemblance:
    """An action whose phrases a clause resembles, how surely, and what its words give evidence of."""

    name: str
    share: float
    present: frozenset[str]
    evidence: frozenset[str]

    @property
    def others(self) -> frozenset[str]:
        """What else its words give evidence of."""
        return self.evidence - {self.name}


class Trust:
    """Judges resemblances."""

    def __init__(self, lexicon: Lexicon, openers: Openers, grounds: Grounds) -> None:
        self._lexicon, self._openers, self._grounds = lexicon, openers, grounds

    def believes(self, alike: Resemblance, core: Sequence[Token]) -> bool:
        """Whether a clause asks for what it resembles."""
        kind = CATALOGUE[alike.name].kind
        if kind == "conversation" or not alike.present or "@sections" in alike.present:
            return False
        if alike.present & {"PASSWORD", "CODE"} and "VOICEMAIL" not in alike.present:
            return False  # Passwords and codes are of many things.
        if kind == "write":
            return self._believes_write(alike, core)
        return self._believes_read(alike, core)

    def asides(self, core: Sequence[Token]) -> set[str]:
        """In what ways its commands are put aside: told, supposed, forbidden."""
        return {core[f.start].aside for f in self._lexicon.cues.find(core) if f.group in ORDERS} - {""}

    def _believes_read(self, alike: Resemblance, core: Sequence[Token]) -> bool:
        asides = self.asides(core)
        groups = self._ordered_groups(core)
        ordered = {name for name in alike.others - _SHARP if _orders(name, groups, self._lexicon)}
        if ordered:
            ruled_out = self._lexicon.entries[alike.name].ruled_out(alike.present)
            return not ruled_out and not asides and alike.share > _BEYOND_DOUBT
        if alike.others and alike.name not in alike.evidence:
            return not alike.others & _SHARP and not asides and alike.share > _BEYOND_DOUBT
        bare = not alike.present & (self._lexicon.entries[alike.name].needed | {"@who"})
        return alike.share > (_BEYOND_DOUBT if asides or bare else _READ) and not asides & {"supposed", "negated"}

    def _believes_write(self, alike: Resemblance, core: Sequence[Token]) -> bool:
        entry = self._lexicon.entries[alike.name]
        if alike.name in _SHARP or entry.ruled_out(alike.present) or self.asides(core):
            return False
        telling = {token.flat for token in core if token.is_word and token.flat not in self._lexicon.function}
        if len(telling) < _FEW or _PAST & {token.flat for token in core}:
            return False
        other_writes = any(CATALOGUE[other].kind == "write" for other in alike.others)
        if other_writes and alike.others & _SHARP:
            return False
        odd = self._grounds.unexplained(entry, core) or self._grounds.left_over(alike.name, core)
        plain = not odd and not other_writes and not alike.others - _ASKED_BESIDES
        return alike.share > (_WRITE if plain else _BEYOND_DOUBT)

    def _ordered_groups(self, core: Sequence[Token]) -> frozenset[str]:
        """The commands with which a part that turns to the agent begins ("can you light up ...")."""
        rest, _ = self._openers.without_turning(core)
        starts = {0, *(at + 1 for at, token in enumerate(rest) if token.flat in _MARKS)}
        return frozenset(cue.group for cue in self._lexicon.cues.find(rest) if cue.start in starts) & ORDERS


def _orders(name: str, groups: frozenset[str], lexicon: Lexicon) -> bool:
    return CATALOGUE[name].kind == "write" and bool(lexicon.entries[name].needed & groups)
