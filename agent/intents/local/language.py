"""Which language a message is in, by its everyday words. Never by its names.

Enters: the raw text. Leaves: French, English or neither. The short lists of ``prompts/grammar.yaml`` count most;
a word that only the examples of one language have counts half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import prompts
from agent.intents.local.said import flatten, tidy
from prompts import words_of

_FRENCH = words_of("french")
_ENGLISH = words_of("english")
_BORROWED = words_of("borrowed")


def spoken_french(raw: str) -> bool | None:
    """True for French, false for English, None where the words do not tell."""
    text = tidy(raw)
    words = re.findall(r"[a-z]+(?![a-z]|[-#]?\d)", flatten(text))
    # A capital letter may begin a name, whose accents tell nothing of the sentence around it.
    accented = re.findall(r"(?<!\w)[a-zàâçéèêëîïôûù]*[àâçéèêëîïôûù]", text)
    french = sum(_weight(word, "fr") for word in words) + min(len(accented) / 3, 1.0)
    english = sum(_weight(word, "en") for word in words)
    if abs(french - english) < 0.01:
        return None
    return french > english


def _weight(word: str, language: str) -> float:
    if word in (_FRENCH if language == "fr" else _ENGLISH):
        return 1.0
    return 0.5 if word in _only_said_in(language) and word not in _FRENCH | _ENGLISH else 0.0


@cache
def _only_said_in(language: str) -> frozenset[str]:
    """The words that the examples of one language have and those of the other have not."""
    one, other = (set(_example_words(which)) for which in (language, "fr" if language == "en" else "en"))
    return frozenset(one - other - _BORROWED)


def _example_words(language: str) -> Iterator[str]:
    for area in prompts.AREAS:
        for said in prompts.load(area).get("actions", {}).values():
            for example in said.get("examples", {}).get(language, []):
                yield from re.findall(r"[a-z]{3,}", flatten(re.sub(r"\{\w+\}", " ", example)))
