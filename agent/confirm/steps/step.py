"""What a step is: one write to one system, that knows what it changes and how to find out whether it took.

Every kind of step knows five things: what it changes, what it expects to find, how to apply itself, how to find out
whether it already took, and which steps take it back. Executor, undo, recovery, diff and journal are written against
that and nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from agent.clients.systems import Systems
from agent.reply import Scalar

ReceiptResult = dict[str, Any]
UndoMode = Literal["delete", "keep", "set"]


class Ref(BaseModel):
    """What an earlier step of the same draft will have made: a field of the result of the step ``back`` before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    back: int = Field(ge=1)
    field: str = "name"
    shown: str = "…"
    """What stands for it in the diff: "the new invoice"."""


class Implied(BaseModel):
    """A field of another document that its system changes by itself when the step takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    doctype: str
    name: str
    field: str
    before: Scalar
    after: Scalar

    def turned(self) -> Implied:
        """What taking the step back implies."""
        return self.model_copy(update={"before": self.after, "after": self.before})


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
    holds: ClassVar[bool] = False
    """Whether what comes after it in a plan has to wait until what was only accepted is confirmed."""
    kind: str
    label: str

    def bound(self, number: int, results: Mapping[int, ReceiptResult]) -> Self:
        """The step, numbered ``number`` in its plan, with what earlier steps made in place of its references.

        A reference to a step that has no result yet stays.
        """
        values = self.model_dump()
        filled = _bound(values, number, results)
        return self if filled == values else type(self).model_validate(filled)

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
    def inverse(self, result: ReceiptResult, *, compensating: bool) -> Sequence[Step] | None:
        """The steps that take it back; None where it cannot be taken back."""


def reference(value: object) -> Ref | None:
    """A reference, also as a stored plan holds it among free values; None for anything else."""
    if isinstance(value, Ref):
        return value
    if isinstance(value, dict) and value.keys() == Ref.model_fields.keys():
        return Ref.model_validate(value)
    return None


def _bound(value: Any, number: int, results: Mapping[int, ReceiptResult]) -> Any:  # noqa: ANN401 - any tree of values
    ref = reference(value)
    if ref is not None:
        return results.get(number - ref.back, {}).get(ref.field, value)
    if isinstance(value, dict):
        return {key: _bound(one, number, results) for key, one in value.items()}
    if isinstance(value, list):
        return [_bound(one, number, results) for one in value]
    return value


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


def holds(document: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether a document has these values; rows of a table are compared by the fields that are given."""
    return all(_fits(document.get(field), value) for field, value in values.items())


def _fits(found: object, wanted: object) -> bool:
    if isinstance(wanted, list):
        rows = found if isinstance(found, list) else []
        return len(rows) == len(wanted) and all(holds(row, one) for row, one in zip(rows, wanted, strict=True))
    return same(found, wanted) or (same(wanted, None) and same(found, 0))
