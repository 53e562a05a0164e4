"""The report as a person reads it: figures, groups, what failed, and what became better or worse.

Enters: a report and its cases. Leaves: tables on the console given. Of the untouched split it prints names and
figures alone: whoever tunes by what it says would spoil it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.cases import Case
from evals.figures import CaseResult, Figures, Report

_FIGURES = ("cases", "intent", "exact", "right", "field_f1", "state", "out_of_scope_recall", "false_refusal", "unsafe")
_VERDICTS = {
    "fields": "a field is wrong",
    "actions": "another action",
    "state": "understood, but the end is wrong",
    "failed": "the agent broke",
}


def print_report(console: Console, report: Report, cases: Sequence[Case]) -> None:
    """Print the figures over all, by language, by action and by tag, and then the cases that are not right."""
    console.print(_overview(report))
    for title, groups in (
        ("language", report.by_language),
        ("action", report.by_action),
        ("tag", report.by_tag),
    ):
        if groups:
            console.print(_groups(title, groups))
    wrong = [result for result in report.cases if not result.right or result.unsafe]
    by_id = {case.id: case for case in cases}
    open_ = [result for result in wrong if not by_id[result.id].untouched]
    closed = [result for result in wrong if by_id[result.id].untouched]
    for result in open_:
        console.print(_failure(by_id[result.id], result))
    if closed:
        console.print(Text(f"Not right in the untouched split ({len(closed)}), by name only:", style="bold"))
        console.print(Text("\n".join(_closed(result) for result in closed)))


def print_comparison(console: Console, before: Report, after: Report) -> None:
    """Print which cases became better or worse since an earlier report, and how the figures moved."""
    earlier = {case.id: case.right and not case.unsafe for case in before.cases}
    now = {case.id: case.right and not case.unsafe for case in after.cases}
    both = [name for name in now if name in earlier]
    worse = [name for name in both if earlier[name] and not now[name]]
    better = [name for name in both if now[name] and not earlier[name]]
    console.print(_moved(before.figures, after.figures))
    for title, names, style in (
        ("Worse", worse, "red"),
        ("Better", better, "green"),
        ("New", [name for name in now if name not in earlier], "dim"),
        ("Gone", [name for name in earlier if name not in now], "dim"),
    ):
        if names:
            console.print(Text(f"{title} ({len(names)}): {', '.join(names)}", style=style))
    if not worse and not better:
        console.print(Text("No case became better or worse.", style="dim"))


def _overview(report: Report) -> Table:
    table = Table(title=f"Evaluation, engine {report.engine}", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    figures = report.figures
    for name in _FIGURES:
        table.add_row(name, _cell(figures, name))
    table.add_row("latency_ms p50 / p99", f"{figures.latency_ms.p50:.1f} / {figures.latency_ms.p99:.1f}")
    for name in ("llm_calls", "prompt_tokens", "completion_tokens"):
        table.add_row(f"{name} per case", f"{getattr(figures, name):.2f}")
    return table


def _groups(title: str, groups: Mapping[str, Figures]) -> Table:
    names = [name for name in _FIGURES if name not in ("state", "out_of_scope_recall", "false_refusal")]
    table = Table(title=f"by {title}")
    table.add_column(title)
    for name in names:
        table.add_column(name, justify="right")
    for group, figures in groups.items():
        table.add_row(Text(group), *(_cell(figures, name) for name in names))
    return table


def _cell(figures: Figures, name: str) -> Text:
    value = getattr(figures, name)
    bad = name == "unsafe" and value
    return Text(_written(value), style="bold red" if bad else "")


def _written(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _failure(case: Case, result: CaseResult) -> RenderableType:
    lines = [
        Text.assemble(
            (result.id, "bold"), f"  {_VERDICTS.get(result.verdict, 'unsafe')}  ", (case.inputs.text, "italic")
        )
    ]
    lines += [Text(f"  before: {message}", style="dim") for message in case.inputs.history]
    lines.append(Text(f"  expected:   {_wire(result.expected)}"))
    lines.append(Text(f"  understood: {_wire(result.understood)}"))
    lines += [Text(f"  {difference}", style="yellow") for difference in result.differences]
    lines += [Text(f"  unsafe: {reason}", style="bold red") for reason in result.unsafe]
    return Group(*lines)


def _closed(result: CaseResult) -> str:
    return f"  {result.id}" + ("  unsafe" if result.unsafe else "")


def _wire(actions: Sequence[Mapping[str, object]]) -> str:
    return json.dumps(list(actions), ensure_ascii=False, default=str)


def _moved(before: Figures, after: Figures) -> Table:
    table = Table(title="since the baseline")
    for column in ("figure", "before", "now"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for name in _FIGURES:
        table.add_row(name, _cell(before, name), _cell(after, name))
    return table
