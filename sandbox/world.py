"""All the state of the outside world: one SQLite file, its clock included.

In: transactions, readings, and the effects that writes leave. Out: a connection bound to the
file, the world's time, and the sandbox's own record of what was done to it.
Several processes may hold the same file open. The clock must never run backwards, and a write
must never be committed without the effect that tells of it. Never await inside a transaction:
a world has one connection, and a second task would join the first one's transaction.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from sandbox import collation

TIMEZONE = ZoneInfo("America/Toronto")
CLOCK_START = datetime(2026, 3, 12, 9, 0, tzinfo=TIMEZONE)
LONGEST_GAP = timedelta(hours=1)
BUSY_TIMEOUT_SECONDS = 30.0

# Raised whenever a file made before could no longer be read.
FORMAT = 2
_MICROSECONDS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY CHECK (id = 1), world_time INTEGER NOT NULL, wall_time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS effects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, system TEXT NOT NULL,
    verb TEXT NOT NULL, target TEXT NOT NULL, actor TEXT NOT NULL, detail TEXT NOT NULL);
"""


class WorldUnreadable(Exception):
    """The world's file is not one that can be used; the message says which and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The sandbox's data file {path} cannot be used: {reason}.")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Effect:
    """One thing that was done to the world, as the world itself recorded it."""

    id: int
    at: datetime
    system: str
    verb: str
    target: str
    actor: str
    detail: dict[str, object]


class World:
    """All the state of the outside world: one SQLite file (WAL), its clock included."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        *,
        clock_start: datetime,
        wall: Callable[[], float],
    ) -> None:
        self.path = path
        self._connection = connection
        self._wall = wall
        self._lock = threading.RLock()
        self._depth = 0
        self._prepare(clock_start)

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        clock_start: datetime | None = None,
        wall: Callable[[], float] = time.time,
    ) -> Self:
        """The world kept at `path`, created when missing.

        `clock_start` sets a new world's first moment and is ignored by one that exists;
        `wall` is the wall clock in seconds, by which the world's clock ticks.
        Raises WorldUnreadable when the file is damaged, foreign or out of reach.
        """
        place = Path(path)
        with ExitStack() as undo:
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                connection = _connect(place)
                undo.callback(connection.close)
                world = cls(place, connection, clock_start=clock_start or CLOCK_START, wall=wall)
            except (sqlite3.DatabaseError, OSError) as error:
                raise WorldUnreadable(place, str(error)) from error
            undo.pop_all()
        return world

    def _prepare(self, clock_start: datetime) -> None:
        (mode,) = self._connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self.transaction() as connection:
            self._check_format(connection)
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(
                "INSERT OR IGNORE INTO clock VALUES (1, ?, ?)",
                (_microseconds(clock_start - _EPOCH), self._wall_microseconds()),
            )

    def _check_format(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables and found != FORMAT:
            raise WorldUnreadable(self.path, "it was not made by this version of the sandbox")
        connection.execute(f"PRAGMA user_version = {FORMAT}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction, committed at the end and undone by an exception.

        Re-entrant: an inner one is a savepoint, undone alone when its exception is caught
        by the outer one.
        """
        with self._lock:
            begin, undo, end = _statements(self._depth)
            self._connection.execute(begin)
            self._depth += 1
            try:
                yield self._connection
                self._connection.execute(end)
            except BaseException:
                if self._connection.in_transaction:
                    for statement in undo:
                        self._connection.execute(statement)
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with; within a transaction, that transaction's own."""
        with self._lock:
            yield self._connection

    @contextmanager
    def one_moment(self) -> Iterator[sqlite3.Connection]:
        """A connection whose readings all see the world as it was at the first of them.

        Nothing may be written, nor the time asked, until it ends.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

    def now(self) -> datetime:
        """The company's time (aware, America/Toronto).

        It ticks with the wall clock, and a gap in which nobody asked counts for an hour
        at most. What was once answered is kept, so that no process ever hears that time again,
        nor an earlier one.
        """
        with self.transaction() as connection:
            known, seen = connection.execute("SELECT world_time, wall_time FROM clock").fetchone()
            wall = self._wall_microseconds()
            moment = known + min(max(wall - seen, 1), _microseconds(LONGEST_GAP))
            connection.execute("UPDATE clock SET world_time = ?, wall_time = ?", (moment, wall))
        return (_EPOCH + timedelta(microseconds=moment)).astimezone(TIMEZONE)

    def _wall_microseconds(self) -> int:
        return int(self._wall() * _MICROSECONDS)

    def set_clock(self, moment: datetime) -> None:
        """Move the clock on to an aware `moment`; a ValueError refuses to go back."""
        with self.transaction() as connection:
            if moment < self.now():
                raise ValueError(f"the world's clock does not go back to {moment.isoformat()}")
            connection.execute(
                "UPDATE clock SET world_time = ?, wall_time = ?",
                (_microseconds(moment - _EPOCH), self._wall_microseconds()),
            )

    def record_effect(self, *, system: str, verb: str, target: str, actor: str, detail: dict[str, object]) -> None:
        """Note what a write did, in the transaction of that write."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO effects (at, system, verb, target, actor, detail) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self.now().isoformat(),
                    system,
                    verb,
                    target,
                    actor,
                    json.dumps(detail, ensure_ascii=False, default=str),
                ),
            )

    def effects(self, *, system: str | None = None, since: int = 0) -> list[Effect]:
        """What was done to the world, oldest first, after the effect numbered `since`."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id, at, system, verb, target, actor, detail FROM effects"
                " WHERE id > ? AND (? IS NULL OR system = ?) ORDER BY id",
                (since, system, system),
            ).fetchall()
        return [
            Effect(number, datetime.fromisoformat(at), name, verb, target, actor, json.loads(detail))
            for number, at, name, verb, target, actor, detail in rows
        ]

    def forget_effects(self) -> None:
        """Begin the record of effects anew: making a world is not one of the things done to it."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM effects")
            connection.execute("DELETE FROM sqlite_sequence WHERE name = 'effects'")

    def snapshot(self) -> bytes:
        """The whole file as it stands, but for its clock: a world that begins when it is opened."""
        with self._lock:
            self._connection.execute("DELETE FROM clock")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return self._connection.serialize()

    def close(self) -> None:
        """Let go of the file; the world must not be used afterwards."""
        with self._lock:
            self._connection.close()


def _statements(depth: int) -> tuple[str, tuple[str, ...], str]:
    """How a transaction begins, is undone and ends, within `depth` others."""
    if depth == 0:
        return "BEGIN IMMEDIATE", ("ROLLBACK",), "COMMIT"
    name = f"nested_{depth}"
    return f"SAVEPOINT {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}"), f"RELEASE {name}"


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, check_same_thread=False)
    collation.install(connection)
    return connection
