"""The commands about what the agent keeps: ``targo plans ...`` and ``targo journal``.

Enters: a plan's name and, to run it, the digest of the diff that was seen. Leaves: what became of it, drawn or as JSON,
and an exit code. Nothing is approved without its digest: named, or of the diff shown here a moment ago.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from operator import attrgetter

import click

from agent.channels.activity import Activity
from agent.channels.draw import draw_reply
from agent.channels.front_door import FrontDoor
from agent.channels.lists import journal_block, journal_verdict, plans_block
from agent.channels.terminal import EXIT_CODES, Terminal, reply_json
from agent.channels.words import Words, terminal_language
from agent.errors import PlanNotWaiting
from agent.reply import Reply, Text
from agent.settings import Settings

_HELP = Words(terminal_language())
_PLAN_FIELDS = ("id", "status", "title", "created_at", "user", "digest")
_ENTRY_FIELDS = ("number", "at", "user", "kind", "plan", "body", "hash")
_json = click.option("--json", "as_json", is_flag=True, help=_HELP.say("cli.opt_json"))
_user = click.option("--user", metavar="NAME", help=_HELP.say("cli.opt_user"))
_limit = click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help=_HELP.say("cli.opt_limit"))


@click.group(help=_HELP.say("cli.plans"))
def plans() -> None:
    """The plans."""


@plans.command("list", help=_HELP.say("cli.plans_list"))
@_limit
@_json
@_user
@click.pass_context
def list_plans(ctx: click.Context, *, limit: int, as_json: bool, user: str | None) -> None:
    """The last plans."""
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        await _caught_up(terminal, agent)
        found = agent.plans(limit)
        if as_json:
            terminal.print_json([_as_dict(plan, _PLAN_FIELDS) for plan in found])
        else:
            terminal.show(plans_block(found, terminal.words))
        return 0

    ctx.exit(terminal.with_agent(work, user=user))


@plans.command("show", help=_HELP.say("cli.plans_show"))
@click.argument("plan")
@_json
@_user
@click.pass_context
def show_plan(ctx: click.Context, *, plan: str, as_json: bool, user: str | None) -> None:
    """One plan."""
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        await _caught_up(terminal, agent)
        if as_json:
            terminal.print_json(agent.plan_json(plan))
            return 0
        return terminal.answer(await agent.show(plan))

    ctx.exit(terminal.with_agent(work, user=user))


@plans.command("approve", help=_HELP.say("cli.plans_approve"))
@click.argument("plan")
@click.option("--digest", help=_HELP.say("cli.opt_digest"))
@_json
@_user
@click.pass_context
def approve_plan(
    ctx: click.Context,
    *,
    plan: str,
    digest: str | None,
    as_json: bool,
    user: str | None,
) -> None:
    """Run a plan whose diff was seen: its digest is named, or it is shown here and now and confirmed."""
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        seen = digest or await _shown_and_confirmed(terminal, agent, plan)
        try:
            async with Activity(terminal.err, terminal.words.say("repl.thinking")) as activity:
                reply = await agent.approve(plan, seen, on_progress=activity.tell)
        except asyncio.CancelledError:
            return await _left(terminal, agent, plan, as_json=as_json)
        if as_json:
            terminal.print_json({**agent.plan_json(plan), "reply": reply_json(reply)})
            return EXIT_CODES[reply.outcome]
        return terminal.answer(reply)

    ctx.exit(terminal.with_agent(work, user=user))


@plans.command("reject", help=_HELP.say("cli.plans_reject"))
@click.argument("plan")
@click.option("--reason", help=_HELP.say("cli.opt_reason"))
@_json
@_user
@click.pass_context
def reject_plan(
    ctx: click.Context,
    *,
    plan: str,
    reason: str | None,
    as_json: bool,
    user: str | None,
) -> None:
    """Drop a waiting plan."""
    _one_reply(ctx, lambda agent: agent.reject(plan, reason), as_json=as_json, user=user)


@plans.command("undo", help=_HELP.say("cli.plans_undo"))
@click.argument("plan")
@_json
@_user
@click.pass_context
def undo_plan(ctx: click.Context, *, plan: str, as_json: bool, user: str | None) -> None:
    """Plan the reverse of a plan that ran."""
    _one_reply(ctx, lambda agent: agent.undo(plan), as_json=as_json, user=user)


@plans.command("resume", help=_HELP.say("cli.plans_resume"))
@click.argument("plan", required=False)
@_json
@_user
@click.pass_context
def resume_plans(ctx: click.Context, *, plan: str | None, as_json: bool, user: str | None) -> None:
    """Take up what was cut short, what somebody stopped included."""
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        try:
            async with Activity(terminal.err, terminal.words.say("repl.thinking")) as activity:
                replies = await agent.resume(plan, stopped=True, on_progress=activity.tell)
        except asyncio.CancelledError:
            if plan is None:
                raise
            return await _left(terminal, agent, plan, as_json=as_json)
        if as_json:
            terminal.print_json([reply_json(reply) for reply in replies])
        elif not replies:
            terminal.show(Text(text=terminal.words.say("plans.nothing_unfinished")))
        else:
            for reply in replies:
                draw_reply(reply, terminal.out)
        return max((EXIT_CODES[reply.outcome] for reply in replies), default=0)

    ctx.exit(terminal.with_agent(work, user=user))


@click.group(invoke_without_command=True, help=_HELP.say("cli.journal"))
@_limit
@_json
@_user
@click.pass_context
def journal(ctx: click.Context, *, limit: int, as_json: bool, user: str | None) -> None:
    """The last entries, unless they are to be verified."""
    if ctx.invoked_subcommand is not None:
        return
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        entries = agent.journal(limit)
        if as_json:
            terminal.print_json([_as_dict(entry, _ENTRY_FIELDS) for entry in entries])
        else:
            terminal.show(journal_block(entries, terminal.words))
        return 0

    ctx.exit(terminal.with_agent(work, user=user))


@journal.command(help=_HELP.say("cli.journal_verify"))
@_json
@_user
@click.pass_context
def verify(ctx: click.Context, *, as_json: bool, user: str | None) -> None:
    """Check the chain; exit code 1 where it is broken."""
    terminal: Terminal = ctx.obj

    async def work(agent: FrontDoor, _settings: Settings) -> int:
        check = agent.verify_journal()
        if as_json:
            terminal.print_json({"ok": check.ok, "entries": check.entries, "broken_at": check.broken_at})
        else:
            terminal.show(journal_verdict(check, terminal.words))
        return 0 if check.ok else 1

    ctx.exit(terminal.with_agent(work, user=user))


def _one_reply(
    ctx: click.Context,
    work: Callable[[FrontDoor], Awaitable[Reply]],
    *,
    as_json: bool,
    user: str | None,
) -> None:
    """Ask the agent one thing, print its reply, leave with its code."""
    terminal: Terminal = ctx.obj

    async def ask(agent: FrontDoor, _settings: Settings) -> int:
        return terminal.answer(await work(agent), as_json=as_json)

    ctx.exit(terminal.with_agent(ask, user=user))


async def _shown_and_confirmed(terminal: Terminal, agent: FrontDoor, plan: str) -> str:
    """Show the plan and ask whoever sits there: its digest. Without someone there, a digest has to be named."""
    if not terminal.is_attended:
        raise click.UsageError(terminal.words.say("plans.need_digest", plan=plan))
    shown = await agent.show(plan)
    draw_reply(shown, terminal.out)
    if shown.plan is None:
        raise PlanNotWaiting(f"Plan {plan} does not wait for an approval.", plan=plan)
    click.confirm(terminal.words.say("plans.confirm"), abort=True)
    return shown.plan.digest


async def _left(terminal: Terminal, agent: FrontDoor, plan: str, *, as_json: bool) -> int:
    """Ctrl-C: say where the plan stands once its step under way is over. A second Ctrl-C does not wait for that."""
    terminal.answer(await agent.standing(plan), as_json=as_json)
    return 1


async def _caught_up(terminal: Terminal, agent: FrontDoor) -> None:
    """Ask what has become of what was only promised, and say so on the error stream: a list is not mixed with it."""
    if news := await agent.catch_up():
        draw_reply(news, terminal.err)


def _as_dict(record: object, fields: tuple[str, ...]) -> dict[str, object]:
    return dict(zip(fields, attrgetter(*fields)(record), strict=True))
