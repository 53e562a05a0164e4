"""New words for the free text of a waiting plan ("reason: fraud", "make it say ..."), or the plan dropped by its name.

Enters: the tokens of a reply and the actions that wait. Leaves: changes, or whether the plan is dropped. It never
touches a field that is not free text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import prompts
from agent.intents.actions import Action
from agent.intents.local.evidence import present_in
from agent.intents.local.lexicon import Cues, Lexicon
from agent.intents.local.said import Said, Token

_MARKS = frozenset({":", ",", "-", ".", "!"})
_DROPPING = frozenset({"CANCEL", "UNSUSPEND", "UNDO"})


class Rewording:
    """Reads replies that give the reason or the note of a waiting plan in other words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._cues = {name: Cues.of({name: said}) for name, said in prompts.load("rewording").items()}

    def changes(self, tokens: Sequence[Token], said: Said, waiting: Sequence[Action]) -> dict[str, Any]:
        """The new reason or note in wire form; empty where the reply gives none."""
        for action in waiting:
            fields = type(action).model_fields
            if "note" in action.required and (text := self._after("new_note", tokens, said)):
                if self._asks_for_more(tokens, action):
                    continue
                added = self._starts("added_note", tokens) and getattr(action, "note", None)
                return {"note": f"{added}; {text}" if added else text}
            if "reason" in fields and (text := self._after("new_reason", tokens, said)):
                return {"reason": text}
        return {}

    def drops(self, tokens: Sequence[Token], waiting: Sequence[Action]) -> bool:
        """True for "drop the note", « annule la suspension »: the plan is named and nobody else is."""
        present = present_in(tokens, self._lexicon)
        refusals = [cue for cue in self._lexicon.conversation["reject"].find(tokens) if cue.start == 0]
        if "@name" in present or "@arrangement" in present or not (present & _DROPPING or refusals):
            return False
        entries = [self._lexicon.entries[action.name] for action in waiting if action.name in self._lexicon.entries]
        groups = {need for entry in entries for need in entry.needed} | _DROPPING
        found = [cue for cue in self._lexicon.cues.find(tokens) if cue.group in groups]
        explained = {at for cue in (*found, *refusals) for at in range(cue.start, cue.end)}
        named = any(cue.group in groups - _DROPPING for cue in found) or "UNSUSPEND" in present
        left = [t for at, t in enumerate(tokens) if t.is_word and at not in explained]
        own = {group for entry in entries for group in entry.needed}
        cancels_another = "UNSUSPEND" in present and "SUSPEND" not in own
        return named and not cancels_another and all(t.flat in self._lexicon.function for t in left)

    def _starts(self, kind: str, tokens: Sequence[Token]) -> int:
        """Where the words end with which a reply of this kind begins, or 0."""
        return max((found.end for found in self._cues[kind].find(tokens) if found.start == 0), default=0)

    def _after(self, kind: str, tokens: Sequence[Token], said: Said) -> str | None:
        """The user's own words after the beginning; a day or an amount there is another field's."""
        at = self._starts(kind, tokens)
        body = list(tokens[at:])
        while body and body[0].flat in _MARKS:
            body.pop(0)
        if not at or not any(token.is_word for token in body):
            return None
        if kind == "new_reason" and all(token.entity or token.flat in self._lexicon.function for token in body):
            return None
        return said.own_words(body[0].start, body[-1].end).strip(" ,.!-;:") or None

    def _asks_for_more(self, tokens: Sequence[Token], action: Action) -> bool:
        """“Add a note to Gagnon too" asks for another action, "add that to the arrangement" too."""
        present = present_in(tokens, self._lexicon)
        asked = self._lexicon.evident(present) - {"undo"}
        return (bool(asked) and "@name" in present) or any(name != action.name for name in asked)
