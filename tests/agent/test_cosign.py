"""Plans that take two people: one says yes, another says it too, and only then does anything run."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_talk import Company, OpenAgent, Talk, diff, states, told

from agent.reply import PlanView, Reply

BOTH = """
users: {agent: agent, technician: clerk, supervisor: boss, admin: boss}
roles:
  agent: {allow: [suspend_customer, record_payment]}
  clerk: {allow: [suspend_customer]}
  boss: {allow: ['*']}
cosign:
  - {actions: [suspend_customer], roles: [agent, boss], by: [boss]}
  - {actions: [record_payment], above: 300, by: [boss]}
"""


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(BOTH, encoding="utf-8")
    return path


def shown(reply: Reply) -> PlanView:
    assert reply.plan is not None, told(reply)
    return reply.plan


async def approved_once(talk: Talk) -> PlanView:
    """A suspension that its asker has said yes to."""
    plan = shown(await talk.ask("suspend_customer", customer="C-10018"))
    await talk("yes")
    return plan


async def test_the_first_yes_runs_nothing_and_says_who_else(
    open_agent: OpenAgent, company: Company, policy_file: Path
) -> None:
    talk = open_agent(user="agent", policy_file=policy_file)
    asked = await talk.ask("suspend_customer", customer="C-10018")
    assert "This takes two people: after your yes, someone else approves it too (boss)." in told(asked)
    reply = await talk("yes")
    assert reply.outcome == "plan"
    assert f"Plan {shown(asked).id} now waits for a second person (boss)" in told(reply)
    assert company.effects() == []
    [summary] = talk.agent.plans()
    assert summary.status == "awaiting_cosigner"
    assert "was approved by agent and waits for someone else (boss)" in told(await talk.agent.show(summary.id))


async def test_another_person_of_the_right_role_runs_it(open_agent: OpenAgent, policy_file: Path) -> None:
    clerk = open_agent(user="agent", policy_file=policy_file)
    plan = await approved_once(clerk)
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    assert [one.id for one in boss.agent.awaiting_me()] == [plan.id]
    reply = await boss.agent.approve(plan.id, plan.digest)
    assert (reply.outcome, set(states(reply))) == ("answered", {"confirmed"})
    record = boss.agent.plan_json(plan.id)
    assert (record["status"], record["approved_by"]) == ("done", "supervisor")
    assert record["approvals"] == ["agent", "supervisor"]
    first, last = [one for one in boss.agent.journal() if one.kind.startswith("approved")]
    assert (first.kind, first.user, first.body["second_by"]) == ("approved_first", "agent", ["boss"])
    assert (last.kind, last.user, last.body["approvals"]) == ("approved", "supervisor", ["agent", "supervisor"])
    assert boss.agent.verify_journal().ok
    assert boss.agent.awaiting_me() == []


async def test_the_one_who_asked_hears_of_it(open_agent: OpenAgent, policy_file: Path) -> None:
    clerk = open_agent(user="agent", policy_file=policy_file)
    plan = await approved_once(clerk)
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    await boss.agent.approve(plan.id, plan.digest)
    assert f"News of plan {plan.id}: Done." in told(await clerk("hello"))
    assert "News of plan" not in told(await clerk("hello"))


@pytest.mark.parametrize("by_word", [True, False])
async def test_the_same_person_twice_is_refused_and_told_so(
    open_agent: OpenAgent, company: Company, policy_file: Path, *, by_word: bool
) -> None:
    boss = open_agent(user="supervisor", policy_file=policy_file)
    plan = await approved_once(boss)
    reply = await boss("yes") if by_word else await boss.agent.approve(plan.id, plan.digest)
    assert (reply.outcome, reply.code) == ("refused", "same_approver")
    assert "You have approved plan" in told(reply)
    assert "someone else (boss)" in told(reply)
    assert company.effects() == []
    assert boss.agent.awaiting_me() == []


async def test_the_second_has_to_have_the_role(open_agent: OpenAgent, company: Company, policy_file: Path) -> None:
    boss = open_agent(user="supervisor", policy_file=policy_file)
    plan = await approved_once(boss)
    clerk = open_agent(user="technician", policy_file=policy_file, name="his")
    assert clerk.agent.awaiting_me() == []
    reply = await clerk.agent.approve(plan.id, plan.digest)
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert "The second approval takes another role (boss)" in told(reply)
    assert (await clerk.agent.cosign(plan.id, conversation="his")).code == "not_allowed"
    assert company.effects() == []


async def test_roles_and_amounts_decide_whether_two_are_needed(open_agent: OpenAgent, policy_file: Path) -> None:
    clerk = open_agent(user="technician", policy_file=policy_file, name="his")
    await clerk.ask("suspend_customer", customer="C-10018")
    assert set(states(await clerk("yes"))) == {"confirmed"}
    agent = open_agent(user="agent", policy_file=policy_file, name="hers")
    await agent.ask("record_payment", customer="C-10003", amount="300.00")
    assert set(states(await agent("yes"))) == {"confirmed"}
    in_full = await agent.ask("record_payment", customer="C-10004")
    assert in_full.outcome == "refused" or "This takes two people" in told(in_full)
    other = open_agent(user="agent", policy_file=policy_file, name="other")
    assert "This takes two people" in told(await other.ask("record_payment", customer="C-10001", amount="300.01"))


async def test_what_moved_before_the_second_yes_is_shown_anew(
    open_agent: OpenAgent, company: Company, policy_file: Path
) -> None:
    clerk = open_agent(user="agent", policy_file=policy_file)
    plan = await approved_once(clerk)
    await company.change("C-10018", suspension_reason="moved away")
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    await boss.agent.cosign(plan.id, conversation="hers")
    before = company.effects()
    reply = await boss("yes")
    assert (reply.outcome, reply.code) == ("plan", "plan_is_stale")
    assert shown(reply).id != plan.id
    assert company.effects() == before
    assert "no longer fitted the facts" in told(await clerk("hello"))
    # The fresh diff was never shown to the clerk: his yes is not said to it.
    assert "Nothing is waiting" in told(await clerk("yes"))
    half_way = await boss("yes")
    assert "now waits for a second person" in told(half_way)
    assert company.effects() == before


async def test_a_yes_in_her_own_conversation_is_enough_once_it_was_shown(
    open_agent: OpenAgent, policy_file: Path
) -> None:
    plan = await approved_once(open_agent(user="agent", policy_file=policy_file))
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    reply = await boss.agent.cosign(plan.id, conversation="hers")
    assert diff(reply).plan == plan.id
    assert "Approve " in told(reply)
    assert set(states(await boss("yes"))) == {"confirmed"}


async def test_a_yes_after_something_else_is_not_said_to_it(
    open_agent: OpenAgent, company: Company, policy_file: Path
) -> None:
    plan = await approved_once(open_agent(user="agent", policy_file=policy_file))
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    await boss.agent.cosign(plan.id, conversation="hers")
    await boss("what does Jean Tremblay owe?")
    assert "Nothing is waiting" in told(await boss("yes"))
    assert company.effects() == []


async def test_a_no_leaves_it_waiting_and_rejecting_it_drops_it(
    open_agent: OpenAgent, company: Company, policy_file: Path
) -> None:
    clerk = open_agent(user="agent", policy_file=policy_file)
    plan = await approved_once(clerk)
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    await boss.agent.cosign(plan.id, conversation="hers")
    assert "You did not approve it" in told(await boss("no"))
    assert boss.agent.plan_json(plan.id)["status"] == "awaiting_cosigner"
    await boss.agent.reject(plan.id, "not yet")
    assert boss.agent.plan_json(plan.id)["status"] == "rejected"
    assert "was dropped" in told(await clerk("hello"))
    assert company.effects() == []


async def test_it_waits_for_as_long_as_the_policy_says(
    open_agent: OpenAgent, company: Company, policy_file: Path
) -> None:
    ahead = {"seconds": 0.0}

    def now() -> float:
        return 1_800_000_000.0 + ahead["seconds"]

    clerk = open_agent(user="agent", policy_file=policy_file, seams={"now": now})
    early, late = await approved_once(clerk), None
    ahead["seconds"] = 7.9 * 3600
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers", seams={"now": now})
    assert (await boss.agent.approve(early.id, early.digest)).outcome == "answered"
    late = shown(await clerk.ask("suspend_customer", customer="C-10001"))
    await clerk("yes")
    effects = company.effects()
    ahead["seconds"] += 8 * 3600 + 1
    reply = await boss.agent.approve(late.id, late.digest)
    assert (reply.outcome, reply.code) == ("refused", "plan_expired")
    assert "expired before it was approved" in told(await clerk("hello"))
    assert company.effects() == effects


async def test_taking_it_back_takes_two_as_well(open_agent: OpenAgent, company: Company, policy_file: Path) -> None:
    clerk = open_agent(user="agent", policy_file=policy_file)
    plan = await approved_once(clerk)
    boss = open_agent(user="supervisor", policy_file=policy_file, name="hers")
    await boss.agent.approve(plan.id, plan.digest)
    effects = company.effects()
    assert "This takes two people" in told(await clerk("undo"))
    assert "now waits for a second person" in told(await clerk("yes"))
    assert company.effects() == effects


async def test_it_is_said_in_french_too(open_agent: OpenAgent, policy_file: Path) -> None:
    talk = open_agent(user="agent", policy_file=policy_file)
    talk.agent.language = "fr"
    assert "Il faut deux personnes" in told(await talk.ask("suspend_customer", customer="C-10018"))
    assert "attend maintenant une deuxième personne (boss)" in told(await talk("oui"))
    assert "doit venir de quelqu'un d'autre (boss)" in told(await talk("oui"))


async def test_the_shipped_policy_wants_two_for_all_orphans(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent(user="admin")
    one = await talk.ask("deregister_e911", did="4502646112")
    assert "takes two people" not in told(one)
    every = await talk.ask("deregister_e911", all_orphans=True)
    assert "(supervisor, admin)" in told(every)
    await talk("yes")
    assert company.effects() == []
    plan = shown(every)
    reply = await open_agent(user="supervisor", name="hers").agent.approve(plan.id, plan.digest)
    assert set(states(reply)) == {"confirmed"}
