"""What runs in processes of its own: an agent that is killed at a boundary, one that resumes, one that races.

Enters: an address, a folder, what to do. Leaves: nothing but what it did to the world and to the store; the process
that dies has no time to say anything. Children come from a fork server that has the agent loaded already.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from durable_company import open_agent, settings_for

from agent.confirm.execute import LEASE_SECONDS, StepEvent

Boundary = tuple[int, str, str]
"""A step (0: the plan), a direction, a state: as ``StepEvent`` tells them."""
Waiting = tuple[str, str]
"""A plan that waits: its name and its digest."""

PATIENCE_SECONDS = 60.0


class Children:
    """Starts children and waits for their end."""

    def __init__(self) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["agent.front", "durable_company"])

    def start(self, work: Callable[..., None], *given: Any) -> ForkServerProcess:
        """A child that does this."""
        child = self._context.Process(target=work, args=given, daemon=True)
        child.start()
        return child

    def pipe(self) -> tuple[Connection, Connection]:
        """Both ends of a line to a child."""
        return self._context.Pipe()

    def dies_at(self, boundary: Boundary, url: str, folder: Path, plan: Waiting) -> bool:
        """Whether a child that approved the plan was killed at the boundary."""
        return self.runs(approves_and_dies, url, folder, plan, boundary) == -signal.SIGKILL

    def is_killed_when(self, child: ForkServerProcess, happened: Callable[[], bool]) -> bool:
        """Whether it lived to see that, and was killed for it."""
        while not happened():
            child.join(0.01)
            assert child.is_alive()
        child.kill()
        return self.end_of(child) == -signal.SIGKILL

    def end_of(self, child: ForkServerProcess) -> int | None:
        """Its exit code; minus the signal where one killed it."""
        child.join(PATIENCE_SECONDS)
        return child.exitcode

    def runs(self, work: Callable[..., None], *given: Any) -> int | None:
        """The exit code of a child that does this to its end."""
        return self.end_of(self.start(work, *given))


def approves_and_dies(url: str, folder: Path, plan: Waiting, boundary: Boundary) -> None:
    """Approve a plan, and be killed when the run reaches the boundary."""

    def watch(event: StepEvent) -> None:
        if (event.step, event.direction, event.state) == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    async def work() -> None:
        async with open_agent(settings_for(url, folder), watch=watch) as agent:
            await agent.approve(*plan)

    asyncio.run(work())


def approves(url: str, folder: Path, plan: Waiting) -> None:
    """Approve a plan, and live."""
    approves_and_dies(url, folder, plan, (-1, "", ""))


def resumes(url: str, folder: Path, later_seconds: float) -> None:
    """Bring what was left to its end, so many seconds from now."""

    async def work() -> None:
        async with open_agent(settings_for(url, folder), now=lambda: time.time() + later_seconds) as agent:
            await agent.resume()

    asyncio.run(work())


def approves_at_the_signal(
    url: str, folder: Path, plan: Waiting, line: Connection, lease_seconds: float = LEASE_SECONDS
) -> None:
    """Be ready, wait for the word, approve; tell the reply's outcome and code."""

    async def work() -> None:
        async with open_agent(settings_for(url, folder), lease_seconds=lease_seconds) as agent:
            line.send("ready")
            line.recv()
            reply = await agent.approve(*plan)
            line.send((reply.outcome, reply.code))

    asyncio.run(work())
