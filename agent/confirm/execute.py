"""Runs plans: each step at most once, the whole or nothing, whatever fails and whenever the process dies.

Receipts are the truth. A step is marked ``sent`` before its request leaves and ``confirmed`` when the world, read
back, shows it. What was sent without an answer is looked up, never fired again blindly. On a failure that trying
again cannot cure, the steps done are reverted in reverse order, unless one of them is beyond taking back: what is
missing is then finished, not undone. What can be neither settled nor reverted is handed to a person. A plan ends in
exactly one of: not_started, done, compensated, handed_over; ``accepted`` waits for a device or a provider that has
promised and is followed up. After a step that ``holds`` nothing runs before it is confirmed: whoever follows the plan
up goes on from there. A divisible plan may be stopped between two steps; it is then ``stopped`` and goes on, from its
receipts, when somebody says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from agent.clients.systems import Systems
from agent.confirm.journal import Journal
from agent.confirm.plan import Plan
from agent.confirm.remaining import standing
from agent.confirm.steps import Applied, Step
from agent.errors import BackendError, OutcomeUnknown, Unavailable
from agent.store import Direction, PlanStatus, Receipt, ReceiptState, Store, made_by

# Renewed while its worker lives; what a dead one had in flight has come to its end when it runs out.
LEASE_SECONDS = 90.0
_LOOK_UPS = 4
TOO_LATE_SECONDS = 600.0
"""How long after a plan could still be approved a step that startles (a restart) may be sent by who resumes it."""


@dataclass(frozen=True)
class StepEvent:
    """A boundary that a run has reached, told to whoever watches.

    Step 0 is the plan as a whole: ``claimed`` before its first step, ``ended`` when its end is on record. Of a step:
    ``reserved``, ``sent`` before the request leaves, ``answered`` when it came back, then the receipt's final state.
    """

    plan: Plan
    step: int
    direction: Direction
    state: ReceiptState | str


Watcher = Callable[[StepEvent], None]
Told = TypeVar("Told")


def unwatched(_event: StepEvent) -> None:
    """For who does not watch."""


@dataclass
class Stop:
    """A wish to stop, heard between two steps of a divisible plan; ``by`` is who wished it."""

    by: str = ""

    @property
    def wished(self) -> bool:
        """Whether somebody did."""
        return bool(self.by)


class _StepFailed(Exception):
    """The step certainly did not take and trying again will not help."""


class _StepUnknown(Exception):
    """It could not be found out whether the step took."""


@dataclass(frozen=True)
class Executor:
    """One worker. ``look_up_wait`` is the first pause, in seconds, before asking again what became of a write."""

    store: Store
    journal: Journal
    systems: Systems
    lease_seconds: float = LEASE_SECONDS
    look_up_wait: float = 0.5
    watch: Watcher = unwatched
    """Told of every boundary of every run, before ``run``'s own watcher."""

    def claim(
        self,
        plan: Plan,
        *,
        approved_by: str,
        astir: frozenset[tuple[str, int, str]],
        expected: Literal["waiting", "awaiting_cosigner"] = "waiting",
    ) -> int | None:
        """Take a plan that waits; None where another was first, or one about the same matter came between.

        ``astir`` is what the store said of that matter before the plan was checked. The token goes to ``run``.
        """
        with self.store.transaction():
            fence = self.store.claim(
                plan.id,
                digest=plan.digest,
                approved_by=approved_by,
                lease_seconds=self.lease_seconds,
                expected=expected,
                matters=plan.matters,
                astir=astir,
            )
            if fence is not None:
                names = [one.user for one in self.store.approvals(plan.id)] or [approved_by]
                body = {"digest": plan.digest, "approvals": names}
                self.journal.write("approved", user=approved_by, plan=plan.id, body=body)
        return fence

    def take_over(self, plan: Plan, *, statuses: tuple[PlanStatus, ...]) -> int | None:
        """Take an unfinished plan whose worker is gone."""
        with self.store.transaction():
            row = self.store.plan(plan.id)
            fence = self.store.take_over(plan.id, lease_seconds=self.lease_seconds, statuses=statuses)
            # Looking after a device that had only accepted is no change of hands.
            if fence is not None and row is not None and row.status != "accepted":
                self.journal.write("taken_over", user="targo", plan=plan.id, body={"fence": fence})
        return fence

    async def has_news(self, plan: Plan) -> bool:
        """Whether a device that had only accepted has answered since; asks, and writes nothing anywhere."""
        receipts = self.store.receipts(plan.id)
        results = made_by(receipts)
        for receipt in receipts:
            if receipt.state == "accepted":
                reverting = receipt.direction == "revert"
                step: Step = plan.steps[receipt.step - 1].bound(receipt.step, results)
                if reverting:
                    [step] = (step.inverse(results[receipt.step], compensating=True) or [])[-1:]
                try:
                    found = await step.look_up(self.systems, plan.key(receipt.step, reverting=reverting))
                except BackendError:
                    continue
                if found is None or found.state != "accepted":
                    return True
        return False

    async def run(self, plan: Plan, fence: int, *, watch: Watcher = unwatched, stop: Stop | None = None) -> PlanStatus:
        """Bring the plan to its end from wherever its receipts stand; raises ``LeaseLost`` when overtaken."""
        keeping = asyncio.create_task(self._keep(plan, fence))
        try:
            return await _Run(self, plan, fence, watch, stop or Stop()).to_the_end()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep(self, plan: Plan, fence: int) -> None:
        """Renew the lease while the run lasts: a slow answer must not look like a dead worker.

        Whatever ends this early, the lease lost above all, the run learns from its own next write.
        """
        while True:
            await asyncio.sleep(self.lease_seconds / 3)
            self.store.renew(plan.id, fence=fence, lease_seconds=self.lease_seconds)


