"""Work orders: the hours of each who was there, put on record, looked back on, billed once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, changes, choices, told
from hypothesis import given
from hypothesis import strategies as st

from agent.tools.pricing import Bill, Line

LEDUC = {"customer": "Ferme Leduc", "location": "522 Rang Saint-Louis"}


async def _order(company: Company, name: str = "WO-00026") -> dict[str, Any]:
    return await company.systems.erp.get("Work Order Log", name)


async def _invoices(company: Company, customer: str, docstatus: int = 1) -> list[float]:
    rows = await company.systems.erp.list(
        "Sales Invoice",
        fields=["grand_total"],
        filters=[["customer", "=", customer], ["docstatus", "=", docstatus], ["posting_date", "=", "2026-03-12"]],
    )
    return [row["grand_total"] for row in rows]


async def test_the_hours_of_a_technician_at_a_customer(talk: Talk) -> None:
    reply = await talk.ask("technician_hours", technician="Marc-André", customer="Ferme Leduc", since="2026-01-01")
    assert told(reply) == "Marc-André Pelletier: 6.5 h in 3 visits, since Thu, Jan 1, 2026."


async def test_the_work_done_at_an_address(talk: Talk) -> None:
    reply = await talk.ask("list_work_orders", location="123 Rue Principale, Huntingdon")
    assert "1 × WIFI-ROUTER, 1 × ATA-HT802" in cells(reply)
    assert reply.blocks[0].model_dump()["total"] == "4 done, 5.25 h in all"


async def test_two_technicians_on_one_visit_count_each(talk: Talk, company: Company) -> None:
    reply = await talk.ask("log_work_order", **LEDUC, technician="Sophie and Dave", arrived="09:00", left="11:30")
    [fields] = changes(reply).values()
    assert fields["Technician 2"] == (None, "Dave Robinson (HR-EMP-00003) · 09:00–11:30 · 2.5 h")
    await talk("yes")
    stored = await _order(company)
    assert [(row["technician"], row["hours"]) for row in stored["technicians"]] == [
        ("HR-EMP-00002", 2.5),
        ("HR-EMP-00003", 2.5),
    ]
    reply = await talk.ask("technician_hours", technician="Sophie et Dave", customer="Ferme Leduc")
    assert told(reply).splitlines() == ["Sophie Lalonde: 2.5 h in 1 visit.", "Dave Robinson: 2.5 h in 1 visit."]
    listed = await talk.ask("list_work_orders", **LEDUC, since="2026-03-01")
    assert listed.blocks[0].model_dump()["total"] == "1 done, 5 h in all"


async def test_an_open_work_order_is_named_and_not_counted(talk: Talk, company: Company) -> None:
    order = await _order(company, "WO-00023")
    await company.systems.erp.update("Work Order Log", "WO-00023", {"status": "Open"}, modified=order["modified"])
    reply = await talk.ask("technician_hours", technician="Marc-André", customer="Ferme Leduc")
    assert told(reply) == "Marc-André Pelletier: 4 h in 2 visits. Still open, not counted: WO-00023."
    refused = await talk.ask("invoice_work_order", work_order="WO-00023")
    assert told(refused) == "Work order WO-00023 is still open: finish it before billing it."


async def test_logging_completes_the_visit_that_was_planned(talk: Talk, company: Company) -> None:
    await talk.ask("dispatch_technician", ticket="ISS-2026-00032", date="2026-03-12", technician="Dave")
    await talk("yes")
    reply = await talk.ask("log_work_order", customer="Patrick Bergeron", hours="1.5", note="ONT replaced")
    assert [title.split(" · ")[0] for title in changes(reply)] == ["ERPNext: New work order", "ERPNext: Visit"]
    await talk("yes")
    order = await _order(company)
    assert (order["dispatch_job"], order["issue"], order["status"]) == ("DJ-00031", "ISS-2026-00032", "Done")
    assert order["technicians"][0]["technician"] == "HR-EMP-00003"
    assert (await company.systems.erp.get("Dispatch Job", "DJ-00031"))["status"] == "Completed"
    await talk("undo", "yes")
    assert (await _order(company))["status"] == "Cancelled"
    assert (await company.systems.erp.get("Dispatch Job", "DJ-00031"))["status"] == "Scheduled"
    assert (
        told(await talk.ask("list_work_orders", customer="Patrick Bergeron")) == "No work order for Patrick Bergeron."
    )


async def test_who_did_the_work_is_asked(talk: Talk, company: Company) -> None:
    reply = await talk.ask("log_work_order", customer="Sylvie Côté", hours="2")
    assert choices(reply) == ["HR-EMP-00001", "HR-EMP-00002", "HR-EMP-00003"]
    await talk("Sophie", "yes")
    assert (await _order(company))["technicians"][0]["technician"] == "HR-EMP-00002"


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"hours": "2", "date": "2026-03-13"}, "Fri, Mar 13, 2026 is still to come"),
        ({"arrived": "11:00", "left": "09:00"}, "Left at 09:00 cannot be before arriving at 11:00."),
        ({"hours": "2", "parts": [{"item": "antenne"}]}, "No item fits « antenne »."),
    ],
)
async def test_work_that_cannot_be_is_refused(talk: Talk, fields: dict[str, Any], answer: str) -> None:
    reply = await talk.ask("log_work_order", customer="Sylvie Côté", technician="Dave", **fields)
    assert (reply.outcome, answer in told(reply)) == ("refused", True)


async def test_labour_and_parts_are_billed_with_taxes_and_once_only(talk: Talk, company: Company) -> None:
    parts = [{"item": "routeur wifi"}, {"item": "ATA-HT802", "qty": "2"}]
    await talk.ask("log_work_order", **LEDUC, technician="Dave", hours="4", parts=parts, billable=True)
    await talk("yes")
    reply = await talk.ask("invoice_work_order", work_order="26")
    inserted, submitted, linked = changes(reply).values()
    assert inserted["Item 1"] == (None, "Main-d'œuvre (LABOUR-HR) · 4 × $85.00")
    assert inserted["Item 3"] == (None, "Adaptateur téléphonique (ATA-HT802) · 2 × $79.00")
    assert [inserted["Tax 1"], inserted["Tax 2"]] == [(None, "TPS 5%"), (None, "TVQ 9.975%")]
    # 340 + 129 + 158 = 627.00; TPS 31.35; TVQ 62.54325, so 62.54
    assert submitted == {"Before tax": (None, "$627.00"), "TPS and TVQ": (None, "$93.89"), "Total": (None, "$720.89")}
    assert linked == {"Invoice": (None, "the new invoice")}
    await talk("yes")
    assert await _invoices(company, "C-10007") == [720.89]
    name = (await _order(company))["sales_invoice"]
    refused = await talk.ask("invoice_work_order", work_order="WO-00026")
    assert f"Work order WO-00026 is billed already: {name}." in told(refused)
    await talk("undo", "yes")
    assert (await _invoices(company, "C-10007"), await _invoices(company, "C-10007", 2)) == ([], [720.89])
    assert (await _order(company)).get("sales_invoice") is None
    assert (await talk.ask("invoice_work_order", work_order="WO-00026")).outcome == "plan"


async def test_a_half_cent_of_tax_goes_up(talk: Talk, company: Company) -> None:
    """Four hours are 340.00: the TVQ of 33.915 is 33.92."""
    await talk.ask("log_work_order", **LEDUC, technician="Dave", hours="4", billable=True)
    await talk("yes")
    await talk.ask("invoice_work_order", work_order="26")
    await talk("yes")
    assert await _invoices(company, "C-10007") == [390.92]


async def test_the_only_unbilled_work_order_is_meant(talk: Talk) -> None:
    reply = await talk.ask("invoice_work_order", customer="Ferme Leduc")
    assert next(iter(changes(reply).values()))["Remarks"] == (None, "WO-00023 · 2026-02-18")
    assert told(await talk.ask("invoice_work_order", customer="Sylvie Côté")).startswith(
        "Sylvie Côté has no work order that is to be billed."
    )


async def test_work_that_was_billed_before_is_not_billed_again(talk: Talk) -> None:
    assert "WO-00025 is billed already: ACC-SINV-2026-00199." in told(
        await talk.ask("invoice_work_order", work_order="WO-00025")
    )
    listed = await talk.ask("list_work_orders", since="2026-03-01")
    billed = [row[-1] for row in listed.blocks[0].model_dump()["rows"]]
    assert billed == ["ACC-SINV-2026-00199", "to be billed"]


async def test_what_is_not_billable_is_warned_of_and_priced_from_the_list(talk: Talk) -> None:
    reply = await talk.ask("invoice_work_order", work_order="WO-00003")
    assert "Work order WO-00003 is not marked as billable." in told(reply)
    assert "No price on the work order, so the list price: ATA-HT802." in told(reply)


async def test_work_that_was_billed_is_not_taken_back(talk: Talk, company: Company) -> None:
    await talk.ask("log_work_order", **LEDUC, technician="Dave", hours="1", billable=True)
    logged = await talk("yes")
    plan = next(block.title.split()[-1] for block in logged.blocks if block.block == "progress")
    await talk.ask("invoice_work_order", work_order="26")
    await talk("yes")
    reply = await talk.ask("undo", plan=plan)
    assert reply.code == "plan_is_stale"
    assert (await _order(company))["status"] == "Done"


async def test_a_technician_logs_and_does_not_bill(open_agent: OpenAgent) -> None:
    technician = open_agent(user="technician")
    logged = await technician.ask("log_work_order", customer="Sylvie Côté", technician="Dave", hours="1")
    assert logged.outcome == "plan"
    assert (await technician.ask("invoice_work_order", work_order="WO-00023")).code == "not_allowed"


async def test_the_timeline_joins_what_happened_and_what_the_agent_did(talk: Talk) -> None:
    await talk("note on Jean Tremblay: call back tomorrow", "yes")
    found = cells(await talk.ask("list_activity", customer="Jean Tremblay"))
    assert {"Agent", "Note", "Payment", "Visit", "Ticket"} <= set(found)
    assert "Note on the file of Jean Tremblay (done)" in found
    await talk("undo", "yes")
    assert "Note on the file of Jean Tremblay (taken back)" in cells(
        await talk.ask("list_activity", customer="Jean Tremblay", since="2026-03-12", until="2026-03-12")
    )
    assert "Agent" not in cells(await talk.ask("list_activity", customer="Sylvie Côté"))
    assert "Suspension" in cells(await talk.ask("list_activity", customer="Luc Gagnon", since="2026-02-01"))


async def test_it_is_all_said_in_french_too(open_agent: OpenAgent) -> None:
    parle = open_agent()
    parle.agent.language = "fr"
    assert told(await parle.ask("technician_hours", technician="Marc-André", customer="Ferme Leduc")) == (
        "Marc-André Pelletier : 6,5 h en 3 visites."
    )
    assert (
        "Ce qui s'est passé"
        in (await parle.ask("list_activity", customer="Luc Gagnon")).blocks[0].model_dump()["title"]
    )
    assert told(await parle.ask("list_work_orders", customer="Luc Gagnon")) == "Aucun bon de travail pour Luc Gagnon."
    logged = await parle.ask("log_work_order", **LEDUC, technician="Dave", hours="1", billable=True)
    assert "À facturer : 85,00 $ avant taxes." in told(logged)
    await parle("oui")
    await parle.ask("invoice_work_order", work_order="26")
    assert "WO-00026 est facturé à Ferme Leduc SENC : 97,73 $." in told(await parle("oui"))


_LINES = st.lists(
    st.builds(
        Line,
        st.just("LABOUR-HR"),
        st.decimals("0.01", 99, places=2),
        st.decimals("0.01", 5000, places=2),
    ),
    min_size=1,
    max_size=6,
)


@given(_LINES)
def test_both_taxes_are_on_the_price_before_tax_to_the_nearest_cent(lines: list[Line]) -> None:
    bill = Bill(tuple(lines))
    assert bill.net == sum(line.amount for line in lines)
    assert abs(bill.tps - bill.net * Decimal("0.05")) <= Decimal("0.005")
    assert abs(bill.tvq - bill.net * Decimal("0.09975")) <= Decimal("0.005")
    assert bill.total == bill.net + bill.tps + bill.tvq == bill.total.quantize(Decimal("0.01"))


async def test_work_of_which_only_the_hours_are_said_bears_no_time_of_day(talk: Talk, company: Company) -> None:
    await talk.ask("log_work_order", customer="Sylvie Côté", technician="Dave", hours="2")
    await talk("yes")
    [order] = await company.systems.erp.list(
        "Work Order Log", fields=["name"], filters=[["customer", "=", "C-10005"]], order_by="creation desc", limit=1
    )
    [row] = (await company.systems.erp.get("Work Order Log", order["name"]))["technicians"]
    assert (row.get("arrived"), row.get("left")) == (None, None)
