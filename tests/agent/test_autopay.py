"""Paying by itself: how a customer pays, and switching it in ERPNext and at Stripe together."""

from __future__ import annotations

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, changes, diff, told

SECRETS = ("pm_demo", "paysafe-demo", "ppa-demo")


async def methods(company: Company, customer: str) -> dict[str, tuple[int, int]]:
    """Each way to pay on file: automatic, active."""
    rows = await company.systems.erp.list(
        "Payment Method", fields=["provider", "is_auto", "is_active"], filters=[["customer", "=", customer]]
    )
    return {row["provider"]: (row["is_auto"], row["is_active"]) for row in rows}


async def charged(company: Company, stripe_customer: str) -> str | None:
    """The card that Stripe charges by itself."""
    return (await company.systems.stripe.customer(stripe_customer)).default_payment_method


@pytest.mark.parametrize(
    ("customer", "sentence"),
    [
        ("Sylvie Côté", "Sylvie Côté pays automatically: Stripe •••• 4242."),
        ("C-10016", "Geneviève Dubois pays automatically: Bank Draft •••• 3309."),
        ("C-10002", "Marie-Ève Tremblay does not pay automatically."),
        ("C-10001", "Jean Tremblay does not pay automatically.\nNothing is on file"),
    ],
)
async def test_how_a_customer_pays_is_told_with_four_digits_at_most(talk: Talk, customer: str, sentence: str) -> None:
    reply = await talk.ask("check_autopay", customer=customer)
    assert told(reply).startswith(sentence)
    assert not any(secret in reply.model_dump_json() for secret in SECRETS)


async def test_switching_to_stripe_leaves_exactly_one_way_active(talk: Talk, company: Company) -> None:
    before = await methods(company, "C-10016")
    reply = await talk.ask("switch_autopay", customer="C-10016", provider="stripe")
    card = changes(reply)["Stripe: Automatic card · Geneviève Dubois (C-10016)"]
    assert card == {"Card charged automatically": (None, "visa •••• 5556")}
    assert not any(secret in reply.model_dump_json() for secret in SECRETS)
    assert company.effects() == []
    assert (await talk("yes")).outcome == "answered"
    assert await methods(company, "C-10016") == {"Stripe": (1, 1), "Bank Draft": (0, 0)}
    assert await charged(company, "cus_demo_10016") == "pm_demo_10016"
    assert (await talk("undo", "yes")).outcome == "answered"
    assert await methods(company, "C-10016") == before
    assert await charged(company, "cus_demo_10016") is None


async def test_switching_to_the_bank_takes_the_card_off(talk: Talk, company: Company) -> None:
    await talk.ask("switch_autopay", customer="C-10016", provider="stripe")
    await talk("yes")
    await talk.ask("switch_autopay", customer="C-10016", provider="bank")
    await talk("yes")
    assert await methods(company, "C-10016") == {"Stripe": (0, 0), "Bank Draft": (1, 1)}
    assert await charged(company, "cus_demo_10016") is None


async def test_turning_it_off_leaves_the_card_on_file(talk: Talk, company: Company) -> None:
    await talk.ask("switch_autopay", customer="Sylvie Côté", provider="off")
    await talk("yes")
    assert await methods(company, "C-10005") == {"Stripe": (0, 1)}
    assert await charged(company, "cus_demo_10005") is None
    assert len(await company.systems.stripe.cards("cus_demo_10005")) == 1
    await talk("undo", "yes")
    assert await methods(company, "C-10005") == {"Stripe": (1, 1)}
    assert await charged(company, "cus_demo_10005") == "pm_demo_10005"


async def test_a_customer_unknown_to_stripe_is_made_and_needs_a_card_first(talk: Talk, company: Company) -> None:
    reply = await talk.ask("switch_autopay", customer="C-10001", provider="stripe")
    assert "automatic payment does not start yet" in told(reply)
    await talk("yes")
    [made] = await company.systems.stripe.customers_of("C-10001", email="jean.tremblay@example.com")
    assert (await company.customer("C-10001"))["stripe_customer_id"] == made.id
    again = await talk.ask("switch_autopay", customer="C-10001", provider="stripe")
    assert (again.outcome, again.plan) == ("refused", None)
    assert "has no card on file at Stripe" in told(again)
    assert company.effects().count("stripe create") <= 1


@pytest.mark.parametrize(
    ("customer", "provider", "words"),
    [
        ("C-10005", "stripe", "already pays automatically by Stripe •••• 4242"),
        ("C-10004", "bank", "already pays automatically by Bank Draft •••• 7715"),
        ("C-10001", "bank", "the PPA form has to be signed first"),
        ("C-10001", "off", "does not pay automatically"),
    ],
)
async def test_what_cannot_be_switched_is_refused_and_says_why(
    talk: Talk, company: Company, customer: str, provider: str, words: str
) -> None:
    reply = await talk.ask("switch_autopay", customer=customer, provider=provider)
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert words in told(reply)
    assert company.effects() == []


async def test_a_switch_is_worded_in_french(talk: Talk) -> None:
    talk.agent.language = "fr"
    reply = await talk.ask("switch_autopay", customer="C-10016", provider="stripe")
    assert diff(reply).title == "Débiter Geneviève Dubois automatiquement : Stripe •••• 5556"
    assert "banque (PPA)" in cells(await talk.ask("check_autopay", customer="C-10016"))


async def test_a_technician_neither_sees_nor_switches_it(open_agent: OpenAgent) -> None:
    technician = open_agent(user="technician")
    assert (await technician.ask("check_autopay", customer="C-10005")).code == "not_allowed"
    assert (await technician.ask("switch_autopay", customer="C-10005", provider="off")).code == "not_allowed"
