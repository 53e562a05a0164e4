"""The named customers of the demo company, each line of the fact sheet asked over HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo_company import document, erpnext, hub, listed, told
from starlette.types import ASGIApp

from sandbox import create_app, open_demo

WHERE = {
    "C-10001": ("Jean Tremblay", ["123 Rue Principale, Huntingdon"]),
    "C-10002": ("Marie-Ève Tremblay", ["45 Chemin de la Rivière, Ormstown"]),
    "C-10003": ("Luc Gagnon", ["88 Rang du Bord-de-l'Eau, Sainte-Barbe"]),
    "C-10004": ("Bouchard & Fils inc.", ["1200 Route 138, Saint-Anicet"]),
    "C-10005": ("Sylvie Côté", ["17 Rue Châteauguay, Huntingdon"]),
    "C-10006": ("Daniel O'Connor", ["12 Main Street, Hemmingford"]),
    "C-10007": (
        "Ferme Leduc SENC",
        [f"{civic} Rang Saint-Louis, Saint-Stanislas-de-Kostka" for civic in (510, 522)],
    ),
    "C-10008": ("Nathalie Roy", ["31 Rue Lake, Huntingdon"]),
    "C-10009": ("Émile Lavoie", ["123 Rue Principale, Sainte-Barbe"]),
    "C-10010": ("Dépanneur Chez Ginette", ["2 Rue Dalhousie, Huntingdon"]),
    "C-10011": ("Patrick Bergeron", ["75 Chemin Ridge, Godmanchester"]),
    "C-10012": ("Isabelle Nguyen", ["9 Rue Bouchette, Huntingdon"]),
    "C-10013": ("Kevin Smith", ["3 Rue Prince, Huntingdon"]),
    "C-10014": ("Kevin Smyth", ["40 Rue York, Huntingdon"]),
    "C-10015": (
        "Groupe Immobilier Valleyfield",
        [f"{civic} Boulevard du Havre, Salaberry-de-Valleyfield" for civic in range(101, 113)],
    ),
    "C-10016": ("Geneviève Dubois", ["64 Rue Churchill, Huntingdon"]),
    "C-10017": ("Robert Dubois", ["64A Rue Churchill, Huntingdon"]),
    "C-10018": ("Martin Gagné", ["27 Rang du Dix, Howick"]),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    path: Path = tmp_path_factory.mktemp("demo") / "world.sqlite"
    world = open_demo(path)
    yield create_app(world)
    world.close()


@pytest.fixture
async def erp(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with erpnext(app) as client:
        yield client


@pytest.fixture
async def network(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(app) as client:
        yield client


@pytest.mark.parametrize("customer", WHERE)
async def test_each_named_customer_lives_where_the_fact_sheet_says(erp: httpx.AsyncClient, customer: str) -> None:
    name, places = WHERE[customer]
    found = await document(erp, "Customer", customer)
    locations = await listed(erp, "Service Location", customer=customer)

    assert found["customer_name"] == name
    assert [f"{row['civic_number']} {row['street']}, {row['city']}" for row in locations] == places


async def test_there_are_at_least_sixty_customers(erp: httpx.AsyncClient) -> None:
    assert len(await listed(erp, "Customer", ["name"])) >= 60


async def test_customers_are_reached_where_erpnext_keeps_it(erp: httpx.AsyncClient) -> None:
    ginette = await document(erp, "Customer", "C-10010")
    contact = await document(erp, "Contact", ginette["customer_primary_contact"])

    assert (ginette["mobile_no"], ginette["email_id"]) == ("450-264-5555", "ginette@example.com")
    assert contact["links"][0]["link_name"] == "C-10010"
    assert contact["phone_nos"][0]["phone"] == "450-264-5555"


async def test_jean_tremblay_has_fibre_and_a_phone_with_voicemail(
    erp: httpx.AsyncClient, network: httpx.AsyncClient
) -> None:
    line = await document(erp, "VoIP Line", "4502722408")
    (port,) = await told(network, "/ports", customer="C-10001")
    onts = [device for device in await told(network, "/devices", customer="C-10001") if device["type"] == "ONT"]

    assert (line["customer"], line["status"], line["voicemail_enabled"]) == ("C-10001", "Active", 1)
    assert await _plans(erp, "C-10001") == ["FIBRE-100", "TEL-VOIP"]
    assert (port["olt"], port["port"], port["enabled"]) == ("OLT-EAST", "1/2/3", True)
    assert [ont["online"] for ont in onts] == [True]


async def test_jean_tremblay_has_two_unpaid_invoices_one_overdue_and_no_autopay(
    erp: httpx.AsyncClient,
) -> None:
    unpaid = await _unpaid(erp, "C-10001")

    assert len(unpaid) == 2
    assert [invoice["due_date"] < "2026-03-12" for invoice in unpaid] == [True, False]
    assert await listed(erp, "Payment Method", customer="C-10001") == []


async def test_marie_eve_has_a_card_on_file_and_pays_by_hand(erp: httpx.AsyncClient) -> None:
    (method,) = await listed(erp, "Payment Method", customer="C-10002")

    assert (method["provider"], method["is_auto"], method["is_active"]) == ("Stripe", 0, 1)
    assert await _plans(erp, "C-10002") == ["FIBRE-500"]


async def test_luc_gagnon_is_suspended_and_owes_312_40(erp: httpx.AsyncClient, network: httpx.AsyncClient) -> None:
    customer = await document(erp, "Customer", "C-10003")
    (total,) = await listed(erp, "Sales Invoice", ["sum(outstanding_amount) as owed"], customer="C-10003", docstatus=1)
    ports = await told(network, "/ports", customer="C-10003")
    devices = await told(network, "/devices", customer="C-10003")

    assert (customer["is_suspended"], customer["suspended_on"]) == (1, "2026-02-20")
    assert round(total["owed"], 2) == 312.40
    assert [port["enabled"] for port in ports] == [False]
    assert not any(device["online"] for device in devices)


async def test_bouchard_has_four_lines_and_a_bank_ppa(erp: httpx.AsyncClient) -> None:
    lines = await listed(erp, "VoIP Line", ["name"], customer="C-10004", status="Active")
    (method,) = await listed(erp, "Payment Method", customer="C-10004")

    assert [line["name"] for line in lines] == ["4502643100", "4502643101", "4502643102", "4502643103"]
    assert (method["provider"], method["is_auto"]) == ("Bank Draft", 1)
    assert (await document(erp, "Customer", "C-10004"))["customer_group"] == "Commercial"


async def test_sylvie_cote_is_charged_to_her_card(erp: httpx.AsyncClient) -> None:
    (method,) = await listed(erp, "Payment Method", customer="C-10005")

    assert (method["provider"], method["is_auto"], method["last_four"]) == ("Stripe", 1, "4242")
    assert (await document(erp, "Customer", "C-10005"))["stripe_customer_id"]


async def test_daniel_oconnor_speaks_english_and_his_line_is_registered_at_his_old_address(
    erp: httpx.AsyncClient,
) -> None:
    line = await document(erp, "VoIP Line", "4502473300")

    assert (await document(erp, "Customer", "C-10006"))["language"] == "en"
    assert (line["customer"], line["e911_civic_number"], line["e911_street"]) == ("C-10006", "8", "Main Street")


async def test_the_signal_at_522_is_weak(erp: httpx.AsyncClient, network: httpx.AsyncClient) -> None:
    (location,) = await listed(erp, "Service Location", customer="C-10007", civic_number="522")
    onts = [
        device["rx_dbm"]
        for device in await told(network, "/devices", location=location["name"])
        if device["type"] == "ONT"
    ]

    assert onts == [-27.8]


async def test_nathalie_roy_has_one_open_arrangement(erp: httpx.AsyncClient) -> None:
    (promise,) = await listed(erp, "Payment Arrangement", customer="C-10008")

    assert (promise["status"], promise["amount"]) == ("Open", 150)
    assert (promise["due_date"], promise["cutoff_date"]) == ("2026-03-26", "2026-04-02")
    assert sum(invoice["outstanding_amount"] for invoice in await _unpaid(erp, "C-10008")) >= 150


async def test_patrick_bergeron_has_been_offline_since_the_evening(
    erp: httpx.AsyncClient, network: httpx.AsyncClient
) -> None:
    (ont,) = [device for device in await told(network, "/devices", customer="C-10011") if device["type"] == "ONT"]
    tickets = await listed(erp, "Issue", customer="C-10011", status="Open")

    assert (ont["online"], ont["since"]) == (False, "2026-03-11T22:40:00-04:00")
    assert len(tickets) == 1


@pytest.mark.parametrize(
    ("day", "address"),
    [
        ("2025-03-15", "206.162.10.44"),
        ("2025-06-01", "206.162.10.44"),
        ("2025-06-02", "206.162.10.91"),
        ("2026-03-12", "206.162.10.91"),
    ],
)
async def test_patrick_bergerons_address_on_the_net(erp: httpx.AsyncClient, day: str, address: str) -> None:
    held = [
        row["ip_address"]
        for row in await listed(erp, "IP History", customer="C-10011")
        if row["from_date"] <= day and (row["to_date"] is None or day <= row["to_date"])
    ]

    assert held == [address]


async def test_isabelle_nguyen_is_a_prospect_with_one_open_quote(erp: httpx.AsyncClient) -> None:
    (quote,) = await listed(erp, "Quotation", ["name", "status"], party_name="C-10012")
    items = (await document(erp, "Quotation", quote["name"]))["items"]

    assert quote == {"name": "SOQ-908", "status": "Open"}
    assert [row["item_code"] for row in items] == ["FIBRE-100", "WIFI-ROUTER", "INSTALL-STD"]
    assert await _plans(erp, "C-10012") == []


async def test_groupe_immobilier_has_one_ont_at_each_of_twelve_locations(
    erp: httpx.AsyncClient, network: httpx.AsyncClient
) -> None:
    locations = await listed(erp, "Service Location", ["name"], customer="C-10015")
    devices = await told(network, "/devices", customer="C-10015")

    assert {device["location"] for device in devices} == {row["name"] for row in locations}
    assert [device["type"] for device in devices] == ["ONT"] * 12


async def test_the_dubois_next_door_pay_in_their_own_ways(erp: httpx.AsyncClient) -> None:
    both = await listed(erp, "Payment Method", customer="C-10016")
    (token,) = await listed(erp, "Payment Method", customer="C-10017")

    assert {(row["provider"], row["is_auto"]) for row in both} == {("Bank Draft", 1), ("Stripe", 0)}
    assert (token["provider"], token["is_auto"]) == ("Paysafe", 1)


async def test_martin_gagne_has_a_line_a_router_a_mesh_node_and_three_wifi_clients(
    erp: httpx.AsyncClient, network: httpx.AsyncClient
) -> None:
    devices = await told(network, "/devices", customer="C-10018")
    clients = [client for device in devices if device["wifi"] for client in device["wifi"]["clients"]]

    assert (await document(erp, "VoIP Line", "4508252100"))["customer"] == "C-10018"
    assert {"Router", "Mesh"} <= {device["type"] for device in devices}
    assert len(clients) == 3


async def _plans(erp: httpx.AsyncClient, customer: str) -> list[str]:
    subscriptions = await listed(erp, "Subscription", ["name"], party=customer, status="Active")
    documents = [await document(erp, "Subscription", row["name"]) for row in subscriptions]
    return sorted(plan["plan"] for found in documents for plan in found["plans"])


async def _unpaid(erp: httpx.AsyncClient, customer: str) -> list[dict[str, Any]]:
    invoices = await listed(erp, "Sales Invoice", customer=customer, docstatus=1)
    return [invoice for invoice in invoices if invoice["outstanding_amount"] > 0]
