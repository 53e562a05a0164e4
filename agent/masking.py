"""Secrets typed into a message are masked before anything else sees them: engines, journal, plans, logs.

Cards, their security codes, bank accounts, social insurance numbers, passwords and PINs. What is masked is shown as
such, so that the user knows that it went no further.
"""

from __future__ import annotations

import re

MASK = "••••"

_CARD = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])")
# Canadian accounts are written transit-institution-account or institution-transit-account.
_BANK_ACCOUNT = re.compile(r"(?<![\d-])(?:\d{3}-\d{5}|\d{5}-\d{3})-\d{5,12}(?![\d-])")
_SOCIAL_INSURANCE = re.compile(r"(?<![\d-])\d{3}[ -]\d{3}[ -]\d{3}(?![\d-])")
_NAMED = re.compile(
    r"\b(?P<name>(?:sip|voicemail|wifi|wi-fi|boite vocale|boîte vocale)?\s*"
    r"(?:password|passwd|mot de passe|mdp|pin|nip|cvv|cvc|code de sécurité|security code))"
    r"(?P<between>\s*(?:is|est|:|=|#)?\s+|\s*[:=#]\s*)"
    r"(?P<secret>(?=\S*\d)\S{3,})",
    re.IGNORECASE,
)

_LINE = re.compile(r"\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}(?![\w-])")


def mask_secrets(text: str) -> str:
    """The text with every secret reduced to dots; of a payment card its last four digits stay."""
    text = _CARD.sub(lambda match: _card(match[0]), text)
    text = _BANK_ACCOUNT.sub(MASK, text)
    text = _SOCIAL_INSURANCE.sub(lambda match: MASK if _luhn(re.sub(r"\D", "", match[0])) else match[0], text)
    return _NAMED.sub(lambda match: _named(match, text), text)


def _named(match: re.Match[str], text: str) -> str:
    """Masked, unless it is the line meant: "voicemail password 450-272-2408" tells no password, but asks for one."""
    if not match["between"].strip() and _LINE.match(text, match.start("secret")):
        return match[0]
    return f"{match['name']}{match['between']}{MASK}"


def _card(written: str) -> str:
    """Masked where it satisfies Luhn, as card numbers of 13 to 19 digits do."""
    number = re.sub(r"\D", "", written)
    return f"{MASK} {number[-4:]}" if _luhn(number) else written


def _luhn(number: str) -> bool:
    """The check digit of ISO/IEC 7812-1, which social insurance numbers bear too."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
