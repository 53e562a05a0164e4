"""Tools of visits: who was sent where and how often, sending a technician, planning an installation."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import InsertDoc, Note
from agent.directory import Thing
from agent.errors import NotFound
from agent.intents.actions import DispatchTechnician, ListVisits, ScheduleInstallation
from agent.reply import Scalar, Table, Text, Tone
from agent.tools.customer import label, plain_text
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.records import Filter, Row
from agent.tools.resolve import resolve_thing
from agent.tools.tickets import CLOSED, MOST_ROWS, Matter, matter, named
from agent.tools.work_orders import Scope, Work, customer_is, read_work, scope_of, where_is

USUAL_VISIT = dt.timedelta(hours=2)
"""How long a visit is reckoned to take: two that begin closer than this clash."""
_NOON, _EVENING = "12:00", "17:00"
_SATURDAY = 5
_JOB_FIELDS = (
    "name", "customer", "service_location", "job_type", "status", "scheduled_date", "part_of_day", "scheduled_time",
    "technician", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One visit: a work order, a dispatch, or both where the one came of the other.

    ``state`` is Scheduled, Done, or Open where someone went and has not finished; ``location`` may be empty.
    """

    day: str
    customer: str
    location: str
    technicians: tuple[str, ...]
    state: str
    why: str
    number: str


async def list_visits(action: ListVisits, desk: Desk) -> Outcome:
    """How often someone went, and when; a visit still open is named and not counted."""
    scope = scope_of(action, desk)
    desk.doing("visits")
    visits = await read_visits(scope, desk)
    wanted = {"planned": ("Scheduled",), "done": ("Done", "Open")}.get(action.status, ("Scheduled", "Done", "Open"))
    visits = [visit for visit in visits if visit.state in wanted]
    if action.status == "planned":
        visits.reverse()
    words = desk.words
    done = [visit for visit in visits if visit.state == "Done"]
    planned = [visit for visit in visits if visit.state == "Scheduled"]
    unfinished = [visit.number for visit in visits if visit.state == "Open"]
    sentence = words(
        "visit.count",
        owner=scope.owner(desk),
        asked=action.status,
        done=len(done),
        planned=len(planned),
        unfinished=unfinished,
    )
    if not visits:
        return Answer([Text(text=sentence)], customer=scope.customer, location=scope.location)
    names = {thing.code: thing.name for thing in desk.directory.technicians}
    shares = Counter(code for visit in done for code in visit.technicians)
    columns = ("date", *(() if scope.customer else ("customer",)), "location", "technician", "state", "why", "number")
    table = Table(
        title=words("visit.title", owner=scope.owner(desk)),
        columns=[words(f"visit.column.{column}") for column in columns],
        rows=[_visit_row(visit, scope, names, desk) for visit in visits[:MOST_ROWS]],
        tones=[_tone(visit.state) for visit in visits[:MOST_ROWS]],
        total=words(
            "visit.total",
            shown=min(len(visits), MOST_ROWS),
            all=len(visits),
            shares=[f"{names.get(code, code)} {count}" for code, count in shares.most_common()],
        ),
    )
    return Answer([Text(text=sentence), table], customer=scope.customer, location=scope.location)


async def read_visits(scope: Scope, desk: Desk) -> list[Visit]:
    """The visits within a scope, those planned included, the newest first."""
    works, jobs = await together(read_work(scope, desk), _jobs(scope, desk))
    if scope.technicians:
        jobs = await _not_done_by_another(jobs, works, desk)
    return visits_of(works, jobs)


async def dispatch_technician(action: DispatchTechnician, desk: Desk) -> Outcome:
    """A Dispatch Job; warns of a clash in the technician's day and of a visit that is planned already."""
    found = await matter(action, desk, needs_place=True)
    if not isinstance(found, Matter):
        return found
    ticket = found.ticket
    values: dict[str, Scalar] = {
        "job_type": "Repair",
        "reason": plain_text(action.reason) or (str(ticket["subject"]) if ticket else None),
        "issue": str(ticket["name"]) if ticket else None,
    }
    warnings = []
    if ticket and ticket["status"] in CLOSED:
        warnings.append(Note(key="visit.ticket_closed", facts={"ticket": ticket["name"]}))
    return await _planned(action, found, values, warnings, desk)


