"""What the company sells, bills, promises and sends people out for, asked over HTTP."""

from collections.abc import AsyncIterator, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import httpx
import pytest
from demo_company import document, erpnext, hub, listed, registrations, told
from starlette.types import ASGIApp

from sandbox import create_app, open_demo
from sandbox.world import World

ITEMS = {
    "FIBRE-100": ("Fibre 100M", 59.95),
    "FIBRE-500": ("Fibre 500M", 74.95),
    "FIBRE-1000": ("Fibre 1G", 94.95),
    "TEL-VOIP": ("Téléphonie", 19.95),
    "TV-BASE": ("Télé de base", 34.95),
    "WIFI-MESH": ("WiFi mesh", 7.95),
    "WIFI-ROUTER": ("Routeur WiFi", 129.00),
    "INSTALL-STD": ("Installation standard", 99.00),
    "ATA-HT802": ("Adaptateur téléphonique", 79.00),
    "LABOUR-HR": ("Main-d'œuvre", 85.00),
}
ADDRESS = ("civic_number", "apartment", "street", "city", "postal_code")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path: Path = tmp_path_factory.mktemp("demo") / "world.sqlite"
    world = open_demo(path)
    yield world
    world.close()


@pytest.fixture(scope="module")
def app(world: World) -> ASGIApp:
    return create_app(world)


