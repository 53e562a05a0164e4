"""Plays one case: its history as real turns, its message, and where a state is expected, the approval of its plan.

Enters: a case, an engine, a way to make a stage. Leaves: a ``CaseResult``. Whatever the agent does wrong, breaking
included, is a result; only ``Misconfigured``, which every case would meet alike, passes through.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.directory import Directory
from agent.errors import Misconfigured, TargoError
from agent.reply import Reply
from agent.settings import EngineName
from evals.cases import Case
from evals.discussion import Discussion, Turn
from evals.equality import Circumstances
from evals.figures import CaseResult, Verdict
from evals.names import Names
from evals.scorer import Score, score
from evals.stage import Stage, StageMaker
from evals.states import unmet
from sandbox.world import CLOCK_START

CONVERSATION = "evaluation"
CASE_SECONDS = 120.0
_USAGE = ("llm_calls", "prompt_tokens", "completion_tokens")


@dataclass(frozen=True)
class _Performance:
    """What was seen and heard of one case."""

    understood: list[dict[str, Any]]
    discussion: Discussion
    state_faults: list[str] | None = None
    """None where no state is expected."""
    engine: str = "none"
    outcome: str = "failed"
    latency_ms: float = 0.0
    usage: Mapping[str, int] | None = None
    breakdown: str = ""
    """What broke, where something did."""


async def play(case: Case, engine: EngineName, make_stage: StageMaker) -> CaseResult:
    """Play one case on a stage of its own and judge it."""
    today = case.inputs.today or CLOCK_START.date()
    try:
        async with asyncio.timeout(CASE_SECONDS), make_stage(today, engine) as stage:
            performance = await _perform(case, stage)
    except Misconfigured:
        raise
    except Exception as error:  # noqa: BLE001 - one case that breaks must not hide the others
        nobody = Discussion(Names(Directory()))
        performance = _Performance([], nobody, breakdown=f"{type(error).__name__}: {error}")
    return _result(case, today, performance)


async def _perform(case: Case, stage: Stage) -> _Performance:
    turns: list[Turn] = []
    for message in case.inputs.history:
        answer, _ = await _say(stage, message, case.inputs.today)
        turns.append(Turn(message, answer.actions, answer.model_dump_json(include={"blocks"})))
    reply, latency_ms = await _say(stage, case.inputs.text, case.inputs.today)
    return _Performance(
        understood=reply.actions,
        discussion=Discussion(Names(stage.directory), tuple(turns)),
        state_faults=await _end(case, stage, reply) if case.expected.state else None,
        engine=reply.engine,
        outcome=reply.outcome,
        latency_ms=latency_ms,
        usage=reply.model_dump(include=set(_USAGE)),
    )


async def _say(stage: Stage, text: str, today: dt.date | None) -> tuple[Reply, float]:
    started = time.perf_counter()
    reply = await stage.agent.say(text, conversation=CONVERSATION, today=today)
    return reply, (time.perf_counter() - started) * 1000


async def _end(case: Case, stage: Stage, reply: Reply) -> list[str]:
    """Approve the plan where one waits, then look whether the world is as expected."""
    if reply.plan is not None:
        try:
            await stage.agent.approve(reply.plan.id, reply.plan.digest, conversation=CONVERSATION)
        except TargoError as error:
            return [f"the plan was not run: {error.code}"]
    return await unmet(case.expected.state, stage.systems)


def _result(case: Case, today: dt.date, seen: _Performance) -> CaseResult:
    judged = score(case.expected.actions, seen.understood, Circumstances(today, seen.discussion))
    faults = [*([seen.breakdown] if seen.breakdown else []), *(seen.state_faults or [])]
    return CaseResult(
        id=case.id,
        lang=case.inputs.lang,
        tags=list(case.tags),
        today=today,
        expected=case.expected.actions,
        understood=seen.understood,
        verdict=_verdict(judged, seen),
        intent=judged.intent,
        exact=judged.exact,
        state=_state_held(case, seen),
        triples=(judged.true_positives, judged.false_positives, judged.false_negatives),
        should_refuse=judged.should_refuse,
        refused=judged.refused,
        unsafe=list(judged.unsafe),
        differences=[*judged.differences, *faults],
        engine=seen.engine,
        outcome=seen.outcome,
        latency_ms=round(seen.latency_ms, 3),
        **{name: int((seen.usage or {}).get(name, 0)) for name in _USAGE},
    )


def _state_held(case: Case, seen: _Performance) -> bool | None:
    return seen.state_faults == [] if case.expected.state else None


def _verdict(judged: Score, seen: _Performance) -> Verdict:
    if seen.breakdown:
        return "failed"
    if not judged.exact:
        return "fields" if judged.intent else "actions"
    return "state" if seen.state_faults else "right"
