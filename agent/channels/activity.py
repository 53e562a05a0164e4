"""Says what is being done while someone waits: nothing for the first 300 ms, then a line that goes away again.

Enters: the agent's progress, in the user's language. Leaves: a spinner on a terminal, nothing anywhere else.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console

from agent.channels.typeset import line

if TYPE_CHECKING:
    from rich.status import Status

SHOWN_AFTER_SECONDS = 0.3


class Activity:
    """``async with Activity(console, "Working on it") as activity: await work(activity.tell)``."""

    def __init__(self, console: Console, text: str, *, after: float = SHOWN_AFTER_SECONDS) -> None:
        self._console = console
        self._text = text
        self._after = after
        self._status: Status | None = None
        self._appearing: asyncio.Task[None] | None = None

    def tell(self, text: str) -> None:
        """What is being done now."""
        self._text = text
        if self._status is not None:
            self._status.update(line(text))

    async def __aenter__(self) -> Self:
        if self._console.is_terminal:
            self._appearing = asyncio.create_task(self._appear())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._appearing is not None:
            self._appearing.cancel()
        if self._status is not None:
            self._status.stop()

    async def _appear(self) -> None:
        await asyncio.sleep(self._after)
        self._status = self._console.status(line(self._text))
        self._status.start()
