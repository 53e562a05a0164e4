"""What the local engine makes of a message: the action, its fields, and what it refuses to guess."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.directory import Directory
from agent.intents.actions import CreatePaymentArrangement, RebootDevice, SuspendCustomer, from_wire
from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

ENGINE = LocalEngine()
TODAY = dt.date(2026, 3, 12)


def understood(text: str, context: Context) -> list[dict[str, Any]]:
    return [
        {k: v for k, v in action.wire().items() if k not in ("question", "reason", "topic") or action.kind == "write"}
        for action in ENGINE.read(text, context).actions
    ]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("What does Jean Tremblay owe?", {"action": "get_balance", "customer": "Jean Tremblay"}),
        (
            "factures impayées de Bouchard & Fils depuis janvier",
            {"action": "list_invoices", "customer": "Bouchard & Fils", "status": "unpaid", "since": "2026-01-01"},
        ),
        (
            "accord de 150 $ avec Luc Gagnon pour le 26 mars, coupure le 2 avril",
            {
                "action": "create_payment_arrangement",
                "customer": "Luc Gagnon",
                "amount": "150.00",
                "due_date": "2026-03-26",
                "cutoff_date": "2026-04-02",
            },
        ),
        (
            "reboot the router at 64 Churchill",
            {"action": "reboot_device", "location": "64 Churchill", "device": "router"},
        ),
        ("rebooter le modem à Gagné", {"action": "reboot_device", "customer": "Gagné"}),
        ("450-247-3300, bring up the file", {"action": "get_customer", "customer": "4502473300"}),
        (
            "combien d'appareils sur le wifi de Martin Gagné",
            {"action": "check_internet", "customer": "Martin Gagné", "aspect": "wifi"},
        ),
    ],
)
def test_a_request_becomes_its_typed_action(text: str, action: dict[str, Any], context: Context) -> None:
    assert understood(text, context) == [action]


def test_several_requests_keep_their_order_and_the_customer_named_once(context: Context) -> None:
    assert understood("Luc Gagnon: vérifie son signal, puis redémarre son routeur", context) == [
        {"action": "check_internet", "customer": "Luc Gagnon", "aspect": "signal"},
        {"action": "reboot_device", "customer": "Luc Gagnon", "device": "router"},
    ]


def test_only_the_request_that_lacks_something_becomes_a_question(context: Context) -> None:
    heard = ENGINE.read("solde de Luc Gagnon, puis fais une entente avec lui pour le 26 mars", context)
    assert [action.name for action in heard.actions] == ["get_balance", "clarify"]
    asked = heard.actions[1].model_dump()
    assert asked["missing"] == ["amount"]
    assert asked["for_"] == "create_payment_arrangement"
    assert heard.actions[1].known == {"customer": "Luc Gagnon", "due_date": "2026-03-26"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "don't suspend Gagnon",
        "ne suspends pas Gagnon",
        "surtout ne coupe pas Gagné",
        "coupe-le pas, Gagnon",
        "never suspend Ferme Leduc",
        "hold off on suspending Ferme Leduc",
        "I don't want Gagné cut off",
        "pas besoin de redémarrer le modem de Roy",
    ],
)
def test_a_negated_write_is_no_write(text: str, context: Context) -> None:
    assert understood(text, context) == [{"action": "out_of_scope"}]


@pytest.mark.parametrize(
    "text",
    [
        "restart the OLT",
        "redémarre l'OLT-EAST",
        "refund Sylvie Côté's card",
        "change le mot de passe wifi de Roy",
        "thanks!",
        "asdf qwer",
        "suspend the newsletter",
        "hola como estas",
        "necesito suspender al cliente Gagnon",
        "delete all customers",
        "close Kevin Smith's account permanently",
        "who won the hockey game",
    ],
)
def test_what_no_action_covers_is_out_of_scope(text: str, context: Context) -> None:
    assert understood(text, context) == [{"action": "out_of_scope"}]


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("suspend Gagnon, no wait, Gagné", "Gagné"),
        ("suspends Smith, non, Smyth", "Smyth"),
        ("suspend Roy, not Gagnon", "Roy"),
    ],
)
def test_a_self_correction_leaves_what_was_corrected_to(text: str, customer: str, context: Context) -> None:
    assert understood(text, context) == [{"action": "suspend_customer", "customer": customer}]


@pytest.mark.parametrize(
    ("text", "writes"),
    [
        ("suspend pas Gagnon, suspend Gagné", [("suspend_customer", "Gagné")]),
        ("Suspend Gagnon for non-payment. And what does Gagné owe?", [("suspend_customer", "Gagnon")]),
        ("wrongly suspended: Luc Gagnon. Please reverse that suspension.", [("reactivate_customer", "Luc Gagnon")]),
        ("cut Robert Dubois off, he bounced another cheque", [("suspend_customer", "Robert Dubois")]),
        ("débranche et rebranche le modem de Roy", [("reboot_device", "Roy")]),
        ("Suspend Sylvie Côté. Actually no, don't, just note that she's late.", [("add_note", "Sylvie Côté")]),
        ("note pour Roy: appeler avant de suspendre", [("add_note", "Roy")]),
        ("suspend all overdue customers", []),
    ],
)
def test_only_the_write_that_was_asked_for_comes_out(
    text: str, writes: list[tuple[str, str]], context: Context
) -> None:
    actions = ENGINE.read(text, context).actions
    assert [(a.name, a.wire()["customer"]) for a in actions if a.kind == "write"] == writes


def test_a_pronoun_with_nobody_under_discussion_is_asked_about(context: Context) -> None:
    assert understood("suspends-le", context) == [
        {"action": "clarify", "missing": ["customer"], "for": "suspend_customer"}
    ]


def test_a_pronoun_leaves_the_customer_under_discussion_to_the_conversation(context: Context) -> None:
    talked = Context(
        context.today, context.directory, recent=(from_wire({"action": "get_balance", "customer": "Roy"}),)
    )
    assert understood("suspends-la", talked) == [{"action": "suspend_customer"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make it $200 instead", [{"action": "amend", "changes": {"amount": "200.00"}}]),
        ("plutôt vendredi", [{"action": "amend", "changes": {"due_date": "2026-03-13"}}]),
        ("yes but Friday", [{"action": "amend", "changes": {"due_date": "2026-03-13"}}]),
        ("coupure le 5 avril", [{"action": "amend", "changes": {"cutoff_date": "2026-04-05"}}]),
        ("push it back a week", [{"action": "amend", "changes": {"due_date": "2026-04-02"}}]),
        ("non, Kevin Smyth", [{"action": "amend", "changes": {"customer": "Kevin Smyth"}}]),
        ("laisse faire", [{"action": "reject"}]),
        ("no, he just paid", [{"action": "reject"}]),
        ("undo", [{"action": "reject"}]),
        ("yes, and what does he owe?", [{"action": "get_balance"}]),
    ],
)
def test_a_reply_to_a_waiting_plan_changes_it_or_drops_it(
    text: str, expected: list[dict[str, Any]], context: Context
) -> None:
    plan = from_wire(
        {"action": "create_payment_arrangement", "customer": "Roy", "amount": "150.00", "due_date": "2026-03-26"}
    )
    assert understood(text, Context(context.today, context.directory, waiting=(plan,))) == expected


@pytest.mark.parametrize("text", ["yes", "oui", "go ahead", "c'est beau", "yes!!", "oui?", "ok parfait, vas-y"])
def test_the_engine_never_approves(text: str, context: Context) -> None:
    waiting = Context(context.today, context.directory, waiting=(SuspendCustomer(customer="Roy"),))
    assert "approve" not in [action["action"] for action in understood(text, waiting)]


def test_an_answer_completes_the_action_that_was_asked_about(context: Context) -> None:
    asked = CreatePaymentArrangement(customer="Roy", due_date=context.today)
    answering = Context(context.today, context.directory, asked=asked, asked_field="amount")
    assert understood("cent cinquante", answering)[0]["amount"] == "150.00"
    assert understood("combien doit Kevin Smith?", answering) == [{"action": "get_balance", "customer": "Kevin Smith"}]


def test_an_unknown_name_answers_the_question_who(context: Context) -> None:
    asking = Context(context.today, context.directory, asked=RebootDevice(), asked_field="customer")
    assert understood("pierre untel", asking) == [{"action": "reboot_device", "customer": "pierre untel"}]


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00\x07\x1b[31m", "?!...", "a" * 100_000, "suspend " * 12_500, "1 " * 1999, "((((" * 900]
)
def test_hostile_input_is_answered_quickly_and_writes_nothing(text: str, context: Context) -> None:
    began = time.perf_counter()
    heard = ENGINE.read(text, context)
    assert time.perf_counter() - began < 2
    assert all(action.kind != "write" for action in heard.actions)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_engine(text: str) -> None:
    heard = ENGINE.read(text, Context(TODAY, Directory(), waiting=(SuspendCustomer(customer="Roy"),)))
    assert heard.actions


def test_the_language_is_the_messages_own_or_the_conversations(context: Context) -> None:
    french = Context(context.today, context.directory, language="fr")
    assert ENGINE.read("combien doit Roy", context).language == "fr"
    assert ENGINE.read("what does Roy owe", french).language == "en"
    assert ENGINE.read("C-10003", french).language == "fr"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (
            "What IP did Patrick Bergeron have on March 15, 2025?",
            {"action": "lookup_ip", "customer": "Patrick Bergeron", "date": "2025-03-15"},
        ),
        ("l'adresse IP de Bergeron aujourd'hui", {"action": "lookup_ip", "customer": "Bergeron"}),
        ("montre-moi l'équipement de la Ferme Leduc", {"action": "list_equipment", "customer": "Ferme Leduc"}),
        ("list all equipment", {"action": "list_equipment"}),
        (
            "provisionne la fibre d'Isabelle Nguyen au port 1/2/7 sur OLT-EAST avec l'ONT GFON0A1B2C3D",
            {
                "action": "provision_fibre",
                "customer": "Isabelle Nguyen",
                "olt": "OLT-EAST",
                "port": "1/2/7",
                "ont_serial": "GFON0A1B2C3D",
            },
        ),
        (
            "change Sylvie Côté's cell to 514-555-0177",
            {"action": "update_contact", "customer": "Sylvie Côté", "cell": "5145550177"},
        ),
        (
            "change le courriel de Luc Gagnon de vieux@example.com à neuf@example.com",
            {"action": "update_contact", "customer": "Luc Gagnon", "email": "neuf@example.com"},
        ),
        (
            "provision the fibre of Isabelle Nguyen",
            {
                "action": "clarify",
                "missing": ["olt", "port"],
                "for": "provision_fibre",
            },
        ),
    ],
)
def test_the_network_and_the_contact_are_read_with_their_details(
    text: str, action: dict[str, Any], context: Context
) -> None:
    [found] = understood(text, context)
    assert {key: value for key, value in found.items() if key != "question"} == action
