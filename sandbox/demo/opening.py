"""Opening the demo company: made once per process, then copied.

In: a path. Out: the world kept there, made when it is missing. Two processes that race to make it must end
on one and the same file, and none may ever see half of one, or what is left of an earlier one.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from sandbox.demo.seed import seed
from sandbox.world import World, WorldUnreadable

_PATIENCE_SECONDS = 60.0


def open_demo(path: Path | str, *, clock: datetime | None = None, reset: bool = False) -> World:
    """The demo company kept at `path`, made when it is missing; `reset` makes it anew.

    `clock` is where a new company's clock begins (aware; by default 2026-03-12 09:00 in Toronto); one that
    exists keeps its own. Raises WorldUnreadable for a file that is damaged, foreign or out of reach.
    """
    place = Path(path)
    try:
        if reset or not _is_there(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            with _alone(place):
                if reset or not _is_there(place):
                    _make(place)
    except (OSError, sqlite3.Error) as error:
        raise WorldUnreadable(place, str(error)) from error
    return World.open(place, clock_start=clock)


def _is_there(place: Path) -> bool:
    """An empty file is what a full disk or a careless hand left: no company is lost by making one there."""
    return place.exists() and place.stat().st_size > 0


def _make(place: Path) -> None:
    """Put a fresh company in place, whole at once.

    A journal left beside a file that is gone would be played into the new one: it goes first.
    """
    place.unlink(missing_ok=True)
    for tail in ("-wal", "-shm"):
        place.with_name(place.name + tail).unlink(missing_ok=True)
    draft = place.with_name(f"{place.name}.new")
    draft.write_bytes(_template())
    draft.replace(place)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Keep other processes from making the same company; SQLite's lock is the portable one."""
    beside = place.with_name(f"{place.name}.lock")
    with closing(sqlite3.connect(beside, timeout=_PATIENCE_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
        lock.execute("ROLLBACK")


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="targo-demo-") as folder:
        world = World.open(Path(folder) / "demo.sqlite")
        try:
            seed(world)
            return world.snapshot()
        finally:
            world.close()
