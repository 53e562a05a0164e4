"""Plays a cell of the table of faults, and judges it by the company's own records.

First a row is rehearsed in peace: its plan is made and kept, its calls, its effects and its drift are noted. Then each
cell begins from the very same company and the very same waiting plan; a fault strikes while it is approved, the systems
are mended, and what is unfinished is resumed. Leaves: how it ended, or an AssertionError that says what is wrong.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from durable_company import open_agent, settings_for
from durable_ends import Records
from fault_cells import FAULTS, Cell, cells, nameless
from fault_records import Drift
from fault_rows import Row
from fault_stage import Call, Stage
from undo_table import not_compensated

from agent import Agent
from agent.confirm.execute import LEASE_SECONDS, StepEvent
from agent.confirm.plan import Plan
from agent.confirm.remaining import remaining, standing
from agent.intents.actions import from_wire
from agent.store import Store

ANSWER_SECONDS = 0.4
"""Only where a time-out is what is tried: elsewhere a busy machine must not fail a cell."""
_FOLLOW_UPS = 3
_MAKING = ("insert_doc", "ensure_stripe_customer")
_CARRIED_OUT_SECONDS = 0.08
_MINUTES = 5
"""How long a device or a provider is given between two looks, in the company's time."""


@dataclass(frozen=True)
class Rehearsal:
    """A row in peace: from where its cells begin, and what its approval comes to."""

    row: Row
    picture: sqlite3.Connection | None
    """None: the company as it is made."""
    store: bytes
    plan: Plan
    calls: list[Call]
    writes: dict[int, int]
    """Step -> which of the calls is its write: the last one that it makes before it is answered."""
    effects: Counter[str]
    by_step: dict[int, Counter[str]]
    """Step -> what it does to the world."""
    drift: Drift

    @property
    def cells(self) -> list[Cell]:
        """Every cell of the row."""
        return list(cells(self.row.name, self.calls))

    def cells_of(self, kind: str) -> list[Cell]:
        """The cells of the write of the first step of a kind."""
        step = next(number for number, one in enumerate(self.plan.steps, start=1) if one.kind == kind)
        write = self.calls[self.writes[step]]
        nth = self.calls[: self.writes[step] + 1].count(write)
        return [cell for cell in self.cells if (cell.method, cell.path) == write and cell.nth == nth]


@dataclass(frozen=True)
class Ended:
    """How a cell ended: at first, and once the systems were mended and the plan resumed."""

    first: str
    last: str

    def __str__(self) -> str:
        told = {"not_started": "as before", "compensated": "as before", "waiting": "as before", "stale": "as before"}
        first, last = (told.get(one, one.replace("_", " ")) for one in (self.first, self.last))
        return first if first == last else f"{first} → {last}"


async def rehearse(row: Row, stage: Stage) -> Rehearsal:
    """Play a row in peace."""
    stage.begin()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with _agent(stage, folder) as agent:
            plan = await _proposed(row, agent, stage)
        store = (folder / "agent.sqlite").read_bytes()
        picture = stage.picture() if row.first or row.undo else None
        stage.begin(picture)
        marks: list[tuple[int, int]] = []
        writes: dict[int, int] = {}

        def watch(event: StepEvent) -> None:
            if event.state in ("reserved", "ended"):
                marks.append((event.step, len(stage.effect_list())))
            if event.state in ("answered", "accepted"):
                writes.setdefault(event.step, len(stage.calls) - 1)

        async with _agent(stage, folder, watch=watch) as agent:
            await agent.names()
            stage.forget_calls()
            await _carried_through(agent, plan, stage)
            calls, done = stage.calls, stage.effect_list()
        assert _status(folder, plan) == "done", f"{row.name} ends in peace as {_status(folder, plan)}"
        by_step = {step: Counter(done[start:end]) for (step, start), (_, end) in pairwise(marks) if step}
        made = _named_by_making(plan, folder)
        return Rehearsal(
            row=row,
            picture=picture,
            store=store,
            plan=plan,
            calls=[nameless(call, made) for call in calls],
            writes=writes,
            effects=stage.effects(),
            by_step=by_step,
            drift=stage.drift(),
        )


def _named_by_making(plan: Plan, folder: Path) -> set[str]:
    """The names of what the plan made: another run gives other ones."""
    making = {number for number, step in enumerate(plan.steps, start=1) if step.kind in _MAKING}
    receipts = [receipt for receipt in Records(folder).receipts[plan.id] if receipt.step in making]
    return {str(receipt.result[name]) for receipt in receipts for name in ("name", "id") if name in receipt.result}


async def _proposed(row: Row, agent: Agent, stage: Stage) -> Plan:
    """What comes first is done; the plan that is to be tried waits."""
    for actions in [*([from_wire(wire)] for wire in row.first), *([row.actions] if row.undo else [])]:
        done = await agent.request(*actions)
        assert done.plan is not None, f"{row.name}: {done.blocks}"
        await agent.approve(done.plan.id, done.plan.digest)
        await _followed_up(agent, stage, done.plan.id)
        assert agent.plan_json(done.plan.id)["status"] == "done", row.name
    reply = await (agent.undo(agent.plans(1)[0].id) if row.undo else agent.request(*row.actions))
    assert reply.plan is not None, f"{row.name}: {reply.blocks}"
    stored = Store(agent._settings.store_url)
    try:
        found = stored.plan(reply.plan.id)
        assert found is not None
        return Plan.model_validate_json(found.body)
    finally:
        stored.close()


