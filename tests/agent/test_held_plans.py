"""What a system only promises holds back what relies on it: nothing comes after before it is confirmed."""

from __future__ import annotations

import pytest
from demo_talk import Company, OpenAgent, Talk, states, told

from agent.intents.actions import UpdateE911Address
from agent.reply import Progress, Reply

RIGHT = UpdateE911Address(did="4502473300", address="12 Main Street")
WRONG = UpdateE911Address(did="4502722408", address="99999 Rue Principale")


async def civic(company: Company, did: str) -> tuple[str, str]:
    """The civic number at the provider and in our record."""
    entry = (await company.systems.e911.registration(did)).registered
    record = await company.systems.erp.get("VoIP Line", did)
    return entry.civic_number if entry else "", record["e911_civic_number"]


async def test_a_held_plan_goes_on_when_it_is_followed_up(talk: Talk, company: Company) -> None:
    await talk.agent.request(RIGHT)
    assert states(await talk("yes")) == ["accepted", "waits"]
    assert "News of plan" not in told(await talk.ask("list_invoices", customer="C-10001"))
    company.let_pass(seconds=5)
    assert "News of plan" in told(await talk.ask("list_invoices", customer="C-10001"))
    assert await civic(company, "4502473300") == ("12", "12")
    assert company.effects() == ["e911 register", "erpnext update"]


async def test_a_held_plan_is_resumed_by_another_worker(open_agent: OpenAgent, company: Company) -> None:
    first = open_agent()
    shown = await first.agent.request(RIGHT)
    assert shown.plan is not None
    await first("yes")
    await first.agent.aclose()
    company.let_pass(seconds=5)
    [resumed] = await open_agent(name="elsewhere").agent.resume(shown.plan.id)
    assert states(resumed) == ["confirmed", "confirmed"]
    assert company.effects() == ["e911 register", "erpnext update"]


async def test_waiting_a_few_seconds_is_often_enough(company: Company, open_agent: OpenAgent) -> None:
    patient = open_agent(name="patient", seams={"follow_up_seconds": 8})
    await patient.agent.request(RIGHT, conversation="patient")
    assert states(await patient("yes")) == ["confirmed", "confirmed"]
    assert await civic(company, "4502473300") == ("12", "12")


async def test_taking_back_is_followed_up_too(talk: Talk, company: Company) -> None:
    shown = await talk.agent.request(RIGHT, WRONG)
    assert shown.plan is not None
    assert states(await talk("yes")) == ["accepted", "waits", "waits", "waits"]
    company.let_pass(seconds=5)
    # The first is accepted and its record follows; the second is asked for.
    await talk.ask("list_invoices", customer="C-10001")
    assert await civic(company, "4502473300") == ("12", "12")
    company.let_pass(seconds=5)
    await talk.ask("list_invoices", customer="C-10001")
    now = await talk.agent.show(shown.plan.id)
    assert "taking back what it had done is sent, not confirmed yet" in told(now)
    company.let_pass(seconds=5)
    news = told(await talk.ask("list_invoices", customer="C-10001"))
    assert "was reverted. Nothing is changed." in news
    assert await civic(company, "4502473300") == ("8", "8")
    assert await civic(company, "4502722408") == ("123", "123")


async def test_a_registration_that_was_accepted_is_told_behind_the_prompt(talk: Talk, company: Company) -> None:
    await talk.agent.request(RIGHT)
    assert "Sent, not confirmed yet: the 911 provider has still to accept it." in told(await talk("yes"))
    assert await talk.agent.news(talk.name) is None
    company.let_pass(seconds=5)
    news = await talk.agent.news(talk.name)
    assert news is not None
    assert "Done." in told(news)
    assert "450-247-3300" in told(news)
    assert await talk.agent.news(talk.name) is None
    assert "News of plan" not in told(await talk.ask("list_invoices", customer="C-10001"))


async def test_a_registration_that_was_rejected_is_told_with_the_reason_after_a_restart(
    open_agent: OpenAgent, company: Company
) -> None:
    first = open_agent()
    shown = await first.agent.request(WRONG)
    assert shown.plan is not None
    await first("yes")
    await first.agent.aclose()
    company.let_pass(seconds=5)
    later = open_agent()
    [end] = await later.agent.resume()
    assert end.outcome == "failed"
    [progress] = [block for block in end.blocks if isinstance(block, Progress)]
    assert "The street guide has no 99999 on Rue Principale" in progress.steps[0].text
    assert later.agent.plans()[0].status == "not_started"
    assert "The street guide has no 99999" in told_steps(await later.agent.show(shown.plan.id))
    assert await civic(company, "4502722408") == ("123", "123")


@pytest.mark.parametrize(("request_", "end"), [(RIGHT, "done"), (WRONG, "not_started")])
async def test_the_list_of_plans_asks_after_what_is_open(
    open_agent: OpenAgent, company: Company, request_: UpdateE911Address, end: str
) -> None:
    talk = open_agent()
    await talk.agent.request(request_)
    await talk("yes")
    assert await talk.agent.catch_up() is None
    assert talk.agent.plans()[0].status == "accepted"
    company.let_pass(seconds=5)
    news = await talk.agent.catch_up()
    assert news is not None
    assert ("The street guide has no 99999" in told(news)) is (end == "not_started")
    assert talk.agent.plans()[0].status == end


async def test_who_asked_is_told_once_also_where_somebody_else_looked_first(
    open_agent: OpenAgent, company: Company
) -> None:
    hers = open_agent(user="supervisor", name="hers")
    await hers.agent.request(WRONG, conversation="hers")
    await hers("yes")
    company.let_pass(seconds=5)
    his = open_agent(user="admin", name="his")
    assert "The street guide has no 99999" in told(await his.agent.catch_up() or await his("hello"))
    news = told(await hers("hello"))
    assert "News of plan" in news
    assert "(The street guide has no 99999 on Rue Principale" in news
    assert "News of plan" not in told(await hers("hello"))


async def test_news_are_told_in_french_too(open_agent: OpenAgent, company: Company) -> None:
    talk = open_agent()
    talk.agent.language = "fr"
    await talk.agent.request(WRONG)
    assert "Envoyé, pas encore confirmé" in told(await talk("oui"))
    company.let_pass(seconds=5)
    assert "Des nouvelles du plan" in told(await talk("bonjour"))


def told_steps(reply: Reply) -> str:
    """What is said of each step."""
    return " ".join(step.text for block in reply.blocks if isinstance(block, Progress) for step in block.steps)
