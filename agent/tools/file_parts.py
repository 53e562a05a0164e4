"""The parts of a customer's file, each drawn from what was read of it, or saying why it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from agent.directory import Place, spoken
from agent.errors import Rejected
from agent.intents.actions.account import Section
from agent.reply import AnyBlock, Fact, Facts, Table, Text, Tone
from agent.tools.activity import Happened, timeline
from agent.tools.comments import plain
from agent.tools.customer import RUNNING, cents, is_overdue, owing
from agent.tools.customer_file import CustomerFile
from agent.tools.equipment import boxes, state, table, tone
from agent.tools.listing import MOST_ROWS
from agent.tools.quotes import standing
from agent.tools.records import Row
from agent.tools.tickets import OPEN
from agent.tools.visits import visits_of
from agent.tools.work_orders import Work, hours_of

LATEST = 10
"""How many rows of a part are shown; that there are more is said, and the part's own list has them all."""


def _contact(file: CustomerFile) -> list[AnyBlock]:
    words, customer, contacts = file.desk.words, file.customer, file.opened.contacts
    cells = _distinct(spoken(str(one)) for one in (customer.get("mobile_no"), *_each(contacts, "mobile_no")))
    phones = _distinct(spoken(phone) for phone in (*_each(contacts, "phone"), *file.party.phones))
    values = {
        "contact": ", ".join(_distinct(_name_of(one) for one in contacts)),
        "cell": ", ".join(cells),
        "phone": ", ".join(phone for phone in phones if phone not in cells),
        "email": ", ".join(_distinct([str(customer.get("email_id") or ""), *file.party.emails])),
        "language": str(customer.get("language") or ""),
        "group": words.chosen(str(customer.get("customer_group") or "")),
    }
    facts = [Fact(label=words(f"customer.{key}"), value=value) for key, value in values.items() if value]
    return [Facts(title=words("customer.section.contact"), facts=facts)] if facts else []


def _locations(file: CustomerFile) -> list[AnyBlock]:
    """Each address with its boxes in a word, and whether its fibre terminal is online."""
    found, words = boxes(file.rows("equipment"), file.rows("devices")), file.desk.words
    away = file.failure("devices") is not None
    rows, tones = [], list[Tone]()
    for place in file.party.places:
        there = [box for box in found if box.location == place.location_id]
        line = next((box for box in there if box.kind == "ONT"), None)
        kinds = ", ".join(words.chosen(box.kind) for box in there)
        rows.append(
            [place.text, place.location_id, kinds or "—", state(line, file.desk, hub_away=away) if line else "—"]
        )
        tones.append(tone(line) if line else "plain")
    drawn = _table("locations", ("location", "name", "equipment", "state"), rows, file, tones=tones)
    return [*drawn, *(_away("locations", file, "devices", "equipment"))]


def _equipment(file: CustomerFile) -> list[AnyBlock]:
    found = boxes(file.rows("equipment"), file.rows("devices"))
    title = file.desk.words("customer.section.equipment")
    away = file.failure("devices") is not None
    drawn: list[AnyBlock] = [table(found, file.party, file.desk, title=title, hub_away=away)] if found else []
    return [*drawn, *_away("equipment", file, "devices", "equipment")]


def _subscriptions(file: CustomerFile) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [
            str(line.get("plan") or "—"),
            words.chosen(str(row["status"])),
            str(row.get("start_date") or ""),
            _at(row.get("service_location"), file.party.places),
        ]
        for row in file.rows("subscriptions")
        for line in row.get("plans", [row])
    ]
    return _listed("subscriptions", ("plan", "state", "start", "location"), rows, file, most=MOST_ROWS)


def _quotes(file: CustomerFile) -> list[AnyBlock]:
    words, today = file.desk.words, file.desk.today
    rows = [
        [
            row["name"],
            str(row["transaction_date"]),
            str(row["valid_till"] or "—"),
            words(f"quotes.standing.{standing(row, today)}"),
            words.money(cents(row["grand_total"])),
        ]
        for row in file.rows("quotes")
    ]
    return _listed("quotes", ("name", "date", "until", "state", "amount"), rows, file, numeric=[4])


