"""Play the table of faults and print it: every write of the catalogue, each call of its approval, each fault.

``python tests/durability/matrix.py [--only ACTION] [--sample N] [--log FILE]``. It tells each row as it is played.
``--log`` keeps each cell's end in a file of JSON lines; what is in it already is not played again, so that a run that
was cut off goes on. Leaves: the table, a line that sums it up, and exit code 1 where a cell is lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fault_cells import FAULTS, Cell, drawn
from fault_play import play, rehearse
from fault_rows import ROWS, Row, missing
from fault_stage import Stage, raised
from rich.console import Console
from rich.table import Table

Ends = dict[str, str]
"""Cell -> its end; one that begins with BROKEN is lost or doubled."""
_SHORT = {"time-out": "late", "wrong JSON": "junk", "before": "bef.", "after": "aft."}


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what was asked for."""
    logging.disable(logging.CRITICAL)
    asked = _asked(arguments)
    console = Console(width=None if sys.stdout.isatty() else 220)
    known: Ends = _read(asked.log)
    rows = [row for row in ROWS if asked.only in (None, row.action, row.name)]
    if not rows:
        console.print(f"No write is called {asked.only}.")
        return 2
    ends: Ends = {}
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, raised(Path(name)) as stage:
        for number, row in enumerate(rows, start=1):
            console.print(f"[dim]{number}/{len(rows)} {row.name} ({time.monotonic() - started:.0f} s)[/dim]")
            played = asyncio.run(_row(row, stage, known, asked))
            ends |= {str(cell): end for cell, end in played.items()}
            console.print(_table(row, played))
            for cell, end in played.items():
                if end.startswith("BROKEN"):
                    console.print(f"  {cell}: {end}", style="red", markup=False)
    return _summed_up(ends, console)


async def _row(row: Row, stage: Stage, known: Ends, asked: argparse.Namespace) -> dict[Cell, str]:
    rehearsal = await rehearse(row, stage)
    chosen = drawn(rehearsal.cells, asked.sample) if asked.sample else rehearsal.cells
    played: dict[Cell, str] = {}
    for cell in chosen:
        if str(cell) not in known:
            try:
                known[str(cell)] = str(await play(cell, rehearsal, stage))
            except AssertionError as error:
                known[str(cell)] = f"BROKEN: {(str(error) or 'not whole').splitlines()[0]}"
            _keep(asked.log, cell, known[str(cell)])
        played[cell] = known[str(cell)]
    return played


def _table(row: Row, played: dict[Cell, str]) -> Table:
    """One line a call, one column a fault; ``·`` where the fault cannot meet the call."""
    table = Table(title=row.name, title_justify="left", show_lines=False)
    table.add_column("call", overflow="fold", min_width=34)
    for fault in FAULTS:
        table.add_column(_short(fault), overflow="fold")
    calls = dict.fromkeys(cell.call for cell in played)
    for call in calls:
        found = {(cell.fault, cell.lasting): end for cell, end in played.items() if cell.call == call}
        table.add_row(call, *(_both(found.get((fault, False)), found.get((fault, True))) for fault in FAULTS))
    return table


def _both(once: str | None, for_good: str | None) -> str:
    told = [_coloured(end) for end in (once, for_good) if end is not None]
    return " / ".join(dict.fromkeys(told)) or "·"


def _coloured(end: str) -> str:
    if end.startswith("BROKEN"):
        return "[bold red]BROKEN[/]"
    colour = "green" if end == "done" else "yellow" if end.startswith("handed") else "cyan"
    return f"[{colour}]{end}[/]"


def _short(fault: str) -> str:
    for long, short in _SHORT.items():
        fault = fault.replace(long, short)
    return fault


def _summed_up(ends: Ends, console: Console) -> int:
    counted = Counter("broken" if end.startswith("BROKEN") else end for end in ends.values())
    parts = ", ".join(f"{times} {end}" for end, times in counted.most_common())
    lacking = missing()
    console.print(f"{len(ends)} cells: {parts or 'none'}.")
    if lacking:
        console.print(f"Without a row: {', '.join(sorted(lacking))}.", style="red")
    return 1 if counted["broken"] or lacking else 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="ACTION", help="one write, or one row of it")
    parser.add_argument("--sample", type=int, metavar="N", help="so many cells of each row, the same every time")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep each end there, and go on from what is there")
    return parser.parse_args(arguments)


def _read(log: Path | None) -> Ends:
    if log is None or not log.exists():
        return {}
    lines = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    return {line["cell"]: line["end"] for line in lines}


def _keep(log: Path | None, cell: Cell, end: str) -> None:
    if log is not None:
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"cell": str(cell), "end": end}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
