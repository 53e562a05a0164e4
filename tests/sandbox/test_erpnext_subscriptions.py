"""Subscriptions over HTTP: begun, billed once a period, changed, cancelled, taken up again."""

from typing import Any

import pytest
from erpnext_site import Caller

from sandbox.erpnext.site import Site

Body = dict[str, Any]
AT_START = "Beginning of the current subscription period"
PERIOD = ("status", "cancelation_date", "current_invoice_start", "current_invoice_end")


@pytest.fixture(autouse=True)
def plans(site: Site) -> None:
    for name, cost, interval in (("NET-100", 59.95, "Month"), ("NET-500", 74.95, "Month"), ("NET-YEAR", 700, "Year")):
        site.insert(
            "Subscription Plan",
            {
                "plan_name": name,
                "item": "NET",
                "currency": "CAD",
                "price_determination": "Fixed Rate",
                "cost": cost,
                "billing_interval": interval,
            },
        )
    site.world.forget_effects()


async def _begun(caller: Caller, **values: Any) -> str:
    body: Body = {
        "party_type": "Customer",
        "party": "C-1",
        "company": "Test Fibre",
        "start_date": "2026-03-12",
        "generate_invoice_at": AT_START,
        "sales_tax_template": "TPS TVQ - TF",
        "days_until_due": 30,
        "plans": [{"plan": "NET-100", "qty": 1}],
        **values,
    }
    status, answer = await caller.ask("POST", "resource/Subscription", body)
    assert status == 200, answer
    return str(answer["data"]["name"])


async def _run(caller: Caller, name: str, method: str, **arguments: Any) -> tuple[int, Body]:
    return await caller.ask("POST", f"resource/Subscription/{name}", {"run_method": method, **arguments})


async def _period(caller: Caller, name: str) -> tuple[Any, ...]:
    (row,) = await caller.rows("Subscription", filters={"name": name}, fields=list(PERIOD))
    return tuple(row[field] for field in PERIOD)


async def test_a_period_is_billed_on_its_first_day_with_taxes_and_only_once(caller: Caller) -> None:
    name = await _begun(caller)
    for _ in range(2):
        assert await _run(caller, name, "process") == (200, {})
    fields = ["docstatus", "grand_total", "due_date", "from_date", "to_date"]
    assert await caller.rows("Sales Invoice", filters={"subscription": name}, fields=fields) == [
        {
            "docstatus": 1,
            "grand_total": 68.93,
            "due_date": "2026-04-11",
            "from_date": "2026-03-12",
            "to_date": "2026-04-11",
        }
    ]
    assert await _period(caller, name) == ("Active", None, "2026-04-12", "2026-05-11")


async def test_a_subscription_that_began_earlier_is_not_billed_today(caller: Caller) -> None:
    name = await _begun(caller, start_date="2026-03-01")
    await _run(caller, name, "process")
    assert await caller.rows("Sales Invoice", filters={"subscription": name}) == []


async def test_a_cancelled_subscription_is_billed_no_more_and_can_be_taken_up_again(caller: Caller) -> None:
    name = await _begun(caller, start_date="2026-03-01")
    assert await _run(caller, name, "cancel_subscription") == (200, {})
    assert await _period(caller, name) == ("Cancelled", "2026-03-12", "2026-03-01", "2026-03-31")
    status, answer = await _run(caller, name, "cancel_subscription")
    assert (status, answer["exc_type"]) == (417, "InvoiceCancelled")

    assert await _run(caller, name, "restart_subscription", posting_date="2026-04-01") == (200, {})
    assert await _period(caller, name) == ("Active", None, "2026-04-01", "2026-04-30")
    status, answer = await _run(caller, name, "restart_subscription")
    assert (status, answer["exc_type"]) == (417, "InvoiceNotCancelled")


async def test_a_cancellation_is_taken_back_by_writing_what_was_there(caller: Caller) -> None:
    name = await _begun(caller, start_date="2026-03-01")
    before = await _period(caller, name)
    await _run(caller, name, "cancel_subscription")
    body = {"status": "Active", "cancelation_date": None}
    assert (await caller.ask("PUT", f"resource/Subscription/{name}", body))[0] == 200
    assert await _period(caller, name) == before


async def test_what_was_used_is_billed_when_a_period_that_is_billed_at_its_end_is_cut_short(caller: Caller) -> None:
    name = await _begun(caller, start_date="2026-03-01", generate_invoice_at="End of the current subscription period")
    await _run(caller, name, "cancel_subscription")
    rows = await caller.rows("Sales Invoice", filters={"subscription": name}, fields=["net_total"])
    assert rows == [{"net_total": 23.21}]  # 12 days of 31


async def test_a_plan_is_swapped_by_replacing_its_row(caller: Caller) -> None:
    name = await _begun(caller)
    plans = {"plans": [{"plan": "NET-500", "qty": 1}]}
    _, answer = await caller.ask("PUT", f"resource/Subscription/{name}", plans)
    assert [(row["plan"], row["qty"]) for row in answer["data"]["plans"]] == [("NET-500", 1)]
    assert await _period(caller, name) == ("Active", None, "2026-03-12", "2026-04-11")


async def test_plans_of_different_rhythms_do_not_go_together(caller: Caller) -> None:
    name = await _begun(caller)
    plans = {"plans": [{"plan": "NET-100", "qty": 1}, {"plan": "NET-YEAR", "qty": 1}]}
    status, answer = await caller.ask("PUT", f"resource/Subscription/{name}", plans)
    assert (status, answer["exc_type"]) == (417, "ValidationError")


async def test_a_bill_that_is_not_paid_holds_the_next_one_back(caller: Caller) -> None:
    name = await _begun(caller)
    earlier = {"customer": "C-1", "subscription": name, "items": [{"item_code": "NET", "qty": 1}], "docstatus": 1}
    assert (await caller.ask("POST", "resource/Sales Invoice", earlier))[0] == 200
    await _run(caller, name, "process")
    assert len(await caller.rows("Sales Invoice", filters={"subscription": name})) == 1
