"""The company's clock: what time it is where the company works, by the site's own reckoning.

Enters: the ``Date`` of ERPNext's answers. Leaves: an aware moment in America/Toronto. The embedded demo lives in
March 2026 and a real site in the present; both are read in this one way, so nothing else may ask the machine what
day it is. It may be off by a second, never by a day.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from agent.clients.http import DateSeen
from agent.clients.wire import SITE_ZONE
from agent.errors import BackendError, Unavailable

logger = logging.getLogger(__name__)

FRESH_SECONDS = 60.0
_CUT_OFF = timedelta(seconds=1)


class DatedSystem(Protocol):
    """A system whose answers bear its date."""

    @property
    def last_date(self) -> DateSeen | None:
        """The date of the last answer of any kind."""

    async def date(self) -> DateSeen | None:
        """Ask for an answer, for its date's sake."""


class CompanyClock:
    """Ticks by the machine's monotonic clock from a date that the site told."""

    def __init__(self, site: DatedSystem, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._site = site
        self._monotonic = monotonic
        self._anchor: DateSeen | None = None
        self._learned_at = float("-inf")

    async def now(self) -> datetime:
        """The moment, in America/Toronto; asks the site only where no answer came within the last minute.

        Raises ``Unavailable`` (or ``AccessDenied``) where the site has never told its date; later a failure to
        ask is logged and the clock ticks on.
        """
        anchor = self._learn(self._site.last_date)
        if anchor is None:
            return await self.refresh()
        if self._monotonic() - self._learned_at > FRESH_SECONDS:
            # Also after a failure, so that a site that is down costs one attempt a minute and not one a question.
            self._learned_at = self._monotonic()
            try:
                return await self.refresh()
            except BackendError as error:
                logger.warning("the company's clock could not be refreshed: %s", error)
        return self._told_by(anchor)

    async def refresh(self) -> datetime:
        """The moment, asked of the site right now."""
        anchor = self._learn(await self._site.date())
        if anchor is None:
            raise Unavailable(
                "erpnext is of no use as a clock: its answers bear no Date.",
                system="erpnext",
                status=0,
                reason="its answers bear no date",
                retry_after=None,
            )
        return self._told_by(anchor)

    def _told_by(self, anchor: DateSeen) -> datetime:
        elapsed = timedelta(seconds=self._monotonic() - anchor.monotonic)
        return (anchor.date + elapsed).astimezone(SITE_ZONE)

    def _learn(self, seen: DateSeen | None) -> DateSeen | None:
        """Take what the site told, moving our own reckoning as little as it allows.

        A ``Date`` has no fractions: within the second that it names we know better, and jumping to its start
        would make the clock run backwards.
        """
        if seen is None or (self._anchor is not None and seen.monotonic <= self._anchor.monotonic):
            return self._anchor
        date = seen.date
        if self._anchor is not None:
            reckoned = self._anchor.date + timedelta(seconds=seen.monotonic - self._anchor.monotonic)
            date = min(max(reckoned, seen.date), seen.date + _CUT_OFF)
        self._anchor = DateSeen(date, seen.monotonic)
        self._learned_at = seen.monotonic
        return self._anchor