async def schedule_installation(action: ScheduleInstallation, desk: Desk) -> Outcome:
    """A Dispatch Job of type Installation, for a quote where there is one."""
    quote = await _quote(action.quote, desk) if action.quote else None
    if quote is not None and not action.customer and not action.location:
        action = action.model_copy(update={"customer": quote["party_name"], "location": quote.get("service_location")})
    found = await matter(action, desk, needs_place=True)
    if not isinstance(found, Matter):
        return found
    party = found.party
    if quote is not None and quote["party_name"] != party.customer_id:
        return Refusal(
            "visit.quote_of_another", {"quote": quote["name"], "name": party.name}, customer=party.customer_id
        )
    warnings = []
    if quote is not None and quote.get("status") in ("Expired", "Lost", "Cancelled"):
        facts = {"quote": quote["name"], "status": str(quote["status"])}
        warnings.append(Note(key="visit.quote_over", facts=facts))
    values: dict[str, Scalar] = {"job_type": "Installation", "quotation": str(quote["name"]) if quote else None}
    return await _planned(action, found, values, warnings, desk)


async def _planned(
    action: DispatchTechnician | ScheduleInstallation,
    found: Matter,
    values: dict[str, Scalar],
    warnings: list[Note],
    desk: Desk,
) -> Draft | Refusal | Question:
    """The job itself, with what speaks against that day."""
    party, place = found.party, found.place
    assert action.date is not None  # noqa: S101 - required, checked before
    refusal = _too_late(action, party.customer_id, desk)
    if refusal:
        return refusal
    technicians = desk.directory.technicians
    technician = resolve_thing(action.technician, technicians, "technician") if action.technician else None
    desk.doing("visits")
    customer, that_day, coming = await together(
        desk.records.get("Customer", party.customer_id),
        _scheduled([("scheduled_date", "=", action.date.isoformat())], desk),
        _scheduled(
            [("customer", "=", party.customer_id), ("scheduled_date", ">=", desk.today.isoformat())],
            desk,
        ),
    )
    day = action.date.isoformat()
    values = {
        "customer": party.customer_id,
        "service_location": place.location_id if place else None,
        **values,
        "scheduled_date": day,
        "part_of_day": action.part_of_day.capitalize() if action.part_of_day and not action.time else None,
        "scheduled_time": f"{action.time}:00" if action.time else None,
        "technician": technician.code if technician else None,
        "status": "Scheduled",
    }
    warnings = [*warnings, *_against(values, technician, that_day, coming, desk)]
    if customer.get("is_suspended"):
        warnings.append(Note(key="visit.suspended", facts={"name": party.name}))
    if place is None:
        warnings.append(Note(key="visit.no_location", facts={"name": party.name}))
    facts = {
        "name": party.name,
        "where": place.text if place else "",
        "date": day,
        "time": action.time or "",
        "part": action.part_of_day or "",
        "technician": technician.name if technician else "",
        "installation": values["job_type"] == "Installation",
    }
    return Draft(
        title=Note(key="visit.plan_title", facts=facts),
        done=Note(key="visit.planned", facts=facts),
        steps=[
            InsertDoc(
                label=label(party),
                doctype="Dispatch Job",
                # A time that is left out ERPNext takes for the time of day at which the record is made.
                values={"scheduled_time": "", **{field: value for field, value in values.items() if value}},
                names=named(party, place, *([technician] if technician else [])),
                on_undo="set",
                undone_values={"status": "Cancelled"},
            )
        ],
        consequences=_that_day(values, technician, that_day, desk),
        warnings=warnings,
        customer=party.customer_id,
        location=place.location_id if place else None,
    )


def clashes(one: Row, other: Row) -> bool:
    """Whether one technician can hardly make both visits of a day: near each other, or in the same part of it.

    A visit of no stated time may be at any.
    """
    times = [_time(row) for row in (one, other)]
    if times[0] and times[1]:
        begins = [dt.timedelta(hours=int(time[:2]), minutes=int(time[3:5])) for time in times]
        return abs(begins[0] - begins[1]) < USUAL_VISIT
    parts = [_part(row) for row in (one, other)]
    return not parts[0] or not parts[1] or parts[0] == parts[1]


def _against(
    job: dict[str, Scalar], technician: Thing | None, that_day: Sequence[Row], coming: Sequence[Row], desk: Desk
) -> list[Note]:
    """What a dispatcher would point out: a clash, a visit planned already, a weekend."""
    notes = [
        Note(key="visit.clash", facts={"name": technician.name, **_brief(row, desk)})
        for row in that_day
        if technician is not None and row["technician"] == technician.code and clashes(job, row)
    ]
    here = [row for row in coming if row["service_location"] in (job["service_location"], None, "")]
    notes += [Note(key="visit.planned_already", facts=_brief(row, desk)) for row in here]
    day = dt.date.fromisoformat(str(job["scheduled_date"]))
    return [
        *notes,
        *([Note(key="visit.weekend", facts={"date": day.isoformat()})] if day.weekday() >= _SATURDAY else []),
    ]


