"""Puts the files of a reply on the user's machine.

Enters: a reply and a folder. Leaves: the files in it, and the same reply saying where each one is. A file that is
there already is kept: the new one gets a number.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from agent.reply import File, Reply

EXPORTS = "exports"
Keep = Callable[[Reply], Reply]


def as_it_is(reply: Reply) -> Reply:
    """For a channel that keeps no files."""
    return reply


def saved(reply: Reply, folder: Path) -> Reply:
    """Write every file that has no place yet; raises ``OSError`` where the folder cannot be written."""
    if not any(isinstance(block, File) and not block.path for block in reply.blocks):
        return reply
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [_put(block, folder) if isinstance(block, File) and not block.path else block for block in reply.blocks]
    return reply.model_copy(update={"blocks": blocks})


def _put(block: File, folder: Path) -> File:
    stem, suffix = Path(block.name).stem, Path(block.name).suffix
    for number in count(1):
        path = folder / (block.name if number == 1 else f"{stem}-{number}{suffix}")
        try:
            with path.open("xb") as file:
                file.write(block.content)
        except FileExistsError:
            continue
        return block.model_copy(update={"path": str(path)})
    raise AssertionError("numbers do not end")
