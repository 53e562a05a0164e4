"""Tools of tickets: what is open, opening one, and moving one along. A ticket is an Issue of ERPNext."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, InsertDoc, Note, UpdateDoc
from agent.directory import Party, Place, Thing, fold
from agent.errors import NotFound
from agent.intents.actions import Action, CreateTicket, ListTickets, UpdateTicket
from agent.reply import Choice, Scalar, Table, Text, Tone
from agent.tools.customer import label, plain_text, where, who
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Filter, Row
from agent.tools.resolve import place_choices, resolve_thing

OPEN = ("Open", "Replied", "On Hold")
CLOSED = ("Resolved", "Closed")
DEPARTMENTS = ("Support", "Facturation", "Installation")
MOST_ROWS = 50
_STATUSES = {"open": "Open", "replied": "Replied", "on_hold": "On Hold", "resolved": "Resolved", "closed": "Closed"}
_DEPARTMENT_WORDS = {
    "Support": ("support", "soutien", "technique", "technical", "tech", "service"),
    "Facturation": ("facturation", "billing", "comptabilite", "accounting", "invoicing", "accounts"),
    "Installation": ("installation", "installations", "install", "installs", "terrain", "field"),
}
_FIELDS = (
    "name", "customer", "customer_name", "subject", "status", "priority", "department", "service_location",
    "opening_date",
)  # fmt: skip
_TONES: dict[str, Tone] = {"Urgent": "bad", "High": "warning"}


@dataclass(frozen=True)
class Matter:
    """Whom a job is for, where, and the ticket that asks for it."""

    party: Party
    place: Place | None
    ticket: Row | None = None


async def matter(action: Action, desk: Desk, *, needs_place: bool) -> Matter | Question | Refusal:
    """What an action is about, by its customer, its location or its ticket; asks where several addresses fit."""
    named = getattr(action, "ticket", None)
    ticket = await ticket_named(named, desk) if named else None
    party = _party(action, ticket, desk)
    if ticket is not None and ticket.get("customer") not in (None, "", party.customer_id):
        facts = {"ticket": ticket["name"], "name": party.name, "other": ticket.get("customer_name") or ""}
        return Refusal("ticket.of_another", facts, customer=party.customer_id)
    place = where(action, party, desk)
    if place is None and ticket is not None:
        place = next((one for one in party.places if one.location_id == ticket.get("service_location")), None)
    if place is None and len(party.places) == 1:
        place = party.places[0]
    if place is None and needs_place and party.places:
        return Question(
            "visit.which_location",
            "location",
            {"name": party.name},
            place_choices(party.places, desk.directory),
            customer=party.customer_id,
        )
    return Matter(party, place, ticket)


def _party(action: Action, ticket: Row | None, desk: Desk) -> Party:
    said = getattr(action, "customer", None) or getattr(action, "location", None)
    found = None if said or ticket is None else desk.directory.by_id.get(str(ticket.get("customer") or ""))
    return found or who(action, desk)


async def ticket_named(mention: str, desk: Desk) -> Row:
    """The ticket of that number, or of the number's last digits this year or the one before."""
    said = mention.strip().upper().lstrip("#")
    number = re.fullmatch(r"(?:ISS-?)?(\d{1,5})", said)
    years = (desk.today.year, desk.today.year - 1)
    for name in [f"ISS-{year}-{int(number[1]):05d}" for year in years] if number else [said]:
        found = await desk.records.find("Issue", name)
        if found:
            return found
    raise NotFound(f"There is no ticket {mention}.", field="ticket", mention=mention, choices=[])


async def list_tickets(action: ListTickets, desk: Desk) -> Outcome:
    """A customer's tickets, or the company's, the newest first, and who has each."""
    party = who(action, desk) if action.customer else None
    desk.doing("tickets")
    filters: list[Filter] = [("customer", "=", party.customer_id)] if party else []
    if action.status != "all":
        filters.append(("status", "in", list(OPEN if action.status == "open" else CLOSED)))
    rows, employees = await together(
        desk.records.list(
            "Issue",
            fields=_FIELDS,
            filters=filters,
            order_by="opening_date desc, name desc",
            limit=MOST_ROWS + 1,
        ),
        _employees(desk),
    )
    words = desk.words
    owner = party.name if party else words("visit.everyone")
    asked = words(f"ticket.status.{action.status}")
    customer = party.customer_id if party else None
    if not rows:
        return Answer([Text(text=words("ticket.none", name=owner, asked=asked))], customer=customer)
    shown = rows[:MOST_ROWS]
    holders = _holders(await _assigned([row["name"] for row in shown], desk), employees)
    places = {place.location_id: place.text for place in desk.directory.places}
    columns = ("name", *(() if party else ("customer",)), "subject", "state", "priority", "holder", "date", "location")
    table = Table(
        title=words("ticket.title", name=owner, asked=asked),
        columns=[words(f"ticket.column.{column}") for column in columns],
        rows=[
            [
                row["name"],
                *([] if party else [f"{row.get('customer_name') or ''} ({row.get('customer') or '—'})"]),
                str(row["subject"]),
                words.chosen(str(row["status"])),
                words.chosen(str(row.get("priority") or "—")),
                ", ".join(holders.get(row["name"], [])) or words.chosen(str(row.get("department") or "—")),
                words.day(str(row["opening_date"])) if row.get("opening_date") else "—",
                places.get(str(row.get("service_location")), "—"),
            ]
            for row in shown
        ],
        tones=[_TONES.get(str(row.get("priority")), "plain") if row["status"] in OPEN else "plain" for row in shown],
        total=words("ticket.count", count=len(shown), more=len(rows) > len(shown)),
    )
    return Answer([table], customer=customer)


