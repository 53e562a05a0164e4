"""Opens a session at the prompt: greets at once, and opens the agent behind.

Enters: the terminal and the settings. Leaves: the exit code. What the agent stands on takes longer to load than a
person takes to start typing, so it is loaded in a thread of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from agent.channels.front_door import FrontDoor
from agent.channels.history import CautiousHistory
from agent.channels.repl import Repl
from agent.channels.terminal import Terminal
from agent.channels.words import Words
from agent.settings import Settings


def talk_at_prompt(terminal: Terminal, settings: Settings, user: str | None) -> int:
    """Talk until the user leaves: the exit code."""
    return asyncio.run(_talk(terminal, settings, user))


async def _talk(terminal: Terminal, settings: Settings, user: str | None) -> int:
    history = CautiousHistory(settings.data_dir / "history")
    async with AsyncExitStack() as stack:

        async def open_agent() -> FrontDoor:
            opened = await asyncio.to_thread(terminal.launch, settings, user)
            return await stack.enter_async_context(opened)

        repl = Repl(open_agent, terminal.out, terminal.words, history, terminal.place, keep=terminal.keep)
        return await repl.run(*greeting(terminal.words, settings))


def greeting(words: Words, settings: Settings) -> list[str]:
    """What a newcomer should know, a sentence each."""
    said = [words.say("welcome.hello")]
    if settings.embedded:
        said.append(words.say("welcome.demo"))
    if not settings.has_model:
        said.append(words.say("welcome.local"))
    if misspelt := Settings.misspelt():
        said.append(words.say("welcome.misspelt", names=", ".join(misspelt)))
    return said
