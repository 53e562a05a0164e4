"""Stages in the embedded demo company: for each case a company of its own, in a file that is gone afterwards.

Enters: a way to make the agent. Leaves: stages. It reaches no system but the embedded ones, whatever the environment
says: an evaluation approves plans, and must never do so against a real site.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from agent.clients.directory import load_directory
from agent.clients.systems import (
    EMBEDDED_E911,
    EMBEDDED_ERPNEXT,
    EMBEDDED_HUB,
    EMBEDDED_PBX,
    EMBEDDED_STRIPE,
    Embedded,
    connect,
)
from agent.directory import Directory
from agent.embedded import embedded_in
from agent.settings import EngineName, Settings
from evals.stage import FrontDoor, Stage
from sandbox.demo import (
    DEMO_E911_TOKEN,
    DEMO_HUB_TOKEN,
    DEMO_KEY,
    DEMO_PBX_TOKEN,
    DEMO_SECRET,
    DEMO_STRIPE_KEY,
    open_demo,
)
from sandbox.world import CLOCK_START

_AT_ONCE = 0.000_001
"""How long the 911 provider takes here, in seconds: a case is judged by its end, not by what is still pending."""
_READERS = {
    "erpnext": (EMBEDDED_ERPNEXT, f"token {DEMO_KEY}:{DEMO_SECRET}"),
    "hub": (EMBEDDED_HUB, f"Bearer {DEMO_HUB_TOKEN}"),
    "pbx": (EMBEDDED_PBX, f"Bearer {DEMO_PBX_TOKEN}"),
    "e911": (EMBEDDED_E911, f"Bearer {DEMO_E911_TOKEN}"),
    "stripe": (EMBEDDED_STRIPE, f"Bearer {DEMO_STRIPE_KEY}"),
}
AgentMaker = Callable[[Embedded, Path, EngineName], AbstractAsyncContextManager[FrontDoor]]
"""From the systems, an empty folder for the agent's own data, and the engine: an agent, while the context lasts."""


class DemoStages:
    """Makes stages for ``evals.run.main_run``: ``main_run(..., make_stage=DemoStages(make_agent).stage)``."""

    def __init__(self, make_agent: AgentMaker) -> None:
        self._make_agent = make_agent
        self._directory: Directory | None = None

    @asynccontextmanager
    async def stage(self, today: dt.date, engine: EngineName) -> AsyncIterator[Stage]:
        """A fresh company whose clock stands at nine in the morning of the day, and its agent."""
        with tempfile.TemporaryDirectory(prefix="targo-eval-") as name:
            folder = Path(name)
            world = open_demo(folder / "world.sqlite", clock=CLOCK_START.replace(*today.timetuple()[:3]))
            try:
                embedded = embedded_in(world)
                async with AsyncExitStack() as stack:
                    systems = {
                        name: await stack.enter_async_context(_reader(embedded.transport, url, authorization))
                        for name, (url, authorization) in _READERS.items()
                    }
                    await systems["erpnext"].put("/_sandbox/e911", json={"acceptance_seconds": _AT_ONCE})
                    agent = await stack.enter_async_context(self._make_agent(embedded, folder, engine))
                    yield Stage(agent, await self._known(embedded), systems)
            finally:
                world.close()

    async def _known(self, embedded: Embedded) -> Directory:
        # Read once: every fresh company is the same company.
        if self._directory is None:
            systems = connect(Settings.model_construct(), embedded=embedded)
            try:
                self._directory = await load_directory(systems.erp)
            finally:
                await systems.aclose()
        return self._directory


def _reader(transport: httpx.AsyncBaseTransport, url: str, authorization: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport, base_url=url, headers={"Authorization": authorization})
