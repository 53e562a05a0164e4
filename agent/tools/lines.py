"""Which telephone line is meant, and what is read of lines: the start of every tool of telephony."""

from __future__ import annotations

from dataclasses import dataclass

from agent.clients.e911 import Registration
from agent.directory import Party, digits, spoken
from agent.errors import NotFound
from agent.intents.actions import Action
from agent.reply import Choice
from agent.tools.addresses import CivicAddress, address_in, address_of, differences
from agent.tools.customer import label, who
from agent.tools.desk import Desk
from agent.tools.outcome import Question, Refusal
from agent.tools.records import Filter, Row

E911_FIELDS = (
    "e911_civic_number",
    "e911_apartment",
    "e911_street",
    "e911_city",
    "e911_province",
    "e911_postal_code",
    "e911_cauca_code",
    "e911_class",
    "e911_status",
    "e911_synced_on",
)
LINE_FIELDS = (
    "did",
    "customer",
    "service_location",
    "status",
    "caller_id",
    "extension",
    "language",
    "voicemail_enabled",
    "voicemail_email",
    "ata_model",
    "ata_mac",
    *E911_FIELDS,
)
PLACE_FIELDS = ("customer", "civic_number", "apartment", "street", "city", "province", "postal_code", "status")
IN_USE = ("Active", "Disabled")
"""The statuses of a line that somebody has."""


@dataclass(frozen=True)
class LineMeant:
    """The line that an action is about, and whose it is."""

    party: Party
    row: Row

    @property
    def did(self) -> str:
        """The number, ten digits."""
        return str(self.row["did"])

    @property
    def label(self) -> str:
        """As records name it in a diff."""
        return f"{spoken(self.did)} · {label(self.party)}"


async def list_lines(desk: Desk, *filters: Filter) -> list[Row]:
    """The VoIP Lines that fit, by number."""
    return await desk.records.list("VoIP Line", fields=list(LINE_FIELDS), filters=filters, order_by="did asc")


def owner_of(row: Row, desk: Desk) -> str:
    """Whose line a record is about, as people say it."""
    party = desk.directory.by_id.get(str(row["customer"]))
    return label(party) if party else str(row["customer"])


async def service_addresses(desk: Desk, customer: str | None = None) -> dict[str, CivicAddress]:
    """By Service Location: a customer's addresses, or everybody's, in one list."""
    filters: list[Filter] = [("customer", "=", customer)] if customer else []
    rows = await desk.records.list("Service Location", fields=list(PLACE_FIELDS), filters=filters)
    return {str(row["name"]): address_in(row) for row in rows}


async def place_of(row: Row, desk: Desk) -> CivicAddress | None:
    """The service address at which a line rings."""
    location = row.get("service_location")
    found = await desk.records.find("Service Location", str(location)) if location else None
    return address_in(found) if found else None


async def line_meant(action: Action, desk: Desk) -> LineMeant | Question | Refusal:
    """The line with the number said, or the only one of the customer; a question where several could be meant.

    Raises ``NotFound`` for a number that is no line of ours.
    """
    said = getattr(action, "customer", None)
    did = getattr(action, "did", None)
    if did is None and said and digits(said) in desk.directory.lines:
        # Who is named by the number of a line means that line.
        did = digits(said)
    if did is None:
        return await _only_line(action, desk)
    row = next(iter(await list_lines(desk, ("did", "=", did))), None)
    party = desk.directory.by_id.get(str(row["customer"])) if row else None
    if row is None or party is None:
        raise NotFound(f"No line has the number {did}.", field="did", mention=spoken(did), choices=[])
    if said and digits(said) != did and who(action, desk).customer_id != party.customer_id:
        facts = {"line": spoken(did), "owner": party.name, "name": who(action, desk).name}
        return Refusal("phone.not_theirs", facts, customer=party.customer_id)
    return LineMeant(party, row)


async def _only_line(action: Action, desk: Desk) -> LineMeant | Question | Refusal:
    party = who(action, desk)
    rows = await list_lines(desk, ("customer", "=", party.customer_id), ("status", "in", list(IN_USE)))
    if not rows:
        return Refusal("phone.no_line", {"name": party.name}, customer=party.customer_id)
    if len(rows) == 1:
        return LineMeant(party, rows[0])
    where = {place.location_id: place.text for place in party.places}
    choices = [
        Choice(value=row["did"], label=spoken(row["did"]), detail=where.get(str(row.get("service_location")), ""))
        for row in rows
    ]
    return Question("phone.which_line", "did", {"name": party.name}, choices, customer=party.customer_id)


@dataclass(frozen=True)
class Verdict:
    """How a line stands with 911.

    ``key`` is a word under ``e911.verdict``: matches, differs, unknown, pending, rejected or unplaced; ``parts`` are
    those of the address that differ from the service address.
    """

    key: str
    parts: list[str]
    registered: CivicAddress | None = None

    @property
    def good(self) -> bool:
        """Whether an ambulance comes to the right door, with nothing left open."""
        return self.key == "matches"


def verdict(service: CivicAddress | None, found: Registration | None) -> Verdict:
    """The provider's registration against the service address."""
    registered = address_of(found.registered) if found and found.registered else None
    if found is None or (registered is None and found.pending is None):
        return Verdict("unknown" if found is None or found.rejected is None else "rejected", [])
    if registered is None:
        return Verdict("pending", [])
    if service is None:
        return Verdict("unplaced", [], registered)
    parts = differences(service, registered)
    if parts:
        return Verdict("differs", parts, registered)
    return Verdict("pending" if found.pending else "matches", [], registered)
