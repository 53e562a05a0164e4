"""What a tool may come to, besides a ``Draft``: an answer, a question or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agent.confirm.plan import Draft
from agent.reply import AnyBlock, Choice


@dataclass(frozen=True)
class Answer:
    """What was asked for, ready to draw. ``customer`` and ``location`` are now under discussion."""

    blocks: list[AnyBlock]
    customer: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Question:
    """One thing that only the user can say. The answer fills the field ``fills`` of the action that asked."""

    key: str
    fills: str
    facts: dict[str, Any] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    customer: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Why it is not done, as a template and its facts."""

    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    customer: str | None = None
    another_value: bool = False
    """It is a value that is refused (a date in the past): "make it Friday instead" goes on from it."""


Outcome = Answer | Question | Refusal | Draft
