"""What an action still needs, and the one short question that asks for it.

Enters: an action as understood and its ``Context``. Leaves: the same action, or ``clarify`` with what is known of
it. Both engines end here, so that what is required is required of both.
"""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from agent.intents.actions import Action, Clarify
from agent.intents.understanding import Context, Language


def question(action: str, missing: Sequence[str], language: Language) -> str:
    """The question for the first missing field of an action."""
    asked = prompts.load("questions")[language]
    return str(asked.get(f"{action}.{missing[0]}") or asked.get(missing[0]) or asked["other"])


def missing_in(action: Action, context: Context) -> list[str]:
    """The required fields that neither the message nor the conversation gives."""
    if action.kind == "conversation":
        return []
    lacking = action.lacking()
    if "who" in action.required and not action.points_at_someone() and under_discussion(context):
        lacking.remove(action.asks_for)
    return lacking


def under_discussion(context: Context) -> bool:
    """True when an earlier turn was about someone."""
    earlier = (*context.recent, *context.changeable, *((context.asked,) if context.asked else ()))
    return any(action.points_at_someone() for action in earlier)


def complete_or_asking(action: Action, context: Context, language: Language, asks: Sequence[str] = ()) -> Action:
    """The action, or the question for what it lacks; ``asks`` are fields to be asked about in any case."""
    missing = missing_in(action, context)
    missing = list(dict.fromkeys([*missing, *asks]))
    if not missing:
        return action
    known = {name: value for name, value in action.wire().items() if name != "action"}
    return Clarify(question=question(action.name, missing, language), missing=missing, for_=action.name, known=known)
