"""The plans of one conversation: made from drafts, shown, approved, run, taken back, followed up.

The only place from which the executor is started. A plan is made again by the very planners that made it, over the
world as it is at that moment, and runs only if it comes out the same.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from agent import showing
from agent.confirm.approval import Waits
from agent.confirm.deeds import Deed, deeds
from agent.confirm.execute import Stop
from agent.confirm.plan import Draft, Plan
from agent.confirm.steps import AnyStep
from agent.confirm.undo import draft_undo
from agent.errors import PlanIsStale, PlanNotWaiting, UserError
from agent.following import Following, Progress
from agent.intents.actions import Action, from_wire
from agent.office import Office
from agent.policy import Judged, Second
from agent.router import route
from agent.store import PlanRow, PlanStatus, new_plan_id
from agent.tools.cards import Cards
from agent.tools.desk import Desk
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.records import Network, Records
from agent.tools.telephony import Emergency, Phones
from agent.turn import Turn
from agent.wording import Wording

MOST_DEEDS = 200


class Planning:
    """One conversation's plans. ``user`` is who speaks now: asker, approver or both."""

    def __init__(self, office: Office, conversation: str, user: str, progress: Progress) -> None:
        self._office = office
        self._conversation = conversation
        self._user = user
        self._progress = progress
        self.following = Following(office, conversation, user, progress)
        self._instead: Outcome | None = None
        self._again_for: list[Action] = []
        """What the planners say now instead of the plan that was made again last."""

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
        self._put_before(plan, turn)

    def waiting_actions(self, shown: str | None = None) -> tuple[Action, ...]:
        """The actions of the plan that waits in this conversation, or of the one of someone else ``shown`` in it."""
        row = self._office.store.plan(shown) if shown else self._waiting_row()
        if row is None:
            return ()
        return tuple(from_wire(action) for action in Plan.model_validate_json(row.body).actions)

    # Approving and running

    async def approve_waiting(self, turn: Turn) -> None:
        """« Yes »: approve the plan that waits in this conversation, if one does; else the one approved once."""
        store = self._office.store
        rows = store.plans(conversation=self._conversation, status=("waiting",), limit=1)
        rows = rows or store.plans(conversation=self._conversation, status=("awaiting_cosigner",), limit=1)
        if not rows:
            turn.tell("plan.nothing_waiting", "refused")
            return
        await self.approve(rows[0].id, rows[0].digest, turn)

    async def approve(self, plan_id: str, digest: str, turn: Turn) -> None:
        """Approve a plan by name and digest, run it, show its end; or show what has become of it."""
        approval = self._office.approval
        waits, plan = approval.waiting(plan_id, digest)
        second = self._second(plan)
        if waits == "awaiting_cosigner":
            approval.check_other(plan, user=self._user, second=second)
            if second is not None:
                self._office.policy.check_second(self._user, second)
        self._may(plan)
        self._progress(turn.words("progress.checking"))
        try:
            if waits == "waiting" and second is not None:
                waiting = await approval.approve_first(plan, user=self._user, second=second, replan=self._again)
                self._tell_half_way(waiting, second, turn)
                return
            status = await self._run(plan, waits, turn.words)
        except PlanIsStale as error:
            fresh = error.facts.get("fresh")
            self._tell_stale(fresh, turn)
            turn.code = error.code
            if isinstance(fresh, Plan):
                # It waits where it is shown: a yes elsewhere would be said to a diff that nobody saw there.
                here = {"id": new_plan_id(), "conversation": self._conversation}
                self.show(fresh.model_copy(update=here), turn)
            return
        await self.following.to_its_end(plan, status, turn)

    def _tell_stale(self, fresh: object, turn: Turn) -> None:
        """Nothing ran; what is to be said of it now, where there is no fresh plan."""
        match self._instead:
            case Refusal() if not fresh:
                turn.tell("plan.stale_now", "refused")
                turn.tell(self._instead.key, "refused", **self._instead.facts)
            case Question() if not fresh:
                turn.tell("plan.stale_now", "refused")
                turn.asked_anew = self._again_for
            case _:
                turn.tell("plan.stale_fresh" if fresh else "plan.stale_gone", "refused")

    async def _run(self, plan: Plan, waits: Waits, words: Wording) -> PlanStatus:
        stop = Stop()
        run = asyncio.ensure_future(
            self._office.approval.approve(
                plan,
                user=self._user,
                replan=self._again,
                waits=waits,
                watch=self.following.watcher(words, plan),
                stop=stop,
            )
        )
        return await self.following.unhurried(plan, run, stop)

    def _tell_half_way(self, plan: Plan, second: Second, turn: Turn) -> None:
        """Approved by one of two: who may be the other, and until when."""
        self._office.store.follow(plan.id, plan.conversation)
        facts = {"plan": plan.id, "roles": list(second.roles), "until": showing.clock_time(plan.expires_at)}
        turn.tell("plan.half_way", "plan", **facts)
        turn.view = showing.view(plan, turn.words)

    def show_waiting(self, turn: Turn) -> None:
        """Put the diff that waits before the user again."""
        row = self._waiting_row()
        if row is None:
            turn.tell("plan.nothing_waiting", "refused")
            return
        plan = Plan.model_validate_json(row.body)
        turn.tell("plan.shown_again", "plan")
        self._put_before(plan, turn)

    def show_for_second(self, plan_id: str, turn: Turn) -> tuple[str, str]:
        """Put a plan that one person has approved before another, if he may: its name and digest, for his « yes »."""
        row, plan = self._office.approval.plan(plan_id)
        if row.status != "awaiting_cosigner":
            raise PlanNotWaiting(f"Plan {plan_id} awaits nobody.", plan=plan_id, status=row.status)
        second = self._second(plan)
        self._office.approval.check_other(plan, user=self._user, second=second)
        if second is not None:
            self._office.policy.check_second(self._user, second)
        self._may(plan)
        turn.say(showing.diff(plan, turn.words), "plan")
        self.tell_approved_once(plan, turn)
        turn.tell("plan.cosign", "plan", plan=plan.id)
        turn.view = showing.view(plan, turn.words)
        return plan.id, plan.digest

    def tell_approved_once(self, plan: Plan, turn: Turn) -> None:
        """Who has approved a plan that takes two, and who may besides."""
        second = self._second(plan)
        names = [one.user for one in self._office.store.approvals(plan.id)]
        turn.tell("plan.approved_once", plan=plan.id, by=names, roles=list(second.roles) if second else [])

    def awaits(self, plan: Plan) -> bool:
        """Whether the plan, approved once, waits for this very user."""
        second = self._second(plan)
        try:
            self._office.approval.check_other(plan, user=self._user, second=second)
            if second is not None:
                self._office.policy.check_second(self._user, second)
            self._may(plan)
        except UserError:
            return False
        return True

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

    async def resume(self, plan: Plan, turn: Turn) -> None:
        """Bring a plan that was left unfinished, stopped or handed over to its end."""
        row, _ = self._office.approval.plan(plan.id)
        statuses: tuple[PlanStatus, ...] = ("running", "accepted", "handed_over")
        if row.status == "stopped" and not row.undone_by:
            self._may(plan)
            statuses = (*statuses, "stopped")
        await self.following.go_on(plan, statuses, turn)

    # Parts

    def _may(self, plan: Plan) -> None:
        """The approver has to be allowed each action too (an undo: what it takes back)."""
        for action, amount in self._judged(plan):
            self._office.policy.check(self._user, action)
            self._office.policy.check_amount(self._user, action, amount)

    def _judged(self, plan: Plan) -> Judged:
        """What the policy judges of a plan: its actions with what they come to; of an undo, what it takes back."""
        original = self._office.approval.plan(plan.undo_of)[1] if plan.undo_of else plan
        return [(from_wire(action), amount) for action, amount in zip_longest(original.actions, original.amounts)]

    def _second(self, plan: Plan) -> Second | None:
        """Who has to approve besides whoever does first; None where one is enough."""
        return self._office.policy.second(plan.user, self._judged(plan))

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
                self._instead, self._again_for = outcome, [from_wire(one) for one in plan.actions]
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

    def _put_before(self, plan: Plan, turn: Turn) -> None:
        """The diff, who else has to agree, and how to answer it."""
        turn.say(showing.diff(plan, turn.words), "plan")
        second = self._second(plan)
        if second is not None:
            turn.tell("plan.takes_two", "plan", roles=list(second.roles))
        turn.tell("plan.approve", "plan", plan=plan.id)
        turn.view = showing.view(plan, turn.words)

    def _waiting_row(self) -> PlanRow | None:
        return waiting_row(self._office, self._conversation)

    def _last_done(self) -> PlanRow | None:
        rows = self._office.store.plans(
            conversation=self._conversation, status=("done", "accepted", "stopped"), limit=50
        )
        plans = (row for row in rows if not row.undone_by)
        return next((row for row in plans if not Plan.model_validate_json(row.body).undo_of), None)


def waiting_row(office: Office, conversation: str) -> PlanRow | None:
    """The plan that waits in a conversation and has not expired."""
    rows = office.store.plans(conversation=conversation, status=("waiting",), limit=1)
    return rows[0] if rows and rows[0].expires_at > office.now() else None
