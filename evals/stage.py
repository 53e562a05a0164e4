"""Where one case is played: an agent at the front door of a demo company that nobody has touched yet.

Enters: the day and the engine. Leaves: a ``Stage`` whose world is thrown away with it. No two cases ever share one,
so that no case can depend on what another did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import httpx

from agent.directory import Directory
from agent.reply import Reply
from agent.settings import EngineName


class FrontDoor(Protocol):
    """What is judged: the agent, as any channel uses it."""

    async def say(self, text: str, *, conversation: str, today: dt.date | None = None) -> Reply:
        """Answer one message."""
        ...

    async def approve(self, plan_id: str, digest: str, *, conversation: str) -> Reply:
        """Run the waiting plan."""
        ...


@dataclass(frozen=True)
class Stage:
    """The agent, and what the judge needs to see for himself."""

    agent: FrontDoor
    directory: Directory
    systems: Mapping[str, httpx.AsyncClient]
    """Authorised readers by system: ``erpnext`` at the site's root, the others at the root of their APIs."""


StageMaker = Callable[[dt.date, EngineName], AbstractAsyncContextManager[Stage]]
