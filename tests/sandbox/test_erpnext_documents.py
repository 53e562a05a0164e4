"""What the sandbox's ERPNext promises to those who write: once, whole, and told."""

from typing import Any

import pytest
from erpnext_site import Caller

from sandbox.erpnext.errors import Refusal
from sandbox.erpnext.site import Site

INVOICE: dict[str, Any] = {
    "customer": "C-1",
    "docstatus": 1,
    "due_date": "2026-04-01",
    "items": [{"item_code": "NET", "qty": 2}],
    "taxes": [
        {"charge_type": "On Net Total", "account_head": "TPS 5% - TF", "description": "TPS", "rate": 5},
        {"charge_type": "On Net Total", "account_head": "TVQ 9.975% - TF", "description": "TVQ", "rate": 9.975},
    ],
}


async def test_a_repeated_insert_of_one_step_is_refused_and_the_first_is_found(caller: Caller) -> None:
    comment = {
        "comment_type": "Comment",
        "reference_doctype": "Customer",
        "reference_name": "C-1",
        "content": "called",
        "agent_step": "plan-1/2",
    }
    _, first = await caller.ask("POST", "resource/Comment", comment)
    status, second = await caller.ask("POST", "resource/Comment", comment)
    assert (status, second["exc_type"]) == (417, "UniqueValidationError")
    found = await caller.rows("Comment", filters={"agent_step": "plan-1/2"})
    assert [row["name"] for row in found] == [first["data"]["name"]]


async def test_documents_without_a_step_do_not_clash(caller: Caller) -> None:
    for step in (None, "", "", " "):
        status, _ = await caller.ask("POST", "resource/Customer", {"customer_name": "Same", "agent_step": step})
        assert status == 200


async def test_every_committed_write_is_told_and_no_refused_one(caller: Caller, site: Site) -> None:
    await caller.ask("POST", "resource/Customer", {"name": "C-2", "customer_name": "Two"})
    await caller.ask("POST", "resource/Customer", {"name": "C-2", "customer_name": "Two again"})
    await caller.ask("PUT", "resource/Customer/c-2", {"website": "x"})
    await caller.ask("PUT", "resource/Customer/C-2", {"website": "y", "modified": "2020-01-01 00:00:00.000000"})
    await caller.ask("DELETE", "resource/Customer/C-2")
    told = [(effect.verb, effect.target, effect.actor, effect.detail) for effect in site.world.effects()]
    assert told == [
        ("insert", "Customer/C-2", "office@example.com", {"customer_name": "Two"}),
        ("update", "Customer/C-2", "office@example.com", {"website": "x"}),
        ("delete", "Customer/C-2", "office@example.com", {}),
    ]


async def test_a_password_is_neither_told_nor_shown(caller: Caller, site: Site) -> None:
    site.install_custom_field("Customer", {"fieldname": "pin", "fieldtype": "Password", "label": "Pin"})
    await caller.ask("PUT", "resource/Customer/C-1", {"pin": "4711-secret"})
    _, answer = await caller.ask("GET", "resource/Customer/C-1")
    assert set(answer["data"]["pin"]) == {"*"}
    assert "4711-secret" not in repr(site.world.effects())
    with site.world.reading() as connection:
        assert "4711-secret" not in "\n".join(connection.iterdump())


async def test_an_invoice_owes_its_total_with_taxes_once_it_is_submitted(caller: Caller) -> None:
    _, posted = await caller.ask("POST", "resource/Sales Invoice", INVOICE)
    assert (posted["data"]["status"], posted["data"]["outstanding_amount"]) == ("Draft", 0.0)
    _, read = await caller.ask("GET", f"resource/Sales Invoice/{posted['data']['name']}")
    invoice = read["data"]
    assert [tax["tax_amount"] for tax in invoice["taxes"]] == [6.0, 11.96]
    assert (invoice["net_total"], invoice["grand_total"]) == (119.90, 137.86)
    assert (invoice["status"], invoice["outstanding_amount"]) == ("Unpaid", 137.86)


async def test_an_invoice_past_its_due_date_is_overdue(caller: Caller) -> None:
    rows = [{"item_code": "NET", "qty": 1, "rate": 59.95}]
    dates = {"set_posting_time": 1, "posting_date": "2026-02-01", "due_date": "2026-02-15"}
    body = {**INVOICE, **dates, "items": rows}
    _, posted = await caller.ask("POST", "resource/Sales Invoice", body)
    assert await caller.rows("Sales Invoice", filters={"name": posted["data"]["name"]}, fields=["status"]) == [
        {"status": "Overdue"}
    ]


async def test_a_cancelled_invoice_keeps_its_amount_and_is_amended_under_a_new_name(caller: Caller) -> None:
    _, posted = await caller.ask("POST", "resource/Sales Invoice", INVOICE)
    name = posted["data"]["name"]
    status, _ = await caller.ask("PUT", f"resource/Sales Invoice/{name}", {"docstatus": 2})
    assert status == 200
    _, read = await caller.ask("GET", f"resource/Sales Invoice/{name}")
    assert (read["data"]["status"], read["data"]["outstanding_amount"]) == ("Cancelled", 137.86)
    again = {**INVOICE, "docstatus": 0, "amended_from": name}
    _, amended = await caller.ask("POST", "resource/Sales Invoice", again)
    assert amended["data"]["name"] == f"{name}-1"


async def test_a_draft_is_not_cancelled(caller: Caller) -> None:
    _, posted = await caller.ask("POST", "resource/Sales Invoice", {**INVOICE, "docstatus": 0})
    status, answer = await caller.ask("PUT", f"resource/Sales Invoice/{posted['data']['name']}", {"docstatus": 2})
    assert (status, answer["exc_type"]) == (417, "DocstatusTransitionError")


