"""Quotes, what becomes of them, and subscriptions: shown, done, read back, taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk, changes, choices, diff, told
from hypothesis import given
from hypothesis import strategies as st

from agent.intents.actions import CreateQuote, from_wire
from agent.reply import Table
from agent.tools.pricing import Bill, Line
from agent.tools.quotes import standing

lines = st.builds(
    Line, st.just("X"), st.integers(1, 20).map(Decimal), st.integers(1, 100_000).map(lambda cents: Decimal(cents) / 100)
)


async def rows(company: Company, doctype: str, fields: list[str], **filters: Any) -> list[dict[str, Any]]:
    """Documents as they stand, past the agent's back."""
    return await company.systems.erp.list(
        doctype, fields=fields, filters=[[field, "=", value] for field, value in filters.items()], order_by="name asc"
    )


def table(reply: Any) -> Table:
    """The one table of a reply."""
    [found] = [block for block in reply.blocks if isinstance(block, Table)]
    return found


@given(sold=st.lists(lines, max_size=8))
def test_both_taxes_are_on_the_net_and_each_to_the_cent(sold: list[Line]) -> None:
    bill = Bill(tuple(sold))
    assert abs(bill.tps - bill.net * 5 / 100) <= Decimal("0.005")
    assert abs(bill.tvq - bill.net * Decimal("9.975") / 100) <= Decimal("0.005")
    assert bill.total == bill.net + bill.tps + bill.tvq


@given(
    day=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), today=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
)
def test_an_open_offer_expires_the_day_after_it_holds(day: dt.date, today: dt.date) -> None:
    quote = {"status": "Open", "valid_till": day.isoformat()}
    assert standing(quote, today) == ("open" if today <= day else "expired")


def test_items_may_come_as_text() -> None:
    typed = from_wire({"action": "create_quote", "items": '[{"item": "FIBRE-100", "qty": 2}]'})
    assert isinstance(typed, CreateQuote)
    assert typed.wire() == {"action": "create_quote", "items": [{"item": "FIBRE-100", "qty": 2}]}


async def test_quotes_are_listed_by_where_they_stand(talk: Talk) -> None:
    assert [row[0] for row in table(await talk.ask("list_quotes", status="open")).rows] == [
        "SOQ-908",
        "SOQ-907",
        "SOQ-906",
    ]
    assert [row[0] for row in table(await talk.ask("list_quotes", status="expired")).rows] == ["SOQ-904", "SOQ-903"]
    assert [row[0] for row in table(await talk.ask("list_quotes", customer="Isabelle Nguyen")).rows] == ["SOQ-908"]


async def test_a_quote_is_made_with_both_taxes_and_undone_by_cancelling_it(talk: Talk, company: Company) -> None:
    reply = await talk.ask(
        "create_quote",
        customer="Isabelle Nguyen",
        items=[{"item": "fibre 500"}, {"item": "router"}, {"item": "installation", "rate": "50.00"}],
    )
    fields = changes(reply)["ERPNext: New quote · Isabelle Nguyen (C-10012)"]
    assert fields["Item 1"] == (None, "Fibre 500M (FIBRE-500) · 1 × $74.95")
    assert fields["Holds until"] == (None, "Sat, Apr 11, 2026")
    assert changes(reply)["ERPNext: Submit quote · Isabelle Nguyen (C-10012)"]["Total"] == (None, "$291.98")
    assert diff(reply).consequences[0] == "Each month: $74.95 before tax, $86.18 with TPS and TVQ."
    assert diff(reply).warnings == ["INSTALL-STD is quoted at $50.00; the list price is $99.00."]
    assert company.effects() == []
    assert (await talk("yes")).outcome == "answered"
    [_, made] = await rows(company, "Quotation", ["docstatus", "grand_total", "service_location"], party_name="C-10012")
    assert (made["docstatus"], made["grand_total"], made["service_location"]) == (1, 291.98, "LOC-00013")
    await talk("undo", "yes")
    [_, made] = await rows(company, "Quotation", ["docstatus"], party_name="C-10012")
    assert made["docstatus"] == 2


async def test_an_item_that_fits_several_is_a_question_that_keeps_the_others(talk: Talk) -> None:
    reply = await talk.ask("create_quote", customer="C-10012", items=[{"item": "fibre"}, {"item": "router"}])
    assert reply.outcome == "question"
    shown = diff(await talk("3"))
    assert "Fibre 500M" in shown.title
    assert "Routeur WiFi" in shown.title


