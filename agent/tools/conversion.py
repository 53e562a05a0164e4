"""Tool of an accepted quote: it becomes subscriptions, and an invoice for what is sold once.

A sales order takes the quote up, which is ERPNext's own way of saying that it is ordered: nobody can then take it
up a second time. Where the quote names no address, the customer's only one is meant, else the one on the quote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, Implied, InsertDoc, Note, Ref, SubmitDoc
from agent.directory import Party, fold
from agent.errors import NotFound
from agent.intents.actions import ConvertQuote
from agent.reply import Choice
from agent.tools.customer import cents, label, who
from agent.tools.desk import Desk
from agent.tools.outcome import Outcome, Question, Refusal
from agent.tools.pricing import Bill, Line, half_up
from agent.tools.quotes import standing, tax_template
from agent.tools.records import Row
from agent.tools.subscriptions import AT_START, Plan, plans

DAYS_UNTIL_DUE = 30
"""After how many days an invoice made here is due, in days."""
_TAX_FIELDS = ("charge_type", "account_head", "description", "rate")


@dataclass(frozen=True)
class _Accepted:
    """A quote, read whole, with what tells its lines apart."""

    quote: Row
    party: Party
    monthly: Mapping[str, Plan]
    template: str
    start: dt.date

    @property
    def lines(self) -> list[Line]:
        return [
            Line(row["item_code"], Decimal(str(row["qty"])), half_up(Decimal(str(row["rate"]))))
            for row in self.quote["items"]
        ]

    @property
    def recurring(self) -> list[Line]:
        return [line for line in self.lines if line.item in self.monthly]

    @property
    def once(self) -> Bill:
        return Bill(tuple(line for line in self.lines if line.item not in self.monthly))

    @property
    def taxes(self) -> list[Row]:
        return [{field: row[field] for field in _TAX_FIELDS} for row in self.quote["taxes"]]


async def convert_quote(action: ConvertQuote, desk: Desk) -> Outcome:
    """One subscription per recurring item, one invoice for the rest; offers the installation next."""
    desk.doing("quotes")
    found = await _meant(action, desk)
    if not isinstance(found, dict):
        return found
    party = desk.directory.by_id[str(found["party_name"])]
    start = action.start_date or desk.now.date()
    refusal = _not_convertible(found, party, start, desk)
    if refusal:
        return refusal
    known, template, customer = await together(
        plans(desk), tax_template(desk), desk.records.get("Customer", party.customer_id)
    )
    accepted = _Accepted(found, party, {plan.item: plan for plan in known.values()}, template, start)
    dearer = [line.item for line in accepted.recurring if line.rate > accepted.monthly[line.item].cost]
    if dearer:
        return Refusal("convert.dearer", {"quote": found["name"], "items": dearer}, customer=party.customer_id)
    made, location = _location(accepted)
    if location is None and made is None:
        key = "convert.which_address" if party.places else "convert.no_address"
        return Refusal(key, {"quote": found["name"], "name": party.name}, customer=party.customer_id)
    facts = {"quote": found["name"], "name": party.name}
    counts = {"subscriptions": len(accepted.recurring), "total": str(accepted.once.total)}
    return Draft(
        title=Note(key="convert.title", facts={**facts, **counts}),
        done=Note(key="convert.done", facts=facts),
        steps=_steps(accepted, made, location, desk),
        consequences=_consequences(accepted),
        warnings=[Note(key="subscription.suspended", facts={"name": party.name})]
        if customer.get("is_suspended")
        else [],
        customer=party.customer_id,
        location=location,
        amount=cents(found["grand_total"]),
    )


async def _meant(action: ConvertQuote, desk: Desk) -> Row | Outcome:
    """The quote that was named, or the customer's only open one."""
    if action.quote:
        name = action.quote.upper().strip()
        name = name if name.startswith("SOQ") else f"SOQ-{name.lstrip('#')}"
        quote = await desk.records.find("Quotation", name)
        if quote is None or str(quote.get("party_name")) not in desk.directory.by_id:
            raise NotFound(f"There is no quote {action.quote}.", field="quote", mention=action.quote, choices=[])
        if action.customer and who(action, desk).customer_id != quote["party_name"]:
            facts = {"quote": name, "name": desk.directory.by_id[str(quote["party_name"])].name}
            return Refusal("convert.someone_elses", facts, customer=str(quote["party_name"]))
        return quote
    party = who(action, desk)
    rows = await desk.records.list(
        "Quotation",
        fields=["transaction_date", "valid_till", "status", "grand_total"],
        filters=[("party_name", "=", party.customer_id), ("docstatus", "=", 1)],
        order_by="transaction_date desc, name desc",
    )
    fitting = [row for row in rows if standing(row, desk.today) == "open"]
    if len(fitting) > 1:
        choices = [
            Choice(
                value=row["name"],
                label=row["name"],
                detail=f"{row['transaction_date']} · {desk.words.money(cents(row['grand_total']))}",
            )
            for row in fitting
        ]
        return Question("convert.which", "quote", {"name": party.name}, choices, party.customer_id)
    if not fitting and not rows:
        return Refusal("convert.none", {"name": party.name}, customer=party.customer_id)
    # Where none is open, the newest says why.
    return await desk.records.get("Quotation", (fitting or rows)[0]["name"])


