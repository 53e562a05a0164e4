"""Civic addresses: read from a user's words, compared part by part, written as the 911 provider wants them.

Two ways to write one address are no difference: "Rue" or "R.", "St-" or "Saint-", accents, capitals, a postal code
with or without its space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.clients.e911 import Entry, Municipality, ServiceClass
from agent.directory import Directory, fold

PARTS = ("civic_number", "apartment", "street", "city", "postal_code")
_POSTAL = re.compile(r"\b([A-Z]\d[A-Z])\s?-?(\d[A-Z]\d)\b", re.IGNORECASE)
_PROVINCE = re.compile(r"[\s,(]+(?:qc|québec|quebec|p\.?q\.?)\)?\s*$", re.IGNORECASE)
_DOOR = re.compile(
    r"[\s,(]+(?:(?:appartement|apartment|appt|app|apt|unit|unité|suite|bureau)\.?\s*#?|#)\s*([0-9A-Z][0-9A-Z-]{0,9})\b\)?",
    re.IGNORECASE,
)
_CIVIC = re.compile(r"(?:(\d{1,6})\s*-\s*)?(\d{1,6})\s?([A-Za-z](?=[\s,]))?[\s,]+")
_LEADING = re.compile(r"^(?:à|a|au|in|at|dans|de)\s+", re.IGNORECASE)
_SMALL = {"de", "du", "des", "la", "le", "les", "of", "the", "et"}
_STREET_ALONE = {"rue", "street"}


@dataclass(frozen=True)
class CivicAddress:
    """An address in its parts; what is not known is empty."""

    civic_number: str = ""
    apartment: str = ""
    street: str = ""
    city: str = ""
    province: str = "QC"
    postal_code: str = ""

    @property
    def text(self) -> str:
        """On one line, as it is shown: ``64A, app. 2 Rue Churchill, Huntingdon``."""
        door = f"{self.civic_number}, app. {self.apartment}" if self.apartment else self.civic_number
        return f"{door} {self.street}, {self.city}"

    def fields(self, prefix: str = "") -> dict[str, str]:
        """The parts by ERPNext's field names; ``prefix`` is ``e911_`` on a line."""
        return {f"{prefix}{part}": value for part, value in vars(self).items()}

    def entry(self, municipality: Municipality, service_class: ServiceClass, first: str, last: str) -> Entry:
        """The address as the provider is told of it, with whose it is."""
        return Entry(
            **self.fields(),
            cauca_code=municipality.cauca_code,
            service_class=service_class,
            first_name=first,
            last_name=last,
        )


def address_in(row: Mapping[str, Any], prefix: str = "") -> CivicAddress:
    """The address that a record of ERPNext holds."""
    parts = {part: str(row.get(f"{prefix}{part}") or "") for part in (*PARTS, "province")}
    return CivicAddress(**{**parts, "province": parts["province"] or "QC"})


def address_of(entry: Entry) -> CivicAddress:
    """The address that the provider holds."""
    return CivicAddress(**entry.model_dump(include={*PARTS, "province"}))


def differences(one: CivicAddress, other: CivicAddress) -> list[str]:
    """The parts that differ in what they say, and not only in how they are written."""
    found = [part for part in PARTS if _key(part, getattr(one, part)) != _key(part, getattr(other, part))]
    if "postal_code" in found and not (one.postal_code and other.postal_code):
        found.remove("postal_code")
    return found


def read_address(words: str, near: CivicAddress, directory: Directory, served: Iterable[Municipality]) -> CivicAddress:
    """The address in a user's words, completed from what is known; parts that nothing tells are empty.

    The town comes from ``near``, the spelling of a street and a postal code from the company's own addresses.
    """
    text = " ".join(words.split())
    postal = _POSTAL.search(text)
    text = _PROVINCE.sub("", _POSTAL.sub("", text).strip(" ,"))
    door = _DOOR.search(text)
    text = _DOOR.sub("", text, count=1).strip(" ,")
    civic = _CIVIC.match(text)
    if civic is None:
        return CivicAddress(city=near.city)
    cities = {fold(name): name for name in (*(p.city for p in directory.places), *(m.city for m in served))}
    street, city = _street_and_city(text[civic.end() :].strip(" ,"), cities)
    city = cities.get(fold(city), city) or near.city
    found = CivicAddress(
        civic_number=f"{civic[2]}{civic[3] or ''}".upper().lstrip("0"),
        apartment=(door[1] if door else civic[1] or "").upper(),
        street=_as_known(street, city, directory),
        city=city,
        province=near.province,
    )
    code = f"{postal[1]} {postal[2]}".upper() if postal else _postal_code(found, near, directory)
    return CivicAddress(**{**vars(found), "postal_code": code})


def municipality_of(city: str, served: Iterable[Municipality]) -> Municipality | None:
    """The provider's municipality of that name, however it is written."""
    return next((one for one in served if fold(one.city) == fold(city)), None)


def street_key(street: str) -> str:
    """A street as it is compared: ``R. Principale`` is ``Rue Principale`` is ``Principale``."""
    words = fold(street).split()
    return " ".join([word for word in words if word not in _STREET_ALONE] or words)


def _key(part: str, value: str) -> str:
    if part == "street":
        return street_key(value)
    return fold(value) if part == "city" else re.sub(r"[\W_]", "", value).upper()


def _street_and_city(text: str, cities: Mapping[str, str]) -> tuple[str, str]:
    """The street, and the town after the last comma or at the end of the words; empty where none is said."""
    if "," in text:
        street, _, city = text.partition(",")
        return street.strip(), _LEADING.sub("", city.strip(" ,"))
    words = text.split()
    for start in range(1, len(words)):
        if fold(" ".join(words[start:])) in cities:
            before = words[:start]
            bare = before[:-1] if len(before) > 1 and _LEADING.match(f"{before[-1]} ") else before
            return " ".join(bare), " ".join(words[start:])
    return text, ""


def _as_known(street: str, city: str, directory: Directory) -> str:
    """The street as the company's addresses spell it; a new one in capitals where it was said without any."""
    here = (place.street for place in directory.places if fold(place.city) == fold(city))
    known = next((name for name in here if street_key(name) == street_key(street)), None)
    if known or street != street.lower():
        return known or street
    return " ".join(word if word in _SMALL else word[:1].upper() + word[1:] for word in street.split())


def _postal_code(found: CivicAddress, near: CivicAddress, directory: Directory) -> str:
    """The postal code of that door, that street, or that town, as far as the company's addresses tell."""
    if fold(near.city) == fold(found.city) and street_key(near.street) == street_key(found.street):
        return near.postal_code
    here = [p for p in directory.places if fold(p.city) == fold(found.city) and p.postal_code]
    same_street = [p.postal_code for p in here if street_key(p.street) == street_key(found.street)]
    codes = set(same_street) or {p.postal_code for p in here}
    return codes.pop() if len(codes) == 1 else ""
