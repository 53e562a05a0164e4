"""The command ``targo``: chat, one-shot questions, plans, journal, evaluations, the sandbox, the doctor.

Enters: the command line. Leaves: replies on the output, complaints on the error stream, an exit code that a script may
rely on. It carries messages and draws blocks, and decides nothing; in particular it approves only a named digest.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args

import click

from agent.channels.activity import Activity
from agent.channels.desk import EXIT_CODES, Desk, DeskGroup, failed_reply, reply_json
from agent.channels.draw import draw_reply
from agent.channels.front_door import FrontDoor
from agent.channels.lists import journal_block, journal_verdict, plans_block, systems_blocks
from agent.channels.words import Words, terminal_language
from agent.errors import TargoError
from agent.reply import Reply, Text
from agent.settings import EngineName, Settings

_HELP = Words(terminal_language())
_json = click.option("--json", "as_json", is_flag=True, help=_HELP.say("cli.opt_json"))
_user = click.option("--user", metavar="NAME", help=_HELP.say("cli.opt_user"))
_engine = click.option(
    "--engine", type=click.Choice(get_args(EngineName)), help=_HELP.say("cli.opt_engine")
)
_limit = click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help=_HELP.say("cli.opt_limit")
)


@click.group(
    cls=DeskGroup,
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
def chat(ctx: click.Context, engine: EngineName | None = None, user: str | None = None) -> None:
    """Talk at a prompt, or through a pipe where one end is no terminal."""
    desk: Desk = ctx.obj

    async def talk(agent: FrontDoor, settings: Settings) -> int:
        from agent.channels.talk import talk_at_prompt, talk_through_pipe

        at_prompt = sys.stdin.isatty() and sys.stdout.isatty()
        return await (talk_at_prompt if at_prompt else talk_through_pipe)(desk, agent, settings)

    ctx.exit(desk.with_agent(talk, user=user, engine=engine))


@main.command(help=_HELP.say("cli.ask"))
@click.argument("text")
@_json
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help=_HELP.say("cli.opt_today"))
@_engine
@_user
@click.pass_context
def ask(
    ctx: click.Context,
    text: str,
    as_json: bool,  # noqa: FBT001 - click passes it by name
    today: dt.datetime | None,
    engine: EngineName | None,
    user: str | None,
) -> None:
    """Say one message in the command line's own conversation, so that ``targo ask oui`` answers what waits there."""
    desk: Desk = ctx.obj

    async def say(agent: FrontDoor, _settings: Settings) -> int:
        conversation = f"cli:{(await agent.status()).user}"
        async with Activity(desk.err, desk.words.say("repl.thinking")) as activity:
            reply = await agent.say(
                _readable(text),
                conversation=conversation,
                today=today.date() if today else None,
                on_progress=activity.tell,
            )
        return _answer(desk, reply, as_json=as_json)

    try:
        ctx.exit(desk.with_agent(say, user=user, engine=engine))
    except TargoError as error:
        if as_json:
            desk.print_json(reply_json(failed_reply(desk.words.error(error), error, desk.words)))
        raise


@main.group(help=_HELP.say("cli.plans"))
def plans() -> None:
    """The plans."""


@plans.command("list", help=_HELP.say("cli.plans_list"))
@_limit
@_json
@_user
@click.pass_context
def list_plans(ctx: click.Context, limit: int, as_json: bool, user: str | None) -> None:  # noqa: FBT001
    """The last plans."""
    desk: Desk = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        found = agent.plans(limit)
        if as_json:
            fields = ("id", "status", "title", "created_at", "user", "digest")
            desk.print_json([{field: getattr(plan, field) for field in fields} for plan in found])
        else:
            desk.show(plans_block(found, desk.words))
        return 0

    ctx.exit(desk.with_agent(work, user=user))


@plans.command("show", help=_HELP.say("cli.plans_show"))
@click.argument("plan")
@_json
@_user
@click.pass_context
def show_plan(ctx: click.Context, plan: str, as_json: bool, user: str | None) -> None:  # noqa: FBT001
    """One plan."""
    desk: Desk = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        if as_json:
            desk.print_json(agent.plan_json(plan))
            return 0
        return _answer(desk, await agent.show(plan), as_json=False)

    ctx.exit(desk.with_agent(work, user=user))


