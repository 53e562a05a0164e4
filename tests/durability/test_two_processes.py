"""Several processes at one plan: exactly one runs it, and the world sees every effect once."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from durable_child import PATIENCE_SECONDS, Children, approves_at_the_signal, resumes
from durable_company import Outside, open_agent, planned, settings_for
from durable_ends import Records, assert_once

ROUNDS = 6
CUSTOMER = "C-10002"
Heard = tuple[str, str]


def heard(line: Connection) -> object:
    assert line.poll(PATIENCE_SECONDS), "a child says nothing"
    return line.recv()


def together(children: Children, outside: Outside, folder: Path, plan: tuple[str, str], count: int) -> list[Heard]:
    """What each of several children was told that approved the plan at the same moment."""
    return at_once(children, outside, folder, [plan] * count)


def at_once(children: Children, outside: Outside, folder: Path, plans: Sequence[tuple[str, str]]) -> list[Heard]:
    """What each child was told that approved a plan of its own, all at the same moment."""
    lines = []
    for plan in plans:
        ours, theirs = children.pipe()
        children.start(approves_at_the_signal, outside.url, folder, plan, theirs)
        lines.append(ours)
    assert [heard(line) for line in lines] == ["ready"] * len(plans)
    for line in lines:
        line.send("go")
    return [heard(line) for line in lines]  # type: ignore[misc]


@pytest.mark.parametrize("count", [2, 4])
async def test_a_plan_approved_by_several_processes_at_once_runs_once(
    outside: Outside, folder: Path, children: Children, count: int
) -> None:
    for number in range(1, ROUNDS + 1):
        since = outside.last_effect()
        plan = await planned(settings_for(outside.url, folder), f"add a note to {CUSTOMER}: round {number}")
        replies = together(children, outside, folder, plan, count)
        assert sorted(replies) == [("answered", "")] + [("refused", "plan_not_waiting")] * (count - 1)
        (effect,) = outside.effects(since)
        assert effect["detail"]["agent_step"] == f"{plan[0]}/1"
    records = Records(folder)
    assert {records.end(row) for row in records.rows} == {"done"}


async def test_a_suspension_approved_by_two_processes_at_once_is_made_once(
    outside: Outside, folder: Path, children: Children
) -> None:
    plan = await planned(settings_for(outside.url, folder), "Suspend C-10007 for non-payment")
    replies = together(children, outside, folder, plan, 2)
    assert ("answered", "") in replies
    assert {code for outcome, code in replies if outcome == "refused"} <= {"plan_not_waiting", "plan_is_stale"}
    assert len(replies) == 2
    assert Records(folder).end() == "done"
    assert len(outside.effects()) == 4
    assert_once(outside.effects())


async def planned_apart(outside: Outside, folder: Path, *texts: str) -> list[tuple[str, str]]:
    """What each of several people saw who asked at the same time, each in a conversation of his own."""
    found = []
    async with open_agent(settings_for(outside.url, folder)) as agent:
        for number, text in enumerate(texts):
            plan = (await agent.say(text, conversation=f"of {number}")).plan
            assert plan is not None
            found.append((plan.id, plan.digest))
    return found


async def test_two_payments_approved_at_once_by_two_processes_are_seen_by_each_other(
    outside: Outside, folder: Path, children: Children
) -> None:
    for _round in range(3):
        since = outside.last_effect()
        text = "record a payment of $10.00 from C-10003 by cheque"
        plans = await planned_apart(outside, folder, text, text)
        replies = at_once(children, outside, folder, plans)
        assert sorted(replies) == [("answered", ""), ("plan", "plan_is_stale")]
        paid = [one for one in outside.effects(since) if one["verb"] == "insert"]
        assert len(paid) == 1


async def test_two_suspensions_approved_at_once_by_two_processes_are_one(
    outside: Outside, folder: Path, children: Children
) -> None:
    plans = await planned_apart(outside, folder, *2 * ["Suspend C-10007 for non-payment"])
    replies = at_once(children, outside, folder, plans)
    assert sorted(replies) == [("answered", ""), ("refused", "plan_is_stale")]
    assert len(outside.effects()) == 4
    assert sorted(row.status for row in Records(folder).rows) == ["done", "stale"]
    assert_once(outside.effects())


async def test_resuming_while_another_process_runs_changes_nothing(
    outside: Outside, folder: Path, children: Children
) -> None:
    plan = await planned(settings_for(outside.url, folder), "Suspend C-10018 for non-payment")
    outside.breaks({"kind": "latency", "latency_ms": 2000}, method="PUT", path="/hub/", times=1)
    ours, theirs = children.pipe()
    children.start(approves_at_the_signal, outside.url, folder, plan, theirs)
    assert heard(ours) == "ready"
    ours.send("go")
    while not outside.fired():
        assert not ours.poll(0.01)
    assert children.runs(resumes, outside.url, folder, 0.0) == 0
    assert heard(ours) == ("answered", "")
    assert Records(folder).end() == "done"
    assert len(outside.effects()) == 3


async def test_a_worker_that_is_slower_than_its_lease_does_not_lose_its_plan(
    outside: Outside, folder: Path, children: Children
) -> None:
    plan = await planned(settings_for(outside.url, folder), "Suspend C-10018 for non-payment")
    outside.breaks({"kind": "latency", "latency_ms": 1500}, method="PUT", path="/hub/", times=1)
    ours, theirs = children.pipe()
    children.start(approves_at_the_signal, outside.url, folder, plan, theirs, 0.5)
    assert heard(ours) == "ready"
    ours.send("go")
    while not outside.fired():
        assert not ours.poll(0.01)
    assert not ours.poll(0.8), "the answer was to come later"
    assert children.runs(resumes, outside.url, folder, 0.0) == 0
    assert heard(ours) == ("answered", "")
    records = Records(folder)
    assert records.end() == "done"
    assert "taken_over" not in [entry.kind for entry in records.entries]


async def test_a_worker_that_was_overtaken_writes_no_more(outside: Outside, folder: Path, children: Children) -> None:
    plan = await planned(settings_for(outside.url, folder), "Suspend C-10018 for non-payment")
    outside.breaks({"kind": "timeout_before", "hold_seconds": 3}, method="PUT", path="/hub/", times=1)
    ours, theirs = children.pipe()
    children.start(approves_at_the_signal, outside.url, folder, plan, theirs)
    assert heard(ours) == "ready"
    ours.send("go")
    while not outside.fired():
        assert not ours.poll(0.01)
    # A clock that has run ahead: to this process the lease is over.
    assert children.runs(resumes, outside.url, folder, 3600.0) == 0
    assert Records(folder).end() == "done"
    assert len(outside.effects()) == 3
    assert heard(ours) == ("refused", "lease_lost")
    assert len(outside.effects()) == 3
    assert Records(folder).end() == "done"
