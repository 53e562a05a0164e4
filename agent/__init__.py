"""The operations agent of a fibre and telephony provider, and its front door.

    from agent import Agent, Settings

    async with Agent(Settings.load()) as agent:
        reply = await agent.say("What does Jean Tremblay owe?")

``Agent`` is loaded when it is first asked for: a prompt can be shown before the world behind it is there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.front import Agent
    from agent.settings import Settings

__all__ = ["Agent", "Settings"]

_FRONT = {"Agent": "agent.front", "Settings": "agent.settings"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562
    if name in _FRONT:
        return getattr(import_module(_FRONT[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
