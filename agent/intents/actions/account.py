"""The account: the whole customer at once, how to reach them, notes, suspension."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from agent.intents.actions.action import Action, CustomerMention, Day, FreeText, Kind

Section = Literal[
    "contact",
    "locations",
    "equipment",
    "subscriptions",
    "quotes",
    "arrangements",
    "tickets",
    "invoices",
    "payments",
    "work_orders",
    "phone_lines",
    "notes",
    "timeline",
]
"""The parts of a customer's file, in the order in which they are shown."""


class GetCustomer(Action):
    """The whole customer at once: badges, contact, addresses, equipment, services, quotes, tickets, money, visits."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("who",)
    action: Literal["get_customer"] = "get_customer"
    customer: CustomerMention = None
    sections: list[Section] | None = Field(None, description="only these parts, where the user names several")


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


class UpdateContact(Action):
    """Another telephone number, cell, e-mail or name of the person through whom a customer is reached."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    either: ClassVar[tuple[tuple[str, ...], ...]] = (("phone",), ("cell",), ("email",), ("contact_name",))
    action: Literal["update_contact"] = "update_contact"
    customer: CustomerMention = None
    phone: str | None = Field(None, max_length=40, description="the new number, 10 digits")
    cell: str | None = Field(None, max_length=40, description="the new cell number, 10 digits")
    email: str | None = Field(None, max_length=140, description="the new e-mail")
    contact_name: str | None = Field(None, max_length=140, description="the new name of the contact person")