def _arrangements(file: CustomerFile) -> list[AnyBlock]:
    words = file.desk.words
    running = [row["status"] in RUNNING for row in file.rows("arrangements")]
    rows = [
        [
            row["name"],
            words.money(cents(row["amount"])),
            str(row["due_date"] or "—"),
            str(row["cutoff_date"] or "—"),
            words.chosen(str(row["status"])),
        ]
        for row in file.rows("arrangements")
    ]
    tones: list[Tone] = ["warning" if one else "plain" for one in running]
    return _listed("arrangements", ("name", "amount", "due", "cutoff", "state"), rows, file, numeric=[1], tones=tones)


def _tickets(file: CustomerFile) -> list[AnyBlock]:
    """Those still open first."""
    words = file.desk.words
    found = sorted(file.rows("tickets"), key=lambda row: row["status"] not in OPEN)
    rows = [
        [
            row["name"],
            str(row["subject"]),
            words.chosen(str(row["status"])),
            words.chosen(str(row.get("priority") or "—")),
            str(row.get("opening_date") or ""),
        ]
        for row in found
    ]
    tones: list[Tone] = ["warning" if row["status"] in OPEN else "plain" for row in found]
    return _listed("tickets", ("name", "subject", "state", "priority", "date"), rows, file, tones=tones)


def _invoices(file: CustomerFile) -> list[AnyBlock]:
    """Those not settled first; under them what is owed in all."""
    words, today = file.desk.words, file.desk.today
    found = sorted(file.rows("invoices"), key=lambda row: cents(row["outstanding_amount"]) == 0)
    rows = [
        [
            row["name"],
            str(row["posting_date"]),
            str(row["due_date"] or "—"),
            words.money(cents(row["grand_total"])),
            words.money(cents(row["outstanding_amount"])),
        ]
        for row in found
    ]
    tones: list[Tone] = [
        "bad" if is_overdue(row, today) else "warning" if cents(row["outstanding_amount"]) > 0 else "plain"
        for row in found
    ]
    total, overdue = owed(file)
    told = words("customer.owes", total=str(total), overdue=str(overdue))
    columns = ("name", "date", "due", "total", "owing")
    return _listed("invoices", columns, rows, file, numeric=[3, 4], tones=tones, told=told)


def _payments(file: CustomerFile) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [
            row["name"],
            str(row["posting_date"]),
            words.chosen(str(row["mode_of_payment"] or "—")),
            str(row["reference_no"] or "—"),
            words.money(cents(row["paid_amount"])),
        ]
        for row in file.rows("payments")
    ]
    return _listed("payments", ("name", "date", "method", "reference", "amount"), rows, file, numeric=[4])


def _work_orders(file: CustomerFile) -> list[AnyBlock]:
    works: list[Work] = file.rows("work_orders")
    names = {thing.code: thing.name for thing in file.desk.directory.technicians}
    rows = [
        [
            work.name,
            work.day,
            _at(work.location, file.party.places),
            ", ".join(names.get(code, code) for code in work.technicians) or "—",
            hours_of(work, work.hours, file.desk),
            work.note or "—",
        ]
        for work in works
    ]
    hours = sum((work.hours for work in works if work.status == "Done"), Decimal(0))
    told = file.desk.words("values.hours", hours=hours)
    columns = ("name", "date", "location", "technicians", "hours", "note")
    return _listed("work_orders", columns, rows, file, numeric=[4], told=told)


def _phone_lines(file: CustomerFile) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [
            spoken(row["did"]),
            _at(row["service_location"], file.party.places),
            words.chosen(str(row["status"])),
            words("customer.yes" if row["voicemail_enabled"] else "customer.no"),
            words.chosen(str(row["e911_status"])),
        ]
        for row in file.rows("lines")
    ]
    tones: list[Tone] = ["plain" if row["e911_status"] == "Registered" else "bad" for row in file.rows("lines")]
    columns = ("did", "location", "state", "voicemail", "e911")
    return _listed("phone_lines", columns, rows, file, tones=tones, needs=("lines",))


def _notes(file: CustomerFile) -> list[AnyBlock]:
    rows = [
        [str(row.get("creation") or "—")[:16], str(row.get("owner") or "—"), plain(str(row.get("content") or ""))]
        for row in file.opened.comments
    ]
    return _listed("notes", ("date", "by", "note"), rows, file, needs=())


