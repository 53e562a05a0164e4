"""Who and what the company knows by name: customers, service addresses, phone numbers, technicians, items.

Understanding spots them in a sentence, resolving turns a mention into one of them; both read the same index.
It holds identity only (no balance, no status, no secret) and is a hint, never the truth: tools read the record
live before they plan. It knows no client: ``agent.clients.directory`` fills it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

_SHORT_FORMS = {
    "st": "saint",
    "ste": "sainte",
    "ch": "chemin",
    "che": "chemin",
    "rte": "route",
    "rg": "rang",
    "boul": "boulevard",
    "blvd": "boulevard",
    "bd": "boulevard",
    "av": "avenue",
    "ave": "avenue",
    "r": "rue",
    "str": "street",
}
_TITLES = {
    "m",
    "mr",
    "mme",
    "mrs",
    "ms",
    "mlle",
    "miss",
    "monsieur",
    "madame",
    "client",
    "cliente",
    "customer",
}


def fold(text: str) -> str:
    """Text as names are compared: no case, no accents, no punctuation, short forms spelled out.

    ``"Ste-Barbe"`` and ``"sainte barbe"`` fold to the same; words are separated by one space.
    """
    text = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("’", "'")
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9@]+", " ", bare.casefold()).split()
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)


def fold_name(text: str) -> str:
    """``fold`` without titles (Mr, Mme, client ...)."""
    return " ".join(word for word in fold(text).split() if word not in _TITLES)


def digits(text: str) -> str:
    """The ten digits of a North American phone number, or all digits where it is none."""
    found = re.sub(r"\D", "", text)
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def spoken(number: str) -> str:
    """A phone number as it is read: ``4502722408`` as ``450-272-2408``."""
    found = digits(number)
    return f"{found[:3]}-{found[3:6]}-{found[6:]}" if len(found) == 10 else number


@dataclass(frozen=True)
class Place:
    """A service address. ``civic`` is ``"64A"``; ``text`` is ``"64A Rue Churchill, Huntingdon"``."""

    location_id: str
    customer_id: str
    civic: str
    street: str
    city: str
    postal_code: str = ""
    apartment: str = ""

    @property
    def text(self) -> str:
        """The address on one line, as it is shown."""
        return f"{self.door}, {self.city}"

    @property
    def door(self) -> str:
        """The address without its town."""
        civic = f"{self.civic}, app. {self.apartment}" if self.apartment else self.civic
        return f"{civic} {self.street}"

    @cached_property
    def folded(self) -> str:
        """The civic number, street and town as they are compared."""
        return fold(f"{self.civic} {self.street} {self.city}")


@dataclass(frozen=True)
class Party:
    """A customer, as far as telling one from another needs."""

    customer_id: str
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    language: str = ""

    @cached_property
    def folded(self) -> str:
        """The name as it is compared."""
        return fold_name(self.name)


@dataclass(frozen=True)
class Thing:
    """Anything else with a code and a name: a technician, an item."""

    code: str
    name: str

    @cached_property
    def folded(self) -> str:
        """The name as it is compared."""
        return fold(self.name)


@dataclass(frozen=True)
class Directory:
    """The index. Immutable: a refresh makes a new one."""

    parties: tuple[Party, ...] = ()
    technicians: tuple[Thing, ...] = ()
    items: tuple[Thing, ...] = ()
    lines: dict[str, str] = field(default_factory=dict)
    """A line's did -> its customer's id."""

    @cached_property
    def by_id(self) -> dict[str, Party]:
        """Customer id -> customer."""
        return {party.customer_id: party for party in self.parties}

    @cached_property
    def by_phone(self) -> dict[str, tuple[str, ...]]:
        """Ten digits -> the ids of the customers reached there, contact numbers and lines alike."""
        found: dict[str, dict[str, None]] = {}
        for party in self.parties:
            for phone in party.phones:
                found.setdefault(digits(phone), {})[party.customer_id] = None
        for did, customer_id in self.lines.items():
            found.setdefault(digits(did), {})[customer_id] = None
        return {phone: tuple(ids) for phone, ids in found.items()}

    @cached_property
    def by_email(self) -> dict[str, tuple[str, ...]]:
        """E-mail in lower case -> customer ids."""
        found: dict[str, dict[str, None]] = {}
        for party in self.parties:
            for email in party.emails:
                found.setdefault(email.casefold(), {})[party.customer_id] = None
        return {email: tuple(ids) for email, ids in found.items()}

    @cached_property
    def by_word(self) -> dict[str, tuple[Party, ...]]:
        """A word of a folded name -> the customers whose name has it."""
        found: dict[str, list[Party]] = {}
        for party in self.parties:
            for word in set(party.folded.split()):
                found.setdefault(word, []).append(party)
        return {word: tuple(parties) for word, parties in found.items()}

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every service address."""
        return tuple(place for party in self.parties for place in party.places)