@pytest.fixture
async def erp(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with erpnext(app) as client:
        yield client


async def test_the_items_and_their_prices(erp: httpx.AsyncClient) -> None:
    items = await listed(erp, "Item", ["name", "item_name", "standard_rate"])

    assert {row["name"]: (row["item_name"], row["standard_rate"]) for row in items} == ITEMS


async def test_a_plan_for_every_monthly_item_at_its_price(erp: httpx.AsyncClient) -> None:
    plans = await listed(erp, "Subscription Plan", ["item", "cost", "billing_interval"])

    assert {row["item"]: row["cost"] for row in plans} == {code: price for code, (_, price) in list(ITEMS.items())[:6]}
    assert {row["billing_interval"] for row in plans} == {"Month"}


async def test_every_bill_adds_up_with_both_taxes_on_the_price_before_tax(erp: httpx.AsyncClient) -> None:
    invoices = await listed(erp, "Sales Invoice", ["name", "net_total", "grand_total", "rounded_total"])

    assert len(invoices) > 500
    for row in invoices:
        net, total = Decimal(str(row["net_total"])), Decimal(str(row["grand_total"]))
        expected = net + _cents(net * 5 / 100) + _cents(net * Decimal("9.975") / 100)
        assert total == expected, row
        assert not row["rounded_total"]


async def test_an_invoice_shows_its_tax_rows(erp: httpx.AsyncClient) -> None:
    (first, *_) = await listed(erp, "Sales Invoice", ["name"], customer="C-10001")
    invoice = await document(erp, "Sales Invoice", first["name"])

    assert [(row["rate"], row["tax_amount"]) for row in invoice["taxes"]] == [(5, 4.00), (9.975, 7.97)]
    assert invoice["grand_total"] == 91.87


async def test_what_is_outstanding_is_what_was_not_paid(erp: httpx.AsyncClient) -> None:
    invoices = await listed(erp, "Sales Invoice", ["grand_total", "outstanding_amount"])
    settled = await listed(erp, "Payment Entry", ["sum(paid_amount) as paid"], docstatus=1)
    billed = sum((Decimal(str(row["grand_total"])) for row in invoices), Decimal(0))
    owed = sum((Decimal(str(row["outstanding_amount"])) for row in invoices), Decimal(0))

    assert _cents(billed - owed) == _cents(Decimal(str(settled[0]["paid"])))


async def test_the_quotes_are_soq_901_to_908(erp: httpx.AsyncClient) -> None:
    quotes = await listed(erp, "Quotation", ["name", "status", "docstatus"])

    assert [row["name"] for row in quotes] == [f"SOQ-{number}" for number in range(901, 909)]
    assert {row["docstatus"] for row in quotes} == {1}
    assert {"Open", "Ordered", "Expired"} <= {row["status"] for row in quotes}


async def test_the_technicians(erp: httpx.AsyncClient) -> None:
    employees = await listed(erp, "Employee", ["employee_name"])

    assert [row["employee_name"] for row in employees] == [
        "Marc-André Pelletier",
        "Sophie Lalonde",
        "Dave Robinson",
    ]


async def test_marc_andre_spent_six_and_a_half_hours_at_ferme_leduc(erp: httpx.AsyncClient) -> None:
    orders = await listed(erp, "Work Order Log", ["name", "date"], customer="C-10007")
    rows = [row for order in orders for row in (await document(erp, "Work Order Log", order["name"]))["technicians"]]

    assert len(rows) == 3
    assert {row["technician"] for row in rows} == {"HR-EMP-00001"}
    assert sum(row["hours"] for row in rows) == 6.5
    assert all("2026-01-01" <= order["date"] <= "2026-02-28" for order in orders)


async def test_a_technician_was_sent_to_123_rue_principale_four_times(erp: httpx.AsyncClient) -> None:
    (home,) = await listed(erp, "Service Location", ["name"], customer="C-10001")
    jobs = await listed(erp, "Dispatch Job", ["name", "status"], service_location=home["name"])
    orders = await listed(erp, "Work Order Log", ["dispatch_job"], service_location=home["name"])

    assert [job["status"] for job in jobs] == ["Completed"] * 4
    assert sorted(order["dispatch_job"] for order in orders) == sorted(job["name"] for job in jobs)


async def test_the_departments_of_tickets(erp: httpx.AsyncClient) -> None:
    found = {row["department"] for row in await listed(erp, "Issue", ["department"])}

    assert found == {"Support", "Facturation", "Installation"}


async def test_the_olts_and_their_free_ports(app: ASGIApp) -> None:
    async with hub(app) as network:
        ports = await told(network, "/ports")
    free = {(port["olt"], port["port"]) for port in ports if port["customer"] is None}

    assert {port["olt"] for port in ports} == {"OLT-EAST", "OLT-WEST", "OLT-NORD"}
    assert {("OLT-WEST", "1/1/4"), ("OLT-EAST", "1/2/7")} <= free


async def test_the_hub_and_erpnext_agree_on_ports_and_serial_numbers(app: ASGIApp, erp: httpx.AsyncClient) -> None:
    async with hub(app) as network:
        ports = {port["location"]: port for port in await told(network, "/ports") if port["location"]}
        devices = {device["serial"]: device for device in await told(network, "/devices")}
    onts = await listed(erp, "Service Equipment", equipment_type="ONT")
    equipment = await listed(erp, "Service Equipment")

    assert {row["service_location"]: (row["olt"], row["olt_port"], row["name"]) for row in onts} == {
        location: (port["olt"], port["port"], port["ont_serial"]) for location, port in ports.items()
    }
    assert {row["name"] for row in equipment if row["equipment_type"] != "TV"} == set(devices)


async def test_five_lines_are_registered_elsewhere_than_where_they_stand(erp: httpx.AsyncClient) -> None:
    lines = await listed(erp, "VoIP Line", status="Active")
    locations = {row["name"]: row for row in await listed(erp, "Service Location")}
    elsewhere = [
        line["name"]
        for line in lines
        if any((line[f"e911_{part}"] or "") != (locations[line["service_location"]][part] or "") for part in ADDRESS)
    ]

    assert len(elsewhere) == 5
    assert "4502473300" in elsewhere


async def test_twelve_registrations_are_orphans_and_one_line_is_unknown(erp: httpx.AsyncClient, world: World) -> None:
    active = {line["name"]: line for line in await listed(erp, "VoIP Line", status="Active")}
    registered = {registration.did: registration for registration in registrations(world)}

    assert len(set(registered) - set(active)) == 12
    (unknown,) = set(active) - set(registered)
    assert active[unknown]["e911_status"] == "Missing"


async def test_the_provider_has_the_addresses_that_erpnext_believes_it_has(
    erp: httpx.AsyncClient, world: World
) -> None:
    lines = {line["name"]: line for line in await listed(erp, "VoIP Line", e911_status="Registered")}

    for registration in registrations(world):
        line = lines.get(registration.did)
        if line is not None:
            assert [getattr(registration, part) for part in ADDRESS] == [line[f"e911_{part}"] or "" for part in ADDRESS]


async def test_numbers_that_the_pbx_can_assign_are_in_nobodys_hands(erp: httpx.AsyncClient, world: World) -> None:
    free = {f"45026470{number:02d}" for number in range(20)} | {"8195551234"}
    used = {line["name"] for line in await listed(erp, "VoIP Line", ["name"])}

    assert not free & (used | {registration.did for registration in registrations(world)})


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
