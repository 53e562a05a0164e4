"""Tools of the account: suspending, reactivating, notes. What they read decides what is warned of."""

from __future__ import annotations

import datetime as dt
from html import escape

from agent.clients.hub import Port
from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, InsertDoc, Note, SetPort, UpdateDoc
from agent.directory import Party, spoken
from agent.intents.actions import AddNote, ReactivateCustomer, SuspendCustomer
from agent.reply import Scalar
from agent.tools.customer import (
    active_lines,
    balance_of,
    label,
    plain_text,
    running_arrangements,
    still_running,
    who,
)
from agent.tools.desk import Desk
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.records import Row
from agent.tools.resolve import sounds_alike

_SUSPENSION = ("is_suspended", "suspended_on", "suspended_until", "suspension_reason")


async def suspend_customer(action: SuspendCustomer, desk: Desk) -> Outcome:
    """Flag the customer, disable every active OLT port, leave a Comment; 911 registrations stay."""
    party = who(action, desk)
    refusal = _not_now(action, party, desk)
    if refusal:
        return refusal
    desk.doing("customer")
    customer, ports, lines, arrangements, balance = await together(
        desk.records.get("Customer", party.customer_id),
        desk.network.ports(party.customer_id),
        active_lines(party.customer_id, desk),
        running_arrangements(party.customer_id, desk),
        balance_of(party.customer_id, desk),
    )
    if customer.get("is_suspended"):
        return Refusal(
            "suspend.already",
            {"name": party.name, "since": str(customer.get("suspended_on") or "")},
            customer=party.customer_id,
        )
    kept = [row for row in arrangements if still_running(row, desk.today)]
    if kept and not action.reason:
        return Question(
            "suspend.reason_required",
            "reason",
            {"name": party.name, **_arrangement_facts(kept[0])},
            customer=party.customer_id,
        )
    warnings = (
        [Note(key="suspend.lines_fall_silent", facts={"lines": [spoken(row["did"]) for row in lines]})] if lines else []
    )
    warnings += [Note(key="suspend.arrangement_runs", facts=_arrangement_facts(row)) for row in kept]
    if balance <= 0:
        warnings.append(Note(key="suspend.owes_nothing", facts={"name": party.name}))
    if len(party.places) > 1:
        warnings.append(Note(key="suspend.every_address", facts={"count": len(party.places)}))
    lit = [port for port in ports if port.enabled]
    return Draft(
        title=Note(key="suspend.title", facts={"name": party.name}),
        done=Note(key="suspend.done", facts={"name": party.name, "ports": len(lit)}),
        steps=[
            _flag(party, customer, suspended=True, today=desk.now.date(), reason=action.reason),
            *_switch(party, lit, on=False),
            _comment(party, "suspend", action.reason, desk),
        ],
        consequences=[
            Note(key="suspend.ports_go_dark", facts={"ports": [_placed(port, party) for port in lit]})
            if lit
            else Note(key="suspend.no_active_port", facts={}),
            Note(key="suspend.owes", facts={"name": party.name, "balance": str(balance)}),
        ],
        warnings=warnings + _mistaken_identity(party, desk),
        customer=party.customer_id,
    )


async def reactivate_customer(action: ReactivateCustomer, desk: Desk) -> Outcome:
    """The reverse of a suspension; a balance still due is shown and left to the person to judge."""
    party = who(action, desk)
    desk.doing("customer")
    customer, ports, lines, balance = await together(
        desk.records.get("Customer", party.customer_id),
        desk.network.ports(party.customer_id),
        active_lines(party.customer_id, desk),
        balance_of(party.customer_id, desk),
    )
    if not customer.get("is_suspended"):
        return Refusal("reactivate.not_suspended", {"name": party.name}, customer=party.customer_id)
    dark = [port for port in ports if not port.enabled]
    consequences = [Note(key="reactivate.ports_light_up", facts={"ports": [_placed(port, party) for port in dark]})]
    if lines:
        consequences.append(Note(key="reactivate.lines_speak", facts={"lines": [spoken(row["did"]) for row in lines]}))
    warnings = (
        [Note(key="reactivate.balance_due", facts={"name": party.name, "balance": str(balance)})] if balance > 0 else []
    )
    return Draft(
        title=Note(key="reactivate.title", facts={"name": party.name}),
        done=Note(key="reactivate.done", facts={"name": party.name, "ports": len(dark)}),
        steps=[
            _flag(party, customer, suspended=False, today=desk.now.date(), reason=None),
            *_switch(party, dark, on=True),
            _comment(party, "reactivate", action.reason, desk),
        ],
        consequences=consequences if dark else consequences[1:],
        warnings=warnings + _mistaken_identity(party, desk),
        customer=party.customer_id,
    )


