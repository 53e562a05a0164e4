"""The front door: an agent for one user, over the systems that the settings name.

``say`` never raises for what a user, a model or a system did: errors become replies. What an operator has to mend
(``Misconfigured``) is raised when the agent is opened.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import getpass
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from agent import showing
from agent.clients.directory import DirectoryKeeper
from agent.clients.patience import PATIENT, Patience
from agent.clients.systems import Embedded, connect
from agent.clients.wire import SITE_ZONE
from agent.confirm.approval import Approval
from agent.confirm.execute import LEASE_SECONDS, Executor, Watcher, unwatched
from agent.confirm.journal import Journal, JournalCheck, JournalEntry
from agent.confirm.plan import Plan
from agent.conversation import LONGEST_MESSAGE, Conversation
from agent.embedded import open_embedded
from agent.errors import BackendError, Misconfigured, TargoError
from agent.following import Progress
from agent.health import SystemHealth, examined, examined_model
from agent.intents.actions import Action
from agent.intents.cascade import Cascade, engine_for
from agent.office import FOLLOW_UP_SECONDS, Office
from agent.planning import Planning, waiting_row
from agent.policy import Policy
from agent.reply import Reply
from agent.settings import SYSTEMS, EngineName, Settings
from agent.store import PlanRow, PlanStatus, Receipt, Store
from agent.turn import Turn
from agent.wording import Language, Wording

logger = logging.getLogger(__name__)
Told = TypeVar("Told")

DEMO_USERS = ("agent", "technician", "supervisor", "admin")
DEFAULT_DEMO_USER = "admin"


@dataclass(frozen=True)
class PlanSummary:
    """A plan in a list."""

    id: str
    status: str
    title: str
    created_at: dt.datetime
    user: str
    digest: str


@dataclass(frozen=True)
class Status:
    """What a channel shows of an agent at a glance."""

    user: str
    engine: EngineName
    system_of_record: str
    waiting: str | None
    language: Language | None


class Agent:
    """``async with Agent(settings) as agent: reply = await agent.say("What does Jean Tremblay owe?")``.

    ``embedded`` serves what the settings do not name; where it is None, the demo company kept in the data folder does.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        user: str | None = None,
        embedded: Embedded | None = None,
        patience: Patience = PATIENT,
        look_up_wait: float = 0.5,
        lease_seconds: float = LEASE_SECONDS,
        follow_up_seconds: int = FOLLOW_UP_SECONDS,
        watch: Watcher = unwatched,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._embedded = embedded
        self._patience = patience
        self._look_up_wait = look_up_wait
        self._lease_seconds = lease_seconds
        self._follow_up_seconds = follow_up_seconds
        self._watch = watch
        self._now = now
        self._office: Office | None = None
        self._close_world: Callable[[], None] = lambda: None
        self._turns = asyncio.Lock()
        self.user = _speaker(settings, user)
        self.language: Language | None = None
        """Force the language of replies; None answers in the language of each message."""

    async def __aenter__(self) -> Self:
        self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let running plans end, then close every connection."""
        if self._office is None:
            return
        await asyncio.gather(*self._office.running, return_exceptions=True)
        await self._office.engine.close()
        await self._office.systems.aclose()
        self._office.store.close()
        self._close_world()
        self._office = None

    async def warm(self) -> None:
        """Load what the first turn will need: the directory, the engine's examples."""
        office = self._opened()
        await asyncio.to_thread(office.engine.load)
        await office.directory.current()

    @property
    def engine(self) -> EngineName:
        """Which engine understands."""
        return self._opened().engine.name

    @engine.setter
    def engine(self, name: EngineName) -> None:
        self._settings.model_copy(update={"engine": name}).check_engine()
        self._opened().engine.use(name)

    # Turns

    async def say(
        self,
        text: str,
        *,
        conversation: str = "default",
        today: dt.date | None = None,
        on_progress: Progress | None = None,
    ) -> Reply:
        """One message, one reply. ``today`` overrides the company's clock for what the message means."""

        async def turn() -> Reply:
            talk = Conversation(self._opened(), conversation, self.user, on_progress or _silent)
            return await talk.say(text, today=today, language=self.language)

        return await self._answered(turn, Cascade.language_of(text[:LONGEST_MESSAGE]))

    async def request(
        self, *actions: Action, conversation: str = "default", on_progress: Progress | None = None
    ) -> Reply:
        """Typed actions instead of words, for channels with forms; what they write waits for approval all the same."""
        language = self.language or "en"

        async def turn() -> Reply:
            talk = Conversation(self._opened(), conversation, self.user, on_progress or _silent)
            return await talk.request(actions, language=language)

        return await self._answered(turn, language)

    async def approve(
        self, plan_id: str, digest: str, *, conversation: str | None = None, on_progress: Progress | None = None
    ) -> Reply:
        """Approve a plan by its name and the digest of the diff that was seen."""
        return await self._with_plan(
            plan_id,
            lambda planning, _plan, turn: planning.approve(plan_id, digest, turn),
            conversation or self._at_the_door,
            on_progress,
        )

    async def cosign(self, plan_id: str, *, conversation: str = "default") -> Reply:
        """Show a plan that someone else has approved; the next « yes » said in the conversation approves it too."""

        async def turn() -> Reply:
            talk = Conversation(self._opened(), conversation, self.user, _silent)
            return await talk.second(plan_id, self.language)

        return await self._answered(turn, self.language or "en")

    def awaiting_me(self) -> list[PlanSummary]:
        """The plans that one person has approved and that wait for this user."""
        office = self._opened()
        planning = Planning(office, self._at_the_door, self.user, _silent)
        rows = office.store.plans(status=("awaiting_cosigner",), limit=1000)
        live = (row for row in rows if row.expires_at > self._now())
        return [self._summary(row) for row in live if planning.awaits(Plan.model_validate_json(row.body))]

    async def reject(self, plan_id: str, reason: str | None = None) -> Reply:
        """Drop a waiting plan."""

        async def drop(planning: Planning, _plan: Plan, turn: Turn) -> None:
            planning.reject_waiting(plan_id, reason, turn)

        return await self._with_plan(plan_id, drop)

    async def undo(self, plan_id: str) -> Reply:
        """A new plan that takes back the one named."""
        return await self._with_plan(plan_id, lambda planning, _plan, turn: planning.undo(plan_id, turn))

    async def resume(
        self, plan_id: str | None = None, *, stopped: bool = False, on_progress: Progress | None = None
    ) -> list[Reply]:
        """Bring unfinished plans to their end: the one named, or all whose worker is gone.

        Those that somebody ``stopped`` go on only where that is asked for.
        """
        if plan_id is not None:
            names = [plan_id]
        else:
            cut: tuple[PlanStatus, ...] = ("running", "accepted")
            rows = self._opened().store.plans(status=(*cut, "stopped") if stopped else cut, limit=1000)
            names = [row.id for row in rows if row.lease_until < self._now() and not row.undone_by]
        return [
            await self._with_plan(
                name, lambda planning, plan, turn: planning.resume(plan, turn), self._at_the_door, on_progress
            )
            for name in names
        ]

    async def standing(self, plan_id: str) -> Reply:
        """Where a plan stands once the step under way is over, for who has just left or stopped it."""
        await asyncio.gather(*self._opened().running, return_exceptions=True)

        async def look(planning: Planning, plan: Plan, turn: Turn) -> None:
            planning.following.show_end(plan, self._opened().approval.plan(plan_id)[0].status, turn)

        return await self._with_plan(plan_id, look, self._at_the_door)

    async def news(self, conversation: str = "default") -> Reply | None:
        """The ends that a conversation is owed, without its saying anything; None where there are none."""

        async def turn() -> Reply | None:
            talk = Conversation(self._opened(), conversation, self.user, _silent)
            return await talk.news(self.language)

        return await self._answered(turn, self.language or "en")

    async def catch_up(self) -> Reply | None:
        """Ask after every plan that had only been accepted: the news, or None where there are none."""

        async def turn() -> Reply | None:
            office = self._opened()
            made = Turn(Wording(self.language or "en"), [], "none")
            planning = Planning(office, self._at_the_door, self.user, _silent)
            for row in office.store.plans(status=("accepted",), limit=1000):
                await planning.following.tell_news(row, made)
            return made.reply() if made.blocks else None

        return await self._answered(turn, self.language or "en")

    async def show(self, plan_id: str) -> Reply:
        """A plan's diff, where it stands, and its receipts."""

        async def look(planning: Planning, plan: Plan, turn: Turn) -> None:
            row, _ = self._opened().approval.plan(plan_id)
            turn.blocks.append(showing.diff(plan, turn.words))
            turn.view = showing.view(plan, turn.words)
            turn.blocks += showing.end(plan, row.status, self._opened().store.receipts(plan_id), turn.words)
            if row.status == "awaiting_cosigner":
                planning.tell_approved_once(plan, turn)
            if row.undone_by:
                turn.tell("plan.ended.undone", plan=plan_id, by=row.undone_by)

        return await self._with_plan(plan_id, look)

    # Records

    def plans(self, limit: int = 20) -> list[PlanSummary]:
        """The latest plans, the newest first."""
        return [self._summary(row) for row in self._opened().store.plans(limit=limit)]

    def plan_json(self, plan_id: str) -> dict[str, object]:
        """A plan's end and its receipts; raises ``PlanNotFound``."""
        row, plan = self._opened().approval.plan(plan_id)
        receipts = self._opened().store.receipts(plan_id)
        words = Wording(self.language or plan.language)
        return {
            "id": row.id,
            "status": row.status,
            "digest": row.digest,
            "user": row.user,
            "approved_by": row.approved_by,
            "approvals": [one.user for one in self._opened().store.approvals(plan_id)],
            "undone_by": row.undone_by,
            "actions": plan.actions,
            "receipts": [_receipt_json(receipt) for receipt in receipts],
            "left_to_do": showing.left_to_do(plan, receipts, words) if row.status == "handed_over" else [],
        }

    def journal(self, limit: int | None = 20) -> list[JournalEntry]:
        """The latest entries, oldest first."""
        return self._opened().journal.entries(limit=limit)

    def verify_journal(self) -> JournalCheck:
        """Whether every entry still fits the one before it."""
        return self._opened().journal.verify()

    # Health

    async def doctor(self) -> list[SystemHealth]:
        """Each system: real or demo, reachable, as whom, with what clock."""
        office = self._opened()
        found = [await examined(system, self._settings, office.systems) for system in SYSTEMS]
        return [*found, await examined_model(self._settings, office.engine)] if self._settings.has_model else found

    async def status(self, conversation: str = "default") -> Status:
        """Who speaks, with which engine, to which system, and what waits."""
        office = self._opened()
        waiting = waiting_row(office, conversation)
        return Status(
            user=self.user,
            engine=self.engine,
            system_of_record=urlsplit(self._settings.erpnext_url).netloc if self._settings.erpnext_url else "demo",
            waiting=waiting.id if waiting else None,
            language=self.language,
        )

    async def names(self) -> list[str]:
        """Customers and items, for completion."""
        directory = await self._opened().directory.current()
        return [party.name for party in directory.parties] + [item.code for item in directory.items]

    # Parts

    @property
    def _at_the_door(self) -> str:
        """Where what is done by a plan's name is said: a « yes » typed elsewhere is not meant for a diff shown here."""
        return f"door:{self.user}"

    def _summary(self, row: PlanRow) -> PlanSummary:
        plan = Plan.model_validate_json(row.body)
        words = Wording(self.language or plan.language)
        return PlanSummary(
            id=row.id,
            status="undone" if row.undone_by else row.status,
            title="; ".join(showing.note(words, title) for title in plan.titles),
            created_at=dt.datetime.fromtimestamp(row.created_at, SITE_ZONE),
            user=row.user,
            digest=row.digest,
        )

    def _open(self) -> None:
        settings = self._settings
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"TARGO_DATA_DIR: {settings.data_dir} cannot be used as a folder ({error.strerror}).",
                setting="TARGO_DATA_DIR",
            ) from error
        store = Store(settings.store_url, now=self._now)
        embedded = self._embedded
        if embedded is None and settings.embedded:
            embedded, self._close_world = open_embedded(settings.data_dir)
        systems = connect(settings, embedded=embedded, patience=self._patience)
        journal = Journal(store, self._now)
        executor = Executor(
            store,
            journal,
            systems,
            lease_seconds=self._lease_seconds,
            look_up_wait=self._look_up_wait,
            watch=self._watch,
        )
        self._office = Office(
            settings=settings,
            store=store,
            journal=journal,
            systems=systems,
            directory=DirectoryKeeper(systems.erp),
            engine=engine_for(settings),
            policy=Policy.load(settings.policy_file),
            executor=executor,
            approval=Approval(executor, self._now),
            now=self._now,
            follow_up_seconds=self._follow_up_seconds,
        )

    def _opened(self) -> Office:
        if self._office is None:
            self._open()
        assert self._office is not None  # noqa: S101 - _open sets it or raises
        return self._office

    async def _with_plan(
        self,
        plan_id: str,
        deal: Callable[[Planning, Plan, Turn], object],
        conversation: str | None = None,
        on_progress: Progress | None = None,
    ) -> Reply:
        async def turn() -> Reply:
            office = self._opened()
            row, plan = office.approval.plan(plan_id)
            making = Turn(Wording(self.language or plan.language), [], "none")
            planning = Planning(office, conversation or row.conversation, self.user, on_progress or _silent)
            try:
                result = deal(planning, plan, making)
                if asyncio.iscoroutine(result):
                    await result
            except TargoError as error:
                return self._failed(error, plan.language)
            return making.reply()

        return await self._answered(turn)

    async def _answered(self, turn: Callable[[], Awaitable[Told]], spoken: Language = "en") -> Told | Reply:
        """One turn at a time; whatever it raises is told as a sentence."""
        async with self._turns:
            try:
                return await turn()
            except TargoError as error:
                return self._failed(error, spoken)
            except Exception:
                # A fault of ours must not show a traceback to someone on the phone, nor end the program.
                logger.exception("a turn failed")
                return self._failed(TargoError("an unexpected error"), spoken)

    def _failed(self, error: TargoError, spoken: Language) -> Reply:
        words = Wording(self.language or spoken)
        refused = not isinstance(error, BackendError | Misconfigured) and error.code != "failed"
        return Reply(
            outcome="refused" if refused else "failed",
            language=words.language,
            blocks=[showing.error_text(error, words)],
            code=error.code,
        )


def _speaker(settings: Settings, user: str | None) -> str:
    """The operating system's user; in the demo one of its own users."""
    if settings.url_of("erpnext") is None:
        chosen = user or DEFAULT_DEMO_USER
        if chosen not in DEMO_USERS:
            raise Misconfigured(f"The demo company knows {', '.join(DEMO_USERS)}; not {chosen}.", setting="--user")
        return chosen
    if user is not None:
        raise Misconfigured("--user is for the demo company only: here you are who you logged in as.", setting="--user")
    return getpass.getuser()


def _receipt_json(receipt: Receipt) -> dict[str, object]:
    return {
        "step": receipt.step,
        "direction": receipt.direction,
        "state": receipt.state,
        "result": receipt.result,
        "error": receipt.error,
    }


def _silent(_doing: str) -> None:
    """For who does not watch."""


__all__ = ["Agent", "PlanSummary", "Status", "SystemHealth"]
