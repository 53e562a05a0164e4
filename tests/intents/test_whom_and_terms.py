"""Whom an object names, and the terms of a promise: what can be taken in two ways is asked about, never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.actions import from_wire
from agent.intents.local import LocalEngine
from agent.intents.local.language import spoken_french
from agent.intents.understanding import Context

ENGINE = LocalEngine()


def understood(text: str, context: Context) -> list[dict[str, Any]]:
    skipped = ("question", "reason", "topic")
    return [{k: v for k, v in a.wire().items() if k not in skipped} for a in ENGINE.read(text, context).actions]


@pytest.fixture
def about_gagne(context: Context) -> Context:
    talked = from_wire({"action": "get_balance", "customer": "Martin Gagné"})
    return Context(context.today, context.directory, customer="C-10018", recent=(talked,))


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("suspend Dave Robinson", "Dave Robinson"),
        ("suspend 206.162.10.91", "206.162.10.91"),
        ("suspend GFON8F28166D", "GFON8F28166D"),
        ("suspend SOQ-908's customer", "SOQ-908"),
        ("suspend C-1O001", "C-1O001"),
        ("suspend C-1001", "C-1001"),
        ("suspend #10011", "C-10011"),
        ("suspend 272-2408", "272-2408"),
        ("coupe le gros Bergeron", "Bergeron"),
    ],
)
def test_an_object_that_was_said_is_the_customer_as_said(text: str, customer: str, about_gagne: Context) -> None:
    assert understood(text, about_gagne) == [{"action": "suspend_customer", "customer": customer}]


@pytest.mark.parametrize(
    "text",
    ["suspend all", "suspend them both", "suspends les deux", "suspend the other one", "suspend my mother",
     "coupe l'autre", "suspend zorglub", "suspend everyone"],
)  # fmt: skip
def test_somebody_whom_no_name_tells_is_never_the_customer_under_discussion(text: str, about_gagne: Context) -> None:
    assert [action["action"] for action in understood(text, about_gagne)] in (["clarify"], ["out_of_scope"])


@pytest.mark.parametrize("text", ["suspend him", "suspends-le", "suspend the customer", "suspend"])
def test_a_pronoun_or_no_object_points_at_the_customer_under_discussion(text: str, about_gagne: Context) -> None:
    assert understood(text, about_gagne) == [{"action": "suspend_customer"}]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("arrangement for Roy $100.555 monday", ["amount"]),
        ("arrangement for Roy -50$ monday", ["amount"]),
        ("Jean Tremblay will pay 50 on March 20 and 105.11 on April 3", ["amount", "due_date"]),
        ("Jean Tremblay va payer 50$ le 20 mars et 105,11$ le 3 avril", ["amount", "due_date"]),
        ("arrangement for Luc Gagnon 300 in 3 payments starting monday", ["every"]),
        ("arrangement with Roy 50 every 3 weeks starting friday", ["every"]),
        ("arrangement Jean Tremblay $100 on 03/04/2026", ["due_date"]),
    ],
)
def test_terms_that_can_be_taken_in_two_ways_are_asked_about(text: str, missing: list[str], context: Context) -> None:
    assert understood(text, context) == [{"action": "clarify", "missing": missing, "for": "create_payment_arrangement"}]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("100 on march 26 cutoff march 20",
         {"amount": "100.00", "due_date": "2026-03-26", "cutoff_date": "2026-03-20"}),
        ("100 on dec 20 cutoff jan 5", {"amount": "100.00", "due_date": "2026-12-20", "cutoff_date": "2027-01-05"}),
        ("150$ march 26, april 2 cutoff", {"amount": "150.00", "due_date": "2026-03-26", "cutoff_date": "2026-04-02"}),
        ("owes 312.40, will pay 150 friday", {"amount": "150.00", "due_date": "2026-03-13"}),
        ("50$ twice, monthly, from March 20",
         {"amount": "50.00", "due_date": "2026-03-20", "every": "monthly", "installments": 2}),
        ("deux paiements de 77,56 $ à partir du 20 mars aux mois",
         {"amount": "77.56", "due_date": "2026-03-20", "every": "monthly", "installments": 2}),
        ("2x77,56 le 20 mars aux 2 semaines",
         {"amount": "77.56", "due_date": "2026-03-20", "every": "biweekly", "installments": 2}),
        ("$45/week x 6 starting march 20",
         {"amount": "45.00", "due_date": "2026-03-20", "every": "weekly", "installments": 6}),
        ("ninety-five fifty, due the 1st", {"amount": "95.50", "due_date": "2026-04-01"}),
        ("95 piasses et demie le 26", {"amount": "95.50", "due_date": "2026-03-26"}),
        ("$100 on 26/03/2026", {"amount": "100.00", "due_date": "2026-03-26"}),
    ],
)  # fmt: skip
def test_the_terms_of_a_promise_are_read_together(text: str, terms: dict[str, Any], context: Context) -> None:
    assert understood(f"arrangement Roy {text}", context) == [
        {"action": "create_payment_arrangement", "customer": "Roy", **terms}
    ]


def test_what_can_only_be_done_at_once_is_not_done_for_a_day_to_come(context: Context) -> None:
    assert understood("reboot Gagné's router tomorrow", context) == [{"action": "out_of_scope"}]
    assert understood("reactivate Gagnon on monday", context) == [{"action": "out_of_scope"}]
    assert understood("reboot Gagné's router now", context)[0]["action"] == "reboot_device"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("add a note to Gagné: <b>bold</b> text", "<b>bold</b> text"),
        ("mets une note su Gagné qu'y va rappeler demain", "y va rappeler demain"),
        ("note sylvie cote client fâché rappeler", "client fâché rappeler"),
        ('note for Gagné: owes "one hundred" (maybe) *urgent*', 'owes "one hundred" (maybe) *urgent*'),
        ("note pour Gagné : l’œil — à vérifier…", "l’œil — à vérifier…"),
    ],
)
def test_a_note_is_what_was_typed_to_the_character(text: str, note: str, context: Context) -> None:
    assert [action.wire().get("note") for action in ENGINE.read(text, context).actions] == [note]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("suspend Gagné because he moved", "he moved"),
        ("suspends Gagné vu qu'il paye pas", "il paye pas"),
        ("suspend Gagné, reason: fraud", "fraud"),
        ("suspends Gagné pour non-paiement", "non-paiement"),
        ("suspend customer number 10001", None),
        ("heu… suspends… heu… Gagné", None),
        ("réactive donc le compte C-10003", None),
    ],
)
def test_a_reason_is_said_as_one_and_stands_without_its_connector(
    text: str, reason: str | None, context: Context
) -> None:
    assert [action.wire().get("reason") for action in ENGINE.read(text, context).actions] == [reason]


@pytest.mark.parametrize(
    ("text", "french"),
    [
        ("delete Jean Tremblay", False),
        ("refund Émile Lavoie $50", False),
        ("stop suspending Gagné", False),
        ("check donc l'internet à Bergeron", True),
        ("C-10003", None),
        ("Luc Gagnon", None),
    ],
)
def test_the_language_is_told_by_everyday_words_never_by_names(text: str, french: bool | None) -> None:  # noqa: FBT001
    assert spoken_french(text) is french
