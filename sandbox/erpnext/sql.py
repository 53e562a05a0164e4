"""SQL statements put together from parts.

In: keywords, and names of tables and columns that come from the catalogue. Out: one statement.
A caller's own text must never be a part: it goes in as a parameter, or not at all.
"""


def statement(*parts: str) -> str:
    """The parts as one statement."""
    return " ".join(parts)
