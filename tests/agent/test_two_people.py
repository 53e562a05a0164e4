"""Two people at one record: the plan that is approved second is looked at again, and never runs as it was shown."""

from __future__ import annotations

from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk, changes, choices, diff, states, told

ARRANGED = {"customer": "C-10001", "due_date": "2026-03-26"}


async def overtaken(open_agent: OpenAgent, first: dict[str, Any], second: dict[str, Any]) -> tuple[Talk, Talk]:
    """Two people's conversations after both saw a diff and the first of them said yes."""
    hers = open_agent(user="supervisor", name="hers")
    his = open_agent(user="admin", name="his")
    assert (await hers.ask_all(first)).outcome == "plan"
    assert (await his.ask_all(second)).outcome == "plan"
    assert set(states(await hers("yes"))) <= {"confirmed", "accepted", "waits"}
    return hers, his


SHOWN_ANEW = {
    "two payments": (
        {"action": "record_payment", "customer": "C-10001", "amount": "20.00"},
        {"action": "record_payment", "customer": "C-10001", "amount": "20.00"},
    ),
    "two changes of address": (
        {"action": "update_service_address", "customer": "C-10008", "address": "33 rue lake"},
        {"action": "update_service_address", "customer": "C-10008", "address": "35 rue lake"},
    ),
    "two priorities of a ticket": (
        {"action": "update_ticket", "customer": "C-10011", "priority": "urgent"},
        {"action": "update_ticket", "customer": "C-10011", "priority": "low"},
    ),
    "two ways to reach a customer": (
        {"action": "update_contact", "customer": "C-10001", "email": "jean@example.com"},
        {"action": "update_contact", "customer": "C-10001", "email": "jt@example.com"},
    ),
    "a suspension and a payment": (
        {"action": "record_payment", "customer": "C-10001", "amount": "20.00"},
        {"action": "suspend_customer", "customer": "C-10001"},
    ),
    "a voicemail turned off and its address changed": (
        {"action": "set_voicemail", "did": "4502722408", "email": "a@example.com"},
        {"action": "set_voicemail", "did": "4502722408", "email": "b@example.com"},
    ),
}


@pytest.mark.parametrize("kind", SHOWN_ANEW)
async def test_the_second_is_shown_anew_and_wants_a_yes_of_its_own(
    open_agent: OpenAgent, company: Company, kind: str
) -> None:
    _hers, his = await overtaken(open_agent, *SHOWN_ANEW[kind])
    old, done = his.agent.plans(1)[0], company.effects()
    waiting = [one for one in his.agent.plans() if one.status == "waiting"]
    assert [one.user for one in waiting] == ["admin"]
    anew = await his("yes")
    assert (anew.outcome, anew.code) == ("plan", "plan_is_stale")
    assert "Something has changed since that diff was shown, so nothing ran." in told(anew)
    assert company.effects() == done
    assert anew.plan is not None
    assert anew.plan.id not in (old.id, waiting[0].id)
    assert his.agent.plan_json(waiting[0].id)["status"] == "stale"
    assert set(states(await his("yes"))) <= {"confirmed", "accepted", "waits"}
    assert len(company.effects()) > len(done)


async def test_two_payments_are_not_put_on_the_same_dollars(open_agent: OpenAgent) -> None:
    _hers, his = await overtaken(open_agent, *SHOWN_ANEW["two payments"])
    anew = await his("yes")
    assert "is it the same payment?" in diff(anew).warnings[0]


async def test_the_second_address_starts_from_the_first(open_agent: OpenAgent, company: Company) -> None:
    _hers, his = await overtaken(open_agent, *SHOWN_ANEW["two changes of address"])
    anew = await his("yes")
    shown = [lines for title, lines in changes(anew).items() if "Civic number" in lines]
    assert shown[0]["Civic number"] == ("33", "35")
    await his("yes")
    rows = await company.systems.erp.list(
        "Service Location", fields=["civic_number"], filters=[["customer", "=", "C-10008"]]
    )
    assert [row["civic_number"] for row in rows] == ["35"]


async def test_what_the_first_has_done_already_is_not_done_again(open_agent: OpenAgent, company: Company) -> None:
    wish = {"action": "suspend_customer", "customer": "C-10018"}
    _hers, his = await overtaken(open_agent, wish, wish)
    done = company.effects()
    reply = await his("yes")
    assert (reply.outcome, reply.code, reply.plan) == ("refused", "plan_is_stale", None)
    assert "nothing ran" in told(reply)
    assert "Martin Gagné is already suspended" in told(reply)
    assert company.effects() == done


async def test_of_two_arrangements_the_second_becomes_a_question(open_agent: OpenAgent, company: Company) -> None:
    first = {"action": "create_payment_arrangement", "amount": "50.00", **ARRANGED}
    second = {"action": "create_payment_arrangement", "amount": "80.00", **ARRANGED}
    _hers, his = await overtaken(open_agent, first, second)
    reply = await his("yes")
    assert (reply.outcome, reply.code) == ("question", "plan_is_stale")
    assert choices(reply)
    running = [name for name, status in (await company.arrangements("C-10001")).items() if status == "Open"]
    assert len(running) == 1
    replacing = await his("1")
    assert replacing.outcome == "plan"
    await his("yes")
    assert sorted((await company.arrangements("C-10001")).values()).count("Open") == 1


async def test_two_people_at_different_customers_do_not_wait_for_each_other(open_agent: OpenAgent) -> None:
    _hers, his = await overtaken(
        open_agent,
        {"action": "record_payment", "customer": "C-10001", "amount": "20.00"},
        {"action": "record_payment", "customer": "C-10003", "amount": "20.00"},
    )
    assert set(states(await his("yes"))) == {"confirmed"}
