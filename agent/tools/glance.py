"""The customer at a glance: header, contact, locations, services, equipment, tickets, money; fetched at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

from agent.clients.hub import Device
from agent.clients.together import together
from agent.directory import Party, fold, spoken
from agent.errors import Unavailable
from agent.intents.actions import GetBalance, GetCustomer
from agent.reply import AnyBlock, Fact, Facts, Table, Text
from agent.tools.arrangements import describe
from agent.tools.customer import active_lines, label, owing, running_arrangements, unpaid_invoices, who
from agent.tools.desk import Desk
from agent.tools.optical import verdict
from agent.tools.outcome import Answer, Outcome
from agent.tools.records import Row

SECTIONS = ("contact", "locations", "services", "equipment", "phone", "tickets", "billing", "notes")
_ALIASES = {
    "contact": ("contact", "coordonnees", "phone number", "email", "courriel"),
    "locations": ("location", "locations", "address", "adresse", "adresses"),
    "services": ("service", "services", "subscriptions", "abonnements", "forfait"),
    "equipment": ("equipment", "equipement", "devices", "appareils"),
    "phone": ("phone", "lines", "telephone", "lignes", "voip", "911"),
    "tickets": ("ticket", "tickets", "billets", "issues"),
    "billing": ("billing", "balance", "solde", "facturation", "invoices", "payments"),
    "notes": ("note", "notes", "memo"),
}


class _File:
    """All that was read of one customer."""

    def __init__(self, party: Party, desk: Desk, rows: list[object]) -> None:
        self.party = party
        self.desk = desk
        (
            self.customer,
            self.subscriptions,
            self.devices,
            self.lines,
            self.tickets,
            self.unpaid,
            self.arrangements,
            self.methods,
            self.notes,
        ) = rows  # type: ignore[assignment]

    customer: Row
    subscriptions: list[Row]
    devices: list[Device] | None
    lines: list[Row]
    tickets: list[Row]
    unpaid: list[Row]
    arrangements: list[Row]
    methods: list[Row]
    notes: list[Row]


async def get_customer(action: GetCustomer, desk: Desk) -> Outcome:
    """Everything that a colleague needs to pick up the phone, or only the sections asked for."""
    party = who(action, desk)
    desk.doing("customer")
    file = _File(party, desk, await _read(party.customer_id, desk))
    wanted = [name for name in SECTIONS if _asked(name, action.sections)] or list(SECTIONS)
    blocks: list[AnyBlock] = [_header(file)]
    for name in wanted:
        if name == "billing" and not desk.may(GetBalance()):
            continue
        blocks += _DRAWN[name](file)
    return Answer(blocks, customer=party.customer_id)


async def _read(customer: str, desk: Desk) -> list[object]:
    mine = ("customer", "=", customer)
    party = ("party", "=", customer)
    return await together(
        desk.records.get("Customer", customer),
        desk.records.list(
            "Subscription",
            fields=["name", "status", "start_date", "service_location", "plans.plan"],
            filters=[("party_type", "=", "Customer"), party, ("status", "!=", "Cancelled")],
        ),
        _reachable(desk.network.devices(customer=customer)),
        active_lines(customer, desk),
        desk.records.list(
            "Issue",
            fields=["name", "subject", "status", "opening_date", "priority"],
            filters=[mine, ("status", "!=", "Closed")],
            order_by="opening_date desc",
        ),
        unpaid_invoices(customer, desk),
        running_arrangements(customer, desk),
        desk.records.list(
            "Payment Method",
            fields=["name", "provider", "last_four", "is_auto"],
            filters=[mine, ("is_active", "=", 1)],
        ),
        desk.records.list(
            "Comment",
            fields=["name", "content", "creation", "comment_by", "comment_email"],
            filters=[
                ("reference_doctype", "=", "Customer"),
                ("reference_name", "=", customer),
                ("comment_type", "=", "Comment"),
            ],
            order_by="creation desc",
            limit=5,
        ),
    )


async def _reachable(reading: Awaitable[list[Device]]) -> list[Device] | None:
    """The devices, or None while the hub does not answer: the rest of the file is still worth showing."""
    try:
        return await reading
    except Unavailable:
        return None


def _asked(section: str, sections: list[str] | None) -> bool:
    return any(fold(asked) in _ALIASES[section] or fold(asked) == section for asked in sections or ())


def _header(file: _File) -> Facts:
    """Who it is, and the badges: suspended, arrangement with its countdown, auto-pay, 911."""
    words, customer = file.desk.words, file.customer
    facts = []
    if customer.get("is_suspended"):
        since = str(customer.get("suspended_on") or "")
        facts.append(Fact(label=words("customer.status"), value=words("customer.suspended", since=since), tone="bad"))
    else:
        facts.append(Fact(label=words("customer.status"), value=words("customer.active"), tone="good"))
    if file.desk.may(GetBalance()):
        facts += [
            Fact(label=words("balance.arrangement"), value=describe(row, file.desk), tone="warning")
            for row in file.arrangements
        ]
    automatic = [
        f"{row['provider']} •••• {row['last_four']}" if row.get("last_four") else row["provider"]
        for row in file.methods
        if row["is_auto"]
    ]
    facts.append(
        Fact(
            label=words("customer.autopay"),
            value=", ".join(automatic) or words("customer.no"),
            tone="good" if automatic else "plain",
        )
    )
    if file.lines:
        wrong = [spoken(row["did"]) for row in file.lines if row["e911_status"] != "Registered"]
        facts.append(
            Fact(
                label="911",
                value=words("customer.e911_wrong", lines=wrong) if wrong else words("customer.e911_registered"),
                tone="bad" if wrong else "good",
            )
        )
    return Facts(title=label(file.party), facts=facts)


def _contact(file: _File) -> list[AnyBlock]:
    words, customer = file.desk.words, file.customer
    values = {
        "phone": ", ".join(spoken(phone) for phone in file.party.phones),
        "email": ", ".join(file.party.emails),
        "language": str(customer.get("language") or ""),
        "group": words.chosen(str(customer.get("customer_group") or "")),
    }
    facts = [Fact(label=words(f"customer.{key}"), value=value) for key, value in values.items() if value]
    return [Facts(title=words("customer.section.contact"), facts=facts)] if facts else []


def _locations(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    facts = [Fact(label=place.location_id, value=place.text) for place in file.party.places]
    return [Facts(title=words("customer.section.locations"), facts=facts)] if facts else []


def _services(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [
            str(row.get("plan") or "—"),
            words.chosen(str(row["status"])),
            str(row.get("start_date") or ""),
            str(row.get("service_location") or ""),
        ]
        for row in file.subscriptions
    ]
    return _table("services", ("plan", "state", "start", "location"), rows, words)


def _equipment(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    if file.devices is None:
        return [Text(text=words("customer.hub_away"), tone="warning")]
    rows = [
        [
            words.chosen(device.type),
            device.serial,
            f"{device.olt} {device.port}" if device.olt else "—",
            words("internet.online" if device.online else "internet.offline"),
            words("internet.rx_value", dbm=device.rx_dbm, verdict=words(f"signal.{verdict(device.rx_dbm)[0]}"))
            if device.rx_dbm is not None
            else "—",
        ]
        for device in file.devices
    ]
    tones = ["plain" if device.online else "bad" for device in file.devices]
    blocks = _table("equipment", ("type", "serial", "port", "state", "signal"), rows, words)
    return [block.model_copy(update={"tones": tones}) for block in blocks]


def _phone(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [
            spoken(row["did"]),
            words("customer.yes" if row["voicemail_enabled"] else "customer.no"),
            words.chosen(str(row["e911_status"])),
        ]
        for row in file.lines
    ]
    return _table("phone", ("did", "voicemail", "e911"), rows, words)


def _tickets(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [row["name"], str(row["subject"]), words.chosen(str(row["status"])), str(row.get("opening_date") or "")]
        for row in file.tickets
    ]
    return _table("tickets", ("name", "subject", "state", "date"), rows, words)


def _billing(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    total, overdue = owing(file.unpaid, file.desk.today)
    facts = [
        Fact(label=words("balance.total"), value=words.money(total), tone="warning" if total else "good"),
        Fact(label=words("balance.overdue"), value=words.money(overdue), tone="bad" if overdue else "good"),
    ]
    return [Facts(title=words("customer.section.billing"), facts=facts)]


def _notes(file: _File) -> list[AnyBlock]:
    words = file.desk.words
    rows = [
        [
            str(row["creation"])[:16],
            str(row.get("comment_by") or row.get("comment_email") or ""),
            plain(str(row["content"] or "")),
        ]
        for row in file.notes
    ]
    return _table("notes", ("date", "by", "note"), rows, words)


def plain(html: str) -> str:
    """The text of a comment, without the markup that ERPNext's editor puts around it."""
    reader = _TextOnly(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.found).split())


class _TextOnly(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _table(section: str, columns: tuple[str, ...], rows: list[list[str]], words: Callable[..., str]) -> list[AnyBlock]:
    if not rows:
        return [Text(text=words(f"customer.none.{section}"))] if section in ("services", "tickets") else []
    return [
        Table(
            title=words(f"customer.section.{section}"),
            columns=[words(f"customer.column.{column}") for column in columns],
            rows=rows,
        )
    ]


_DRAWN: dict[str, Callable[[_File], list[AnyBlock]]] = {
    "contact": _contact,
    "locations": _locations,
    "services": _services,
    "equipment": _equipment,
    "phone": _phone,
    "tickets": _tickets,
    "billing": _billing,
    "notes": _notes,
}
