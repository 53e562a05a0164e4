"""The channels' own words: the same in both languages, and an error's sentence in either."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest
import yaml

from agent.channels.words import Words, terminal_language
from agent.errors import Misconfigured, PlanNotFound, TargoError, Unavailable


def sentences(language: str) -> dict[str, str]:
    def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in tree.items():
            assert isinstance(key, str)
            found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
        return found

    text = (files("prompts") / "channels" / f"{language}.yaml").read_text(encoding="utf-8")
    return flat(yaml.safe_load(text))


def test_both_languages_have_the_same_keys() -> None:
    assert sentences("en").keys() == sentences("fr").keys()


def test_both_languages_name_the_same_facts() -> None:
    # An operator's message is in English; the French sentence opens with the setting that it names.
    own_facts = {"errors.misconfigured"}
    for key, english in sentences("en").items():
        if key not in own_facts:
            facts = set(re.findall(r"{(\w+)}", english))
            assert facts == set(re.findall(r"{(\w+)}", sentences("fr")[key])), key


def test_french_keeps_its_spaces_unbroken() -> None:
    for key, sentence in sentences("fr").items():
        assert not re.search(r" [:»%$]|« ", sentence), key


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "en_CA.UTF-8"}, "en"),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "en_US.UTF-8"}, "fr"),
        ({"LC_ALL": "C", "LANG": "fr_CA.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_says_which_language(environment: dict[str, str], language: str) -> None:
    assert terminal_language(environment) == language


def test_an_error_says_what_a_reply_would_say() -> None:
    unreachable = Unavailable("connect failed", system="erpnext")
    assert Words("en").error(unreachable).startswith("ERPNext cannot be reached")
    assert Words("fr").error(unreachable).startswith("ERPNext ne répond pas")
    assert Words("fr").error(PlanNotFound("?", plan="P-1")).endswith("P-1.")


def test_an_error_that_nobody_worded_gives_nothing_away() -> None:
    assert "4242" not in Words("en").error(TargoError("The card 4242 was odd."))


def test_a_setting_at_fault_is_named_in_both_languages() -> None:
    error = Misconfigured("TARGO_ERPNEXT_URL: not a URL", setting="TARGO_ERPNEXT_URL")
    assert Words("en").error(error) == "TARGO_ERPNEXT_URL: not a URL"
    assert Words("fr").error(error).startswith("TARGO_ERPNEXT_URL n'est pas utilisable.")
