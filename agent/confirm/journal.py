"""The journal: who asked what, how it was understood, what was shown, who approved, what ran.

Append-only; each entry carries the hash of the one before, so that a line changed or removed later shows.
It holds no secret: utterances arrive with card numbers masked, and the answers of sensitive reads never arrive.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from agent.store import Store, journal_end_table, journal_table, take_turns

EntryKind = Literal[
    "asked",
    "planned",
    "approved_first",
    "approved",
    "rejected",
    "stale",
    "expired",
    "step",
    "ended",
    "stopped",
    "taken_over",
    "sensitive",
    "requested",
]
_GENESIS = "0" * 64
_END = 1
_where_it_ends = sa.select(journal_end_table.c.number, journal_end_table.c.hash)


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal. ``at`` is UTC, ISO."""

    number: int
    at: str
    user: str
    kind: str
    plan: str | None
    body: dict[str, Any]
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """What the hash has to be, by the entry's own contents and the one before."""
        content = [self.previous, self.number, self.at, self.user, self.kind, self.plan, self.body]
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class JournalCheck:
    """The outcome of a verification; ``broken_at`` is the first entry that does not fit."""

    ok: bool
    entries: int
    broken_at: int | None = None


class Journal:
    """The append-only record, in the store's database."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    def write(self, kind: EntryKind, *, user: str, plan: str | None = None, body: Mapping[str, Any]) -> JournalEntry:
        """Append one entry."""
        with self._store.transaction() as connection:
            # Each number follows the one before.
            take_turns(connection, "journal")
            # On from where it was known to end, so that lines taken off since leave a gap.
            last = connection.execute(_where_it_ends).one_or_none()
            number, previous = (last.number + 1, last.hash) if last else (1, _GENESIS)
            at = dt.datetime.fromtimestamp(self._now(), dt.UTC).isoformat(timespec="milliseconds")
            # What is no text in any encoding (half a surrogate pair from a terminal) becomes a question mark.
            plain = json.loads(json.dumps(body, default=str, ensure_ascii=False).encode(errors="replace"))
            unsigned = JournalEntry(number, at, user, kind, plan, plain, previous, "")
            entry = JournalEntry(number, at, user, kind, plan, plain, previous, unsigned.computed_hash())
            connection.execute(
                journal_table.insert().values(
                    **{**vars(entry), "body": json.dumps(plain, ensure_ascii=False, sort_keys=True)}
                )
            )
            end = {"number": entry.number, "hash": entry.hash}
            if last:
                connection.execute(journal_end_table.update().values(end))
            else:
                connection.execute(journal_end_table.insert().values(id=_END, **end))
        return entry

    def entries(self, *, limit: int | None = None, plan: str | None = None) -> list[JournalEntry]:
        """The newest ``limit`` entries (all where None), oldest first."""
        query = journal_table.select().order_by(journal_table.c.number.desc())
        if plan is not None:
            query = query.where(journal_table.c.plan == plan)
        if limit is not None:
            query = query.limit(limit)
        with self._store.transaction() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [JournalEntry(**{**row, "body": json.loads(row["body"])}) for row in reversed(rows)]

    def verify(self) -> JournalCheck:
        """Walk the whole chain, to where it was last known to end."""
        with self._store.transaction() as connection:
            take_turns(connection, "journal")
            rows = connection.execute(journal_table.select().order_by(journal_table.c.number)).mappings().all()
            end = connection.execute(_where_it_ends).one_or_none()
        previous = _GENESIS
        for expected, row in enumerate(rows, start=1):
            entry = _read(row)
            if entry is None or (entry.number, entry.previous) != (expected, previous):
                return JournalCheck(ok=False, entries=len(rows), broken_at=expected)
            if entry.hash != entry.computed_hash():
                return JournalCheck(ok=False, entries=len(rows), broken_at=expected)
            previous = entry.hash
        if (len(rows), previous) != (tuple(end) if end else (0, _GENESIS)):
            return JournalCheck(ok=False, entries=len(rows), broken_at=len(rows) + 1)
        return JournalCheck(ok=True, entries=len(rows))


def _read(row: sa.RowMapping) -> JournalEntry | None:
    """A line as it was written; None where it no longer is one."""
    try:
        return JournalEntry(**{**row, "body": json.loads(row["body"])})
    except ValueError:
        return None
