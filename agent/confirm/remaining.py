"""What a plan that was handed over leaves to a person: the very calls, forward or back.

Enters: the plan and its receipts. Leaves: steps as data, in the order in which they are to be made. Wording is others'
business, and nothing is asked of any system here: what is unknown has to be looked at first, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.confirm.plan import Plan
from agent.confirm.steps import ReceiptResult, Step
from agent.store import Receipt, ReceiptState, made_by


@dataclass(frozen=True)
class Remaining:
    """One call to check or to make. ``number`` is the plan's step that it is, or that it takes back."""

    number: int
    step: Step
    state: ReceiptState | Literal["not_run"]


def remaining(plan: Plan, receipts: Sequence[Receipt]) -> list[Remaining]:
    """The reversals that are missing where the plan had turned back, else the steps that are.

    A plan that did what cannot be taken back does not turn back: what is missing of it is still to be done.
    """
    results = made_by(receipts)
    done = {receipt.step: receipt for receipt in receipts if receipt.direction == "do"}
    reverted = {receipt.step: receipt.state for receipt in receipts if receipt.direction == "revert"}
    if any(receipt.state == "failed" for receipt in done.values()) and (reverted or not standing(plan, receipts)):
        return _backward(plan, done, reverted, results)
    return [
        Remaining(number, step.bound(number, results), done[number].state if number in done else "not_run")
        for number, step in enumerate(plan.steps, start=1)
        if number not in done or done[number].state != "confirmed"
    ]


def standing(plan: Plan, receipts: Iterable[Receipt]) -> list[int]:
    """The steps that were done, or promised, and cannot be taken back."""
    known = list(receipts)
    results = made_by(known)
    return [
        one.step
        for one in known
        if one.direction == "do"
        and one.state in ("confirmed", "accepted")
        and plan.steps[one.step - 1].bound(one.step, results).inverse(one.result, compensating=True) is None
    ]


def _backward(
    plan: Plan, done: dict[int, Receipt], reverted: dict[int, ReceiptState], results: Mapping[int, ReceiptResult]
) -> list[Remaining]:
    return [
        Remaining(number, back, reverted.get(number, "not_run"))
        for number, step in reversed(list(enumerate(plan.steps, start=1)))
        if number in done and done[number].state in ("confirmed", "accepted") and reverted.get(number) != "confirmed"
        for back in step.bound(number, results).inverse(done[number].result, compensating=True) or []
    ]
