"""What is no request: each gets one clear sentence, in the language of the message, and nothing runs."""

from __future__ import annotations

import pytest
from demo_talk import Company, Talk, asked, told


@pytest.mark.parametrize("message", ["", "   ", "\n\n\t", "\u0000\u0001\u0002", "\u200b\u200b"])
async def test_nothing_said_is_answered_so(talk: Talk, company: Company, message: str) -> None:
    reply = await talk(message)
    assert (reply.outcome, asked(reply)) == ("refused", ["out_of_scope"])
    assert told(reply) == "The message is empty. Say what is needed, or « help »."
    assert company.effects() == []


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("suspend Jean Tremblay " * 5000, "The message is too long (109999 characters, at most 4000)"),
        ("suspends Jean Tremblay pour non-paiement " * 3000, "Le message est trop long"),
        ("x" * 100_000, "100000"),
    ],
)
async def test_a_message_of_100_kb_is_not_read(talk: Talk, message: str, word: str) -> None:
    reply = await talk(message)
    assert (reply.outcome, reply.plan, len(reply.blocks)) == ("refused", None, 1)
    assert word in told(reply)


@pytest.mark.parametrize(
    "message",
    [
        "¿Cuánto debe Jean Tremblay?",
        "Was schuldet Jean Tremblay?",
        "你好",
        "'; DROP TABLE tabCustomer; --",
        "../../../etc/passwd",
        "\x1b[31msuspendido\x1b[0m",
    ],
)
async def test_another_language_or_nonsense_runs_nothing(talk: Talk, company: Company, message: str) -> None:
    reply = await talk(message)
    assert reply.outcome in ("refused", "question")
    assert reply.plan is None
    assert told(reply)
    assert company.effects() == []


async def test_control_characters_around_a_request_do_not_hide_it(talk: Talk) -> None:
    assert asked(await talk("what does Jean Tremblay owe?\u0007\r\n")) == ["get_balance"]


async def test_an_unreadable_message_leaves_the_plan_waiting(talk: Talk, company: Company) -> None:
    await talk("suspend Jean Tremblay", "", "🙂")
    assert (await talk("yes")).outcome == "answered"
    assert (await company.customer("C-10001"))["is_suspended"] == 1


async def test_out_of_scope_names_what_can_be_asked(talk: Talk) -> None:
    reply = await talk("order a pizza")
    assert (reply.outcome, asked(reply)) == ("refused", ["out_of_scope"])
    assert "Say « help » for examples." in told(reply)


@pytest.mark.parametrize(("message", "language"), [("help", "en"), ("aide", "fr")])
async def test_help_shows_examples_in_the_language_asked(talk: Talk, message: str, language: str) -> None:
    reply = await talk(message)
    assert (reply.outcome, reply.language) == ("answered", language)
