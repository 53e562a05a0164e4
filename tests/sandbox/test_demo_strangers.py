"""No invented customer may be mistaken for one whom evaluations name."""

import re
import unicodedata
from random import Random

from rapidfuzz.fuzz import ratio

from sandbox.demo.identity import SEED
from sandbox.demo.neighbours import neighbours
from sandbox.demo.people import NAMED, Client

STRANGERS = neighbours(Random(SEED))  # noqa: S311 (determinism is the point)
TECHNICIANS = ("Marc-André Pelletier", "Sophie Lalonde", "Dave Robinson")
COMMON = {"inc", "senc", "et", "fils", "chez", "de", "du", "des", "la", "le", "les", "d", "haut"}
SOUNDS = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in letters
}


def test_no_stranger_bears_a_name_like_a_named_one() -> None:
    named = {word for client in NAMED for word in _words(client.name)}
    named |= {word for name in TECHNICIANS for word in _words(name)}

    for stranger in STRANGERS:
        for word in _words(stranger.name):
            alike = [other for other in named if ratio(word, other) >= 80 or _sound(word) == _sound(other)]
            assert not alike, f"{stranger.name}: {word} is like {alike}"


def test_no_two_customers_share_a_name() -> None:
    families = [_words(stranger.name)[-1] for stranger in STRANGERS]

    assert len(set(families)) == len(families)


def test_no_stranger_shares_an_address_a_number_or_an_email() -> None:
    seen: set[str] = set()
    for client in (*NAMED, *STRANGERS):
        marks = _marks(client)
        assert not marks & seen, client.name
        seen |= marks


def _marks(client: Client) -> set[str]:
    lines = {line.did for premises in client.premises for line in premises.lines}
    doors = {
        f"{premises.address.civic} {premises.address.street} {premises.address.city}" for premises in client.premises
    }
    return {client.phone.replace("-", ""), client.email} | lines | doors


def _words(name: str) -> list[str]:
    bare = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return [word for word in re.findall(r"[a-z]+", bare.lower()) if word not in COMMON]


def _sound(word: str) -> str:
    """A Soundex: the first letter and what the consonants sound like."""
    digits = [SOUNDS.get(letter, 0) for letter in word]
    kept = [digit for place, digit in enumerate(digits) if place and digit and digit != digits[place - 1]]
    return word[0] + "".join(map(str, kept[:3])).ljust(3, "0")
