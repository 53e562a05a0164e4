"""What every command of the terminal shares: its two streams, its language, its settings, its way to end.

Enters: the environment and the agent's launcher. Leaves: printed replies or JSON and an exit code; an error that no
reply carries becomes one sentence on the error stream and never a traceback.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import logging
import os
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import click
from platformdirs import user_data_path
from rich.console import Console

from agent.channels.draw import draw_blocks, draw_reply
from agent.channels.env_file import strict_env_file
from agent.channels.files import EXPORTS, saved
from agent.channels.front_door import FrontDoor
from agent.channels.typeset import Typeset, console_on, marked
from agent.channels.words import Words, terminal_language
from agent.errors import TargoError
from agent.reply import AnyBlock, Outcome, Reply, Text, Tone
from agent.settings import EngineName, Settings

Launch = Callable[[Settings, str | None], AbstractAsyncContextManager[FrontDoor]]

logger = logging.getLogger(__name__)

EXIT_CODES: dict[Outcome, int] = {"answered": 0, "failed": 1, "plan": 3, "question": 4, "refused": 5}
LOG_FILE = "targo.log"
DEMO_USERS = ("agent", "technician", "supervisor", "admin")


class Terminal:
    """One run of the command. ``launch`` opens the agent; tests put a scripted one behind it."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self._data_dir = user_data_path("targo")
        self._log: logging.Handler | None = None
        self.words = Words(terminal_language())

    @cached_property
    def out(self) -> Console:
        """Where answers go."""
        return console_on(_forgiving(sys.stdout))

    @cached_property
    def err(self) -> Console:
        """Where complaints and the spinner go."""
        return console_on(_forgiving(sys.stderr))

    def with_agent(
        self,
        work: Callable[[FrontDoor, Settings], Awaitable[int]],
        *,
        user: str | None = None,
        engine: EngineName | None = None,
    ) -> int:
        """Open the agent, do the work, close it: the work's exit code."""

        async def whole() -> int:
            async with self.launch(settings, user) as agent:
                return await work(agent, settings)

        settings = self.settings(user, engine)
        return asyncio.run(whole())

    def settings(self, user: str | None = None, engine: EngineName | None = None) -> Settings:
        """The settings with what the command line says; ``--user`` is for the demo company alone."""
        with strict_env_file():
            settings = Settings.load()
        self._keep_log(settings.data_dir)
        if user is not None and not settings.embedded:
            raise _refused(self.words.say("errors.user_demo_only"))
        if user is not None and user not in DEMO_USERS:
            raise _refused(self.words.say("errors.user_unknown", users=", ".join(DEMO_USERS)))
        settings = settings if engine is None else settings.model_copy(update={"engine": engine})
        settings.check_engine()
        return settings

    @property
    def place(self) -> str:
        """Which window this is: the terminal's device; a pipe is a place of its own each time."""
        try:
            return os.ttyname(sys.stdin.fileno())
        except (OSError, ValueError):
            return f"pipe-{os.getpid()}"

    @property
    def is_attended(self) -> bool:
        """Whether someone sits at both ends: keys in, a screen out."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def answer(self, reply: Reply, *, as_json: bool = False) -> int:
        """Print a reply, and how to run its plan from here: the exit code that tells its outcome."""
        reply = self.keep(reply)
        if as_json:
            self.print_json(reply_json(reply))
            return EXIT_CODES[reply.outcome]
        draw_reply(reply, self.out)
        if reply.outcome == "plan" and reply.plan is not None:
            self.out.print()
            sentence = self.words.say("plans.approve_with", plan=reply.plan.id, digest=reply.plan.digest)
            self.out.print(sentence, soft_wrap=True, style="dim")
        return EXIT_CODES[reply.outcome]

    def keep(self, reply: Reply) -> Reply:
        """Put the files of a reply into the data folder."""
        return saved(reply, self._data_dir / EXPORTS)

    def show(self, *blocks: AnyBlock) -> None:
        """Draw blocks worded by the channel."""
        draw_blocks(list(blocks), self.out, self.words)

    def complain(self, sentence: str) -> None:
        """One sentence on the error stream, unfolded so that a log keeps it whole."""
        self._say_aside(sentence, "bad")

    def note(self, sentence: str) -> None:
        """One sentence beside the answer, on the error stream."""
        self._say_aside(sentence, "plain")

    def _say_aside(self, sentence: str, tone: Tone) -> None:
        shown = marked(sentence, tone)
        shown.overflow = "ignore"
        self.err.print(Typeset(shown), soft_wrap=True)

    def print_json(self, value: object) -> None:
        """One JSON value; accents are escaped only where the stream cannot carry them."""
        is_utf8 = self.out.encoding.startswith("utf")
        click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2, default=_plain))

    def unexpected(self, error: Exception) -> None:
        """Say that something broke and note where; the message itself might hold what must not be written down."""
        if self._log is None:
            self._keep_log(self._data_dir)
        kind = type(error).__name__
        logger.error("%s\n%s", kind, "".join(traceback.format_tb(error.__traceback__)))
        self.complain(self.words.say("errors.unexpected", kind=kind, file=self._data_dir / LOG_FILE))

    def close(self) -> None:
        """Let go of the log."""
        if self._log is not None:
            logging.getLogger().removeHandler(self._log)
            self._log.close()
            self._log = None

    def _keep_log(self, folder: Path) -> None:
        """Warnings go to a file, its owner's alone: on a screen they would run across what is being typed."""
        self._data_dir = folder
        self.close()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / LOG_FILE).touch(mode=0o600)
            self._log = logging.FileHandler(folder / LOG_FILE, encoding="utf-8", delay=True)
        except OSError:
            self._log = logging.NullHandler()
        self._log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(self._log)


class TerminalGroup(click.Group):
    """The command ``targo``: whatever goes wrong below it ends in one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; click's own endings (usage errors, exit, interrupts) pass through."""
        terminal: Terminal = ctx.obj or Terminal(launch_agent)
        ctx.obj = terminal
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
            raise
        except TargoError as error:
            terminal.complain(terminal.words.error(error))
        except Exception as error:  # noqa: BLE001 - the last resort before a traceback
            terminal.unexpected(error)
        finally:
            terminal.close()
        return ctx.exit(1)


def launch_agent(settings: Settings, user: str | None) -> AbstractAsyncContextManager[FrontDoor]:
    """The real agent."""
    from agent import Agent  # noqa: PLC0415 - what it stands on is of no use to the help text

    return Agent(settings, user=user)


def reply_json(reply: Reply) -> dict[str, Any]:
    """A reply as ``ask --json`` prints it."""
    return reply.model_dump(mode="json", include={"actions", "engine", "outcome", "blocks", "plan"})


def failed_reply(sentence: str, error: TargoError, words: Words) -> Reply:
    """The reply for an error that struck before the agent could make one."""
    return Reply(
        outcome="failed",
        language=words.language,
        blocks=[Text(text=sentence, tone="bad")],
        code=error.code,
    )


def readable(text: str) -> str:
    """The text as it was typed, with a mark for each byte that was no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def readable_lines(stream: IO[str]) -> IO[str]:
    """The stream, so that bytes that are no text do not end the conversation."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _refused(sentence: str) -> click.UsageError:
    return click.UsageError(sentence)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _forgiving(stream: IO[str]) -> IO[str]:
    """The stream, so that a terminal without accents gets a question mark and not an error."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream
