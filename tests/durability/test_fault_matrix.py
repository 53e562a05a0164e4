"""A fixed sample of the table of faults; ``python tests/durability/matrix.py`` plays the whole of it.

Whatever breaks, and whenever: a plan is done once, as before, or handed over and finished later. Nothing twice.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from durable_company import Outside
from durable_ends import Records
from fault_matrix import CALLS, DONE, TASKS, Cell, call_cells, play, write_cells

WRITE_CELLS = list(write_cells())
# Every write answered by a time-out after it took is what matters most; of the others every fifth.
SAMPLE = [
    cell
    for number, cell in enumerate(WRITE_CELLS)
    if (cell.fault == "time-out after" and not cell.lasting) or number % 5 == 2
]
CALL_SAMPLE = [
    *list(call_cells())[::71],
    *(Cell("reboot", 0, fault, lasting=True, nth=CALLS["reboot"]) for fault in ("500 before", "403")),
]


@pytest.mark.parametrize("task", TASKS)
async def test_in_peace_every_write_is_done(outside: Outside, folder: Path, task: str) -> None:
    played = await play(None, task, outside, folder)
    assert played.last == "done"
    assert played.calls <= CALLS[task]


@pytest.mark.parametrize("cell", SAMPLE, ids=str)
async def test_a_write_that_is_struck_ends_as_it_should(outside: Outside, folder: Path, cell: Cell) -> None:
    played = await play(cell, cell.task, outside, folder)
    first = "done" if played.first == "accepted" else played.first
    assert first in cell.expected
    assert played.last == "done" if first in ("done", "handed_over") else played.last == first
    if cell.fault in DONE:
        assert len(outside.effects()) == len(Records(folder).receipts[Records(folder).row.id])


@pytest.mark.parametrize("cell", CALL_SAMPLE, ids=str)
async def test_whatever_call_is_struck_nothing_is_twice_or_half(outside: Outside, folder: Path, cell: Cell) -> None:
    await play(cell, cell.task, outside, folder)
