"""Lines, keyed by their number: made disabled, then enabled; voicemail; given back.

In: wishes under idempotency keys, on the version of the line that was read. Out: the line as it then is, without its
passwords. A number must never serve two lines, and no password may enter an answer of a key, an effect or a refusal.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.bearer import Kept, Refusal, Wire, check_version, once
from sandbox.world import World

_FIELDS = (
    "did, customer, location, state, extension, caller_id, language, max_calls, call_timeout, international,"
    " voicemail_enabled, voicemail_email, password_set_at, created_at, created_by_key, changed_at, changed_by_key,"
    " version"
)
_SIP_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_UNTOLD = ("sip_password", "voicemail_password")

Act = Callable[[sqlite3.Connection], tuple[int, Wire]]


@dataclass(frozen=True)
class Voicemail:
    """Whether callers may leave a message, and the address to which it is sent."""

    enabled: bool
    email: str | None


@dataclass(frozen=True)
class NewLine:
    """A line as it is wished."""

    did: str
    customer: str
    location: str
    extension: str
    caller_id: str
    language: str
    max_calls: int
    call_timeout: int
    international: bool
    voicemail: Voicemail


@dataclass(frozen=True)
class Line(NewLine):
    """A line as it is; `created_by_key` and `changed_by_key` are the keys of its making and of its last change."""

    state: str
    password_set_at: str
    created_at: str
    created_by_key: str | None
    changed_at: str
    changed_by_key: str | None
    version: int

    @classmethod
    def born(cls, wish: NewLine, *, at: str, key: str | None, state: str = "disabled") -> "Line":
        """The line that a wish makes, at an ISO 8601 moment."""
        return cls(
            **vars(wish),
            state=state,
            password_set_at=at,
            created_at=at,
            created_by_key=key,
            changed_at=at,
            changed_by_key=key,
            version=1,
        )

    def wire(self) -> Wire:
        """The line as JSON values."""
        told = {**vars(self), "voicemail": {**vars(self.voicemail), "password_set_at": self.password_set_at}}
        del told["password_set_at"]
        return told


def find_line(connection: sqlite3.Connection, did: str, *, missing: tuple[int, str] = (404, "unknown_line")) -> Line:
    """The line; Refusal, by default 404, when the number serves none."""
    query = f"SELECT {_FIELDS} FROM pbx_lines WHERE did = ?"  # noqa: S608 (constant columns)
    row = connection.execute(query, (did,)).fetchone()
    if row is None:
        raise Refusal(*missing, f"The PBX has no line {did}.")
    return _line(row)


def list_lines(connection: sqlite3.Connection, *, customer: str | None, state: str | None) -> list[Line]:
    """The lines that fit every filter given, by number."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM pbx_lines WHERE (?1 IS NULL OR customer = ?1)"  # noqa: S608 (constant columns)
        " AND (?2 IS NULL OR state = ?2) ORDER BY did",
        (customer, state),
    ).fetchall()
    return [_line(row) for row in rows]


def list_numbers(connection: sqlite3.Connection, *, free: bool | None) -> list[Wire]:
    """The PBX's numbers, by number: which are free, and who has the others."""
    rows = connection.execute(
        "SELECT n.did, l.customer FROM pbx_numbers n LEFT JOIN pbx_lines l ON l.did = n.did"
        " WHERE ?1 IS NULL OR (l.did IS NULL) = ?1 ORDER BY n.did",
        (free,),
    ).fetchall()
    return [{"did": did, "free": customer is None, "customer": customer} for did, customer in rows]


def create(world: World, wish: NewLine, *, key: str, actor: str) -> Kept:
    """Make a line, disabled. Raises Refusal: 404 a number that is not the PBX's, 409 one in use, or the key is."""

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        if connection.execute("SELECT 1 FROM pbx_numbers WHERE did = ?", (wish.did,)).fetchone() is None:
            raise Refusal(404, "unknown_number", f"The PBX cannot give out {wish.did}.")
        holder = connection.execute("SELECT customer FROM pbx_lines WHERE did = ?", (wish.did,)).fetchone()
        if holder is not None:
            current = find_line(connection, wish.did).wire()
            raise Refusal(409, "number_in_use", f"{wish.did} is in use by {holder[0]}.", current=current)
        now = world.now().isoformat(timespec="seconds")
        line = Line.born(wish, at=now, key=key)
        insert(connection, [line], secrets.SystemRandom())
        return 201, _recorded(world, "create_line", line, actor, key, customer=line.customer)

    return once(world, "pbx", key, {"create": {**vars(wish), "voicemail": vars(wish.voicemail)}}, act)


def set_state(world: World, did: str, state: str, *, key: str, version: int | None, actor: str) -> Kept:
    """Enable or disable a line. Raises Refusal: 404 no such line, 409 it moved since `version`, or the key was used."""

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = _expected(connection, did, version)
        if before.state == state:
            return 200, before.wire()
        after = _change(world, connection, did, key, state=state)
        return 200, _recorded(world, "set_line_state", after, actor, key, state=state)

    return once(world, "pbx", key, {"state": state, "did": did}, act)


