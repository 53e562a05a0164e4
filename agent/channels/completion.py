"""Completes commands while they are typed, and customers and items when Tab is pressed.

Enters: the line up to the cursor and the names that the agent knows. Leaves: whole names, accents and all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from agent.directory import fold

_LONGEST_NAME_WORDS = 4


class TargoCompleter(Completer):
    """Commands as (name, meaning); ``names`` is asked each time, since it fills up behind the first prompt."""

    def __init__(self, commands: Callable[[], list[tuple[str, str]]], names: Callable[[], list[str]]) -> None:
        self._commands = commands
        self._names = names

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Commands at the start of the line; names only on request, so that plain typing stays quiet."""
        text = document.text_before_cursor
        if text.startswith("/"):
            return self._matching_commands(text)
        return self._matching_names(text) if complete_event.completion_requested else ()

    def _matching_commands(self, text: str) -> Iterator[Completion]:
        for name, meaning in self._commands():
            if name.startswith(text.casefold()):
                yield Completion(name, start_position=-len(text), display_meta=meaning)

    def _matching_names(self, text: str) -> Iterator[Completion]:
        """The names that go on from the last words typed; the longest run of words that fits any decides."""
        names = [(name, fold(name)) for name in self._names()]
        for typed in _endings(text):
            start = fold(typed)
            found = [name for name, folded in names if start and f" {folded}".find(f" {start}") >= 0]
            if found:
                yield from (Completion(name, start_position=-len(typed)) for name in sorted(found))
                return


def _endings(text: str) -> Iterator[str]:
    """The last few words of the text, then fewer and fewer."""
    starts = [0] + [place + 1 for place, letter in enumerate(text) if letter in " '’\n"]
    for start in starts[-_LONGEST_NAME_WORDS:]:
        if text[start:].strip():
            yield text[start:]
