"""The 911 provider's registrations, in a table of the provider's own.

In: registrations. Out: what the provider would tell an ambulance. ERPNext's fields about 911 are the
company's belief; this table is the provider's truth, and nothing but the provider's interface may change it.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

_TABLE = """CREATE TABLE IF NOT EXISTS e911_registrations (
    did TEXT PRIMARY KEY, civic_number TEXT NOT NULL, apartment TEXT NOT NULL, street TEXT NOT NULL,
    city TEXT NOT NULL, province TEXT NOT NULL, postal_code TEXT NOT NULL, cauca_code TEXT NOT NULL,
    class TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
    enhanced_capable INTEGER NOT NULL, registered_at TEXT NOT NULL)"""


@dataclass(frozen=True)
class Registration:
    """One number and the address that goes with it; `service_class` is RES or BUS."""

    did: str
    civic_number: str
    apartment: str
    street: str
    city: str
    province: str
    postal_code: str
    cauca_code: str
    service_class: str
    first_name: str
    last_name: str
    enhanced_capable: bool
    registered_at: str


def install(connection: sqlite3.Connection) -> None:
    """Make the table where it is missing."""
    connection.execute(_TABLE)


def register(connection: sqlite3.Connection, registrations: Iterable[Registration]) -> None:
    """Register numbers; one that is known is registered anew."""
    places = ", ".join("?" * len(fields(Registration)))
    connection.executemany(
        f"INSERT OR REPLACE INTO e911_registrations VALUES ({places})",  # noqa: S608 (question marks)
        [astuple(registration) for registration in registrations],
    )


def registered(connection: sqlite3.Connection) -> list[Registration]:
    """Everything registered, by number."""
    rows = connection.execute("SELECT * FROM e911_registrations ORDER BY did").fetchall()
    return [Registration(*row) for row in rows]
