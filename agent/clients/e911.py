"""The 911 provider: what an ambulance is told about a number, and what became of a request to tell it something else.

Enters: numbers as ten digits, entries, idempotency keys. Leaves: registrations, typed. It repeats the provider's
honesty and adds none of its own: a request that is taken is only pending, what was registered before stays in force
until it is accepted, and only a registration read back proves anything.
The same key again asks nothing twice and answers as the first time did: what holds *now* is asked by reading.
Every method raises ``Unavailable``, ``AccessDenied`` or another ``Rejected``; those that write ``OutcomeUnknown`` too,
and ``Conflict`` where the registration has changed since ``version`` was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from agent.clients.http import HttpSystem
from agent.clients.wire import write_headers
from agent.errors import Missing

PAGE = 1000
MOST_NAMED = 100
"""How many registrations the provider tells on a page, and how many numbers it can be asked for at once."""

ServiceClass = Literal["RES", "BUS"]
State = Literal["registered", "pending", "rejected"]


def _plain(value: object) -> object:
    """Nothing is empty text, and blanks at the ends or side by side mean nothing."""
    return " ".join(str(value).split()) if isinstance(value, str) else "" if value is None else value


def _capitals(value: object) -> object:
    text = _plain(value)
    return text.upper().replace(" ", "") if isinstance(text, str) else text


def _postal(value: object) -> object:
    text = _capitals(value)
    return re.sub(r"^(...)(...)$", r"\1 \2", text) if isinstance(text, str) else text


Text = Annotated[str, BeforeValidator(_plain)]
Code = Annotated[str, BeforeValidator(_capitals)]
PostalCode = Annotated[str, BeforeValidator(_postal)]


class ProviderRecord(BaseModel):
    """Something that the provider told; it may tell more than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)


class Municipality(ProviderRecord):
    """A municipality that is served."""

    cauca_code: str
    city: str
    province: str = "QC"


class Entry(ProviderRecord):
    """Where a number rings and whose it is, written as the provider wants it: ``64A``, ``J0S 1H0``.

    Blanks and capitals are brought into its form here; whether the parts are right, only the provider says.
    """

    civic_number: Code
    apartment: Code = ""
    street: Text
    city: Text
    province: Code = "QC"
    postal_code: PostalCode
    cauca_code: Code = Field(description="the municipality's code; of ``E911.municipalities``")
    service_class: ServiceClass = Field(alias="class", description="residential or business")
    first_name: Text = Field("", description="empty for a business")
    last_name: Text
    enhanced_capable: bool = True

    def entry(self) -> Entry:
        """The entry alone, without what the provider adds to it: entries are equal when every part is."""
        return Entry.model_validate(self.model_dump())


class InForce(Entry):
    """What an ambulance is told now."""

    registered_at: AwareDatetime | None = None


class Reason(ProviderRecord):
    """Why a request was rejected, in the provider's words."""

    code: str = ""
    message: str = ""


class Request(Entry):
    """What was asked for last, while it is pending or after it was rejected."""

    key: str = Field("", description="the idempotency key under which it was asked for")
    submitted_at: AwareDatetime | None = None
    rejected_at: AwareDatetime | None = None
    reason: Reason | None = None


class Registration(ProviderRecord):
    """A number at the provider: what is in force, and what became of the last request."""

    did: str
    state: State = Field(description="of the last request; what is in force is ``registered``")
    registered: InForce | None = None
    pending: Request | None = None
    rejected: Request | None = None
    changed_by_key: str | None = Field(None, description="the idempotency key of the last request")
    version: int = Field(description="moves with every request; for the writes' version=")

    def agrees(self, entry: Entry) -> bool:
        """Whether an ambulance is told exactly this, with nothing pending: the only proof that a request took."""
        return self.state == "registered" and self.registered is not None and self.registered.entry() == entry.entry()


class E911:
    """The provider's API."""

    def __init__(self, http: HttpSystem) -> None:
        self._http = http

    async def municipalities(self) -> list[Municipality]:
        """The municipalities that are served, each with its CAUCA code."""
        return await self._http.read("v1", "municipalities", shape=_MUNICIPALITIES.validate_python)

    async def registration(self, did: str) -> Registration:
        """One number. Raises ``Missing`` where the provider does not know it."""
        return await self._http.read("v1", "registrations", did, shape=Registration.model_validate)

    async def find_registration(self, did: str) -> Registration | None:
        """One number, or None where the provider does not know it."""
        try:
            return await self.registration(did)
        except Missing:
            return None

    async def registrations(self, dids: Sequence[str] | None = None) -> list[Registration]:
        """All registrations, or those of the numbers named, in the order of their numbers.

        One request per thousand of all, or per hundred named; numbers that the provider does not know are left out.
        """
        if dids is None:
            return await self._pages({})
        wanted = sorted(set(dids))
        chunks = [wanted[start : start + MOST_NAMED] for start in range(0, len(wanted), MOST_NAMED)]
        return [one for chunk in chunks for one in await self._pages({"dids": ",".join(chunk)})]

    async def register(self, did: str, entry: Entry, *, key: str, version: int | None = None) -> Registration:
        """Ask that an ambulance be told this: ``pending``, or ``registered`` where that is in force already.

        Raises ``Rejected`` for an entry that the provider refuses at once, with every problem in the reason.
        """
        return await self._http.write(
            "PUT",
            *("v1", "registrations", did),
            body=entry.entry().model_dump(mode="json", by_alias=True),
            headers=write_headers(key, version),
            shape=Registration.model_validate,
        )

    async def deregister(self, did: str, *, key: str, version: int | None = None) -> Registration:
        """Strike the number out, with what is pending; answers the registration as it was. Raises ``Missing``."""
        return await self._http.write(
            "DELETE",
            *("v1", "registrations", did),
            headers=write_headers(key, version),
            shape=Registration.model_validate,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _pages(self, query: dict[str, str]) -> list[Registration]:
        found: list[Registration] = []
        after: str | None = ""
        while after is not None:
            question: dict[str, str | int] = {**query, "limit": PAGE, **({"after": after} if after else {})}
            page = await self._http.read("v1", "registrations", query=question, shape=_Page.model_validate)
            found += page.items
            # A page that leads nowhere further would be asked for without end.
            after = page.next if page.items and page.next != after else None
        return found


class _Page(ProviderRecord):
    items: list[Registration]
    next: str | None


_MUNICIPALITIES = TypeAdapter(list[Municipality])
