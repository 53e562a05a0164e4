"""What this agent did, by its own records: the plans that ran, for whom, when.

Enters: the store. Leaves: data, the newest first; nothing that was shown or said in confidence, only a plan's titles.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from agent.confirm.plan import Plan
from agent.confirm.steps import Note
from agent.store import PlanRow, PlanStatus, Store

_RAN: tuple[PlanStatus, ...] = ("done", "accepted", "stopped", "compensated", "handed_over")


@dataclass(frozen=True)
class Deed:
    """One plan that ran. ``at`` is UTC."""

    at: dt.datetime
    plan: str
    titles: tuple[Note, ...]
    user: str
    status: str
    undone: bool
    customer: str
    """Whom it concerned first; empty where it was nobody in particular."""


def deeds(store: Store, *, customer: str | None, limit: int) -> list[Deed]:
    """The newest plans that ran, those of one customer where one is given."""
    mentioning = json.dumps(customer) if customer else ""
    return [_deed(row) for row in store.plans(status=_RAN, mentioning=mentioning, limit=limit)]


def _deed(row: PlanRow) -> Deed:
    plan = Plan.model_validate_json(row.body)
    return Deed(
        at=dt.datetime.fromtimestamp(row.ended_at or row.created_at, dt.UTC),
        plan=row.id,
        titles=tuple(plan.titles),
        user=row.approved_by or row.user,
        status=row.status,
        undone=bool(row.undone_by),
        customer=plan.customers[0] if plan.customers else "",
    )
