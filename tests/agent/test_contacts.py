"""Changing how a customer is reached: what changes where, what is refused, what is pointed out, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from demo_talk import Company, Talk, changes, diff, told


async def reached(company: Company, customer_id: str) -> dict[str, Any]:
    """The customer's own copy beside the contact's fields."""
    customer = await company.customer(customer_id)
    contact = await company.systems.erp.get("Contact", customer["customer_primary_contact"])
    return {
        "customer": (customer.get("mobile_no"), customer.get("email_id")),
        "contact": (contact.get("full_name"), contact.get("mobile_no"), contact.get("phone"), contact.get("email_id")),
        "numbers": [row["phone"] for row in contact["phone_nos"]],
    }


async def test_a_new_cell_reaches_the_contact_and_the_customer_and_comes_back(talk: Talk, company: Company) -> None:
    before = await reached(company, "C-10005")
    reply = await talk.ask("update_contact", customer="C-10005", cell="514 555 0177")
    [record] = changes(reply).values()
    assert record == {"Cell": (before["customer"][0], "514-555-0177")}
    await talk("yes")
    after = await reached(company, "C-10005")
    assert after["customer"] == ("514-555-0177", before["customer"][1])
    assert after["contact"][1] == "514-555-0177"
    assert after["numbers"] == ["514-555-0177"]
    await talk("undo", "yes")
    assert await reached(company, "C-10005") == before


async def test_a_second_number_leaves_the_cell_and_says_so(talk: Talk, company: Company) -> None:
    before = await reached(company, "C-10010")
    reply = await talk.ask("update_contact", customer="C-10010", phone="(450) 264-6000")
    assert f"The cell {before['customer'][0]} stays" in told(reply)
    await talk("yes")
    after = await reached(company, "C-10010")
    assert after["customer"] == before["customer"]
    assert after["contact"][2] == "450-264-6000"
    assert set(after["numbers"]) == {"450-264-6000", before["customer"][0]}


async def test_several_values_change_at_once(talk: Talk, company: Company) -> None:
    reply = await talk.ask(
        "update_contact", customer="C-10010", email="comptes@ginette.example.com", contact_name="Line Leblanc"
    )
    assert "go to comptes@ginette.example.com" in told(reply)
    assert "stays in the name of Dépanneur Chez Ginette (C-10010)" in told(reply)
    await talk("yes")
    after = await reached(company, "C-10010")
    assert after["customer"][1] == "comptes@ginette.example.com"
    assert (after["contact"][0], after["contact"][3]) == ("Line Leblanc", "comptes@ginette.example.com")
    assert (await company.customer("C-10010"))["customer_name"] == "Dépanneur Chez Ginette"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cell": "555-0177"}, "« 555-0177 » is no telephone number"),
        ({"phone": "014-555-0177"}, "« 014-555-0177 » is no telephone number"),
        ({"email": "sylvie at example"}, "is no e-mail address"),
        ({"email": "sylvie@@example.com"}, "is no e-mail address"),
        ({"email": "sylvie@example"}, "is no e-mail address"),
        ({"email": "sylvie..c@example.com"}, "is no e-mail address"),
    ],
)
async def test_what_is_malformed_is_refused_with_the_reason(fields: dict[str, str], said: str, talk: Talk) -> None:
    reply = await talk.ask("update_contact", customer="C-10005", **fields)
    assert reply.outcome == "refused"
    assert said in told(reply)


async def test_the_same_value_again_is_no_plan(talk: Talk, company: Company) -> None:
    cell = (await company.customer("C-10005"))["mobile_no"]
    reply = await talk.ask("update_contact", customer="C-10005", cell=cell.replace("-", " "))
    assert reply.outcome == "refused"
    assert "already" in told(reply)


async def test_a_new_email_warns_of_what_still_goes_to_the_old_one(talk: Talk) -> None:
    reply = await talk.ask("update_contact", customer="C-10005", email="sylvie.nouveau@example.com")
    assert any("Stripe" in warning for warning in diff(reply).warnings)


async def test_a_value_that_reaches_someone_else_too_is_pointed_out(talk: Talk, company: Company) -> None:
    other = (await company.customer("C-10001"))["email_id"]
    reply = await talk.ask("update_contact", customer="C-10005", email=other)
    assert any("Jean Tremblay (C-10001)" in warning for warning in diff(reply).warnings)


async def test_a_contact_that_someone_changed_meanwhile_is_not_overwritten(talk: Talk, company: Company) -> None:
    await talk.ask("update_contact", customer="C-10005", cell="514-555-0177")
    name = (await company.customer("C-10005"))["customer_primary_contact"]
    contact = await company.systems.erp.get("Contact", name)
    numbers = [{"phone": "514-555-0999", "is_primary_mobile_no": 1}]
    await company.systems.erp.update("Contact", name, {"phone_nos": numbers}, modified=str(contact["modified"]))
    reply = await talk("yes")
    assert reply.outcome == "plan"
    assert (await company.systems.erp.get("Contact", name))["mobile_no"] == "514-555-0999"
