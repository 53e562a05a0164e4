"""Tools that put work on record and bill it: a Work Order Log, and the invoice for its labour and parts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, InsertDoc, Note, Ref, SubmitDoc, UpdateDoc
from agent.directory import Party, Thing
from agent.errors import Ambiguous, NotFound
from agent.intents.actions import InvoiceWorkOrder, LogWorkOrder
from agent.reply import Choice
from agent.tools.customer import label, plain_text, who
from agent.tools.desk import Desk
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.pricing import Bill, Line, plain, prices, tax_rows
from agent.tools.records import Row
from agent.tools.resolve import resolve_thing, thing_choices
from agent.tools.tickets import CLOSED, Matter, matter, named
from agent.tools.work_orders import Scope, read_work, technicians_in

LABOUR = "LABOUR-HR"
"""The item whose price is an hour's."""
DAYS_UNTIL_DUE = 30


async def log_work_order(action: LogWorkOrder, desk: Desk) -> Outcome:
    """A Work Order Log; the visit that was planned for that day is completed by it."""
    found = await matter(action, desk, needs_place=True)
    if not isinstance(found, Matter):
        return found
    party, place = found.party, found.place
    day = action.date or desk.today
    refusal = _impossible(action, day, party, desk)
    if refusal:
        return refusal
    desk.doing("work_orders")
    wanted = technicians_in(action.technician, desk.directory.technicians) if action.technician else []
    scope = Scope(party.customer_id, place.location_id if place else None, (), day.isoformat(), day.isoformat())
    parts = _parts(action, desk)
    if isinstance(parts, Refusal):
        return parts
    jobs, logged, rates = await together(
        _jobs_of_the_day(scope, desk), read_work(scope, desk), prices({LABOUR, *(item.code for item, _ in parts)}, desk)
    )
    jobs = [row for row in jobs if _fits(row, wanted, found)]
    job = jobs[0] if len(jobs) == 1 else None
    technicians = wanted or [thing for thing in desk.directory.technicians if job and thing.code == job["technician"]]
    if not technicians:
        choices = thing_choices(desk.directory.technicians)
        return Question("work.which_technician", "technician", {"name": party.name}, choices, party.customer_id)
    hours = action.hours or _between(action)
    lines = [Line(item.code, qty, rates.get(item.code, Decimal(0))) for item, qty in parts]
    values = {
        "customer": party.customer_id,
        "service_location": place.location_id if place else None,
        "status": "Done",
        "dispatch_job": job["name"] if job else None,
        "issue": found.ticket["name"] if found.ticket else (job or {}).get("issue"),
        "date": day.isoformat(),
        "technicians": [_row(thing, action, hours) for thing in technicians],
        "parts": [{"item": line.item, "qty": plain(line.qty), "rate": f"{line.rate:.2f}"} for line in lines],
        "note": plain_text(action.note),
        "billable": int(bool(action.billable)),
    }
    order = InsertDoc(
        label=label(party),
        doctype="Work Order Log",
        values={field: value for field, value in values.items() if value not in (None, "", [])},
        names=named(party, place, *technicians, *(item for item, _ in parts)),
        on_undo="set",
        # What has been billed since is no longer to be taken back.
        undone_values={"status": "Cancelled", "sales_invoice": None},
    )
    who_did = [thing.name for thing in technicians]
    facts = {"name": party.name, "technicians": who_did, "hours": plain(hours), "date": day.isoformat()}
    bill = Bill((Line(LABOUR, hours * len(technicians), rates.get(LABOUR, Decimal(0))), *lines))
    consequences = [Note(key="work.to_be_billed", facts={"net": str(bill.net)})] if action.billable else []
    if found.ticket and found.ticket["status"] not in CLOSED:
        consequences.append(Note(key="work.ticket_stays_open", facts={"ticket": found.ticket["name"]}))
    again = [work.name for work in logged if set(work.technicians) & {thing.code for thing in technicians}]
    return Draft(
        title=Note(key="work.log_title", facts=facts),
        done=Note(key="work.logged", facts=facts),
        steps=[order, *([_completed(job, party)] if job else [])],
        consequences=consequences,
        warnings=[
            *([Note(key="work.logged_already", facts={"orders": again})] if again else []),
            *_disagreement(action),
        ],
        customer=party.customer_id,
        location=place.location_id if place else None,
    )


