"""How the directory is filled from ERPNext and kept fresh."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from agent.clients.directory import FRESH_SECONDS, SOURCES, WHOLE_SECONDS, DirectoryKeeper, load_directory
from agent.clients.erpnext import PAGE, ErpNext
from agent.clients.http import HttpSystem
from agent.clients.patience import Patience
from agent.clients.refusal import explain_frappe
from agent.directory import Place, Thing
from agent.errors import Unavailable
from sandbox.app import create_app
from sandbox.demo.office import customize
from sandbox.erpnext.site import Site
from sandbox.world import World

ROLES = ["System Manager", "Sales Master Manager", "Sales User", "Accounts Manager", "Support Team", "Item Manager"]


class Company:
    """A small company on a site of its own, reached over a line that can be counted and cut."""

    def __init__(self, path: Path) -> None:
        self.world = World.open(path)
        self.site = Site(self.world)
        customize(self.site)
        self.site.create_user("agent@example.com", "The Agent", ROLES, "a-key", "a-secret")
        self.app = httpx.ASGITransport(create_app(self.world))
        self.asked: list[httpx.Request] = []
        self.cut = False
        self.elapsed = 0.0

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.cut:
            raise httpx.ConnectError("cut")
        answer = await self.app.handle_async_request(request)
        await answer.aread()
        return answer

    def erpnext(self) -> ErpNext:
        headers = {"Authorization": "token a-key:a-secret"}
        transport = httpx.MockTransport(self.handle)
        patience = Patience(tries=1)
        return ErpNext(
            HttpSystem(
                "erpnext",
                "http://site",
                headers,
                explain=explain_frappe,
                transport=transport,
                patience=patience,
            )
        )

    def hires(self) -> None:
        people = [("HR-0", "Sophie", "Active"), ("HR-1", "Dave", "Left")]
        self.site.insert_many_raw(
            "Employee",
            [{"name": name, "employee_name": first, "status": status} for name, first, status in people],
        )

    def signs(self, name: str, customer_id: str, **values: object) -> None:
        self.site.insert("Customer", {"name": customer_id, "customer_name": name, "language": "fr", **values})

    def later(self, seconds: float) -> None:
        """Time passes, on the site and here."""
        self.elapsed += seconds
        self.world.set_clock(self.world.now() + timedelta(seconds=seconds))


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    company = Company(tmp_path / "world.sqlite")
    yield company
    company.world.close()


@pytest.fixture
async def keeper(company: Company) -> AsyncIterator[DirectoryKeeper]:
    erp = company.erpnext()
    yield DirectoryKeeper(erp, monotonic=lambda: company.elapsed)
    await erp.aclose()


async def test_who_and_what_the_company_knows(company: Company) -> None:
    company.hires()
    company.signs("Jean Tremblay", "C-1", mobile_no="450-272-2408", email_id="jean@example.com")
    company.signs("Ferme Leduc SENC", "C-2", language="en")
    place = {"customer": "C-1", "street": "Rue Principale", "city": "Huntingdon", "connection_type": "Fibre"}
    for civic, status in [("123", "Active"), ("9", "Inactive"), ("125", "Pending")]:
        company.site.insert("Service Location", {**place, "civic_number": civic, "status": status})
    for did, status in [("4502722408", "Active"), ("4502649999", "Disabled"), ("4502640000", "Inactive")]:
        company.site.insert("VoIP Line", {"did": did, "customer": "C-1", "status": status})
    company.site.insert(
        "Contact",
        {
            "first_name": "Lise",
            "phone_nos": [
                {"phone": "(450) 272-2408", "is_primary_mobile_no": 1},
                {"phone": "514-555-0199"},
            ],
            "email_ids": [{"email_id": "Jean@Example.com", "is_primary": 1}, {"email_id": "lise@example.com"}],
            "links": [
                {"link_doctype": "Customer", "link_name": "C-1"},
                {"link_doctype": "Customer", "link_name": "C-2"},
            ],
        },
    )
    company.site.insert_many_raw(
        "Item",
        [
            {"name": "FIBRE-100", "item_code": "FIBRE-100", "item_name": "Fibre 100M", "disabled": 0},
            {"name": "OLD", "item_code": "OLD", "item_name": "Old", "disabled": 1},
        ],
    )

    directory = await load_directory(company.erpnext())

    jean, leduc = directory.parties
    assert (jean.customer_id, jean.name, jean.language) == ("C-1", "Jean Tremblay", "fr")
    assert jean.phones == ("450-272-2408", "514-555-0199")
    assert jean.emails == ("jean@example.com", "lise@example.com")
    assert [place.text for place in jean.places] == [
        "123 Rue Principale, Huntingdon",
        "125 Rue Principale, Huntingdon",
    ]
    assert jean.places[0] == Place(jean.places[0].location_id, "C-1", "123", "Rue Principale", "Huntingdon")
    assert (leduc.name, leduc.language) == ("Ferme Leduc SENC", "en")
    assert directory.by_phone["5145550199"] == ("C-1", "C-2")
    assert directory.technicians == (Thing("HR-0", "Sophie"),)
    assert directory.items == (Thing("FIBRE-100", "Fibre 100M"),)
    assert directory.lines == {"4502722408": "C-1", "4502649999": "C-1"}


async def test_requests_grow_with_pages_and_not_with_customers(company: Company) -> None:
    await load_directory(company.erpnext())
    assert len(company.asked) == len(SOURCES)
    rows = [{"name": f"C-{n:05}", "customer_name": f"Client {n}"} for n in range(PAGE + 1)]
    company.site.insert_many_raw("Customer", rows)
    company.asked.clear()
    assert len((await load_directory(company.erpnext())).parties) == PAGE + 1
    assert len(company.asked) == len(SOURCES) + 1


async def test_callers_at_the_same_time_share_one_reading(company: Company, keeper: DirectoryKeeper) -> None:
    first, *others = await asyncio.gather(*(keeper.current() for _ in range(20)))
    assert all(other is first for other in others)
    assert len(company.asked) == len(SOURCES)


async def test_within_a_minute_nothing_is_asked(company: Company, keeper: DirectoryKeeper) -> None:
    first = await keeper.current()
    company.signs("Luc Gagnon", "C-3")
    company.asked.clear()
    company.later(FRESH_SECONDS)
    assert await keeper.current() is first
    assert company.asked == []


async def test_after_a_minute_only_what_changed_is_read(company: Company, keeper: DirectoryKeeper) -> None:
    company.signs("Jean Tremblay", "C-1")
    company.signs("Luc Gagnon", "C-2")
    before = await keeper.current()
    company.later(10 * FRESH_SECONDS)
    company.site.update("Customer", "C-2", {"customer_name": "Luc Gagné"})
    company.signs("Sylvie Côté", "C-3")
    company.asked.clear()

    after = await keeper.current()

    assert [party.name for party in before.parties] == ["Jean Tremblay", "Luc Gagnon"]
    assert [party.name for party in after.parties] == ["Jean Tremblay", "Luc Gagné", "Sylvie Côté"]
    changes = [request for request in company.asked if "modified" in request.url.params.get("filters", "")]
    assert any(request.url.path.endswith("/Customer") for request in changes)
    assert len(company.asked) == len(SOURCES)


async def test_a_row_that_was_committed_late_is_not_missed(company: Company, keeper: DirectoryKeeper) -> None:
    company.signs("Jean Tremblay", "C-1")
    await keeper.current()
    begun = (company.world.now() - timedelta(seconds=30)).replace(tzinfo=None).isoformat(sep=" ")
    company.site.insert_many_raw("Customer", [{"name": "C-2", "customer_name": "Late", "modified": begun}])
    company.later(FRESH_SECONDS + 1)
    assert [party.name for party in (await keeper.current()).parties] == ["Jean Tremblay", "Late"]


async def test_a_directory_that_has_not_changed_keeps_its_indexes(company: Company, keeper: DirectoryKeeper) -> None:
    company.signs("Jean Tremblay", "C-1")
    first = await keeper.current()
    company.later(FRESH_SECONDS + 1)
    assert await keeper.current() is first


async def test_a_contact_that_loses_a_number_or_a_customer_loses_it_here(
    company: Company, keeper: DirectoryKeeper
) -> None:
    company.signs("Jean Tremblay", "C-1")
    contact = company.site.insert(
        "Contact",
        {
            "first_name": "Lise",
            "phone_nos": [{"phone": "514-555-0199"}],
            "links": [{"link_doctype": "Customer", "link_name": "C-1"}],
        },
    )
    assert (await keeper.current()).by_phone == {"5145550199": ("C-1",)}
    company.later(FRESH_SECONDS + 1)
    company.site.update("Contact", str(contact["name"]), {"links": []})
    assert (await keeper.current()).by_phone == {}


async def test_what_was_deleted_is_gone_within_the_hour(company: Company, keeper: DirectoryKeeper) -> None:
    company.signs("Jean Tremblay", "C-1")
    await keeper.current()
    company.later(WHOLE_SECONDS + 1)
    await company.erpnext().delete("Customer", "C-1")
    assert (await keeper.current()).parties == ()


async def test_a_refresh_that_fails_keeps_what_was_and_is_not_tried_at_once(
    company: Company, keeper: DirectoryKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    company.signs("Jean Tremblay", "C-1")
    first = await keeper.current()
    company.later(FRESH_SECONDS + 1)
    company.signs("Luc Gagnon", "C-2")
    company.cut = True
    company.asked.clear()
    with caplog.at_level(logging.WARNING):
        assert await keeper.current() is first
        assert await keeper.current() is first
    assert len(company.asked) == len(SOURCES)
    assert "could not be refreshed" in caplog.text
    company.cut = False
    company.later(FRESH_SECONDS + 1)
    assert len((await keeper.current()).parties) == 2


async def test_without_a_first_reading_there_is_no_directory(company: Company, keeper: DirectoryKeeper) -> None:
    company.cut = True
    with pytest.raises(Unavailable):
        await keeper.current()
    company.cut = False
    assert (await keeper.current()).parties == ()
