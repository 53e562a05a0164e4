"""What goes into understanding and what comes out: the contract that both engines keep."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, Protocol

from agent.directory import Directory
from agent.intents.actions import Action

Language = Literal["en", "fr"]
EngineUsed = Literal["local", "llm"]


@dataclass(frozen=True)
class Context:
    """What may help to understand a message. Never a record's contents, never a credential."""

    today: dt.date
    directory: Directory = field(default_factory=Directory)
    language: Language | None = None
    """The language of the conversation so far, for messages that show none ("C-10001")."""
    customer: str | None = None
    """The id of the customer under discussion."""
    recent: tuple[Action, ...] = ()
    """The actions of the last turns, the newest last, with what they pointed at filled in."""
    waiting: tuple[Action, ...] = ()
    """The actions of the plan that waits for approval; empty where none waits."""
    refused: tuple[Action, ...] = ()
    """What was refused last for one of its values; another value may be said for it."""
    asked: Action | None = None
    """The clarify or the half-known action that the agent asked about last, with what is known of it."""
    asked_field: str | None = None
    """The field that the agent asked for, where it asked."""

    @property
    def changeable(self) -> tuple[Action, ...]:
        """What "make it Friday instead" is said of."""
        return self.waiting or self.refused


@dataclass(frozen=True)
class Candidate:
    """An action that could be meant, with the probability that it is."""

    name: str
    probability: float


@dataclass(frozen=True)
class Understanding:
    """The message as typed actions, in the order in which they were said; never empty."""

    actions: tuple[Action, ...]
    language: Language
    engine: EngineUsed
    confidence: float
    """Calibrated: of the messages understood with 0.9, nine in ten are right."""
    shortlist: tuple[Candidate, ...] = ()
    """What could be meant, the likeliest first: what a model is asked about."""
    reading: tuple[str, ...] = ()
    """Why: one line per clause, for ``/why`` and the journal."""
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Engine(Protocol):
    """Words in, actions out."""

    async def understand(self, text: str, context: Context) -> Understanding:
        """Read one message. Doubt is an action of its own (``clarify``, ``out_of_scope``)."""
        ...
