"""Whether what a model understood stands in what was said: constrained output is no safety check.

Enters: an action, the message and its ``Context``. Leaves: the action, or a question for the value that nobody
said. It never repairs a value.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from agent.directory import digits, fold, fold_name
from agent.intents.actions import Action, Clarify, OutOfScope
from agent.intents.lacking import question
from agent.intents.local.entities import find_entities
from agent.intents.local.language import spoken_french
from agent.intents.local.places import Gazetteer
from agent.intents.local.said import Entity, Said
from agent.intents.understanding import Context, Language

_NAMING = ("customer", "location", "serial", "arrangement", "did")
_DAYS = ("due_date", "cutoff_date", "effective_date", "until", "date")


class Guard:
    """Judges the actions of one message."""

    def __init__(self, text: str, context: Context, language: Language) -> None:
        self._context, self._language = context, language
        self._said = Said.of(text, french=bool(spoken_french(text)))
        self._text = f"{fold(text)} {fold(self._said.text)}"
        self._digits = digits(self._said.text)
        self._entities = find_entities(self._said, context.today, Gazetteer(context.directory), ())

    def judge(self, action: Action) -> Action:
        """The action when it may be believed; otherwise what to ask, or out_of_scope."""
        answers = {"approve": (), "reject": self._context.waiting, "amend": self._context.changeable}
        if not answers.get(action.name, True):
            return OutOfScope(reason="nothing waits for that")
        unsaid = [name for name in type(action).model_fields if not self._was_said(action, name)]
        if not unsaid:
            return action
        if action.kind == "write":
            return Clarify(
                question=question(action.name, unsaid, self._language),
                missing=unsaid,
                for_=action.name,
                known={k: v for k, v in action.wire().items() if k not in (*unsaid, "action")},
            )
        return action.model_copy(update=dict.fromkeys(unsaid)) if action.kind == "read" else OutOfScope()

    def _was_said(self, action: Action, name: str) -> bool:
        value = getattr(action, name)
        if value is None or value == type(action).model_fields[name].default:
            return True
        if action.name == "amend" and name == "changes":
            return all(self._holds(field, changed) for field, changed in value.items())
        return self._holds(name, value) or self._known_before(name, value)

    def _holds(self, name: str, value: Any) -> bool:  # noqa: ANN401 - any field's value
        if name in _NAMING:
            return self._names(str(value))
        if name == "amount":
            return self._amounts_to(value)
        if name in _DAYS:
            return any(entity.kind == "date" for entity in self._entities)
        return True

    def _names(self, value: str) -> bool:
        number = digits(value)
        if len(number) >= 4 and not fold(value).replace(" ", "").isalpha() and number in self._digits:
            return True
        words = fold_name(value).split()
        return bool(words) and set(words) <= set(self._text.split())

    def _amounts_to(self, value: Any) -> bool:  # noqa: ANN401
        amount = Decimal(str(value))
        said = [Decimal(e.value) for e in self._entities if e.kind in ("money", "number")]
        counts = [_count(e) for e in self._entities]
        return any(amount == one or amount * count == one for one in said for count in (1, *counts))

    def _known_before(self, name: str, value: Any) -> bool:  # noqa: ANN401
        earlier = (*self._context.recent, *self._context.waiting)
        asked = (self._context.asked,) if self._context.asked else ()
        return any(getattr(action, name, None) == value for action in (*earlier, *asked))


def _count(entity: Entity) -> int:
    return int(entity.value) if entity.kind == "count" else 1
