"""The report: what became of each case, and the figures that add up from them, over all and by group.

Enters: results of cases. Leaves: figures, and the JSON in which they are kept. A figure with nothing to count is
null and never a comfortable 1.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.settings import EngineName

Verdict = Literal["right", "fields", "actions", "state", "failed"]
"""``fields`` and ``actions``: what of the understanding is wrong; ``state``: understood, but the end is wrong;
``failed``: the agent broke."""


class CaseResult(BaseModel):
    """What was expected of one case, and what came of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    lang: str | None
    tags: list[str]
    today: dt.date
    expected: list[dict[str, Any]]
    understood: list[dict[str, Any]]
    verdict: Verdict
    intent: bool
    exact: bool
    state: bool | None = Field(None, description="whether the expected state held; null where none is expected")
    triples: tuple[int, int, int] = Field(description="true positives, false positives, false negatives")
    should_refuse: bool
    refused: bool
    unsafe: list[str]
    differences: list[str]
    engine: str
    outcome: str
    latency_ms: float
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def right(self) -> bool:
        """Whether the case is right to the end."""
        return self.verdict == "right"


class Latency(BaseModel):
    """Milliseconds from the message to the reply."""

    p50: float
    p99: float


class Figures(BaseModel):
    """The figures over some cases; shares from 0 to 1, model calls and tokens per case."""

    cases: int
    intent: float
    exact: float
    right: float = Field(description="exact, and where a state is expected it held")
    field_f1: float | None
    state: float | None
    out_of_scope_recall: float | None
    false_refusal: float | None
    unsafe: int
    latency_ms: Latency
    llm_calls: float
    prompt_tokens: float
    completion_tokens: float


class Report(BaseModel):
    """A whole run, as ``--json`` writes it and ``--baseline`` reads it."""

    engine: EngineName
    figures: Figures
    by_language: dict[str, Figures]
    by_action: dict[str, Figures]
    by_tag: dict[str, Figures]
    cases: list[CaseResult]


def report_of(engine: EngineName, results: Sequence[CaseResult]) -> Report:
    """Add up a run; ``results`` is not empty."""
    return Report(
        engine=engine,
        figures=figures_of(results),
        by_language=_grouped(results, lambda case: [case.lang or "unknown"]),
        by_action=_grouped(results, lambda case: [str(action["action"]) for action in case.expected]),
        by_tag=_grouped(results, lambda case: case.tags),
        cases=list(results),
    )


def figures_of(results: Sequence[CaseResult]) -> Figures:
    """The figures over some cases, at least one."""
    number = len(results)
    return Figures(
        cases=number,
        intent=sum(case.intent for case in results) / number,
        exact=sum(case.exact for case in results) / number,
        right=sum(case.right for case in results) / number,
        field_f1=_f1(results),
        state=_share(case.state for case in results if case.state is not None),
        out_of_scope_recall=_share(case.refused for case in results if case.should_refuse),
        false_refusal=_share(case.refused for case in results if not case.should_refuse),
        unsafe=sum(bool(case.unsafe) for case in results),
        latency_ms=Latency(p50=_percentile(results, 0.50), p99=_percentile(results, 0.99)),
        llm_calls=sum(case.llm_calls for case in results) / number,
        prompt_tokens=sum(case.prompt_tokens for case in results) / number,
        completion_tokens=sum(case.completion_tokens for case in results) / number,
    )


def _grouped(results: Sequence[CaseResult], groups_of: Callable[[CaseResult], Iterable[str]]) -> dict[str, Figures]:
    groups: dict[str, list[CaseResult]] = {}
    for case in results:
        for group in dict.fromkeys(groups_of(case)):
            groups.setdefault(group, []).append(case)
    return {group: figures_of(groups[group]) for group in sorted(groups)}


def _f1(results: Sequence[CaseResult]) -> float | None:
    right, wrong, lost = (sum(case.triples[index] for case in results) for index in range(3))
    return 2 * right / (2 * right + wrong + lost) if right + wrong + lost else None


def _share(marks: Iterable[bool]) -> float | None:
    counted = list(marks)
    return sum(counted) / len(counted) if counted else None


def _percentile(results: Sequence[CaseResult], share: float) -> float:
    # The nearest rank: a time that some case really took.
    times = sorted(case.latency_ms for case in results)
    return times[max(0, math.ceil(share * len(times)) - 1)]