async def create_ticket(action: CreateTicket, desk: Desk) -> Outcome:
    """An Issue; tells of the tickets that are open already."""
    found = await matter(action, desk, needs_place=False)
    if not isinstance(found, Matter):
        return found
    party, place = found.party, found.place
    department = _department(action.department) if action.department else DEPARTMENTS[0]
    if department is None:
        choices = [Choice(value=one, label=desk.words.chosen(one)) for one in DEPARTMENTS]
        return Question("ticket.which_department", "department", {}, choices, customer=party.customer_id)
    desk.doing("tickets")
    _, opened = await together(desk.records.get("Customer", party.customer_id), open_tickets(party.customer_id, desk))
    subject = " ".join((plain_text(action.subject) or "").split())
    values = {
        "subject": subject,
        "customer": party.customer_id,
        "service_location": place.location_id if place else None,
        "status": "Open",
        "priority": (action.priority or "medium").capitalize(),
        "department": department,
        "description": escape(action.description, quote=False) if action.description else None,
        "raised_by": party.emails[0] if party.emails else None,
    }
    notes = [
        Note(key="ticket.open_already", facts={"ticket": row["name"], "subject": str(row["subject"])}) for row in opened
    ]
    if place is None and party.places:
        notes.append(Note(key="ticket.no_location", facts={"count": len(party.places)}))
    return Draft(
        title=Note(key="ticket.create_title", facts={"name": party.name, "subject": subject}),
        done=Note(key="ticket.created", facts={"name": party.name, "subject": subject}),
        steps=[
            InsertDoc(
                label=label(party),
                doctype="Issue",
                values={field: value for field, value in values.items() if value},
                names=named(party, place),
                on_undo="set",
                undone_values={"status": "Closed"},
            )
        ],
        warnings=notes,
        customer=party.customer_id,
        location=place.location_id if place else None,
    )


async def update_ticket(action: UpdateTicket, desk: Desk) -> Outcome:
    """Its status, its priority, who has it; a comment on it. What is so already is left out."""
    issue = await _which(action, desk)
    if isinstance(issue, Question | Refusal):
        return issue
    desk.doing("tickets")
    name, customer = str(issue["name"]), issue.get("customer")
    department = _department(action.assign_to) if action.assign_to else None
    holder = None
    if action.assign_to and department is None:
        holder = resolve_thing(action.assign_to, desk.directory.technicians, "assign_to")
    employees, held, jobs = await together(_employees(desk), _assigned([name], desk), _jobs_of(name, desk))
    titled = f"{name} · {issue['subject']}"
    steps: list[AnyStep] = []
    after = _new_values(action, department)
    before = {field: issue.get(field) for field in after}
    after = {field: value for field, value in after.items() if value != before[field]}
    if after:
        before = {field: before[field] for field in after}
        steps.append(UpdateDoc(label=titled, doctype="Issue", name=name, before=before, after=after))
    if holder is not None:
        handing = _hand_over(issue, holder, held, employees)
        if handing is None:
            facts = {"name": holder.name}
            return Refusal("ticket.no_user", facts, customer=customer, another_value=True)
        steps += handing
    if action.comment:
        steps.append(_comment(issue, titled, action.comment))
    if not steps:
        return Refusal("ticket.so_already", {"ticket": name}, customer=customer)
    closing = after.get("status") in CLOSED
    return Draft(
        title=Note(key="ticket.update_title", facts={"ticket": name, "subject": str(issue["subject"])}),
        done=Note(key="ticket.updated", facts={"ticket": name}),
        steps=steps,
        warnings=[
            Note(key="ticket.visit_planned", facts={"job": row["name"], "date": str(row["scheduled_date"])})
            for row in (jobs if closing else [])
        ],
        customer=customer,
    )


async def open_tickets(customer: str, desk: Desk) -> list[Row]:
    """A customer's tickets that are not settled, the newest first."""
    return await desk.records.list(
        "Issue",
        fields=_FIELDS,
        filters=[("customer", "=", customer), ("status", "in", list(OPEN))],
        order_by="opening_date desc, name desc",
    )


