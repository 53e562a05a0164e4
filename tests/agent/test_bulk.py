"""A change of many parts: seen to go on, stopped between two of them, gone on with, taken back; nothing twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from demo_talk import Company, OpenAgent, Talk, states, told

from agent.confirm.execute import StepEvent
from agent.reply import PlanView

ALONE = "users: {admin: boss, supervisor: boss}\nroles: {boss: {allow: ['*']}}\n"
ORPHANS = 12


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    """One person is enough: two are the matter of other tests."""
    path = tmp_path / "alone.yaml"
    path.write_text(ALONE, encoding="utf-8")
    return path


class Hand:
    """Presses Ctrl-C once the step is confirmed."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.turn: asyncio.Task[object] | None = None

    def __call__(self, event: StepEvent) -> None:
        if (event.step, event.state) == (self.step, "confirmed") and self.turn is not None:
            self.turn.cancel()


async def stopped_after(step: int, open_agent: OpenAgent, policy_file: Path) -> tuple[Talk, PlanView]:
    """A conversation whose user left the turn while that step was under way, and the plan."""
    hand = Hand(step)
    talk = open_agent(policy_file=policy_file, seams={"watch": hand})
    plan = (await talk.ask("deregister_e911", all_orphans=True)).plan
    assert plan is not None
    hand.turn = asyncio.ensure_future(talk("yes"))
    with pytest.raises(asyncio.CancelledError):
        await hand.turn
    return talk, plan


async def registered(company: Company) -> int:
    return len(await company.systems.e911.registrations())


def struck(company: Company) -> Counter[str]:
    return Counter(str(one.target) for one in company.world.effects() if one.verb == "deregister")


async def test_each_part_is_told_as_it_goes(open_agent: OpenAgent, policy_file: Path) -> None:
    talk = open_agent(policy_file=policy_file)
    plan = (await talk.ask("deregister_e911", all_orphans=True)).plan
    assert plan is not None
    heard: list[str] = []
    await talk.agent.approve(plan.id, plan.digest, on_progress=heard.append)
    count = len(plan.steps)
    assert [line.split(" · ")[0] for line in heard[-count:]] == [f"{number}/{count}" for number in range(1, count + 1)]
    assert "911" in heard[-1]


async def test_leaving_stops_between_two_parts_and_what_was_done_is_on_record(
    open_agent: OpenAgent, policy_file: Path, company: Company
) -> None:
    before = await registered(company)
    talk, plan = await stopped_after(6, open_agent, policy_file)
    news = told(await talk.agent.standing(plan.id))
    assert "was stopped on the way" in news
    assert f"« /resume {plan.id} »" in news
    record = talk.agent.plan_json(plan.id)
    assert record["status"] == "stopped"
    assert [one["state"] for one in record["receipts"]] == ["confirmed"] * 6  # type: ignore[attr-defined]  # JSON
    assert 0 < before - await registered(company) < ORPHANS
    [entry] = [one for one in talk.agent.journal() if one.kind == "stopped"]
    assert (entry.user, entry.plan) == ("admin", plan.id)
    assert talk.agent.verify_journal().ok


async def test_what_was_stopped_goes_on_only_when_told_to_and_does_nothing_twice(
    open_agent: OpenAgent, policy_file: Path, company: Company
) -> None:
    before = await registered(company)
    talk, plan = await stopped_after(6, open_agent, policy_file)
    await talk.agent.aclose()
    other = open_agent(user="supervisor", name="elsewhere", policy_file=policy_file)
    assert await other.agent.resume() == []
    [done] = await other.agent.resume(plan.id)
    assert set(states(done)) == {"confirmed"}
    assert before - await registered(company) == ORPHANS
    assert set(struck(company).values()) == {1}
    assert other.agent.plan_json(plan.id)["status"] == "done"
    assert await other.agent.resume(stopped=True) == []


async def test_the_one_who_left_is_told_where_it_stands(open_agent: OpenAgent, policy_file: Path) -> None:
    talk, plan = await stopped_after(4, open_agent, policy_file)
    async with asyncio.timeout(10):
        while not (news := await talk.agent.news(talk.name)):  # noqa: ASYNC110 - as the prompt does, which has no event either
            await asyncio.sleep(0)
    assert f"News of plan {plan.id}: Plan {plan.id} was stopped on the way" in told(news)
    assert "News of plan" not in told(await talk("hello"))


async def test_what_was_done_before_the_stop_can_be_taken_back(
    open_agent: OpenAgent, policy_file: Path, company: Company
) -> None:
    before = await registered(company)
    talk, plan = await stopped_after(6, open_agent, policy_file)
    await talk.agent.standing(plan.id)
    undoing = (await talk("undo")).plan
    assert undoing is not None
    assert len(undoing.steps) == 6
    await talk("yes")
    company.let_pass(seconds=30)
    await talk("hello")
    assert await registered(company) == before
    [reply] = await talk.agent.resume(plan.id)
    assert talk.agent.plan_json(plan.id)["undone_by"] == undoing.id
    assert await registered(company) == before
    assert reply.outcome in ("answered", "failed")


async def test_a_change_of_one_matter_is_not_left_half_done(
    open_agent: OpenAgent, policy_file: Path, company: Company
) -> None:
    hand = Hand(1)
    talk = open_agent(policy_file=policy_file, seams={"watch": hand})
    plan = (await talk.ask("suspend_customer", customer="C-10018")).plan
    assert plan is not None
    hand.turn = asyncio.ensure_future(talk("yes"))
    with pytest.raises(asyncio.CancelledError):
        await hand.turn
    assert "Done." in told(await talk.agent.standing(plan.id))
    assert not any((await company.lit("C-10018")).values())


async def test_a_stop_is_told_in_french_too(open_agent: OpenAgent, policy_file: Path) -> None:
    talk, plan = await stopped_after(2, open_agent, policy_file)
    talk.agent.language = "fr"
    news = told(await talk.agent.standing(plan.id))
    assert "a été arrêté en chemin" in news
    assert f"« /reprendre {plan.id} »" in news
