"""Play the table of faults and print it: ``python tests/durability/matrix.py [EVERY]``.

Enters: 1 for the whole table (the default), N for every Nth cell. Leaves: a line a cell, and exit code 1 where the
world was not whole after one of them.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from itertools import chain
from pathlib import Path

from durable_company import Outside
from fault_matrix import Cell, call_cells, play, write_cells

from sandbox.server import running_sandbox


def outcome(cell: Cell) -> tuple[bool, str]:
    """Whether the world was whole after the cell, and how the plan ended."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running_sandbox(folder / "world.sqlite") as url:
            outside = Outside(url)
            try:
                played = asyncio.run(play(cell, cell.task, outside, folder))
            except AssertionError as error:
                return False, f"BROKEN: {str(error).splitlines()[0] if str(error) else 'not whole'}"
            finally:
                outside.close()
    ended = played.last if played.first == played.last else f"{played.first}, then {played.last}"
    right = not cell.write or played.first in cell.expected or (played.first, played.last) == ("accepted", "done")
    return right, ended if right else f"BROKEN: {ended}"


def main() -> int:
    """Play every Nth cell."""
    logging.disable(logging.CRITICAL)
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    cells = list(chain(write_cells(), call_cells()))[::every]
    broken = 0
    for cell in cells:
        whole, ended = outcome(cell)
        broken += not whole
        sys.stdout.write(f"{cell!s:60} {ended}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(cells)} cells, {broken} broken\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
