"""What must survive: conversations, plans, step receipts and the journal, in one database (SQLite or PostgreSQL).

Every change of a plan's state is a compare-and-swap; every write of the worker that runs a plan carries its fencing
token, so that a worker whose lease ran out can no longer write. Calls are synchronous: each is one short
transaction. Raises ``Misconfigured`` where the database cannot be used, ``LeaseLost`` where another worker took over.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from agent.errors import LeaseLost, Misconfigured

PlanStatus = Literal[
    "waiting",
    "awaiting_cosigner",
    "running",
    "stopped",
    "accepted",
    "done",
    "not_started",
    "compensated",
    "handed_over",
    "rejected",
    "expired",
    "stale",
    "superseded",
]
ReceiptState = Literal["reserved", "sent", "accepted", "confirmed", "failed", "unknown"]
Direction = Literal["do", "revert"]

_LATELY_SECONDS = 3600.0
"""Longer than an approval may take between its check and its claim."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_metadata = sa.MetaData()
_plans = sa.Table(
    "plans",
    _metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("conversation", sa.String(200), nullable=False, index=True),
    sa.Column("user", sa.String(200), nullable=False),
    sa.Column("status", sa.String(20), nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("approved_by", sa.String(200)),
    sa.Column("ended_at", sa.Float),
    sa.Column("undone_by", sa.String(20)),
    sa.Column("fence", sa.Integer, nullable=False, default=0),
    sa.Column("lease_until", sa.Float, nullable=False, default=0.0),
)
_receipts = sa.Table(
    "receipts",
    _metadata,
    sa.Column("plan", sa.String(20), sa.ForeignKey("plans.id"), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("direction", sa.String(10), primary_key=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("result", sa.Text, nullable=False, default="{}"),
    sa.Column("error", sa.Text, nullable=False, default=""),
    sa.Column("at", sa.Float, nullable=False),
)
_approvals = sa.Table(
    "approvals",
    _metadata,
    sa.Column("plan", sa.String(20), sa.ForeignKey("plans.id"), primary_key=True),
    sa.Column("user", sa.String(200), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""Who approved what, where a plan takes two: a person stands here once."""
_followed = sa.Table(
    "followed",
    _metadata,
    sa.Column("plan", sa.String(20), sa.ForeignKey("plans.id"), primary_key=True),
    sa.Column("conversation", sa.String(200), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
)
"""Plans whose conversation was told "not yet" last, and is owed the end."""
_conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("memory", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
journal_table = sa.Table(
    "journal",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("user", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("plan", sa.String(20)),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
journal_end_table = sa.Table(
    "journal_end",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
"""One row: where the journal ends, so that lines taken off its end are missed."""


@dataclass(frozen=True)
class PlanRow:
    """A stored plan. Times are seconds since the epoch."""

    id: str
    conversation: str
    user: str
    status: PlanStatus
    digest: str
    body: str
    created_at: float
    expires_at: float
    approved_by: str | None
    ended_at: float | None
    undone_by: str | None
    fence: int
    lease_until: float


@dataclass(frozen=True)
class ApprovalRow:
    """One person's approval of a plan that takes two. ``at`` is seconds since the epoch."""

    user: str
    at: float


@dataclass(frozen=True)
class Receipt:
    """What is known of one step in one direction. ``result`` never holds a secret."""

    plan: str
    step: int
    direction: Direction
    state: ReceiptState
    result: dict[str, Any]
    error: str
    at: float


def made_by(receipts: Iterable[Receipt]) -> dict[int, dict[str, Any]]:
    """What each step made, by its number: what later steps of the same plan refer to."""
    return {receipt.step: receipt.result for receipt in receipts if receipt.direction == "do"}


def new_plan_id() -> str:
    """A name that can be said aloud and never repeats across databases: it seeds ``agent_step``."""
    return "P-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


class Store:
    """The one database. ``now`` gives seconds since the epoch."""

    def __init__(self, url: str, *, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._engine = _engine(url)
        self._current: ContextVar[sa.Connection | None] = ContextVar("store_transaction", default=None)
        try:
            with self._engine.begin() as connection:
                take_turns(connection, "tables")
                _metadata.create_all(connection)
        except sa.exc.SQLAlchemyError as error:
            self._engine.dispose()
            shown = sa.make_url(url).render_as_string(hide_password=True)
            raise Misconfigured(
                f"The database {shown} cannot be used: {_first_line(error)}. "
                "Move the file away to start anew, or set TARGO_DATABASE_URL.",
                setting="TARGO_DATABASE_URL",
            ) from error

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction that takes the write lock at once; within another, it is part of that one."""
        outer = self._current.get()
        if outer is not None:
            yield outer
            return
        with self._engine.begin() as connection:
            token = self._current.set(connection)
            try:
                yield connection
            finally:
                self._current.reset(token)

    # Conversations

    def memory(self, conversation: str) -> dict[str, Any]:
        """What is remembered of a conversation; empty where it is new."""
        with self.transaction() as connection:
            found = connection.scalar(sa.select(_conversations.c.memory).where(_conversations.c.id == conversation))
        return json.loads(found) if found else {}

    def remember(self, conversation: str, memory: Mapping[str, Any]) -> None:
        """Keep a conversation's memory for its next turn, in this process or another."""
        values = {"memory": json.dumps(memory, ensure_ascii=False), "at": self.now()}
        with self.transaction() as connection:
            take_turns(connection, conversation)
            changed = connection.execute(
                _conversations.update().where(_conversations.c.id == conversation).values(values)
            )
            if not changed.rowcount:
                connection.execute(_conversations.insert().values(id=conversation, **values))

    # Plans

    def save_plan(
        self, *, plan_id: str, conversation: str, user: str, digest: str, body: str, expires_at: float
    ) -> None:
        """A new plan that waits; the one that waited in the same conversation is superseded."""
        with self.transaction() as connection:
            take_turns(connection, conversation)
            connection.execute(
                _plans.update()
                .where(_plans.c.conversation == conversation, _plans.c.status == "waiting")
                .values(status="superseded", ended_at=self.now())
            )
            connection.execute(
                _plans.insert().values(
                    id=plan_id,
                    conversation=conversation,
                    user=user,
                    status="waiting",
                    digest=digest,
                    body=body,
                    created_at=self.now(),
                    expires_at=expires_at,
                    fence=0,
                    lease_until=0.0,
                )
            )

    def plan(self, plan_id: str) -> PlanRow | None:
        """The plan of that name."""
        with self.transaction() as connection:
            row = connection.execute(_plans.select().where(_plans.c.id == plan_id)).mappings().one_or_none()
        return PlanRow(**row) if row else None

    def plans(
        self,
        *,
        conversation: str | None = None,
        status: tuple[PlanStatus, ...] = (),
        mentioning: str = "",
        limit: int = 20,
    ) -> list[PlanRow]:
        """Plans, the newest first; ``mentioning`` is text that has to stand in a plan's JSON."""
        query = _plans.select().order_by(_plans.c.created_at.desc(), _plans.c.id).limit(limit)
        if conversation is not None:
            query = query.where(_plans.c.conversation == conversation)
        if status:
            query = query.where(_plans.c.status.in_(status))
        if mentioning:
            query = query.where(_plans.c.body.contains(mentioning, autoescape=True))
        with self.transaction() as connection:
            return [PlanRow(**row) for row in connection.execute(query).mappings()]

    def settle(self, plan_id: str, *, expected: PlanStatus, status: PlanStatus) -> bool:
        """Compare-and-swap of a status; False where the plan was no longer as expected."""
        with self.transaction() as connection:
            changed = connection.execute(
                _plans.update()
                .where(_plans.c.id == plan_id, _plans.c.status == expected)
                .values(status=status, ended_at=self.now())
            )
        return changed.rowcount == 1

    def mark_undone(self, plan_id: str, by: str) -> None:
        """Note that a plan was taken back by another."""
        with self.transaction() as connection:
            connection.execute(_plans.update().where(_plans.c.id == plan_id).values(undone_by=by))

    # Plans about one matter

    def astir(self, matters: frozenset[str]) -> frozenset[tuple[str, int, str]]:
        """What plans about these matters have lately done: their names, tokens and statuses.

        As long as it stays the same no such plan has begun or ended.
        """
        with self.transaction() as connection:
            return _marks(self._about(connection, matters))

    def _about(self, connection: sa.Connection, matters: frozenset[str]) -> list[sa.RowMapping]:
        """The plans that ran within the hour, or run, and share a matter."""
        lately = sa.or_(_plans.c.ended_at.is_(None), _plans.c.ended_at > self.now() - _LATELY_SECONDS)
        columns = (_plans.c.id, _plans.c.fence, _plans.c.status, _plans.c.lease_until, _plans.c.body)
        rows = connection.execute(sa.select(*columns).where(_plans.c.fence > 0, lately)).mappings()
        return [row for row in rows if matters & _matters_of(row["body"])]

    # Two approvals

    def approve_first(self, plan_id: str, *, digest: str, user: str, body: str, expires_at: float) -> bool:
        """The first approval of a plan that takes two: it waits for the other; False where it waited no more.

        ``body`` is the plan with its new ``expires_at``.
        """
        with self.transaction() as connection:
            changed = connection.execute(
                _plans.update()
                .where(_plans.c.id == plan_id, _plans.c.status == "waiting", _plans.c.digest == digest)
                .values(status="awaiting_cosigner", body=body, expires_at=expires_at)
            )
            if changed.rowcount != 1:
                return False
            connection.execute(_approvals.insert().values(plan=plan_id, user=user, at=self.now()))
        return True

    def approvals(self, plan_id: str) -> list[ApprovalRow]:
        """Who has approved a plan that takes two, the first first."""
        query = sa.select(_approvals.c.user, _approvals.c.at).where(_approvals.c.plan == plan_id)
        with self.transaction() as connection:
            rows = connection.execute(query.order_by(_approvals.c.at, _approvals.c.user))
            return [ApprovalRow(user=row.user, at=row.at) for row in rows]

    # Who is owed the end

    def follow(self, plan_id: str, conversation: str) -> None:
        """The conversation was told "not yet": it shall hear how the plan ended."""
        with self.transaction() as connection:
            take_turns(connection, plan_id)
            self._told(connection, plan_id)
            connection.execute(_followed.insert().values(plan=plan_id, conversation=conversation, at=self.now()))

    def followed(self, conversation: str) -> list[PlanRow]:
        """The plans whose end the conversation is owed, the oldest first."""
        query = (
            _plans.select()
            .join(_followed, _followed.c.plan == _plans.c.id)
            .where(_followed.c.conversation == conversation)
            .order_by(_followed.c.at)
        )
        with self.transaction() as connection:
            return [PlanRow(**row) for row in connection.execute(query).mappings()]

    def told(self, plan_id: str) -> None:
        """The end has been told."""
        with self.transaction() as connection:
            self._told(connection, plan_id)

    def _told(self, connection: sa.Connection, plan_id: str) -> None:
        connection.execute(_followed.delete().where(_followed.c.plan == plan_id))

    # Leases and receipts

    def claim(
        self,
        plan_id: str,
        *,
        digest: str,
        approved_by: str,
        lease_seconds: float,
        expected: Literal["waiting", "awaiting_cosigner"] = "waiting",
        matters: frozenset[str] = frozenset(),
        astir: frozenset[tuple[str, int, str]] = frozenset(),
    ) -> int | None:
        """Take a plan that waits to run it: its fencing token, or None where someone else was first.

        The second approval is noted with the first; the person who gave the first gets nothing. Nor does anyone
        while another plan about the same ``matters`` runs, or where one has begun or ended since ``astir`` was asked.
        """
        with self.transaction() as connection:
            for matter in sorted(matters):
                take_turns(connection, f"matter {matter}")
            others = self._about(connection, matters) if matters else []
            if _marks(others) != astir:
                return None
            if any(row["status"] == "running" and row["lease_until"] > self.now() for row in others):
                return None
            if any(one.user == approved_by for one in self.approvals(plan_id)):
                return None
            fence = self._take(
                sa.and_(_plans.c.id == plan_id, _plans.c.status == expected, _plans.c.digest == digest),
                plan_id,
                lease_seconds,
                approved_by=approved_by,
            )
            if fence is not None and expected == "awaiting_cosigner":
                connection.execute(_approvals.insert().values(plan=plan_id, user=approved_by, at=self.now()))
            return fence

    def take_over(self, plan_id: str, *, lease_seconds: float, statuses: tuple[PlanStatus, ...]) -> int | None:
        """Take an unfinished plan whose lease ran out: its new fencing token, or None."""
        return self._take(
            sa.and_(
                _plans.c.id == plan_id,
                _plans.c.status.in_(statuses),
                _plans.c.lease_until < self.now(),
            ),
            plan_id,
            lease_seconds,
        )

    def _take(self, condition: sa.ColumnElement[bool], plan_id: str, lease_seconds: float, **values: str) -> int | None:
        with self.transaction() as connection:
            changed = connection.execute(
                _plans.update()
                .where(condition)
                .values(
                    status="running",
                    fence=_plans.c.fence + 1,
                    lease_until=self.now() + lease_seconds,
                    **values,
                )
            )
            if changed.rowcount != 1:
                return None
            return connection.scalar(sa.select(_plans.c.fence).where(_plans.c.id == plan_id))

    def renew(self, plan_id: str, *, fence: int, lease_seconds: float) -> None:
        """Hold a plan that runs for so many seconds more; raises ``LeaseLost`` where it is another's."""
        with self.transaction() as connection:
            self._hold(connection, plan_id, fence, lease_until=self.now() + lease_seconds)

    def end(self, plan_id: str, *, fence: int, status: PlanStatus) -> None:
        """The plan's end, by the worker that holds it; the lease is given back."""
        with self.transaction() as connection:
            self._hold(connection, plan_id, fence, status=status, ended_at=self.now(), lease_until=0.0)

    def put_receipt(
        self,
        plan_id: str,
        step: int,
        direction: Direction,
        *,
        state: ReceiptState,
        fence: int,
        lease_seconds: float,
        result: Mapping[str, Any] | None = None,
        error: str = "",
    ) -> None:
        """Write a receipt under the lease, which it renews; raises ``LeaseLost`` where it is another's."""
        key = (
            _receipts.c.plan == plan_id,
            _receipts.c.step == step,
            _receipts.c.direction == direction,
        )
        values: dict[str, Any] = {"state": state, "error": error, "at": self.now()}
        if result is not None:
            values["result"] = json.dumps(result, ensure_ascii=False, sort_keys=True)
        with self.transaction() as connection:
            self._hold(connection, plan_id, fence, lease_until=self.now() + lease_seconds)
            if not connection.execute(_receipts.update().where(*key).values(values)).rowcount:
                values.setdefault("result", "{}")
                connection.execute(_receipts.insert().values(plan=plan_id, step=step, direction=direction, **values))

    def receipts(self, plan_id: str) -> list[Receipt]:
        """The receipts of a plan, forward ones first."""
        query = _receipts.select().where(_receipts.c.plan == plan_id).order_by(_receipts.c.direction, _receipts.c.step)
        with self.transaction() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [Receipt(**{**row, "result": json.loads(row["result"])}) for row in rows]

    def _hold(self, connection: sa.Connection, plan_id: str, fence: int, **values: object) -> None:
        held = connection.execute(
            _plans.update().where(_plans.c.id == plan_id, _plans.c.fence == fence).values(**values)
        )
        if held.rowcount != 1:
            raise LeaseLost(f"Plan {plan_id} is run by another worker now.", plan=plan_id)


def _marks(rows: Iterable[sa.RowMapping]) -> frozenset[tuple[str, int, str]]:
    return frozenset((row["id"], row["fence"], row["status"]) for row in rows)


def _matters_of(body: str) -> frozenset[str]:
    """What a stored plan is about, as ``Plan.matters`` tells it."""
    plan = json.loads(body)
    return frozenset(plan.get("customers") or [str(one.get("action")) for one in plan.get("actions", [])])


def take_turns(connection: sa.Connection, matter: str) -> None:
    """Until the transaction ends nobody else deals with this matter, for what has no row yet that could be locked.

    SQLite's transactions are alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(matter, 0))))


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return sa.create_engine(parsed, pool_pre_ping=True)
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            # What customers said and owe is nobody else's business on a shared machine.
            Path(parsed.database).touch(mode=0o600)
        engine = sa.create_engine(parsed, connect_args={"timeout": 30})
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, OSError) as error:
        raise Misconfigured(
            f"TARGO_DATABASE_URL cannot be used: {_first_line(error)}.", setting="TARGO_DATABASE_URL"
        ) from error
    sa.event.listen(engine, "connect", _tune_sqlite)
    sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    # The driver's own transaction handling begins too late for a compare-and-swap between processes.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].removeprefix("(sqlite3.DatabaseError) ").strip(". ")
