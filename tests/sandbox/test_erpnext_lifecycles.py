"""The lives of documents over HTTP: offered, ordered, invoiced, paid, cancelled, amended, deleted."""

from typing import Any

import pytest
from erpnext_site import Caller

Body = dict[str, Any]
ROW: Body = {"item_code": "NET", "qty": 2}
OFFER: Body = {"quotation_to": "Customer", "party_name": "C-1", "items": [ROW]}
INVOICE: Body = {"customer": "C-1", "items": [ROW]}
PAYMENT: Body = {
    "payment_type": "Receive",
    "company": "Test Fibre",
    "party_type": "Customer",
    "party": "C-1",
    "paid_amount": 50,
    "paid_to": "Cash - TF",
}


async def _made(caller: Caller, doctype: str, body: Body, *, submitted: bool = False) -> str:
    status, answer = await caller.ask("POST", f"resource/{doctype}", body)
    assert status == 200, answer
    name = str(answer["data"]["name"])
    if submitted:
        status, answer = await caller.ask("PUT", f"resource/{doctype}/{name}", {"docstatus": 1})
        assert status == 200, answer
    return name


async def _read(caller: Caller, doctype: str, name: str) -> Body:
    status, answer = await caller.ask("GET", f"resource/{doctype}/{name}")
    assert status == 200, answer
    found: Body = answer["data"]
    return found


async def _refused(caller: Caller, method: str, path: str, body: Body | None = None) -> str:
    status, answer = await caller.ask(method, path, body)
    assert status == 417, answer
    return str(answer["exc_type"])


def _on(invoice: str, amount: float) -> list[Body]:
    return [{"reference_doctype": "Sales Invoice", "reference_name": invoice, "allocated_amount": amount}]


async def test_an_offer_is_drafted_submitted_cancelled_and_amended(caller: Caller) -> None:
    name = await _made(caller, "Quotation", {**OFFER, "valid_till": "2026-04-11"}, submitted=True)
    assert (await _read(caller, "Quotation", name))["status"] == "Open"
    assert await _refused(caller, "DELETE", f"resource/Quotation/{name}") == "ValidationError"

    status, cancelled = await caller.ask("POST", "method/frappe.client.cancel", {"doctype": "Quotation", "name": name})
    assert (status, cancelled["message"]["status"]) == (200, "Cancelled")
    amended = await _made(caller, "Quotation", {**OFFER, "amended_from": name}, submitted=True)
    assert amended == f"{name}-1"
    await caller.ask("PUT", f"resource/Quotation/{amended}", {"docstatus": 2})
    assert await _made(caller, "Quotation", {**OFFER, "amended_from": amended}) == f"{name}-2"


async def test_an_offer_submitted_with_its_insert_goes_on_saying_draft(caller: Caller) -> None:
    name = await _made(caller, "Quotation", {**OFFER, "docstatus": 1})
    found = await _read(caller, "Quotation", name)
    assert (found["docstatus"], found["status"]) == (1, "Draft")


async def test_an_offer_is_not_valid_until_the_day_before_it_is_made(caller: Caller) -> None:
    offer = {**OFFER, "transaction_date": "2026-03-12", "valid_till": "2026-03-11"}
    assert await _refused(caller, "POST", "resource/Quotation", offer) == "ValidationError"


async def test_a_draft_is_deleted(caller: Caller) -> None:
    for doctype, body in (("Quotation", OFFER), ("Sales Invoice", INVOICE), ("Payment Entry", PAYMENT)):
        name = await _made(caller, doctype, body)
        assert (await caller.ask("DELETE", f"resource/{doctype}/{name}"))[0] == 202
        assert (await caller.ask("GET", f"resource/{doctype}/{name}"))[0] == 404


async def _order(caller: Caller, offer: str, qty: int) -> str:
    row = {**ROW, "qty": qty, "prevdoc_docname": offer}
    return await _made(
        caller, "Sales Order", {"customer": "C-1", "delivery_date": "2026-03-20", "items": [row]}, submitted=True
    )


