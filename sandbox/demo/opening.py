"""Opening the demo company: made once per process, then copied.

In: a path. Out: the world kept there, made when it is missing. Two processes that race to make it must end
on one and the same file, and none may ever see half of one.
"""

import os
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from sandbox.demo.seed import seed
from sandbox.world import World, WorldUnreadable


def open_demo(path: Path | str, *, clock: datetime | None = None, reset: bool = False) -> World:
    """The demo company kept at `path`, made when it is missing; `reset` makes it anew.

    `clock` is where a new company's clock begins (aware; by default 2026-03-12 09:00 in Toronto); one that
    exists keeps its own. Raises WorldUnreadable for a file that is damaged, foreign or out of reach.
    """
    place = Path(path)
    try:
        if reset:
            for part in (place, *(place.with_name(place.name + tail) for tail in ("-wal", "-shm"))):
                part.unlink(missing_ok=True)
        if not place.exists():
            _put(place, _template())
    except OSError as error:
        raise WorldUnreadable(place, error.strerror or str(error)) from error
    return World.open(place, clock_start=clock)


def _put(place: Path, content: bytes) -> None:
    """Write a whole file under its name unless another process was faster."""
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            os.link(draft, place)
        except FileExistsError:
            return
    finally:
        Path(draft).unlink()


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="targo-demo-") as folder:
        world = World.open(Path(folder) / "demo.sqlite")
        try:
            seed(world)
            return world.snapshot()
        finally:
            world.close()
