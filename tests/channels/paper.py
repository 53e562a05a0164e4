"""A console that prints on a string, to look at what was drawn."""

from __future__ import annotations

import io

from rich.console import Console

from agent.channels.draw import draw_blocks
from agent.channels.words import Language, Words
from agent.reply import AnyBlock


def paper(width: int = 80) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=False, color_system=None, highlight=False)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def drawn(*blocks: AnyBlock, language: Language = "en", width: int = 80) -> str:
    console = paper(width)
    draw_blocks(list(blocks), console, Words(language))
    return written(console)