async def invoice_work_order(action: InvoiceWorkOrder, desk: Desk) -> Outcome:
    """A Sales Invoice for labour and parts, submitted when it came out as shown, and linked so that it is one."""
    desk.doing("work_orders")
    order = await _order(action, desk)
    if not isinstance(order, dict):
        return order
    customer, name = str(order["customer"]), str(order["name"])
    party = desk.directory.by_id.get(customer) or Party(customer, customer)
    if action.customer and who(action, desk).customer_id != customer:
        return Refusal("work.of_another", {"order": name, "name": party.name}, customer=customer)
    earlier = order.get("sales_invoice") or None
    billed = await desk.records.find("Sales Invoice", str(earlier)) if earlier else None
    if billed is not None and int(billed.get("docstatus") or 0) != 2:
        return Refusal("work.billed_already", {"order": name, "invoice": str(earlier)}, customer=customer)
    if order["status"] != "Done":
        return Refusal(f"work.not_done.{str(order['status']).lower()}", {"order": name}, customer=customer)
    used = order.get("parts") or []
    rates, taxes = await together(prices({LABOUR, *(row["item"] for row in used)}, desk), tax_rows(desk))
    lines = _lines(order, rates)
    free = [line.item for line in lines if not line.rate]
    if free or not lines:
        return Refusal("work.no_price" if free else "work.nothing_to_bill", {"order": name, "items": free}, customer)
    bill = Bill(tuple(lines))
    today = desk.now.date()
    new = desk.words("work.new_invoice")
    items = [thing for thing in desk.directory.items if thing.code in {line.item for line in lines}]
    facts = {"order": name, "name": party.name, "total": str(bill.total), "net": str(bill.net)}
    listed = [row["item"] for row in used if not Decimal(str(row.get("rate") or 0))]
    return Draft(
        title=Note(key="work.invoice_title", facts=facts),
        done=Note(key="work.invoiced", facts=facts),
        steps=[
            InsertDoc(
                label=label(party),
                doctype="Sales Invoice",
                values={
                    "customer": customer,
                    "due_date": (today + dt.timedelta(days=DAYS_UNTIL_DUE)).isoformat(),
                    "items": bill.rows(),
                    "taxes": taxes,
                    "remarks": f"{name} · {str(order['date'])[:10]}",
                },
                names=named(party, None, *items),
                # Once submitted it is cancelled and stays on record; only a draft is deleted.
                on_undo="keep",
            ),
            SubmitDoc(
                label=label(party), doctype="Sales Invoice", name=Ref(back=1, shown=new), expected=bill.computed()
            ),
            UpdateDoc(
                label=f"{name} · {label(party)}",
                doctype="Work Order Log",
                name=name,
                before={"sales_invoice": earlier, "status": "Done"},
                after={"sales_invoice": Ref(back=2, shown=new), "status": "Done"},
            ),
        ],
        consequences=[Note(key="work.owes_more", facts=facts)],
        warnings=[
            *([] if int(order.get("billable") or 0) else [Note(key="work.not_marked_billable", facts={"order": name})]),
            *([Note(key="work.list_price", facts={"items": listed})] if listed else []),
        ],
        customer=customer,
        amount=bill.total,
    )


def _impossible(action: LogWorkOrder, day: dt.date, party: Party, desk: Desk) -> Refusal | None:
    if day > desk.today:
        facts = {"date": day.isoformat()}
        return Refusal("work.not_yet", facts, customer=party.customer_id, another_value=True)
    if action.arrived and action.left and action.left <= action.arrived:
        facts = {"arrived": action.arrived, "left": action.left}
        return Refusal("work.left_before", facts, customer=party.customer_id, another_value=True)
    return None


def _parts(action: LogWorkOrder, desk: Desk) -> list[tuple[Thing, Decimal]] | Refusal:
    found = []
    for part in action.parts or []:
        try:
            found.append((resolve_thing(part.item, desk.directory.items, "parts"), part.qty))
        except (Ambiguous, NotFound) as doubt:
            near = [choice.label for choice in doubt.facts["choices"]]
            return Refusal("work.no_such_part", {"item": part.item, "near": near}, another_value=True)
    return found


