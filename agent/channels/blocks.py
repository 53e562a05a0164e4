"""Draws the plain blocks of a reply: sentences, facts, tables, choices, files.

Enters: one block and the channel's words. Leaves: something that rich can print, within the console's width.
"""

from __future__ import annotations

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Line

from agent.channels.typeset import MARKS, STYLES, clean, line, toned
from agent.channels.words import Words
from agent.reply import Choices, Facts, File, Table, Text, Tone

INDENT = (0, 0, 0, 2)
TITLE = "bold"
LABEL = "dim"


def text(block: Text) -> RenderableType:
    """A sentence, with a mark where it warns or confirms."""
    return pointed(block.text, block.tone)


def facts(block: Facts, words: Words) -> RenderableType:
    """Labels on the left, values on the right."""
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style=LABEL, max_width=26)
    grid.add_column()
    for fact in block.facts:
        grid.add_row(line(fact.label), toned(fact.value or words.say("draw.nothing"), fact.tone))
    return titled(block.title, grid)


def pointed(sentence: str, tone: Tone, mark: str = "") -> RenderableType:
    """A sentence behind its mark, whose further lines hang under its first."""
    shown = mark or MARKS[tone]
    if not shown:
        return toned(sentence, tone)
    grid = Grid.grid(padding=(0, 1))
    grid.add_row(line(shown, STYLES[tone]), toned(sentence, tone))
    return grid


def titled(title: str, body: RenderableType) -> RenderableType:
    """A body indented under its title, or alone where there is none."""
    return Group(line(title, TITLE), Padding(body, INDENT)) if title else body


class table:  # noqa: N801 - used as the function that draws, like its neighbours
    """Rows under their columns; each row as facts of its own where the terminal is too narrow for that."""

    def __init__(self, block: Table, words: Words) -> None:
        self._block = block
        self._words = words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._block.title:
            yield line(self._block.title, TITLE)
        if not self._block.rows:
            yield line(f"  {self._words.say('draw.empty')}", LABEL)
            return
        grid = self._grid()
        unbounded = options.update_width(10 * options.max_width)
        fits = Measurement.get(console, unbounded, grid).minimum <= options.max_width
        yield grid if fits else self._stacked()
        if self._block.total:
            yield Line.assemble(line("  "), line(self._block.total, TITLE))

    def _grid(self) -> Grid:
        grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style=LABEL)
        for number, column in enumerate(self._block.columns):
            numeric = number in self._block.numeric
            width = self._unfoldable(number)
            grid.add_column(
                line(column), justify="right" if numeric else "left", no_wrap=width is not None, min_width=width
            )
        for number, row in enumerate(self._block.rows):
            grid.add_row(*(line(cell) for cell in row), style=self._style(number))
        return grid

    def _stacked(self) -> RenderableType:
        records: list[RenderableType] = []
        for number, row in enumerate(self._block.rows):
            grid = Grid.grid(padding=(0, 2))
            grid.add_column(style=LABEL, max_width=26)
            grid.add_column(style=self._style(number))
            for column, cell in zip(self._block.columns, row, strict=True):
                grid.add_row(line(column), line(cell))
            records.append(Padding(grid, (1 if number else 0, 0, 0, 2)))
        return Group(*records)

    def _style(self, number: int) -> str:
        return STYLES[self._block.tones[number]] if self._block.tones else ""

    def _unfoldable(self, column: int) -> int | None:
        """The width of a column of sums, dates or codes, which are never folded; None for prose."""
        cells = [row[column] for row in self._block.rows]
        widest = max(cell_len(clean(cell)) for cell in [self._block.columns[column], *cells])
        is_code = all(len(cell) <= 20 and not (" " in cell and any(map(str.isalpha, cell))) for cell in cells)
        return widest if column in self._block.numeric or is_code else None


def choices(block: Choices) -> RenderableType:
    """A question and its numbered answers, each with what tells it apart."""
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(justify="right", style="bold cyan")
    grid.add_column()
    grid.add_column(style=LABEL)
    for number, choice in enumerate(block.choices, start=1):
        grid.add_row(str(number), line(choice.label), line(choice.detail))
    return titled(block.question, grid)


def file(block: File, words: Words) -> RenderableType:
    """Where the file went."""
    return Line.assemble(line(f"{words.say('draw.saved')}  ", LABEL), line(block.name, TITLE), line(f"  {block.path}"))