@plans.command("approve", help=_HELP.say("cli.plans_approve"))
@click.argument("plan")
@click.option("--digest", help=_HELP.say("cli.opt_digest"))
@_json
@_user
@click.pass_context
def approve_plan(
    ctx: click.Context,
    plan: str,
    digest: str | None,
    as_json: bool,  # noqa: FBT001
    user: str | None,
) -> None:
    """Run a plan whose diff was seen: its digest is named, or it is shown here and now and confirmed."""
    desk: Desk = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        seen = digest or await _shown_and_confirmed(desk, agent, plan)
        async with Activity(desk.err, desk.words.say("repl.thinking")):
            reply = await agent.approve(plan, seen, conversation=f"cli:{(await agent.status()).user}")
        if as_json:
            desk.print_json({**agent.plan_json(plan), "reply": reply_json(reply)})
            return EXIT_CODES[reply.outcome]
        return _answer(desk, reply, as_json=False)

    ctx.exit(desk.with_agent(work, user=user))


@plans.command("reject", help=_HELP.say("cli.plans_reject"))
@click.argument("plan")
@click.option("--reason", help=_HELP.say("cli.opt_reason"))
@_json
@_user
@click.pass_context
def reject_plan(
    ctx: click.Context,
    plan: str,
    reason: str | None,
    as_json: bool,  # noqa: FBT001
    user: str | None,
) -> None:
    """Drop a waiting plan."""
    _one_reply(ctx, lambda agent: agent.reject(plan, reason), as_json=as_json, user=user)


@plans.command("undo", help=_HELP.say("cli.plans_undo"))
@click.argument("plan")
@_json
@_user
@click.pass_context
def undo_plan(ctx: click.Context, plan: str, as_json: bool, user: str | None) -> None:  # noqa: FBT001
    """Plan the reverse of a plan that ran."""
    _one_reply(ctx, lambda agent: agent.undo(plan), as_json=as_json, user=user)


@plans.command("resume", help=_HELP.say("cli.plans_resume"))
@_json
@_user
@click.pass_context
def resume_plans(ctx: click.Context, as_json: bool, user: str | None) -> None:  # noqa: FBT001
    """Take up what was cut short."""
    desk: Desk = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        replies = await agent.resume()
        if as_json:
            desk.print_json([reply_json(reply) for reply in replies])
        elif not replies:
            desk.show(Text(text=desk.words.say("plans.nothing_unfinished")))
        else:
            for reply in replies:
                draw_reply(reply, desk.out)
        return max((EXIT_CODES[reply.outcome] for reply in replies), default=0)

    ctx.exit(desk.with_agent(work, user=user))


@main.group(invoke_without_command=True, help=_HELP.say("cli.journal"))
@_limit
@_json
@_user
@click.pass_context
def journal(ctx: click.Context, limit: int, as_json: bool, user: str | None) -> None:  # noqa: FBT001
    """The last entries, unless they are to be verified."""
    if ctx.invoked_subcommand is not None:
        return
    desk: Desk = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        entries = agent.journal(limit)
        if as_json:
            fields = ("number", "at", "user", "kind", "summary", "hash")
            desk.print_json([{field: getattr(entry, field) for field in fields} for entry in entries])
        else:
            desk.show(journal_block(entries, desk.words))
        return 0

    ctx.exit(desk.with_agent(work, user=user))


@journal.command(help=_HELP.say("cli.journal_verify"))
@_json
@_user
@click.pass_context
def verify(ctx: click.Context, as_json: bool, user: str | None) -> None:  # noqa: FBT001
    """Check the chain; exit code 1 where it is broken."""
    desk: Desk = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        check = agent.verify_journal()
        if as_json:
            desk.print_json({"ok": check.ok, "entries": check.entries, "broken_at": check.broken_at})
        else:
            desk.show(journal_verdict(check, desk.words))
        return 0 if check.ok else 1

    ctx.exit(desk.with_agent(work, user=user))
