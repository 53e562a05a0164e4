"""What can be neither finished nor reverted is handed to a person with the exact calls left, and finished later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from durable_company import Outside, open_agent, settings_for
from durable_ends import Records, assert_once

from agent import Agent
from agent.confirm.plan import Plan
from agent.confirm.remaining import remaining
from agent.intents.actions import ConvertQuote, RebootDevice

CUSTOMER = "C-10007"
REFUSED = {"kind": "status", "status": 403}


@pytest.fixture
async def agent(outside: Outside, folder: Path) -> AsyncIterator[Agent]:
    async with open_agent(settings_for(outside.url, folder)) as agent:
        yield agent


async def suspended(agent: Agent) -> str:
    """Approve a suspension in whatever state the world is; the plan's name."""
    plan = (await agent.say(f"Suspend {CUSTOMER} for non-payment")).plan
    assert plan is not None
    await agent.approve(plan.id, plan.digest)
    return plan.id


def left(folder: Path) -> list[tuple[str, str, bool | None]]:
    """The calls left: where, in which state, and what a port is to be."""
    records = Records(folder)
    assert records.end() == "handed_over"
    plan = Plan.model_validate_json(records.row.body)
    found = remaining(plan, records.receipts[plan.id])
    return [(one.step.target(), one.state, getattr(one.step, "after", None)) for one in found]


async def test_a_port_of_which_nothing_is_heard_is_handed_over_and_finished_later(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    first, second = sorted(outside.standing(CUSTOMER).ports)
    outside.breaks({"kind": "reset"}, system="hub", method="PUT", nth=2)
    plan = await suspended(agent)
    assert left(folder) == [(second, "unknown", False), ("Comment", "not_run", None)]
    assert outside.standing(CUSTOMER).ports == {first: False, second: True}
    outside.mends()
    await agent.resume(plan)
    assert Records(folder).end() == "done"
    assert len(outside.effects()) == 4
    assert not any(outside.standing(CUSTOMER).ports.values())


async def test_a_reversal_that_is_refused_is_handed_over_and_finished_later(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    before = outside.standing(CUSTOMER)
    first, second = sorted(before.ports)
    outside.breaks(REFUSED, method="POST", path="Comment")
    outside.breaks(REFUSED, system="hub", method="PUT", nth=4)
    plan = await suspended(agent)
    ports = [(first, "failed", True)]
    assert left(folder)[:1] == ports
    assert [(where, state) for where, state, _ in left(folder)[1:]] == [(f"Customer {CUSTOMER}", "not_run")]
    assert outside.standing(CUSTOMER).ports == {first: False, second: True}
    outside.mends()
    await agent.resume(plan)
    assert Records(folder).end() == "compensated"
    assert outside.standing(CUSTOMER) == before
    assert_once(outside.effects())


async def test_a_reversal_that_a_person_made_by_hand_is_not_made_again(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    before = outside.standing(CUSTOMER)
    first, _second = sorted(before.ports)
    outside.breaks(REFUSED, method="POST", path="Comment")
    outside.breaks(REFUSED, system="hub", method="PUT", nth=4)
    plan = await suspended(agent)
    outside.mends()
    outside.switches(first, enabled=True, key="by hand")
    made = outside.last_effect()
    await agent.resume(plan)
    assert Records(folder).end() == "compensated"
    assert outside.standing(CUSTOMER) == before
    assert [(effect["verb"], effect["target"]) for effect in outside.effects(made)] == [
        ("update", f"Customer/{CUSTOMER}")
    ]


async def test_an_accepted_restart_stays_so_while_the_hub_cannot_be_asked(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    plan = (await agent.say("reboot the router of C-10018")).plan
    assert plan is not None
    assert (await agent.approve(plan.id, plan.digest)).outcome == "answered"
    assert Records(folder).row.status == "accepted"
    outside.lets_pass(minutes=1)
    outside.breaks({"kind": "status", "status": 500}, system="hub")
    await agent.resume(plan.id)
    assert Records(folder).row.status == "accepted"
    outside.mends()
    await agent.resume(plan.id)
    assert Records(folder).end() == "done"
    assert len(outside.effects()) == 1


async def test_a_restart_that_the_device_has_only_taken_is_not_called_done(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    (router,) = [box for box in outside.devices("C-10018") if box["type"] == "Router"]
    plan = (await agent.say("reboot the router of C-10018")).plan
    assert plan is not None
    await agent.approve(plan.id, plan.digest)
    assert Records(folder).row.status == "accepted"
    outside.lets_pass(minutes=1)
    await agent.resume(plan.id)
    assert Records(folder).end() == "done"
    (after,) = [box for box in outside.devices("C-10018") if box["type"] == "Router"]
    assert after["last_boot"] > router["last_boot"]


async def test_what_cannot_be_taken_back_is_finished_instead_once_the_way_is_free(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    first, second, third, fourth = sorted(box["serial"] for box in outside.devices("C-10018"))
    outside.breaks(REFUSED, method="POST", path=third)
    reply = await agent.request(RebootDevice(customer="C-10018", device="all"))
    assert reply.plan is not None
    await agent.approve(reply.plan.id, reply.plan.digest)
    assert left(folder)[-2:] == [(third, "failed", None), (fourth, "not_run", None)]
    assert [effect["target"] for effect in outside.effects()] == [first, second]
    outside.mends()
    await agent.resume(reply.plan.id)
    outside.lets_pass(minutes=5)
    await agent.resume(reply.plan.id)
    assert Records(folder).end() == "done"
    assert [effect["target"] for effect in outside.effects()] == [first, second, third, fourth]


async def test_an_undo_that_has_voided_an_invoice_is_finished_and_not_turned_back(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    reply = await agent.request(ConvertQuote(quote="SOQ-908"))
    assert reply.plan is not None
    await agent.approve(reply.plan.id, reply.plan.digest)
    undoing = (await agent.undo(reply.plan.id)).plan
    assert undoing is not None
    outside.breaks(REFUSED, method="PUT", path="/Subscription/")
    before = outside.last_effect()
    await agent.approve(undoing.id, undoing.digest)
    records = Records(folder)
    row = next(one for one in records.rows if one.id == undoing.id)
    assert records.end(row) == "handed_over"
    shown = agent.plan_json(undoing.id)["left_to_do"]
    assert isinstance(shown, list)
    assert [("Subscription" in line, "Sales Order" in line) for line in shown] == [(True, False), (False, True)]
    outside.mends()
    await agent.resume(undoing.id)
    records = Records(folder)
    assert next(one.status for one in records.rows if one.id == undoing.id) == "done"
    assert [effect["verb"] for effect in outside.effects(before)] == ["cancel", "update", "cancel"]
