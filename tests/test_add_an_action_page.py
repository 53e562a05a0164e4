"""The page that walks through adding an action says what the files say: every path, name and snippet of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent.confirm.plan import Draft
from agent.intents.actions import CATALOGUE, Action
from agent.router import TOOLS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "add-an-action.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^In `([^`]+)`[^\n]*:\n\n```\w+\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)


def test_every_snippet_names_its_file() -> None:
    assert len(SNIPPETS) == PAGE.count("```") // 2 == 7


@pytest.mark.parametrize(("path", "snippet"), SNIPPETS, ids=[path for path, _ in SNIPPETS])
def test_a_snippet_stands_in_its_file_line_by_line_in_that_order(path: str, snippet: str) -> None:
    lines = iter((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert [wanted for wanted in snippet.splitlines() if wanted and wanted not in lines] == []


def test_every_path_exists() -> None:
    paths = set(re.findall(r"`((?:agent|docs|evals|prompts|tests)/[\w./-]*)`", PAGE))
    assert len(paths) > 8
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_field_and_name_exists() -> None:
    fields = set(Draft.model_fields) | set(vars(Action)) | set(Action.__annotations__)
    assert {"kind", "required", "money", "amount", "divisible"} <= fields
    kind = CATALOGUE["add_note"]
    assert TOOLS[kind].__name__ == "add_note"


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {word for line in re.findall(r"`make ([a-z ]+)`", PAGE) for word in line.split()}
    assert named <= targets
