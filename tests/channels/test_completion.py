"""What Tab offers, and what typing alone does not."""

from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from agent.channels.commands import command_names
from agent.channels.completion import TargoCompleter
from agent.channels.words import Words

NAMES = ["Martin Gagné", "Luc Gagnon", "Émile Lavoie", "Jean Tremblay", "Marie-Ève Tremblay", "FIBRE-100"]


def offered(text: str, *, tab: bool = True) -> list[str]:
    """The line after each offer."""
    completer = TargoCompleter(lambda: command_names(Words("en")), lambda: NAMES)
    event = CompleteEvent(completion_requested=tab, text_inserted=not tab)
    completions = completer.get_completions(Document(text), event)
    return [text[: len(text) + offer.start_position] + offer.text for offer in completions]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("balance of martin g", ["balance of Martin Gagné"]),
        ("suspend gagn", ["suspend Luc Gagnon", "suspend Martin Gagné"]),
        ("combien doit emi", ["combien doit Émile Lavoie"]),
        ("le solde d'emi", ["le solde d'Émile Lavoie"]),
        ("marie eve tr", ["Marie-Ève Tremblay"]),
        ("quote fib", ["quote FIBRE-100"]),
        ("what does trem", ["what does Jean Tremblay", "what does Marie-Ève Tremblay"]),
        ("zzz", []),
        ("suspend ", []),
        ("", []),
    ],
)
def test_tab_completes_names_with_their_accents(text: str, lines: list[str]) -> None:
    assert offered(text) == lines


def test_typing_alone_offers_no_names() -> None:
    assert offered("suspend gagn", tab=False) == []


def test_typing_a_slash_offers_commands() -> None:
    assert offered("/j", tab=False) == ["/journal"]
    assert "/quit" in offered("/", tab=False)
