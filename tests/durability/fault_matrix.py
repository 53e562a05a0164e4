"""The table of what may go wrong: each write, each of its outgoing calls, each fault, once or for good.

A cell is played on a demo company of its own: the plan is made in peace, the fault strikes while it is approved, the
systems are mended and what is unfinished is resumed. Leaves: how it ended, before and after. It judges by the world.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from durable_company import Fault, Outside, open_agent, settings_for
from durable_ends import Records, assert_whole

ANSWER_SECONDS = 0.5
"""Only where a time-out is what is tried: elsewhere a busy machine must not fail a cell."""

TASKS: dict[str, tuple[str, ...]] = {
    "suspend": ("C-10018", "Suspend C-10018 for non-payment"),
    "reactivate": ("C-10003", "reactivate C-10003"),
    "create": ("C-10001", "arrangement of 150 $ with C-10001 due 2026-03-26, cutoff 2026-04-02"),
    "replace": ("C-10008", "arrangement of 200 $ with C-10008 due 2026-03-27", "1"),
    "cancel": ("C-10008", "cancel the arrangement of C-10008"),
    "note": ("C-10002", "add a note to C-10002: called back"),
    "reboot": ("C-10018", "reboot the router of C-10018"),
}
WRITES = {
    "suspend": (("PUT", "/Customer/"), ("PUT", "/hub/"), ("POST", "/Comment")),
    "reactivate": (("PUT", "/Customer/"), ("PUT", "/hub/"), ("POST", "/Comment")),
    "create": (("POST", "/Payment Arrangement"),),
    "replace": (("PUT", "/Payment Arrangement/"), ("POST", "/Payment Arrangement")),
    "cancel": (("PUT", "/Payment Arrangement/"),),
    "note": (("POST", "/Comment"),),
    "reboot": (("POST", "/hub/"),),
}
CALLS = {"suspend": 21, "reactivate": 20, "create": 13, "replace": 16, "cancel": 12, "note": 11, "reboot": 13}
"""How many requests an approval makes, reads included."""

NOT_DONE: dict[str, Fault] = {
    "time-out before": {"kind": "timeout_before"},
    "reset before": {"kind": "reset"},
    "500 before": {"kind": "status", "status": 500},
    "wrong JSON before": {"kind": "wrong_json"},
}
DONE: dict[str, Fault] = {
    "time-out after": {"kind": "timeout_after"},
    "reset after": {"kind": "reset", "took": True},
    "500 after": {"kind": "status", "status": 500, "took": True},
    "wrong JSON after": {"kind": "wrong_json", "took": True},
}
TURNED_AWAY: dict[str, Fault] = {"429": {"kind": "status", "status": 429, "retry_after": 1}}
REFUSED: dict[str, Fault] = {
    "401": {"kind": "status", "status": 401},
    "403": {"kind": "status", "status": 403},
}
FAULTS = NOT_DONE | DONE | TURNED_AWAY | REFUSED


@dataclass(frozen=True)
class Cell:
    """One cell. A write is the nth of its task, from 1; call 0 is the whole outside from the nth call on."""

    task: str
    write: int
    fault: str
    lasting: bool
    nth: int = 1

    def __str__(self) -> str:
        where = f"write {self.write}" if self.write else f"call {self.nth}"
        return f"{self.task}, {where}, {self.fault}, {'for good' if self.lasting else 'once'}"

    @property
    def expected(self) -> set[str]:
        """The ends that are right, where a write is struck."""
        if self.fault in DONE or (not self.lasting and self.fault not in REFUSED):
            return {"done"}
        if self.fault in NOT_DONE:
            return {"handed_over"}
        return {"compensated" if self.write > 1 else "not_started"}


def write_cells() -> Iterator[Cell]:
    """Every fault at every write."""
    for task, writes in WRITES.items():
        for number, fault, lasting in product(range(1, len(writes) + 1), FAULTS, (False, True)):
            yield Cell(task, number, fault, lasting)


def call_cells() -> Iterator[Cell]:
    """Every fault at every call of an approval, reads too."""
    for task, count in CALLS.items():
        for nth, fault, lasting in product(range(1, count + 1), FAULTS, (False, True)):
            yield Cell(task, 0, fault, lasting, nth)


@dataclass(frozen=True)
class Played:
    """How a cell ended: at first, and once the systems were mended and the plan resumed."""

    first: str
    last: str
    calls: int


async def play(cell: Cell | None, task: str, outside: Outside, folder: Path) -> Played:
    """Play one cell (None: nothing goes wrong); raises AssertionError where the world is not whole."""
    customer, *said = TASKS[task]
    settings = settings_for(outside.url, folder)
    seconds = ANSWER_SECONDS if cell and cell.fault.startswith("time-out") else 10.0
    before = outside.standing(customer)
    async with open_agent(settings, answer_seconds=10.0) as agent:
        for text in said:
            reply = await agent.say(text)
        plan = reply.plan
        assert plan is not None, reply
    with struck(outside, cell):
        async with open_agent(settings, answer_seconds=seconds) as agent:
            await agent.approve(plan.id, plan.digest)
        calls = outside.seen()
    first = Records(folder).row.status
    effects, after = outside.effects(), outside.standing(customer)
    if first == "waiting":
        assert effects == []
        return Played(first, first, calls)
    assert first != "running"
    if first not in ("handed_over", "accepted"):
        assert_whole(Records(folder).end(), Records(folder).row, effects, before, after)
        return Played(first, first, calls)
    async with open_agent(settings) as agent:
        for _ask in ("to finish", "to hear from a device that had to restart first"):
            outside.lets_pass(minutes=1)
            await agent.resume(plan.id)
    records = Records(folder)
    assert_whole(records.end(), records.row, outside.effects(), before, outside.standing(customer))
    return Played(first, records.end(), calls)


@contextlib.contextmanager
def struck(outside: Outside, cell: Cell | None) -> Iterator[None]:
    """The fault of a cell is in force; the calls are counted."""
    outside.breaks({"kind": "latency"}, nth=1_000_000)
    if cell is not None:
        match: dict[str, object] = {"nth": cell.nth}
        if cell.write:
            method, path = WRITES[cell.task][cell.write - 1]
            match |= {"method": method, "path": path}
        if not cell.lasting:
            match["times"] = 1
        outside.breaks(FAULTS[cell.fault], **match)
    yield
    outside.mends()
