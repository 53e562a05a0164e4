"""Only a whole message from the short list approves."""

from __future__ import annotations

import pytest

from agent.intents.approval import approval_in


@pytest.mark.parametrize("text", ["yes", "Oui!", "vas-y", "c'est beau", "OK, go ahead.", "  confirme ", "D'accord"])
def test_a_listed_message_approves(text: str) -> None:
    assert approval_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "yes?",
        "oui mais",
        "yes but Friday",
        "oui, pis combien il doit",
        "confirm?",
        "no",
        "",
        "yesterday",
        "suspend",
        "oui " * 40,
        "don't",
    ],
)
def test_anything_else_approves_nothing(text: str) -> None:
    assert not approval_in(text)