def named(party: Party, place: Place | None, *things: Thing) -> dict[str, str]:
    """What the diff says beside the codes of these."""
    found = {party.customer_id: party.name, **{thing.code: thing.name for thing in things}}
    return {**found, place.location_id: place.text} if place else found


async def _which(action: UpdateTicket, desk: Desk) -> Row | Question | Refusal:
    """The ticket named, or the customer's only open one."""
    if action.ticket:
        found = await matter(action, desk, needs_place=False) if action.customer else None
        if isinstance(found, Question | Refusal):
            return found
        return found.ticket if found and found.ticket else await ticket_named(action.ticket, desk)
    party = who(action, desk)
    opened = await open_tickets(party.customer_id, desk)
    if not opened:
        return Refusal("ticket.none_open", {"name": party.name}, customer=party.customer_id)
    if len(opened) > 1:
        choices = [
            Choice(value=row["name"], label=row["name"], detail=f"{row['subject']} · {row['opening_date']}")
            for row in opened
        ]
        return Question("ticket.which", "ticket", {"name": party.name}, choices, customer=party.customer_id)
    return opened[0]


def _new_values(action: UpdateTicket, department: str | None) -> dict[str, Scalar]:
    after: dict[str, Scalar] = {}
    if action.status:
        after["status"] = _STATUSES[action.status]
    if action.priority:
        after["priority"] = action.priority.capitalize()
    if department:
        after["department"] = department
    return after


def _department(mention: str | None) -> str | None:
    """The department meant, in either language; None where it is none."""
    said = set(fold(mention or "").split()) - {"le", "la", "the", "departement", "department", "equipe", "team"}
    return next((name for name, known in _DEPARTMENT_WORDS.items() if said and said <= set(known)), None)


def _hand_over(issue: Row, holder: Thing, held: Sequence[Row], employees: Sequence[Row]) -> list[AnyStep] | None:
    """ERPNext's assignment, a ToDo on the ticket, in place of those of others; None for someone who is no user."""
    user = next((str(row["user_id"]) for row in employees if row["name"] == holder.code and row.get("user_id")), None)
    if user is None:
        return None
    names = {str(row["user_id"]): str(row["employee_name"]) for row in employees if row.get("user_id")}
    titled = f"{issue['name']} · {issue['subject']}"
    steps: list[AnyStep] = [
        UpdateDoc(
            label=f"{titled} · {names.get(str(row['allocated_to']), row['allocated_to'])}",
            doctype="ToDo",
            name=row["name"],
            before={"status": "Open"},
            after={"status": "Cancelled"},
        )
        for row in held
        if row["allocated_to"] != user
    ]
    if any(row["allocated_to"] == user for row in held):
        return steps
    values = {
        "reference_type": "Issue",
        "reference_name": issue["name"],
        "allocated_to": user,
        "status": "Open",
        "description": escape(str(issue["subject"]), quote=False),
    }
    given = InsertDoc(
        label=f"{titled} · {holder.name}",
        doctype="ToDo",
        values=values,
        names={user: holder.name},
        on_undo="set",
        undone_values={"status": "Cancelled"},
    )
    return [*steps, given]


def _comment(issue: Row, titled: str, comment: str) -> InsertDoc:
    values = {
        "comment_type": "Comment",
        "reference_doctype": "Issue",
        "reference_name": issue["name"],
        "content": escape(comment, quote=False),
    }
    return InsertDoc(label=titled, doctype="Comment", values=values, on_undo="delete")


async def _jobs_of(ticket: str, desk: Desk) -> list[Row]:
    return await desk.records.list(
        "Dispatch Job",
        fields=["name", "scheduled_date"],
        filters=[("issue", "=", ticket), ("status", "=", "Scheduled")],
    )


async def _employees(desk: Desk) -> list[Row]:
    return await desk.records.list("Employee", fields=["employee_name", "user_id"], filters=[("status", "=", "Active")])


async def _assigned(tickets: list[str], desk: Desk) -> list[Row]:
    """Who these tickets are assigned to at present, as ERPNext's ToDos."""
    return await desk.records.list(
        "ToDo",
        fields=["name", "reference_name", "allocated_to"],
        filters=[("reference_type", "=", "Issue"), ("reference_name", "in", tickets), ("status", "=", "Open")],
    )


def _holders(assigned: Sequence[Row], employees: Sequence[Row]) -> dict[str, list[str]]:
    names: dict[Any, str] = {row["user_id"]: str(row["employee_name"]) for row in employees if row.get("user_id")}
    found: dict[str, list[str]] = {}
    for row in assigned:
        found.setdefault(row["reference_name"], []).append(names.get(row["allocated_to"], str(row["allocated_to"])))
    return found