async def test_a_quote_for_a_new_address_puts_it_on_file_as_pending(talk: Talk, company: Company) -> None:
    where = "123 Rue Principale, Huntingdon"
    reply = await talk.ask("create_quote", customer="C-10012", items=[{"item": "FIBRE-100"}], location=where)
    assert "123 Rue Principale, Huntingdon is on file for Jean Tremblay." in diff(reply).warnings
    await talk("yes")
    places = await rows(company, "Service Location", ["name", "status"], customer="C-10012")
    assert [place["status"] for place in places] == ["Pending", "Pending"]
    [_, quote] = await rows(company, "Quotation", ["service_location"], party_name="C-10012")
    assert quote["service_location"] == places[1]["name"]


async def test_a_quote_becomes_subscriptions_and_an_invoice(talk: Talk, company: Company) -> None:
    reply = await talk.ask("convert_quote", quote="SOQ-908")
    assert changes(reply)["ERPNext: Submit order · Isabelle Nguyen (C-10012)"]["Status SOQ-908"] == ("open", "ordered")
    assert changes(reply)["ERPNext: Submit invoice · Isabelle Nguyen (C-10012)"]["Total"] == (None, "$262.14")
    done = await talk("yes")
    assert "schedule the installation of Isabelle Nguyen" in told(done)
    [subscription] = await rows(company, "Subscription", ["status", "service_location"], party="C-10012")
    assert (subscription["status"], subscription["service_location"]) == ("Active", "LOC-00013")
    [invoice] = await rows(company, "Sales Invoice", ["outstanding_amount", "docstatus"], customer="C-10012")
    assert (invoice["outstanding_amount"], invoice["docstatus"]) == (262.14, 1)
    assert (await company.systems.erp.get("Quotation", "SOQ-908"))["status"] == "Ordered"
    assert "was converted already" in told(await talk.ask("convert_quote", customer="C-10012"))


async def test_undoing_a_conversion_cancels_what_it_made_and_opens_the_quote(talk: Talk, company: Company) -> None:
    await talk.ask("convert_quote", customer="Isabelle Nguyen")
    await talk("yes", "undo", "yes")
    [subscription] = await rows(company, "Subscription", ["status"], party="C-10012")
    [invoice] = await rows(company, "Sales Invoice", ["docstatus"], customer="C-10012")
    assert (subscription["status"], invoice["docstatus"]) == ("Cancelled", 2)
    assert (await company.systems.erp.get("Quotation", "SOQ-908"))["status"] == "Open"


async def test_a_conversion_whose_invoice_was_paid_is_not_taken_back(talk: Talk, company: Company) -> None:
    await talk.ask("convert_quote", customer="Isabelle Nguyen")
    await talk("yes")
    await talk.agent.request(
        from_wire({"action": "record_payment", "customer": "C-10012", "amount": "100.00"}), conversation="another"
    )
    await Talk(talk.agent, "another")("yes")
    reply = await talk("undo")
    assert (reply.outcome, reply.code) == ("refused", "plan_is_stale")
    assert (await company.systems.erp.get("Quotation", "SOQ-908"))["status"] == "Ordered"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quote": "903"}, "has expired"),
        ({"quote": "SOQ-901"}, "was converted already"),
        ({"quote": "905"}, "is lost"),
        ({"quote": "908", "start_date": "2026-03-01"}, "cannot start in the past"),
        ({"quote": "908", "customer": "C-10001"}, "belongs to Isabelle Nguyen"),
        ({"customer": "C-10001"}, "has no quote"),
    ],
)
async def test_a_quote_that_cannot_be_converted_says_why(
    talk: Talk, company: Company, fields: dict[str, str], words: str
) -> None:
    reply = await talk.ask("convert_quote", **fields)
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert words in told(reply)
    assert company.effects() == []


async def test_subscriptions_are_listed_with_price_and_frequency(talk: Talk) -> None:
    shown = table(await talk.ask("list_subscriptions", customer="Bouchard & Fils inc."))
    assert [row[1:5] for row in shown.rows] == [
        ["Fibre 1G (FIBRE-1000)", "1", "$94.95", "each month"],
        ["Téléphonie (TEL-VOIP)", "4", "$79.80", "each month"],
    ]
    assert shown.total.startswith("Each month: $174.75 before tax, $200.92 with taxes")
    assert len(table(await talk.ask("list_subscriptions")).rows) == 50
    there = table(await talk.ask("list_subscriptions", location="522 Rang Saint-Louis"))
    assert [row[1] for row in there.rows] == ["Fibre 100M (FIBRE-100)"]


