"""What the agent's own user does in the demo company, request by request, as its tools will."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from demo_company import document, erpnext, listed

from sandbox import create_app, open_demo

Body = dict[str, Any]
COMPANY = "Gigafibre (démo)"
TAXES: list[Body] = [
    {"charge_type": "On Net Total", "account_head": "TPS 5% - GD", "description": "TPS 5%", "rate": 5},
    {"charge_type": "On Net Total", "account_head": "TVQ 9.975% - GD", "description": "TVQ 9.975%", "rate": 9.975},
]


@pytest.fixture
async def erp(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    world = open_demo(tmp_path / "world.sqlite")
    async with erpnext(create_app(world)) as client:
        yield client
    world.close()


async def _insert(erp: httpx.AsyncClient, doctype: str, body: Body) -> Body:
    answer = await erp.post(f"/api/resource/{doctype}", json=body)
    assert answer.status_code == 200, answer.text
    made: Body = answer.json()["data"]
    return made


async def _put(erp: httpx.AsyncClient, doctype: str, name: str, body: Body) -> Body:
    answer = await erp.put(f"/api/resource/{doctype}/{name}", json=body)
    assert answer.status_code == 200, answer.text
    changed: Body = answer.json()["data"]
    return changed


async def _submitted(erp: httpx.AsyncClient, doctype: str, body: Body) -> Body:
    draft = await _insert(erp, doctype, body)
    return await _put(erp, doctype, draft["name"], {"docstatus": 1})


async def test_a_quote_is_made_and_open(erp: httpx.AsyncClient) -> None:
    items = [{"item_code": code, "qty": 1} for code in ("FIBRE-500", "INSTALL-STD")]
    quote = await _submitted(
        erp,
        "Quotation",
        {
            "quotation_to": "Customer",
            "party_name": "C-10009",
            "valid_till": "2026-04-11",
            "items": items,
            "taxes": TAXES,
            "agent_step": "plan/1",
        },
    )

    assert (quote["name"], quote["status"], quote["company"]) == ("SOQ-909", "Open", COMPANY)
    assert [tax["tax_amount"] for tax in quote["taxes"]] == [8.70, 17.35]
    assert (quote["net_total"], quote["grand_total"], quote["rounded_total"]) == (173.95, 200.00, 0)


async def test_a_quote_becomes_an_order_a_subscription_and_an_invoice_and_back(erp: httpx.AsyncClient) -> None:
    quote = await document(erp, "Quotation", "SOQ-908")
    rows = [
        {
            "item_code": row["item_code"],
            "qty": row["qty"],
            "rate": row["rate"],
            "prevdoc_docname": quote["name"],
            "quotation_item": row["name"],
        }
        for row in quote["items"]
    ]
    order = await _submitted(
        erp,
        "Sales Order",
        {"customer": "C-10012", "skip_delivery_note": 1, "items": rows, "taxes": TAXES, "agent_step": "plan/1"},
    )
    subscription = await _insert(
        erp,
        "Subscription",
        {
            "party_type": "Customer",
            "party": "C-10012",
            "company": COMPANY,
            "start_date": "2026-03-16",
            "generate_invoice_at": "Beginning of the current subscription period",
            "submit_invoice": 1,
            "days_until_due": 30,
            "sales_tax_template": "TPS TVQ - GD",
            "service_location": quote["service_location"],
            "plans": [{"plan": "FIBRE-100", "qty": 1}],
            "agent_step": "plan/3",
        },
    )
    once = [{"item_code": code, "qty": 1} for code in ("WIFI-ROUTER", "INSTALL-STD")]
    invoice = await _submitted(
        erp, "Sales Invoice", {"customer": "C-10012", "items": once, "taxes": TAXES, "agent_step": "plan/4"}
    )

    assert order["grand_total"] == quote["grand_total"]
    assert (await document(erp, "Quotation", "SOQ-908"))["status"] == "Ordered"
    assert (subscription["status"], subscription["current_invoice_end"]) == ("Active", "2026-04-15")
    assert (invoice["status"], invoice["outstanding_amount"]) == ("Unpaid", 262.14)

    await _put(erp, "Sales Invoice", invoice["name"], {"docstatus": 2})
    await _put(erp, "Subscription", subscription["name"], {"status": "Cancelled", "cancelation_date": "2026-03-12"})
    await _put(erp, "Sales Order", order["name"], {"docstatus": 2})
    assert (await document(erp, "Quotation", "SOQ-908"))["status"] == "Open"


async def test_a_payment_settles_the_oldest_invoices_first(erp: httpx.AsyncClient) -> None:
    unpaid = [row for row in await listed(erp, "Sales Invoice", customer="C-10001") if row["outstanding_amount"]]
    amounts = [91.87, 8.13]
    payment = await _submitted(
        erp,
        "Payment Entry",
        {
            "payment_type": "Receive",
            "company": COMPANY,
            "party_type": "Customer",
            "party": "C-10001",
            "mode_of_payment": "Cheque",
            "paid_to": "Bank - GD",
            "paid_amount": 100,
            "reference_no": "4711",
            "reference_date": "2026-03-12",
            "references": [
                {"reference_doctype": "Sales Invoice", "reference_name": row["name"], "allocated_amount": amount}
                for row, amount in zip(unpaid, amounts, strict=True)
            ],
            "agent_step": "plan/1",
        },
    )
    assert (payment["status"], payment["unallocated_amount"]) == ("Submitted", 0)
    after = [(await document(erp, "Sales Invoice", row["name"]))["outstanding_amount"] for row in unpaid]
    assert after == [0, 83.74]

    await _put(erp, "Payment Entry", payment["name"], {"docstatus": 2})
    restored = [(await document(erp, "Sales Invoice", row["name"]))["outstanding_amount"] for row in unpaid]
    assert restored == [91.87, 91.87]


async def test_an_old_invoice_is_cancelled_and_replaced(erp: httpx.AsyncClient) -> None:
    *_, last = [row for row in await listed(erp, "Sales Invoice", customer="C-10001") if row["outstanding_amount"]]
    await _put(erp, "Sales Invoice", last["name"], {"docstatus": 2})
    rows = [{"item_code": "FIBRE-100", "qty": 1}]
    dates = {"set_posting_time": 1, "posting_date": "2026-03-01", "due_date": "2026-03-31"}
    amended = await _submitted(
        erp,
        "Sales Invoice",
        {"customer": "C-10001", "amended_from": last["name"], "items": rows, "taxes": TAXES, **dates},
    )

    assert (amended["name"], amended["posting_date"]) == (f"{last['name']}-1", "2026-03-01")
    assert (amended["grand_total"], amended["status"]) == (68.93, "Unpaid")


async def test_a_work_order_is_invoiced_and_held_by_its_invoice(erp: httpx.AsyncClient) -> None:
    (order,) = await listed(erp, "Work Order Log", ["name"], customer="C-10007", billable=1)
    hours = sum(row["hours"] for row in (await document(erp, "Work Order Log", order["name"]))["technicians"])
    draft = await _insert(
        erp,
        "Sales Invoice",
        {"customer": "C-10007", "items": [{"item_code": "LABOUR-HR", "qty": hours}], "taxes": TAXES},
    )
    await _put(erp, "Work Order Log", order["name"], {"sales_invoice": draft["name"]})
    refused = await erp.delete(f"/api/resource/Sales Invoice/{draft['name']}")

    assert (draft["net_total"], draft["grand_total"]) == (212.50, 244.33)
    assert (refused.status_code, refused.json()["exc_type"]) == (417, "LinkExistsError")


async def test_a_ticket_is_assigned_answered_and_closed(erp: httpx.AsyncClient) -> None:
    (ticket,) = await listed(erp, "Issue", ["name"], customer="C-10011", status="Open")
    (sophie,) = await listed(erp, "Employee", ["user_id"], employee_name="Sophie Lalonde")
    assigned = await erp.post(
        "/api/method/frappe.desk.form.assign_to.add",
        json={"doctype": "Issue", "name": ticket["name"], "assign_to": f'["{sophie["user_id"]}"]'},
    )
    comment = await _insert(
        erp,
        "Comment",
        {
            "comment_type": "Comment",
            "reference_doctype": "Issue",
            "reference_name": ticket["name"],
            "content": "Technicienne en route.",
            "agent_step": "plan/2",
        },
    )
    closed = await _put(erp, "Issue", ticket["name"], {"status": "Closed", "priority": "Urgent"})

    assert [row["owner"] for row in assigned.json()["message"]] == [sophie["user_id"]]
    assert comment["comment_email"] == "agent@gigafibre.example.com"
    assert (closed["status"], closed["priority"]) == ("Closed", "Urgent")


async def test_a_subscription_moves_to_another_plan_and_ends(erp: httpx.AsyncClient) -> None:
    (found,) = await listed(erp, "Subscription", ["name", "plans.plan as plan"], party="C-10002")
    changed = await _put(erp, "Subscription", found["name"], {"plans": [{"plan": "FIBRE-1000", "qty": 1}]})
    ended = await erp.post(f"/api/resource/Subscription/{found['name']}", params={"run_method": "cancel_subscription"})
    (row,) = await listed(erp, "Subscription", ["status", "cancelation_date"], name=found["name"])

    assert (found["plan"], [each["plan"] for each in changed["plans"]]) == ("FIBRE-500", ["FIBRE-1000"])
    assert (ended.status_code, ended.json()) == (200, {})
    assert row == {"status": "Cancelled", "cancelation_date": "2026-03-12"}
    assert await listed(erp, "Sales Invoice", ["name"], subscription=found["name"]) == []