def _that_day(job: dict[str, Scalar], technician: Thing | None, that_day: Sequence[Row], desk: Desk) -> list[Note]:
    """The rest of the technician's day; without one, who is free."""
    if technician is None:
        busy = {row["technician"] for row in that_day if clashes(job, row)}
        free = [thing.name for thing in desk.directory.technicians if thing.code not in busy]
        return [Note(key="visit.nobody_named", facts={"free": free})]
    others = [row for row in that_day if row["technician"] == technician.code and not clashes(job, row)]
    return [Note(key="visit.also_that_day", facts={"name": technician.name, **_brief(row, desk)}) for row in others]


def _brief(row: Row, desk: Desk) -> dict[str, str]:
    place = next((one for one in desk.directory.places if one.location_id == row["service_location"]), None)
    party = desk.directory.by_id.get(str(row["customer"]))
    return {
        "job": str(row["name"]) or "…",
        "date": str(row["scheduled_date"])[:10],
        "time": _time(row),
        "part": "" if _time(row) else _part(row).lower(),
        "where": place.text if place else party.name if party else str(row["customer"]),
    }


def _time(row: Row) -> str:
    """When a job begins, ``09:00``; ERPNext drops a leading zero."""
    return str(row.get("scheduled_time") or "").zfill(8)[:5] if row.get("scheduled_time") else ""


def _part(row: Row) -> str:
    time = _time(row)
    if not time:
        return str(row.get("part_of_day") or "")
    return "Morning" if time < _NOON else "Afternoon" if time < _EVENING else "Evening"


def _too_late(action: DispatchTechnician | ScheduleInstallation, customer: str, desk: Desk) -> Refusal | None:
    assert action.date is not None  # noqa: S101 - required, checked before
    at_once = action.date == desk.today == desk.now.date()
    if action.date < desk.today or (at_once and action.time and action.time < f"{desk.now:%H:%M}"):
        facts = {"date": action.date.isoformat(), "time": action.time or ""}
        return Refusal("visit.in_the_past", facts, customer=customer, another_value=True)
    return None


async def _quote(mention: str, desk: Desk) -> Row:
    said = mention.strip().upper()
    found = await desk.records.find("Quotation", f"SOQ-{said}" if said.isdigit() else said)
    if found is None:
        raise NotFound(f"There is no quote {mention}.", field="quote", mention=mention, choices=[])
    return found


async def _scheduled(filters: list[Filter], desk: Desk) -> list[Row]:
    return await desk.records.list(
        "Dispatch Job",
        fields=_JOB_FIELDS,
        filters=[*filters, ("status", "=", "Scheduled")],
        order_by="scheduled_date asc, name asc",
    )


async def _jobs(scope: Scope, desk: Desk) -> list[Row]:
    return await desk.records.list(
        "Dispatch Job",
        fields=_JOB_FIELDS,
        filters=[
            *scope.filters("scheduled_date"),
            *([("technician", "in", list(scope.technicians))] if scope.technicians else []),
            ("status", "!=", "Cancelled"),
        ],
        order_by="scheduled_date desc, name desc",
    )


async def _not_done_by_another(jobs: Sequence[Row], works: Sequence[Work], desk: Desk) -> list[Row]:
    """The jobs without those that someone else than the technician sent did in the end."""
    doubtful = {row["name"] for row in jobs if row["status"] == "Completed"} - {work.job for work in works}
    if not doubtful:
        return list(jobs)
    done = await desk.records.list(
        "Work Order Log",
        fields=["dispatch_job"],
        filters=[("dispatch_job", "in", sorted(doubtful)), ("status", "!=", "Cancelled")],
    )
    taken = {row["dispatch_job"] for row in done}
    return [row for row in jobs if row["name"] not in taken]


def visits_of(works: Sequence[Work], jobs: Sequence[Row]) -> list[Visit]:
    """Work orders, and the dispatches that have none yet; the newest first."""
    logged = {work.job for work in works}
    found = [
        Visit(work.day, work.customer, work.location, work.technicians, work.status, work.note, work.name)
        for work in works
    ]
    found += [
        Visit(
            str(row["scheduled_date"])[:10],
            str(row["customer"]),
            str(row["service_location"] or ""),
            (str(row["technician"]),) if row["technician"] else (),
            "Done" if row["status"] == "Completed" else "Scheduled",
            str(row["reason"] or ""),
            str(row["name"]),
        )
        for row in jobs
        if row["name"] not in logged
    ]
    return sorted(found, key=lambda visit: (visit.day, visit.number), reverse=True)


def _visit_row(visit: Visit, scope: Scope, names: dict[str, str], desk: Desk) -> list[str]:
    return [
        desk.words.day(visit.day),
        *([] if scope.customer else [customer_is(visit.customer, desk)]),
        where_is(visit.location, desk),
        ", ".join(names.get(code, code) for code in visit.technicians) or "—",
        desk.words.chosen(visit.state),
        visit.why or "—",
        visit.number,
    ]


def _tone(state: str) -> Tone:
    return {"Scheduled": "good", "Open": "warning"}.get(state, "plain")  # type: ignore[return-value]
