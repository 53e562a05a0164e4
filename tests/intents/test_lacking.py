"""What an action lacks is asked for in words of its own."""

from __future__ import annotations

import pytest

import prompts
from agent.intents.actions import CATALOGUE
from agent.intents.lacking import question
from agent.intents.understanding import Language


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_field_that_may_be_missing_has_its_question(language: Language) -> None:
    vague = prompts.load("questions")[language]["other"]
    lacking = {
        (name, field)
        for name, model in CATALOGUE.items()
        if model.kind != "conversation"
        for field in model.model_construct(action=name).lacking()
    }
    assert len(lacking) > len(CATALOGUE) / 2
    assert [pair for pair in lacking if question(pair[0], [pair[1]], language) == vague] == []