def _between(action: LogWorkOrder) -> Decimal:
    """The hours from arriving to leaving, to the hundredth."""
    if not action.arrived or not action.left:
        return Decimal(0)
    (from_hour, from_minute), (to_hour, to_minute) = (
        (int(part) for part in time.split(":")) for time in (action.arrived, action.left)
    )
    minutes = (to_hour - from_hour) * 60 + to_minute - from_minute
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _disagreement(action: LogWorkOrder) -> list[Note]:
    there = _between(action)
    if not action.hours or not there or action.hours == there:
        return []
    return [Note(key="work.hours_differ", facts={"hours": plain(action.hours), "there": plain(there)})]


def _row(thing: Thing, action: LogWorkOrder, hours: Decimal) -> Row:
    times = {"arrived": action.arrived, "left": action.left}
    return {
        "technician": thing.code,
        # Left out, ERPNext would put the time of day at which the record is made.
        **{field: f"{time}:00" if time else "" for field, time in times.items()},
        "hours": plain(hours),
    }


async def _jobs_of_the_day(scope: Scope, desk: Desk) -> list[Row]:
    return await desk.records.list(
        "Dispatch Job",
        fields=["name", "technician", "service_location", "issue", "status"],
        filters=[("customer", "=", scope.customer), ("scheduled_date", "=", scope.since), ("status", "=", "Scheduled")],
    )


def _fits(job: Row, technicians: Sequence[Thing], found: Matter) -> bool:
    """Whether a planned visit is the one that took place: same address, same technician as far as they are known."""
    here = found.place is None or job["service_location"] in (found.place.location_id, None, "")
    by_them = not technicians or not job["technician"] or job["technician"] in {one.code for one in technicians}
    asked = found.ticket is None or job["issue"] in (found.ticket["name"], None, "")
    return here and by_them and asked


def _completed(job: Row, party: Party) -> AnyStep:
    return UpdateDoc(
        label=f"{job['name']} · {label(party)}",
        doctype="Dispatch Job",
        name=job["name"],
        before={"status": "Scheduled"},
        after={"status": "Completed"},
    )


async def _order(action: InvoiceWorkOrder, desk: Desk) -> Row | Question | Refusal:
    """The work order named, or the customer's only one that is billable and not billed."""
    if action.work_order:
        number = re.fullmatch(r"(?:WO-?|#)?(\d{1,5})", action.work_order.strip().upper())
        name = f"WO-{int(number[1]):05d}" if number else action.work_order.strip().upper()
        found = await desk.records.find("Work Order Log", name)
        if found is None:
            mention = action.work_order
            raise NotFound(f"There is no work order {mention}.", field="work_order", mention=mention, choices=[])
        return found
    party = who(action, desk)
    rows = await desk.records.list(
        "Work Order Log",
        fields=["name", "date", "note", "sales_invoice"],
        filters=[("customer", "=", party.customer_id), ("billable", "=", 1), ("status", "=", "Done")],
        order_by="date desc",
    )
    unbilled = [row for row in rows if not row["sales_invoice"]]
    if any(not row["name"] for row in unbilled):
        return Refusal("work.log_first", {"name": party.name}, customer=party.customer_id)
    if not unbilled:
        return Refusal("work.none_to_bill", {"name": party.name}, customer=party.customer_id)
    if len(unbilled) > 1:
        choices = [
            Choice(value=row["name"], label=row["name"], detail=f"{str(row['date'])[:10]} · {row['note'] or ''}")
            for row in unbilled
        ]
        return Question("work.which_order", "work_order", {"name": party.name}, choices, party.customer_id)
    return await desk.records.get("Work Order Log", unbilled[0]["name"])


def _lines(order: Row, rates: dict[str, Decimal]) -> list[Line]:
    """Labour, then each part at the price on the work order, or at the list price where it bears none."""
    hours = sum((_exact(row.get("hours")) for row in order.get("technicians") or []), Decimal(0))
    labour = [Line(LABOUR, hours, rates.get(LABOUR, Decimal(0)))] if hours else []
    parts = [
        Line(row["item"], _exact(row.get("qty")), _exact(row.get("rate")) or rates.get(row["item"], Decimal(0)))
        for row in order.get("parts") or []
    ]
    return [*labour, *parts]


def _exact(number: Any) -> Decimal:  # noqa: ANN401 - ERPNext's float or null
    return Decimal(str(number or 0)).quantize(Decimal("0.01"))
