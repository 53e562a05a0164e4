"""Support in the field: tickets, visits, work orders, and what happened on a customer's file."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.intents.actions.action import Action, CustomerMention, Day, FreeText, Kind, LocationMention

TicketStatus = Literal["open", "replied", "on_hold", "resolved", "closed"]
Priority = Literal["low", "medium", "high", "urgent"]
PartOfDay = Literal["morning", "afternoon", "evening"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""``"14:30"``, 24 h."""
TechnicianMention = Annotated[str | None, Field(max_length=200, description="the technician as the user named them")]
TicketMention = Annotated[str | None, Field(max_length=60, description="a ticket's number, ISS-2026-00012")]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=3)]


class Part(BaseModel):
    """Something that a technician used up: the item as the user named it, and how many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str = Field(max_length=140)
    qty: Quantity = Decimal(1)


class ListTickets(Action):
    """A customer's tickets, or the company's where no customer is named."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_tickets"] = "list_tickets"
    customer: CustomerMention = None
    status: Literal["all", "open", "closed"] = "all"


class ListVisits(Action):
    """The times that a technician went or is to go: how many, when, who."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_visits"] = "list_visits"
    customer: CustomerMention = None
    location: LocationMention = None
    technician: TechnicianMention = None
    status: Literal["all", "planned", "done"] = "all"
    since: Day | None = Field(None, description="first day, ISO")
    until: Day | None = Field(None, description="last day, ISO")


class ListWorkOrders(Action):
    """The work that was done: at an address, for a customer, by a technician, with its hours."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_work_orders"] = "list_work_orders"
    customer: CustomerMention = None
    location: LocationMention = None
    technician: TechnicianMention = None
    since: Day | None = Field(None, description="first day, ISO")
    until: Day | None = Field(None, description="last day, ISO")


class TechnicianHours(Action):
    """How many hours a technician worked, in how many visits."""

    kind: ClassVar[Kind] = "read"
    required: ClassVar[tuple[str, ...]] = ("technician",)
    action: Literal["technician_hours"] = "technician_hours"
    technician: TechnicianMention = None
    customer: CustomerMention = None
    location: LocationMention = None
    since: Day | None = Field(None, description="first day, ISO")
    until: Day | None = Field(None, description="last day, ISO")


class ListActivity(Action):
    """What happened on a file, the newest first: notes, tickets, visits, payments, what this agent did."""

    kind: ClassVar[Kind] = "read"
    action: Literal["list_activity"] = "list_activity"
    customer: CustomerMention = None
    since: Day | None = Field(None, description="first day, ISO")
    until: Day | None = Field(None, description="last day, ISO")


class CreateTicket(Action):
    """Open a ticket for a problem that a customer has."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "subject")
    action: Literal["create_ticket"] = "create_ticket"
    customer: CustomerMention = None
    location: LocationMention = None
    subject: Annotated[str | None, Field(max_length=140, description="the problem in the user's words")] = None
    description: FreeText = Field(None, description="only what goes beyond the subject")
    priority: Priority | None = None
    department: str | None = Field(None, max_length=60, description="Support, Facturation or Installation, if said")


class UpdateTicket(Action):
    """Change a ticket: its status, its priority, who has it; or leave a comment on it."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    asks_for: ClassVar[str] = "ticket"
    either: ClassVar[tuple[tuple[str, ...], ...]] = (("status",), ("assign_to",), ("comment",), ("priority",))
    action: Literal["update_ticket"] = "update_ticket"
    ticket: TicketMention = None
    customer: CustomerMention = None
    status: TicketStatus | None = None
    assign_to: str | None = Field(None, max_length=200, description="the technician or the department that takes it")
    comment: FreeText = None
    priority: Priority | None = None


class DispatchTechnician(Action):
    """Send a technician to a customer or an address on a day."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "date")
    action: Literal["dispatch_technician"] = "dispatch_technician"
    customer: CustomerMention = None
    location: LocationMention = None
    date: Day | None = Field(None, description="the day of the visit, ISO")
    part_of_day: PartOfDay | None = None
    time: TimeOfDay | None = Field(None, description="HH:MM, 24 h; leaves part_of_day null")
    technician: TechnicianMention = None
    reason: FreeText = None
    ticket: TicketMention = None


class ScheduleInstallation(Action):
    """Plan the installation of a new service."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who", "date")
    action: Literal["schedule_installation"] = "schedule_installation"
    customer: CustomerMention = None
    quote: str | None = Field(None, max_length=60, description="the quote's number, SOQ-908")
    location: LocationMention = None
    date: Day | None = Field(None, description="the day of the installation, ISO")
    part_of_day: PartOfDay | None = None
    time: TimeOfDay | None = Field(None, description="HH:MM, 24 h; leaves part_of_day null")
    technician: TechnicianMention = None


class LogWorkOrder(Action):
    """Put on record what a technician did: the hours, the parts, whether it is to be billed."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    either: ClassVar[tuple[tuple[str, ...], ...]] = (("hours",), ("arrived", "left"))
    action: Literal["log_work_order"] = "log_work_order"
    customer: CustomerMention = None
    location: LocationMention = None
    ticket: TicketMention = None
    technician: TechnicianMention = None
    date: Day | None = Field(None, description="the day of the work, ISO; null means today")
    arrived: TimeOfDay | None = Field(None, description="HH:MM, 24 h")
    left: TimeOfDay | None = Field(None, description="HH:MM, 24 h")
    hours: Annotated[Decimal, Field(gt=0, le=24, decimal_places=2)] | None = Field(None, description="worked, 2.5")
    note: FreeText = Field(None, description="what was done")
    parts: list[Part] | None = Field(None, description="what was used up")
    billable: bool | None = Field(None, description="true where the user says that the customer is to be billed")


class InvoiceWorkOrder(Action):
    """Bill a work order: labour and parts, with taxes."""

    kind: ClassVar[Kind] = "write"
    undoable: ClassVar[bool] = True
    money: ClassVar[bool] = True
    required: ClassVar[tuple[str, ...]] = ("who",)
    asks_for: ClassVar[str] = "work_order"
    action: Literal["invoice_work_order"] = "invoice_work_order"
    work_order: str | None = Field(None, max_length=60, description="its number, WO-00012")
    customer: CustomerMention = None
