"""Steps on who hangs on an OLT port, through the hub: a free one given to a customer, or taken back.

With the port its ONT's parameters (TR-069) are queued by the hub, which hands them over when the ONT is plugged in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from agent.clients.hub import Assignment, Port
from agent.clients.systems import Systems
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Step
from agent.errors import Conflict

_SHOWN = ("customer", "service_location", "ont_serial", "profile")


class _PortStep(Step):
    system: ClassVar[str] = "hub"
    olt: str
    port: str
    customer: str
    location: str
    ont_serial: str | None = None
    profile: str
    place: str
    """The address as people say it."""

    def target(self) -> str:
        """OLT and port."""
        return f"{self.olt} {self.port}"

    def _values(self) -> dict[str, str | None]:
        where = f"{self.place} ({self.location})"
        return dict(zip(_SHOWN, (self.customer, where, self.ont_serial, self.profile), strict=True))

    def _is_ours(self, found: Port) -> bool:
        ours = (self.customer, self.location, self.ont_serial, self.profile)
        return (found.customer, found.location, found.ont_serial, found.profile) == ours

    def _fields(self) -> dict[str, object]:
        return self.model_dump(exclude={"kind"})

    def _moved(self) -> Conflict:
        return Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())


class AssignPort(_PortStep):
    """Give a free port to a customer, with light."""

    kind: Literal["assign_port"] = "assign_port"

    def changes(self) -> list[Change]:
        """Who hangs on it from now on, at what speed, and that it gives light."""
        changes = [Change(field=field, before=None, after=value) for field, value in self._values().items() if value]
        return [*changes, Change(field="enabled", before=False, after=True)]

    async def as_shown(self, systems: Systems) -> bool:
        """The port hangs on nobody."""
        return (await systems.hub.port(self.olt, self.port)).customer is None

    async def apply(self, systems: Systems, key: str) -> Applied:
        """PUT against the very version of the port that was read."""
        found = await systems.hub.port(self.olt, self.port)
        if found.customer is not None:
            raise self._moved()
        wish = Assignment(
            customer=self.customer, location=self.location, ont_serial=self.ont_serial, profile=self.profile
        )
        await systems.hub.assign_port(self.olt, self.port, wish, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: the port is the customer's, just so."""
        return Applied() if self._is_ours(await systems.hub.port(self.olt, self.port)) else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Take the port back."""
        return [ReleasePort.model_validate(self._fields())]


class ReleasePort(_PortStep):
    """Take a port back from the customer: free and dark, what hung on it offline."""

    kind: Literal["release_port"] = "release_port"

    def changes(self) -> list[Change]:
        """Who hangs on it no more, and that it goes dark."""
        changes = [Change(field=field, before=value, after=None) for field, value in self._values().items() if value]
        return [*changes, Change(field="enabled", before=True, after=False)]

    async def as_shown(self, systems: Systems) -> bool:
        """The port is still the customer's, just so."""
        return self._is_ours(await systems.hub.port(self.olt, self.port))

    async def apply(self, systems: Systems, key: str) -> Applied:
        """DELETE against the very version of the port that was read."""
        found = await systems.hub.port(self.olt, self.port)
        if not self._is_ours(found):
            raise self._moved()
        await systems.hub.release_port(self.olt, self.port, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: the port hangs on nobody, or on somebody else by now."""
        return None if self._is_ours(await systems.hub.port(self.olt, self.port)) else Applied()

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Give it to the customer again."""
        return [AssignPort.model_validate(self._fields())]
