"""Civic addresses: read from words, compared by what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clients.e911 import Municipality
from agent.directory import Directory, Party, Place
from agent.tools.addresses import CivicAddress, differences, read_address

TOWNS = [Municipality(cauca_code="69055", city="Huntingdon"), Municipality(cauca_code="69070", city="Saint-Anicet")]
HERE = Place("LOC-1", "C-1", "123", "Rue Principale", "Huntingdon", "J0S 1H0")
THERE = Place("LOC-2", "C-1", "1200", "Route 138", "Saint-Anicet", "J0S 1M0")
KNOWN = Directory(parties=(Party("C-1", "Jean Tremblay", places=(HERE, THERE)),))
NEAR = CivicAddress("123", "", "Rue Principale", "Huntingdon", "QC", "J0S 1H0")


@pytest.mark.parametrize(
    ("words", "civic", "apartment", "street", "city", "postal"),
    [
        ("125 rue principale", "125", "", "Rue Principale", "Huntingdon", "J0S 1H0"),
        ("125 r. principale, huntingdon", "125", "", "Rue Principale", "Huntingdon", "J0S 1H0"),
        ("64a Rue Churchill app. 3", "64A", "3", "Rue Churchill", "Huntingdon", "J0S 1H0"),
        ("3-64 Rue Churchill", "64", "3", "Rue Churchill", "Huntingdon", "J0S 1H0"),
        ("12 Main Street, St-Anicet J0S1M0", "12", "", "Main Street", "Saint-Anicet", "J0S 1M0"),
        ("1210 route 138 à Saint-Anicet", "1210", "", "Route 138", "Saint-Anicet", "J0S 1M0"),
        ("45 Chemin de la Rivière, Ormstown, QC J0S 1K0", "45", "", "Chemin de la Rivière", "Ormstown", "J0S 1K0"),
        ("9 rue neuve, Montréal", "9", "", "Rue Neuve", "Montréal", ""),
        ("rue principale", "", "", "", "Huntingdon", ""),
    ],
)
def test_an_address_is_read_from_words(  # noqa: PLR0917 - the parts of one address
    words: str, civic: str, apartment: str, street: str, city: str, postal: str
) -> None:
    found = read_address(words, NEAR, KNOWN, TOWNS)
    assert (found.civic_number, found.apartment, found.street) == (civic, apartment, street)
    assert (found.city, found.postal_code) == (city, postal)


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        (CivicAddress("12", "", "Rue Lake", "Sainte-Barbe"), CivicAddress("12", "", "R. LAKE", "ste barbe"), []),
        (CivicAddress("12", "", "Lake", "Howick"), CivicAddress("12", "", "Rue Lake", "Howick"), []),
        (CivicAddress("12", "", "Chemin Lake", "Howick"), CivicAddress("12", "", "Rue Lake", "Howick"), ["street"]),
        (CivicAddress("64", "", "Rue A", "Howick"), CivicAddress("64A", "", "Rue A", "Howick"), ["civic_number"]),
        (CivicAddress("1", "", "A", "B", "QC", "J0S 1H0"), CivicAddress("1", "", "A", "B", "QC", "j0s1h0"), []),
        (
            CivicAddress("1", "", "A", "B", "QC", "J0S 1H0"),
            CivicAddress("1", "", "A", "C", "QC", "J0S 1K0"),
            ["city", "postal_code"],
        ),
    ],
)
def test_addresses_differ_by_what_they_say(one: CivicAddress, other: CivicAddress, parts: list[str]) -> None:
    assert differences(one, other) == differences(other, one) == parts


@given(st.integers(1, 9999), st.sampled_from(["Rue Lake", "Rang du Dix", "Route 138", "Chemin de l'Église"]))
def test_what_is_shown_is_read_back_as_the_same(civic: int, street: str) -> None:
    address = CivicAddress(str(civic), "", street, "Huntingdon", "QC", "J0S 1H0")
    assert differences(read_address(address.text, NEAR, KNOWN, TOWNS), address) == []
    assert differences(read_address(address.text.upper(), NEAR, KNOWN, TOWNS), address) == []
