"""Plays a sequence of requests and undos over the demo company, and keeps in mind what undoing has to bring back.

Enters: what is asked for, one after another. Leaves: an AssertionError where undoing was refused that may not be, or
where something is not as it was, but for the traces that ``docs/undo.md`` names.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from durable_company import open_agent, settings_for
from fault_records import Drift, Rows
from fault_rows import Row
from fault_stage import Stage
from undo_table import not_as_before

from agent import Agent

_LOOKS = 3


@dataclass(frozen=True)
class Ask:
    """Something is asked for, and approved where it comes to a plan."""

    row: Row

    def __repr__(self) -> str:
        return self.row.name


@dataclass(frozen=True)
class TakeBack:
    """The plan so many before the latest of those that stand is taken back, where there is one."""

    before_last: int = 0

    def __repr__(self) -> str:
        return f"undo {self.before_last} before the last"


Deed = Ask | TakeBack


@dataclass
class Standing:
    """A plan that is done and was not taken back."""

    plan: str
    row: Row
    before: Rows | None
    """The whole company before it; None once an earlier plan was taken back, which changed what was before."""


class Sequence:
    """One sequence in one company."""

    def __init__(self, stage: Stage, agent: Agent) -> None:
        self._stage = stage
        self._agent = agent
        self._standing: list[Standing] = []
        self._first = stage.rows()
        self._actions: set[str] = set()
        self._mingled = False
        """Whether a plan was taken back from under a later one: that one may then be beyond taking back."""

    async def play(self, *deeds: Deed) -> None:
        """All of it, then everything that stands is taken back, the last first."""
        for deed in deeds:
            if isinstance(deed, Ask):
                await self._ask(deed.row)
            elif deed.before_last < len(self._standing):
                await self._take_back(len(self._standing) - 1 - deed.before_last)
        while self._standing:
            await self._take_back(len(self._standing) - 1)
        if not self._mingled:
            self._assert_as(self._first)

    async def _ask(self, row: Row) -> None:
        before = self._stage.rows()
        reply = await self._agent.request(*row.actions)
        if reply.plan is None:
            return
        self._actions |= {action.name for action in row.actions}
        assert await self._done(reply.plan.id, reply.plan.digest), f"{row.name} was not done"
        self._standing.append(Standing(reply.plan.id, row, before))

    async def _take_back(self, number: int) -> None:
        one = self._standing[number]
        later = self._standing[number + 1 :]
        seen = self._stage.rows()
        reply = await self._agent.undo(one.plan)
        if reply.plan is None:
            lasting = one.before is not None and not not_as_before(self._stage.drift(one.before), self._actions)
            assert later or self._mingled or lasting, (
                f"undoing {one.row.name} is refused, though nobody touched it: {reply.blocks}"
            )
            assert not self._stage.drift(seen), "an undo that is refused changes nothing"
            # Where nothing but traces is left of it there was nothing to bring back; else it stands for good.
            self._mingled = self._mingled or not lasting
            del self._standing[number]
            return
        done = await self._done(reply.plan.id, reply.plan.digest)
        assert done, f"undoing {one.row.name} was approved and not done"
        self._standing.remove(one)
        if later:
            self._mingled = True
        elif one.before is not None and not self._mingled:
            self._assert_as(one.before)

    async def _done(self, plan: str, digest: str) -> bool:
        await self._agent.approve(plan, digest)
        for _look in range(_LOOKS):
            if self._agent.plan_json(plan)["status"] != "accepted":
                break
            self._stage.lets_pass(minutes=5)
            await self._agent.resume(plan)
        return self._agent.plan_json(plan)["status"] == "done"

    def _assert_as(self, before: Rows) -> None:
        lost: Drift = not_as_before(self._stage.drift(before), self._actions)
        assert not lost, f"not as before: {lost}"


def played(stage: Stage, *deeds: Deed) -> None:
    """Play deeds in a company as it is made."""

    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with open_agent(settings_for(stage.url, Path(folder))) as agent:
                await Sequence(stage, agent).play(*deeds)

    stage.begin()
    asyncio.run(play())
