"""The 911 provider's registrations, in a table of the provider's own.

In: requests to register a number, or to strike it out. Out: what the provider would tell an ambulance, and what became
of the last request. ERPNext's fields about 911 are the company's belief; this table is the provider's truth, and
nothing but the provider's interface may change it. What is in force stays so until a new request is accepted.
A request settles by the clock alone: nobody has to look for it to happen.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox import bearer
from sandbox.bearer import Kept, Refusal, Wire, check_version, once
from sandbox.e911.entries import Entry
from sandbox.world import World

ACCEPTANCE_SECONDS = 2.0
"""How long the provider takes over a request, unless the sandbox's controls say otherwise."""
HIGHEST_CIVIC_NUMBER = 9999
"""The street guide's last number, on every street."""

State = Literal["registered", "pending", "rejected"]

_TABLES = """
CREATE TABLE IF NOT EXISTS e911_acceptance (seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS e911_registrations (
    did TEXT PRIMARY KEY, registered TEXT, request TEXT, changed_by_key TEXT, version INTEGER NOT NULL);
"""
# A number that was struck out keeps its row, so that its version never comes again.
_SELECT = (
    "SELECT did, registered, request, changed_by_key, version FROM e911_registrations"
    " WHERE (registered IS NOT NULL OR request IS NOT NULL)"
)


@dataclass(frozen=True)
class Registration(Entry):
    """An entry in force for a number."""

    did: str
    registered_at: str


@dataclass(frozen=True)
class Request(Entry):
    """An entry asked for; it settles at a moment, and `reason` (code, message) tells why it is not accepted."""

    key: str
    submitted_at: str
    settles_at: str
    reason: list[str] | None


@dataclass(frozen=True)
class Record:
    """Everything about one number at one moment."""

    did: str
    registered: Registration | None
    request: Request | None
    settled: bool
    changed_by_key: str | None
    version: int

    @property
    def state(self) -> State:
        """What became of the last request."""
        if self.request is None:
            return "registered"
        return "rejected" if self.settled else "pending"

    def wire(self) -> Wire:
        """The record as JSON values."""
        told: Wire = {"did": self.did, "state": self.state, "registered": None, "pending": None, "rejected": None}
        if self.registered is not None:
            told["registered"] = {**self.registered.wire(), "registered_at": self.registered.registered_at}
        if self.request is not None:
            request: Wire = {**self.request.wire(), "key": self.request.key, "submitted_at": self.request.submitted_at}
            if self.settled and self.request.reason is not None:
                code, message = self.request.reason
                request |= {"rejected_at": self.request.settles_at, "reason": {"code": code, "message": message}}
            told[self.state] = request
        return {**told, "changed_by_key": self.changed_by_key, "version": self.version}


def install(world: World) -> None:
    """Make the tables where they are missing."""
    bearer.install_tables(world, "e911_registrations", _TABLES)


def register(connection: sqlite3.Connection, registrations: Iterable[Registration]) -> None:
    """Entries in force, as if they had always been; one that is known is replaced."""
    connection.executemany(
        "INSERT OR REPLACE INTO e911_registrations VALUES (?, ?, NULL, NULL, 1)",
        [(registration.did, json.dumps(asdict(registration))) for registration in registrations],
    )


def in_force(connection: sqlite3.Connection, now: datetime) -> list[Registration]:
    """Every entry in force, by number."""
    return [record.registered for record in list_records(connection, now) if record.registered]


def list_records(connection: sqlite3.Connection, now: datetime, dids: Sequence[str] | None = None) -> list[Record]:
    """The records of all numbers, or of those named, by number."""
    chosen = "" if dids is None else f" AND did IN ({', '.join('?' * len(dids))})"
    rows = connection.execute(f"{_SELECT}{chosen} ORDER BY did", tuple(dids or ()))
    return [_record(row, now) for row in rows.fetchall()]


