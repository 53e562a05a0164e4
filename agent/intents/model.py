"""The model path: one call to an OpenAI-compatible server, whose answer must be typed actions.

Enters: a text, its ``Context`` and the names of the actions that could be meant. Leaves: an ``Understanding``.
The model sees the message, those actions' descriptions and examples, today's date and the last turns' actions:
never a record, never a credential. It cannot approve: that is not among its choices.
Raises ``ModelUnavailable`` and ``ModelOutputInvalid``, whose messages never carry the key.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel, Field, create_model

import prompts
from agent.errors import ModelOutputInvalid, ModelUnavailable
from agent.intents.actions import CATALOGUE, Action
from agent.intents.local.lexicon import lexicon
from agent.intents.local.roles import choices_of
from agent.intents.understanding import Candidate, Context, Language, Understanding

if TYPE_CHECKING:
    from instructor import AsyncInstructor

TIMEOUT_S = 20.0
DEADLINE_S = 45.0
PROBE_S = 5.0
MAX_TOKENS = 600
SDK_RETRIES = 1
RE_ASKS = 1
_EXAMPLES = 4
_NEVER = frozenset({"approve"})
_ALWAYS = ("clarify", "out_of_scope")
_STANDING_IN = {
    "{customer}": "Luc Gagnon",
    "{money}": "150 $",
    "{date}": "26 mars",
    "{address}": "64 Churchill",
    "{count}": "3 payments",
    "{number}": "4",
    "{serial}": "TPLG-1A2B3C4D",
    "{arrangement}": "PA-00012",
    "{plan}": "P-7K2M9QXR",
}


class ModelEngine:
    """Understands through a language model. ``base_url`` None is the SDK's own default."""

    def __init__(self, base_url: str | None, name: str, api_key: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._base_url, self._name, self._api_key, self._timeout_s = base_url, name, api_key, timeout_s
        self._made: AsyncInstructor | None = None
        self._jinja = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - no HTML

    async def decide(self, text: str, context: Context, names: Sequence[str], language: Language) -> Understanding:
        """Read one message as some of the named actions; an empty list stands for the whole catalogue."""
        meant = tuple(n for n in (names or CATALOGUE) if n in CATALOGUE and n not in (*_NEVER, *_ALWAYS))
        messages = self._messages(text, context, meant)
        answer, calls, usage = await self._ask(messages, response_type((*meant, *_ALWAYS)))
        return Understanding(
            actions=tuple(answer.actions),  # type: ignore[attr-defined]  # the type is made from the shortlist
            language=language,
            engine="llm",
            confidence=0.9,
            shortlist=tuple(Candidate(name, 0.0) for name in meant),
            reading=(f"model {self._name}, of {', '.join(meant)}",),
            llm_calls=calls,
            prompt_tokens=getattr(usage, "prompt_tokens", 0) or 0,
            completion_tokens=getattr(usage, "completion_tokens", 0) or 0,
        )

    async def _ask(self, messages: list[dict[str, str]], answer: type[BaseModel]) -> tuple[BaseModel, int, object]:
        import instructor  # noqa: PLC0415 - heavy, and only with a model
        import openai  # noqa: PLC0415
        from instructor.core.hooks import Hooks  # noqa: PLC0415

        calls: list[None] = []
        hooks = Hooks()
        hooks.on("completion:kwargs", lambda **_: calls.append(None))
        try:
            async with asyncio.timeout(DEADLINE_S):
                found, completion = await self._client().create_with_completion(
                    messages=messages,  # type: ignore[arg-type]  # plain role/content pairs
                    response_model=answer,
                    max_retries=RE_ASKS,
                    max_tokens=MAX_TOKENS,
                    temperature=0,
                    hooks=hooks,
                )
        except instructor.core.exceptions.InstructorError as error:
            # The exception's own text quotes the request: only its kind goes on.
            if isinstance(cause := _first_api_error(error, openai.APIError), openai.APIError):
                raise ModelUnavailable(_told(cause)) from None
            raise ModelOutputInvalid(f"no typed action after {len(calls)} calls") from None
        except openai.APIError as error:
            raise ModelUnavailable(_told(error)) from None
        except TimeoutError:
            raise ModelUnavailable(f"no answer within {DEADLINE_S:.0f} s") from None
        return found, max(1, len(calls)), getattr(completion, "usage", None)

    def _client(self) -> AsyncInstructor:
        if self._made is None:
            import instructor  # noqa: PLC0415 - heavy, and only with a model
            from openai import AsyncOpenAI  # noqa: PLC0415

            sdk = AsyncOpenAI(
                base_url=self._base_url,
                api_key=self._api_key,
                timeout=self._timeout_s,
                max_retries=SDK_RETRIES,
            )
            self._made = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA, model=self._name)
        return self._made

    async def probe(self) -> None:
        """Ask the server for its list of models, once and briefly; raises ``ModelUnavailable``."""
        import openai  # noqa: PLC0415 - heavy, and only with a model

        async with openai.AsyncOpenAI(
            base_url=self._base_url, api_key=self._api_key, timeout=PROBE_S, max_retries=0
        ) as sdk:
            try:
                await sdk.models.list()
            except openai.APIError as error:
                raise ModelUnavailable(_told(error)) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._made is not None and self._made.client is not None:
            await self._made.client.close()
            self._made = None

    def _messages(self, text: str, context: Context, names: Sequence[str]) -> list[dict[str, str]]:
        words = prompts.load("model")
        system = self._jinja.from_string(words["system"]).render(actions=[described(n) for n in names])
        user = self._jinja.from_string(words["user"]).render(
            weekday=context.today.strftime("%A"),
            today=context.today.isoformat(),
            recent=_as_json(context.recent),
            waiting=_as_json(context.changeable),
            asked=_as_json((context.asked,) if context.asked else ()),
            text=text,
        )
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def _told(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__}{f' {status}' if status else ''}"


def _first_api_error(error: BaseException | None, kind: type[Exception]) -> BaseException | None:
    """The API's error behind an exception of the wrapper, where one is."""
    while error is not None and not isinstance(error, kind):
        attempts = getattr(error, "failed_attempts", None) or []
        found = next((a.exception for a in attempts if isinstance(a.exception, kind)), None)
        error = found or error.__cause__
    return error


def _as_json(actions: Sequence[Action]) -> str:
    return json.dumps([action.wire() for action in actions], ensure_ascii=False) if actions else ""


def response_type(names: Sequence[str]) -> type[BaseModel]:
    """A list of the named actions, told apart by ``action``."""
    union: Any = reduce(or_, (CATALOGUE[name] for name in names))
    one = Annotated[union, Field(discriminator="action")]
    return create_model("Understood", actions=(list[one], Field(min_length=1, max_length=6)))


def described(name: str) -> dict[str, Any]:
    """What the prompt says of an action."""
    model = CATALOGUE[name]
    entry = lexicon().entries.get(name)
    examples = entry.examples if entry else ()
    half = len(examples) // 2
    shown = (*examples[: _EXAMPLES // 2], *examples[half : half + _EXAMPLES // 2])
    return {
        "name": name,
        "description": (model.__doc__ or "").strip(),
        "required": ["customer" if need == "who" else need for need in model.required],
        "fields": [
            {"name": field, "choices": choices_of(info), "meaning": info.description or ""}
            for field, info in model.model_fields.items()
            if field not in ("action", "known")
        ],
        "examples": [_concrete(example) for example in shown],
    }


def _concrete(example: str) -> str:
    for placeholder, words in _STANDING_IN.items():
        example = example.replace(placeholder, words)
    return example
