"""The steps that a plan is made of: one outgoing write each, as data.

Each kind of step knows five things: what it changes (for the diff), what it expects to find, how to apply itself,
how to find out whether it already took, and how it is reverted (by another step). ``key`` is the plan's id and the
step's number: systems that can, remember it, so that a write sent twice takes once. No step holds a secret.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.clients.systems import Systems
from agent.errors import Conflict, Duplicate, Missing
from agent.reply import Scalar

ReceiptResult = dict[str, Any]
UndoMode = Literal["delete", "keep", "set"]


class Note(BaseModel):
    """A sentence as data: the key of its template and the facts that fill it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    facts: dict[str, Any] = Field(default_factory=dict)


class Change(BaseModel):
    """One field, before and after; None stands for nothing there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    before: Scalar
    after: Scalar


class Applied(BaseModel):
    """What a write came to: ``accepted`` is a promise of the other side, ``confirmed`` a fact read back."""

    model_config = ConfigDict(frozen=True)

    state: Literal["accepted", "confirmed", "failed"] = "confirmed"
    result: ReceiptResult = Field(default_factory=dict)
    error: str = ""


class Step(BaseModel, ABC):
    """One write to one system. ``label`` names the record as people do: ``Luc Gagnon (C-10003)``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: ClassVar[str]
    perishable: ClassVar[bool] = False
    """Whether doing it long after it was approved would come out of the blue."""
    label: str

    @abstractmethod
    def changes(self) -> list[Change]:
        """Every field that this step changes."""

    @abstractmethod
    def target(self) -> str:
        """The record, by its system's own name, for people who have to finish by hand."""

    async def as_shown(self, systems: Systems) -> bool:
        """Whether what is there is still what the diff shows as "before"; a thing that is made has none."""
        return True

    @abstractmethod
    async def apply(self, systems: Systems, key: str) -> Applied:
        """Do it, if what is there is what was shown; raises ``Conflict`` otherwise.

        The write is the last call that it makes: an error of a later one would pass for the write's own.
        """

    @abstractmethod
    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Whether it already took: what came of it, or None where nothing did."""

    @abstractmethod
    def inverse(self, result: ReceiptResult, *, compensating: bool) -> list[AnyStep] | None:
        """The steps that take it back; None where it cannot be taken back."""


class UpdateDoc(Step):
    """Set fields of an ERPNext document from what they are to what they shall be."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["update_doc"] = "update_doc"
    doctype: str
    name: str
    before: dict[str, Scalar]
    after: dict[str, Scalar]

    def changes(self) -> list[Change]:
        """The fields that differ."""
        return [
            Change(field=field, before=self.before.get(field), after=after)
            for field, after in self.after.items()
            if not same(self.before.get(field), after)
        ]

    def target(self) -> str:
        """Doctype and name."""
        return f"{self.doctype} {self.name}"

    async def as_shown(self, systems: Systems) -> bool:
        """Every field has the value from which it is to change."""
        document = await systems.erp.find(self.doctype, self.name)
        return document is not None and _holds(document, self.before)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """PUT with the ``modified`` just read, so that nobody's change in between is lost."""
        for last_try in (False, False, True):
            document = await systems.erp.get(self.doctype, self.name)
            if not _holds(document, self.before):
                raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
            try:
                await systems.erp.update(self.doctype, self.name, self.after, modified=str(document["modified"]))
            except Conflict:
                # Someone saved another field meanwhile: ours may still be as shown.
                if last_try:
                    raise
            else:
                break
        return Applied(result={"name": self.name})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: every field has its new value."""
        document = await systems.erp.find(self.doctype, self.name)
        return Applied(result={"name": self.name}) if document and _holds(document, self.after) else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> list[AnyStep] | None:
        """The fields' earlier values."""
        return [self.model_copy(update={"before": self.after, "after": self.before})]


