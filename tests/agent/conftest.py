"""Each test has a demo company, a store and an agent of its own; what is costly to make is made once a process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk

from agent import Agent, Settings
from agent.clients.systems import connect
from agent.embedded import WORLD_FILE, open_embedded
from sandbox.world import World


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    embedded, close = open_embedded(tmp_path)
    world = World.open(tmp_path / WORLD_FILE)
    systems = connect(Settings(_env_file=None, data_dir=tmp_path), embedded=embedded)
    yield Company(world, systems)
    await systems.aclose()
    world.close()
    close()


@pytest.fixture
async def open_agent(tmp_path: Path, company: Company) -> AsyncIterator[OpenAgent]:  # noqa: ARG001 - made first
    """Open an agent over this test's company: ``open_agent(user="technician", policy_file=...)``."""
    async with AsyncExitStack() as closing:

        def opened(*, name: str = "default", user: str | None = None, seams: Any = None, **fields: Any) -> Talk:
            settings = Settings(_env_file=None, data_dir=tmp_path, **fields)
            agent = Agent(settings, user=user, **{"look_up_wait": 0, "follow_up_seconds": 0, **(seams or {})})
            closing.push_async_callback(agent.aclose)
            return Talk(agent, name)

        yield opened


@pytest.fixture
def talk(open_agent: OpenAgent) -> Talk:
    return open_agent()
