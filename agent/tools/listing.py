"""What the lists share: whose they are, of what days, and under which headings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.directory import Party
from agent.tools.desk import Desk
from agent.tools.records import Filter

MOST_ROWS = 50
"""How many rows a list shows; that there are more is said."""


def owned(party: Party | None, desk: Desk) -> str:
    """Whose list it is: a customer's, or the company's where none was named."""
    return party.name if party else desk.words("invoices.everyone")


def period(field: str, since: dt.date | None, until: dt.date | None) -> list[Filter]:
    """The filters of a span of days, both ends included."""
    filters: list[Filter] = [(field, ">=", since.isoformat())] if since else []
    return filters + ([(field, "<=", until.isoformat())] if until else [])


def columns(names: Sequence[str], party: Party | None) -> list[str]:
    """The columns of a list; one customer's own list needs none for the customer."""
    return [name for name in names if not (party and name == "customer")]
