"""A policy file that is wrong says so before anybody relies on it: which file, line and field, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.channels.words import Words
from agent.errors import PolicyUnusable
from agent.intents.actions import CATALOGUE
from agent.policy import Cosign, Policy, Role
from agent.showing import error_text
from agent.wording import Language, Wording

ROLES = "roles: {boss: {allow: ['*']}, clerk: {allow: [add_note]}}\n"


def written(folder: Path, content: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def refused(path: Path) -> PolicyUnusable:
    with pytest.raises(PolicyUnusable) as error:
        Policy.load(path)
    return error.value


@pytest.mark.parametrize(
    ("content", "place", "advice"),
    [
        ("", "", "names with values belong here"),
        ("users: [\n", "line 2", "this is not YAML"),
        ("roles:\n  a:\n    allow:\n      - add_note\n      - suspend_customers\n", "line 5 (roles.a.allow)",
         "no action is called « suspend_customers »; did you mean suspend_customer?"),
        ("roles: {a: {allow: ['all:*']}}", "line 1 (roles.a.allow)", "no action is called « all:* »"),
        ("roles:\n  a: {alow: [add_note]}\n", "line 2 (roles.a.alow)", "did you mean allow"),
        ("roles:\n  a: {}\n", "line 2 (roles.a.allow)", "« allow » is missing. Add it"),
        ("roles:\n  a: {allow: add_note}\n", "line 2 (roles.a.allow)", "a list belongs here"),
        ("roles:\n  a:\n    allow: [record_payment]\n    limits: {record_payment: plenty}\n",
         "line 4 (roles.a.limits.record_payment)", "« plenty » is not a number that fits here"),
        ("roles: {a: {allow: [record_payment], limits: {record_payment: -1}}}", "record_payment", "not negative"),
        ("roles:\n  a:\n    allow: [add_note]\n    limits:\n      add_note: 10\n", "line 5 (roles.a.limits)",
         "add_note has no amount to compare. Amounts belong to convert_quote, create_payment_arrangement"),
        ("users: {me: a}\n", "(roles)", "« roles » is missing"),
        ("user: {me: a}\nroles: {}\n", "line 1 (user)", "did you mean users"),
        ("users:\n  me: chief\n" + ROLES, "line 2 (users.me)", "there is no role « chief ». The roles are boss, clerk"),
        ("roles:\n  a: {allow: []}\n  a: {allow: ['*']}\n", "line 2 (roles.a)", "« a » stands twice"),
        (ROLES + "cosign:\n  - {actions: [add_note], by: [chief]}\n", "line 3 (cosign.1.by)", "no role « chief »"),
        (ROLES + "cosign:\n  - {actions: [], by: [boss]}\n", "line 3 (cosign.1.actions)", "at least one entry"),
        (ROLES + "cosign:\n  - {actions: [get_balance], by: [boss]}\n", "line 3 (cosign.1.actions)", "Name writes"),
        (ROLES + "cosign:\n  - {actions: [record_payment], by: [clerk]}\n", "line 3 (cosign.1.by)",
         "the role clerk may not do record_payment itself"),
        (ROLES + "cosign:\n  - {actions: [add_note], above: 5, by: [boss]}\n", "line 3 (cosign.1.above)",
         "add_note has no amount"),
        (ROLES + "cosign:\n  - {actions: [add_note], when: {all_orphans: true}, by: [boss]}\n",
         "line 3 (cosign.1.when.all_orphans)", "has a field « all_orphans »"),
        (ROLES + "cosign:\n  - {actions: [add_note], by: [boss], within_hours: 99}\n", "within_hours", "hours go up"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_what_to_do(tmp_path: Path, content: str, place: str, advice: str) -> None:
    path = written(tmp_path, content)
    sentence = error_text(refused(path), Wording("en")).text
    assert str(path) in sentence
    assert place in sentence
    assert advice in sentence
    assert "\n" not in sentence


def test_it_is_said_in_french_too_and_by_the_command_line(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "roles:\n  a: {allow: [suspend_customers]}\n"))
    sentence = Words("fr").error(error)
    assert "Le fichier de politique" in sentence
    assert "ligne 2 (roles.a.allow)" in sentence
    assert "aucune action ne s'appelle « suspend_customers »; vouliez-vous dire suspend_customer?" in sentence
    assert Words("en").error(error) == error_text(error, Wording("en")).text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_problem_is_worded(language: Language) -> None:
    words = Wording(language)
    for problem in Wording("en").branches("policy_file.problem"):
        assert words(f"policy_file.problem.{problem}", value="x", known="y", near="z")


def test_the_documented_example_is_a_policy(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    policy = Policy.load(written(tmp_path, example))
    assert policy.users["marie"] == "agent"
    assert set(policy.roles) == set(Policy.load(None).roles)
    for field in [*Role.model_fields, *Cosign.model_fields, *Policy.model_fields]:
        assert f"`{field}`" in page
    for name, kind in CATALOGUE.items():
        if kind.money:
            assert f"`{name}`" in page


def test_several_mistakes_are_counted(tmp_path: Path) -> None:
    error = refused(written(tmp_path, "users: {me: chief, you: boss}\nroles: {a: {allow: []}}\n"))
    assert "1 more to mend after that" in error_text(error, Wording("en")).text


def test_a_missing_or_unreadable_file_is_one_sentence(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00users")
    for path in (tmp_path / "nowhere.yaml", tmp_path, binary):
        sentence = error_text(refused(path), Wording("en")).text
        assert str(path) in sentence
        assert "cannot be read" in sentence
        assert "\n" not in sentence
