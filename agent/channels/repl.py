"""The conversation at a prompt: history, completion, a line at the bottom, and a world that loads behind it.

Enters: keys. Leaves: replies drawn on the console, and the exit code. The first prompt waits for nothing: the agent is
warmed once it shows. Ctrl-C drops the line or the turn under way and never the program; Ctrl-D leaves it.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

from agent.channels.chat import Chat
from agent.channels.commands import command_names, take
from agent.channels.completion import TargoCompleter
from agent.channels.front_door import Status
from agent.errors import Misconfigured, TargoError

if TYPE_CHECKING:
    from collections.abc import Iterator

_STYLE = Style.from_dict(
    {
        "prompt": "bold ansicyan",
        "bottom-toolbar": "noreverse ansibrightblack",
        "bottom-toolbar.waiting": "bold ansiyellow",
    }
)


class Repl:
    """One session at a prompt; ``keys`` and ``screen`` default to the terminal."""

    def __init__(
        self, chat: Chat, history: History, *, keys: Input | None = None, screen: Output | None = None
    ) -> None:
        self._chat = chat
        self._status: Status | None = None
        self._turn: asyncio.Task[bool] | None = None
        self._unusable: Misconfigured | None = None
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", "› ")],
            history=history,
            completer=TargoCompleter(lambda: command_names(chat.words), chat.agent.names),
            complete_while_typing=True,
            bottom_toolbar=self.toolbar,
            key_bindings=_new_line_on_alt_enter(),
            style=_STYLE,
            input=keys,
            output=screen,
        )

    async def run(self, *greeting: str) -> int:
        """Greet, then answer until the user leaves: the exit code. Raises ``Misconfigured`` from the warming."""
        for sentence in greeting:
            self._chat.tell(sentence)
        self._chat.console.print()
        warming = asyncio.create_task(self._warm())
        try:
            with self._interrupts():
                while await self._answer_one():
                    self._chat.console.print()
        finally:
            warming.cancel()
            with suppress(asyncio.CancelledError):
                await warming
        if self._unusable is not None:
            raise self._unusable
        return 0

    async def _answer_one(self) -> bool:
        """Ask for one line and answer it; False when it is over."""
        if self._unusable is not None:
            return False
        try:
            text = await self._session.prompt_async(handle_sigint=False)
        except KeyboardInterrupt:
            return True
        except EOFError:
            return False
        return not text.strip() or await self._leavable(take(self._chat, text))

    async def _leavable(self, turn: Coroutine[Any, Any, bool]) -> bool:
        """Run a turn that Ctrl-C may leave."""
        self._turn = asyncio.create_task(turn)
        try:
            goes_on = await self._turn
        except asyncio.CancelledError:
            if not self._turn.cancelled() or _being_cancelled():
                raise
            self._chat.tell(self._chat.words.say("repl.left"), "warning")
            goes_on = True
        finally:
            self._turn = None
        await self._refresh()
        return goes_on

    async def _warm(self) -> None:
        """Load the world behind the prompt, and take up what an earlier session was cut short in."""
        try:
            await self._chat.agent.warm()
            await self._refresh()
            if resumed := await self._chat.take_up():
                await run_in_terminal(lambda: self._chat.draw_resumed(resumed))
                await self._refresh()
        except Misconfigured as error:
            self._unusable = error
            if self._session.app.is_running:
                self._session.app.exit(exception=EOFError())
        except TargoError as error:
            sentence = self._chat.words.error(error)
            await run_in_terminal(lambda: self._chat.tell(sentence, "bad"))

    async def _refresh(self) -> None:
        with suppress(TargoError):
            self._status = await self._chat.agent.status()
        self._session.app.invalidate()

    def toolbar(self) -> StyleAndTextTuples:
        """The bottom line: user, engine, system of record, and the plan that waits."""
        words = self._chat.words
        if self._status is None:
            return [("", f" {words.say('repl.loading')}")]
        parts = [
            self._status.user,
            words.say("repl.engine", engine=self._status.engine),
            words.named("systems", self._status.system_of_record),
        ]
        shown: StyleAndTextTuples = [("", f" {' · '.join(parts)}")]
        if self._status.waiting:
            shown += [
                ("", " · "),
                (
                    "class:bottom-toolbar.waiting",
                    words.say("repl.waiting", plan=self._status.waiting),
                ),
            ]
        return shown

    @contextmanager
    def _interrupts(self) -> Iterator[None]:
        """An interrupt leaves the turn under way; between turns the prompt reads Ctrl-C as a key."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows has no handlers on its loops
            loop.add_signal_handler(signal.SIGINT, self._interrupted)
        try:
            yield
        finally:
            with suppress(NotImplementedError):
                loop.remove_signal_handler(signal.SIGINT)

    def _interrupted(self) -> None:
        if self._turn is not None:
            self._turn.cancel()


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _new_line_on_alt_enter() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings
