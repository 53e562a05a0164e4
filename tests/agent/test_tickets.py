"""Tickets: what is open, opening one, moving one along; judged by what ERPNext then holds."""

from __future__ import annotations

from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, changes, choices, told

TICKET = "ISS-2026-00032"


async def _issue(company: Company, name: str = TICKET) -> dict[str, Any]:
    return await company.systems.erp.get("Issue", name)


async def _todos(company: Company, name: str = TICKET) -> dict[str, str]:
    rows = await company.systems.erp.list(
        "ToDo", fields=["allocated_to", "status"], filters=[["reference_name", "=", name]]
    )
    return {row["allocated_to"].split("@")[0]: row["status"] for row in rows}


async def test_a_ticket_is_opened_and_closed_again_by_undo(talk: Talk, company: Company) -> None:
    reply = await talk.ask(
        "create_ticket", customer="Sylvie Côté", subject="No dial tone", description="since <8>", priority="urgent"
    )
    [fields] = changes(reply).values()
    assert fields["Subject"] == (None, "No dial tone")
    assert fields["Description"] == (None, "since <8>")
    assert fields["Priority"] == (None, "urgent")
    assert fields["Service address"][1] is not None
    assert "17 Rue Châteauguay" in fields["Service address"][1]
    await talk("yes")
    [row] = await company.systems.erp.list("Issue", fields=["name"], filters=[["customer", "=", "C-10005"]])
    made = await _issue(company, row["name"])
    assert (made["status"], made["priority"], made["department"]) == ("Open", "Urgent", "Support")
    await talk("undo", "yes")
    assert (await _issue(company, row["name"]))["status"] == "Closed"


async def test_who_has_a_ticket_open_already_is_told(talk: Talk) -> None:
    reply = await talk.ask("create_ticket", customer="Patrick Bergeron", subject="Slow")
    assert f"Open already: {TICKET}, Plus d'internet depuis hier soir." in told(reply)


async def test_a_department_is_known_in_either_language(talk: Talk) -> None:
    reply = await talk.ask("create_ticket", customer="Sylvie Côté", subject="Bill", department="billing")
    assert next(iter(changes(reply).values()))["Department"] == (None, "Billing")
    asked = await talk.ask("create_ticket", customer="Sylvie Côté", subject="Bill", department="marketing")
    assert choices(asked) == ["Support", "Facturation", "Installation"]


async def test_a_ticket_is_updated_whole_and_taken_back_whole(talk: Talk, company: Company) -> None:
    reply = await talk.ask(
        "update_ticket",
        ticket="32",
        status="on_hold",
        priority="urgent",
        assign_to="Sophie",
        comment="Called, no answer",
    )
    assert list(next(iter(changes(reply).values()))) == ["Status", "Priority"]
    await talk("yes")
    issue = await _issue(company)
    assert (issue["status"], issue["priority"]) == ("On Hold", "Urgent")
    assert await _todos(company) == {"sophie.lalonde": "Open"}
    await talk("undo", "yes")
    issue = await _issue(company)
    assert (issue["status"], issue["priority"]) == ("Open", "High")
    assert await _todos(company) == {"sophie.lalonde": "Cancelled"}
    comments = await company.systems.erp.list("Comment", fields=["name"], filters=[["reference_name", "=", TICKET]])
    assert comments == []


async def test_assigning_anew_takes_it_from_who_had_it(talk: Talk, company: Company) -> None:
    await talk.ask("update_ticket", customer="Patrick Bergeron", assign_to="Dave")
    await talk("yes")
    await talk.ask("update_ticket", customer="Patrick Bergeron", assign_to="Sophie Lalonde")
    await talk("yes")
    assert await _todos(company) == {"dave.robinson": "Cancelled", "sophie.lalonde": "Open"}
    assert "Sophie Lalonde" in cells(await talk.ask("list_tickets", customer="Patrick Bergeron"))
    await talk("undo", "yes")
    assert await _todos(company) == {"dave.robinson": "Open", "sophie.lalonde": "Cancelled"}