def find_record(connection: sqlite3.Connection, did: str, now: datetime) -> Record:
    """The number's record; Refusal 404 where the provider does not know it."""
    row = connection.execute(f"{_SELECT} AND did = ?", (did,)).fetchone()
    if row is None:
        raise Refusal(404, "unknown_number", f"{did} is not registered.")
    return _record(row, now)


def submit(world: World, did: str, entry: Entry, *, key: str, version: int | None, actor: str) -> Kept:
    """Ask for an entry: pending (202), or 200 where it is in force already. A request that is pending is replaced.

    Raises Refusal 409: the record moved since `version`, or the key was used for another request.
    """

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        now = world.now()
        before = _known(connection, did, now)
        _check(before, did, version)
        registered = before.registered if before else None
        if before and before.state == "registered" and registered and Entry(**_values(registered)) == entry:
            return 200, before.wire()
        request = Request(
            **vars(entry),
            key=key,
            submitted_at=now.isoformat(),
            settles_at=(now + acceptance(connection)).isoformat(),
            reason=_objection(entry),
        )
        connection.execute(
            "INSERT INTO e911_registrations VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT DO UPDATE"
            " SET registered = ?2, request = ?3, changed_by_key = ?4, version = version + 1",
            (did, json.dumps(asdict(registered)) if registered else None, json.dumps(asdict(request)), key),
        )
        detail: Wire = {**entry.wire(), "key": key}
        world.record_effect(system="e911", verb="register", target=did, actor=actor, detail=detail)
        return 202, find_record(connection, did, now).wire()

    return once(world, "e911", key, {"register": did, **vars(entry)}, act)


def strike_out(world: World, did: str, *, key: str, version: int | None, actor: str) -> Kept:
    """Strike a number out, with any request that is pending; answers the record as it was.

    Raises Refusal: 404 not registered, 409 it moved since `version`, or the key was used for another request.
    """

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = find_record(connection, did, world.now())
        _check(before, did, version)
        connection.execute(
            "UPDATE e911_registrations SET registered = NULL, request = NULL, version = version + 1 WHERE did = ?",
            (did,),
        )
        world.record_effect(system="e911", verb="deregister", target=did, actor=actor, detail={"key": key})
        return 200, before.wire()

    return once(world, "e911", key, {"deregister": did}, act)


def acceptance(connection: sqlite3.Connection) -> timedelta:
    """How long the provider takes over a request."""
    row = connection.execute("SELECT seconds FROM e911_acceptance").fetchone()
    return timedelta(seconds=row[0] if row else ACCEPTANCE_SECONDS)


def set_acceptance(connection: sqlite3.Connection, seconds: float) -> None:
    """Let the provider take so long over requests from now on."""
    connection.execute("DELETE FROM e911_acceptance")
    connection.execute("INSERT INTO e911_acceptance VALUES (?)", (seconds,))


def _objection(entry: Entry) -> list[str] | None:
    """What the street guide will say against an entry."""
    if int(entry.civic_number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) <= HIGHEST_CIVIC_NUMBER:
        return None
    message = f"The street guide has no {entry.civic_number} on {entry.street}, {entry.city}."
    return ["not_in_street_guide", message]


def _known(connection: sqlite3.Connection, did: str, now: datetime) -> Record | None:
    row = connection.execute(f"{_SELECT} AND did = ?", (did,)).fetchone()
    return _record(row, now) if row else None


def _check(record: Record | None, did: str, version: int | None) -> None:
    if record is not None:
        check_version(version, record.version, f"The registration of {did}", record.wire())
    elif version is not None:
        raise Refusal(409, "version_mismatch", f"{did} is not registered any more.")


def _record(row: tuple[Any, ...], now: datetime) -> Record:
    did, registered_json, request_json, changed_by_key, version = row
    registered = Registration(**json.loads(registered_json)) if registered_json else None
    request = Request(**json.loads(request_json)) if request_json else None
    settled = request is not None and now >= datetime.fromisoformat(request.settles_at)
    if request is not None and settled and request.reason is None:
        registered = Registration(**_values(request), did=did, registered_at=request.settles_at)
        request = None
    return Record(did, registered, request, settled, changed_by_key, version)


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
