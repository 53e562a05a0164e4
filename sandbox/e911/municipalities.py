"""The municipalities that the provider serves, and the CAUCA code of each.

CAUCA is the emergency call centre of most of rural Québec, which knows a place by its municipality's code. In the
sandbox that is the municipality's geographic code in Québec's directory.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Municipality:
    """A municipality; `province` by its two letters."""

    cauca_code: str
    city: str
    province: str = "QC"


_TABLE = """
68015 Hemmingford
69005 Havelock
69010 Franklin
69017 Saint-Chrysostome
69025 Howick
69030 Très-Saint-Sacrement
69037 Ormstown
69045 Hinchinbrooke
69050 Elgin
69055 Huntingdon
69060 Godmanchester
69065 Sainte-Barbe
69070 Saint-Anicet
69075 Dundee
70022 Beauharnois
70040 Saint-Stanislas-de-Kostka
70052 Salaberry-de-Valleyfield
"""

BY_CODE = {
    code: Municipality(code, city) for code, _, city in (row.partition(" ") for row in _TABLE.strip().splitlines())
}
CODES = {municipality.city: municipality.cauca_code for municipality in BY_CODE.values()}
