"""The conversation itself: approving, changing one's mind, undoing, asking for help."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from agent.intents.actions.action import Action, FreeText, Kind


class Approve(Action):
    """Run the waiting plan. Only a whole message from a short list; never understood by an engine."""

    kind: ClassVar[Kind] = "conversation"
    action: Literal["approve"] = "approve"
    plan: str | None = None


class Reject(Action):
    """Drop the waiting plan."""

    kind: ClassVar[Kind] = "conversation"
    action: Literal["reject"] = "reject"
    plan: str | None = None
    reason: FreeText = None


class Amend(Action):
    """Make the waiting plan again with some fields changed."""

    kind: ClassVar[Kind] = "conversation"
    required: ClassVar[tuple[str, ...]] = ("changes",)
    action: Literal["amend"] = "amend"
    changes: dict[str, Any] | None = Field(None, description="field of the waiting plan's action -> its new value")


class Undo(Action):
    """Take back the last plan that ran, or the one named."""

    kind: ClassVar[Kind] = "conversation"
    action: Literal["undo"] = "undo"
    plan: str | None = None


class Help(Action):
    """What can be asked, with examples; or what would happen if."""

    kind: ClassVar[Kind] = "conversation"
    action: Literal["help"] = "help"
    topic: FreeText = None


class Clarify(Action):
    """The request is understood but something that it needs was not said."""

    kind: ClassVar[Kind] = "conversation"
    action: Literal["clarify"] = "clarify"
    question: FreeText = None
    missing: list[str] | None = None
    for_: str | None = Field(None, alias="for", description="the action that was meant")
    known: SkipJsonSchema[dict[str, Any] | None] = Field(None, exclude=True)
    """What was said of the action meant, in wire form: kept for the answer, no part of the wire form itself."""


class OutOfScope(Action):
    """Not an operation of this company."""

    kind: ClassVar[Kind] = "conversation"
    action: Literal["out_of_scope"] = "out_of_scope"
    reason: FreeText = None
