"""Only a whole message from the short list approves."""

from __future__ import annotations

import pytest

from agent.intents.approval import approval_in


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Oui!", "vas-y", "c'est beau", "cest beau", "OK, go ahead.", "  confirme ", "D'accord", "daccord",
        "thats right", "oui sil te plait", "japprouve", "Oui, cest bon!",
    ],
)  # fmt: skip
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
        "dont",
        "doit",
        "cest beau mais",
        "its",
    ],
)
def test_anything_else_approves_nothing(text: str) -> None:
    assert not approval_in(text)
