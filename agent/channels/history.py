"""What was typed, kept in the data folder for the next session; never a line that could hold a card number.

The file is its owner's alone. Raises ``Misconfigured`` where it cannot be made.
"""

from __future__ import annotations

import re
from pathlib import Path

from prompt_toolkit.history import FileHistory

from agent.errors import Misconfigured

# No Luhn check: a mistyped card number is still most of a card number.
_CARD_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)")


def looks_like_a_card(text: str) -> bool:
    """True where 13 to 19 digits stand in a row, grouped or not."""
    return _CARD_NUMBER.search(text) is not None


class CautiousHistory(FileHistory):
    """A history file that forgets card numbers."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            raise Misconfigured(
                f"TARGO_DATA_DIR: {path.parent} cannot be written ({error.strerror}).", setting="TARGO_DATA_DIR"
            ) from error
        super().__init__(str(path))

    def append_string(self, string: str) -> None:
        """Remember a line, in memory and in the file, unless it could hold a card number."""
        if not looks_like_a_card(string):
            super().append_string(string)
