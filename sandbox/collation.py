"""How the outside world's database compares text: without regard to case or accents.

In: two strings, or a LIKE pattern and a string. Out: an order, or whether they match.
MariaDB, under a real ERPNext, compares this way everywhere (equality, uniqueness, order,
LIKE), so the same rule is one collation here. It must never depend on the machine's locale.
"""

import re
import sqlite3
import unicodedata
from functools import lru_cache

COLLATION = "UNACCENTED"


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text as it compares: lower case, accents removed, trailing blanks ignored."""
    if text.isascii():
        return text.lower().rstrip(" ")
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.casefold().rstrip(" ")


def compare(left: str, right: str) -> int:
    """Negative, zero or positive as `left` sorts before, with or after `right`."""
    if left == right:
        return 0
    a, b = fold(left), fold(right)
    return (a > b) - (a < b)


@lru_cache(maxsize=512)
def _like_expression(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    escaped = False
    for char in fold(pattern.replace(" ", "\x00")).replace("\x00", " "):
        if escaped:
            parts.append(re.escape(char))
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            parts.append({"%": ".*", "_": "."}.get(char, re.escape(char)))
    return re.compile("".join(parts), re.DOTALL)


def like(pattern: str | None, value: object) -> bool | None:
    """SQL's LIKE with `%`, `_` and backslash; null when either side is null."""
    if pattern is None or value is None:
        return None
    return _like_expression(str(pattern)).fullmatch(fold(str(value))) is not None


def install(connection: sqlite3.Connection) -> None:
    """Make the collation and the LIKE of this module those of a connection."""
    connection.create_collation(COLLATION, compare)
    connection.create_function("like", 2, like, deterministic=True)
