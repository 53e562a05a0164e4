"""Draws a reply on a console: blocks in, lines out. Decides nothing, words nothing that the agent said.

A new kind of block gets one line in ``rendered`` and a function in ``blocks`` or ``diff``.
"""

from __future__ import annotations

from typing import assert_never

from rich.console import Console, RenderableType

from agent.channels import blocks, diff
from agent.channels.typeset import Typeset
from agent.channels.words import Words
from agent.reply import AnyBlock, Choices, Diff, Facts, File, Progress, Reply, Table, Text


def draw_reply(reply: Reply, console: Console) -> None:
    """The whole reply, one empty line between blocks, in the language that it is in."""
    draw_blocks(reply.blocks, console, Words(reply.language))


def draw_blocks(shown: list[AnyBlock], console: Console, words: Words) -> None:
    """Some blocks, one empty line between them."""
    for number, block in enumerate(shown):
        if number:
            console.print()
        console.print(Typeset(rendered(block, words)))


def rendered(block: AnyBlock, words: Words) -> RenderableType:  # noqa: PLR0911 - a table of kinds
    """One block as rich prints it."""
    match block:
        case Text():
            return blocks.text(block)
        case Facts():
            return blocks.facts(block, words)
        case Table():
            return blocks.table(block, words)
        case Diff():
            return diff.diff(block, words)
        case Choices():
            return blocks.choices(block)
        case Progress():
            return diff.progress(block)
        case File():
            return blocks.file(block, words)
    assert_never(block)
