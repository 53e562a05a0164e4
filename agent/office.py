"""Everything a turn needs, put together once: the store, the systems, the directory, the engine, the policy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.clients.directory import DirectoryKeeper
from agent.clients.systems import Systems
from agent.confirm.approval import Approval
from agent.confirm.execute import Executor
from agent.confirm.journal import Journal
from agent.intents.cascade import Cascade
from agent.policy import Policy
from agent.settings import Settings
from agent.store import PlanStatus, Store

FOLLOW_UP_SECONDS = 8
"""How long a turn waits for a device that has accepted a restart, before the plan is left to be followed up."""


@dataclass(frozen=True)
class Office:
    """The parts, each made once and passed in. ``now`` gives seconds since the epoch, for expiry and leases."""

    settings: Settings
    store: Store
    journal: Journal
    systems: Systems
    directory: DirectoryKeeper
    engine: Cascade
    policy: Policy
    executor: Executor
    approval: Approval
    now: Callable[[], float] = time.time
    follow_up_seconds: int = FOLLOW_UP_SECONDS
    running: set[asyncio.Future[PlanStatus]] = field(default_factory=set)
    """Plans that run even though the turn that approved them may be over."""
