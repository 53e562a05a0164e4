"""How a part of a message begins: with an order, by turning to the agent ("can you ...", « peux-tu »), with a wish.

Enters: a row of tokens, some of whose command words may be put aside. Leaves: where the words end that only turn to
the agent, and whether an order or a question follows them. It never tells what is ordered.
"""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from agent.intents.local.lexicon import Cues, Lexicon
from agent.intents.local.said import Token
from prompts import words_of

HEADS = frozenset({"SUSPEND", "CUT", "UNSUSPEND", "CANCEL", "RESTART", "CHECK", "SHOW", "MAKE", "UNDO",
                   "CONVERT", "SWAP", "MOVE_PLAN", "SWITCH", "ASSIGN", "CLOSE_TICKET", "SET_911", "SET_VOICEMAIL",
                   "MOVE_ADDRESS", "DEREGISTER", "REMOVE_LINE", "ADD_LINE", "SEND", "SCHEDULE",
                   "LOG_WORK"})  # fmt: skip
"""The groups of which a word may stand at the head of an order."""
_ASKING = words_of("asking")
_FILLERS = words_of("fillers")
_OBJECTS = words_of("objects")
_NO_HEADS = frozenset({"can", "peux", "aimerais", "any"})
"""Words of asking that the lexicon counts among those of checking: they begin tales too ("can't get online")."""
_INVERTED = frozenset({"can", "could", "would", "peux", "pourrais", "pouvez", "pourriez"})
"""Verbs that turn to the agent by standing before their subject."""
SPEAKING = frozenset({"i", "j", "je"})
"""The speaker as a subject."""
_SKIPPED = words_of("joints") | {"please", "svp", "stp", "also", "aussi", "then", "just", "juste"}


class Openers:
    """Finds out how parts of messages begin."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        said = prompts.load("posture")
        self._turning = Cues.of({"TURNING": said["turning"]})
        self._wishing = Cues.of({"WISHING": said["wishing"]})

    def without_turning(self, part: Sequence[Token]) -> tuple[list[Token], bool]:
        """The part without joints, courtesy and what turns to the agent; and whether anything turns to it."""
        rest, turned = list(part), False
        while rest and rest[0].entity is None:
            ends = [found.end for found in self._turning.find(rest) if found.start == 0]
            if ends:
                rest, turned = rest[max(ends) :], True
            elif rest[0].flat in _SKIPPED or (turned and rest[0].flat in _OBJECTS):
                rest = rest[1:]
            else:
                break
        return rest, turned

    def is_order(self, part: Sequence[Token]) -> bool:
        """“Then reboot it", « et coupe-le », "could you also try rebooting": it starts with a command."""
        rest, turned = self.without_turning(part)
        if not rest or rest[0].flat in _NO_HEADS or (rest[0].flat in _ASKING and not turned):
            return False
        return any(cue.start == 0 and cue.group in HEADS for cue in self._lexicon.cues.find(rest[:4]))

    def orders_within(self, part: Sequence[Token]) -> bool:
        """« J'ai un appel manqué du ..., peux-tu ... »; in dictation: « je suis au 45 chemin Ridge vérifie ... »."""
        if any(cue.start and part[cue.start].flat in _INVERTED for cue in self._turning.find(part)):
            return True
        starts = {cue.start for cue in self._lexicon.cues.find(part) if cue.group in HEADS}
        starts -= {at for at, token in enumerate(part) if token.flat in _ASKING | _NO_HEADS | _OBJECTS or token.aside}
        return any(at > 1 and part[at - 1].entity is not None and part[at - 1].flat != "911" for at in starts)

    def is_wish(self, part: Sequence[Token]) -> bool:
        """“I need ...", « j'aurais besoin de ... »: the speaker says what is wanted."""
        return any(found.start == 0 for found in self._wishing.find(part))

    def speaks(self, part: Sequence[Token]) -> bool:
        """“I'm doing collections and I've no idea where to start": the speaker tells, and wishes for nothing."""
        said = [token for token in part if token.flat not in _SKIPPED | _FILLERS]
        return bool(said) and said[0].flat in SPEAKING and not self.is_wish(said)

    def is_question(self, part: Sequence[Token]) -> bool:
        """“And what does he owe?": it starts with a word of asking and ends with the mark."""
        rest, _ = self.without_turning(part)
        while rest and rest[0].flat in _FILLERS:
            rest = rest[1:]
        return bool(rest) and rest[0].flat in _ASKING and rest[-1].flat == "?"
