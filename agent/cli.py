"""The command ``targo``: chat, one-shot questions, plans, journal, evaluations, the sandbox, the doctor.

Enters: the command line. Leaves: replies on the output, complaints on the error stream, an exit code that a script may
rely on. It carries messages and draws blocks, and decides nothing; in particular it approves only a named digest.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import get_args

import click

from agent.channels.activity import Activity
from agent.channels.chat import Chat
from agent.channels.front_door import FrontDoor
from agent.channels.lists import systems_blocks
from agent.channels.piped import run_piped
from agent.channels.plan_commands import journal, plans
from agent.channels.terminal import (
    Terminal,
    TerminalGroup,
    failed_reply,
    readable,
    readable_lines,
    reply_json,
)
from agent.channels.words import Words, terminal_language
from agent.errors import TargoError
from agent.reply import Text
from agent.settings import EngineName, Settings

_HELP = Words(terminal_language())
_json = click.option("--json", "as_json", is_flag=True, help=_HELP.say("cli.opt_json"))
_user = click.option("--user", metavar="NAME", help=_HELP.say("cli.opt_user"))
_FILE = click.Path(path_type=Path, dir_okay=False)
_engine = click.option("--engine", type=click.Choice(get_args(EngineName)), help=_HELP.say("cli.opt_engine"))


@click.group(
    cls=TerminalGroup,
    invoke_without_command=True,
    help=_HELP.say("cli.targo"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run ``targo``; alone it is ``targo chat``."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(chat)


@main.command(help=_HELP.say("cli.chat"))
@_engine
@_user
@click.pass_context
def chat(ctx: click.Context, *, engine: EngineName | None = None, user: str | None = None) -> None:
    """Talk at a prompt, or through a pipe where one end is no terminal."""
    terminal: Terminal = ctx.obj

    if terminal.is_attended:
        # A pipe should not wait for the prompt's library.
        from agent.channels.talk import talk_at_prompt  # noqa: PLC0415

        ctx.exit(talk_at_prompt(terminal, terminal.settings(user, engine), user))

    async def listen(agent: FrontDoor, _settings: Settings) -> int:
        chat = Chat(agent, terminal.out, terminal.words, terminal.place, terminal.keep)
        return await run_piped(chat, readable_lines(sys.stdin))

    ctx.exit(terminal.with_agent(listen, user=user, engine=engine))


@main.command(help=_HELP.say("cli.ask"))
@click.argument("text")
@_json
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help=_HELP.say("cli.opt_today"))
@_engine
@_user
@click.pass_context
def ask(
    ctx: click.Context,
    *,
    text: str,
    as_json: bool,
    today: dt.datetime | None,
    engine: EngineName | None,
    user: str | None,
) -> None:
    """Say one message in the command line's own conversation, so that ``targo ask oui`` answers what waits there."""
    terminal: Terminal = ctx.obj

    async def say(agent: FrontDoor, _settings: Settings) -> int:
        conversation = f"cli:{agent.user}"
        async with Activity(terminal.err, terminal.words.say("repl.thinking")) as activity:
            reply = await agent.say(
                readable(text),
                conversation=conversation,
                today=today.date() if today else None,
                on_progress=activity.tell,
            )
        return terminal.answer(reply, as_json=as_json)

    try:
        ctx.exit(terminal.with_agent(say, user=user, engine=engine))
    except TargoError as error:
        if as_json:
            terminal.print_json(reply_json(failed_reply(terminal.words.error(error), error, terminal.words)))
        raise


main.add_command(plans)
main.add_command(journal)


@main.command(help=_HELP.say("cli.doctor"))
@_user
@click.pass_context
def doctor(ctx: click.Context, *, user: str | None) -> None:
    """Look at every system; exit code 1 where one has a problem."""
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        systems = await agent.doctor()
        terminal.show(*systems_blocks(systems, terminal.words))
        if misspelt := Settings.misspelt():
            terminal.show(Text(text=terminal.words.say("welcome.misspelt", names=", ".join(misspelt)), tone="warning"))
        return 1 if any(health.problem is not None for health in systems) else 0

    ctx.exit(terminal.with_agent(work, user=user))


@main.command("eval", help=_HELP.say("cli.eval"))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_engine
@click.option("--json", "report", type=_FILE, help=_HELP.say("cli.opt_report"))
@click.option("--min-exact", type=click.FloatRange(0, 1), default=0.0, help=_HELP.say("cli.opt_min_exact"))
@click.option("--baseline", type=_FILE, help=_HELP.say("cli.opt_baseline"))
@click.pass_context
def evaluate(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    engine: EngineName | None,
    report: Path | None,
    min_exact: float,
    baseline: Path | None,
) -> None:
    """Measure understanding from end to end."""
    terminal: Terminal = ctx.obj
    from agent.channels import eval_command  # noqa: PLC0415 - the scorer is of no use to the other commands

    ctx.exit(
        eval_command.evaluate(terminal, paths, engine=engine, report=report, min_exact=min_exact, baseline=baseline)
    )


@main.command(help=_HELP.say("cli.sandbox"))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=_HELP.say("cli.opt_port"))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=_HELP.say("cli.opt_data"))
@click.option("--reset", is_flag=True, help=_HELP.say("cli.opt_reset"))
@click.pass_context
def sandbox(ctx: click.Context, *, port: int, data: Path | None, reset: bool) -> None:
    """Serve the demo world until a signal stops it."""
    terminal: Terminal = ctx.obj
    from agent.channels.sandbox_command import serve_sandbox  # noqa: PLC0415 - a web server

    serve_sandbox(terminal, data or terminal.settings().data_dir, port=port, reset=reset)
