"""Fills the directory from ERPNext and keeps it fresh.

Enters: ERPNext. Leaves: an ``agent.directory.Directory`` of customers with their numbers, addresses and e-mails, of
technicians and of items. Reads a fixed number of lists and never one record after another, and nothing but
identity: no balance, no status, no secret.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.clients.erpnext import Document, ErpNext
from agent.clients.together import together
from agent.directory import Directory, Party, Place, Thing, digits
from agent.errors import BackendError

logger = logging.getLogger(__name__)

FRESH_SECONDS = 60.0
WHOLE_SECONDS = 3600.0
"""A record that was deleted or renamed shows in no list of changes: after this long everything is read again."""
# A row's ``modified`` is set when its transaction begins, and shows when it ends.
_LATE_COMMITS = timedelta(minutes=1)


@dataclass(frozen=True)
class Source:
    """One list of ERPNext that the directory is made of."""

    doctype: str
    fields: tuple[str, ...]
    with_children: bool = False


CUSTOMERS = Source("Customer", ("customer_name", "mobile_no", "email_id", "language"))
CONTACTS = Source(
    "Contact",
    ("mobile_no", "links.link_doctype", "links.link_name", "phone_nos.phone", "email_ids.email_id"),
    with_children=True,
)
LOCATIONS = Source(
    "Service Location",
    ("customer", "civic_number", "apartment", "street", "city", "postal_code", "status"),
)
LINES = Source("VoIP Line", ("customer", "status"))
EMPLOYEES = Source("Employee", ("employee_name", "status"))
ITEMS = Source("Item", ("item_name", "disabled"))
SOURCES = (CUSTOMERS, CONTACTS, LOCATIONS, LINES, EMPLOYEES, ITEMS)

# A document's rows under its name: several where child fields repeat it.
Rows = Mapping[str, list[Document]]
Shelves = Mapping[Source, Rows]


async def load_directory(erp: ErpNext) -> Directory:
    """The directory as ERPNext has it now. Raises what reading ERPNext raises."""
    return build_directory(await _read_all(erp))


class DirectoryKeeper:
    """Holds one directory, read at the first question and brought up to date at most once a minute."""

    def __init__(self, erp: ErpNext, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._erp = erp
        self._monotonic = monotonic
        self._turn = asyncio.Lock()
        self._shelves: Shelves = {}
        self._directory: Directory | None = None
        self._checked_at = self._whole_at = float("-inf")

    async def current(self) -> Directory:
        """The directory, at most a minute old, or the last good one where ERPNext does not answer.

        Raises what reading ERPNext raises, as long as there has never been a good one. Callers at the same time
        share one reading.
        """
        if self._directory is not None and self._age(self._checked_at) <= FRESH_SECONDS:
            return self._directory
        async with self._turn:
            if self._directory is None:
                self._take(await _read_all(self._erp), whole=True)
            elif self._age(self._checked_at) > FRESH_SECONDS:
                # Set first, so that a site that is down costs one attempt a minute and not one a question.
                self._checked_at = self._monotonic()
                await self._refresh()
            return self._directory or Directory()

    async def _refresh(self) -> None:
        whole = self._age(self._whole_at) > WHOLE_SECONDS
        try:
            self._take(await (_read_all(self._erp) if whole else _read_changes(self._erp, self._shelves)), whole=whole)
        except BackendError as error:
            logger.warning("the directory could not be refreshed and stays as it was: %s", error)

    def _take(self, shelves: Shelves, *, whole: bool) -> None:
        # An unchanged directory keeps its indexes, which are costly to make.
        if self._directory is None or shelves != self._shelves:
            self._directory = build_directory(shelves)
        self._shelves = shelves
        self._checked_at = self._monotonic()
        if whole:
            self._whole_at = self._checked_at

    def _age(self, moment: float) -> float:
        return self._monotonic() - moment


def build_directory(shelves: Shelves) -> Directory:
    """The index out of the rows; what is inactive or disabled is left out, but for customers."""
    phones, emails = _reached_by(shelves)
    places: dict[str, list[Place]] = {}
    for place in _places(shelves[LOCATIONS]):
        places.setdefault(place.customer_id, []).append(place)
    return Directory(
        parties=tuple(
            Party(
                customer_id=name,
                name=row["customer_name"] or name,
                phones=_distinct(phones.get(name, []), digits),
                emails=_distinct(emails.get(name, []), str.casefold),
                places=tuple(places.get(name, [])),
                language=row["language"] or "",
            )
            for name, row in _sorted(shelves[CUSTOMERS])
        ),
        technicians=tuple(
            Thing(name, row["employee_name"] or name)
            for name, row in _sorted(shelves[EMPLOYEES])
            if row["status"] == "Active"
        ),
        items=tuple(
            Thing(name, row["item_name"] or name) for name, row in _sorted(shelves[ITEMS]) if not row["disabled"]
        ),
        lines={
            did: row["customer"]
            for did, row in _sorted(shelves[LINES])
            if row["customer"] and row["status"] != "Inactive"
        },
    )


def _places(rows: Rows) -> Iterable[Place]:
    for name, row in _sorted(rows):
        if row["customer"] and row["status"] != "Inactive":
            yield Place(
                location_id=name,
                customer_id=row["customer"],
                civic=row["civic_number"] or "",
                street=row["street"] or "",
                city=row["city"] or "",
                postal_code=row["postal_code"] or "",
                apartment=row["apartment"] or "",
            )


def _reached_by(shelves: Shelves) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Customer id -> phone numbers, and -> e-mails: the customer's own first, then their contacts'."""
    phones: dict[str, list[str]] = {}
    emails: dict[str, list[str]] = {}
    for name, row in _sorted(shelves[CUSTOMERS]):
        phones[name], emails[name] = [row["mobile_no"] or ""], [row["email_id"] or ""]
    for rows in shelves[CONTACTS].values():
        for row in rows:
            if row["link_doctype"] == "Customer" and row["link_name"] in phones:
                phones[row["link_name"]] += [row["mobile_no"] or "", row["phone"] or ""]
                emails[row["link_name"]] += [row["email_id"] or ""]
    return phones, emails


