"""The documents of the demo company while they are being written, before any database sees them.

In: documents in the order in which they came about. Out: rows per DocType, named by their series, and the
counters at which each series stands. Names are given here and nowhere else, from one seeded source.
"""

import string
from collections import Counter, defaultdict
from datetime import date, datetime, time
from random import Random

from sandbox.erpnext.naming import set_counter
from sandbox.erpnext.site import Site

Row = dict[str, object]
_OWNER = "Administrator"
_LETTERS = string.ascii_lowercase + string.digits


class Books:
    """Everything that is to be written, by DocType."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._documents: dict[str, list[Row]] = defaultdict(list)
        self._counters: Counter[str] = Counter()

    def add(self, doctype: str, name: str, at: date | datetime | str, **values: object) -> str:
        """Write one document that came about `at` that moment; answers its name.

        Lists among the values are its rows.
        """
        moment = stamp(at)
        document: Row = {
            "name": name,
            "owner": _OWNER,
            "creation": moment,
            "modified": moment,
            "modified_by": _OWNER,
            **values,
        }
        for value in values.values():
            if isinstance(value, list):
                for row in value:
                    row.update(name=self.hash_name(), modified_by=_OWNER)
        self._documents[doctype].append(document)
        return name

    def next_in(self, prefix: str, digits: int = 5) -> str:
        """The next name of a series: `LOC-` gives `LOC-00001`."""
        self._counters[prefix] += 1
        return f"{prefix}{self._counters[prefix]:0{digits}d}"

    def start_after(self, prefix: str, number: int) -> None:
        """Let a series go on after `number`."""
        self._counters[prefix] = max(self._counters[prefix], number)

    def hash_name(self) -> str:
        """Ten letters and digits, as documents without a name of their own bear."""
        return "".join(self.random.choices(_LETTERS, k=10))

    def write(self, site: Site) -> None:
        """Hand everything to the site, and let its series go on from here."""
        for doctype, documents in self._documents.items():
            site.insert_many_raw(doctype, documents)
        with site.world.transaction() as connection:
            for prefix, number in self._counters.items():
                set_counter(connection, prefix, number)


def stamp(at: date | datetime | str) -> str:
    """A moment as ERPNext keeps it; a bare date counts from ten in the morning."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(10, 0))
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
