"""Things called by other names than ours, by people who never learnt those: a complaint, an offer, a block."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()

ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("is there a complaint open for Luc Gagnon", "list_tickets", {"customer": "Luc Gagnon", "status": "open"}),
    ("which troubles are still open", "list_tickets", {"status": "open"}),
    ("anything customers complained about that is not settled yet", "list_tickets", {"status": "open"}),
    ("ouvre une plainte pour Luc Gagnon: le wifi saute", "create_ticket", {"subject": "le wifi saute"}),
    ("open a complaint for Luc Gagnon, the wifi drops", "create_ticket", {"subject": "the wifi drops"}),
    ("write up a complaint for Luc Gagnon: his phone crackles", "create_ticket", {"subject": "his phone crackles"}),
    ("give Luc Gagnon's complaint to Dave", "update_ticket", {"assign_to": "Dave"}),
    ("Luc Gagnon's open ticket should be urgent", "update_ticket", {"priority": "urgent"}),
    ("which offers are still waiting for an answer", "list_quotes", {"status": "open"}),
    ("Luc Gagnon accepted SOQ-908, make it official", "convert_quote", {"quote": "SOQ-908"}),
    ("bump Luc Gagnon to the 500", "change_subscription", {"customer": "Luc Gagnon", "to_item": "fibre 500"}),
    ("bump Luc Gagnon up to the 1 gig", "change_subscription", {"to_item": "fibre 1G", "effective_date": None}),
    ("bring Luc Gagnon down to the 100 meg", "change_subscription", {"to_item": "fibre 100", "location": None}),
    ("Luc Gagnon would like to stop paying for the TV", "cancel_subscription", {"item": "télé de base"}),
    ("Chez Ginette doesn't want the mesh anymore", "cancel_subscription", {"item": "WiFi mesh"}),
    ("lift the block on Luc Gagnon", "reactivate_customer", {"customer": "Luc Gagnon"}),
    ("take the lock off Luc Gagnon's account", "reactivate_customer", {"customer": "Luc Gagnon"}),
    ("ok un-freeze C-10003", "reactivate_customer", {"customer": "C-10003"}),
    ("enlève le blocage de Luc Gagnon", "reactivate_customer", {"customer": "Luc Gagnon"}),
    ("Luc Gagnon wants everything frozen until May 1", "suspend_customer", {"customer": "Luc Gagnon"}),
    ("does Luc Gagnon's payment come off by itself", "check_autopay", {"customer": "Luc Gagnon"}),
    ("make Luc Gagnon's bill pay itself with his visa", "switch_autopay", {"provider": "stripe"}),
    ("how many dollars are we still waiting for from Luc Gagnon", "get_balance", {"customer": "Luc Gagnon"}),
    ("where is Luc Gagnon at with us moneywise", "get_balance", {"customer": "Luc Gagnon"}),
    ("bills of Luc Gagnon that should've been paid by now", "list_invoices", {"status": "overdue"}),
    ("who broke their promise to pay", "list_arrangements", {"status": "broken"}),
    ("leave word on Luc Gagnon's file that his dog bites", "add_note", {"note": "his dog bites"}),
    ("every device at Luc Gagnon's needs to start over", "reboot_device", {"device": "all"}),
    ("give Kevin Smith a home phone, 450-264-7004", "add_phone_line", {"did": "4502647004"}),
    ("Luc Gagnon gives up 450-264-3103, make it stop existing", "remove_phone_line", {"did": "4502643103"}),
    ("get rid of the numbers 911 keeps with no line behind them", "deregister_e911", {"all_orphans": True}),
    ("does 911 still have numbers that aren't ours anymore", "e911_orphans", {}),
    ("callers can't leave a message at 450-247-3300, turn that on", "set_voicemail", {"enabled": True}),
    (
        "mail to ginette@example.com bounces, use chezginette@example.com from now on",
        "update_contact",
        {"customer": "ginette@example.com", "email": "chezginette@example.com"},
    ),
    (
        "the person to ask for at Chez Ginette is now Chantal Perreault",
        "update_contact",
        {"customer": "Chez Ginette", "contact_name": "Chantal Perreault"},
    ),
]


@pytest.mark.parametrize(("text", "name", "fields"), ASKED)
def test_a_thing_is_known_by_other_names_than_ours(
    text: str, name: str, fields: dict[str, Any], context: Context
) -> None:
    heard = ENGINE.read(text, context).actions
    assert [action.name for action in heard] == [name]
    said = heard[0].model_dump(mode="json")
    assert {field: said[field] for field in fields} == fields


@pytest.mark.parametrize(
    "text",
    [
        "Luc Gagnon wants a different internet plan",
        "Luc Gagnon wants to be moved to another plan",
        "Luc Gagnon would like his bill to pay itself every month",
    ],
)
def test_a_wish_without_its_detail_is_asked_about(text: str, context: Context) -> None:
    assert [action.name for action in ENGINE.read(text, context).actions] == ["clarify"]


@pytest.mark.parametrize(
    "text",
    ["is there a code for the front door", "what's the door code for the office", "le code du cadenas du dépôt"],
)
def test_the_code_of_a_door_is_nothing_of_ours(text: str, context: Context) -> None:
    assert [action.name for action in ENGINE.read(text, context).actions] == ["out_of_scope"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the router is frozen at Luc Gagnon's, he needs a reboot of it", ["reboot_device"]),
        ("remove Luc Gagnon's call block", ["out_of_scope"]),
    ],
)
def test_what_is_frozen_or_blocked_is_not_always_the_account(text: str, names: list[str], context: Context) -> None:
    assert [action.name for action in ENGINE.read(text, context).actions] == names


def test_the_end_of_a_month_gone_by_is_the_last_one(context: Context) -> None:
    heard = ENGINE.read("hours of Marc-André from January 1 to the end of February", context).actions[0]
    said = heard.model_dump(mode="json")
    assert (said["since"], said["until"]) == ("2026-01-01", "2026-02-28")
