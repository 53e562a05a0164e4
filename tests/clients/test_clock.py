"""What time it is where the company works, as far as its answers tell."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from agent.clients.clock import FRESH_SECONDS, CompanyClock
from agent.clients.erpnext import ErpNext
from agent.clients.http import DateSeen, HttpSystem
from agent.clients.refusal import explain_frappe
from agent.clients.wire import SITE_ZONE
from agent.errors import Unavailable

NINE = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)


class Site:
    """A site whose clock, and the machine's, are moved by hand."""

    def __init__(self) -> None:
        self.time = NINE
        self.monotonic = 100.0
        self.asked = 0
        self.down = False
        self.last_date: DateSeen | None = None

    def passes(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.monotonic += seconds

    def answers(self) -> None:
        self.last_date = DateSeen(self.time.replace(microsecond=0), self.monotonic)

    async def date(self) -> DateSeen | None:
        self.asked += 1
        if self.down:
            raise Unavailable("erpnext is unavailable", system="erpnext", reason="down")
        self.answers()
        return self.last_date


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def clock(site: Site) -> CompanyClock:
    return CompanyClock(site, monotonic=lambda: site.monotonic)


async def test_the_first_question_is_put_to_the_site(clock: CompanyClock, site: Site) -> None:
    now = await clock.now()
    assert now == NINE
    assert now.tzinfo is SITE_ZONE
    assert now.hour == 9
    assert site.asked == 1


async def test_any_answer_within_a_minute_is_good_enough(clock: CompanyClock, site: Site) -> None:
    site.answers()
    site.passes(FRESH_SECONDS)
    assert await clock.now() == NINE + timedelta(seconds=FRESH_SECONDS)
    assert site.asked == 0


async def test_after_a_minute_the_site_is_asked_again(clock: CompanyClock, site: Site) -> None:
    await clock.now()
    site.passes(FRESH_SECONDS + 1)
    site.time += timedelta(days=3)
    assert await clock.now() == site.time
    assert site.asked == 2


async def test_a_refresh_asks_at_once(clock: CompanyClock, site: Site) -> None:
    await clock.now()
    site.passes(1)
    site.time += timedelta(days=1)
    assert await clock.refresh() == site.time


async def test_the_clock_does_not_run_backwards_within_a_second(clock: CompanyClock, site: Site) -> None:
    before = await clock.now()
    for _ in range(20):
        site.passes(0.3)
        site.answers()
        now = await clock.now()
        assert before < now
        assert abs(now - site.time) <= timedelta(seconds=1)
        before = now


async def test_a_site_that_is_down_is_asked_once_a_minute(
    clock: CompanyClock, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    await clock.now()
    site.down = True
    site.passes(FRESH_SECONDS + 1)
    with caplog.at_level(logging.WARNING):
        assert await clock.now() == site.time
    site.passes(FRESH_SECONDS - 1)
    assert await clock.now() == site.time
    assert site.asked == 2
    assert "could not be refreshed" in caplog.text


async def test_a_site_that_never_answered_tells_no_time(clock: CompanyClock, site: Site) -> None:
    site.down = True
    with pytest.raises(Unavailable):
        await clock.now()


@pytest.mark.parametrize("date", [None, "yesterday", "Thu, 12 Mar 2026 13:00:00 -0000", "a, b, Thu"])
async def test_an_answer_without_a_usable_date_tells_no_time(date: str | None) -> None:
    headers = {} if date is None else {"Date": date}
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json={"message": "pong"}, headers=headers))
    erp = ErpNext(HttpSystem("erpnext", "http://site", {}, explain=explain_frappe, transport=transport))
    with pytest.raises(Unavailable, match="Date"):
        await CompanyClock(erp).now()


async def test_an_answer_of_erpnext_moves_the_clock() -> None:
    transport = httpx.MockTransport(
        lambda _request: httpx.Response(
            200, json={"message": "pong"}, headers={"Date": "Thu, 12 Mar 2026 13:00:00 GMT"}
        )
    )
    erp = ErpNext(HttpSystem("erpnext", "http://site", {}, explain=explain_frappe, transport=transport))
    assert abs(await CompanyClock(erp).now() - NINE) < timedelta(seconds=5)
