"""Steps on the network: OLT ports and customers' devices, through the hub."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar, Literal

from agent.clients.systems import Systems
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Step
from agent.errors import Conflict


class SetPort(Step):
    """Enable or disable one OLT port of a customer."""

    system: ClassVar[str] = "hub"
    kind: Literal["set_port"] = "set_port"
    olt: str
    port: str
    customer: str
    before: bool
    after: bool

    def changes(self) -> list[Change]:
        """Whether light is given."""
        return [Change(field="enabled", before=self.before, after=self.after)]

    def target(self) -> str:
        """OLT and port."""
        return f"{self.olt} {self.port}"

    async def as_shown(self, systems: Systems) -> bool:
        """The port is still the customer's, and as it was."""
        found = await systems.hub.port(self.olt, self.port)
        return found.enabled == self.before and found.customer == self.customer

    async def apply(self, systems: Systems, key: str) -> Applied:
        """PUT against the very version of the port that was read."""
        found = await systems.hub.port(self.olt, self.port)
        if found.enabled != self.before or found.customer != self.customer:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.hub.set_port(self.olt, self.port, enabled=self.after, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: the port is as wanted and still the customer's."""
        found = await systems.hub.port(self.olt, self.port)
        return Applied() if found.enabled == self.after and found.customer == self.customer else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The other way round."""
        return [self.model_copy(update={"before": self.after, "after": self.before})]


class RebootDevice(Step):
    """A TR-069 reboot. The hub's answer is only an acceptance: the proof is ``last_boot`` moving."""

    system: ClassVar[str] = "hub"
    perishable: ClassVar[bool] = True
    kind: Literal["reboot_device"] = "reboot_device"
    serial: str
    device_type: str
    expires_minutes: int = 10
    """A reboot that could not be delivered by then must not fire later, out of the blue."""

    def changes(self) -> list[Change]:
        """Nothing is stored: the effect is a consequence, shown as such."""
        return []

    def target(self) -> str:
        """The device's serial number."""
        return self.serial

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Queue the task."""
        now = await systems.clock.now()
        expires = now + dt.timedelta(minutes=self.expires_minutes)
        task = await systems.hub.reboot(self.serial, key=key, expires_at=expires)
        return Applied(state="accepted", result={"task": task.id, "task_state": task.state})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """The task that bears our key, and whether the device has restarted since it was given."""
        tasks = await systems.hub.tasks(self.serial, key)
        if not tasks:
            return None
        task = tasks[-1]
        result = {"task": task.id, "task_state": task.state}
        if task.state == "done":
            # Not since it was given: a device that was away boots, and only then takes the order.
            ordered = task.finished_at or task.created_at
            booted = (await systems.hub.device(self.serial)).last_boot
            if booted is not None and ordered is not None and booted > ordered:
                return Applied(result={**result, "last_boot": booted.isoformat()})
        if task.state in ("faulted", "expired", "cancelled"):
            return Applied(state="failed", result=result, error=f"the reboot task is {task.state}")
        return Applied(state="accepted", result=result)

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """A reboot cannot be undone."""
        return None
