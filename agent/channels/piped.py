"""The conversation through a pipe: one message a line in, plain text out; no prompt, no greeting, no escape codes.

Enters: lines. Leaves: the same replies as at a prompt, an empty line between them. Raises ``Misconfigured`` or another
``TargoError`` when the agent cannot start at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from agent.channels.chat import Chat
from agent.channels.commands import take


async def run_piped(chat: Chat, lines: Iterable[str]) -> int:
    """Answer each line until they end or one leaves: the exit code, which is 0 since every line was answered."""
    await chat.agent.warm()
    chat.draw_resumed(await chat.take_up())
    answered = False
    for text in lines:
        if not text.strip():
            continue
        if answered:
            chat.console.print()
        if not await take(chat, text.rstrip("\r\n")):
            break
        answered = True
    return 0