def _distinct(texts: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    """The texts that are not empty, each once by its key, as first spelled."""
    found: dict[str, str] = {}
    for text in texts:
        if text.strip():
            found.setdefault(key(text), text.strip())
    return tuple(found.values())


def _sorted(rows: Rows) -> Iterable[tuple[str, Document]]:
    for name in sorted(rows):
        yield name, rows[name][0]


async def _read_all(erp: ErpNext) -> Shelves:
    read = await together(*(_read(erp, source, None) for source in SOURCES))
    return dict(zip(SOURCES, read, strict=True))


async def _read_changes(erp: ErpNext, shelves: Shelves) -> Shelves:
    """The shelves with what has changed since their newest row put in place of what was."""
    read = await together(*(_read(erp, source, _newest(shelves[source])) for source in SOURCES))
    return {source: {**shelves[source], **changed} for source, changed in zip(SOURCES, read, strict=True)}


async def _read(erp: ErpNext, source: Source, since: datetime | None) -> Rows:
    fields = ("name", "modified", *source.fields)
    filters = [] if since is None else [["modified", ">=", (since - _LATE_COMMITS).isoformat(sep=" ")]]
    if source.with_children:
        # In one piece: pages are cut by name, and a document's rows share theirs.
        found = await erp.list(source.doctype, fields=fields, filters=filters, order_by="name asc")
    else:
        found = [row async for row in erp.every(source.doctype, fields=fields, filters=filters)]
    rows: dict[str, list[Document]] = {}
    for row in found:
        rows.setdefault(str(row["name"]), []).append(row)
    return rows


def _newest(rows: Rows) -> datetime | None:
    """The newest ``modified``, site-local as ERPNext tells it, and told back as such."""
    told = max((str(row["modified"]) for group in rows.values() for row in group), default=None)
    return None if told is None else datetime.fromisoformat(told)
