"""A small directory, and the circumstances of a comparison, for the tests of the judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from agent.directory import Directory, Party, Place, Thing
from evals.discussion import Discussion, Turn
from evals.equality import Circumstances
from evals.names import Names

TODAY = dt.date(2026, 3, 12)


@pytest.fixture(scope="session")
def directory() -> Directory:
    def party(number: int, name: str, phone: str, door: tuple[str, str, str]) -> Party:
        id_ = f"C-{number}"
        place = Place(f"LOC-{number}", id_, *door)
        return Party(id_, name, (phone,), (f"c{number}@example.com",), (place,))

    return Directory(
        parties=(
            party(10001, "Jean Tremblay", "450-272-2408", ("123", "Rue Principale", "Huntingdon")),
            party(10002, "Marie-Ève Tremblay", "450-829-0002", ("45", "Chemin de la Rivière", "Ormstown")),
            party(10003, "Luc Gagnon", "450-373-0003", ("88", "Rang du Bord-de-l'Eau", "Sainte-Barbe")),
            party(10004, "Bouchard & Fils inc.", "450-264-3100", ("1200", "Route 138", "Saint-Anicet")),
            party(10013, "Kevin Smith", "450-264-0013", ("3", "Rue Prince", "Huntingdon")),
            party(10014, "Kevin Smyth", "450-264-0014", ("40", "Rue York", "Huntingdon")),
            party(10016, "Geneviève Dubois", "450-264-0016", ("64", "Rue Churchill", "Huntingdon")),
            party(10017, "Robert Dubois", "450-264-0017", ("64A", "Rue Churchill", "Huntingdon")),
        ),
        technicians=(Thing("HR-1", "Marc-André Pelletier"), Thing("HR-2", "Sophie Lalonde")),
        items=(
            Thing("FIBRE-100", "Fibre 100M"),
            Thing("FIBRE-500", "Fibre 500M"),
            Thing("WIFI-ROUTER", "Routeur WiFi"),
            Thing("WIFI-MESH", "WiFi mesh"),
        ),
        lines={"4502643100": "C-10004", "4502643101": "C-10004"},
    )


@pytest.fixture(scope="session")
def names(directory: Directory) -> Names:
    return Names(directory)


@pytest.fixture(scope="session")
def stand(names: Names) -> Callable[..., Circumstances]:
    """Circumstances after the given turns."""

    def after(*turns: Turn | str) -> Circumstances:
        said = tuple(Turn(turn) if isinstance(turn, str) else turn for turn in turns)
        return Circumstances(TODAY, Discussion(names, said))

    return after
