"""What an approval covers: this very plan, in time, once, over the world as it was shown; and what an undo covers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from durable_company import Outside, open_agent, settings_for
from durable_ends import Records

from agent import Agent
from agent.reply import PlanView, Reply


class Clock:
    """Seconds since the epoch, which a test moves on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def agent(outside: Outside, folder: Path, clock: Clock) -> AsyncIterator[Agent]:
    async with open_agent(settings_for(outside.url, folder), now=clock) as agent:
        yield agent


async def waiting(agent: Agent, text: str) -> PlanView:
    return shown(await agent.say(text))


def shown(reply: Reply) -> PlanView:
    assert reply.plan is not None, reply
    return reply.plan


async def done(agent: Agent, text: str) -> PlanView:
    plan = await waiting(agent, text)
    assert (await agent.approve(plan.id, plan.digest)).outcome == "answered"
    return plan


def status(agent: Agent, plan: str) -> str:
    return str(agent.plan_json(plan)["status"])


async def test_a_double_approval_writes_once(agent: Agent, outside: Outside) -> None:
    plan = await done(agent, "Suspend C-10018 for non-payment")
    again = await agent.approve(plan.id, plan.digest)
    assert (again.outcome, again.code) == ("refused", "plan_not_waiting")
    assert len(outside.effects()) == 3


async def test_the_digest_of_another_plan_approves_nothing(agent: Agent, outside: Outside) -> None:
    note = await waiting(agent, "add a note to C-10002: called back")
    plan = await waiting(agent, "Suspend C-10018 for non-payment")
    for digest in (note.digest, "", plan.digest.upper(), plan.digest[:12]):
        reply = await agent.approve(plan.id, digest)
        assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert outside.effects() == []
    assert status(agent, plan.id) == "waiting"


async def test_a_plan_that_was_replaced_cannot_be_approved(agent: Agent, outside: Outside) -> None:
    note = await waiting(agent, "add a note to C-10002: called back")
    await waiting(agent, "Suspend C-10018 for non-payment")
    reply = await agent.approve(note.id, note.digest)
    assert (reply.outcome, reply.code) == ("refused", "plan_not_waiting")
    assert outside.effects() == []


async def test_a_plan_that_does_not_exist_is_refused(agent: Agent) -> None:
    reply = await agent.approve("P-NOTHING", "0" * 64)
    assert (reply.outcome, reply.code) == ("refused", "plan_not_found")


async def test_an_expired_plan_is_refused_and_stays_so(agent: Agent, outside: Outside, clock: Clock) -> None:
    plan = await waiting(agent, "Suspend C-10018 for non-payment")
    clock.ahead = 15 * 60 + 1
    reply = await agent.approve(plan.id, plan.digest)
    assert (reply.outcome, reply.code) == ("refused", "plan_expired")
    clock.ahead = 0
    assert (await agent.approve(plan.id, plan.digest)).code == "plan_not_waiting"
    assert outside.effects() == []
    assert agent.verify_journal().ok


async def test_a_stale_plan_is_refused_and_shown_anew(agent: Agent, outside: Outside) -> None:
    plan = await waiting(agent, "Suspend C-10007 for non-payment")
    port = next(iter(outside.standing("C-10007").ports))
    outside.switches(port, enabled=False, key="by hand")
    hands = outside.last_effect()
    reply = await agent.approve(plan.id, plan.digest)
    assert (reply.outcome, reply.code) == ("plan", "plan_is_stale")
    fresh = shown(reply)
    assert (len(plan.steps), len(fresh.steps)) == (4, 3)
    assert outside.effects(hands) == []
    assert status(agent, plan.id) == "stale"
    assert (await agent.approve(fresh.id, fresh.digest)).outcome == "answered"
    assert len(outside.effects(hands)) == 3


async def test_a_plan_whose_work_is_done_meanwhile_runs_nothing(agent: Agent, outside: Outside) -> None:
    plan = await waiting(agent, "Suspend C-10018 for non-payment")
    outside.edits("Customer", "C-10018", is_suspended=1)
    hands = outside.last_effect()
    reply = await agent.approve(plan.id, plan.digest)
    assert (reply.outcome, reply.code, reply.plan) == ("refused", "plan_is_stale", None)
    assert outside.effects(hands) == []


async def test_another_field_of_the_customer_does_not_make_a_plan_stale(agent: Agent, outside: Outside) -> None:
    plan = await waiting(agent, "Suspend C-10018 for non-payment")
    outside.edits("Customer", "C-10018", website="https://example.com")
    assert (await agent.approve(plan.id, plan.digest)).outcome == "answered"