async def test_a_ticket_in_somebodys_hands_from_before_is_shown_and_handed_over(talk: Talk, company: Company) -> None:
    held = "ISS-2026-00028"
    listed = cells(await talk.ask("list_tickets", customer="Noémie Mercier"))
    assert (held in listed, "Sophie Lalonde" in listed) == (True, True)
    await talk.ask("update_ticket", ticket=held, assign_to="Dave")
    await talk("yes")
    assert await _todos(company, held) == {"sophie.lalonde": "Cancelled", "dave.robinson": "Open"}
    await talk("undo", "yes")
    assert await _todos(company, held) == {"sophie.lalonde": "Open", "dave.robinson": "Cancelled"}


async def test_a_department_takes_a_ticket_too(talk: Talk, company: Company) -> None:
    await talk.ask("update_ticket", ticket=TICKET, assign_to="facturation")
    await talk("yes")
    assert (await _issue(company))["department"] == "Facturation"


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"ticket": TICKET, "status": "open"}, f"Ticket {TICKET} is so already: there is nothing to change."),
        ({"customer": "Luc Gagnon", "status": "closed"}, "Luc Gagnon has no open ticket."),
        ({"ticket": TICKET, "customer": "Luc Gagnon", "status": "closed"}, "not Luc Gagnon's but Patrick Bergeron's"),
        ({"ticket": "ISS-2019-00001", "status": "closed"}, "There is no ticket ISS-2019-00001."),
    ],
)
async def test_what_cannot_be_updated_says_why(talk: Talk, fields: dict[str, str], answer: str) -> None:
    assert answer in told(await talk.ask("update_ticket", **fields))


async def test_several_open_tickets_are_a_question(talk: Talk, company: Company) -> None:
    await talk.ask("create_ticket", customer="Patrick Bergeron", subject="No TV")
    await talk("yes")
    reply = await talk.ask("update_ticket", customer="Patrick Bergeron", status="closed")
    assert choices(reply) == ["ISS-2026-00035", TICKET]
    await talk("1", "yes")
    assert (await _issue(company, "ISS-2026-00035"))["status"] == "Closed"


async def test_closing_a_ticket_whose_visit_is_planned_is_warned_of(talk: Talk) -> None:
    await talk.ask("dispatch_technician", ticket=TICKET, date="2026-03-20", technician="Dave")
    await talk("yes")
    reply = await talk.ask("update_ticket", ticket=TICKET, status="closed")
    assert "A visit is still planned for it: DJ-00031, Fri, Mar 20, 2026." in told(reply)


async def test_nobody_of_that_name_is_a_question_and_never_the_nearest(talk: Talk) -> None:
    reply = await talk.ask("update_ticket", ticket=TICKET, assign_to="Sophia")
    assert (reply.outcome, reply.plan) == ("question", None)


async def test_lists_are_company_wide_without_a_customer(talk: Talk) -> None:
    reply = await talk.ask("list_tickets", status="open")
    assert TICKET in cells(reply)
    assert "Yolande Normandin (C-10043)" in cells(reply)
    assert told(await talk.ask("list_tickets", customer="Isabelle Nguyen")) == "No ticket (all) for Isabelle Nguyen."


async def test_a_technician_sees_and_moves_tickets(open_agent: OpenAgent) -> None:
    technician = open_agent(user="technician")
    assert (await technician.ask("list_tickets")).outcome == "answered"
    assert (await technician.ask("update_ticket", ticket=TICKET, status="resolved")).outcome == "plan"
    assert (await technician.ask("list_activity")).code == "not_allowed"


async def test_it_is_all_said_in_french_too(open_agent: OpenAgent) -> None:
    parle = open_agent()
    parle.agent.language = "fr"
    made = await parle.ask("create_ticket", customer="Patrick Bergeron", subject="Pas de tonalité")
    assert f"Déjà ouvert : {TICKET}" in told(made)
    assert "Le billet de Patrick Bergeron est ouvert : Pas de tonalité." in told(await parle("oui"))
    changed = await parle.ask("update_ticket", ticket=TICKET, status="closed", comment="Réglé")
    assert next(iter(changes(changed).values()))["État"] == ("ouverte", "fermé")
    assert "Le billet ISS-2026-00032 est à jour." in told(await parle("oui"))
