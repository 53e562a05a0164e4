"""Taking back a plan that ran: its steps' inverses, the last first, as a new plan with its own diff and approval."""

from __future__ import annotations

from collections.abc import Sequence

from agent.clients.systems import Systems
from agent.confirm.plan import Draft, Plan
from agent.confirm.steps import Note, Step, as_steps
from agent.errors import PlanIsStale, PlanNotWaiting
from agent.store import PlanRow, Receipt, made_by


async def draft_undo(plan: Plan, row: PlanRow, receipts: Sequence[Receipt], systems: Systems) -> Draft:
    """What taking a plan back would change.

    Raises ``PlanNotWaiting`` for a plan that did not run or was taken back already or cannot be, ``PlanIsStale``
    where the world no longer is as the plan left it: undoing would then undo someone else's work.
    """
    if row.status not in ("done", "accepted", "stopped") or row.undone_by:
        status = "undone" if row.undone_by else row.status
        raise PlanNotWaiting(f"Plan {plan.id} is {status}: nothing to take back.", plan=plan.id, status=status)
    if any(one.state == "accepted" and plan.steps[one.step - 1].holds for one in receipts):
        # Its later steps still wait: they would run after it was taken back.
        raise PlanNotWaiting(f"Plan {plan.id} is not confirmed yet.", plan=plan.id, status="accepted")
    results = made_by(receipts)
    steps: list[Step] = []
    lasting: list[str] = []
    # Of a plan that was stopped, what it did; of any other that is all of it.
    taken = {one.step for one in receipts if one.direction == "do" and one.state in ("confirmed", "accepted")}
    for number, step in reversed(list(enumerate(plan.steps, start=1))):
        if number not in taken:
            continue
        inverse = step.bound(number, results).inverse(results.get(number, {}), compensating=False)
        if inverse is None:
            lasting.append(step.label)
        else:
            steps += inverse
    if not steps:
        raise PlanNotWaiting(f"Plan {plan.id} cannot be taken back.", plan=plan.id, status="irreversible")
    # What is only accepted at first is asked for first: the rest relies on it.
    steps.sort(key=lambda back: not back.holds)
    # A record that is taken back in several steps is as the plan left it for the first of them only.
    for back in {(back.system, back.target()): back for back in reversed(steps)}.values():
        if not await back.as_shown(systems):
            raise PlanIsStale(
                f"{back.target()} is no longer as plan {plan.id} left it.",
                plan=plan.id,
                target=back.target(),
                fresh=None,
            )
    return Draft(
        title=Note(key="undo.title", facts={"plan": plan.id, "titles": [note.model_dump() for note in plan.titles]}),
        done=Note(key="undo.done", facts={"plan": plan.id}),
        steps=as_steps(steps),
        divisible=plan.divisible,
        warnings=[Note(key="undo.lasting", facts={"labels": lasting})] if lasting else [],
        customer=plan.customers[0] if plan.customers else None,
    )