@pytest.mark.parametrize("hand", ["customer", "port"])
async def test_a_change_between_the_check_and_the_write_is_not_overwritten(
    outside: Outside, folder: Path, hand: str
) -> None:
    before = outside.standing("C-10018")
    (port,) = before.ports

    def colleague(event: object) -> None:
        if getattr(event, "state", "") != "claimed":
            return
        if hand == "customer":
            outside.edits("Customer", "C-10018", suspension_reason="moved away")
        else:
            outside.switches(port, enabled=False, key="by hand")

    async with open_agent(settings_for(outside.url, folder), watch=colleague) as agent:
        plan = await waiting(agent, "Suspend C-10018 for non-payment")
        reply = await agent.approve(plan.id, plan.digest)
    assert reply.outcome == "failed"
    after = outside.standing("C-10018")
    assert not after.suspension["is_suspended"]
    if hand == "customer":
        assert Records(folder).end() == "not_started"
        assert after.suspension["suspension_reason"] == "moved away"
        assert after.ports == before.ports
    else:
        assert Records(folder).end() == "compensated"
        assert after.ports == {port: False}
    assert after.comments == before.comments


@pytest.mark.parametrize(
    ("customer", "text"),
    [
        ("C-10018", "Suspend C-10018 for non-payment"),
        ("C-10003", "reactivate C-10003"),
        ("C-10001", "arrangement of 150 $ with C-10001 due 2026-03-26, cutoff 2026-04-02"),
        ("C-10008", "cancel the arrangement of C-10008"),
        ("C-10002", "add a note to C-10002: called back"),
    ],
)
async def test_an_undo_restores_the_business_state(agent: Agent, outside: Outside, customer: str, text: str) -> None:
    before = outside.standing(customer)
    plan = await done(agent, text)
    assert outside.standing(customer) != before or outside.standing(customer).comments != before.comments
    undo = shown(await agent.undo(plan.id))
    assert (await agent.approve(undo.id, undo.digest)).outcome == "answered"
    assert outside.standing(customer) == before
    assert agent.plan_json(plan.id)["undone_by"] == undo.id
    assert (await agent.undo(plan.id)).code == "plan_not_waiting"
    assert agent.verify_journal().ok


async def test_an_undo_approved_twice_writes_once(agent: Agent, outside: Outside) -> None:
    plan = await done(agent, "Suspend C-10018 for non-payment")
    undo = shown(await agent.undo(plan.id))
    other = shown(await agent.undo(plan.id))
    made = outside.last_effect()
    assert (await agent.approve(undo.id, undo.digest)).code == "plan_not_waiting"
    assert (await agent.approve(other.id, other.digest)).outcome == "answered"
    assert (await agent.approve(other.id, other.digest)).code == "plan_not_waiting"
    assert len(outside.effects(made)) == 2


async def test_an_undo_of_what_has_changed_since_is_refused(agent: Agent, outside: Outside) -> None:
    plan = await done(agent, "Suspend C-10018 for non-payment")
    ((port, _),) = outside.standing("C-10018").ports.items()
    outside.switches(port, enabled=True, key="by hand")
    made = outside.last_effect()
    reply = await agent.undo(plan.id)
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert outside.effects(made) == []


async def test_an_undo_whose_world_changed_before_its_approval_runs_nothing(agent: Agent, outside: Outside) -> None:
    plan = await done(agent, "Suspend C-10018 for non-payment")
    undo = shown(await agent.undo(plan.id))
    outside.edits("Customer", "C-10018", suspension_reason="fraud")
    made = outside.last_effect()
    reply = await agent.approve(undo.id, undo.digest)
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert outside.effects(made) == []


async def test_a_note_that_a_colleague_has_edited_is_not_deleted(agent: Agent, outside: Outside) -> None:
    plan = await done(agent, "add a note to C-10002: called back")
    (note,) = outside.documents("Comment", agent_step=f"{plan.id}/1")
    outside.edits("Comment", note["name"], content="called back; he pays on Friday")
    reply = await agent.undo(plan.id)
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")


async def test_a_note_that_is_edited_after_the_undo_was_shown_is_not_deleted(agent: Agent, outside: Outside) -> None:
    plan = await done(agent, "add a note to C-10002: called back")
    undo = shown(await agent.undo(plan.id))
    (note,) = outside.documents("Comment", agent_step=f"{plan.id}/1")
    outside.edits("Comment", note["name"], content="called back; he pays on Friday")
    reply = await agent.approve(undo.id, undo.digest)
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert outside.documents("Comment", name=note["name"]) != []


async def test_a_plan_that_was_compensated_cannot_be_undone(agent: Agent, outside: Outside) -> None:
    plan = await waiting(agent, "Suspend C-10018 for non-payment")
    outside.breaks({"kind": "status", "status": 403}, method="POST", path="Comment")
    await agent.approve(plan.id, plan.digest)
    outside.mends()
    assert status(agent, plan.id) == "compensated"
    assert (await agent.undo(plan.id)).code == "plan_not_waiting"
    assert [effect["verb"] for effect in outside.effects()] == ["update", "set_port", "set_port", "update"]


async def test_a_suspension_whose_reason_erpnext_rewrites_is_not_called_undone(
    agent: Agent, outside: Outside, folder: Path
) -> None:
    plan = await waiting(agent, "Suspend C-10018: he said <script>no</script>")
    reply = await agent.approve(plan.id, plan.digest)
    if outside.standing("C-10018").suspension["is_suspended"]:
        assert Records(folder).end() in ("done", "handed_over")
    else:
        assert reply.outcome == "failed"
        assert Records(folder).end() in ("not_started", "compensated")
