# ruff: noqa: E501 - the company is a table, one customer a line
"""The demo company's people, addresses and numbers as a directory, written out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.directory import Directory, Party, Place, Thing
from agent.intents.local import LocalEngine
from agent.intents.understanding import Context

_CUSTOMERS = """
C-10001|Jean Tremblay|123 Rue Principale, Huntingdon|450-272-2408|
C-10002|Marie-Ève Tremblay|45 Chemin de la Rivière, Ormstown||
C-10003|Luc Gagnon|88 Rang du Bord-de-l'Eau, Sainte-Barbe||
C-10004|Bouchard & Fils inc.|1200 Route 138, Saint-Anicet|450-264-3100 450-264-3101|
C-10005|Sylvie Côté|17 Rue Châteauguay, Huntingdon||
C-10006|Daniel O'Connor|12 Main Street, Hemmingford|450-247-3300|
C-10007|Ferme Leduc SENC|510 Rang Saint-Louis, Saint-Stanislas-de-Kostka; 522 Rang Saint-Louis, Saint-Stanislas-de-Kostka||
C-10008|Nathalie Roy|31 Rue Lake, Huntingdon||
C-10009|Émile Lavoie|123 Rue Principale, Sainte-Barbe||
C-10010|Dépanneur Chez Ginette|2 Rue Dalhousie, Huntingdon|450-264-5555|ginette@example.com
C-10011|Patrick Bergeron|75 Chemin Ridge, Godmanchester||
C-10012|Isabelle Nguyen|9 Rue Bouchette, Huntingdon||
C-10013|Kevin Smith|3 Rue Prince, Huntingdon||
C-10014|Kevin Smyth|40 Rue York, Huntingdon||
C-10015|Groupe Immobilier Valleyfield|101 Boulevard du Havre, Salaberry-de-Valleyfield||
C-10016|Geneviève Dubois|64 Rue Churchill, Huntingdon||
C-10017|Robert Dubois|64A Rue Churchill, Huntingdon||
C-10018|Martin Gagné|27 Rang du Dix, Howick|450-825-2100|
"""


def _party(line: str) -> Party:
    number, name, places, phones, email = line.split("|")
    found = []
    for at, place in enumerate(places.split("; ")):
        street, city = place.split(", ")
        civic, _, street = street.partition(" ")
        found.append(Place(f"LOC-{number[2:]}{at}", number, civic, street, city))
    return Party(number, name, tuple(phones.split()), (email,) if email else (), tuple(found))


def demo_directory() -> Directory:
    """The eighteen fixed customers and the technicians."""
    parties = tuple(_party(line) for line in _CUSTOMERS.strip().splitlines())
    technicians = tuple(Thing(name, name) for name in ("Marc-André Pelletier", "Sophie Lalonde", "Dave Robinson"))
    return Directory(parties, technicians)


TODAY = dt.date(2026, 3, 12)


@pytest.fixture(scope="session")
def directory() -> Directory:
    return demo_directory()


@pytest.fixture(scope="session")
def engine() -> LocalEngine:
    return LocalEngine()


@pytest.fixture
def context(directory: Directory) -> Context:
    return Context(today=TODAY, directory=directory)
