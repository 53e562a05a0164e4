"""What the tests of the PBX's and the 911 provider's clients share: the demo company over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from agent.channels.sandbox_command import settings_for
from agent.clients.systems import Systems, connect
from agent.settings import Settings
from sandbox.server import running_sandbox


@dataclass(frozen=True)
class Company:
    """Our clients of it, and its controls."""

    systems: Systems
    control: httpx.AsyncClient

    async def later(self, seconds: int) -> None:
        """Let time pass."""
        now = datetime.fromisoformat((await self.control.get("/clock")).json()["now"])
        moved = await self.control.put("/clock", json={"now": (now + timedelta(seconds=seconds)).isoformat()})
        moved.raise_for_status()

    async def verbs(self, system: str) -> list[str]:
        """What was done there, by the world's own record."""
        return [effect["verb"] for effect in (await self.control.get("/effects", params={"system": system})).json()]


@asynccontextmanager
async def company_at(folder: Path, **wrong: str) -> AsyncIterator[Company]:
    """A fresh company; ``wrong`` replaces settings, by their names without the prefix."""
    with running_sandbox(folder / "world.sqlite") as url:
        told = {name.removeprefix("TARGO_").lower(): value for name, value in settings_for(url).items()}
        systems = connect(Settings.model_validate(told | wrong))
        async with httpx.AsyncClient(base_url=f"{url}/_sandbox", trust_env=False) as control:
            await control.put("/e911", json={"acceptance_seconds": 60})
            yield Company(systems, control)
        await systems.aclose()