def _not_convertible(quote: Row, party: Party, start: dt.date, desk: Desk) -> Refusal | None:
    stands = "draft" if not quote.get("docstatus") else standing(quote, desk.today)
    facts = {"quote": quote["name"], "name": party.name}
    if stands == "expired":
        return Refusal("convert.expired", {**facts, "until": str(quote.get("valid_till") or "")}, party.customer_id)
    if stands == "ordered":
        return Refusal("convert.already", facts, customer=party.customer_id)
    if stands != "open":
        return Refusal("convert.not_open", {**facts, "standing": stands}, customer=party.customer_id)
    if start < desk.now.date():
        facts = {"date": start.isoformat()}
        return Refusal("convert.start_in_the_past", facts, customer=party.customer_id, another_value=True)
    return None


def _location(accepted: _Accepted) -> tuple[InsertDoc | None, str | None]:
    """The address that is served: the quote's, the customer's only one, or one made of the quote's postal address."""
    named = accepted.quote.get("service_location")
    if named:
        return None, str(named)
    places = accepted.party.places
    if places:
        return None, places[0].location_id if len(places) == 1 else None
    return _made_location(accepted), None


def _made_location(accepted: _Accepted) -> InsertDoc | None:
    """A pending address out of the first lines of the one that the quote prints: ``9 Rue Bouchette``, the town."""
    lines = [
        line.strip() for line in str(accepted.quote.get("address_display") or "").replace("<br>", "\n").split("\n")
    ]
    lines = [line for line in lines if line]
    civic, _, street = (lines[0] if lines else "").partition(" ")
    if len(lines) < 2 or not civic[:1].isdigit() or not street:
        return None
    return InsertDoc(
        label=f"{civic} {street}, {lines[1]}",
        doctype="Service Location",
        values={
            "customer": accepted.party.customer_id,
            "status": "Pending",
            "civic_number": civic,
            "street": street,
            "city": lines[1],
            "province": "QC",
        },
        on_undo="set",
        undone_values={"status": "Inactive"},
    )


def _steps(accepted: _Accepted, made: InsertDoc | None, location: str | None, desk: Desk) -> list[AnyStep]:
    """The address first, then the order that takes the quote up, the subscriptions, the invoice."""
    steps: list[AnyStep] = [made] if made else []
    steps += _order(accepted, desk)
    for line in accepted.recurring:
        spot: Any = location or Ref(back=len(steps), shown=made.label if made else "")
        steps.append(_subscription(accepted, line, spot, desk))
    if accepted.once.lines:
        steps += _invoice(accepted, desk)
    return steps


