"""The cascade against an OpenAI-shaped server on loopback: right answers, nonsense, refusals, overload, silence."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agent.errors import ModelOutputInvalid, ModelUnavailable
from agent.intents.actions import SuspendCustomer
from agent.intents.cascade import Cascade
from agent.intents.local import LocalEngine
from agent.intents.model import ModelEngine
from agent.intents.understanding import Context

KEY = "sk-do-not-tell-anyone"
DOUBTFUL = "Gagnon est tanné, fais quelque chose avec son compte"


@dataclass
class Script:
    """What the server answers next, and what it was asked."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


def _completion(content: str | None, refusal: str | None = None) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 400, "completion_tokens": 20, "total_tokens": 420},
    }


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def server(script: Script) -> Iterator[str]:
    async def complete(request: Request) -> Response:
        script.asked.append(await request.json())
        answer = script.answers.pop(0)
        if answer == "silence":
            await asyncio.to_thread(script.released.wait, 5)
            return Response(status_code=504)
        if isinstance(answer, int):
            body = {"error": {"message": "slow down", "type": "rate", "code": None, "param": None}}
            return JSONResponse(body, status_code=answer, headers={"retry-after-ms": "1"})
        if isinstance(answer, str):
            return JSONResponse(_completion(answer))
        if "refusal" in answer:
            return JSONResponse(_completion(None, answer["refusal"]))
        return JSONResponse(_completion(json.dumps(answer)))

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])
    running = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.run(running.serve([listening])))
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    script.released.set()
    running.should_exit = True
    thread.join()


@pytest.fixture
async def model(server: str) -> AsyncIterator[ModelEngine]:
    engine = ModelEngine(server, "scripted", KEY, timeout_s=0.3)
    yield engine
    await engine.close()


@pytest.fixture
def cascade(engine: LocalEngine, model: ModelEngine) -> Cascade:
    return Cascade(engine, model)


async def test_a_certain_message_calls_no_model(cascade: Cascade, script: Script, context: Context) -> None:
    heard = await cascade.understand("What does Jean Tremblay owe?", context)
    assert (heard.engine, heard.llm_calls, script.asked) == ("local", 0, [])


async def test_a_doubtful_message_is_one_call_over_a_few_actions(
    cascade: Cascade, script: Script, context: Context
) -> None:
    script.answers = [{"actions": [{"action": "get_customer", "customer": "Gagnon"}]}]
    heard = await cascade.understand(DOUBTFUL, context)
    assert [action.wire() for action in heard.actions] == [{"action": "get_customer", "customer": "Gagnon"}]
    assert (heard.engine, heard.llm_calls, heard.prompt_tokens, heard.completion_tokens) == ("llm", 1, 400, 20)
    schema = json.dumps(script.asked[0]["response_format"])
    assert '"approve"' not in schema
    assert 1 <= len(heard.shortlist) <= 7


async def test_the_prompt_ends_with_the_message_and_carries_no_record_and_no_key(
    cascade: Cascade, script: Script, context: Context
) -> None:
    script.answers = [{"actions": [{"action": "out_of_scope"}]}]
    await cascade.understand(DOUBTFUL, context)
    sent = script.asked[0]["messages"]
    assert sent[-1]["content"].rstrip().endswith(DOUBTFUL)
    told = json.dumps(sent)
    assert KEY not in told
    assert "Tremblay" not in told
    assert "Thursday 2026-03-12" in told


async def test_a_wrong_answer_is_asked_again_once(cascade: Cascade, script: Script, context: Context) -> None:
    script.answers = ["no json at all", {"actions": [{"action": "get_balance", "customer": "Gagnon"}]}]
    cascade.use("llm")
    heard = await cascade.understand(DOUBTFUL, context)
    assert (heard.actions[0].name, heard.llm_calls) == ("get_balance", 2)


@pytest.mark.parametrize(
    "answers",
    [
        ["nonsense", "nonsense"],
        [{"refusal": "I can't"}, {"refusal": "I can't"}],
        [429, 429],
        [500, 500],
        ["silence", "silence"],
        [{"actions": [{"action": "approve"}]}] * 2,
        [{"actions": []}] * 2,
    ],
    ids=["nonsense", "refusal", "429", "500", "time-out", "approve", "nothing"],
)
async def test_a_failed_model_leaves_the_local_answer(
    answers: list[Any], cascade: Cascade, script: Script, context: Context
) -> None:
    local = LocalEngine().read(DOUBTFUL, context)
    script.answers = list(answers)
    heard = await cascade.understand(DOUBTFUL, context)
    assert heard.engine == "local"
    assert [a.name for a in heard.actions] == [a.name for a in local.actions]
    assert heard.reading[-1] in ("model failed: model_unavailable", "model failed: model_output_invalid")


@pytest.mark.parametrize(("answers", "error"), [([401], ModelUnavailable), (["x", "x"], ModelOutputInvalid)])
async def test_a_failure_is_told_without_the_key_or_the_message(
    answers: list[Any], error: type[Exception], model: ModelEngine, script: Script, context: Context
) -> None:
    script.answers = list(answers)
    with pytest.raises(error) as raised:
        await model.decide(DOUBTFUL, context, ["get_customer"], "fr")
    told = f"{raised.value!r} {raised.value.__cause__!r}"
    assert KEY not in told
    assert DOUBTFUL not in told


@pytest.mark.parametrize(
    ("invented", "missing"),
    [
        ({"action": "suspend_customer", "customer": "Jean Tremblay"}, ["customer"]),
        (
            {
                "action": "create_payment_arrangement",
                "customer": "Gagnon",
                "amount": "999.00",
                "due_date": "2026-03-26",
            },
            ["amount", "due_date"],
        ),
    ],
)
async def test_a_write_with_values_nobody_said_is_a_question(
    invented: dict[str, Any], missing: list[str], cascade: Cascade, script: Script, context: Context
) -> None:
    script.answers = [{"actions": [invented]}]
    cascade.use("llm")
    (action,) = (await cascade.understand(DOUBTFUL, context)).actions
    assert action.wire()["missing"] == missing
    assert action.wire()["for"] == invented["action"]


async def test_a_value_said_in_words_or_before_is_believed(cascade: Cascade, script: Script, context: Context) -> None:
    script.answers = [
        {
            "actions": [
                {
                    "action": "create_payment_arrangement",
                    "customer": "Roy",
                    "amount": "150.00",
                    "due_date": "2026-03-26",
                }
            ]
        }
    ]
    cascade.use("llm")
    earlier = Context(context.today, context.directory, recent=(SuspendCustomer(customer="Roy"),))
    (action,) = (await cascade.understand("entente avec elle, cent cinquante, le vingt-six", earlier)).actions
    assert action.wire()["amount"] == "150.00"


async def test_without_a_model_the_local_engine_decides(engine: LocalEngine, context: Context) -> None:
    heard = await Cascade(engine, None, "llm").understand(DOUBTFUL, context)
    assert (heard.engine, heard.llm_calls) == ("local", 0)