async def play(cell: Cell, rehearsal: Rehearsal, stage: Stage) -> Ended:
    """Play one cell; raises AssertionError where something is lost, doubled or half."""
    stage.begin(rehearsal.picture)
    plan = rehearsal.plan
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "agent.sqlite").write_bytes(rehearsal.store)
        agent = _agent(stage, folder, answer_seconds=ANSWER_SECONDS if cell.too_late else 10.0)
        async with agent:
            await agent.names()
            stage.breaks(FAULTS[cell.fault], **cell.match)
            if cell.killed:
                await _killed(agent, plan, cell, stage)
            else:
                await _carried_through(agent, plan, stage)
        assert stage.fired(), "the fault never struck"
        if cell.killed:
            stage.mends()
            async with _agent(stage, folder, later=LEASE_SECONDS + 1) as agent:
                await agent.resume()
                await _followed_up(agent, stage, plan.id)
        first = _status(folder, plan)
        if first == "handed_over":
            _assert_exactly_left(rehearsal, folder, stage)
        stage.mends()
        if first in ("handed_over", "accepted"):
            async with _agent(stage, folder, later=LEASE_SECONDS + 1) as agent:
                await agent.resume(plan.id)
                await _followed_up(agent, stage, plan.id)
        last = _status(folder, plan)
        _assert_whole(cell, rehearsal, folder, last, stage)
        return Ended("done" if (first, last) == ("accepted", "done") else first, last)


def _agent(stage: Stage, folder: Path, *, later: float = 0.0, **seams: object) -> Agent:
    settings = settings_for(stage.url, folder)
    return open_agent(settings, now=lambda: time.time() + later, **seams)  # type: ignore[arg-type]  # as the opener types them


async def _carried_through(agent: Agent, plan: Plan, stage: Stage) -> None:
    """Approved, and followed up to its end."""
    await agent.approve(plan.id, plan.digest)
    await _followed_up(agent, stage, plan.id)


async def _followed_up(agent: Agent, stage: Stage, plan: str) -> None:
    """What was promised comes to be, and is heard of."""
    for _look in range(_FOLLOW_UPS):
        if agent.plan_json(plan)["status"] != "accepted":
            return
        stage.lets_pass(minutes=_MINUTES)
        await agent.resume(plan)


async def _killed(agent: Agent, plan: Plan, cell: Cell, stage: Stage) -> None:
    """The process is gone while the call is out: nothing of it runs on, not even to say so."""
    approving = asyncio.create_task(_carried_through(agent, plan, stage))
    given_up = time.monotonic() + 5
    while not approving.done() and not stage.fired():
        assert time.monotonic() < given_up, "the fault never struck"
        await asyncio.sleep(0.005)
    if cell.fault == "killed after":
        # It is carried out as soon as it has come; only the answer is held.
        await asyncio.sleep(_CARRIED_OUT_SECONDS)
    assert agent._office is not None
    dying: list[asyncio.Future[Any]] = [*agent._office.running, approving]
    for one in dying:
        one.cancel()
    await asyncio.gather(*dying, return_exceptions=True)


def _status(folder: Path, plan: Plan) -> str:
    return next(row.status for row in Records(folder).rows if row.id == plan.id)


def _assert_exactly_left(rehearsal: Rehearsal, folder: Path, stage: Stage) -> None:
    """What is handed over is what is not there: nothing that was done, and all that was not."""
    plan, effects = rehearsal.plan, stage.effects()
    receipts = Records(folder).receipts[plan.id]
    left = {one.number: one.state for one in remaining(plan, receipts)}
    assert left, "nothing is left, and yet it was handed over"
    has_failed = any(receipt.state == "failed" and receipt.direction == "do" for receipt in receipts)
    if has_failed and not standing(plan, receipts):
        # What is left is the way back: that it is all, and no more, shows when it has been gone.
        return
    for step, made in rehearsal.by_step.items():
        own = {name for name in made if rehearsal.effects[name] == 1}
        if left.get(step) == "not_run":
            assert not own & effects.keys(), f"step {step} is left to be done, and was done"
        elif step not in left:
            assert own <= effects.keys(), f"step {step} is not left to be done, and was not done"


def _assert_whole(cell: Cell, rehearsal: Rehearsal, folder: Path, status: str, stage: Stage) -> None:
    effects, drift = stage.effects(), stage.drift()
    if status == "done":
        assert effects == rehearsal.effects, _apart(rehearsal.effects, effects)
        assert drift == rehearsal.drift, f"done, but not as in peace: {_differing(drift, rehearsal.drift)}"
    elif status in ("waiting", "stale", "not_started"):
        assert not effects, f"{status}, but done: {effects}"
        assert not drift, f"{status}, but changed: {drift}"
    elif status in ("compensated", "handed_over"):
        twice = [name for name, times in effects.items() if times > max(1, 2 * rehearsal.effects[name])]
        assert not twice, f"done twice: {twice}"
        if status == "handed_over":
            _assert_exactly_left(rehearsal, folder, stage)
        else:
            names = [action.name for action in rehearsal.row.actions]
            lost = not_compensated(drift, names, undoing=rehearsal.row.undo)
            assert not lost, f"compensated, but not as before: {lost}"
    else:
        raise AssertionError(f"ended as {status}")
    assert Records(folder).check.ok
    if cell.must_be_done:
        assert status == "done" or (status == "waiting" and cell.killed), f"{status}, where it could have been done"


def _apart(wanted: Counter[str], found: Counter[str]) -> str:
    return f"lost: {dict(wanted - found)}; doubled: {dict(found - wanted)}"


def _differing(found: Drift, wanted: Drift) -> Drift:
    keys = [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]
    return {key: {"found": (wanted.get(key), found.get(key))} for key in keys}
