"""What a message is that asks for nothing: thanks, a greeting, another language, or merely unclear.

Enters: the tokens of a message. Leaves: the code by which the reply is worded. It never decides that a message asks
for nothing, but for a message in another language: nobody here reads it, whatever it looks like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

import prompts
from agent.intents.local.lexicon import Lexicon
from agent.intents.local.said import Said, Token
from prompts import words_of

_ENGLISH, _FRENCH = words_of("english"), words_of("french")
_SHORT = 4
_STRANGE_MARKS = frozenset("¿¡ß")


@cache
def _languages() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(words) for words in prompts.load("foreign").values())


def in_another_language(said: Said, lexicon: Lexicon, names: Collection[str]) -> bool:
    """True where the words are more those of another language than those known here; ``names`` count for none."""
    letters = [character for character in said.tidy[:400] if character.isalpha()]
    if sum("LATIN" not in unicodedata.name(letter, "LATIN") for letter in letters) * 2 > len(letters):
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", said.flat) if word not in names]
    known = lexicon.everyday | _ENGLISH | _FRENCH
    marked = bool(_STRANGE_MARKS & {*said.tidy})
    for language in _languages():
        own = sum(word in language for word in words)
        only = sum(word in language and word not in known for word in words)
        home = sum(word in known and word not in language for word in words)
        if (only or marked) and own + marked > home and (only + marked > 1 or own * 2 >= len(words)):
            return True
    return False


def outside_code(tokens: Sequence[Token], lexicon: Lexicon, *, waiting: bool) -> str:
    """``thanks``, ``greeting``, ``unclear_answer`` (short words said to a waiting plan) or ``unclear``."""
    words = [token.flat for token in tokens if token.is_word]
    if lexicon.conversation["thanks"].find(tokens):
        return "thanks"
    if any(found.start == 0 for found in lexicon.conversation["greetings"].find(tokens)) and len(words) <= _SHORT + 2:
        return "greeting"
    named = any(token.entity for token in tokens)
    return "unclear_answer" if waiting and not named and len(words) <= _SHORT else "unclear"
