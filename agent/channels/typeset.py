"""From a block's text to what a terminal may show, and the terminal itself.

Enters: text that may come from a record, hence from anyone. Leaves: text without control characters (an escape
sequence in a customer's name must not move the cursor), whose no-break spaces hold while lines are folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text as Line

from agent.reply import Tone

PLAIN_WIDTH = 80

STYLES: dict[Tone, str] = {"plain": "", "good": "green", "warning": "bold yellow", "bad": "bold red"}
MARKS: dict[Tone, str] = {"plain": "", "good": "✓", "warning": "⚠", "bad": "✗"}

# C0 and C1 controls but for the line feed, and the marks that turn the reading direction round.
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# rich breaks lines at any white space; private-use characters stand in for the no-break ones meanwhile.
_GLUE = {0x00A0: "\ue000", 0x202F: "\ue001"}
_UNGLUE = {0xE000: "\u00a0", 0xE001: "\u202f"}


def clean(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def line(text: str, style: str = "") -> Line:
    """A cleaned text as rich draws it: never parsed as markup, no-break spaces kept together."""
    return Line(clean(text).translate(_GLUE), style=style, overflow="fold")


def toned(text: str, tone: Tone) -> Line:
    """A text in the colour of its tone."""
    return line(text, STYLES[tone])


def marked(text: str, tone: Tone) -> Line:
    """A short text that shows its tone without colours too."""
    return toned(f"{MARKS[tone]} {text}".lstrip(), tone)


class Typeset:
    """Draws what it holds and puts the no-break spaces back."""

    def __init__(self, inner: RenderableType) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for row in Segment.split_lines(console.render(self._inner, options)):
            yield from _unpadded(row)
            yield Segment.line()


def _unpadded(row: list[Segment]) -> Iterable[Segment]:
    """The line with its no-break spaces back and without the blanks that rich fills it up with."""
    while row and not row[-1].text.strip(" "):
        row = row[:-1]
    for number, segment in enumerate(row, start=1):
        text = segment.text.rstrip(" ") if number == len(row) else segment.text
        yield Segment(text.translate(_UNGLUE), segment.style)


def console_on(stream: IO[str]) -> Console:
    """A console that colours a terminal (unless ``NO_COLOR``) and writes plain text anywhere else."""
    if stream.isatty():
        return Console(file=stream, markup=False, emoji=False, highlight=False)
    return Console(
        file=stream,
        width=PLAIN_WIDTH,
        force_terminal=False,
        color_system=None,
        markup=False,
        emoji=False,
        highlight=False,
    )
