"""Templates: the same in both languages, all there, and every figure as people write it."""

from __future__ import annotations

import ast
import datetime as dt
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, meta
from jinja2.exceptions import UndefinedError

from agent.errors import TargoError
from agent.wording import LANGUAGES, Language, Wording, day, moment, money, replies

ROOT = Path(__file__).parents[2]
OURS = sorted(path for path in (ROOT / "agent").rglob("*.py") if "channels" not in path.parts)
TREES = {key.split(".")[0] for key in replies("en")}
_GRAMMAR = Environment(autoescape=True)
_GRAMMAR.filters.update(dict.fromkeys(("money", "number", "day", "moment"), str))
KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def test_both_languages_have_the_same_templates() -> None:
    assert list(replies("en")) == list(replies("fr"))


def test_both_languages_fill_the_same_facts() -> None:
    differing = {
        key: (_facts(replies("en")[key]), _facts(replies("fr")[key]))
        for key in replies("en")
        if _facts(replies("en")[key]) != _facts(replies("fr")[key])
    }
    assert differing == {}


def test_no_template_is_empty_or_left_in_the_other_language() -> None:
    assert [key for key, text in replies("en").items() if not text.strip()] == []
    assert [key for key, text in replies("fr").items() if not text.strip()] == []
    same = {key for key, text in replies("en").items() if len(text.split()) > 4 and text == replies("fr")[key]}
    assert {key for key in same if re.search(r"[a-z]{3} [a-z]{3}", re.sub(r"{.*?}+", "", replies("en")[key]))} == set()


def test_every_template_named_in_the_code_exists() -> None:
    named = {key for key in _literals() if key.split(".")[0] in TREES}
    known = set(replies("en"))
    assert {key for key in named if key not in known and not any(one.startswith(f"{key}.") for one in known)} == set()
    assert len(named) > 60


def test_every_family_of_templates_named_in_the_code_has_members() -> None:
    lonely = {pattern for pattern in _patterns() if not any(re.fullmatch(pattern, key) for key in replies("en"))}
    assert lonely == set()


def test_every_template_is_used() -> None:
    used, families = _literals(), _patterns()
    assert {
        key
        for key in replies("en")
        if "." in key and key not in used and not any(re.fullmatch(pattern, key) for pattern in families)
    } == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_that_reaches_a_user_has_a_sentence(language: Language) -> None:
    words = Wording(language)
    internal = {"user", "backend", "model", "model_unavailable", "model_output_invalid", "not_found", "ambiguous"}
    assert {code for code in _codes(TargoError) if not words.has(f"errors.{code}")} <= internal


def test_a_missing_fact_is_a_fault_and_never_a_gap() -> None:
    with pytest.raises(UndefinedError):
        Wording("en")("suspend.title")


def test_a_fact_is_never_read_as_a_template() -> None:
    assert Wording("en")("suspend.title", name="{{ 7 * 7 }}") == "Suspend {{ 7 * 7 }}"


@pytest.mark.parametrize(
    ("amount", "english", "french"),
    [
        ("0", "$0.00", "0,00 $"),
        ("150", "$150.00", "150,00 $"),
        ("1250.5", "$1,250.50", "1 250,50 $"),
        ("-12.345", "-$12.34", "-12,34 $"),
        ("1234567.89", "$1,234,567.89", "1 234 567,89 $"),
    ],
)
def test_money_is_written_as_canadians_do(amount: str, english: str, french: str) -> None:
    assert money(amount, "en") == english
    assert _spaced(money(amount, "fr")) == french


@given(cents=st.integers(-(10**12), 10**12))
def test_no_cent_is_lost_in_writing_an_amount(cents: int) -> None:
    amount = Decimal(cents) / 100
    english = money(amount, "en").replace("$", "").replace(",", "")
    french = re.sub(r"[\s$]", "", money(amount, "fr")).replace(",", ".")
    assert Decimal(english) == Decimal(french) == amount


def test_dates_bear_their_weekday_in_both_languages() -> None:
    date = dt.date(2026, 3, 26)
    assert (day(date, "en"), day(date, "fr")) == ("Thu, Mar 26, 2026", "jeu. 26 mars 2026")
    assert day("2026-03-26 00:00:00", "en") == "Thu, Mar 26, 2026"


def test_moments_are_told_on_a_24_hour_clock() -> None:
    at = "2026-03-11T22:40:00-04:00"
    assert moment(at, "en") == "Wed, Mar 11, 2026, 22:40"
    assert _spaced(moment(at, "fr")) == "mer. 11 mars 2026, 22 h 40"


def _spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _facts(template: str) -> set[str]:
    return meta.find_undeclared_variables(_GRAMMAR.parse(template)) - {"word"}


def _codes(error: type[TargoError]) -> set[str]:
    ours = [kind for kind in error.__subclasses__() if kind.__module__ == "agent.errors"]
    return {error.code}.union(*(_codes(kind) for kind in ours))


@cache
def _literals() -> frozenset[str]:
    """Every string in the code that has the shape of a key."""
    return frozenset(
        node.value
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value)
    )


@cache
def _patterns() -> frozenset[str]:
    """Every f-string in the code, or sum in a template, that has the shape of a key, as a pattern."""
    sums = re.findall(r"word\('([a-z_]+\.)' [+~]", "\n".join(replies("en").values()))
    found = {f"{re.escape(start)}[^.]+" for start in sums}
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(one.value) if isinstance(one, ast.Constant) else "*" for one in node.values]
                key = "".join(parts)
                if re.fullmatch(r"[a-z0-9_.*]+", key) and (key.split(".")[0] in TREES or key == "*.comment"):
                    found.add("[^.]+".join(re.escape(part) for part in key.split("*")))
    return frozenset(found)
