"""A restart is not something to find done hours after it was asked for: a worker's death may delay it, not free it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from durable_company import Outside, open_agent, settings_for
from durable_ends import Records

from agent.confirm.execute import StepEvent


class Died(Exception):
    """Stands for a worker that ends where it is."""


def dies(event: StepEvent) -> None:
    if event.state == "reserved":
        raise Died


@pytest.mark.parametrize(("hours", "end", "restarts"), [(0.1, "done", 1), (2, "not_started", 0)])
async def test_a_restart_resumed_long_after_its_approval_is_not_sent(
    outside: Outside, folder: Path, hours: float, end: str, restarts: int
) -> None:
    settings = settings_for(outside.url, folder)
    async with open_agent(settings, lease_seconds=1, watch=dies) as agent:
        plan = (await agent.say("reboot Martin Gagné's router")).plan
        assert plan is not None
        await agent.approve(plan.id, plan.digest)
    assert outside.effects() == []
    async with open_agent(settings, now=lambda: time.time() + 3600 * hours) as agent:
        await agent.resume(plan.id)
        outside.lets_pass(seconds=10)
        await agent.resume(plan.id)
    assert Records(folder).end() == end
    assert [effect["verb"] for effect in outside.effects()].count("reboot") == restarts
