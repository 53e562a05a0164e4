"""Steps on telephone adapters (ATAs), through the hub: which numbers they carry.

The line's credentials go from the PBX to the adapter without passing anybody. An adapter that is away, or that was
never plugged in, is told when it comes: until then the task is only queued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar, Literal

from agent.clients.hub import Task
from agent.clients.systems import Systems
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Step

WAITING_DAYS = 14
"""How long an adapter may stay in its box before it is a person's business again."""


class ConfigureAta(Step):
    """Let an adapter carry a number. Done when the adapter, read back, carries it."""

    system: ClassVar[str] = "hub"
    kind: Literal["configure_ata"] = "configure_ata"
    mac: str
    did: str
    model: str | None = None

    def changes(self) -> list[Change]:
        """The number that it will carry."""
        return [Change(field="ata_number", before=None, after=self.did)]

    def target(self) -> str:
        """The adapter's MAC address."""
        return self.mac

    async def as_shown(self, systems: Systems) -> bool:
        """It does not carry the number."""
        return not await _carries(systems, self.mac, self.did)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Queue the task."""
        expires = await systems.clock.now() + dt.timedelta(days=WAITING_DAYS)
        task = await systems.hub.configure_ata(
            self.mac, did=self.did, key=key, expires_at=expires, model=self.model or None
        )
        return Applied(state="accepted", result=_result(task))

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """The task that bears our key. One that expired was never done: somebody has to see to the adapter."""
        task = await _task(systems, self.mac, key)
        if task is None or task.state in ("expired", "cancelled"):
            return None
        return _outcome(task, ready=await _carries(systems, self.mac, self.did))

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """It carries the number no more, or is never told to."""
        return [ClearAta(label=self.label, mac=self.mac, did=self.did, told_by=str(result.get("unique_key") or ""))]


class ClearAta(Step):
    """Let an adapter carry a number no more; what it was told under ``told_by`` and still waits is taken back."""

    system: ClassVar[str] = "hub"
    kind: Literal["clear_ata"] = "clear_ata"
    mac: str
    did: str
    told_by: str = ""

    def changes(self) -> list[Change]:
        """The number that it carries no more."""
        return [Change(field="ata_number", before=self.did, after=None)]

    def target(self) -> str:
        """The adapter's MAC address."""
        return self.mac

    async def as_shown(self, systems: Systems) -> bool:
        """It carries the number, or waits to be told so."""
        return await _carries(systems, self.mac, self.did) or await self._waiting(systems) is not None

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Take the task back that still waits, or queue another one."""
        waiting = await self._waiting(systems)
        if waiting is not None:
            await systems.hub.cancel_task(waiting.id)
            return Applied()
        expires = await systems.clock.now() + dt.timedelta(days=WAITING_DAYS)
        task = await systems.hub.clear_ata(self.mac, did=self.did, key=key, expires_at=expires)
        return Applied(state="accepted", result=_result(task))

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Nothing waits any more, and the adapter carries the number no more."""
        task = await _task(systems, self.mac, key)
        gone = not await _carries(systems, self.mac, self.did)
        if task is not None and task.state not in ("expired", "cancelled"):
            return _outcome(task, ready=gone)
        return Applied() if gone and await self._waiting(systems) is None else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """It carries the number again."""
        return [ConfigureAta(label=self.label, mac=self.mac, did=self.did)]

    async def _waiting(self, systems: Systems) -> Task | None:
        task = await _task(systems, self.mac, self.told_by) if self.told_by else None
        return task if task is not None and task.state == "queued" else None


async def _task(systems: Systems, mac: str, key: str) -> Task | None:
    tasks = await systems.hub.ata_tasks(mac, key)
    return tasks[-1] if tasks else None


async def _carries(systems: Systems, mac: str, did: str) -> bool:
    return any(did in (device.dids or ()) for device in await systems.hub.devices(mac=mac))


def _outcome(task: Task, *, ready: bool) -> Applied:
    if task.state == "faulted":
        fault = task.fault.message if task.fault else ""
        return Applied(state="failed", result=_result(task), error=f"the adapter refused: {fault}")
    if task.state == "done" and ready:
        return Applied(result=_result(task))
    return Applied(state="accepted", result=_result(task))


def _result(task: Task) -> ReceiptResult:
    return {"task": task.id, "task_state": task.state, "unique_key": task.unique_key}
