"""Each message is answered in its own language; one that shows none, in that of the conversation."""

from __future__ import annotations

import pytest
from demo_talk import Talk, told


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("what does Jean Tremblay owe?", "en"),
        ("combien doit Jean Tremblay?", "fr"),
        ("show me Sylvie Côté", "en"),
        ("montre-moi Sylvie Côté", "fr"),
        ("suspend Jean Tremblay", "en"),
        ("suspends Jean Tremblay", "fr"),
        ("is Patrick Bergeron's internet up?", "en"),
        ("l'internet de Patrick Bergeron marche-tu?", "fr"),
    ],
)
async def test_the_reply_is_in_the_language_of_the_message(talk: Talk, message: str, language: str) -> None:
    assert (await talk(message)).language == language


async def test_a_number_is_answered_in_the_language_of_the_conversation(talk: Talk) -> None:
    assert (await talk("suspends Tremblay", "2")).language == "fr"


async def test_a_chosen_language_holds_whatever_is_said(talk: Talk) -> None:
    talk.agent.language = "fr"
    reply = await talk("what does Jean Tremblay owe?")
    assert told(reply) == "Jean Tremblay doit 183,74 $."
