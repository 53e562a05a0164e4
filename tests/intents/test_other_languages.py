"""A message in a language that nobody here reads is no request, however like one it looks."""

from __future__ import annotations

import pytest

from agent.intents.local import LocalEngine
from agent.intents.understanding import Context


@pytest.mark.parametrize(
    "text",
    [
        "¿Cuánto debe Jean Tremblay?",
        "suspende la cuenta de Luc Gagnon",
        "corta el servicio a Luc Gagnon",
        "Reinicia el router de Martin Gagné",
        "saldo Jean Tremblay",
        "Was schuldet Jean Tremblay?",
        "Guten Tag, haben Sie noch ein Zimmer frei für zwei Nächte?",
        "Bitte den Router von Martin Gagné neu starten",
        "riavvia il router di Martin Gagné",
        "mostre o saldo do Luc Gagnon",
        "Hoeveel is Jean Tremblay verschuldigd?",
        "konbyen kòb Jean Tremblay dwe",
        "Ile jest winien Jean Tremblay?",
        "Сколько должен Jean Tremblay?",
        "你好",
    ],
)
def test_another_language_is_told_so_and_never_read(text: str, engine: LocalEngine, context: Context) -> None:
    assert [action.wire() for action in engine.read(text, context).actions] == [
        {"action": "out_of_scope", "reason": "foreign"}
    ]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("show me Luc Gagnon's balance por favor", "get_balance"),
        ("gracias, suspend Luc Gagnon", "suspend_customer"),
        ("el doit combien Sylvie Côté", "get_balance"),
        ("was Luc Gagnon suspended? pull up his file", "get_customer"),
        ("c koi le solde a Luc Gagnon", "get_balance"),
    ],
)
def test_a_borrowed_word_makes_no_other_language(text: str, action: str, engine: LocalEngine, context: Context) -> None:
    assert action in [found.name for found in engine.read(text, context).actions]
