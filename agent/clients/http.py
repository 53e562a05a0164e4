"""One system reached over HTTP: the only place that sends requests, waits, tries again and gives up.

Enters: path segments, a query or a body, and the shape the answer has to have; or a whole request that a vendor's
library made. Leaves: the shaped answer, or one of ``Unavailable``, ``Rejected`` (with its kinds) and
``OutcomeUnknown``; no exception of httpx or tenacity passes.
A read is tried again on whatever may pass. A write is tried again only where it is certain that nothing was done:
no connection came about, or the system said that it is overloaded. A write that left without an answer is
``OutcomeUnknown`` and is looked up by the caller, never fired again from here.
No credential, header, query or body ever enters an exception or a log record.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Literal, TypeVar
from urllib.parse import quote

import httpx

from agent.clients.patience import PATIENT, Failure, Patience, told_to_wait
from agent.clients.refusal import Explain, Refusal
from agent.errors import BackendError, Missing, OutcomeUnknown, Rejected, Unavailable
from agent.settings import SystemName

logger = logging.getLogger(__name__)

Shaped = TypeVar("Shaped")
Shape = Callable[[object], Shaped]
Take = Callable[[httpx.Response], Shaped]
Method = Literal["GET", "POST", "PUT", "DELETE"]
Body = Mapping[str, object]

CONNECT_SECONDS = 3.0
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_PASSING = {502, 503, 504}
_NONSENSE = "the answer makes no sense"


@dataclass(frozen=True)
class DateSeen:
    """The ``Date`` of an answer (whole seconds, cut off) and our monotonic clock when it came."""

    date: datetime
    monotonic: float


Query = Mapping[str, str | int | Sequence[str]]
"""A query's values; a name with several of them is repeated."""


