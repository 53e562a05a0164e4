"""The stage: one demo company over real HTTP, put back in its first state in milliseconds, and all that it holds.

Enters: a folder. Leaves: faults put in the way, the company's own record of what was done to it, the requests that it
heard, and its drift: every record of every system that is no longer as it was. It never asks the agent anything.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fault_records import Drift, Rows, columns, drift, rows

from sandbox.demo import DEMO_HUB_TOKEN
from sandbox.server import running_sandbox
from sandbox.world import Effect, World

Call = tuple[str, str]
"""A method and a path."""


class Stage:
    """The served company, its controls, and its records."""

    def __init__(self, url: str, world: World, heard: list[Call]) -> None:
        self.url = url
        self.world = world
        self._heard = heard
        self._control = httpx.Client(base_url=url, trust_env=False, timeout=30)
        self._first = self.picture()
        self._columns = columns(self._first)
        self._rows: dict[sqlite3.Connection, Rows] = {}
        self._before: Rows = {}
        self.begin()

    def close(self) -> None:
        """Let go of the company."""
        self._control.close()
        self._first.close()

    # The company as it was

    def picture(self) -> sqlite3.Connection:
        """All that the company holds, to begin from again."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with self.world.reading() as connection:
            connection.backup(kept)
        return kept

    def begin(self, picture: sqlite3.Connection | None = None) -> None:
        """Everything as on a picture (the first one), and at the same time of day; drift is counted from here."""
        picture = picture or self._first
        with self.world.reading() as connection:
            picture.backup(connection)
            connection.execute("UPDATE clock SET wall_time = ?", (int(time.time() * 1_000_000),))
            connection.execute("DELETE FROM faults")
            connection.execute("DELETE FROM effects")
        if picture not in self._rows:
            # No more than two are in use at a time: the first one, and the one of the row that is played.
            self._rows = {one: found for one, found in self._rows.items() if one is self._first}
            self._rows[picture] = rows(picture)
        self._before = self._rows[picture]
        self._heard.clear()

    # Controls

    def breaks(self, fault: dict[str, Any], **match: Any) -> None:
        """A fault for the requests that match."""
        self._control.post("/_sandbox/faults", json={"match": match, "fault": fault}).raise_for_status()

    def mends(self) -> None:
        """No more faults."""
        self._control.delete("/_sandbox/faults").raise_for_status()

    def fired(self) -> int:
        """How often a fault struck."""
        return sum(rule["fired"] for rule in self._control.get("/_sandbox/faults").json())

    def lets_pass(self, **span: float) -> None:
        """Time goes by: what providers and devices had promised comes to be."""
        self.world.set_clock(self.world.now() + timedelta(**span))

    # Its records

    @property
    def calls(self) -> list[Call]:
        """The requests heard since the beginning, those to the controls left out."""
        return [call for call in self._heard if not call[1].startswith("/_sandbox")]

    def forget_calls(self) -> None:
        """Begin the list of requests anew."""
        self._heard.clear()

    def effect_list(self) -> list[str]:
        """What was done to the world since the beginning, oldest first; by its key where it has one."""
        return [f"{one.system} {one.verb} {_known_by(one)}" for one in self.world.effects()]

    def effects(self) -> Counter[str]:
        """What was done to the world since the beginning, and how often."""
        return Counter(self.effect_list())

    def rows(self) -> Rows:
        """All that the company holds now."""
        with self.world.reading() as connection:
            return rows(connection)

    def drift(self, since: Rows | None = None) -> Drift:
        """Every record that is not as it was (in the beginning), field by field, with no fault in the way any more."""
        headers = {"Authorization": f"Bearer {DEMO_HUB_TOKEN}"}
        # A device takes its orders when it is looked at.
        self._control.get("/hub/v1/devices", headers=headers).raise_for_status()
        return drift(self._before if since is None else since, self.rows(), self._columns)


def _known_by(effect: Effect) -> object:
    return effect.detail.get("agent_step") or effect.detail.get("key") or effect.target


@contextmanager
def raised(folder: Path) -> Iterator[Stage]:
    """A stage in a folder, for as long as it is needed."""
    heard: list[Call] = []
    lock = threading.Lock()

    def hear(method: str, path: str) -> None:
        with lock:
            heard.append((method, path))

    place = folder / "world.sqlite"
    with running_sandbox(place, heard=hear) as url:
        world = World.open(place)
        stage = Stage(url, world, heard)
        try:
            yield stage
        finally:
            stage.close()
            world.close()