def _order(accepted: _Accepted, desk: Desk) -> list[AnyStep]:
    quote, party = accepted.quote, accepted.party
    values = {
        "customer": party.customer_id,
        "order_type": "Sales",
        "transaction_date": desk.now.date().isoformat(),
        "skip_delivery_note": 1,
        "items": [
            # The quote's own row as well: by it ERPNext knows how far the quote is ordered.
            {**row, "prevdoc_docname": quote["name"], "quotation_item": offered["name"]}
            for row, offered in zip(Bill(tuple(accepted.lines)).rows(), quote["items"], strict=True)
        ],
        "taxes": accepted.taxes,
    }
    computed = {
        field: f"{cents(quote[field]):.2f}" for field in ("net_total", "total_taxes_and_charges", "grand_total")
    }
    taken_up = Implied(doctype="Quotation", name=quote["name"], field="status", before=quote["status"], after="Ordered")
    return [
        InsertDoc(
            label=label(party), doctype="Sales Order", values=values, names=_names(accepted, desk), on_undo="keep"
        ),
        SubmitDoc(label=label(party), doctype="Sales Order", name=Ref(back=1), expected=computed, implies=[taken_up]),
    ]


def _subscription(accepted: _Accepted, line: Line, location: Any, desk: Desk) -> InsertDoc:  # noqa: ANN401 - or a Ref
    plan = accepted.monthly[line.item]
    values: dict[str, Any] = {
        "party_type": "Customer",
        "party": accepted.party.customer_id,
        "company": accepted.quote["company"],
        "status": "Active",
        "start_date": accepted.start.isoformat(),
        "generate_invoice_at": AT_START,
        "days_until_due": DAYS_UNTIL_DUE,
        "submit_invoice": 1,
        "sales_tax_template": accepted.template,
        "service_location": location,
        "plans": [{"plan": plan.name, "qty": int(line.qty)}],
    }
    discount = half_up((plan.cost - line.rate) * line.qty)
    if discount:
        # The price that was quoted holds: the plan's own is lowered on every invoice.
        values |= {"apply_additional_discount": "Net Total", "additional_discount_amount": f"{discount:.2f}"}
    return InsertDoc(
        label=label(accepted.party),
        doctype="Subscription",
        values=values,
        names=_names(accepted, desk),
        on_undo="set",
        undone_values={"status": "Cancelled", "cancelation_date": desk.now.date().isoformat()},
    )


def _invoice(accepted: _Accepted, desk: Desk) -> list[AnyStep]:
    once, today = accepted.once, desk.now.date()
    values = {
        "customer": accepted.party.customer_id,
        "due_date": (today + dt.timedelta(days=DAYS_UNTIL_DUE)).isoformat(),
        "items": once.rows(),
        "taxes_and_charges": accepted.template,
        "taxes": accepted.taxes,
    }
    return [
        InsertDoc(
            label=label(accepted.party),
            doctype="Sales Invoice",
            values=values,
            names=_names(accepted, desk),
            on_undo="keep",
        ),
        SubmitDoc(
            label=label(accepted.party),
            doctype="Sales Invoice",
            name=Ref(back=1),
            expected=once.computed(),
            leaves={"outstanding_amount": f"{once.total:.2f}"},
        ),
    ]


def _consequences(accepted: _Accepted) -> list[Note]:
    notes = []
    if accepted.recurring:
        monthly = Bill(tuple(accepted.recurring))
        facts = {"net": str(monthly.net), "total": str(monthly.total), "start": accepted.start.isoformat()}
        notes.append(Note(key="convert.monthly", facts=facts))
    if accepted.once.lines:
        notes.append(Note(key="convert.once", facts={"total": str(accepted.once.total)}))
    return notes


def _names(accepted: _Accepted, desk: Desk) -> dict[str, str]:
    codes = {fold(line.item) for line in accepted.lines}
    names = {item.code: item.name for item in desk.directory.items if fold(item.code) in codes}
    return {**names, **{place.location_id: place.text for place in accepted.party.places}}
