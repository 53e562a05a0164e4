"""An agent that says what a test told it to, and remembers what it was asked. It stands at the channels' seam."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Literal, Self

from agent.channels.words import Language
from agent.errors import PlanNotFound, TargoError
from agent.reply import PlanView, Reply, Text
from agent.settings import EngineName

DIGEST = "d1" * 32
PLAN = PlanView(
    id="P-WAITING1",
    digest=DIGEST,
    steps=[{"kind": "set_port"}],
    warnings=["The line 450-825-2100 loses dial tone."],
    expires_at="2026-03-12T09:15:00-04:00",
)


@dataclass(frozen=True)
class Summary:
    id: str
    status: str
    title: str
    created_at: dt.datetime
    user: str
    digest: str


@dataclass(frozen=True)
class Entry:
    number: int
    at: dt.datetime | str
    user: str
    kind: str
    body: dict[str, object]
    hash: str
    plan: str | None = None


@dataclass(frozen=True)
class Check:
    ok: bool
    entries: int
    broken_at: int | None = None


@dataclass(frozen=True)
class Health:
    system: str
    real: bool = False
    url: str = "demo"
    reachable: bool = True
    user: str = ""
    clock: dt.datetime | None = None
    key: str = ""
    mode: Literal["test", "live"] | None = None
    problem: TargoError | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Now:
    user: str = "admin"
    engine: str = "local"
    system_of_record: str = "demo"
    waiting: str | None = None
    language: Language | None = None


def said(text: str, **fields: object) -> Reply:
    """A reply of one sentence; an answer in English unless told otherwise."""
    values = {"outcome": "answered", "language": "en", **fields}
    return Reply.model_validate({**values, "blocks": [Text(text=text)]})


Answer = Reply | TargoError | Callable[[str], Awaitable[Reply]]


@dataclass
class ScriptedAgent:
    """Answers in order; a test fails when it is asked more often than it has answers."""

    answers: list[Answer] = field(default_factory=list)
    progress: tuple[str, ...] = ()
    now: Now = field(default_factory=Now)
    kept_plans: list[Summary] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    check: Check = field(default_factory=lambda: Check(ok=True, entries=0))
    systems: list[Health] = field(default_factory=list)
    resumed: list[Reply] = field(default_factory=list)
    awaited: list[Summary] = field(default_factory=list)
    settled: list[Reply] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    opening: TargoError | None = None
    warming: TargoError | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)
    today: dt.date | None = None
    language: Language | None = None
    engine: EngineName = "auto"

    @property
    def user(self) -> str:
        return self.now.user

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.asked.append(("closed",))

    async def warm(self) -> None:
        if self.warming is not None:
            raise self.warming

    async def say(
        self,
        text: str,
        *,
        conversation: str = "default",
        today: dt.date | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> Reply:
        self.asked.append(("say", text, conversation))
        self.today = today
        for step in self.progress:
            if on_progress is not None:
                on_progress(step)
        return await self._next(text)

    async def approve(
        self,
        plan_id: str,
        digest: str,
        *,
        conversation: str | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> Reply:
        self.asked.append(("approve", plan_id, digest))
        if on_progress is not None:
            on_progress("Approving")
        return await self._next(plan_id)

    async def reject(self, plan_id: str, reason: str | None = None) -> Reply:
        self.asked.append(("reject", plan_id, reason or ""))
        return await self._next(plan_id)

    async def undo(self, plan_id: str) -> Reply:
        self.asked.append(("undo", plan_id))
        return await self._next(plan_id)

    async def resume(
        self,
        plan_id: str | None = None,
        *,
        stopped: bool = False,
        on_progress: Callable[[str], None] | None = None,
    ) -> list[Reply]:
        if plan_id or stopped:
            self.asked.append(("resume", plan_id or "", "stopped" if stopped else ""))
        return self.resumed

    async def cosign(self, plan_id: str, *, conversation: str = "default") -> Reply:
        self.asked.append(("cosign", plan_id, conversation))
        return await self._next(plan_id)

    def awaiting_me(self) -> list[Summary]:
        return self.awaited

    async def standing(self, plan_id: str) -> Reply:
        self.asked.append(("standing", plan_id))
        return await self._next(plan_id)

    async def news(self, conversation: str = "default") -> Reply | None:
        return self.settled.pop(0) if self.settled else None

    async def catch_up(self) -> Reply | None:
        return self.settled.pop(0) if self.settled else None

    async def show(self, plan_id: str) -> Reply:
        self.asked.append(("show", plan_id))
        return await self._next(plan_id)

    def plans(self, limit: int = 20) -> list[Summary]:
        return self.kept_plans[:limit]

    def plan_json(self, plan_id: str) -> dict[str, object]:
        if plan_id != PLAN.id:
            raise PlanNotFound(f"No plan {plan_id}.", plan=plan_id)
        return {"id": plan_id, "status": "done", "receipts": [{"step": 1, "state": "confirmed"}]}

    def journal(self, limit: int = 20) -> list[Entry]:
        return self.entries[:limit]

    def verify_journal(self) -> Check:
        return self.check

    async def doctor(self) -> list[Health]:
        return self.systems

    async def status(self, conversation: str = "default") -> Now:
        return self.now if conversation == f"chat:{self.user}" else replace(self.now, waiting=None)

    async def names(self) -> list[str]:
        return self.known

    async def _next(self, about: str) -> Reply:
        answer = self.answers.pop(0)
        if isinstance(answer, TargoError):
            raise answer
        return answer if isinstance(answer, Reply) else await answer(about)
