"""Approving: bound to one plan and its digest, in time, by someone who may, and only if the world has not moved.

Before anything runs the plan is made again from the world as it is now: only if that gives the very same digest is
the plan claimed (compare-and-swap) and run. Otherwise nothing runs and the fresh plan is there to be shown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from agent.confirm.execute import Executor, Watcher, unwatched
from agent.confirm.plan import Plan
from agent.errors import PlanExpired, PlanIsStale, PlanNotFound, PlanNotWaiting
from agent.store import PlanRow, PlanStatus

Replan = Callable[[Plan], Awaitable[Plan | None]]
"""Make a plan again over the world as it is; None where nothing is left to plan (done by someone else)."""


@dataclass(frozen=True)
class Approval:
    """The gate below every engine: nothing else starts a plan."""

    executor: Executor
    now: Callable[[], float]

    def plan(self, plan_id: str) -> tuple[PlanRow, Plan]:
        """The stored plan; raises ``PlanNotFound``."""
        row = self.executor.store.plan(plan_id)
        if row is None:
            raise PlanNotFound(f"There is no plan {plan_id}.", plan=plan_id)
        return row, Plan.model_validate_json(row.body)

    def waiting(self, plan_id: str, digest: str) -> Plan:
        """The plan, if it waits, is the one that was shown, and has not expired."""
        row, plan = self.plan(plan_id)
        if row.status != "waiting":
            raise PlanNotWaiting(f"Plan {plan_id} is {row.status}.", plan=plan_id, status=row.status)
        if digest != row.digest or plan.digest != row.digest:
            raise PlanIsStale(f"Plan {plan_id} is not the one that was shown.", plan=plan_id, fresh=None)
        if row.expires_at <= self.now():
            self._settle(plan, "expired", user=plan.user)
            raise PlanExpired(f"Plan {plan_id} has expired.", plan=plan_id)
        return plan

    async def approve(self, plan: Plan, *, user: str, replan: Replan, watch: Watcher = unwatched) -> PlanStatus:
        """Check again, claim, run; raises ``PlanIsStale`` with the fresh plan in ``facts['fresh']``."""
        fresh = await replan(plan)
        if fresh is None or fresh.digest != plan.digest:
            self._settle(plan, "stale", user=user)
            raise PlanIsStale(f"The world has moved since plan {plan.id} was shown.", plan=plan.id, fresh=fresh)
        fence = self.executor.claim(plan, approved_by=user)
        if fence is None:
            raise PlanNotWaiting(f"Plan {plan.id} is run by someone else.", plan=plan.id, status="running")
        return await self.executor.run(plan, fence, watch=watch)

    def reject(self, plan_id: str, *, user: str, reason: str | None) -> Plan:
        """Drop a waiting plan; raises ``PlanNotFound`` or ``PlanNotWaiting``."""
        row, plan = self.plan(plan_id)
        with self.executor.store.transaction():
            if not self.executor.store.settle(plan_id, expected="waiting", status="rejected"):
                raise PlanNotWaiting(f"Plan {plan_id} is {row.status}.", plan=plan_id, status=row.status)
            self.executor.journal.write("rejected", user=user, plan=plan_id, body={"reason": reason or ""})
        return plan

    def _settle(self, plan: Plan, status: Literal["stale", "expired"], *, user: str) -> None:
        with self.executor.store.transaction():
            if self.executor.store.settle(plan.id, expected="waiting", status=status):
                self.executor.journal.write(status, user=user, plan=plan.id, body={"digest": plan.digest})
