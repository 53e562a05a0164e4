"""What a system only promises holds back what relies on it: nothing comes after before it is confirmed."""

from __future__ import annotations

from demo_talk import Company, OpenAgent, Talk, states, told

from agent.intents.actions import UpdateE911Address

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
