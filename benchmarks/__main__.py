"""``make bench``: the first prompt of ``targo``, and a read turn of the local engine, on the embedded demo company.

Whole-process figures come from a real pseudo-terminal; turn figures from the agent in this process. Prints the
minimum, median and maximum of each.
"""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent import Agent, Settings

RUNS = 7
TURNS = 60
PROMPT = "›".encode()
SENTENCES = (
    "What does Jean Tremblay owe?",
    "Combien doit Luc Gagnon?",
    "show the unpaid invoices of Dépanneur Chez Ginette",
    "Patrick Bergeron a-tu internet?",
    "montre-moi Marie-Ève Tremblay",
)


def first_prompt(data_dir: Path) -> float:
    """Seconds from starting ``targo`` to its first prompt on a terminal."""
    primary, secondary = pty.openpty()
    command = [str(Path(sys.executable).with_name("targo"))]
    environment = {**os.environ, "TARGO_DATA_DIR": str(data_dir), "TERM": "xterm"}
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=secondary, stdout=secondary, stderr=secondary, env=environment)  # noqa: S603
    os.close(secondary)
    seen = b""
    try:
        while PROMPT not in seen:
            if not select.select([primary], [], [], 30)[0]:
                raise TimeoutError("targo showed no prompt within 30 s")
            seen += os.read(primary, 4096)
            # prompt-toolkit asks the terminal where its cursor is, and waits for the answer.
            if b"\x1b[6n" in seen:
                os.write(primary, b"\x1b[1;1R")
                seen = seen.replace(b"\x1b[6n", b"")
        return time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(primary)


async def read_turns(data_dir: Path) -> list[float]:
    """Seconds of each of a number of read turns, the world loaded beforehand."""
    async with Agent(Settings.model_construct(data_dir=data_dir)) as agent:
        await agent.warm()
        taken = []
        for number in range(TURNS):
            started = time.perf_counter()
            await agent.say(SENTENCES[number % len(SENTENCES)], conversation="bench")
            taken.append(time.perf_counter() - started)
        return taken


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        first_prompt(Path(folder))  # the demo company is made at the very first start
        prompts = [first_prompt(Path(folder)) for _ in range(RUNS)]
        turns = asyncio.run(read_turns(Path(folder)))
    table = Table("what", "runs", "min", "median", "max")
    for name, figures in (("first prompt", prompts), ("local read turn", turns)):
        row = [f"{1000 * figure:.0f} ms" for figure in (min(figures), statistics.median(figures), max(figures))]
        table.add_row(name, str(len(figures)), *row)
    Console().print(table)


if __name__ == "__main__":
    main()
