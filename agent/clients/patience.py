"""How long an answer is waited for, and how often a request is tried again.

Enters: attempts that failed, each saying whether another may follow and how long the system asked us to wait.
Leaves: a tenacity retrying, which the HTTP client runs. It decides nothing about what may be repeated.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random

from agent.errors import BackendError

logger = logging.getLogger(__name__)


class Failure(Exception):
    """One attempt that failed: what it amounts to, and whether another may follow."""

    def __init__(self, error: BackendError, *, again: bool, retry_after: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.again = again
        self.retry_after = retry_after


@dataclass(frozen=True)
class Patience:
    """How often to try and how long to wait in between, in seconds.

    A ``Retry-After`` is honoured up to ``longest_retry_after``; where a system asks for more, trying earlier would
    only add to its load, so the call fails at once and tells how long it was asked to wait.
    """

    tries: int = 3
    first_wait: float = 0.2
    longest_wait: float = 2.0
    longest_retry_after: float = 5.0
    answer_seconds: float = 10.0
    """How long a system may be silent before its answer counts as lost."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def bears(self, retry_after: float | None) -> bool:
        """Whether a wait that a system asked for is short enough."""
        return retry_after is None or retry_after <= self.longest_retry_after

    def retrying(self, system: str) -> AsyncRetrying:
        """A run of attempts at one request; the last failure comes out as it is."""
        backoff = wait_exponential(self.first_wait, max=self.longest_wait) + wait_random(0, self.first_wait)

        def wait(state: RetryCallState) -> float:
            told = _failure(state).retry_after
            return backoff(state) if told is None else told

        def log(state: RetryCallState) -> None:
            reason = _failure(state).error.facts["reason"]
            logger.warning("%s: %s; try %d of %d", system, reason, state.attempt_number, self.tries)

        return AsyncRetrying(
            stop=stop_after_attempt(self.tries),
            retry=retry_if_exception(lambda error: isinstance(error, Failure) and error.again),
            wait=wait,
            sleep=self.sleep,
            before_sleep=log,
            reraise=True,
        )


PATIENT = Patience()


def told_to_wait(response: httpx.Response) -> float | None:
    """The seconds a system asks us to wait, told as seconds or as a date by its own clock."""
    told = response.headers.get("retry-after", "").strip()
    if not told:
        return None
    if told.isdecimal():
        return float(told)
    try:
        until, date = parsedate_to_datetime(told), parsedate_to_datetime(response.headers["date"])
        return max(0.0, (until - date).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None


def _failure(state: RetryCallState) -> Failure:
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, Failure):  # only a failed attempt is waited for
        raise TypeError("no failure to wait for")
    return error
