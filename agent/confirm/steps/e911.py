"""Steps at the 911 provider, which takes a request at once and accepts or rejects it only later.

What was registered before stays in force until then, so nothing that relies on a registration may come before it was
read back: ``PutE911`` holds back what follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from agent.clients.e911 import Entry, Registration
from agent.clients.systems import Systems
from agent.clients.wire import site_moment
from agent.confirm.steps.step import Applied, Change, ReceiptResult, Step
from agent.errors import Conflict

ADDRESS = ("civic_number", "apartment", "street", "city", "province", "postal_code", "cauca_code")
_TOLD = (*ADDRESS, "service_class", "first_name", "last_name")


class PutE911(Step):
    """Tell the provider where a number rings. Done when what it has in force, read back, is exactly that."""

    system: ClassVar[str] = "e911"
    holds: ClassVar[bool] = True
    kind: Literal["put_e911"] = "put_e911"
    did: str
    before: Entry | None
    """What is in force; None where the provider does not know the number."""
    after: Entry

    def changes(self) -> list[Change]:
        """Every part that an ambulance will be told differently."""
        return _changes(self.before, self.after)

    def target(self) -> str:
        """The number."""
        return self.did

    async def as_shown(self, systems: Systems) -> bool:
        """The provider was told last what the diff shows."""
        return told_last(await systems.e911.find_registration(self.did)) == self.before

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Ask, against the very version that was read. The answer is a promise only."""
        found = await systems.e911.find_registration(self.did)
        if told_last(found) != self.before:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        version = found.version if found else None
        return self._outcome(await systems.e911.register(self.did, self.after, key=key, version=version)) or Applied(
            state="accepted"
        )

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """What is in force, read back; while our request is pending it is accepted, and no more."""
        found = await systems.e911.find_registration(self.did)
        if found is None:
            return None
        if found.pending is not None and found.pending.key == key:
            return Applied(state="accepted")
        if found.rejected is not None and found.rejected.key == key:
            return Applied(state="failed", error=_why(found))
        return self._outcome(found)

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """What was in force before, or nothing."""
        if self.before is None:
            return [RemoveE911(label=self.label, did=self.did, before=self.after)]
        return [self.model_copy(update={"before": self.after, "after": self.before})]

    def _outcome(self, found: Registration) -> Applied | None:
        """Confirmed where this very entry is in force and nothing else is asked for."""
        if found.registered is None or found.pending is not None or found.registered.entry() != self.after:
            return None
        registered_at = found.registered.registered_at
        return Applied(result={"registered_at": site_moment(registered_at)} if registered_at else {})


class RemoveE911(Step):
    """Strike a number out at the provider, with what is pending for it."""

    system: ClassVar[str] = "e911"
    kind: Literal["remove_e911"] = "remove_e911"
    did: str
    before: Entry

    def changes(self) -> list[Change]:
        """Every part that goes."""
        return [Change(field=one.field, before=one.after, after=None) for one in _changes(None, self.before)]

    def target(self) -> str:
        """The number."""
        return self.did

    async def as_shown(self, systems: Systems) -> bool:
        """The provider was told last what the diff shows."""
        return told_last(await systems.e911.find_registration(self.did)) == self.before

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Strike out the very version that was read."""
        found = await systems.e911.find_registration(self.did)
        if found is None or told_last(found) != self.before:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.e911.deregister(self.did, key=key, version=found.version)
        return Applied()

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: nothing is in force for the number, and nothing asked for."""
        return Applied() if told_last(await systems.e911.find_registration(self.did)) is None else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Register it again."""
        return [PutE911(label=self.label, did=self.did, before=None, after=self.before)]


def told_last(found: Registration | None) -> Entry | None:
    """What the provider was told last and has not rejected: what is pending, else what is in force."""
    last = (found.pending or found.registered) if found else None
    return last.entry() if last else None


def _changes(before: Entry | None, after: Entry) -> list[Change]:
    rows = [(field, getattr(before, field) if before else None, getattr(after, field)) for field in _TOLD]
    return [Change(field=field, before=old or None, after=new) for field, old, new in rows if (old or "") != new]


def _why(found: Registration) -> str:
    reason = found.rejected.reason if found.rejected else None
    return (reason.message or reason.code) if reason else ""
