"""What was asked for one is asked for another; "only" after a refusal says what is wanted instead."""

from __future__ import annotations

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context


def _whom(text: str, engine: LocalEngine, context: Context) -> list[tuple[str, str | None]]:
    return [
        (action.name, getattr(action, "customer", None) or getattr(action, "location", None))
        for action in engine.read(text, context).actions
    ]


@pytest.mark.parametrize(
    "again", ["and the same for {}", ", do the same for {} too", ". Same thing for {}", " pis pareil pour {}"]
)
@pytest.mark.parametrize(
    ("request_", "name"),
    [("suspend Kevin Smith", "suspend_customer"), ("what does Kevin Smith owe", "get_balance")],
)
def test_the_same_is_asked_for_another(
    again: str, request_: str, name: str, engine: LocalEngine, context: Context
) -> None:
    text = request_ + (again if again[0] in ",. " else f" {again}").format("Kevin Smyth")
    assert _whom(text, engine, context) == [(name, "Kevin Smith"), (name, "Kevin Smyth")]


def test_the_one_at_another_address_is_another_device(engine: LocalEngine, context: Context) -> None:
    text = "redémarre l'ONT au 105 boul. du Havre pis celui au 108 boul. du Havre aussi"
    assert _whom(text, engine, context) == [
        ("reboot_device", "105 boul. du Havre"),
        ("reboot_device", "108 boul. du Havre"),
    ]


def test_what_follows_a_repeat_concerns_whom_it_names(engine: LocalEngine, context: Context) -> None:
    text = "Vérifie le signal de Luc Gagnon puis fais pareil pour Sylvie Côté et redémarre son routeur"
    assert _whom(text, engine, context)[-1] == ("reboot_device", "Sylvie Côté")


@pytest.mark.parametrize("text", ["Don't suspend Luc Gagnon, same for Martin Gagné", "same for Luc Gagnon"])
def test_nothing_asked_is_not_repeated(text: str, engine: LocalEngine, context: Context) -> None:
    assert [name for name, _ in _whom(text, engine, context)] == ["out_of_scope"]


def test_the_text_of_a_note_repeats_nothing(engine: LocalEngine, context: Context) -> None:
    text = "note pour Luc Gagnon: il veut la même chose que Martin Gagné"
    (note,) = engine.read(text, context).actions
    assert note.wire()["note"] == "il veut la même chose que Martin Gagné"


@pytest.mark.parametrize(
    ("text", "customer", "device"),
    [
        ("Don't restart the ONT for Martin Gagné, only the router", "Martin Gagné", "router"),
        ("ne redémarrez pas le routeur de C-10013, seulement l'ATA", "C-10013", "ata"),
        ("redémarre pas le routeur de Luc Gagnon, juste celui de Martin Gagné", None, None),
        ("don't restart the router for Luc Gagnon, only tell me if he is online", None, None),
    ],
)
def test_only_what_is_left_of_a_refusal_is_done(
    text: str, customer: str | None, device: str | None, engine: LocalEngine, context: Context
) -> None:
    restarts = [action.wire() for action in engine.read(text, context).actions if action.name == "reboot_device"]
    expected = [{"action": "reboot_device", "customer": customer, "device": device}] if customer else []
    assert restarts == expected
