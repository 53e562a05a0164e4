"""Approving: bound to one plan and its digest, in time, by someone who may, and only if the world has not moved.

Before anything runs the plan is made again from the world as it is now: only if that gives the very same digest is
the plan claimed (compare-and-swap) and run. Otherwise nothing runs and the fresh plan is there to be shown. A plan
that takes two people waits after the first of them, and is checked again for the second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, get_args

from agent.confirm.execute import Executor, Stop, Watcher, unwatched
from agent.confirm.plan import Plan
from agent.errors import PlanExpired, PlanIsStale, PlanNotFound, PlanNotWaiting, SameApprover
from agent.policy import Second
from agent.store import PlanRow, PlanStatus

Replan = Callable[[Plan], Awaitable[Plan | None]]
"""Make a plan again over the world as it is; None where nothing is left to plan (done by someone else)."""
Waits = Literal["waiting", "awaiting_cosigner"]
"""What a plan may be when it is approved: nobody has yet, or one of two has."""
_TURNS, _TURN_SECONDS = 25, 0.2
"""How often, and how far apart, a plan whose customer another plan is busy with is tried."""


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

    def waiting(self, plan_id: str, digest: str) -> tuple[Waits, Plan]:
        """The plan, if it waits, is the one that was shown, and has not expired; and for which approval."""
        row, plan = self.plan(plan_id)
        if row.status not in ("waiting", "awaiting_cosigner"):
            raise PlanNotWaiting(f"Plan {plan_id} is {row.status}.", plan=plan_id, status=row.status)
        if digest != row.digest or plan.digest != row.digest:
            raise PlanIsStale(f"Plan {plan_id} is not the one that was shown.", plan=plan_id, fresh=None)
        waits: Waits = "waiting" if row.status == "waiting" else "awaiting_cosigner"
        if row.expires_at <= self.now():
            self._settle(plan, "expired", user=plan.user, expected=waits)
            raise PlanExpired(f"Plan {plan_id} has expired.", plan=plan_id)
        return waits, plan

    def check_other(self, plan: Plan, *, user: str, second: Second | None) -> None:
        """Raise ``SameApprover`` for who gave the first of two approvals already."""
        if any(one.user == user for one in self.executor.store.approvals(plan.id)):
            roles = list(second.roles) if second else []
            raise SameApprover(f"{user} has approved plan {plan.id} already.", plan=plan.id, user=user, roles=roles)

    async def approve_first(self, plan: Plan, *, user: str, second: Second, replan: Replan) -> Plan:
        """The first of two approvals: nothing runs, the plan waits for the other person; raises ``PlanIsStale``."""
        await self._unmoved(plan, user=user, replan=replan, expected="waiting")
        waiting = plan.model_copy(update={"expires_at": self.now() + 3600 * second.within_hours})
        with self.executor.store.transaction():
            if not self.executor.store.approve_first(
                plan.id,
                digest=plan.digest,
                user=user,
                body=waiting.model_dump_json(),
                expires_at=waiting.expires_at,
            ):
                raise self._taken(plan)
            body = {"digest": plan.digest, "second_by": list(second.roles)}
            self.executor.journal.write("approved_first", user=user, plan=plan.id, body=body)
        return waiting

    async def approve(
        self,
        plan: Plan,
        *,
        user: str,
        replan: Replan,
        waits: Waits = "waiting",
        watch: Watcher = unwatched,
        stop: Stop | None = None,
    ) -> PlanStatus:
        """Check again, claim, run; raises ``PlanIsStale`` with the fresh plan in ``facts['fresh']``.

        Two plans about one customer take turns: the later is checked over what the earlier has done.
        """
        for _attempt in range(_TURNS):
            astir = self.executor.store.astir(plan.matters)
            await self._unmoved(plan, user=user, replan=replan, expected=waits)
            fence = self.executor.claim(plan, approved_by=user, astir=astir, expected=waits)
            if fence is not None:
                return await self.executor.run(plan, fence, watch=watch, stop=stop)
            if self.plan(plan.id)[0].status != waits:
                raise self._taken(plan)
            await asyncio.sleep(_TURN_SECONDS)
        raise PlanNotWaiting(f"Another plan about the same runs; {plan.id} waits.", plan=plan.id, status="busy")

    def expire(self, plan_id: str) -> None:
        """Write down that a plan's time ran out before it was approved."""
        row, plan = self.plan(plan_id)
        if row.expires_at <= self.now():
            for expected in get_args(Waits):
                self._settle(plan, "expired", user=plan.user, expected=expected)

    def reject(self, plan_id: str, *, user: str, reason: str | None) -> Plan:
        """Drop a plan that waits; raises ``PlanNotFound`` or ``PlanNotWaiting``."""
        row, plan = self.plan(plan_id)
        expected: Waits = "awaiting_cosigner" if row.status == "awaiting_cosigner" else "waiting"
        with self.executor.store.transaction():
            if not self.executor.store.settle(plan_id, expected=expected, status="rejected"):
                raise PlanNotWaiting(f"Plan {plan_id} is {row.status}.", plan=plan_id, status=row.status)
            self.executor.journal.write("rejected", user=user, plan=plan_id, body={"reason": reason or ""})
        return plan

    async def _unmoved(self, plan: Plan, *, user: str, replan: Replan, expected: Waits) -> None:
        fresh = await replan(plan)
        if fresh is None or fresh.digest != plan.digest:
            self._settle(plan, "stale", user=user, expected=expected)
            raise PlanIsStale(f"The world has moved since plan {plan.id} was shown.", plan=plan.id, fresh=fresh)

    def _taken(self, plan: Plan) -> PlanNotWaiting:
        """Someone else was first; what the plan is now says what they did."""
        row, _ = self.plan(plan.id)
        status = "running" if row.status == "waiting" else row.status
        return PlanNotWaiting(f"Plan {plan.id} is {status}.", plan=plan.id, status=status)

    def _settle(self, plan: Plan, status: Literal["stale", "expired"], *, user: str, expected: Waits) -> None:
        with self.executor.store.transaction():
            if self.executor.store.settle(plan.id, expected=expected, status=status):
                self.executor.journal.write(status, user=user, plan=plan.id, body={"digest": plan.digest})
