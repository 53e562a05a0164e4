"""What becomes of plans once they have been approved: shown at their end, followed up, gone on with after a cut.

Enters: a plan that runs, was accepted, stopped or cut short. Leaves: its end in a turn. Whoever was told "not yet"
is told the end later, once, in the conversation that asked, whoever brought the plan there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agent import showing
from agent.confirm.execute import StepEvent, Stop, Watcher, unwatched
from agent.confirm.plan import Plan
from agent.errors import LeaseLost
from agent.office import Office
from agent.store import PlanRow, PlanStatus
from agent.turn import Turn
from agent.wording import Wording

Progress = Callable[[str], None]

_UNSETTLED: frozenset[PlanStatus] = frozenset({"waiting", "awaiting_cosigner", "running", "accepted"})


class Following:
    """The plans of one conversation after their approval. ``user`` is who speaks now."""

    def __init__(self, office: Office, conversation: str, user: str, progress: Progress) -> None:
        self._office = office
        self._conversation = conversation
        self._user = user
        self._progress = progress

    async def unhurried(self, plan: Plan, run: asyncio.Future[PlanStatus], stop: Stop) -> PlanStatus:
        """A person who leaves the turn does not leave a plan half run; one that can be divided stops in between."""
        self._office.running.add(run)
        run.add_done_callback(self._office.running.discard)
        try:
            return await asyncio.shield(run)
        except asyncio.CancelledError:
            stop.by = self._user
            self._office.store.follow(plan.id, plan.conversation)
            raise

    async def to_its_end(self, plan: Plan, status: PlanStatus, turn: Turn) -> None:
        """Show how a run ended, after a few seconds' patience with a device or a provider."""
        self.show_end(plan, await self._patiently(plan, status, turn.words), turn)

    async def follow_up(self, turn: Turn) -> None:
        """What has become of the plans whose end this conversation is owed."""
        store = self._office.store
        accepted = store.plans(conversation=self._conversation, status=("accepted",), limit=100)
        rows = {row.id: row for row in [*store.followed(self._conversation), *reversed(accepted)]}
        for row in rows.values():
            await self.tell_news(row, turn)

    async def tell_news(self, row: PlanRow, turn: Turn) -> None:
        """The end of a plan, where it has come to one that nobody was told of."""
        if row.undone_by:
            return
        plan = Plan.model_validate_json(row.body)
        status = await self._news(plan) if row.status == "accepted" else self._now(row)
        if status is None or status in _UNSETTLED:
            return
        store = self._office.store
        turn.tell("plan.news", plan=plan.id, end=showing.news(plan, status, store.receipts(plan.id), turn.words))
        if status == "stopped":
            turn.tell("plan.go_on", plan=plan.id)
        if not self._is_elsewhere(plan):
            store.told(plan.id)

    async def go_on(self, plan: Plan, statuses: tuple[PlanStatus, ...], turn: Turn) -> None:
        """Run on what was cut short, and show where it stands now."""
        stop = Stop()

        async def running() -> PlanStatus:
            status = await self._continue(plan, statuses, stop, self.watcher(turn.words, plan))
            return status or self._office.approval.plan(plan.id)[0].status

        self.show_end(plan, await self.unhurried(plan, asyncio.ensure_future(running()), stop), turn)

    def show_end(self, plan: Plan, status: PlanStatus, turn: Turn) -> None:
        """How it ended: each step's receipt, and what is left to do or to wait for."""
        store = self._office.store
        turn.blocks += showing.end(plan, status, store.receipts(plan.id), turn.words)
        turn.outcomes.append("answered" if status in ("done", "accepted", "stopped") else "failed")
        if status in _UNSETTLED or self._is_elsewhere(plan):
            store.follow(plan.id, plan.conversation)
        else:
            store.told(plan.id)
        if status == "stopped":
            turn.tell("plan.go_on", plan=plan.id)

    def watcher(self, words: Wording, plan: Plan) -> Watcher:
        """Tells each step as it is sent, and how many there are."""

        def tell(event: StepEvent) -> None:
            if event.state == "sent" and event.direction == "do":
                title = showing.step_title(plan.steps[event.step - 1], words)
                self._progress(words("progress.step", title=title, number=event.step, count=len(plan.steps)))

        return tell

    def _now(self, row: PlanRow) -> PlanStatus:
        """Its status; that of a plan whose time ran out before the second person came is written down."""
        if row.status in ("waiting", "awaiting_cosigner") and row.expires_at <= self._office.now():
            self._office.approval.expire(row.id)
            return "expired"
        return row.status

    def _is_elsewhere(self, plan: Plan) -> bool:
        """Whether this is neither who asked nor where: then the one who asked is still to be told."""
        return self._user != plan.user and self._conversation != plan.conversation

    async def _patiently(self, plan: Plan, status: PlanStatus, words: Wording) -> PlanStatus:
        """Give a device a few seconds to come back before saying "not confirmed yet"."""
        if status == "accepted" and self._is_queued(plan):
            return status
        if status == "accepted":
            held = self._is_held(plan)
            self._progress(words("progress.waiting_for_provider" if held else "progress.waiting_for_device"))
        for _second in range(self._office.follow_up_seconds):
            if status != "accepted":
                break
            await asyncio.sleep(1)
            status = await self._news(plan) or status
        return status

    async def _news(self, plan: Plan) -> PlanStatus | None:
        """The end of a plan that was accepted; None while there is nothing new."""
        return await self._continue(plan, ("accepted",)) if await self._office.executor.has_news(plan) else None

    def _is_queued(self, plan: Plan) -> bool:
        """Whether a task waits for a device that is away: seconds will not bring it back."""
        return any(one.result.get("task_state") == "queued" for one in self._office.store.receipts(plan.id))

    def _is_held(self, plan: Plan) -> bool:
        """Whether later steps wait for one that was only accepted."""
        receipts = self._office.store.receipts(plan.id)
        return any(one.state == "accepted" and plan.steps[one.step - 1].holds for one in receipts)

    async def _continue(
        self,
        plan: Plan,
        statuses: tuple[PlanStatus, ...],
        stop: Stop | None = None,
        watch: Watcher = unwatched,
    ) -> PlanStatus | None:
        """Take a plan over and run it on; None where someone else has it."""
        fence = self._office.executor.take_over(plan, statuses=statuses)
        if fence is None:
            return None
        try:
            return await self._office.executor.run(plan, fence, watch=watch, stop=stop)
        except LeaseLost:
            return None
