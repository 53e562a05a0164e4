"""The demo company's books hang together, and its documents can be worked with as they are."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo_company import document, erpnext, listed

from sandbox import create_app, open_demo
from sandbox.erpnext.site import Site
from sandbox.world import World

MODES = {"Portal": "Bank", "Cheque": "Bank", "Phone": "Bank", "PPA": "Bank", "Cash": "Cash", "Card": "Bank"}
WHEREABOUTS = frozenset({"modified", "modified_by"})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path: Path = tmp_path_factory.mktemp("demo") / "world.sqlite"
    world = open_demo(path)
    yield world
    world.close()


@pytest.fixture
async def erp(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with erpnext(create_app(world)) as client:
        yield client


def _of_a_kind(site: Site) -> Iterator[tuple[str, str]]:
    for doctype in site.catalogue:
        if not (doctype.istable or doctype.issingle or doctype.name in {"DocType", "Custom Field", "User", "Contact"}):
            for row in site.list(doctype.name, order_by="name desc", limit=8):
                yield doctype.name, str(row["name"])


def test_documents_can_be_saved_again_and_nothing_moves(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "world.sqlite")
    site = Site(world)
    moved: dict[tuple[str, str], Any] = {}
    for doctype, name in _of_a_kind(site):
        before = site.get(doctype, name)
        site.update(doctype, name, {})
        after = site.get(doctype, name)
        changes = {
            key: (before[key], after[key])
            for key in before.keys() - WHEREABOUTS
            if not isinstance(before[key], list) and before[key] != after[key]
        }
        if changes:
            moved[doctype, name] = changes
    world.close()

    assert moved == {}


async def test_every_way_to_pay_has_an_account(erp: httpx.AsyncClient) -> None:
    for mode, account in MODES.items():
        rows = (await document(erp, "Mode of Payment", mode))["accounts"]
        assert [(row["company"], row["default_account"]) for row in rows] == [("Gigafibre (démo)", f"{account} - GD")]


async def test_every_active_customer_subscribes_to_what_is_delivered(erp: httpx.AsyncClient) -> None:
    subscriptions = await listed(erp, "Subscription", ["party", "plans.plan as plan"], status="Active")
    plans = Counter(row["plan"] for row in subscriptions)
    billed = {row["customer"] for row in await listed(erp, "Sales Invoice", ["customer"])}

    assert {row["party"] for row in subscriptions} >= billed
    assert set(plans) == {"FIBRE-100", "FIBRE-500", "FIBRE-1000", "TEL-VOIP", "TV-BASE", "WIFI-MESH"}


async def test_some_gave_up_their_line(erp: httpx.AsyncClient) -> None:
    given_up = await listed(erp, "Subscription", ["party", "plans.plan as plan"], status="Cancelled")
    inactive = {row["customer"] for row in await listed(erp, "VoIP Line", ["customer"], status="Inactive")}

    assert {row["party"] for row in given_up} == inactive
    assert {row["plan"] for row in given_up} == {"TEL-VOIP"}


async def test_payments_are_allocated_to_invoices_of_their_customer(erp: httpx.AsyncClient) -> None:
    owners = {row["name"]: row["customer"] for row in await listed(erp, "Sales Invoice", ["name", "customer"])}
    fields = ["party", "references.reference_name as invoice", "references.allocated_amount as amount", "paid_amount"]
    payments = await listed(erp, "Payment Entry", fields, docstatus=1)

    assert len(payments) > 500
    assert all(owners[row["invoice"]] == row["party"] and row["amount"] == row["paid_amount"] for row in payments)


async def test_the_ordered_offers_have_their_orders_and_their_service(erp: httpx.AsyncClient) -> None:
    for offer in await listed(erp, "Quotation", ["name", "party_name"], status="Ordered"):
        quotation = await document(erp, "Quotation", offer["name"])
        orders = await listed(erp, "Sales Order", ["items.item_code as item"], docstatus=1)
        active = await listed(erp, "Subscription", ["plans.plan as plan"], party=offer["party_name"], status="Active")
        monthly = {row["item_code"] for row in quotation["items"]} - {"INSTALL-STD"}

        assert monthly == {row["plan"] for row in active}
        assert monthly <= {row["item"] for row in orders}


async def test_an_ordered_offer_is_not_cancelled_under_its_order(erp: httpx.AsyncClient) -> None:
    answer = await erp.put("/api/resource/Quotation/SOQ-901", json={"docstatus": 2})

    assert (answer.status_code, answer.json()["exc_type"]) == (417, "LinkExistsError")


async def test_two_billable_visits_wait_for_their_invoice(erp: httpx.AsyncClient) -> None:
    orders = await listed(erp, "Work Order Log", ["customer", "sales_invoice"], billable=1, status="Done")
    waiting = {row["customer"] for row in orders if not row["sales_invoice"]}
    (billed,) = [row for row in orders if row["sales_invoice"]]
    invoice = await document(erp, "Sales Invoice", billed["sales_invoice"])

    assert waiting == {"C-10007", "C-10032"}
    assert (invoice["customer"], invoice["outstanding_amount"]) == (billed["customer"], 0)
    assert [row["item_code"] for row in invoice["items"]] == ["LABOUR-HR", "WIFI-ROUTER"]


async def test_tickets_are_in_every_state_and_some_in_somebodys_hands(erp: httpx.AsyncClient) -> None:
    states = {row["status"] for row in await listed(erp, "Issue", ["status"])}
    on_hold = {row["name"] for row in await listed(erp, "Issue", ["name"], status="On Hold")}
    assigned = await listed(erp, "ToDo", ["reference_name", "allocated_to"], status="Open", reference_type="Issue")
    technicians = {row["user_id"] for row in await listed(erp, "Employee", ["user_id"])}

    assert states == {"Open", "Replied", "On Hold", "Resolved", "Closed"}
    assert {row["reference_name"] for row in assigned} == on_hold
    assert {row["allocated_to"] for row in assigned} <= technicians
    assert len(technicians) == 3


async def test_contacts_can_be_called_and_written_to(erp: httpx.AsyncClient) -> None:
    for customer in await listed(erp, "Customer", ["name", "customer_primary_contact", "mobile_no", "email_id"]):
        contact = await document(erp, "Contact", customer["customer_primary_contact"])
        assert contact["phone_nos"][0]["phone"] == customer["mobile_no"]
        assert contact["email_ids"][0]["email_id"] == customer["email_id"]