async def plans_of(company: Company, customer: str) -> list[tuple[str, str]]:
    """What a customer subscribes to, and how it stands."""
    found = await rows(company, "Subscription", ["status", "plans.plan"], party=customer)
    return [(row["plan"], row["status"]) for row in found]


async def test_a_plan_is_swapped_with_its_difference_and_swapped_back(talk: Talk, company: Company) -> None:
    before = await plans_of(company, "C-10001")
    reply = await talk.ask("change_subscription", customer="Jean Tremblay", to_item="fibre 500")
    [fields] = changes(reply).values()
    assert fields["Plan 1"] == ("Fibre 100M (FIBRE-100) · 1", "Fibre 500M (FIBRE-500) · 1")
    assert diff(reply).consequences[0] == "$59.95 → $74.95 a month before tax: +$15.00 (+$17.25 with taxes)."
    await talk("yes")
    assert ("FIBRE-500", "Active") in await plans_of(company, "C-10001")
    await talk("undo", "yes")
    assert await plans_of(company, "C-10001") == before


async def test_at_several_addresses_it_is_asked_which(talk: Talk) -> None:
    reply = await talk.ask("change_subscription", customer="Groupe Immobilier Valleyfield", to_item="FIBRE-500")
    assert (reply.outcome, len(choices(reply))) == ("question", 12)
    assert "103 Boulevard du Havre" in diff(await talk("3")).title


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to_item": "FIBRE-100"}, "already has Fibre 100M"),
        ({"to_item": "tv"}, "To add it, make a quote"),
        ({"to_item": "FIBRE-500", "effective_date": "2026-04-01"}, "Ask again on the day"),
        ({"to_item": "FIBRE-500", "effective_date": "2026-03-01"}, "cannot take effect in the past"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(talk: Talk, fields: dict[str, str], words: str) -> None:
    reply = await talk.ask("change_subscription", customer="C-10001", **fields)
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert words in told(reply)


async def test_a_plan_that_is_not_sold_is_asked_about(talk: Talk) -> None:
    reply = await talk.ask("change_subscription", customer="C-10001", to_item="fibre 9000")
    assert (reply.outcome, reply.code) == ("question", "not_found")


async def test_a_subscription_is_ended_with_what_stays_behind_and_taken_back(talk: Talk, company: Company) -> None:
    before = await plans_of(company, "C-10001")
    reply = await talk.ask("cancel_subscription", customer="C-10001", reason="moves away")
    assert choices(reply) == ["FIBRE-100", "TEL-VOIP"]
    reply = await talk("téléphonie")
    assert any("450-272-2408" in warning for warning in diff(reply).warnings)
    await talk("yes")
    assert await plans_of(company, "C-10001") == [("FIBRE-100", "Active"), ("TEL-VOIP", "Cancelled")]
    await talk("undo", "yes")
    assert await plans_of(company, "C-10001") == before


async def test_sales_are_worded_in_french(talk: Talk) -> None:
    talk.agent.language = "fr"
    reply = await talk.ask("create_quote", customer="C-10012", items=[{"item": "fibre 100"}], valid_until="2026-03-20")
    assert "Elle est valide jusqu'au ven. 20 mars 2026." in told(reply).replace("\u00a0", " ")
    assert "Convertir SOQ-908" in diff(await talk.ask("convert_quote", quote="908")).title
    assert (
        "Passer Jean Tremblay de"
        in diff(await talk.ask("change_subscription", customer="C-10001", to_item="500")).title
    )
    ended = await talk.ask("cancel_subscription", customer="C-10001", item="fibre 100")
    assert "ne touche à aucun équipement" in told(ended)
    assert table(await talk.ask("list_quotes")).title == "Soumissions (toutes) · toute l'entreprise"
    assert "par" not in table(await talk.ask("list_subscriptions", customer="C-10001")).title


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("create_quote", {"items": [{"item": "FIBRE-100"}]}),
        ("convert_quote", {}),
        ("change_subscription", {"to_item": "FIBRE-500"}),
        ("cancel_subscription", {}),
        ("list_quotes", {}),
        ("list_subscriptions", {}),
    ],
)
async def test_a_technician_sells_nothing(
    open_agent: OpenAgent, company: Company, action: str, fields: dict[str, Any]
) -> None:
    reply = await open_agent(user="technician").ask(action, customer="C-10001", **fields)
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert company.effects() == []