async def test_an_order_takes_up_an_offer_and_holds_it(caller: Caller) -> None:
    offer = await _made(caller, "Quotation", OFFER, submitted=True)
    first = await _order(caller, offer, 1)
    assert (await _read(caller, "Quotation", offer))["status"] == "Partially Ordered"
    second = await _order(caller, offer, 1)
    assert (await _read(caller, "Quotation", offer))["status"] == "Ordered"
    assert await _refused(caller, "PUT", f"resource/Quotation/{offer}", {"docstatus": 2}) == "LinkExistsError"
    assert await _refused(caller, "PUT", f"resource/Quotation/{offer}", {"status": "Open"}) == "UpdateAfterSubmitError"

    for order in (first, second):
        await caller.ask("PUT", f"resource/Sales Order/{order}", {"docstatus": 2})
    assert (await _read(caller, "Quotation", offer))["status"] == "Open"
    assert (await caller.ask("PUT", f"resource/Quotation/{offer}", {"docstatus": 2}))[0] == 200


async def test_an_order_says_when_it_is_delivered_or_that_nothing_is(caller: Caller) -> None:
    order: Body = {"customer": "C-1", "items": [ROW]}
    assert await _refused(caller, "POST", "resource/Sales Order", order) == "ValidationError"
    name = await _made(caller, "Sales Order", {**order, "skip_delivery_note": 1}, submitted=True)
    assert (await _read(caller, "Sales Order", name))["status"] == "To Bill"


async def test_an_offer_is_lost_unless_it_is_ordered(caller: Caller) -> None:
    lost = await _made(caller, "Quotation", OFFER, submitted=True)
    ordered = await _made(caller, "Quotation", OFFER, submitted=True)
    await _order(caller, ordered, 2)
    body: Body = {
        "run_method": "declare_enquiry_lost",
        "lost_reasons_list": [],
        "competitors": [],
        "detailed_reason": "Trop cher",
    }
    assert (await caller.ask("POST", f"resource/Quotation/{lost}", body))[0] == 200
    found = await _read(caller, "Quotation", lost)
    assert (found["status"], found["order_lost_reason"]) == ("Lost", "Trop cher")
    assert await _refused(caller, "POST", f"resource/Quotation/{ordered}", body) == "ValidationError"


async def test_a_cancelled_invoice_lets_go_of_its_payments(caller: Caller) -> None:
    invoice = await _made(caller, "Sales Invoice", INVOICE, submitted=True)
    payment = await _made(caller, "Payment Entry", {**PAYMENT, "references": _on(invoice, 50)}, submitted=True)
    assert (await _read(caller, "Sales Invoice", invoice))["status"] == "Partly Paid"

    status, answer = await caller.ask("PUT", f"resource/Sales Invoice/{invoice}", {"docstatus": 2})
    assert (status, answer["data"]["status"]) == (200, "Cancelled")
    assert f"{payment} are un-linked" in answer["_server_messages"]
    kept = await _read(caller, "Payment Entry", payment)
    assert (kept["docstatus"], kept["references"], kept["unallocated_amount"]) == (1, [], 50)


async def test_a_paid_invoice_moves_on(caller: Caller) -> None:
    invoice = await _made(caller, "Sales Invoice", INVOICE, submitted=True)
    before = await _read(caller, "Sales Invoice", invoice)
    await _made(caller, "Payment Entry", {**PAYMENT, "references": _on(invoice, 50)}, submitted=True)
    after = await _read(caller, "Sales Invoice", invoice)
    assert (before["outstanding_amount"], after["outstanding_amount"]) == (119.9, 69.9)
    assert after["modified"] > before["modified"]


async def test_money_that_comes_through_the_bank_bears_a_reference(caller: Caller) -> None:
    payment = {**PAYMENT, "paid_to": "Bank - TF"}
    assert await _refused(caller, "POST", "resource/Payment Entry", payment) == "ValidationError"
    told = {**payment, "reference_no": "CHQ-12", "reference_date": "2026-03-12"}
    assert await _made(caller, "Payment Entry", told, submitted=True)


@pytest.mark.parametrize("fault", ["stranger", "draft", "twice", "nothing"])
async def test_a_payment_that_cannot_be_is_refused(caller: Caller, fault: str) -> None:
    await _made(caller, "Customer", {"name": "C-2", "customer_name": "Somebody Else"})
    invoice = await _made(caller, "Sales Invoice", INVOICE, submitted=fault != "draft")
    rows = _on(invoice, 20)
    bodies: dict[str, Body] = {
        "stranger": {**PAYMENT, "party": "C-2", "references": rows},
        "draft": {**PAYMENT, "references": rows},
        "twice": {**PAYMENT, "references": rows + rows},
        "nothing": {**PAYMENT, "paid_amount": 0},
    }
    assert await _refused(caller, "POST", "resource/Payment Entry", bodies[fault]) == "ValidationError"


