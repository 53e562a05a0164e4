"""What every command of the terminal shares: its two streams, its language, its settings, its way to end.

Enters: the environment and the agent's launcher. Leaves: printed replies or JSON and an exit code; an error that no
reply carries becomes one sentence on the error stream and never a traceback.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console

from agent.channels.draw import draw_blocks
from agent.channels.front_door import FrontDoor
from agent.channels.typeset import console_on
from agent.channels.words import Words, terminal_language
from agent.errors import Misconfigured, TargoError
from agent.reply import AnyBlock, Outcome, Reply, Text
from agent.settings import EngineName, Settings

Launch = Callable[[Settings, str | None], AbstractAsyncContextManager[FrontDoor]]

EXIT_CODES: dict[Outcome, int] = {"answered": 0, "failed": 1, "plan": 3, "question": 4, "refused": 5}
DEMO_USERS = ("agent", "technician", "supervisor", "admin")


class Desk:
    """One run of the command. ``launch`` opens the agent; tests put a scripted one behind it."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
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
            async with self._launch(settings, user) as agent:
                return await work(agent, settings)

        settings = self.settings(user, engine)
        return asyncio.run(whole())

    def settings(self, user: str | None = None, engine: EngineName | None = None) -> Settings:
        """The settings with what the command line says; ``--user`` is for the demo company alone."""
        with _strict_env_file():
            settings = Settings.load()
        if user is not None and not settings.embedded:
            raise _refused(self.words.say("errors.user_demo_only"))
        if user is not None and user not in DEMO_USERS:
            raise _refused(self.words.say("errors.user_unknown", users=", ".join(DEMO_USERS)))
        return settings if engine is None else settings.model_copy(update={"engine": engine})

    def show(self, *blocks: AnyBlock) -> None:
        """Draw blocks worded by the channel."""
        draw_blocks(list(blocks), self.out, self.words)

    def complain(self, sentence: str) -> None:
        """One sentence on the error stream."""
        draw_blocks([Text(text=sentence, tone="bad")], self.err, self.words)

    def print_json(self, value: object) -> None:
        """One JSON value; accents are escaped only where the stream cannot carry them."""
        is_utf8 = self.out.encoding.startswith("utf")
        click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2, default=_plain))

    def unexpected(self, error: Exception) -> None:
        """Say that something broke and note where; the message itself might hold what must not be written down."""
        kind = type(error).__name__
        where = "".join(traceback.format_tb(error.__traceback__))
        noted = _note(f"{dt.datetime.now(dt.UTC).isoformat()} {kind}\n{where}\n")
        self.complain(self.words.say("errors.unexpected", kind=kind, file=noted))


class DeskGroup(click.Group):
    """The command ``targo``: whatever goes wrong below it ends in one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command; click's own endings (usage errors, exit, interrupts) pass through."""
        desk: Desk = ctx.ensure_object(lambda: Desk(launch_agent))  # type: ignore[arg-type,assignment,return-value]
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
            raise
        except TargoError as error:
            desk.complain(desk.words.error(error))
        except Exception as error:  # noqa: BLE001 - the last resort before a traceback
            desk.unexpected(error)
        ctx.exit(1)


def launch_agent(settings: Settings, user: str | None) -> AbstractAsyncContextManager[FrontDoor]:
    """The real agent."""
    from agent import Agent

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


def _refused(sentence: str) -> click.UsageError:
    return click.UsageError(sentence)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _forgiving(stream: IO[str]) -> IO[str]:
    """The stream, so that a terminal without accents gets a question mark and not an error."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    return stream


def _note(text: str) -> Path:
    path = Path(click.get_app_dir("targo")) / "errors.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.write(text)
    return path


@contextmanager
def _strict_env_file() -> Iterator[None]:
    """Refuse a ``.env`` with an unreadable line: the reader only warns, and the demo would stand in for the site."""
    unread: list[int] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            unread.extend(argument for argument in record.args or () if isinstance(argument, int))

    logger = logging.getLogger("dotenv.main")
    listener = Listener(logging.WARNING)
    logger.addHandler(listener)
    propagates, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates
    if unread:
        raise Misconfigured(
            f"The .env file cannot be read: line {unread[0]} is not NAME=value.", setting=".env", line=unread[0]
        )
