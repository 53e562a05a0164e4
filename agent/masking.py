"""Card numbers typed into a message are masked before anything else sees them: engines, journal, plans, logs."""

from __future__ import annotations

import re

_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])")


def mask_cards(text: str) -> str:
    """The text with every payment card number (13 to 19 digits that satisfy Luhn) reduced to its last four."""
    return _CARD.sub(lambda match: _masked(match[0]), text)


def _masked(written: str) -> str:
    number = re.sub(r"\D", "", written)
    return f"•••• {number[-4:]}" if _luhn(number) else written


def _luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
