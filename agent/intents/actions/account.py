"""The account: the customer at a glance, notes, suspension."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, Day, FreeText, Kind


class GetCustomer(Action):
    """The customer at a glance: contact, flags, locations, services, equipment, tickets, balance."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["get_customer"] = "get_customer"
    customer: CustomerMention = None
    sections: list[str] | None = Field(None, description="only these parts, where the user names some")


class SuspendCustomer(Action):
    """Cut a customer's service: the account is flagged and its fibre ports are disabled."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["suspend_customer"] = "suspend_customer"
    customer: CustomerMention = None
    reason: FreeText = None
    effective_date: Day | None = Field(None, description="the day it starts; null means now")
    until: Day | None = Field(None, description="the day it ends by itself, where one is said")


class ReactivateCustomer(Action):
    """Put a suspended customer's service back."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["reactivate_customer"] = "reactivate_customer"
    customer: CustomerMention = None
    reason: FreeText = None


class AddNote(Action):
    """An internal memo on the customer's file."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "note")
    action: Literal["add_note"] = "add_note"
    customer: CustomerMention = None
    note: FreeText = None