class _Run:
    def __init__(self, worker: Executor, plan: Plan, fence: int, watch: Watcher, stop: Stop) -> None:
        self._worker = worker
        self._plan = plan
        self._fence = fence
        self._stop = stop
        self._watchers = (worker.watch, watch)
        self._receipts = {(r.step, r.direction): r for r in worker.store.receipts(plan.id)}

    async def to_the_end(self) -> PlanStatus:
        self._tell(0, "do", "claimed")
        forward = await self._forward()
        status: PlanStatus
        if forward == "failed":
            status = await self._back()
        else:
            status = "handed_over" if forward == "unknown" else forward
        with self._worker.store.transaction():
            self._worker.store.end(self._plan.id, fence=self._fence, status=status)
            if self._plan.undo_of and status == "done":
                self._worker.store.mark_undone(self._plan.undo_of, by=self._plan.id)
            self._worker.journal.write(
                "stopped" if status == "stopped" else "ended",
                user=self._stop.by if status == "stopped" else "targo",
                plan=self._plan.id,
                body={"status": status, "receipts": [_brief(receipt) for receipt in self._receipts.values()]},
            )
        self._tell(0, "do", "ended")
        return status

    async def _forward(self) -> Literal["done", "accepted", "stopped", "failed", "unknown"]:
        if any(receipt.direction == "revert" for receipt in self._receipts.values()):
            return "failed"
        accepted = False
        holding: Step | None = None
        for number, step in enumerate(self._plan.steps, start=1):
            if holding is not None and step.kind != holding.kind:
                # What comes after relies on what is only promised; requests of the same kind may wait side by side.
                break
            if await self._is_to_stop() and (number, "do") not in self._receipts:
                return "stopped"
            try:
                bound = step.bound(number, made_by(self._receipts.values()))
                applied = await self._settle(number, bound, "do", self._plan.key(number))
            except _StepFailed:
                return "unknown" if await self._is_bound_forward() else "failed"
            except _StepUnknown:
                return "unknown"
            if applied.state == "accepted":
                accepted, holding = True, step if step.holds else holding
        return "accepted" if accepted else "done"

    async def _is_bound_forward(self) -> bool:
        """Whether something was done that cannot be taken back: the rest is then finished, by hand or later."""
        for number in standing(self._plan, self._receipts.values()):
            receipt = self._receipts[number, "do"]
            step = self._plan.steps[number - 1].bound(number, made_by(self._receipts.values()))
            try:
                if receipt.state == "confirmed" or await self._stands(number, step):
                    return True
            except _StepUnknown:
                return True
        return False

    async def _is_to_stop(self) -> bool:
        """Whether somebody wished to stop a plan that can be divided; whoever does gets his turn to say so."""
        if self._plan.divisible:
            await asyncio.sleep(0)
        return self._plan.divisible and self._stop.wished

    async def _back(self) -> PlanStatus:
        """Revert what was done, the last first; ``not_started`` where nothing was.

        ``accepted`` while a reversal is only promised.
        """
        done = [
            (number, step, self._receipts[number, "do"])
            for number, step in enumerate(self._plan.steps, start=1)
            if (number, "do") in self._receipts and self._receipts[number, "do"].state in ("confirmed", "accepted")
        ]
        promised = False
        results = made_by(self._receipts.values())
        for number, step, receipt in reversed(done):
            bound = step.bound(number, results)
            try:
                if receipt.state == "accepted" and not await self._stands(number, bound):
                    continue
            except _StepUnknown:
                return "handed_over"
            inverse = bound.inverse(self._receipts[number, "do"].result, compensating=True)
            if inverse is None:
                return "handed_over"
            for back in inverse:
                try:
                    key = self._plan.key(number, reverting=True)
                    applied = await self._settle(number, back, "revert", key)
                    promised = promised or applied.state == "accepted"
                except (_StepFailed, _StepUnknown):
                    return "handed_over"
        if promised:
            return "accepted"
        return "compensated" if done else "not_started"

    async def _stands(self, number: int, step: Step) -> bool:
        """Whether what was only accepted is there to be taken back: it may have come to nothing meanwhile."""
        if (number, "revert") in self._receipts:
            return True
        found = await self._look_up(number, step, "do", self._plan.key(number))
        if found is None or found.state == "failed":
            self._put(number, "do", "failed", error=found.error if found else "it came to nothing")
            return False
        self._put(number, "do", found.state, result=found.result)
        return True

    async def _settle(self, number: int, step: Step, direction: Direction, key: str) -> Applied:
        """Bring one step to a settled receipt, from whatever its receipt says now."""
        receipt = self._receipts.get((number, direction))
        if receipt and receipt.state == "confirmed":
            return Applied(result=receipt.result)
        if receipt and receipt.state == "failed" and direction == "do" and not await self._is_bound_forward():
            raise _StepFailed
        if receipt and receipt.state == "accepted":
            return await self._followed_up(receipt, step, key)
        # What failed on the only way there is is tried again by whoever resumes: someone has mended what stood in it.
        tried = receipt is not None and receipt.state in ("sent", "unknown", "failed")
        if tried:
            found = await self._look_up(number, step, direction, key)
            if found is not None:
                return self._record(number, direction, found)
        else:
            self._put(number, direction, "reserved")
        if (
            direction == "do"
            and step.perishable
            and self._worker.store.now() > self._plan.expires_at + TOO_LATE_SECONDS
        ):
            return self._fail(number, direction, "it was approved too long ago to be done now")
        # Twice: a write whose outcome was unknown and that did not take is sent once more, under the same key.
        for _attempt in (1, 2):
            applied = await self._send(number, step, direction, key, tried=tried)
            if applied is not None:
                return self._record(number, direction, applied)
            tried = True
        return self._doubt(number, direction, "no answer, and no trace of it")

    async def _followed_up(self, promise: Receipt, step: Step, key: str) -> Applied:
        """What became of a step that was only accepted; it stays so while the system cannot be asked."""
        try:
            found = await step.look_up(self._worker.systems, key)
        except BackendError:
            return Applied(state="accepted", result=promise.result)
        if found is None:
            return self._doubt(promise.step, promise.direction, "it was accepted once, and there is no trace of it now")
        return self._record(promise.step, promise.direction, found)

    async def _send(self, number: int, step: Step, direction: Direction, key: str, *, tried: bool) -> Applied | None:
        """Send and read back; None where nothing answered and nothing is to be seen of it."""
        self._put(number, direction, "sent")
        try:
            applied = await step.apply(self._worker.systems, key)
        except OutcomeUnknown as error:
            self._put(number, direction, "unknown", error=error.message)
            return await self._look_up(number, step, direction, key)
        except BackendError as error:
            if not tried:
                return self._fail(number, direction, error.message)
            # The refusal may answer a second try of what had taken: look before calling it failed.
            return await self._taken(number, step, direction, key, otherwise=error.message)
        self._tell(number, direction, "answered")
        if applied.state == "confirmed":
            # Read back: what the system answered is not yet what it holds.
            nothing = "it answered yes, but reading back shows nothing of it"
            return await self._taken(number, step, direction, key, otherwise=nothing)
        self._put(number, direction, applied.state, result=applied.result, error=applied.error)
        return await self._followed_up(self._receipts[number, direction], step, key)

    async def _taken(self, number: int, step: Step, direction: Direction, key: str, *, otherwise: str) -> Applied:
        """What came of the write; failed only where all is as before, unknown where it is neither before nor after."""
        found = await self._look_up(number, step, direction, key)
        if found is not None:
            return found
        if await self._asked(number, direction, lambda: step.as_shown(self._worker.systems)):
            return self._fail(number, direction, otherwise)
        return self._doubt(number, direction, otherwise)

    def _fail(self, number: int, direction: Direction, message: str) -> Applied:
        self._put(number, direction, "failed", error=message)
        raise _StepFailed

    def _doubt(self, number: int, direction: Direction, message: str) -> Applied:
        self._put(number, direction, "unknown", error=message)
        raise _StepUnknown

    async def _look_up(self, number: int, step: Step, direction: Direction, key: str) -> Applied | None:
        """Whether the write took."""
        return await self._asked(number, direction, lambda: step.look_up(self._worker.systems, key))

    async def _asked(self, number: int, direction: Direction, question: Callable[[], Awaitable[Told]]) -> Told:
        """Ask the system, patiently, what became of a write; unknown where it cannot be asked."""
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type((Unavailable, OutcomeUnknown)),
                stop=stop_after_attempt(_LOOK_UPS),
                wait=wait_exponential(self._worker.look_up_wait, max=5),
                reraise=True,
            ):
                with attempt:
                    return await question()
        except BackendError as error:
            self._put(number, direction, "unknown", error=error.message)
            raise _StepUnknown from error
        raise AssertionError("the last failure is raised again")

    def _record(self, number: int, direction: Direction, applied: Applied) -> Applied:
        self._put(number, direction, applied.state, result=applied.result, error=applied.error)
        if applied.state == "failed":
            raise _StepFailed
        return applied

    def _put(
        self,
        number: int,
        direction: Direction,
        state: ReceiptState,
        *,
        result: dict[str, object] | None = None,
        error: str = "",
    ) -> None:
        self._worker.store.put_receipt(
            self._plan.id,
            number,
            direction,
            state=state,
            fence=self._fence,
            lease_seconds=self._worker.lease_seconds,
            result=result,
            error=error,
        )
        self._receipts[number, direction] = Receipt(self._plan.id, number, direction, state, result or {}, error, 0.0)
        self._tell(number, direction, state)

    def _tell(self, number: int, direction: Direction, state: ReceiptState | str) -> None:
        for watch in self._watchers:
            watch(StepEvent(self._plan, number, direction, state))


def _brief(receipt: Receipt) -> dict[str, object]:
    return {
        "step": receipt.step,
        "direction": receipt.direction,
        "state": receipt.state,
        "error": receipt.error,
    }
