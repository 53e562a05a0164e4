"""The spinner: quiet at first, gone afterwards, never in a pipe."""

from __future__ import annotations

import asyncio
import io

from paper import paper, written
from rich.console import Console

from agent.channels.activity import Activity


class Screen(io.StringIO):
    """Sets ``shown`` once a text that a test waits for was written."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self.shown = asyncio.Event()
        self._awaited = awaited
        self._loop = asyncio.get_running_loop()

    def write(self, text: str) -> int:
        if self._awaited in text:
            self._loop.call_soon_threadsafe(self.shown.set)
        return super().write(text)


async def test_it_tells_what_is_being_done_once_the_wait_is_long() -> None:
    screen = Screen("Reading invoices in ERPNext")
    console = Console(file=screen, force_terminal=True, width=80)
    async with Activity(console, "Working", after=0) as activity:
        activity.tell("Reading invoices in ERPNext")
        await asyncio.wait_for(screen.shown.wait(), timeout=10)
    assert "Working" not in screen.getvalue()


async def test_what_is_being_done_can_change_while_it_shows() -> None:
    screen = Screen("Disabling ports")
    console = Console(file=screen, force_terminal=True, width=80)
    async with Activity(console, "Working", after=0) as activity:
        await asyncio.sleep(0)
        activity.tell("Disabling ports")
        await asyncio.wait_for(screen.shown.wait(), timeout=10)


async def test_a_quick_turn_shows_nothing() -> None:
    screen = Screen("never")
    async with Activity(Console(file=screen, force_terminal=True, width=80), "Working") as activity:
        activity.tell("Reading")
    assert screen.getvalue() == ""


async def test_a_pipe_never_sees_it() -> None:
    console = paper()
    async with Activity(console, "Working", after=0):
        await asyncio.sleep(0)
    assert written(console) == ""