class InsertDoc(Step):
    """Make an ERPNext document. Found again by its unique ``agent_step`` when the answer was lost."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["insert_doc"] = "insert_doc"
    doctype: str
    values: dict[str, Any]
    on_undo: UndoMode = "delete"
    undone_values: dict[str, Scalar] = Field(default_factory=dict)
    """With ``on_undo="set"``: the values that stand for "taken back" (status Cancelled)."""

    def changes(self) -> list[Change]:
        """Every value of the new document; rows of a table one by one."""
        found: list[Change] = []
        for field, value in self.values.items():
            if isinstance(value, list):
                for number, row in enumerate(value, start=1):
                    shown = " · ".join(str(cell) for cell in row.values() if cell not in (None, ""))
                    found.append(Change(field=f"{field} {number}", before=None, after=shown))
            elif value not in (None, ""):
                found.append(Change(field=field, before=None, after=value))
        return found

    def target(self) -> str:
        """Doctype only: the name is given by ERPNext."""
        return self.doctype

    async def apply(self, systems: Systems, key: str) -> Applied:
        """POST; a duplicate of our own key is the same insert that took before."""
        try:
            document = await systems.erp.insert(self.doctype, {**self.values, "agent_step": key})
        except Duplicate:
            found = await self.look_up(systems, key)
            if found is None:
                raise
            return found
        return Applied(result={"name": document["name"]})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """The document that bears our key."""
        document = await systems.erp.inserted_by_step(self.doctype, key)
        return Applied(result={"name": document["name"], "modified": document["modified"]}) if document else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> list[AnyStep] | None:
        """Delete it, or mark it as taken back, or leave it as a trace of what happened."""
        name = str(result["name"])
        if self.on_undo == "keep" and not compensating:
            return []
        if self.on_undo == "set":
            before = {field: self.values.get(field) for field in self.undone_values}
            return [
                UpdateDoc(label=self.label, doctype=self.doctype, name=name, before=before, after=self.undone_values)
            ]
        modified = str(result["modified"])
        return [DeleteDoc(label=self.label, doctype=self.doctype, name=name, values=self.values, modified=modified)]


class DeleteDoc(Step):
    """Remove an ERPNext document that an earlier plan made."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["delete_doc"] = "delete_doc"
    doctype: str
    name: str
    values: dict[str, Any]
    modified: str
    """As the earlier plan left it: what someone has edited since is no longer ours to remove."""

    def changes(self) -> list[Change]:
        """Every value that goes."""
        return [
            Change(field=field, before=value, after=None)
            for field, value in self.values.items()
            if not isinstance(value, list) and value not in (None, "")
        ]

    def target(self) -> str:
        """Doctype and name."""
        return f"{self.doctype} {self.name}"

    async def as_shown(self, systems: Systems) -> bool:
        """The document is there, and nobody has saved it since."""
        document = await systems.erp.find(self.doctype, self.name)
        return document is not None and str(document["modified"]) == self.modified

    async def apply(self, systems: Systems, key: str) -> Applied:
        """DELETE; a document that is gone already is what was wanted."""
        document = await systems.erp.find(self.doctype, self.name)
        if document is not None and str(document["modified"]) != self.modified:
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        with suppress(Missing):
            await systems.erp.delete(self.doctype, self.name)
        return Applied(result={"name": self.name})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Gone is done."""
        return None if await systems.erp.find(self.doctype, self.name) else Applied(result={"name": self.name})

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> list[AnyStep] | None:
        """Make it again, under a new name."""
        return [InsertDoc(label=self.label, doctype=self.doctype, values=self.values)]


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

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> list[AnyStep] | None:
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

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> list[AnyStep] | None:
        """A reboot cannot be undone."""
        return None


AnyStep = Annotated[UpdateDoc | InsertDoc | DeleteDoc | SetPort | RebootDevice, Field(discriminator="kind")]

for _step in (UpdateDoc, InsertDoc, DeleteDoc, SetPort, RebootDevice):
    _step.model_rebuild()


def same(left: object, right: object) -> bool:
    """Equality as ERPNext stores values: null is empty is zero, ``"150.00"`` is 150.0, a date is its ISO text."""
    return _plain(left) == _plain(right)


def _plain(value: object) -> object:
    if value is None or value == "":
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return str(Decimal(str(int(value) if isinstance(value, bool) else value)).normalize())
    text = str(value)
    try:
        return str(Decimal(text).normalize())
    except ArithmeticError:
        return text


def _holds(document: dict[str, Any], values: dict[str, Scalar]) -> bool:
    return all(
        same(document.get(field), value) or (same(value, None) and same(document.get(field), 0))
        for field, value in values.items()
    )


__all__ = [
    "AnyStep",
    "Applied",
    "Change",
    "DeleteDoc",
    "InsertDoc",
    "Note",
    "RebootDevice",
    "ReceiptResult",
    "SetPort",
    "Step",
    "UpdateDoc",
    "same",
]
