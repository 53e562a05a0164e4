"""Whether a message is an approval: a whole message from the short list of ``prompts/approve.yaml``.

Enters: a text. Leaves: yes or no. It stands below both engines, so that nothing inferred can approve: "yes?",
"yes but Friday" and « oui mais » are no approvals.
"""

from __future__ import annotations

import re
from functools import cache

import prompts
from agent.directory import fold

_LONGEST = 60
# « cest beau », "thats right": an apostrophe, or none.
_APOSTROPHES = re.compile(r"(?<=\b[cdjlmnt]) (?=[a-z])|(?<=\bs) (?=il\b)|(?<=[a-z]) (?=s\b(?! il\b))")


@cache
def _approvals() -> frozenset[str]:
    said = prompts.load("approve")
    return frozenset(_folded(phrase) for language in ("en", "fr") for phrase in said[language])


def _folded(text: str) -> str:
    return _APOSTROPHES.sub("", fold(text))


def approval_in(text: str) -> bool:
    """True when the whole message is a listed approval, but for case, accents, apostrophes and punctuation."""
    return len(text) <= _LONGEST and "?" not in text and _folded(text) in _approvals()
