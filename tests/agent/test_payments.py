"""Payments: what is on record, what came in and where it is put, and taking it back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from demo_talk import Company, OpenAgent, Talk, changes, choices, diff, told
from hypothesis import given
from hypothesis import strategies as st

from agent.reply import Table
from agent.tools.payments import allocate

amounts = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)


async def owed(company: Company, customer: str) -> dict[str, float]:
    """What is left of each open invoice of a customer."""
    rows = await company.systems.erp.list(
        "Sales Invoice",
        fields=["name", "outstanding_amount"],
        filters=[["customer", "=", customer], ["docstatus", "=", 1], ["outstanding_amount", "!=", 0]],
        order_by="due_date asc, name asc",
    )
    return {row["name"]: row["outstanding_amount"] for row in rows}


@given(amount=amounts, owing=st.lists(amounts, max_size=8))
def test_a_payment_is_put_on_the_oldest_first_and_never_on_more_than_is_owed(
    amount: Decimal, owing: list[Decimal]
) -> None:
    invoices = [(f"INV-{number}", outstanding) for number, outstanding in enumerate(owing)]
    parts = allocate(amount, invoices)
    assert sum(part for _, part in parts) == min(amount, sum(owing, Decimal(0)))
    assert [invoice for invoice, _ in parts] == [invoice for invoice, _ in invoices][: len(parts)]
    assert all(part == outstanding for (_, part), (_, outstanding) in list(zip(parts, invoices, strict=False))[:-1])


async def test_payments_are_listed_the_newest_first_with_what_they_come_to(talk: Talk) -> None:
    reply = await talk.ask("list_payments", customer="Jean Tremblay", since="2026-01-01")
    [table] = [block for block in reply.blocks if isinstance(block, Table)]
    assert [row[1] for row in table.rows] == sorted((row[1] for row in table.rows), reverse=True)
    assert all(row[1] >= "2026-01-01" for row in table.rows)
    assert table.total == "Paid: $91.87 · 1 shown"


async def test_without_a_customer_the_companys_payments_are_listed(talk: Talk) -> None:
    reply = await talk.ask("list_payments")
    [table] = [block for block in reply.blocks if isinstance(block, Table)]
    assert (len(table.rows), table.columns[1]) == (50, "Customer")


async def test_a_payment_is_put_on_the_oldest_invoices_and_undone_whole(talk: Talk, company: Company) -> None:
    before = await owed(company, "C-10003")
    reply = await talk.ask("record_payment", customer="Luc Gagnon", amount="60.00", method="cash")
    submitted = changes(reply)["ERPNext: Submit payment · Luc Gagnon (C-10003)"]
    assert submitted["Put on invoices"] == (None, "$60.00")
    assert submitted["Owing on ACC-SINV-2025-00472"] == ("$53.86", "$0.00")
    assert submitted["Owing on ACC-SINV-2025-00539"] == ("$86.18", "$80.04")
    assert diff(reply).consequences == ["Luc Gagnon then owes $252.40."]
    assert company.effects() == []
    assert (await talk("yes")).outcome == "answered"
    after = await owed(company, "C-10003")
    assert after == {**{name: before[name] for name in list(before)[2:]}, "ACC-SINV-2025-00539": 80.04}
    assert (await talk("undo", "yes")).outcome == "answered"
    assert await owed(company, "C-10003") == before
    [payment] = await company.systems.erp.list(
        "Payment Entry", fields=["docstatus"], filters=[["party", "=", "C-10003"], ["posting_date", "=", "2026-03-12"]]
    )
    assert payment["docstatus"] == 2


async def test_what_follows_in_the_same_message_sees_the_payment(talk: Talk, company: Company) -> None:
    reply = await talk.ask_all(
        {"action": "record_payment", "customer": "C-10003", "amount": "60.00"},
        {"action": "reactivate_customer", "customer": "C-10003"},
    )
    assert "Luc Gagnon still owes $252.40." in diff(reply).warnings
    assert (await talk("yes")).outcome == "answered"
    assert sum((await owed(company, "C-10003")).values()) == pytest.approx(252.40)
    assert await company.lit("C-10003") == {"OLT-WEST 1/1/2": True}


async def test_no_amount_is_the_whole_balance(talk: Talk, company: Company) -> None:
    reply = await talk.ask("record_payment", customer="Luc Gagnon")
    assert diff(reply).title.startswith("Record $312.40 from Luc Gagnon")
    await talk("yes")
    assert await owed(company, "C-10003") == {}


async def test_a_named_invoice_is_paid_and_the_rest_stays_on_account(talk: Talk, company: Company) -> None:
    reply = await talk.ask("record_payment", customer="C-10001", amount="100.00", invoice="00134", reference="CHQ 12")
    assert "$8.13 is more than is owed: it stays on account for Jean Tremblay, on no invoice." in diff(reply).warnings
    await talk("yes")
    assert list(await owed(company, "C-10001")) == ["ACC-SINV-2026-00068"]


async def test_an_invoice_leads_to_its_customer(talk: Talk) -> None:
    reply = await talk.ask("record_payment", invoice="ACC-SINV-2026-00134")
    assert diff(reply).title.startswith("Record $91.87 from Jean Tremblay")


async def test_an_invoice_that_is_not_open_is_a_question(talk: Talk) -> None:
    reply = await talk.ask("record_payment", customer="C-10001", amount="50.00", invoice="999")
    assert reply.outcome == "question"
    assert choices(reply) == ["ACC-SINV-2026-00068", "ACC-SINV-2026-00134"]
    assert diff(await talk("2")).title.startswith("Record $50.00 from Jean Tremblay")


async def test_the_same_amount_twice_a_day_is_pointed_out(talk: Talk) -> None:
    await talk.ask("record_payment", customer="C-10003", amount="60.00")
    await talk("yes")
    reply = await talk.ask("record_payment", customer="C-10003", amount="60.00")
    assert any("is it the same payment?" in warning for warning in diff(reply).warnings)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"customer": "Sylvie Côté"}, "owes nothing"),
        ({"customer": "C-10003", "amount": "60.00", "date": "2026-03-20"}, "cannot be dated in the future"),
    ],
)
async def test_what_cannot_be_recorded_is_refused_and_says_why(
    talk: Talk, company: Company, fields: dict[str, str], words: str
) -> None:
    reply = await talk.ask("record_payment", **fields)
    assert (reply.outcome, reply.plan) == ("refused", None)
    assert words in told(reply)
    assert company.effects() == []


async def test_a_payment_is_worded_in_french(talk: Talk) -> None:
    talk.agent.language = "fr"
    reply = await talk.ask("record_payment", customer="C-10003", amount="60.00", method="cash")
    fields = changes(reply)["ERPNext: Nouveau : paiement · Luc Gagnon (C-10003)"]
    assert fields["Mode de paiement"] == (None, "comptant")
    assert "Luc Gagnon doit ensuite 252,40 $." in told(reply)
    assert "Paiements · toute l'entreprise" in str((await talk.ask("list_payments")).blocks)


@pytest.mark.parametrize("action", ["record_payment", "list_payments", "list_arrangements"])
async def test_a_technician_sees_and_records_no_money(open_agent: OpenAgent, company: Company, action: str) -> None:
    reply = await open_agent(user="technician").ask(action, customer="C-10003")
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert company.effects() == []


async def test_arrangements_are_listed_with_the_days_that_are_left(talk: Talk) -> None:
    [table] = [block for block in (await talk.ask("list_arrangements")).blocks if isinstance(block, Table)]
    assert table.rows[0][:5] == ["PA-00006", "Nathalie Roy (C-10008)", "$150.00", "2026-03-26", "14 days"]
    assert table.total.startswith("Still to be kept: $200.00")
    reply = await talk.ask("list_arrangements", status="broken")
    [broken] = [block for block in reply.blocks if isinstance(block, Table)]
    assert [row[-1] for row in broken.rows] == ["broken"]


async def test_no_arrangement_is_told_in_french(talk: Talk) -> None:
    talk.agent.language = "fr"
    reply = await talk.ask("list_arrangements", customer="Jean Tremblay")
    assert told(reply) == "Aucune entente (toutes) pour Jean Tremblay."
