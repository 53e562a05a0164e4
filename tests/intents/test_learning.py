"""What is learnt is kept between processes; a cache that cannot be used costs time and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.intents.local.learning import bag_of, learnt
from agent.intents.local.lexicon import Lexicon, lexicon
from agent.intents.local.said import Token

QUESTION = [Token("balance", 0, 7)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lexicon:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    words = lexicon()
    return replace(words, entries={name: words.entries[name] for name in ("get_balance", "reboot_device")})


def _kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("learnt-*.npz"))


def test_what_was_learnt_is_read_again_to_the_digit(few: Lexicon, tmp_path: Path) -> None:
    first, told = learnt(few)
    assert len(_kept(tmp_path)) == 1
    # Another lexicon under the same version shows that nothing is trained anew.
    again, told_again = learnt(replace(few, entries={}))
    bag = bag_of(QUESTION, few)
    assert again.probabilities(bag) == first.probabilities(bag)
    assert told_again.share(QUESTION) == told.share(QUESTION)


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 half of one"])
def test_a_damaged_cache_is_learnt_anew(few: Lexicon, tmp_path: Path, damage: bytes) -> None:
    first, _ = learnt(few)
    (kept,) = _kept(tmp_path)
    kept.write_bytes(damage)
    again, _ = learnt(few)
    bag = bag_of(QUESTION, few)
    assert again.probabilities(bag) == pytest.approx(first.probabilities(bag))
    assert kept.read_bytes() != damage


def test_a_cache_that_cannot_be_written_hinders_nothing(
    few: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    classifier, _ = learnt(few)
    assert max(classifier.probabilities(bag_of(QUESTION, few)).items(), key=lambda pair: pair[1])[0] == "get_balance"


def test_old_versions_are_let_go(few: Lexicon, tmp_path: Path) -> None:
    learnt(few)
    (kept,) = _kept(tmp_path)
    for number in range(9):
        (kept.parent / f"learnt-{number}.npz").write_bytes(b"old")
    kept.write_bytes(b"damaged")
    learnt(few)
    assert kept in _kept(tmp_path)
    assert len(_kept(tmp_path)) < 9
