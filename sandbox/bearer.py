"""What the systems behind a bearer token share: who may speak, how they refuse, and keys that act once.

In: requests under a system's own prefix. Out: JSON, whatever happens.
A token must never be stored as it is, and a key must never act twice nor for two wishes.
"""

import hashlib
import json
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from sandbox.world import World

Wire = dict[str, object]
Endpoint = Callable[[Request], Awaitable[Response]]
Wish = TypeVar("Wish", bound=BaseModel)

_TABLES = """
CREATE TABLE IF NOT EXISTS bearer_tokens (
    system TEXT NOT NULL, digest TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (system, digest));
CREATE TABLE IF NOT EXISTS bearer_keys (
    system TEXT NOT NULL, key TEXT NOT NULL, wish TEXT NOT NULL, status INTEGER NOT NULL,
    answer TEXT NOT NULL, PRIMARY KEY (system, key));
"""
_LONGEST_KEY = 255
_LONGEST_VERSION = 18


class Refusal(Exception):
    """A request that is not carried out; `code` is stable, the message is for people.

    `current` is what is there now, where that is why; `details` go beside code and message.
    """

    def __init__(
        self, status: int, code: str, message: str, *, current: Wire | None = None, details: Wire | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.current = current
        self.details = details or {}

    def response(self) -> JSONResponse:
        """The refusal as it is sent."""
        body: Wire = {"error": {"code": self.code, "message": str(self), **self.details}}
        if self.current is not None:
            body["current"] = self.current
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse(body, self.status, headers)


@dataclass(frozen=True)
class Kept:
    """What a key's first use was answered; `replayed` where this is not the first."""

    status: int
    body: Wire
    replayed: bool

    def response(self) -> JSONResponse:
        """The answer as it is sent, with the version as an `ETag` where there is one."""
        answer = versioned(self.body, self.status)
        if self.replayed:
            answer.headers["Idempotency-Replayed"] = "true"
        return answer


def install(world: World) -> None:
    """Make the tables where they are missing."""
    install_tables(world, "bearer_keys", _TABLES)


def install_tables(world: World, last: str, tables: str) -> None:
    """Make a system's tables (statements ended by semicolons) unless the one named `last` is there."""
    with world.reading() as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (last,)).fetchone()
    if known is None:
        with world.transaction() as connection:
            for statement in tables.split(";"):
                connection.execute(statement)


def register_token(connection: sqlite3.Connection, system: str, token: str, owner: str) -> None:
    """Let the bearer of `token` speak to `system`, as `owner`."""
    connection.execute("INSERT OR REPLACE INTO bearer_tokens VALUES (?, ?, ?)", (system, _digest(token), owner))


def owner_of(world: World, system: str, token: str) -> str | None:
    """Who bears the token; None for one that opens nothing."""
    with world.reading() as connection:
        row = connection.execute(
            "SELECT owner FROM bearer_tokens WHERE system = ? AND digest = ?", (system, _digest(token))
        ).fetchone()
    return str(row[0]) if row else None


def once(
    world: World, system: str, key: str, wish: Wire, act: Callable[[sqlite3.Connection], tuple[int, Wire]]
) -> Kept:
    """Let a key act: `act` in a transaction, or what it answered before.

    Raises Refusal 409 where the key was used for another wish; what `act` refuses uses no key up.
    """
    told = json.dumps(wish, sort_keys=True)
    with world.transaction() as connection:
        row = connection.execute(
            "SELECT wish, status, answer FROM bearer_keys WHERE system = ? AND key = ?", (system, key)
        ).fetchone()
        if row is not None and row[0] != told:
            raise Refusal(409, "key_reused", "This Idempotency-Key was used for another change.")
        if row is not None:
            return Kept(row[1], json.loads(row[2]), replayed=True)
        status, body = act(connection)
        connection.execute(
            "INSERT INTO bearer_keys VALUES (?, ?, ?, ?, ?)", (system, key, told, status, json.dumps(body))
        )
    return Kept(status, body, replayed=False)


def check_version(wanted: int | None, found: int, name: str, current: Wire) -> None:
    """Raises Refusal 409 where something moved on since it was read."""
    if wanted is not None and wanted != found:
        raise Refusal(409, "version_mismatch", f"{name} has moved on to version {found}.", current=current)


def surface(world: World, system: str, prefix: str, table: Sequence[tuple[str, str, Endpoint]]) -> list[BaseRoute]:
    """A system's routes (method, path, endpoint) under its prefix, behind the token check."""
    install(world)
    paths: dict[str, dict[str, Endpoint]] = {}
    for method, path, endpoint in table:
        paths.setdefault(path, {})[method] = _guarded(world, system, endpoint)
    routes = [Route(path, _by_method(ends), methods=list(ends)) for path, ends in paths.items()]
    return [Mount(prefix, app=Router(routes, redirect_slashes=False))]


async def astray(_request: Request, error: Exception) -> Response:
    """The answer to a path that nobody serves, or not by that method."""
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "unknown_path", 405: "method_not_allowed"}.get(error.status_code, "refused")
    answer = Refusal(error.status_code, code, f"{error.detail}.").response()
    answer.headers.update(error.headers or {})
    return answer


async def wished(request: Request, model: type[Wish]) -> Wish:
    """The request's body as it should be; raises ValidationError."""
    return model.model_validate_json(await request.body())


def asked(request: Request, model: type[Wish]) -> Wish:
    """The request's query as it should be; raises ValidationError."""
    return model.model_validate(dict(request.query_params))


def key_of(request: Request) -> str:
    """The `Idempotency-Key`; raises Refusal 422 without one."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= _LONGEST_KEY:
        raise Refusal(422, "invalid_request", f"Idempotency-Key: 1 to {_LONGEST_KEY} characters are needed.")
    return key


def version_of(request: Request) -> int | None:
    """The version of `If-Match`, bare or in quotes; None where the header is missing."""
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return None
    number = wanted.strip().strip('"')
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_VERSION):
        raise Refusal(422, "invalid_request", "If-Match: a version number is needed.")
    return int(number)


def versioned(body: Wire, status: int = 200) -> JSONResponse:
    """A JSON answer, with the `version` in it as an `ETag`."""
    headers = {"ETag": f'"{body["version"]}"'} if "version" in body else None
    return JSONResponse(body, status, headers)


def _by_method(ends: Mapping[str, Endpoint]) -> Endpoint:
    async def choose(request: Request) -> Response:
        return await ends["GET" if request.method == "HEAD" else request.method](request)

    return choose


def _guarded(world: World, system: str, endpoint: Endpoint) -> Endpoint:
    async def guard(request: Request) -> Response:
        try:
            request.state.owner = _owner(world, system, request)
            return await endpoint(request)
        except Refusal as refusal:
            return refusal.response()
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "body"
            return Refusal(422, "invalid_request", f"{where}: {first['msg']}.").response()

    return guard


def _owner(world: World, system: str, request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    owner = owner_of(world, system, token) if scheme.lower() == "bearer" else None
    if owner is not None:
        return owner
    raise Refusal(401, "unauthorized", "A valid bearer token is needed.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
