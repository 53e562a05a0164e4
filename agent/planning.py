"""The plans of one conversation: made from drafts, shown, approved, run, taken back, followed up.

The only place from which the executor is started. A plan is made again by the very planners that made it, over the
world as it is at that moment, and runs only if it comes out the same.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from agent import showing
from agent.confirm.deeds import Deed, deeds
from agent.confirm.execute import StepEvent
from agent.confirm.plan import Draft, Plan
from agent.confirm.steps import AnyStep
from agent.confirm.undo import draft_undo
from agent.errors import LeaseLost, PlanIsStale, UserError
from agent.intents.actions import Action, from_wire
from agent.office import Office
from agent.router import route
from agent.store import PlanRow, PlanStatus, new_plan_id
from agent.tools.cards import Cards
from agent.tools.desk import Desk
from agent.tools.records import Network, Records
from agent.tools.telephony import Emergency, Phones
from agent.turn import Turn
from agent.wording import Wording

MOST_DEEDS = 200

Progress = Callable[[str], None]


class Planning:
    """One conversation's plans. ``user`` is who speaks now: asker, approver or both."""

    def __init__(self, office: Office, conversation: str, user: str, progress: Progress) -> None:
        self._office = office
        self._conversation = conversation
        self._user = user
        self._progress = progress

    # Planning

    async def desk(self, words: Wording, now: dt.datetime, today: dt.date) -> Desk:
        """A working place over the world as it is."""
        return Desk(
            records=Records(self._office.systems.erp),
            network=Network(self._office.systems.hub),
            cards=Cards(self._office.systems.stripe),
            phones=Phones(self._office.systems.pbx),
            emergency=Emergency(self._office.systems.e911),
            directory=await self._office.directory.current(),
            now=now,
            today=today,
            user=self._user,
            words=words,
            deeds=lambda customer: self._deeds(customer, now),
            may=lambda action: self._office.policy.permits(self._user, action),
            progress=self._progress,
        )

    def _deeds(self, customer: str | None, now: dt.datetime) -> list[Deed]:
        """What ran, by the company's clock: the journal's own is the machine's, which need not be the same."""
        ahead = now - dt.datetime.fromtimestamp(self._office.now(), dt.UTC)
        found = deeds(self._office.store, customer=customer, limit=MOST_DEEDS)
        return [replace(deed, at=(deed.at + ahead).astimezone(now.tzinfo)) for deed in found]

    def over(self, desk: Desk, pending: Sequence[AnyStep]) -> Desk:
        """The same working place over the world as it will be after the pending steps."""
        if not pending:
            return desk
        systems = self._office.systems
        return replace(
            desk,
            records=Records(systems.erp, pending),
            network=Network(systems.hub, pending),
            cards=Cards(systems.stripe, pending),
            phones=Phones(systems.pbx, pending),
            emergency=Emergency(systems.e911, pending),
        )

    def propose(self, turn: Turn, today: dt.date) -> None:
        """Make one plan of the turn's drafts, unless something is still to be asked or went wrong."""
        waiting = self._waiting_row()
        unready = turn.spoilt or "question" in turn.outcomes
        if turn.drafts and not unready:
            self.show(self._made(turn.drafts, turn.taken, turn.words, today), turn, replaces=waiting)
        elif waiting is not None and turn.view is None:
            turn.tell("plan.still_waiting", plan=waiting.id)

    def show(self, plan: Plan, turn: Turn, *, replaces: PlanRow | None = None) -> None:
        """Store a plan that waits, and put its diff before the user."""
        with self._office.store.transaction():
            self._office.store.save_plan(
                plan_id=plan.id,
                conversation=plan.conversation,
                user=plan.user,
                digest=plan.digest,
                body=plan.model_dump_json(),
                expires_at=plan.expires_at,
            )
            body = {"digest": plan.digest, "actions": plan.actions, "undo_of": plan.undo_of}
            self._office.journal.write("planned", user=plan.user, plan=plan.id, body=body)
        if replaces is not None:
            turn.tell("plan.amended" if turn.amends else "plan.replaced", "plan", plan=replaces.id)
        _put_before(plan, turn)

    def waiting_actions(self) -> tuple[Action, ...]:
        """The actions of the plan that waits in this conversation."""
        row = self._waiting_row()
        if row is None:
            return ()
        return tuple(from_wire(action) for action in Plan.model_validate_json(row.body).actions)

    # Approving and running

    async def approve_waiting(self, turn: Turn) -> None:
        """« Yes »: approve the plan that waits in this conversation, if one does."""
        rows = self._office.store.plans(conversation=self._conversation, status=("waiting",), limit=1)
        if not rows:
            turn.tell("plan.nothing_waiting", "refused")
            return
        await self.approve(rows[0].id, rows[0].digest, turn)

    async def approve(self, plan_id: str, digest: str, turn: Turn) -> None:
        """Approve a plan by name and digest, run it, show its end; or show what has become of it."""
        approval = self._office.approval
        plan = approval.waiting(plan_id, digest)
        self._may(plan)
        self._progress(turn.words("progress.checking"))
        run = asyncio.ensure_future(
            approval.approve(plan, user=self._user, replan=self._again, watch=self._watcher(turn.words))
        )
        self._office.running.add(run)
        run.add_done_callback(self._office.running.discard)
        try:
            # A person who leaves the turn does not leave a plan half run.
            status = await asyncio.shield(run)
        except PlanIsStale as error:
            fresh = error.facts.get("fresh")
            turn.tell("plan.stale_fresh" if fresh else "plan.stale_gone", "refused")
            turn.code = error.code
            if isinstance(fresh, Plan):
                self.show(fresh.model_copy(update={"id": new_plan_id()}), turn)
            return
        self._show_end(plan, await self._patiently(plan, status, turn.words), turn)

    def show_waiting(self, turn: Turn) -> None:
        """Put the diff that waits before the user again."""
        row = self._waiting_row()
        if row is None:
            turn.tell("plan.nothing_waiting", "refused")
            return
        plan = Plan.model_validate_json(row.body)
        turn.tell("plan.shown_again", "plan")
        _put_before(plan, turn)

    def reject_waiting(self, plan_id: str | None, reason: str | None, turn: Turn) -> None:
        """« No »: drop the plan that waits."""
        row = self._waiting_row()
        name = plan_id or (row.id if row else None)
        if name is None:
            turn.tell("plan.nothing_waiting_no")
            return
        plan = self._office.approval.reject(name, user=self._user, reason=reason)
        turn.tell("plan.rejected", plan=plan.id)

    async def undo(self, plan_id: str | None, turn: Turn) -> None:
        """A new plan that takes back the last one that ran, or the one named."""
        row = self._last_done() if plan_id is None else self._office.approval.plan(plan_id)[0]
        if row is None:
            turn.tell("undo.nothing", "refused")
            return
        plan = Plan.model_validate_json(row.body)
        self._may(plan)
        undoing = self._made(
            [await self._undo_draft(plan)],
            [{"action": "undo", "plan": plan.id}],
            turn.words,
            plan.today,
            undo_of=plan.id,
        )
        self.show(undoing, turn, replaces=self._waiting_row())

    async def follow_up(self, turn: Turn) -> None:
        """Plans of this conversation whose device had only accepted: what has become of them."""
        rows = self._office.store.plans(conversation=self._conversation, status=("accepted",))
        for row in (row for row in rows if not row.undone_by):
            plan = Plan.model_validate_json(row.body)
            status = await self._news(plan)
            if status not in (None, "accepted"):
                receipts = self._office.store.receipts(plan.id)
                turn.tell("plan.news", plan=plan.id, end=showing.news(plan, status, receipts, turn.words))

    async def resume(self, plan: Plan, turn: Turn) -> None:
        """Bring a plan that was left unfinished, or handed over, to its end."""
        status = await self._continue(plan, ("running", "accepted", "handed_over"))
        row, _ = self._office.approval.plan(plan.id)
        self._show_end(plan, status or row.status, turn)

    # Parts

    def _may(self, plan: Plan) -> None:
        """The approver has to be allowed each action too (an undo: what it takes back)."""
        original = self._office.approval.plan(plan.undo_of)[1] if plan.undo_of else plan
        for action in original.actions:
            self._office.policy.check(self._user, from_wire(action))

    async def _again(self, plan: Plan) -> Plan | None:
        """The plan, made again over the world as it is; None where the planners no longer plan anything."""
        try:
            drafts = await self._drafts_again(plan)
        except UserError:
            return None
        if drafts is None:
            return None
        fresh = self._made(drafts, plan.actions, Wording(plan.language), plan.today, undo_of=plan.undo_of)
        return fresh.model_copy(update={"user": plan.user, "conversation": plan.conversation})

    async def _drafts_again(self, plan: Plan) -> list[Draft] | None:
        if plan.undo_of:
            _, undone = self._office.approval.plan(plan.undo_of)
            return [await self._undo_draft(undone)]
        now = await self._office.systems.clock.now()
        desk = replace(await self.desk(Wording(plan.language), now, plan.today), user=plan.user)
        drafts: list[Draft] = []
        for action in plan.actions:
            pending = [step for draft in drafts for step in draft.steps]
            outcome = await route(from_wire(action), self.over(desk, pending), self._office.policy)
            if not isinstance(outcome, Draft):
                return None
            drafts.append(outcome)
        return drafts

    async def _undo_draft(self, plan: Plan) -> Draft:
        row, _ = self._office.approval.plan(plan.id)
        return await draft_undo(plan, row, self._office.store.receipts(plan.id), self._office.systems)

    def _made(
        self,
        drafts: list[Draft],
        actions: list[dict[str, object]],
        words: Wording,
        today: dt.date,
        undo_of: str | None = None,
    ) -> Plan:
        return Plan.of(
            drafts,
            id=new_plan_id(),
            conversation=self._conversation,
            user=self._user,
            language=words.language,
            today=today,
            actions=actions,
            undo_of=undo_of,
            expires_at=self._office.now() + 60 * self._office.settings.plan_expiry_minutes,
        )

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

    async def _continue(self, plan: Plan, statuses: tuple[PlanStatus, ...]) -> PlanStatus | None:
        """Take a plan over and run it on; None where someone else has it."""
        fence = self._office.executor.take_over(plan, statuses=statuses)
        if fence is None:
            return None
        try:
            return await self._office.executor.run(plan, fence)
        except LeaseLost:
            return None

    def _show_end(self, plan: Plan, status: PlanStatus, turn: Turn) -> None:
        receipts = self._office.store.receipts(plan.id)
        turn.blocks += showing.end(plan, status, receipts, turn.words)
        turn.outcomes.append("answered" if status in ("done", "accepted") else "failed")

    def _watcher(self, words: Wording) -> Callable[[StepEvent], None]:
        def tell(event: StepEvent) -> None:
            if event.state == "sent" and event.direction == "do":
                title = showing.step_title(event.plan.steps[event.step - 1], words)
                self._progress(words("progress.step", title=title))

        return tell

    def _waiting_row(self) -> PlanRow | None:
        return waiting_row(self._office, self._conversation)

    def _last_done(self) -> PlanRow | None:
        rows = self._office.store.plans(conversation=self._conversation, status=("done", "accepted"), limit=50)
        plans = (row for row in rows if not row.undone_by)
        return next((row for row in plans if not Plan.model_validate_json(row.body).undo_of), None)


def waiting_row(office: Office, conversation: str) -> PlanRow | None:
    """The plan that waits in a conversation and has not expired."""
    rows = office.store.plans(conversation=conversation, status=("waiting",), limit=1)
    return rows[0] if rows and rows[0].expires_at > office.now() else None


def _put_before(plan: Plan, turn: Turn) -> None:
    """The diff, and how to answer it."""
    turn.say(showing.diff(plan, turn.words), "plan")
    turn.tell("plan.approve", "plan", plan=plan.id)
    turn.view = showing.view(plan, turn.words)
