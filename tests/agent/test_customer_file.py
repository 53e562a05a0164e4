"""The whole customer in one answer: what it shows, what it costs, and what is left of it where a system is down."""

from __future__ import annotations

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, told

from agent.clients.patience import Patience
from agent.reply import Facts, Reply, Table
from sandbox.faults import Fault, FaultRules, Match, Rule

MOST_REQUESTS = 12


def tables(reply: Reply) -> dict[str, Table]:
    """The tables of a reply by title."""
    return {block.title: block for block in reply.blocks if isinstance(block, Table)}


def badges(reply: Reply) -> dict[str, str]:
    """The facts of the header."""
    header = next(block for block in reply.blocks if isinstance(block, Facts))
    return {fact.label: fact.value for fact in header.facts}


@pytest.mark.parametrize("customer", ["C-10015", "C-10001", "C-10012"])
async def test_the_whole_file_takes_no_more_than_twelve_requests_whatever_its_size(
    customer: str, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.ask("list_invoices", customer="C-10001")
    with caplog.at_level("DEBUG", logger="agent.clients.http"):
        reply = await talk.ask("get_customer", customer=customer)
    assert reply.outcome == "answered"
    requests = [one for one in caplog.records if one.name == "agent.clients.http"]
    assert 10 <= len(requests) <= MOST_REQUESTS


async def test_twelve_locations_come_with_their_live_terminals(talk: Talk) -> None:
    shown = tables(await talk.ask("get_customer", customer="C-10015"))
    assert len(shown["Service addresses"].rows) == 12
    assert {row[3] for row in shown["Service addresses"].rows} == {"online"}
    assert len(shown["Equipment"].rows) == 12
    assert len(shown["Services"].rows) == 12


async def test_every_part_of_the_file_is_there_or_named_as_empty(talk: Talk) -> None:
    reply = await talk.ask("get_customer", customer="C-10001")
    titles = {*tables(reply), *(block.title for block in reply.blocks if isinstance(block, Facts))}
    for part in (
        "Contact", "Service addresses", "Equipment", "Services", "Quotes", "Payment arrangements", "Tickets",
        "Invoices", "Payments", "Work orders", "Phone lines", "Notes",
    ):  # fmt: skip
        assert part in titles or part in told(reply), part
    assert "What happened · Jean Tremblay" in titles


async def test_the_badges_tell_of_suspension_arrangement_autopay_and_911(talk: Talk) -> None:
    suspended = badges(await talk.ask("get_customer", customer="C-10003"))
    assert suspended["Status"].startswith("SUSPENDED since Fri, Feb 20, 2026")
    promised = badges(await talk.ask("get_customer", customer="C-10008"))["Arrangement"]
    assert "in 14 days" in promised
    assert "21 days until service is cut" in promised
    assert "4242" in badges(await talk.ask("get_customer", customer="C-10005"))["Auto-pay"]
    assert badges(await talk.ask("get_customer", customer="C-10001"))["911"] == "registered"


async def test_only_the_sections_asked_for_are_read_and_shown(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    await talk.ask("list_invoices", customer="C-10001")
    with caplog.at_level("DEBUG", logger="agent.clients.http"):
        reply = await talk.ask("get_customer", customer="C-10011", sections=["tickets", "notes"])
    assert set(tables(reply)) <= {"Tickets", "Notes"}
    assert "Tickets" in tables(reply)
    assert len([one for one in caplog.records if one.name == "agent.clients.http"]) <= 5


async def test_a_section_whose_system_is_down_says_so_and_loses_nothing_else(
    open_agent: OpenAgent, company: Company
) -> None:
    talk = open_agent(seams={"patience": Patience(tries=1, answer_seconds=5)})
    FaultRules(company.world).add(Rule(match=Match(system="hub"), fault=Fault(kind="status", status=503)))
    reply = await talk.ask("get_customer", customer="C-10001")
    assert "Equipment — Hub does not answer" in told(reply)
    shown = tables(reply)
    assert {row[4] for row in shown["Equipment"].rows} == {"not known now"}
    assert shown["Invoices"].rows
    FaultRules(company.world).add(Rule(match=Match(path="Issue"), fault=Fault(kind="status", status=503)))
    reply = await talk.ask("get_customer", customer="C-10011")
    assert "Tickets — ERPNext does not answer" in told(reply)
    assert tables(reply)["Payments"].rows


async def test_a_technician_sees_nothing_of_money_in_the_file(open_agent: OpenAgent) -> None:
    technician = open_agent(user="technician")
    reply = await technician.ask("get_customer", customer="C-10008")
    assert not [cell for cell in cells(reply) if "258.54" in cell or "86.18" in cell or "PA-00006" in cell]
    assert not {"Invoices", "Payments", "Quotes"} & set(tables(reply))
    asked = await technician.ask("get_customer", customer="C-10008", sections=["invoices", "contact"])
    assert "Not for your role: Invoices" in told(asked)


async def test_a_note_of_the_same_message_is_in_the_file_that_it_shows(talk: Talk) -> None:
    reply = await talk.ask_all(
        {"action": "add_note", "customer": "C-10011", "note": "the dog bites"},
        {"action": "get_customer", "customer": "C-10011", "sections": ["notes"]},
    )
    assert "the dog bites" in [row[2] for row in tables(reply)["Notes"].rows]


async def test_the_file_is_shown_in_french(open_agent: OpenAgent) -> None:
    talk = open_agent()
    talk.agent.language = "fr"
    reply = await talk.ask("get_customer", customer="C-10008")
    assert "21 jours avant la coupure" in badges(reply)["Entente"]
    assert {"Factures", "Paiements", "Adresses de service"} <= set(tables(reply))


async def test_an_address_held_in_the_past_is_found_with_its_period(talk: Talk) -> None:
    then = await talk.ask("lookup_ip", customer="C-10011", date="2025-03-15")
    assert "held 206.162.10.44 on Sat, Mar 15, 2025" in told(then)
    assert "to Sun, Jun 1, 2025" in cells(then)[0]
    last_day = await talk.ask("lookup_ip", customer="C-10011", date="2025-06-01")
    assert "206.162.10.44" in told(last_day)
    now = await talk.ask("lookup_ip", customer="C-10011")
    assert "holds 206.162.10.91" in told(now)
    assert "until now" in cells(now)[0]


async def test_an_address_before_the_first_on_record_is_not_guessed(talk: Talk) -> None:
    reply = await talk.ask("lookup_ip", customer="C-10011", date="2010-01-01")
    assert "held no IP address that we know of" in told(reply)
    assert "The nearest on record: 206.162.10.44" in told(reply)


async def test_equipment_is_listed_with_its_port_and_live_state(talk: Talk) -> None:
    reply = await talk.ask("list_equipment", customer="C-10011")
    ont = next(row for row in tables(reply)["Equipment · Patrick Bergeron"].rows if row[0] == "ONT")
    assert ont[1].startswith("GFON")
    assert ont[3].startswith("OLT-")
    assert "OFFLINE since Wed, Mar 11, 2026, 22:40" in ont[4]


async def test_equipment_without_a_customer_is_the_companys_in_two_requests(
    talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.ask("list_invoices", customer="C-10001")
    with caplog.at_level("DEBUG", logger="agent.clients.http"):
        reply = await talk.ask("list_equipment")
    [found] = tables(reply).values()
    assert len(found.rows) == 50
    assert len({row[0] for row in found.rows}) > 10
    assert "online" in {row[6] for row in found.rows}
    assert len([one for one in caplog.records if one.name == "agent.clients.http"]) == 2


async def test_a_box_that_the_hub_does_not_know_is_listed_without_a_state(talk: Talk) -> None:
    reply = await talk.ask("list_equipment", customer="C-10005")
    [found] = tables(reply).values()
    assert [row[4] for row in found.rows if row[0] == "TV"] == ["—"]


@pytest.mark.parametrize(
    "name",
    [
        "list_invoices", "list_payments", "list_quotes", "list_subscriptions", "list_tickets", "list_equipment",
        "list_arrangements", "list_activity", "list_visits", "list_work_orders", "list_phone_lines",
    ],
)  # fmt: skip
async def test_a_list_without_a_customer_is_of_the_whole_company(name: str, talk: Talk) -> None:
    reply = await talk.ask(name)
    assert reply.outcome == "answered"
    [found] = tables(reply).values()
    column = found.columns.index("Customer")
    assert len({row[column] for row in found.rows}) > 1
