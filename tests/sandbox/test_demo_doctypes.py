"""The company's own DocTypes and custom fields: settled values, and inserts that cannot be made twice."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from demo_company import document, erpnext

from sandbox import create_app, open_demo
from sandbox.world import World

LOCATION = {"customer": "C-10001", "civic_number": "9", "street": "Rue Neuve", "city": "Huntingdon"}
SOLD = {"items": [{"item_code": "FIBRE-100", "qty": 1, "rate": 59.95}], "company": "Gigafibre (démo)"}
INSERTS: dict[str, tuple[Mapping[str, object], Mapping[str, object]]] = {
    # two documents that differ in nothing but what must differ
    "Service Location": (LOCATION, LOCATION),
    "Service Equipment": (
        {"serial_number": "GFON1", "customer": "C-10001", "equipment_type": "ONT"},
        {"serial_number": "GFON2", "customer": "C-10001", "equipment_type": "ONT"},
    ),
    "Payment Arrangement": ({"customer": "C-10001", "amount": 50, "due_date": "2026-03-20"},) * 2,
    "Payment Method": ({"customer": "C-10001", "provider": "Stripe"},) * 2,
    "VoIP Line": ({"did": "4502647000", "customer": "C-10001"}, {"did": "4502647001", "customer": "C-10001"}),
    "Dispatch Job": ({"customer": "C-10001", "scheduled_date": "2026-03-20"},) * 2,
    "Work Order Log": ({"customer": "C-10001", "date": "2026-03-12"},) * 2,
    "Comment": (
        {
            "comment_type": "Comment",
            "reference_doctype": "Customer",
            "reference_name": "C-10001",
            "content": "Rappeler.",
        },
    )
    * 2,
    "Communication": ({"subject": "Réponse", "content": "Merci."},) * 2,
    "Contact": ({"first_name": "Aline"}, {"first_name": "Blaise"}),
    "Issue": ({"subject": "Pas d'internet", "customer": "C-10001"},) * 2,
    "Quotation": ({"quotation_to": "Customer", "party_name": "C-10001", **SOLD},) * 2,
    "Sales Order": ({"customer": "C-10001", "skip_delivery_note": 1, **SOLD},) * 2,
    "Sales Invoice": ({"customer": "C-10001", **SOLD},) * 2,
    "Address": (
        {"address_title": "A", "address_type": "Billing", "address_line1": "1", "city": "B", "country": "Canada"},
    )
    * 2,
    "ToDo": ({"description": "Rappeler.", "reference_type": "Customer", "reference_name": "C-10001"},) * 2,
    "Payment Entry": (
        {
            "payment_type": "Receive",
            "company": "Gigafibre (démo)",
            "party_type": "Customer",
            "party": "C-10001",
            "paid_from": "Debtors - GD",
            "paid_to": "Bank - GD",
            "paid_from_account_currency": "CAD",
            "paid_to_account_currency": "CAD",
            "paid_amount": 20,
            "received_amount": 20,
            "source_exchange_rate": 1,
            "target_exchange_rate": 1,
            "mode_of_payment": "Portal",
            "reference_no": "P-1",
            "reference_date": "2026-03-12",
        },
    )
    * 2,
    "Subscription": (
        {
            "party_type": "Customer",
            "party": "C-10001",
            "company": "Gigafibre (démo)",
            "start_date": "2026-03-12",
            "plans": [{"plan": "TV-BASE", "qty": 1}],
        },
    )
    * 2,
}
SETTLED = {
    ("Service Location", "status"): ["Pending", "Active", "Inactive"],
    ("Service Equipment", "equipment_type"): ["ONT", "Router", "Mesh", "ATA", "TV"],
    ("Service Equipment", "status"): ["Active", "Inactive"],
    ("Payment Arrangement", "frequency"): ["Once", "Weekly", "Biweekly", "Monthly"],
    ("Payment Arrangement", "method"): ["", "Portal", "Cheque", "Phone", "PPA"],
    ("Payment Arrangement", "status"): ["Pending", "Open", "Completed", "Broken", "Cancelled"],
    ("Payment Method", "provider"): ["Stripe", "Paysafe", "Bank Draft"],
    ("VoIP Line", "status"): ["Active", "Disabled", "Inactive"],
    ("VoIP Line", "e911_class"): ["RES", "BUS"],
    ("VoIP Line", "e911_status"): ["Registered", "Pending", "Rejected", "Missing"],
    ("Dispatch Job", "job_type"): ["Installation", "Repair", "Other"],
    ("Dispatch Job", "part_of_day"): ["", "Morning", "Afternoon", "Evening"],
    ("Dispatch Job", "status"): ["Scheduled", "Completed", "Cancelled"],
    ("Work Order Log", "status"): ["Open", "Done", "Cancelled"],
}
CUSTOM = {
    "Customer": {
        "is_suspended",
        "suspended_on",
        "suspended_until",
        "suspension_reason",
        "stripe_customer_id",
        "language",
        "is_vip",
    },
    "Subscription": {"service_location"},
    "Quotation": {"service_location", "legacy_soumission_id"},
    "Issue": {"service_location", "department"},
}
FOLDER = Path(__file__).parents[2] / "sandbox" / "erpnext" / "custom"


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


@pytest.mark.parametrize("doctype", INSERTS)
async def test_an_insert_under_a_step_cannot_be_made_twice(erp: httpx.AsyncClient, doctype: str) -> None:
    first, second = INSERTS[doctype]
    made = await erp.post(f"/api/resource/{doctype}", json={**first, "agent_step": f"plan-{doctype}/1"})
    again = await erp.post(f"/api/resource/{doctype}", json={**second, "agent_step": f"plan-{doctype}/1"})
    found = await erp.get(
        f"/api/resource/{doctype}", params={"filters": json.dumps([["agent_step", "=", f"plan-{doctype}/1"]])}
    )

    assert made.status_code == 200, made.text
    assert (again.status_code, again.json()["exc_type"]) == (417, "UniqueValidationError")
    assert [row["name"] for row in found.json()["data"]] == [made.json()["data"]["name"]]


async def test_documents_without_a_step_do_not_clash(erp: httpx.AsyncClient) -> None:
    note = INSERTS["Comment"][0]
    statuses = [(await erp.post("/api/resource/Comment", json=dict(note))).status_code for _ in range(2)]

    assert statuses == [200, 200]


@pytest.mark.parametrize(("doctype", "field"), SETTLED)
def test_the_values_of_a_choice_are_settled(doctype: str, field: str) -> None:
    definition = json.loads((FOLDER / f"{doctype.lower().replace(' ', '_')}.json").read_text(encoding="utf-8"))
    (choice,) = [row for row in definition["fields"] if row["fieldname"] == field]

    assert choice["options"].split("\n") == SETTLED[doctype, field]


async def test_a_value_that_is_not_settled_is_refused(erp: httpx.AsyncClient) -> None:
    job = {**INSERTS["Dispatch Job"][0], "job_type": "Visit"}
    answer = await erp.post("/api/resource/Dispatch Job", json=job)

    assert (answer.status_code, answer.json()["exc_type"]) == (417, "ValidationError")


@pytest.mark.parametrize("doctype", CUSTOM)
async def test_standard_doctypes_bear_the_companys_fields(erp: httpx.AsyncClient, doctype: str) -> None:
    for field in CUSTOM[doctype]:
        answer = await erp.get(
            f"/api/resource/{doctype}", params={"fields": json.dumps(["name", field]), "limit_page_length": 1}
        )
        assert answer.status_code == 200, f"{doctype}.{field}"


async def test_rows_of_a_work_order_are_kept(erp: httpx.AsyncClient) -> None:
    order = {
        **INSERTS["Work Order Log"][0],
        "technicians": [{"technician": "HR-EMP-00002", "arrived": "09:00", "left": "10:30", "hours": 1.5}],
        "parts": [{"item": "ATA-HT802", "qty": 1, "rate": 79}],
    }
    made = await erp.post("/api/resource/Work Order Log", json=order)
    found = await document(erp, "Work Order Log", made.json()["data"]["name"])

    assert [(row["technician"], row["hours"]) for row in found["technicians"]] == [("HR-EMP-00002", 1.5)]
    assert [(row["item"], row["rate"]) for row in found["parts"]] == [("ATA-HT802", 79)]


def test_no_custom_doctype_holds_a_password() -> None:
    definitions = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    doctypes = [found for found in definitions if isinstance(found, dict)]

    assert len(doctypes) == 11
    assert not [row for found in doctypes for row in found["fields"] if row["fieldtype"] == "Password"]