def _timeline(file: CustomerFile) -> list[AnyBlock]:
    """What happened, from what has been read already; addresses changed are in the activity list alone."""
    desk, on = file.desk, {"reference_doctype": "Customer", "reference_name": file.party.customer_id}
    happened = Happened(
        comments=[{**row, **on, "comment_by": row.get("owner")} for row in file.opened.comments],
        tickets=file.rows("tickets"),
        visits=visits_of(file.rows("work_orders"), []),
        payments=file.rows("payments"),
        suspended=[file.customer] if file.customer.get("is_suspended") else [],
        deeds=desk.deeds(file.party.customer_id),
    )
    found = timeline(happened, file.party, desk, most=LATEST)
    return [*([found] if found else []), *_away("timeline", file, "tickets", "payments", "work_orders")]


def _listed(
    section: str,
    columns: tuple[str, ...],
    rows: list[list[str]],
    file: CustomerFile,
    *,
    needs: tuple[str, ...] | None = None,
    numeric: Sequence[int] = (),
    tones: Sequence[Tone] = (),
    told: str = "",
    most: int = LATEST,
) -> list[AnyBlock]:
    """A part that is one list, or why it is not there."""
    away = _away(section, file, *((section,) if needs is None else needs))
    return away or _table(section, columns, rows, file, numeric=numeric, tones=tones, told=told, most=most)


def _table(
    section: str,
    columns: tuple[str, ...],
    rows: list[list[str]],
    file: CustomerFile,
    *,
    numeric: Sequence[int] = (),
    tones: Sequence[Tone] = (),
    told: str = "",
    most: int | None = None,
) -> list[AnyBlock]:
    if not rows:
        return []
    words, shown = file.desk.words, rows[:most]
    more = words("customer.more", shown=len(shown), count=len(rows)) if len(rows) > len(shown) else ""
    return [
        Table(
            title=words(f"customer.section.{section}"),
            columns=[words(f"customer.column.{column}") for column in columns],
            rows=shown,
            numeric=list(numeric),
            tones=list(tones[: len(shown)]),
            total=" · ".join(part for part in (told, more) if part),
        )
    ]


def _away(section: str, file: CustomerFile, *needs: str) -> list[AnyBlock]:
    """Which system did not give what a part needs, in the part's place."""
    failed = [name for name in needs if file.failure(name)]
    if not failed:
        return []
    title = file.desk.words(f"customer.section.{section}")
    whys = _distinct(why(file, name) for name in failed)
    return [Text(text=f"{title} — {' '.join(whys)}", tone="warning")]


def why(file: CustomerFile, name: str) -> str:
    """Which system did not give something, in a word."""
    error = file.failure(name)
    system = file.desk.words(f"systems.{error.facts['system']}") if error else ""
    return file.desk.words("customer.not_given", system=system, refused=isinstance(error, Rejected))


def owed(file: CustomerFile) -> tuple[Decimal, Decimal]:
    """What the customer owes in all, and the part that is overdue, CAD."""
    return owing(file.rows("invoices"), file.desk.today)


def _at(location: object, places: Sequence[Place]) -> str:
    return next((place.text for place in places if place.location_id == location), str(location or "—"))


def _each(rows: Sequence[Row], field: str) -> list[str]:
    return [str(row.get(field) or "") for row in rows]


def _name_of(contact: Row) -> str:
    return str(contact.get("full_name") or " ".join(_each([contact], "first_name") + _each([contact], "last_name")))


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts if text and text.strip() and text != "None"))


PARTS: dict[Section, Callable[[CustomerFile], list[AnyBlock]]] = {
    "contact": _contact,
    "locations": _locations,
    "equipment": _equipment,
    "subscriptions": _subscriptions,
    "quotes": _quotes,
    "arrangements": _arrangements,
    "tickets": _tickets,
    "invoices": _invoices,
    "payments": _payments,
    "work_orders": _work_orders,
    "phone_lines": _phone_lines,
    "notes": _notes,
    "timeline": _timeline,
}
"""Section -> how it is drawn; nothing where there is nothing on file."""
