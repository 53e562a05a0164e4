"""Draws a plan before it runs and while it runs.

Enters: a ``Diff`` or a ``Progress``. Leaves: every field of every record, before → after, by system, then what follows
from it, then what to beware of. Nothing of a plan may be left out or shortened here: it is what a person approves.
"""

from __future__ import annotations

import datetime as dt

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text as Line

from agent.channels.blocks import LABEL, TITLE, pointed, titled
from agent.channels.typeset import line, marked
from agent.channels.words import Words
from agent.reply import Diff, DiffLine, DiffRecord, Progress

ADDED, REMOVED = "green", "red"


def diff(block: Diff, words: Words) -> RenderableType:
    """The whole plan."""
    name = words.say("draw.plan", plan=block.plan)
    parts: list[RenderableType] = [
        Rule(style=LABEL),
        Line.assemble(line(block.title, TITLE), line(f"  {name}", LABEL)),
    ]
    for system, records in _by_system(block.records).items():
        parts += ["", line(words.named("systems", system), "bold cyan")]
        parts += [_record(record, words) for record in records]
    if block.consequences:
        points = [pointed(sentence, "plain", "·") for sentence in block.consequences]
        parts += ["", titled(words.say("draw.follows"), Group(*points))]
    if block.warnings:
        parts += ["", *(pointed(sentence, "warning") for sentence in block.warnings)]
    parts += ["", line(words.say("draw.expires", until=_until(block.expires_at, words)), LABEL), Rule(style=LABEL)]
    return Group(*parts)


def progress(block: Progress) -> RenderableType:
    """Each step and how it went."""
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(justify="right", style=LABEL)
    grid.add_column()
    grid.add_column()
    for step in block.steps:
        grid.add_row(str(step.number), line(step.title), marked(step.text, step.tone))
    return titled(block.title, grid)


def _by_system(records: list[DiffRecord]) -> dict[str, list[DiffRecord]]:
    """The systems in the order in which the plan first touches them; the steps' numbers keep the plan's order."""
    found: dict[str, list[DiffRecord]] = {}
    for record in records:
        found.setdefault(record.system, []).append(record)
    return found


def _record(record: DiffRecord, words: Words) -> RenderableType:
    head = Line.assemble(line(f"{record.step:>3}  ", LABEL), line(record.title))
    if not record.lines:
        return head
    grid = Grid.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(style=LABEL, max_width=26)
    grid.add_column()
    is_new = all(change.before is None for change in record.lines)
    for change in record.lines:
        grid.add_row(_sign(change), line(change.field), _change(change, words, is_new=is_new))
    return Group(head, Padding(grid, (0, 0, 0, 5)))


def _sign(change: DiffLine) -> Line:
    if change.before is None:
        return Line("+", ADDED)
    return Line("-", REMOVED) if change.after is None else Line("~", "yellow")


def _change(change: DiffLine, words: Words, *, is_new: bool) -> Line:
    """``before → after``; a record that is all new needs no row of dashes."""
    nothing = words.say("draw.nothing")
    after = line(nothing if change.after is None else change.after, ADDED)
    if is_new:
        return after
    before = line(nothing if change.before is None else change.before, REMOVED)
    return Line.assemble(before, line(" → ", LABEL), after, overflow="fold")


def _until(moment: str, words: Words) -> str:
    """An ISO time as hours and minutes; anything else as it came."""
    try:
        return words.clock(dt.datetime.fromisoformat(moment))
    except ValueError:
        return moment
