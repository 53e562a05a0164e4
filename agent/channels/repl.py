"""The conversation at a prompt: history, completion, a line at the bottom, and a world that loads behind it.

Enters: keys. Leaves: replies drawn on the console, and the exit code. The first prompt waits for nothing: the agent is
warmed once it shows. Ctrl-C drops the line or the turn under way and never the program; Ctrl-D leaves it.
"""

from __future__ import annotations

import asyncio
import signal
import termios
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style
from rich.console import Console

from agent.channels.activity import Activity
from agent.channels.chat import Chat
from agent.channels.commands import command_names, take
from agent.channels.completion import TargoCompleter
from agent.channels.draw import draw_blocks
from agent.channels.files import Keep, as_it_is
from agent.channels.front_door import FrontDoor, Status
from agent.channels.words import Words
from agent.errors import Misconfigured, TargoError
from agent.reply import Text

_STYLE = Style.from_dict(
    {
        "prompt": "bold ansicyan",
        "bottom-toolbar": "noreverse ansibrightblack",
        "bottom-toolbar.waiting": "bold ansiyellow",
    }
)


TELLS_EVERY_SECONDS = 10.0
"""How often what is still open is asked after, behind the prompt."""

SOON_SECONDS = 1.0
"""After a turn was left: long enough for a step under way to be over."""


class Repl:
    """One session at a prompt. ``open_agent`` is awaited behind it; ``keys`` and ``screen`` default to the terminal."""

    def __init__(
        self,
        open_agent: Callable[[], Awaitable[FrontDoor]],
        console: Console,
        words: Words,
        history: History,
        place: str = "",
        *,
        keep: Keep = as_it_is,
        keys: Input | None = None,
        screen: Output | None = None,
        tells_every: float = TELLS_EVERY_SECONDS,
    ) -> None:
        self._open_agent = open_agent
        self._console = console
        self._words = words
        self._place = place
        self._keep = keep
        self._tells_every = tells_every
        self._left = asyncio.Event()
        self._opening: asyncio.Task[Chat] | None = None
        self._chat: Chat | None = None
        self._status: Status | None = None
        self._names: list[str] = []
        self._turn: asyncio.Task[bool] | None = None
        self._fatal: Exception | None = None
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", "› ")],
            history=history,
            completer=TargoCompleter(lambda: command_names(self.words), lambda: self._names),
            complete_while_typing=True,
            bottom_toolbar=self.toolbar,
            key_bindings=_new_line_on_alt_enter(),
            style=_STYLE,
            input=keys,
            output=screen,
        )

    @property
    def words(self) -> Words:
        """The channel's words, in the language that the conversation has chosen."""
        return self._chat.words if self._chat else self._words

    async def run(self, *greeting: str) -> int:
        """Greet, then answer until the user leaves: the exit code. Raises what kept the agent from opening."""
        draw_blocks([Text(text="\n".join(greeting))], self._console, self._words)
        self._console.print()
        self._opening = asyncio.create_task(self._open())
        behind = asyncio.create_task(self._get_ready(self._opening))
        try:
            with self._interrupts():
                while await self._answer_one(self._opening):
                    self._console.print()
        finally:
            behind.cancel()
            await asyncio.gather(behind, self._opening, return_exceptions=True)
        if self._fatal is not None:
            raise self._fatal
        return 0

    async def _open(self) -> Chat:
        self._chat = Chat(await self._open_agent(), self._console, self._words, self._place, self._keep)
        return self._chat

    async def _get_ready(self, opening: asyncio.Task[Chat]) -> None:
        """Behind the prompt: open the agent, load its world, take up what an earlier session was cut short in."""
        try:
            chat = await asyncio.shield(opening)
            await self._refresh(chat)
            await self._warm(chat)
            await self._keep_telling(chat)
        except Exception as error:  # noqa: BLE001 - raised again by run, once the terminal is as it was
            self._fatal = error
            if self._session.app.is_running:
                self._session.app.exit(exception=EOFError())

    async def _warm(self, chat: Chat) -> None:
        try:
            await chat.agent.warm()
            self._names = await chat.agent.names()
            if resumed := await chat.take_up():
                await run_in_terminal(lambda: chat.draw_resumed(resumed))
            await run_in_terminal(chat.tell_awaited)
            # A yes typed now would approve it, so it has to be seen first.
            if waiting := await chat.left_waiting():
                await run_in_terminal(lambda: chat.draw_left_waiting(waiting))
        except Misconfigured:
            raise
        except TargoError as error:
            sentence = chat.words.error(error)
            await run_in_terminal(lambda: chat.tell(sentence, "bad"))
        await self._refresh(chat)

    async def _keep_telling(self, chat: Chat) -> None:
        """What a device or the 911 provider answers later, and what a colleague approves, is told as it comes."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._left.wait(), self._tells_every)
                self._left.clear()
                await asyncio.sleep(min(SOON_SECONDS, self._tells_every))
            if self._turn is not None:
                continue
            with suppress(TargoError):
                if news := await chat.agent.news(chat.conversation):
                    await run_in_terminal(partial(chat.draw_news, news))
                    await self._refresh(chat)

    async def _answer_one(self, opening: asyncio.Task[Chat]) -> bool:
        """Ask for one line and answer it; False when it is over."""
        if self._fatal is not None:
            return False
        try:
            text = await self._session.prompt_async(handle_sigint=False)
        except KeyboardInterrupt:
            return True
        except EOFError:
            return False
        return not text.strip() or await self._leavable(self._take(opening, text))

    async def _take(self, opening: asyncio.Task[Chat], text: str) -> bool:
        async with Activity(self._console, self.words.say("repl.loading")):
            chat = await asyncio.shield(opening)
        goes_on = await take(chat, text)
        if chat.last is not None and chat.last.plan is not None:
            self._forget_what_was_typed_ahead()
        await self._refresh(chat)
        return goes_on

    def _forget_what_was_typed_ahead(self) -> None:
        """A "yes" typed before the diff was on the screen was not said to it."""
        clear_typeahead(self._session.app.input)
        with suppress(termios.error, OSError, ValueError):
            termios.tcflush(self._session.app.input.fileno(), termios.TCIFLUSH)

    async def _leavable(self, turn: Coroutine[None, None, bool]) -> bool:
        """Run a turn that Ctrl-C may leave."""
        self._turn = asyncio.create_task(turn)
        try:
            return await self._turn
        except asyncio.CancelledError:
            if not self._turn.cancelled() or _being_cancelled():
                raise
        finally:
            self._turn = None
        draw_blocks([Text(text=self.words.say("repl.left"), tone="warning")], self._console, self.words)
        self._left.set()
        return True

    async def _refresh(self, chat: Chat) -> None:
        with suppress(TargoError):
            self._status = await chat.status()
        self._session.app.invalidate()

    def toolbar(self) -> StyleAndTextTuples:
        """The bottom line: user, engine, system of record, and the plan that waits."""
        words = self.words
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
