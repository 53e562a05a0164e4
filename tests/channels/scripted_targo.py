"""The real command in a process of its own, with a scripted agent behind it: ``python scripted_targo.py chat``."""

from __future__ import annotations

import asyncio

from scripted_agent import ScriptedAgent, said

from agent.channels.terminal import Terminal
from agent.cli import main
from agent.reply import Reply


async def echo(text: str) -> Reply:
    if text == "wait":
        await asyncio.Event().wait()
    return said(f"Heard: {text}")


if __name__ == "__main__":
    main(obj=Terminal(lambda _settings, _user: ScriptedAgent([echo] * 100)))