async def add_note(action: AddNote, desk: Desk) -> Outcome:
    """An internal memo: a Comment on the Customer."""
    party = who(action, desk)
    await desk.records.get("Customer", party.customer_id)
    return Draft(
        title=Note(key="note.title", facts={"name": party.name}),
        done=Note(key="note.done", facts={"name": party.name}),
        steps=[_on_file(party, action.note or "", on_undo="delete")],
        customer=party.customer_id,
    )


def _not_now(action: SuspendCustomer, party: Party, desk: Desk) -> Refusal | None:
    if action.until is not None:
        facts = {"name": party.name, "until": action.until.isoformat()}
        return Refusal("suspend.no_until", facts, customer=party.customer_id, another_value=True)
    if action.effective_date is not None and action.effective_date != desk.today:
        key = "suspend.not_later" if action.effective_date > desk.today else "suspend.not_in_the_past"
        facts = {"name": party.name, "date": action.effective_date.isoformat()}
        return Refusal(key, facts, customer=party.customer_id, another_value=True)
    return None


def _flag(party: Party, customer: Row, *, suspended: bool, today: dt.date, reason: str | None) -> UpdateDoc:
    after: dict[str, Scalar] = {
        "is_suspended": int(suspended),
        "suspended_on": today.isoformat() if suspended else None,
        "suspended_until": None,
        "suspension_reason": plain_text(reason) if suspended else None,
    }
    return UpdateDoc(
        label=label(party),
        doctype="Customer",
        name=party.customer_id,
        before={field: customer.get(field) for field in _SUSPENSION},
        after=after,
    )


def _switch(party: Party, ports: list[Port], *, on: bool) -> list[AnyStep]:
    return [
        SetPort(
            label=f"{_placed(port, party)} · {label(party)}",
            olt=port.olt,
            port=port.port,
            customer=party.customer_id,
            before=not on,
            after=on,
        )
        for port in ports
    ]


def _placed(port: Port, party: Party) -> str:
    """A port as people find it: with the address that it lights."""
    there = next((place.text for place in party.places if place.location_id == port.location), None)
    return f"{port.olt} {port.port} ({there})" if there else f"{port.olt} {port.port}"


def _comment(party: Party, deed: str, reason: str | None, desk: Desk) -> InsertDoc:
    """The trace on the customer's file, in the language of whoever did it; undoing leaves it there."""
    text = desk.words(f"{deed}.comment", user=desk.user, reason=reason or "")
    return _on_file(party, text, on_undo="keep")


def _on_file(party: Party, text: str, *, on_undo: str) -> InsertDoc:
    return InsertDoc.model_validate(
        {
            "label": label(party),
            "doctype": "Comment",
            # ERPNext stores comments as HTML: what a person typed is text.
            "values": {
                "comment_type": "Comment",
                "reference_doctype": "Customer",
                "reference_name": party.customer_id,
                "content": escape(text, quote=False),
            },
            "on_undo": on_undo,
        }
    )


def _arrangement_facts(row: Row) -> dict[str, str]:
    return {
        "arrangement": row["name"],
        "amount": str(row["amount"]),
        "due": str(row["due_date"]),
        "cutoff": str(row.get("cutoff_date") or ""),
    }


def _mistaken_identity(party: Party, desk: Desk) -> list[Note]:
    return [
        Note(
            key="customer.sounds_alike",
            facts={"name": other.name, "id": other.customer_id, "where": other.places[0].text if other.places else ""},
        )
        for other in sounds_alike(party, desk.directory)
    ]
