"""A change of many parts, in processes of their own: killed or interrupted in the middle, and gone on with."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from durable_child import Boundary, Children, Waiting, resumes
from durable_company import Outside, open_agent, settings_for
from durable_ends import Records, assert_once

from agent.confirm.execute import LEASE_SECONDS, StepEvent
from agent.intents.actions import DeregisterE911

ORPHANS = 12
LATER = LEASE_SECONDS + 1


async def all_orphans(outside: Outside, folder: Path) -> Waiting:
    async with open_agent(settings_for(outside.url, folder)) as agent:
        reply = await agent.request(DeregisterE911(all_orphans=True))
        assert reply.plan is not None, reply
        return reply.plan.id, reply.plan.digest


def struck(outside: Outside) -> int:
    return sum(effect["verb"] == "deregister" for effect in outside.effects())


def approves_and_is_interrupted(url: str, folder: Path, plan: Waiting, boundary: Boundary) -> None:
    """Approve a plan; Ctrl-C when the run reaches the boundary."""

    def watch(event: StepEvent) -> None:
        if (event.step, event.direction, event.state) == boundary:
            os.kill(os.getpid(), signal.SIGINT)

    async def work() -> None:
        async with open_agent(settings_for(url, folder), watch=watch) as agent:
            await agent.approve(*plan)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio.run(work())


def goes_on(url: str, folder: Path, plan: str) -> None:
    """Somebody says that it shall go on."""

    async def work() -> None:
        async with open_agent(settings_for(url, folder)) as agent:
            await agent.resume(plan)

    asyncio.run(work())


@pytest.mark.parametrize("cut", [(5, "do", "sent"), (6, "do", "answered"), (7, "do", "confirmed")])
async def test_one_that_is_killed_in_the_middle_is_finished_and_does_nothing_twice(
    outside: Outside, folder: Path, children: Children, cut: Boundary
) -> None:
    plan = await all_orphans(outside, folder)
    assert children.dies_at(cut, outside.url, folder, plan)
    assert 0 < struck(outside) < ORPHANS
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    assert Records(folder).end() == "done"
    assert struck(outside) == ORPHANS
    assert_once(outside.effects())


@pytest.mark.parametrize("cut", [(5, "do", "sent"), (6, "do", "confirmed")])
async def test_one_that_is_interrupted_stops_in_between_and_goes_on_when_told_to(
    outside: Outside, folder: Path, children: Children, cut: Boundary
) -> None:
    plan = await all_orphans(outside, folder)
    assert children.runs(approves_and_is_interrupted, outside.url, folder, plan, cut) != 0
    records = Records(folder)
    assert (records.row.status, records.check.ok) == ("stopped", True)
    states = {receipt.state for receipt in records.receipts[plan[0]]}
    assert states == {"confirmed"}
    done = struck(outside)
    assert 0 < done < ORPHANS
    # Whoever merely starts takes up what was cut short, not what somebody stopped.
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    assert struck(outside) == done
    assert children.runs(goes_on, outside.url, folder, plan[0]) == 0
    assert Records(folder).end() == "done"
    assert struck(outside) == ORPHANS
    assert_once(outside.effects())
