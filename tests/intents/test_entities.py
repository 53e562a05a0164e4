"""Amounts, days, numbers and names: what is written in any accepted way is read back."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.directory import Directory
from agent.intents.local.dates import spoken_dates
from agent.intents.local.entities import find_entities
from agent.intents.local.lexicon import lexicon
from agent.intents.local.places import Gazetteer
from agent.intents.local.said import Said

TODAY = dt.date(2026, 3, 12)
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


def found(text: str, directory: Directory | None = None, *, french: bool = False) -> list[tuple[str, Any]]:
    said = Said.of(text, french=french)
    words = lexicon()
    gazetteer = Gazetteer(directory or Directory())
    entities = find_entities(said, TODAY, gazetteer, words.known, words.everyday)
    return [(entity.kind, entity.value) for entity in entities]


def _written(amount: Decimal) -> list[str]:
    whole, cents = f"{amount:.2f}".split(".")
    comma = f"{int(whole):,}"
    return [
        f"${whole}.{cents}",
        f"{whole},{cents} $",
        f"${comma}.{cents}",
        f"{comma.replace(',', ' ')},{cents} $",
        f"{whole}.{cents} dollars",
        f"{whole} dollars et {cents} sous" if int(cents) else f"{whole} piasses",
    ]


@given(st.decimals("0.01", "999999.99", places=2), st.integers(0, 5))
def test_an_amount_written_in_any_usual_way_is_read_back(amount: Decimal, way: int) -> None:
    assert ("money", amount) in found(f"accord de {_written(amount)[way]} avec lui")


@given(st.dates(dt.date(2020, 1, 1), dt.date(2032, 12, 31)), st.integers(0, 5))
def test_a_full_date_written_in_any_usual_way_is_read_back(day: dt.date, way: int) -> None:
    english, french = _MONTHS["en"][day.month - 1], _MONTHS["fr"][day.month - 1]
    written = [
        day.isoformat(),
        f"{english} {day.day}, {day.year}",
        f"{day.day} {english} {day.year}",
        f"{day.day} {french} {day.year}",
        f"le {'1er' if day.day == 1 else day.day} {french} {day.year}",
        f"{day.year}/{day.month:02}/{day.day:02}",
    ][way]
    (spoken,) = spoken_dates(Said.of(written, french=way in (3, 4)).flat, TODAY)
    assert (spoken.when.coming, spoken.when.gone) == (day, day)


@given(st.dates(dt.date(2026, 3, 12), dt.date(2027, 3, 10)), st.sampled_from(["en", "fr"]))
def test_a_day_without_a_year_is_the_next_one(day: dt.date, language: str) -> None:
    (spoken,) = spoken_dates(
        Said.of(f"{day.day} {_MONTHS[language][day.month - 1]}", french=language == "fr").flat, TODAY
    )
    assert spoken.when.coming == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("tomorrow", "2026-03-13"),
        ("demain", "2026-03-13"),
        ("next Tuesday", "2026-03-17"),
        ("mardi prochain", "2026-03-17"),
        ("vendredi", "2026-03-13"),
        ("vendredi en huit", "2026-03-20"),
        ("fin du mois", "2026-03-31"),
        ("in two weeks", "2026-03-26"),
        ("end of next month", "2026-04-30"),
        ("le premier avril", "2026-04-01"),
        ("the 2nd of next month", "2026-04-02"),
        ("d'ici dix jours", "2026-03-22"),
        ("Friday the 20th", "2026-03-20"),
        ("le 15 du mois prochain", "2026-04-15"),
    ],
)
def test_a_day_is_worked_out_from_today(said: str, day: str) -> None:
    french = any(word in said for word in ("mardi", "demain", "vendredi", "fin", "premier", "ici", "mois"))
    (spoken,) = spoken_dates(Said.of(said, french=french).flat, TODAY)
    assert spoken.when.coming.isoformat() == day


def test_a_cut_off_a_week_later_counts_from_the_day_before_it() -> None:
    days = [s.when.coming for s in spoken_dates("le 30 mars, coupure une semaine plus tard", TODAY)]
    assert days == [dt.date(2026, 3, 30), dt.date(2026, 4, 6)]


@pytest.mark.parametrize(
    ("said", "french", "digits"),
    [
        ("four five oh two seven two two four oh eight", False, "4502722408"),
        ("quatre cent cinquante deux cent soixante-douze vingt-quatre zéro huit", True, "4502722408"),
        ("one twenty three rue principale", False, "123 rue principale"),
        ("cent cinquante piasses", True, "150 piasses"),
        ("un routeur neuf", True, "un routeur neuf"),
        ("the one at sixty-four churchill", False, "the one at 64 churchill"),
    ],
)
def test_numbers_said_as_words_become_digits(said: str, french: bool, digits: str) -> None:  # noqa: FBT001
    assert Said.of(said, french=french).text == digits


@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("œ’—  cent"), max_size=80))
def test_what_was_typed_can_be_given_back_to_the_character(text: str) -> None:
    said = Said.of(text, french=True)
    assert len(said.flat) == len(said.text)
    assert said.own_words(0, len(said.text)) == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("written", ["450-272-2408", "(450) 272-2408", "+1 450 272 2408", "4502722408", "450.272.2408"])
def test_a_phone_number_is_ten_digits(written: str) -> None:
    assert found(f"balance {written}") == [("phone", "4502722408")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reboot 64 Churchill", ("address", "64 Churchill")),
        ("reboot 64A Churchill", ("address", "64A Churchill")),
        ("Bouchard et Fils doit combien", ("person", "Bouchard et Fils")),
        ("call Marc-André Pelletier", ("technician", "Marc-André Pelletier")),
        ("le compte de Gangon Luc", ("person", "Gangon Luc")),
        ("suspend Pierre Untel", ("person", "Pierre Untel")),
        ("Daniel O'Connor's modem", ("person", "Daniel O'Connor")),
        ("port 1/2/3", ("port", "1/2/3")),
        ("client c10003", ("customer_id", "C-10003")),
    ],
)
def test_names_and_places_are_spotted(text: str, expected: tuple[str, str], directory: Directory) -> None:
    assert expected in found(text, directory)


@pytest.mark.parametrize("text", ["merci beaucoup", "restart the OLT", "what can you do?", "suspend the newsletter"])
def test_everyday_words_are_nobodys_name(text: str, directory: Directory) -> None:
    assert not [kind for kind, _ in found(text, directory) if kind == "person"]
