"""Steps on ERPNext's documents: change, make, submit, cancel, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Any, ClassVar, Literal

from pydantic import Field

from agent.clients.systems import Systems
from agent.confirm.steps.step import (
    Applied,
    Change,
    Implied,
    ReceiptResult,
    Ref,
    Step,
    UndoMode,
    holds,
    reference,
    same,
)
from agent.errors import Conflict, Duplicate, Missing
from agent.reply import Scalar


class UpdateDoc(Step):
    """Set fields of an ERPNext document from what they are to what they shall be."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["update_doc"] = "update_doc"
    doctype: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]
    """A table's rows are a list; they replace all the rows of before."""
    names: dict[str, str] = Field(default_factory=dict)
    """What people call what the values name by a code, for the diff: a technician, an address."""

    def changes(self) -> list[Change]:
        """The fields that differ; rows of a table one by one."""
        found: list[Change] = []
        for field, after in self.after.items():
            before = self.before.get(field)
            if isinstance(after, list):
                found += _row_changes(field, before or [], after, self.names)
            elif not same(before, after):
                found.append(Change(field=field, before=_shown(before, self.names), after=_shown(after, self.names)))
        return found

    def target(self) -> str:
        """Doctype and name."""
        return f"{self.doctype} {self.name}"

    async def as_shown(self, systems: Systems) -> bool:
        """Every field has the value from which it is to change."""
        document = await systems.erp.find(self.doctype, self.name)
        return document is not None and holds(document, self.before)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """PUT with the ``modified`` just read, so that nobody's change in between is lost."""
        for last_try in (False, False, True):
            document = await systems.erp.get(self.doctype, self.name)
            if not holds(document, self.before):
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
        return Applied(result={"name": self.name}) if document and holds(document, self.after) else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
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
    names: dict[str, str] = Field(default_factory=dict)
    """What people call what the values name by a code, for the diff: a technician, an address."""
    changed_later: bool = False
    """Whether a later step of the same plan changes it again, so that its version says nothing of others."""

    def changes(self) -> list[Change]:
        """Every value of the new document; rows of a table one by one."""
        found: list[Change] = []
        for field, value in self.values.items():
            if isinstance(value, list):
                found += _row_changes(field, [], value, self.names)
            elif value not in (None, ""):
                found.append(Change(field=field, before=None, after=_shown(value, self.names)))
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

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Delete it, or mark it as taken back, or leave it as a trace of what happened."""
        name = str(result["name"])
        if self.on_undo == "keep" and not compensating:
            return []
        if self.on_undo == "set":
            before = {field: self.values.get(field) for field in self.undone_values}
            return [
                UpdateDoc(label=self.label, doctype=self.doctype, name=name, before=before, after=self.undone_values)
            ]
        modified = "" if self.changed_later else str(result["modified"])
        return [DeleteDoc(label=self.label, doctype=self.doctype, name=name, values=self.values, modified=modified)]


class SubmitDoc(Step):
    """Make a draft final, if it came out as the approved diff says."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["submit_doc"] = "submit_doc"
    doctype: str
    name: str | Ref
    expected: dict[str, Scalar]
    """What ERPNext computes for the document (totals, taxes), as it was shown."""
    implies: list[Implied] = Field(default_factory=list)
    leaves: dict[str, Scalar] = Field(default_factory=dict)
    """What the submitted document holds until someone works on it: it is taken back only while it does (an invoice
    that nobody has paid, since ERPNext would unlink the payment without a word)."""

    def changes(self) -> list[Change]:
        """What ERPNext computes, then what becomes of other documents by it."""
        computed = [Change(field=field, before=None, after=value) for field, value in self.expected.items()]
        return [*computed, *_implied_changes(self.implies)]

    def target(self) -> str:
        """Doctype and name, as far as it is known."""
        return f"{self.doctype} {_shown(self.name)}"

    async def as_shown(self, systems: Systems) -> bool:
        """A draft with those figures, or one still to be made."""
        if isinstance(self.name, Ref):
            return await _as_implied(self.implies, systems)
        document = await systems.erp.find(self.doctype, self.name)
        return document is not None and self._is_ready(document) and await _as_implied(self.implies, systems)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Compare the draft with what was approved, then submit that very version of it."""
        name = _known(self.name)
        document = await systems.erp.get(self.doctype, name)
        if not self._is_ready(document) or not await _as_implied(self.implies, systems):
            raise Conflict(f"{self.target()} did not come out as shown.", system=self.system, target=self.target())
        await systems.erp.submit(self.doctype, name, modified=str(document["modified"]))
        return Applied(result={"name": name})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: it is submitted."""
        name = _known(self.name)
        document = await systems.erp.find(self.doctype, name)
        return Applied(result={"name": name}) if document and int(document.get("docstatus") or 0) == 1 else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Cancel it; it stays on record as cancelled."""
        return [
            CancelDoc(
                label=self.label,
                doctype=self.doctype,
                name=str(result["name"]),
                implies=[one.turned() for one in self.implies],
                expected=self.leaves,
            )
        ]

    def _is_ready(self, document: Mapping[str, Any]) -> bool:
        return int(document.get("docstatus") or 0) == 0 and holds(document, self.expected)


class CancelDoc(Step):
    """Void a submitted document. It stays on record; ERPNext has no way back but a new one."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["cancel_doc"] = "cancel_doc"
    doctype: str
    name: str
    implies: list[Implied] = Field(default_factory=list)
    expected: dict[str, Scalar] = Field(default_factory=dict)
    """What it has to hold still, to be voided."""

    def changes(self) -> list[Change]:
        """Its status, and what becomes of other documents by it."""
        return [Change(field="docstatus", before="Submitted", after="Cancelled"), *_implied_changes(self.implies)]

    def target(self) -> str:
        """Doctype and name."""
        return f"{self.doctype} {self.name}"

    async def as_shown(self, systems: Systems) -> bool:
        """It is submitted, and what it implies is as shown."""
        document = await systems.erp.find(self.doctype, self.name)
        return document is not None and self._is_ready(document) and await _as_implied(self.implies, systems)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """Cancel the version that was read."""
        document = await systems.erp.get(self.doctype, self.name)
        if not self._is_ready(document):
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        await systems.erp.cancel(self.doctype, self.name, modified=str(document["modified"]))
        return Applied(result={"name": self.name})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Read back: it is cancelled."""
        document = await systems.erp.find(self.doctype, self.name)
        return Applied(result={"name": self.name}) if _is_cancelled(document) else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """A cancelled document stays cancelled."""
        return None

    def _is_ready(self, document: Mapping[str, Any]) -> bool:
        return int(document.get("docstatus") or 0) == 1 and holds(document, self.expected)


class DeleteDoc(Step):
    """Remove an ERPNext document that an earlier plan made."""

    system: ClassVar[str] = "erpnext"
    kind: Literal["delete_doc"] = "delete_doc"
    doctype: str
    name: str
    values: dict[str, Any]
    modified: str
    """As the earlier plan left it: what someone has edited since is no longer ours to remove.

    Empty where that plan itself changed it again: then the values above say whether it is as it was made.
    """

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
        return document is not None and self._is_ours(document)

    async def apply(self, systems: Systems, key: str) -> Applied:
        """DELETE; a document that is gone or cancelled already is what was wanted."""
        document = await systems.erp.find(self.doctype, self.name)
        if _is_cancelled(document):
            return Applied(result={"name": self.name})
        if document is not None and not self._is_ours(document):
            raise Conflict(f"{self.target()} is no longer as shown.", system=self.system, target=self.target())
        with suppress(Missing):
            await systems.erp.delete(self.doctype, self.name)
        return Applied(result={"name": self.name})

    async def look_up(self, systems: Systems, key: str) -> Applied | None:
        """Gone is done; so is cancelled: what was submitted before it was taken back stays on record."""
        document = await systems.erp.find(self.doctype, self.name)
        gone = document is None or _is_cancelled(document)
        return Applied(result={"name": self.name}) if gone else None

    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """Make it again, under a new name."""
        return [InsertDoc(label=self.label, doctype=self.doctype, values=self.values)]

    def _is_ours(self, document: Mapping[str, Any]) -> bool:
        return str(document["modified"]) == self.modified if self.modified else holds(document, self.values)


def _known(name: str | Ref) -> str:
    if isinstance(name, Ref):
        raise TypeError("a step has to be bound to what earlier steps made before it is applied")
    return name


def _shown(value: object, names: Mapping[str, str] = {}) -> Scalar:
    ref = reference(value)
    if isinstance(value, str) and value in names:
        return names[value] if f"({value})" in names[value] else f"{names[value]} ({value})"
    return ref.shown if ref else value  # type: ignore[return-value]  # what a plan stores is a scalar


def _row_changes(
    field: str,
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
) -> list[Change]:
    """Rows side by side, each on one line; those that stay the same are left out."""
    rows = zip_longest((_row(row, names) for row in before), (_row(row, names) for row in after))
    return [
        Change(field=f"{field} {number}", before=old, after=new)
        for number, (old, new) in enumerate(rows, start=1)
        if old != new
    ]


def _row(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return " · ".join(str(_shown(cell, names)) for cell in row.values() if cell not in (None, ""))


def _implied_changes(implies: Sequence[Implied]) -> list[Change]:
    return [Change(field=f"{one.field} {one.name}", before=one.before, after=one.after) for one in implies]


async def _as_implied(implies: Sequence[Implied], systems: Systems) -> bool:
    """Whether the other documents are as the diff shows them before the step."""
    for one in implies:
        document = await systems.erp.find(one.doctype, one.name)
        if document is None or not same(document.get(one.field), one.before):
            return False
    return True


def _is_cancelled(document: Mapping[str, Any] | None) -> bool:
    return document is not None and int(document.get("docstatus") or 0) == 2