async def test_a_refused_write_gives_its_number_back(caller: Caller) -> None:
    series = {"naming_series": "CUST-.YYYY.-", "customer_type": "Individual"}
    await caller.ask("PUT", "resource/Selling Settings/Selling Settings", {"cust_master_name": "Naming Series"})
    status, _ = await caller.ask("POST", "resource/Customer", {**series, "customer_name": "A", "territory": "Nowhere"})
    assert status == 417
    _, made = await caller.ask("POST", "resource/Customer", {**series, "customer_name": "A"})
    assert made["data"]["name"] == "CUST-2026-00001"


async def test_a_time_and_a_moment_read_back_as_the_database_writes_them(caller: Caller, site: Site) -> None:
    for kind in ("Time", "Datetime", "Date"):
        site.install_custom_field("Customer", {"fieldname": kind.lower(), "fieldtype": kind, "label": kind})
    sent = {"time": "08:05", "datetime": "2026-12-01T05:00:00", "date": "2026/11/05"}
    _, answer = await caller.ask("PUT", "resource/Customer/C-1", sent)
    assert {key: answer["data"][key] for key in sent} == sent
    _, answer = await caller.ask("GET", "resource/Customer/C-1")
    assert {key: answer["data"][key] for key in sent} == {
        "time": "8:05:00",
        "datetime": "2026-12-01 05:00:00",
        "date": "2026-11-05",
    }


async def test_every_put_moves_modified_even_an_empty_one(caller: Caller) -> None:
    moments = []
    for _ in range(3):
        _, answer = await caller.ask("PUT", "resource/Customer/C-1", {})
        moments.append(answer["data"]["modified"])
    assert moments == sorted(set(moments))


async def test_many_inserts_are_all_or_none(caller: Caller, site: Site) -> None:
    docs = [{"doctype": "Customer", "customer_name": "One"}, {"doctype": "Customer"}]
    status, _ = await caller.ask("POST", "method/frappe.client.insert_many", {"docs": docs})
    assert status == 417
    assert site.count("Customer", {"customer_name": "One"}) == 0
    assert site.world.effects() == []


async def test_a_doctype_of_the_real_thing_that_is_not_served_says_so(caller: Caller) -> None:
    for method, path in (
        ("GET", "resource/Work Order"),
        ("GET", "resource/Work Order/WO-1"),
        ("POST", "resource/Delivery Note"),
    ):
        status, answer = await caller.ask(method, path)
        assert status == 501
        assert path.split("/")[1] in answer["exception"]


async def test_a_method_of_the_real_thing_that_is_not_served_says_so(caller: Caller) -> None:
    status, answer = await caller.ask("POST", "method/frappe.client.rename_doc", {})
    assert (status, "frappe.client.rename_doc" in answer["exception"]) == (501, True)
    status, _ = await caller.ask("GET", "v2/document/Customer")
    assert status == 501


async def test_a_doctype_keeps_its_fields_when_something_else_of_it_changes(caller: Caller) -> None:
    _, before = await caller.ask("GET", "resource/DocType/Customer")
    status, _ = await caller.ask("PUT", "resource/DocType/Customer", {"max_attachments": 3})
    assert status == 200
    _, after = await caller.ask("GET", "resource/DocType/Customer")
    names = [[row["fieldname"] for row in answer["data"]["fields"]] for answer in (before, after)]
    assert names[0] == names[1]
    assert after["data"]["max_attachments"] == 3
    status, _ = await caller.ask("GET", "resource/Customer/C-1")
    assert status == 200


async def test_a_field_that_a_doctype_gains_over_rest_is_there_for_its_documents(caller: Caller) -> None:
    field = {"dt": "Customer", "label": "Nickname", "fieldname": "nickname", "fieldtype": "Data"}
    status, _ = await caller.ask("POST", "resource/Custom Field", field)
    assert status == 200
    _, answer = await caller.ask("PUT", "resource/Customer/C-1", {"nickname": "Mo"})
    assert answer["data"]["nickname"] == "Mo"


async def test_a_submitted_invoice_changes_only_where_it_may(caller: Caller) -> None:
    _, posted = await caller.ask("POST", "resource/Sales Invoice", INVOICE)
    path = f"resource/Sales Invoice/{posted['data']['name']}"
    status, answer = await caller.ask("PUT", path, {"outstanding_amount": 0})
    assert (status, answer["exc_type"]) == (417, "UpdateAfterSubmitError")
    status, answer = await caller.ask("PUT", path, {"po_no": "PO-9"})
    assert (status, answer["data"]["outstanding_amount"]) == (200, 137.86)


def test_a_document_that_another_points_at_stays(site: Site) -> None:
    site.insert("Sales Invoice", {**INVOICE, "docstatus": 0})
    with pytest.raises(Refusal) as refused:
        site.delete("Customer", "C-1")
    assert refused.value.exc_type == "LinkExistsError"
    assert site.get("Customer", "C-1")["customer_name"] == "Marie-Ève Côté"


def test_many_raw_rows_come_with_their_defaults_and_their_tables(site: Site) -> None:
    site.insert_many_raw(
        "Quotation",
        [
            {
                "name": "Q-1",
                "party_name": "C-1",
                "items": [{"item_code": "NET", "qty": 1}, {"item_code": "NET", "qty": 2}],
            },
        ],
    )
    quotation = site.get("Quotation", "Q-1")
    assert quotation["conversion_rate"] == 0.0
    rows = quotation["items"]
    assert isinstance(rows, list)
    assert [(row["idx"], row["qty"], row["parent"]) for row in rows] == [(1, 1.0, "Q-1"), (2, 2.0, "Q-1")]
    assert site.world.effects() == []
