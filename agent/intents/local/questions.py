"""The one short question that asks for what is missing, in the user's language. It never asks two things at once."""

from __future__ import annotations

from collections.abc import Sequence

import prompts
from agent.intents.understanding import Language


def question(action: str, missing: Sequence[str], language: Language) -> str:
    """The question for the first missing field of an action."""
    asked = prompts.load("questions")[language]
    return str(asked.get(f"{action}.{missing[0]}") or asked.get(missing[0]) or asked["other"])
