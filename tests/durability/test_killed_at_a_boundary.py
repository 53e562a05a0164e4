"""A process killed (SIGKILL) at each boundary of each step of a suspension; a second one resumes.

The judge is the sandbox's own record: nothing twice, nothing half, and the journal tells which end it was.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from durable_child import Boundary, Children, Waiting, approves, resumes
from durable_company import Outside, Standing, planned, settings_for
from durable_ends import Records, assert_whole

from agent.confirm.execute import LEASE_SECONDS

ONE_PORT, TWO_PORTS, TWELVE_PORTS = "C-10018", "C-10007", "C-10015"
STEPS = {ONE_PORT: 3, TWO_PORTS: 4, TWELVE_PORTS: 14}
LATER = LEASE_SECONDS + 1


def boundaries(customer: str) -> list[Boundary]:
    """Every instant at which a run can be cut: around each step, before the first and after the last."""
    of_steps = [
        (step, "do", state)
        for step in range(1, STEPS[customer] + 1)
        for state in ("reserved", "sent", "answered", "confirmed")
    ]
    return [(0, "do", "claimed"), *of_steps, (0, "do", "ended")]


# The second port and the twelve repeat what the first has shown: there the cuts that differ in what is left.
CUTS = [
    *((ONE_PORT, cut) for cut in boundaries(ONE_PORT)),
    *((TWO_PORTS, (step, "do", state)) for step in (2, 3) for state in ("sent", "answered", "confirmed")),
    *((TWELVE_PORTS, cut) for cut in boundaries(TWELVE_PORTS)[6::17]),
]


def suspended(standing: Standing) -> bool:
    return bool(standing.suspension["is_suspended"]) and not any(standing.ports.values())


async def suspension(outside: Outside, folder: Path, customer: str = ONE_PORT) -> Waiting:
    return await planned(settings_for(outside.url, folder), f"Suspend {customer} for non-payment")


@pytest.mark.parametrize(("customer", "cut"), CUTS)
async def test_a_suspension_cut_at_any_boundary_is_done_once(
    outside: Outside, folder: Path, children: Children, customer: str, cut: Boundary
) -> None:
    before = outside.standing(customer)
    plan = await suspension(outside, folder, customer)
    assert children.dies_at(cut, outside.url, folder, plan)
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    records, after = Records(folder), outside.standing(customer)
    assert records.end() == "done"
    assert_whole("done", records.row, outside.effects(), before, after)
    assert suspended(after)
    assert len(after.comments) == len(before.comments) + 1


@pytest.mark.parametrize("call", [(1, "PUT", "Customer"), (2, "PUT", "/hub/"), (3, "POST", "Comment")])
@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before"])
async def test_a_process_killed_while_it_waits_for_an_answer_leaves_nothing_half(
    outside: Outside, folder: Path, children: Children, call: tuple[int, str, str], fault: str
) -> None:
    step, method, path = call
    before = outside.standing(ONE_PORT)
    plan = await suspension(outside, folder)
    outside.breaks({"kind": fault}, method=method, path=path, times=1)
    child = children.start(approves, outside.url, folder, plan)
    taken = step if fault == "timeout_after" else step - 1
    assert children.is_killed_when(child, lambda: bool(outside.fired()) and len(outside.effects()) == taken)
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    records, after = Records(folder), outside.standing(ONE_PORT)
    assert records.end() == "done"
    assert_whole("done", records.row, outside.effects(), before, after)
    assert suspended(after)


@pytest.mark.parametrize("cut", boundaries(ONE_PORT)[3:-1:2])
async def test_a_port_that_a_colleague_switched_after_the_cut_stays_as_he_left_it(
    outside: Outside, folder: Path, children: Children, cut: Boundary
) -> None:
    before = outside.standing(ONE_PORT)
    assert children.dies_at(cut, outside.url, folder, await suspension(outside, folder))
    ((port, enabled),) = outside.standing(ONE_PORT).ports.items()
    outside.switches(port, enabled=not enabled, key="by hand")
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    records, after = Records(folder), outside.standing(ONE_PORT)
    settled = cut[0] == 3 or cut == (2, "do", "confirmed")
    assert records.end() == ("done" if settled else "compensated")
    assert bool(after.suspension["is_suspended"]) is settled
    assert after.ports == {port: not enabled}
    assert len(after.comments) - len(before.comments) == int(settled)


@pytest.mark.parametrize("cut", boundaries(ONE_PORT)[2:-1])
async def test_a_suspension_that_cannot_be_finished_after_the_cut_is_reverted(
    outside: Outside, folder: Path, children: Children, cut: Boundary
) -> None:
    before = outside.standing(ONE_PORT)
    assert children.dies_at(cut, outside.url, folder, await suspension(outside, folder))
    outside.breaks({"kind": "status", "status": 403}, method="POST", path="Comment")
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    records, after = Records(folder), outside.standing(ONE_PORT)
    took = cut in ((3, "do", "answered"), (3, "do", "confirmed"))
    assert records.end() == ("done" if took else "compensated")
    assert_whole(records.end(), records.row, outside.effects(), before, after)


@pytest.mark.parametrize("step", [2, 1])
@pytest.mark.parametrize("state", ["reserved", "sent", "answered", "confirmed"])
async def test_a_reversal_that_is_cut_is_finished(
    outside: Outside, folder: Path, children: Children, step: int, state: str
) -> None:
    before = outside.standing(ONE_PORT)
    plan = await suspension(outside, folder)
    outside.breaks({"kind": "status", "status": 403}, method="POST", path="Comment")
    assert children.dies_at((step, "revert", state), outside.url, folder, plan)
    assert children.runs(resumes, outside.url, folder, LATER) == 0
    records = Records(folder)
    assert records.end() == "compensated"
    assert_whole("compensated", records.row, outside.effects(), before, outside.standing(ONE_PORT))


async def test_a_resumer_that_is_killed_too_changes_nothing(outside: Outside, folder: Path, children: Children) -> None:
    assert children.dies_at((2, "do", "answered"), outside.url, folder, await suspension(outside, folder))
    outside.breaks({"kind": "timeout_before"}, method="GET", path="/hub/", times=1)
    child = children.start(resumes, outside.url, folder, LATER)
    assert children.is_killed_when(child, lambda: outside.fired() == 1)
    assert children.runs(resumes, outside.url, folder, 2 * LATER) == 0
    records = Records(folder)
    assert records.end() == "done"
    assert len(outside.effects()) == 3
    assert suspended(outside.standing(ONE_PORT))


async def test_a_plan_whose_lease_still_runs_is_left_alone(outside: Outside, folder: Path, children: Children) -> None:
    assert children.dies_at((1, "do", "confirmed"), outside.url, folder, await suspension(outside, folder))
    made = outside.effects()
    assert children.runs(resumes, outside.url, folder, 0.0) == 0
    assert Records(folder).row.status == "running"
    assert outside.effects() == made


@pytest.mark.parametrize("state", ["reserved", "sent", "accepted"])
async def test_a_restart_that_is_cut_happens_once(
    outside: Outside, folder: Path, children: Children, state: str
) -> None:
    plan = await planned(settings_for(outside.url, folder), f"reboot the router of {ONE_PORT}")
    assert children.dies_at((1, "do", state), outside.url, folder, plan)
    for later in (1, 2):
        assert children.runs(resumes, outside.url, folder, later * LATER) == 0
        outside.lets_pass(minutes=1)
    assert Records(folder).end() == "done"
    (effect,) = outside.effects()
    assert effect["detail"]["unique_key"] == f"{plan[0]}/1"