async def test_a_payment_is_not_dated_into_closed_books(caller: Caller) -> None:
    name = await _made(caller, "Payment Entry", {**PAYMENT, "posting_date": "2024-12-31"})
    refusal = await _refused(caller, "PUT", f"resource/Payment Entry/{name}", {"docstatus": 1})
    assert refusal == "FiscalYearError"


async def test_a_customer_shows_the_numbers_of_the_main_contact(caller: Caller) -> None:
    contact = await _made(
        caller,
        "Contact",
        {
            "first_name": "Aline",
            "phone_nos": [{"phone": "450-264-0000", "is_primary_mobile_no": 1}],
            "links": [{"link_doctype": "Customer", "link_name": "C-1"}],
        },
    )
    await caller.ask("PUT", "resource/Customer/C-1", {"customer_primary_contact": contact})
    phones = {"phone_nos": [{"phone": "450-264-1111", "is_primary_mobile_no": 1}]}
    await caller.ask("PUT", f"resource/Contact/{contact}", phones)
    assert (await _read(caller, "Customer", "C-1"))["mobile_no"] == "450-264-0000"

    _, saved = await caller.ask("PUT", "resource/Customer/C-1", {"mobile_no": "what a caller sends does not count"})
    assert saved["data"]["mobile_no"] == "450-264-1111"


async def test_a_ticket_is_on_somebodys_list_once_and_off_it_again(caller: Caller) -> None:
    ticket = await _made(caller, "Issue", {"subject": "Panne", "customer": "C-1"})
    named: Body = {"doctype": "Issue", "name": ticket, "assign_to": '["support@example.com"]'}
    _, first = await caller.ask("POST", "method/frappe.desk.form.assign_to.add", named)
    _, second = await caller.ask("POST", "method/frappe.desk.form.assign_to.add", named)
    assert [each["owner"] for each in second["message"]] == ["support@example.com"]
    assert first["message"] == second["message"]
    assert "Already in the following Users ToDo list" in second["_server_messages"]

    single = {**named, "assign_to": "support@example.com"}
    _, last = await caller.ask("POST", "method/frappe.desk.form.assign_to.remove", single)
    assert last["message"] == []
    assert await caller.rows("ToDo", filters={"reference_name": ticket}, fields=["status"]) == [{"status": "Cancelled"}]


async def test_a_ticket_is_assigned_to_nobody_who_does_not_exist(caller: Caller) -> None:
    ticket = await _made(caller, "Issue", {"subject": "Panne", "customer": "C-1"})
    body: Body = {"doctype": "Issue", "name": ticket, "assign_to": '["nobody@example.com"]'}
    assert await _refused(caller, "POST", "method/frappe.desk.form.assign_to.add", body) == "LinkValidationError"


async def test_a_form_opens_with_its_comments_and_its_contacts(caller: Caller) -> None:
    links = [{"link_doctype": "Customer", "link_name": "C-1"}]
    await _made(caller, "Contact", {"first_name": "Aline", "links": links})
    named: Body = {
        "reference_doctype": "Customer",
        "reference_name": "C-1",
        "comment_email": "a@b.ca",
        "comment_by": "A",
    }
    await caller.ask("POST", "method/frappe.desk.form.utils.add_comment", {**named, "content": "Rappeler"})
    status, opened = await caller.ask("GET", "method/frappe.desk.form.load.getdoc", doctype="Customer", name="C-1")
    assert (status, opened["docs"][0]["customer_name"]) == (200, "Marie-Ève Côté")
    assert [one["first_name"] for one in opened["docs"][0]["__onload"]["contact_list"]] == ["Aline"]
    assert [one["content"] for one in opened["docinfo"]["comments"]] == ["Rappeler"]
    _, refused = await caller.ask("GET", "method/frappe.desk.form.load.getdoc", doctype="Customer", name="C-404")
    assert refused["exc_type"] == "DoesNotExistError"
