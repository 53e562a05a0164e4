"""Which language a message is in, by its everyday words. Never by its names."""

from __future__ import annotations

import re

from agent.intents.local.said import flatten, tidy
from prompts import words_of

_FRENCH = words_of("french")
_ENGLISH = words_of("english")


def spoken_french(raw: str) -> bool | None:
    """True for French, false for English, None where the words do not tell."""
    words = re.findall(r"[a-z]+", flatten(tidy(raw)))
    accents = len(re.findall(r"[àâçéèêëîïôûù]", raw.lower())) / 3
    french = sum(word in _FRENCH for word in words) + min(accents, 1.0)
    english = float(sum(word in _ENGLISH for word in words))
    if french == english:
        return None
    return french > english
