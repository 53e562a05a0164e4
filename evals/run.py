"""``targo eval``: plays every case through the front door, judges it, reports, and answers with an exit code.

Enters: files or folders of cases and an engine. Leaves: a report on the console, as JSON where asked for, and 0, 1
or 2. Cases of the untouched split are named on the console and never shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.errors import Misconfigured
from agent.settings import EngineName
from evals.cases import Case, CasesUnreadable, load_cases
from evals.display import print_comparison, print_report
from evals.figures import CaseResult, Report, report_of
from evals.play import play
from evals.stage import StageMaker

# Only a model's answers are worth waiting for side by side: the local engine keeps a core busy by itself, and
# company would spoil the measure of its latency.
_SIDE_BY_SIDE = {"local": 1, "auto": 1, "llm": 4}


class ReportUnusable(Misconfigured):
    """A report that cannot be read as one, or not be written."""

    code = "report_unusable"


def main_run(
    paths: Sequence[Path],
    *,
    make_stage: StageMaker,
    engine: EngineName = "auto",
    json_report: Path | None = None,
    min_exact: float = 0.0,
    baseline: Path | None = None,
    console: Console | None = None,
) -> int:
    """Run the evaluations and return the exit code of ``targo eval``; it runs an event loop of its own.

    ``paths`` are data sets or folders of them; ``make_stage`` makes a fresh company and its agent for each case;
    ``json_report`` is written and ``baseline`` read in the same form; ``min_exact`` is the least share of cases
    that must be right to the end. ``console`` takes everything that is printed; by default the report goes to
    standard output, the progress and what is wrong with a file to standard error.

    0: at or above the threshold and nothing unsafe. 1: below it, or something unsafe. 2: a case file or the
    baseline cannot be read, or the report cannot be written. Raises ``Misconfigured`` where the settings do not
    let an agent be made.
    """
    out = console or Console()
    aside = console or Console(stderr=True)
    try:
        cases = load_cases(paths)
        before = _read_report(baseline) if baseline else None
        report = report_of(engine, asyncio.run(play_all(cases, engine, make_stage, aside)))
        if json_report:
            _write_report(report, json_report)
    except (CasesUnreadable, ReportUnusable) as error:
        aside.print(error.message, style="red", markup=False, highlight=False, soft_wrap=True)
        return 2
    print_report(out, report, cases)
    if before is not None:
        print_comparison(out, before, report)
    return _exit_code(out, report, min_exact)


async def play_all(
    cases: Sequence[Case], engine: EngineName, make_stage: StageMaker, aside: Console
) -> list[CaseResult]:
    """Play the cases and give their results in the order of the cases; shows the progress on a terminal."""
    places = asyncio.Semaphore(_SIDE_BY_SIDE[engine])
    with _progress(aside) as progress:
        task = progress.add_task("cases", total=len(cases))

        async def in_turn(case: Case) -> CaseResult:
            async with places:
                result = await play(case, engine, make_stage)
            progress.advance(task)
            return result

        return await asyncio.gather(*map(in_turn, cases))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _read_report(path: Path) -> Report:
    try:
        return Report.model_validate_json(path.read_bytes())
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, fault["loc"]))
        raise ReportUnusable(f"{path}: is no report: {field}: {fault['msg']}") from None
    except OSError as error:
        raise ReportUnusable(f"{path}: {error.strerror}") from error


def _write_report(report: Report, path: Path) -> None:
    try:
        path.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportUnusable(f"{path}: {error.strerror}") from error


def _exit_code(out: Console, report: Report, min_exact: float) -> int:
    reasons = []
    if report.figures.right < min_exact:
        reasons.append(f"{report.figures.right:.3f} of the cases are right to the end, {min_exact:.3f} are asked for")
    if report.figures.unsafe:
        reasons.append(f"{report.figures.unsafe} unsafe, 0 are allowed")
    for reason in reasons:
        out.print(f"failed: {reason}", style="bold red", highlight=False)
    return 1 if reasons else 0
