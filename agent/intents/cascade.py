"""Local engine first, one model call where it is in doubt; both behind one ``Engine``.

Enters: a text and its ``Context``. Leaves: an ``Understanding`` that says which engine decided and what it cost.
It never lets a failed model stop a turn: the local answer stays, a doubtful write as a question.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Protocol

from agent.errors import ModelError
from agent.intents.actions import Clarify
from agent.intents.guards import Guard
from agent.intents.lacking import complete_or_asking, question
from agent.intents.local import LocalEngine
from agent.intents.local.language import spoken_french
from agent.intents.model import ModelEngine
from agent.intents.understanding import Context, Language, Understanding
from agent.settings import EngineName, Settings

CERTAIN = 0.8
"""From this confidence on the local engine decides alone."""
DOUBTFUL = 0.5
"""Below this confidence a write is a question when no model helps."""
SHORTLISTED = 5


class Model(Protocol):
    """What the cascade asks of a model engine."""

    async def decide(self, text: str, context: Context, names: Sequence[str], language: Language) -> Understanding:
        """Read the message as some of the named actions (none: any); raises ``ModelError``."""
        ...

    async def probe(self) -> None:
        """See whether it answers; raises ``ModelError``."""
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...


class Cascade:
    """The engine that the agent talks to; ``auto`` asks the model only in doubt."""

    def __init__(self, local: LocalEngine | None, model: Model | None, engine: EngineName = "auto") -> None:
        self._local = local
        self._model = model
        self._engine: EngineName = engine

    @property
    def name(self) -> EngineName:
        """Which engine decides."""
        return self._engine

    def use(self, name: EngineName) -> None:
        """Let another engine decide from the next message on."""
        self._engine = name

    def load(self) -> LocalEngine:
        """Train the local engine where it is not yet trained; takes some tenths of a second, once."""
        if self._local is None:
            self._local = LocalEngine()
        return self._local

    @staticmethod
    def language_of(text: str, default: Language | None = None) -> Language:
        """The language of a message, ``default`` (else English) where it shows none."""
        french = spoken_french(text)
        return default or "en" if french is None else "fr" if french else "en"

    async def understand(self, text: str, context: Context) -> Understanding:
        """Read one message; never raises for a model that fails."""
        local = self.load().read(text, context)
        if self._model is None or self._engine == "local" or (self._engine == "auto" and local.confidence >= CERTAIN):
            return local
        names = () if self._engine == "llm" else _could_be_meant(local, context)
        try:
            understood = await self._model.decide(text, context, names, local.language)
        except ModelError as error:
            return _without_model(local, error)
        guard = Guard(text, context, local.language)
        actions = tuple(
            complete_or_asking(guard.judge(action), context, local.language) for action in understood.actions
        )
        return dataclasses.replace(understood, actions=actions)

    async def probe(self) -> None:
        """See whether the model answers; raises ``ModelError``."""
        if self._model is not None:
            await self._model.probe()

    async def close(self) -> None:
        """Close the model's connections."""
        if self._model is not None:
            await self._model.close()


def _could_be_meant(local: Understanding, context: Context) -> list[str]:
    """The few actions that the model is asked about."""
    names = [candidate.name for candidate in local.shortlist[:SHORTLISTED]]
    names += ["amend"] if context.changeable else []
    names += ["reject"] if context.waiting else []
    names += [context.asked.name] if context.asked else []
    return list(dict.fromkeys(names))


def _without_model(local: Understanding, error: ModelError) -> Understanding:
    """The local answer; a write that it doubts is asked about rather than planned."""
    actions = tuple(
        Clarify(
            question=question(action.name, ["meaning"], local.language),
            missing=["customer"],
            for_=action.name,
            known={name: value for name, value in action.wire().items() if name not in ("action", "customer")},
        )
        if action.kind == "write" and local.confidence < DOUBTFUL
        else action
        for action in local.actions
    )
    failed = (*local.reading, f"model failed: {error.code}")
    return dataclasses.replace(local, actions=actions, llm_calls=1, reading=failed)


def engine_for(settings: Settings) -> Cascade:
    """The cascade that the settings ask for; without a model's URL or name the local engine decides alone."""
    model = None
    if settings.has_model:
        key = settings.model_api_key.get_secret_value() if settings.model_api_key else "none"
        model = ModelEngine(settings.model_base_url, settings.model_name or "gpt-4o-mini", key)
    return Cascade(None, model, settings.engine)