def set_voicemail(world: World, did: str, wish: Voicemail, *, key: str, version: int | None, actor: str) -> Kept:
    """Replace a line's voicemail settings; its password stays. Raises Refusal as `set_state` does."""

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = _expected(connection, did, version)
        if before.voicemail == wish:
            return 200, before.wire()
        after = _change(world, connection, did, key, voicemail_enabled=wish.enabled, voicemail_email=wish.email)
        return 200, _recorded(world, "set_voicemail", after, actor, key, enabled=wish.enabled, email=wish.email)

    return once(world, "pbx", key, {"voicemail": vars(wish), "did": did}, act)


def reset_password(world: World, did: str, *, key: str, version: int | None, actor: str) -> Kept:
    """Give the voicemail a new password, which stays here. Raises Refusal as `set_state` does."""

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        _expected(connection, did, version)
        now = world.now().isoformat(timespec="seconds")
        pin = _pin(secrets.SystemRandom())
        after = _change(world, connection, did, key, voicemail_password=pin, password_set_at=now)
        return 200, _recorded(world, "reset_voicemail_password", after, actor, key)

    return once(world, "pbx", key, {"reset_password": did}, act)


def voicemail_password(connection: sqlite3.Connection, did: str) -> str:
    """The voicemail's password; Refusal 404 when the number serves no line."""
    find_line(connection, did)
    (password,) = connection.execute("SELECT voicemail_password FROM pbx_lines WHERE did = ?", (did,)).fetchone()
    return str(password)


def delete(world: World, did: str, *, key: str, version: int | None, actor: str) -> Kept:
    """Give a disabled line up; its number is free again. Raises Refusal as `set_state` does, and 409 if enabled."""

    def act(connection: sqlite3.Connection) -> tuple[int, Wire]:
        before = _expected(connection, did, version)
        if before.state == "enabled":
            raise Refusal(409, "line_enabled", f"The line {did} has to be disabled first.", current=before.wire())
        connection.execute("DELETE FROM pbx_lines WHERE did = ?", (did,))
        return 200, _recorded(world, "delete_line", before, actor, key, customer=before.customer)

    return once(world, "pbx", key, {"delete": did}, act)


def add_numbers(connection: sqlite3.Connection, dids: Iterable[str]) -> None:
    """Numbers that the PBX may give out."""
    connection.executemany("INSERT OR IGNORE INTO pbx_numbers VALUES (?)", [(did,) for did in dids])


def insert(connection: sqlite3.Connection, lines: Iterable[Line], random: Random) -> None:
    """Lines as they are, with passwords drawn from `random`."""
    names = [*(name.strip() for name in _FIELDS.split(",")), *_UNTOLD]
    for line in lines:
        values = {**vars(line), "voicemail_enabled": line.voicemail.enabled, "voicemail_email": line.voicemail.email}
        sip = "".join(random.choices(_SIP_LETTERS, k=20))
        row = [*(values[name] for name in names if name not in _UNTOLD), sip, _pin(random)]
        places = ", ".join("?" * len(row))
        columns = ", ".join(names)
        connection.execute(f"INSERT INTO pbx_lines ({columns}) VALUES ({places})", row)  # noqa: S608 (our own columns)


def _pin(random: Random) -> str:
    return f"{random.randrange(1_000_000):06d}"


def _expected(connection: sqlite3.Connection, did: str, version: int | None) -> Line:
    line = find_line(connection, did)
    check_version(version, line.version, f"The line {did}", line.wire())
    return line


def _change(world: World, connection: sqlite3.Connection, did: str, key: str, **values: object) -> Line:
    names = [*values, "changed_at", "changed_by_key"]
    connection.execute(
        f"UPDATE pbx_lines SET {', '.join(f'{name} = ?' for name in names)}, version = version + 1"  # noqa: S608 (columns of our own)
        " WHERE did = ?",
        (*values.values(), world.now().isoformat(timespec="seconds"), key, did),
    )
    return find_line(connection, did)


def _recorded(world: World, verb: str, line: Line, actor: str, key: str, **detail: object) -> Wire:
    world.record_effect(system="pbx", verb=verb, target=line.did, actor=actor, detail={**detail, "key": key})
    return line.wire()


def _line(row: tuple[Any, ...]) -> Line:
    did, customer, location, state, extension, caller_id, language, max_calls, call_timeout = row[:9]
    international, voicemail_enabled, voicemail_email, *rest = row[9:]
    voicemail = Voicemail(bool(voicemail_enabled), voicemail_email)
    plain = (did, customer, location, extension, caller_id, language, max_calls, call_timeout, bool(international))
    return Line(*plain, voicemail, state, *rest)
