"""Faults on the server's side of real HTTP, by rules kept in the world's file.

In: any request, and the rules that any process put there. Out: the request passed on, or the fault of the
first rule that fits it: late, never answered (done or not), 429, 500, a reset connection, wrong JSON, "somebody has
changed it since you read it".
The control routes must never be faulted, and a fault that says "not done" must never let the write through.
"""

import asyncio
import json
import re
from typing import Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import bearer
from sandbox.erpnext import errors
from sandbox.world import World

_TABLE = """CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0)"""
_SYSTEMS = {"/api": "erpnext", "/hub": "hub", "/pbx": "pbx", "/e911": "e911", "/stripe": "stripe"}


class NeverAnswered(Exception):
    """Raised into the server in place of an answer: it resets the connection."""


class Match(BaseModel):
    """Which requests a rule fits; what is absent fits all. `path` is a regular expression, searched."""

    model_config = ConfigDict(extra="forbid")

    system: Literal["erpnext", "hub", "pbx", "e911", "stripe"] | None = None
    method: str | None = None
    path: str | None = None
    nth: int = Field(default=1, ge=1, description="fires from the nth fitting request on")
    times: int | None = Field(default=None, ge=1, description="fires that often; null: always")

    @field_validator("path")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    def fits(self, scope: Scope) -> bool:
        """Whether the request is one of those meant, its turn aside."""
        path = str(scope["path"])
        return (
            self.system in (None, system_of(path))
            and (self.method is None or self.method.upper() == scope["method"])
            and (self.path is None or re.search(self.path, path) is not None)
        )


class Fault(BaseModel):
    """What happens to the request. `took` says whether the request is carried out all the same."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["latency", "timeout_before", "timeout_after", "status", "reset", "wrong_json", "stale"]
    latency_ms: int = Field(default=0, ge=0)
    status: int = Field(default=500, ge=400, le=599)
    retry_after: int | None = Field(default=None, ge=0, description="seconds")
    took: bool = Field(default=False, description="for status, reset and wrong_json")
    hold_seconds: float = Field(default=60.0, gt=0, description="for the time-outs: held at most so long")


class Rule(BaseModel):
    """One rule as it is configured."""

    model_config = ConfigDict(extra="forbid")

    match: Match = Match()
    fault: Fault


def system_of(path: str) -> str | None:
    """The system that a path belongs to; None for the control routes and unknown ones."""
    return next((name for prefix, name in _SYSTEMS.items() if path.startswith(f"{prefix}/")), None)


class FaultRules:
    """The rules in the world's file, shared by all who serve it."""

    def __init__(self, world: World) -> None:
        self._world = world
        with world.reading() as connection:
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'faults'").fetchone()
        if known is None:
            with world.transaction() as connection:
                connection.execute(_TABLE)

    def add(self, rule: Rule) -> int:
        """Put a rule in force; answers its number."""
        with self._world.transaction() as connection:
            cursor = connection.execute("INSERT INTO faults (rule) VALUES (?)", (rule.model_dump_json(),))
        return int(cursor.lastrowid or 0)

    def clear(self) -> None:
        """Lift every rule."""
        with self._world.transaction() as connection:
            connection.execute("DELETE FROM faults")

    def list(self) -> list[dict[str, object]]:
        """The rules with how often each fitted (`seen`) and fired."""
        with self._world.reading() as connection:
            rows = connection.execute("SELECT id, rule, seen, fired FROM faults ORDER BY id").fetchall()
        return [{"id": number, **json.loads(rule), "seen": seen, "fired": fired} for number, rule, seen, fired in rows]

    def strike(self, scope: Scope) -> Fault | None:
        """Count the request against every rule that fits; the fault of the first whose turn it is."""
        with self._world.reading() as connection:
            rows = connection.execute("SELECT id, rule FROM faults ORDER BY id").fetchall()
        fitting = [(number, rule) for number, text in rows if (rule := _parse(text)).match.fits(scope)]
        struck: Fault | None = None
        for number, rule in fitting:
            fires = self._count(number, rule.match, struck=struck is not None)
            struck = rule.fault if fires else struck
        return struck

    def _count(self, number: int, match: Match, *, struck: bool) -> bool:
        with self._world.transaction() as connection:
            connection.execute("UPDATE faults SET seen = seen + 1 WHERE id = ?", (number,))
            row = connection.execute("SELECT seen, fired FROM faults WHERE id = ?", (number,)).fetchone()
            spent = match.times is not None and row is not None and row[1] >= match.times
            fires = row is not None and not struck and row[0] >= match.nth and not spent
            if fires:
                connection.execute("UPDATE faults SET fired = fired + 1 WHERE id = ?", (number,))
        return fires


class FaultMiddleware:
    """Wraps the whole outside world; rules decide what befalls a request."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app = app
        self.rules = FaultRules(world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with the fault that is due to it."""
        fault = None
        if scope["type"] == "http" and system_of(scope["path"]) is not None:
            fault = self.rules.strike(scope)
        if fault is None:
            await self.app(scope, receive, send)
            return
        if fault.latency_ms:
            await asyncio.sleep(fault.latency_ms / 1000)
        if fault.kind == "latency":
            await self.app(scope, receive, send)
        elif fault.kind == "timeout_before":
            await _hold(receive, fault.hold_seconds)
        else:
            await self._spoil(fault, scope, receive, send)

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.took or fault.kind == "timeout_after":
            await self.app(scope, receive, _swallow)
        else:
            await _hear_out(receive)
        if fault.kind == "timeout_after":
            await _hold(receive, fault.hold_seconds)
        elif fault.kind == "reset":
            raise NeverAnswered(scope["path"])
        elif fault.kind == "stale":
            await _moved_on(system_of(scope["path"]))(scope, receive, send)
        else:
            await _spoiled_answer(fault)(scope, receive, send)


def _spoiled_answer(fault: Fault) -> Response:
    if fault.kind == "wrong_json":
        return Response('{"data": [', 200, media_type="application/json")
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    reason = "<html><body>The service is busy.</body></html>"
    return Response(reason, fault.status, headers, media_type="text/html")


def _moved_on(system: str | None) -> Response:
    """What a system answers to a write that was prepared on an older state, in its own words."""
    if system == "erpnext":
        body = errors.stale("2026-03-12 09:00:00.000001", "2026-03-12 09:00:00.000002").body(tracebacks=False)
        return JSONResponse(body, 417)
    if system == "stripe":
        sentence = "This object cannot be accessed right now because another API request is accessing it."
        error = {"type": "invalid_request_error", "code": "lock_timeout", "message": sentence}
        return JSONResponse({"error": error}, 429)
    return bearer.Refusal(409, "version_mismatch", "It has moved on to another version.").response()


async def _hold(receive: Receive, seconds: float) -> NoReturn:
    """Say nothing until the client gives up or the limit is reached; then drop the connection."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass
    raise NeverAnswered("held")


async def _hear_out(receive: Receive) -> None:
    """Take the whole request, so that the client has said all before it learns of the fault."""
    while (await receive()).get("more_body", False):
        pass


async def _swallow(_message: Message) -> None:
    """An answer that nobody will hear."""


def _parse(text: str) -> Rule:
    return Rule.model_validate_json(text)
