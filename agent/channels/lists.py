"""What the agent keeps, as blocks: plans, journal, systems, who is speaking, why it was understood so.

Enters: the front door's records. Leaves: the same blocks that a reply is made of, so that one drawing serves all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from agent.channels.front_door import JournalCheck, JournalEntry, PlanSummary, Status, SystemHealth
from agent.channels.words import Words
from agent.reply import AnyBlock, Fact, Facts, Reply, Table, Text, Tone

_TONES: dict[str, Tone] = {
    "waiting": "warning",
    "awaiting_cosigner": "warning",
    "stopped": "warning",
    "running": "warning",
    "accepted": "warning",
    "done": "good",
    "handed_over": "bad",
}


def plans_block(plans: Sequence[PlanSummary], words: Words) -> AnyBlock:
    """The plans, one a row; those that want someone's attention stand out."""
    if not plans:
        return Text(text=words.say("plans.none"))
    return Table(
        title=words.say("plans.title"),
        columns=[words.say(f"plans.{column}") for column in ("id", "at", "user", "what", "status")],
        rows=[
            [
                plan.id,
                words.moment(plan.created_at),
                plan.user,
                plan.title,
                words.named("status", plan.status),
            ]
            for plan in plans
        ],
        tones=[_TONES.get(plan.status, "plain") for plan in plans],
    )


def journal_block(entries: Sequence[JournalEntry], words: Words) -> AnyBlock:
    """The journal's entries, one a row."""
    if not entries:
        return Text(text=words.say("journal.none"))
    return Table(
        title=words.say("journal.title"),
        columns=[words.say(f"journal.{column}") for column in ("number", "at", "user", "kind", "summary")],
        rows=[_entry_row(entry, words) for entry in entries],
        numeric=[0],
    )


def _entry_row(entry: JournalEntry, words: Words) -> list[str]:
    kind = words.named("kinds", entry.kind)
    return [str(entry.number), words.moment(entry.at), entry.user, kind, _entry_summary(entry, words)]


def _entry_summary(entry: JournalEntry, words: Words) -> str:
    """The plan, and the words said, the reason given or the end reached."""
    status = entry.body.get("status")
    told = words.named("status", status) if isinstance(status, str) else ""
    told = told or str(entry.body.get("text") or entry.body.get("reason") or "")
    return " · ".join(part for part in (entry.plan, told) if part)


def journal_verdict(check: JournalCheck, words: Words) -> AnyBlock:
    """Whether the chain holds."""
    if check.ok:
        return Text(text=words.say("journal.intact", entries=check.entries), tone="good")
    return Text(text=words.say("journal.broken", number=check.broken_at), tone="bad")


def systems_blocks(systems: Sequence[SystemHealth], words: Words) -> list[AnyBlock]:
    """Each system on a row, then a sentence for each that has a problem or is set amiss."""
    columns = ("system", "served", "reachable", "user", "clock", "key")
    table = Table(
        title=words.say("doctor.title"),
        columns=[words.say(f"doctor.{column}") for column in columns],
        rows=[_system_row(health, words) for health in systems],
        tones=["bad" if health.problem is not None else "plain" for health in systems],
    )
    problems: list[AnyBlock] = [
        Text(text=words.error(health.problem), tone="bad") for health in systems if health.problem is not None
    ]
    amiss: list[AnyBlock] = [
        Text(text=words.say(f"doctor.advice.{one}"), tone="warning") for health in systems for one in health.advice
    ]
    return [table, *problems, *amiss]


def _system_row(health: SystemHealth, words: Words) -> list[str]:
    return [
        words.named("systems", health.system),
        health.url if health.real else words.say("doctor.demo"),
        words.say("doctor.yes" if health.reachable else "doctor.no"),
        words.say(f"doctor.{health.mode}") if health.mode else health.user,
        words.moment(health.clock),
        f"…{health.key}" if health.key else "",
    ]


def who_block(status: Status, words: Words) -> AnyBlock:
    """Who speaks, to what, understood by whom."""
    return Facts(
        title=words.say("who.title"),
        facts=[
            Fact(label=words.say("who.user"), value=status.user),
            Fact(label=words.say("who.record"), value=words.named("systems", status.system_of_record)),
            Fact(label=words.say("who.engine"), value=status.engine),
            Fact(label=words.say("who.language"), value=status.language or words.say("commands.lang_auto")),
            Fact(label=words.say("who.waiting"), value=status.waiting or words.say("who.nobody")),
        ],
    )


def why_block(reply: Reply | None, words: Words) -> AnyBlock:
    """How the last message was understood, by which engine, and the reasons that it gave."""
    if reply is None:
        return Text(text=words.say("commands.why_nothing"))
    facts = [Fact(label=words.say("why.engine"), value=reply.engine)]
    facts += [
        Fact(label=words.say("why.action"), value=json.dumps(action, ensure_ascii=False)) for action in reply.actions
    ]
    facts += [Fact(label=words.say("why.because"), value=reason) for reason in reply.reading]
    if reply.code:
        facts.append(Fact(label=words.say("why.code"), value=reply.code))
    return Facts(title=words.say("why.title"), facts=facts)
