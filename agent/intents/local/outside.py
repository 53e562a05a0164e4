"""What a message is that asks for nothing: thanks, a greeting, another language, or merely unclear.

Enters: the tokens of a message. Leaves: the code by which the reply is worded. It never decides that a message asks
for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.intents.local.lexicon import Lexicon
from agent.intents.local.said import Token
from prompts import words_of

_FOREIGN = words_of("foreign")
_SHORT = 4


def outside_code(tokens: Sequence[Token], lexicon: Lexicon, *, waiting: bool) -> str:
    """``thanks``, ``greeting``, ``foreign``, ``unclear_answer`` (short words said to a waiting plan) or ``unclear``."""
    words = [token.flat for token in tokens if token.is_word]
    strange = sum(word in _FOREIGN for word in words)
    if strange >= 2 or (strange and strange * 2 >= len(words)):
        return "foreign"
    if lexicon.conversation["thanks"].find(tokens):
        return "thanks"
    if any(found.start == 0 for found in lexicon.conversation["greetings"].find(tokens)) and len(words) <= _SHORT + 2:
        return "greeting"
    named = any(token.entity for token in tokens)
    return "unclear_answer" if waiting and not named and len(words) <= _SHORT else "unclear"
