"""Secrets are masked, of a card all but its last four, and nothing else is touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.masking import mask_secrets


def card(body: str) -> str:
    """The digits with the check digit that makes them a card number (ISO/IEC 7812-1)."""
    total = 0
    for index, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


bodies = st.text("0123456789", min_size=12, max_size=18)
words = st.text(st.characters(blacklist_categories=("N", "C")), max_size=20)


@given(body=bodies, before=words, after=words, separator=st.sampled_from(["", " ", "-"]))
def test_a_card_number_is_reduced_to_its_last_four(body: str, before: str, after: str, separator: str) -> None:
    number = card(body)
    grouped = separator.join(number[at : at + 4] for at in range(0, len(number), 4))
    masked = mask_secrets(f"{before} {grouped} {after}".replace(".", ""))
    assert number not in re.sub(r"\D", "", masked)
    assert f"•••• {number[-4:]}" in masked


@given(body=bodies, wrong=st.integers(1, 9))
def test_a_number_that_fails_the_check_is_no_card(body: str, wrong: int) -> None:
    number = card(body)
    other = number[:-1] + str((int(number[-1]) + wrong) % 10)
    assert mask_secrets(f"see {other} there") == f"see {other} there"


@given(text=st.text("0123456789 -$.abc", max_size=60))
def test_masking_again_changes_nothing(text: str) -> None:
    assert mask_secrets(mask_secrets(text)) == mask_secrets(text)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("his account is 815-30000-1234567", "1234567"),
        ("PPA on 00012-815-123456789", "123456789"),
        ("NAS 046 454 286", "454"),
        ("the voicemail PIN is 4821", "4821"),
        ("son NIP est 4821", "4821"),
        ("mot de passe: Hiver2026!", "Hiver2026"),
        ("cvv 123", "123"),
    ],
)
def test_other_secrets_leave_nothing(text: str, secret: str) -> None:
    assert secret not in mask_secrets(text)


@pytest.mark.parametrize(
    "text",
    [
        "call 450-272-2408",
        "4502722408 and 450 264 3100",
        "C-10001",
        "pay $1,250.50 by 2026-03-26",
        "serial GFRT17B5189C",
        "IP 206.162.10.44",
        "1 800 555 1234 5678",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_secrets(text) == text


@pytest.mark.parametrize(
    "said",
    ["voicemail password 450-272-2408", "mot de passe 4502722408", "NIP (450) 272-2408?", "voicemail pin 450.272.2408"],
)
def test_the_line_whose_password_is_asked_for_is_no_password(said: str) -> None:
    assert mask_secrets(said) == said


def test_a_password_that_is_told_is_masked_whatever_it_looks_like() -> None:
    assert "4502722408" not in mask_secrets("the voicemail password is 4502722408")
