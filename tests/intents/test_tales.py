"""What is told around a request explains it, asks for nothing, and swallows no other request."""

from __future__ import annotations

from typing import Any

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

Wire = dict[str, Any]


def _read(text: str, engine: LocalEngine, context: Context) -> list[Wire]:
    return [action.wire() for action in engine.read(text, context).actions]


def _asked(text: str, engine: LocalEngine, context: Context) -> list[tuple[str, str | None]]:
    return [(one["action"], one.get("customer")) for one in _read(text, engine, context)]


@pytest.mark.parametrize(
    "tale",
    [
        "I have {n} on the other line and he's furious. {r}",
        "I'm about to call {n} back. {r}",
        "My boss asked me about {n}, {r}",
        "{n} came by the office this morning. {r}",
        "I'm on with {n}: {r}",
    ],
)
@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ("could you open his file and also tell me if his internet is up?", ["get_customer", "check_internet"]),
        ("reboot his router please", ["reboot_device"]),
        ("I need his balance", ["get_balance"]),
    ],
)
def test_a_tale_before_a_request_names_whom_it_concerns(
    tale: str, request_: str, names: list[str], engine: LocalEngine, context: Context
) -> None:
    text = tale.format(n="Martin Gagné", r=request_)
    assert _asked(text, engine, context) == [(name, "Martin Gagné") for name in names]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Annule l'entente de Roy, mon boss a décidé de lui faire un autre deal", "mon boss a décidé"),
        ("Roy would rather go back to paying her bills, so please cancel her arrangement", "would rather go back"),
        ("Faudrait couper Roy, ça fait trois fois qu'elle me niaise avec ses promesses", "ça fait trois fois"),
        ("Reactivate Roy, the boss made a deal with her", "the boss made a deal"),
    ],
)
def test_an_explanation_is_a_reason_and_no_request(
    text: str, reason: str, engine: LocalEngine, context: Context
) -> None:
    (one,) = _read(text, engine, context)
    assert reason in one["reason"]


@pytest.mark.parametrize(
    ("text", "note", "next_"),
    [
        ("Écris au dossier de Roy qu'elle veut plus d'appels, pis dis-moi combien elle doit", "appels", "get_balance"),
        ("Put on Roy's file that her line is dead, then try rebooting her ONT", "line is dead", "reboot_device"),
        ("Put a note on Roy that she moved and could you also check her signal?", "moved", "check_internet"),
    ],
)
def test_a_note_ends_before_the_next_request(
    text: str, note: str, next_: str, engine: LocalEngine, context: Context
) -> None:
    first, second = _read(text, engine, context)
    assert (first["action"], second["action"]) == ("add_note", next_)
    assert first["note"].endswith(note)


def test_the_text_of_a_note_orders_nothing(engine: LocalEngine, context: Context) -> None:
    text = "Add a note on Kevin Smith that he asked us to suspend his account in May"
    assert _asked(text, engine, context) == [("add_note", "Kevin Smith")]


def test_each_name_begins_its_own_request(engine: LocalEngine, context: Context) -> None:
    text = "Robert Dubois: I need his balance. Kevin Smith: is he online? Et Nathalie Roy, sors-moi ses factures"
    assert _asked(text, engine, context) == [
        ("get_balance", "Robert Dubois"),
        ("check_internet", "Kevin Smith"),
        ("list_invoices", "Nathalie Roy"),
    ]


def test_terms_told_before_belong_to_the_arrangement(engine: LocalEngine, context: Context) -> None:
    text = "I just spoke to Jean Tremblay, he'll pay 60 dollars on March 27. Can you set that arrangement up?"
    (one,) = _read(text, engine, context)
    assert (one["customer"], one["amount"], one["due_date"]) == ("Jean Tremblay", "60.00", "2026-03-27")


def _reply(prior: str, text: str, engine: LocalEngine, context: Context) -> list[Wire]:
    actions = engine.read(prior, context).actions
    waiting = Context(today=context.today, directory=context.directory, recent=actions, waiting=actions)
    return _read(text, engine, waiting)


@pytest.mark.parametrize(
    "text",
    [
        "oh wait, her payment came in while we were talking, so no, don't go ahead with it",
        "hmm, he just walked in with cash. forget it",
        "Son paiement est rentré ce matin, fais-le pas",
        "Ah ben, son chèque vient d'arriver dans le courrier... laisse faire ça finalement",
    ],
)
def test_a_refusal_may_be_explained_first(text: str, engine: LocalEngine, context: Context) -> None:
    assert [one["action"] for one in _reply("suspends Luc Gagnon", text, engine, context)] == ["reject"]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("He just rang back, he can't do 75. Bring it down to 50, same date.", {"amount": "50"}),
        ("she says the 20th is too early, change it to March 27", {"due_date": "2026-03-27"}),
        ("il est pas capable de 75. Mets 40 à la place", {"amount": "40"}),
    ],
)
def test_what_will_not_do_is_no_change(text: str, changes: Wire, engine: LocalEngine, context: Context) -> None:
    prior = "payment arrangement for Martin Gagné: 75 dollars on March 20"
    (one,) = _reply(prior, text, engine, context)
    assert {name: value.removesuffix(".00") for name, value in one["changes"].items()} == changes


def test_a_tale_with_a_yes_approves_nothing(engine: LocalEngine, context: Context) -> None:
    (one,) = _reply("suspend Luc Gagnon", "he never called back. yes go ahead", engine, context)
    assert one["action"] == "out_of_scope"


def test_an_undo_may_be_explained_and_followed(engine: LocalEngine, context: Context) -> None:
    text = "Woups, mauvais compte. Annule ce que tu viens de faire et suspends Robert Dubois à la place"
    assert _asked(text, engine, context) == [("undo", None), ("suspend_customer", "Robert Dubois")]
