"""Reading data sets, and saying what is wrong with them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from evals.cases import CasesUnreadable, load_cases

GOOD = """
name: billing-fr
evaluators: [SomebodysOwnJudge]
cases:
  - name: fr-001
    inputs: {text: "Combien doit Luc Gagnon?", lang: fr, today: 2026-03-14, history: ["Bonjour"]}
    expected_output:
      actions: [{action: get_balance, customer: Luc Gagnon}]
      state:
        - {doctype: Customer, name: C-10003, fields: {is_suspended: 1}}
        - {system: hub, olt: OLT-EAST, port: "1/2/3", fields: {enabled: false}}
        - {system: e911, did: "4502722408", fields: {city: Huntingdon}}
    metadata: {tags: [billing, read], author: someone}
    evaluators: [AnotherJudge]
  - inputs: {text: "Ses factures?"}
    expected_output: {actions: [{action: list_payments, customer: Luc Gagnon}]}
"""
CASE = """
cases:
  - name: only
    inputs: {text: "hi"}
    expected_output: {actions: [{action: help}]}
"""


def write(folder: Path, text: str, name: str = "set.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(CasesUnreadable) as caught:
        load_cases([path])
    return str(caught.value)


def test_a_data_set_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    first, second = load_cases([write(tmp_path, GOOD)])
    assert first.id == "billing-fr/fr-001"
    assert first.inputs.today == dt.date(2026, 3, 14)
    assert first.inputs.history == ["Bonjour"]
    assert first.tags == ("billing", "read")
    assert [expectation.system for expectation in first.expected.state] == [None, "hub", "e911"]
    assert second.id == "billing-fr/#2"
    assert second.inputs.lang is None
    assert second.tags == ()


def test_a_folder_is_read_through_and_a_file_named_twice_once(tmp_path: Path) -> None:
    write(tmp_path, CASE, "one.yaml")
    write(tmp_path, CASE, "deeper/two.yml")
    write(tmp_path, "{}", "report.json")
    cases = load_cases([tmp_path, tmp_path / "one.yaml"])
    assert sorted(case.id for case in cases) == ["one/only", "two/only"]


def test_two_cases_that_two_files_name_alike_are_told_apart(tmp_path: Path) -> None:
    cases = load_cases([write(tmp_path, CASE, "en/set.yaml"), write(tmp_path, CASE, "fr/set.yaml")])
    assert [case.id for case in cases] == ["set/only", "set/only (2)"]


def test_the_untouched_split_is_known_by_its_folder(tmp_path: Path) -> None:
    assert load_cases([write(tmp_path, CASE, "held_out/set.yaml")])[0].untouched
    assert not load_cases([write(tmp_path, CASE, "tuned/set.yaml")])[0].untouched


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ('inputs: {text: "hi"}', "inputs: {txt: hello}", "case only: inputs.text: Field required"),
        ('inputs: {text: "hi"}', "inputs: {text: hi, lang: de}", "case only: inputs.lang: "),
        ('inputs: {text: "hi"}', "inputs: {text: hi, today: soon}", "case only: inputs.today: "),
        ('inputs: {text: "hi"}', "inputs: {text: hi, history: yesterday}", "case only: inputs.history: "),
        ("actions: [{action: help}]", "actions: []", "case only: expected_output.actions: "),
        ("action: help", "action: helpp", "case only: expected_output.actions: the catalogue has no action 'helpp'"),
        (
            "action: help",
            "action: get_balance, custmer: Luc",
            "expected_output.actions: get_balance has no field custmer",
        ),
        ("{actions: [{action: help}]}", "", "case only: expected_output: Field required"),
        ("actions: [{action: help}]", "actions: [{action: help}], staet: []", "case only: expected_output.staet: "),
        (
            "actions: [{action: help}]",
            "actions: [{action: help}], state: [{doctype: Customer, fields: {}}]",
            "case only: expected_output.state.0: must name the record",
        ),
        (
            "actions: [{action: help}]",
            "actions: [{action: help}], state: [{system: hub, olt: OLT-EAST, fields: {}}]",
            "case only: expected_output.state.0: must name a serial, or an olt and a port",
        ),
        ("name: only", "nmae: only", "case #1: nmae: "),
    ],
)
def test_what_cannot_be_read_is_named_by_file_case_and_field(
    tmp_path: Path, wrong: str, right: str, place: str
) -> None:
    path = write(tmp_path, CASE.replace(wrong, right))
    told = complaint(path)
    assert told.startswith(f"{path}: case ")
    assert place in told


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("cases: [", "is not YAML: "),
        ("- a list", "cases: a data set is a mapping with a list of cases"),
        ("cases: {}", "cases: a data set is a mapping with a list of cases"),
        ("cases: []", "cases: has no case"),
        (CASE + CASE.replace("cases:", ""), "Duplicate case name"),
    ],
)
def test_a_file_that_is_no_data_set_is_named(tmp_path: Path, text: str, what: str) -> None:
    told = complaint(write(tmp_path, text))
    assert "set.yaml: " in told
    assert what in told


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    assert "missing.yaml: No such file" in complaint(tmp_path / "missing.yaml")
    (tmp_path / "latin.yaml").write_bytes("cases: été".encode("latin-1"))
    assert "latin.yaml: is not YAML in UTF-8" in complaint(tmp_path / "latin.yaml")
    (tmp_path / "empty").mkdir()
    assert "empty: the folder has no data set" in complaint(tmp_path / "empty")


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, CASE.replace("text", "txt"), "a.yaml")
    write(tmp_path, "cases: [", "b.yaml")
    told = complaint(tmp_path)
    assert len(told.splitlines()) >= 3
    assert "a.yaml: case only: inputs.txt" in told
    assert "b.yaml: is not YAML" in told


def test_a_problem_never_quotes_what_a_case_says(tmp_path: Path) -> None:
    told = complaint(write(tmp_path, CASE.replace('text: "hi"', "text: [a secret phrase], lang: secret")))
    assert "secret" not in told