class HttpSystem:
    """An HTTP system with its credentials; make one per system and close it."""

    def __init__(
        self,
        name: SystemName,
        base_url: str,
        headers: Mapping[str, str],
        *,
        explain: Explain,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: float | None = None,
        patience: Patience = PATIENT,
    ) -> None:
        self.name = name
        self.base_url = base_url.rstrip("/")
        self.last_date: DateSeen | None = None
        self._headers = dict(headers)
        self._explain = explain
        self._transport = transport
        self._timeout = patience.answer_seconds if timeout is None else timeout
        self._connect = CONNECT_SECONDS if timeout is None else min(CONNECT_SECONDS, timeout)
        self._patience = patience
        self._client: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"HttpSystem({self.name})"

    async def aclose(self) -> None:
        """Close the connections; a later request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def read(
        self,
        *segments: str,
        shape: Shape[Shaped],
        query: Query | None = None,
        body: Body | None = None,
    ) -> Shaped:
        """Ask for something; a ``body`` makes it a POST, for questions too long for a URL.

        ``shape`` takes what it needs out of the decoded answer; KeyError, TypeError or ValueError from it mean
        that this is not the answer asked for.
        """
        method: Method = "GET" if body is None else "POST"
        return await self._send(method, segments, shape, writing=False, query=query, body=body)

    async def write(
        self,
        method: Method,
        *segments: str,
        shape: Shape[Shaped],
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Shaped:
        """Have something done, once. Raises ``OutcomeUnknown`` where it may have been done."""
        return await self._send(method, segments, shape, writing=True, body=body, headers=headers)

    async def forward(
        self, method: Method, url: str, *, headers: Mapping[str, str], content: str | None
    ) -> httpx.Response:
        """Send a request that a vendor's library made, under the same rules: a GET reads, anything else writes.

        Leaves an answer that is a success and a JSON object; all else is raised as from ``read`` and ``write``, so
        that the library has nothing left to try again or to explain.
        """
        try:
            request = self._open().build_request(method, url, headers=headers, content=content)
        except (UnicodeError, httpx.InvalidURL):
            raise self.unsendable() from None
        return await self._answer(request, _whole, writing=method != "GET")

    def nonsense(self, *, writing: bool) -> BackendError:
        """What to raise where a library's answer is not the one asked for."""
        return self._unanswered(_NONSENSE, writing=writing).error

    async def _send(
        self,
        method: Method,
        segments: tuple[str, ...],
        shape: Shape[Shaped],
        *,
        writing: bool,
        query: Query | None = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Shaped:
        request = self._request(method, segments, query=query, body=body, headers=headers)
        return await self._answer(request, lambda response: shape(_decoded(response)), writing=writing)

    async def _answer(self, request: httpx.Request, take: Take[Shaped], *, writing: bool) -> Shaped:
        retrying = self._patience.retrying(self.name)
        try:
            answer: Shaped = await retrying(self._attempt, request, take, writing=writing)
        except Failure as failure:
            raise failure.error from failure.__cause__
        return answer

    async def _attempt(self, request: httpx.Request, take: Take[Shaped], *, writing: bool) -> Shaped:
        """One try. Raises ``Failure``, never anything of httpx."""
        started = time.monotonic()
        try:
            # httpx bounds each wait for bytes; this bounds an answer that drips, and transports without clocks.
            async with asyncio.timeout(self._timeout + 2 * self._connect):
                response = await self._open().send(request)
        except _NEVER_SENT as error:
            raise Failure(self._unavailable("it cannot be reached"), again=True) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise self._unanswered("no answer came in time", writing=writing) from error
        except httpx.RequestError as error:
            raise self._unanswered("the connection broke before the answer", writing=writing) from error
        self._note_date(response)
        logger.debug(
            "%s %s %s: %d in %.0f ms",
            self.name,
            request.method,
            _told(request),
            response.status_code,
            1000 * (time.monotonic() - started),
        )
        if not response.is_success:
            raise self._failure(response, writing=writing)
        try:
            return take(response)
        except (KeyError, TypeError, ValueError):
            # Not chained: what a validator says may quote the body.
            raise self._unanswered(_NONSENSE, writing=writing) from None

    def _failure(self, response: httpx.Response, *, writing: bool) -> Failure:
        status = response.status_code
        refusal = self._explain(status, _decoded(response))
        wait = told_to_wait(response)
        overloaded = status == 429 or (status == 503 and (wait is not None or refusal.nothing_done))
        if overloaded:
            error = self._unavailable("it is overloaded", status=status, retry_after=wait)
            return Failure(error, again=self._patience.bears(wait), retry_after=wait)
        if refusal.nothing_done and status not in _PASSING:
            return Failure(self._rejected(status, refusal), again=False)
        return self._unanswered(f"it failed with HTTP {status}", writing=writing, status=status, wait=wait)

    def _rejected(self, status: int, refusal: Refusal) -> Rejected:
        reason = self._scrubbed(refusal.reason)
        return refusal.kind(
            f"{self.name} refused (HTTP {status}): {reason}",
            system=self.name,
            status=status,
            reason=reason,
            error_type=refusal.error_type,
        )

    def _unanswered(self, reason: str, *, writing: bool, status: int = 0, wait: float | None = None) -> Failure:
        """A request that left: a read may be repeated, a write may have been done."""
        if not writing:
            again = self._patience.bears(wait)
            return Failure(self._unavailable(reason, status=status), again=again, retry_after=wait)
        unknown = OutcomeUnknown(
            f"{self.name} was asked to write, but {reason}: it may have been done.",
            system=self.name,
            status=status,
            reason=reason,
        )
        return Failure(unknown, again=False)

    def _unavailable(self, reason: str, *, status: int = 0, retry_after: float | None = None) -> Unavailable:
        return Unavailable(
            f"{self.name} is unavailable: {reason}.",
            system=self.name,
            status=status,
            reason=reason,
            retry_after=retry_after,
        )

    def _request(
        self,
        method: Method,
        segments: tuple[str, ...],
        *,
        query: Query | None,
        body: Body | None,
        headers: Mapping[str, str] | None,
    ) -> httpx.Request:
        if any(_becomes_another(segment) for segment in segments):
            raise Missing(
                f"{self.name} has no record by that name.",
                system=self.name,
                status=0,
                reason="a name that no record can have",
                error_type="",
            )
        try:
            path = "/".join(quote(segment, safe="") for segment in segments)
            return self._open().build_request(
                method, f"{self.base_url}/{path}", params=query, json=body, headers=headers
            )
        except (UnicodeError, httpx.InvalidURL):
            raise self.unsendable() from None

    def unsendable(self) -> Rejected:
        """What to raise for text that is no text, such as half a character."""
        return Rejected(
            f"{self.name} cannot be asked that: the text is not valid.",
            system=self.name,
            status=0,
            reason="text that cannot be sent",
            error_type="",
        )

    def _open(self) -> httpx.AsyncClient:
        """The client, made at the first request: loading certificates has no place before the first prompt."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                headers=self._headers,
                # ERPNext offers a guest's session with every answer; the credentials alone say who we are.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                transport=self._transport,
                verify=_certificates() if self._transport is None else True,
                timeout=httpx.Timeout(self._timeout, connect=self._connect, pool=self._connect),
                follow_redirects=False,
            )
        return self._client

    def _note_date(self, response: httpx.Response) -> None:
        try:
            date = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return
        if date.tzinfo is not None:
            self.last_date = DateSeen(date, time.monotonic())

    def _scrubbed(self, reason: str) -> str:
        """The reason without our own credentials, should a system echo what it was sent."""
        for value in self._headers.values():
            for secret in re.split(r"[\s:]+", value):
                if len(secret) >= 6:
                    reason = reason.replace(secret, "…")
        return reason


@cache
def _certificates() -> ssl.SSLContext:
    """Whom we trust: read once for all the systems."""
    return httpx.create_ssl_context()


def _becomes_another(segment: str) -> bool:
    """Whether servers would read this segment as another address: a list instead of a document, or a neighbour.

    They resolve dots, drop outer slashes and merge double ones, even where these came encoded.
    """
    return segment.strip() in {"", ".", ".."} or segment.strip("/") != segment or "//" in segment


def _whole(response: httpx.Response) -> httpx.Response:
    if not isinstance(_decoded(response), dict):
        raise TypeError("no JSON object")
    return response


def _decoded(response: httpx.Response) -> object:
    """The JSON of an answer, or None where it is none: no shape accepts None."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _told(request: httpx.Request) -> str:
    """The path as far as it names kinds and not people."""
    return "/".join(request.url.path.split("/")[:4])
