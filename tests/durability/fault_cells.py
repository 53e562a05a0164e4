"""What may befall a call, and the cells of the table: each call of a row's approval with each fault that can meet it.

A fault strikes once, or for good: every later request of the same method and path meets it too. A read that is
answered too late differs in nothing from one that never arrived, so reads have fewer of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fault_stage import Call

Spec = dict[str, Any]

NOT_DONE: dict[str, Spec] = {
    "time-out before": {"kind": "timeout_before"},
    "reset before": {"kind": "reset"},
    "500 before": {"kind": "status", "status": 500},
    "wrong JSON before": {"kind": "wrong_json"},
}
DONE: dict[str, Spec] = {
    "time-out after": {"kind": "timeout_after"},
    "reset after": {"kind": "reset", "took": True},
    "500 after": {"kind": "status", "status": 500, "took": True},
    "wrong JSON after": {"kind": "wrong_json", "took": True},
}
TURNED_AWAY: dict[str, Spec] = {"429": {"kind": "status", "status": 429, "retry_after": 1}}
STALE: dict[str, Spec] = {"stale": {"kind": "stale"}}
REFUSED: dict[str, Spec] = {"403": {"kind": "status", "status": 403}, "401": {"kind": "status", "status": 401}}
KILLED: dict[str, Spec] = {"killed before": {"kind": "timeout_before"}, "killed after": {"kind": "timeout_after"}}
"""The process is killed while the call is out: before it took, or after."""
FAULTS = NOT_DONE | DONE | TURNED_AWAY | STALE | REFUSED | KILLED

_READS = ("time-out before", "reset before", "500 before", "wrong JSON before", "429", "403", "killed before")
_READS_FOR_GOOD = ("reset before", "500 before", "403")
_MADE = "*"
SEED = 20260312
"""The demo company's first day: the sample is the same on every machine and on every day."""


@dataclass(frozen=True)
class Cell:
    """One call of a row (its nth with that method and path), one fault, once or for good."""

    row: str
    method: str
    path: str
    nth: int
    fault: str
    lasting: bool = False

    def __str__(self) -> str:
        return f"{self.row} | {self.call} | {self.fault}{', for good' if self.lasting else ''}"

    @property
    def call(self) -> str:
        """The call as people read it."""
        path = self.path.removeprefix("/api/resource/")
        return f"{self.method} {path}{f' #{self.nth}' if self.nth > 1 else ''}"

    @property
    def killed(self) -> bool:
        """Whether the process does not survive it."""
        return self.fault in KILLED

    @property
    def too_late(self) -> bool:
        """Whether the client has to wait for an answer in vain."""
        return self.fault.startswith("time-out")

    @property
    def match(self) -> dict[str, Any]:
        """The requests that it strikes."""
        path = re.escape(self.path).replace(re.escape(_MADE), "[^/]+")
        which = {"method": self.method, "path": f"^{path}$", "nth": self.nth}
        return which if self.lasting else {**which, "times": 1}

    @property
    def must_be_done(self) -> bool:
        """Whether the plan has to come to be done all the same, if need be by who resumes it."""
        passing = NOT_DONE | DONE | TURNED_AWAY | KILLED
        if self.method == "GET":
            return self.fault in passing and not self.lasting
        return self.fault in DONE or (self.fault in passing and not self.lasting)


def nameless(call: Call, made: Iterable[str]) -> Call:
    """A call without the names that the plan itself made: another run's are other ones."""
    method, path = call
    names = set(made)
    return method, "/".join(_MADE if part in names else part for part in path.split("/"))


def cells(row: str, calls: Sequence[Call]) -> Iterator[Cell]:
    """Every cell of a row."""
    seen: dict[Call, int] = {}
    for call in calls:
        seen[call] = nth = seen.get(call, 0) + 1
        method, path = call
        once = _READS if method == "GET" else tuple(FAULTS)
        for_good = _READS_FOR_GOOD if method == "GET" else tuple(fault for fault in FAULTS if fault not in KILLED)
        for fault in once:
            yield Cell(row, method, path, nth, fault)
        for fault in for_good:
            yield Cell(row, method, path, nth, fault, lasting=True)


def drawn(found: Sequence[Cell], many: int) -> list[Cell]:
    """A sample that is the same everywhere; all of them where they are few."""
    if len(found) <= many:
        return list(found)
    return random.Random(f"{SEED} {found[0].row}").sample(found, many)  # noqa: S311 - determinism is the point
