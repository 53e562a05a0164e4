"""Tools of quotes: which there are, and making one. What becomes of an accepted one is ``conversion``'s."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, InsertDoc, Note, Ref, SubmitDoc
from agent.directory import Party
from agent.errors import Ambiguous, NotFound
from agent.intents.actions import CreateQuote, ListQuotes, QuoteItem
from agent.reply import Table, Text, Tone
from agent.tools.customer import cents, label, where, who
from agent.tools.desk import Desk
from agent.tools.listing import MOST_ROWS, columns, owned
from agent.tools.outcome import Answer, Outcome, Refusal
from agent.tools.pricing import Bill, Line, prices, tax_rows
from agent.tools.records import Filter, Row
from agent.tools.resolve import places_at, resolve_thing
from agent.tools.subscriptions import Plan, plans

HOLDS_DAYS = 30
"""How long an offer holds where nothing else is said."""
_OPEN = ("Open", "Replied")
_ORDERED = ("Ordered", "Partially Ordered")
_ADDRESS = re.compile(
    r"\s*(?P<civic>\d+[A-Za-z]?)\s*,?\s+(?P<street>\D[^,]*?)\s*,\s*(?P<city>[^,\d]+?)"
    r"\s*(?:,\s*(?:QC\s*)?(?P<postal>[A-Za-z]\d[A-Za-z]\s?\d[A-Za-z]\d)?\s*)?"
)


async def list_quotes(action: ListQuotes, desk: Desk) -> Outcome:
    """A customer's quotes, or the company's, the newest first."""
    party = who(action, desk) if action.customer else None
    desk.doing("quotes")
    filters: list[Filter] = [("docstatus", "=", 1), ("quotation_to", "=", "Customer")]
    filters += [("party_name", "=", party.customer_id)] if party else []
    rows = await desk.records.list(
        "Quotation",
        fields=["party_name", "customer_name", "transaction_date", "valid_till", "status", "grand_total"],
        filters=filters + _standing_filters(action.status),
        order_by="transaction_date desc, name desc",
    )
    rows = [row for row in rows if action.status in ("all", standing(row, desk.today))]
    words, owner, asked = desk.words, owned(party, desk), desk.words(f"quotes.status.{action.status}")
    if not rows:
        sentence = words("quotes.none", name=owner, asked=asked)
        return Answer([Text(text=sentence)], customer=party.customer_id if party else None)
    shown = rows[:MOST_ROWS]
    names = ("name", "customer", "date", "until", "state", "amount")
    table = Table(
        title=words("quotes.title", name=owner, asked=asked),
        columns=[words(f"quotes.{name}") for name in columns(names, party)],
        rows=[
            [
                row["name"],
                *([] if party else [f"{row['customer_name']} ({row['party_name']})"]),
                str(row["transaction_date"]),
                str(row["valid_till"] or "—"),
                words(f"quotes.standing.{standing(row, desk.today)}"),
                words.money(cents(row["grand_total"])),
            ]
            for row in shown
        ],
        numeric=[4] if party else [5],
        tones=[_TONES.get(standing(row, desk.today), "plain") for row in shown],
        total=words(
            "quotes.total",
            amount=str(sum((cents(row["grand_total"]) for row in shown), Decimal(0))),
            count=len(shown),
            more=len(rows) > len(shown),
        ),
    )
    return Answer([table], customer=party.customer_id if party else None)


_TONES: dict[str, Tone] = {"open": "good", "expired": "warning", "lost": "bad", "cancelled": "bad"}


def standing(quote: Row, today: dt.date) -> str:
    """Where a quote stands: ERPNext marks an offer as expired only overnight, the date says so at once."""
    status = str(quote["status"])
    if status in _ORDERED:
        return "ordered"
    if status in _OPEN:
        until = quote.get("valid_till")
        return "expired" if until and str(until)[:10] < today.isoformat() else "open"
    return status.casefold()


def _standing_filters(status: str) -> list[Filter]:
    wanted = {"open": _OPEN, "ordered": _ORDERED, "expired": (*_OPEN, "Expired")}.get(status)
    return [("status", "in", list(wanted))] if wanted else []


async def create_quote(action: CreateQuote, desk: Desk) -> Outcome:
    """A Quotation with its taxes, made as a draft, compared and submitted."""
    party = who(action, desk)
    until = action.valid_until or desk.today + dt.timedelta(days=HOLDS_DAYS)
    if until < desk.today:
        facts = {"date": until.isoformat()}
        return Refusal("quote.until_in_the_past", facts, customer=party.customer_id, another_value=True)
    asked = _resolved(action.items or [], desk)
    address, location = _place(action, party, desk)
    desk.doing("prices")
    codes = [one.item for one in asked]
    customer, known, listed, taxes, template = await together(
        desk.records.get("Customer", party.customer_id),
        plans(desk),
        prices(codes, desk),
        tax_rows(desk),
        tax_template(desk),
    )
    monthly = {plan.item: plan for plan in known.values()}
    rates = {**listed, **{item: plan.cost for item, plan in monthly.items()}}
    unpriced = [one.item for one in asked if one.rate is None and not rates.get(one.item)]
    if unpriced:
        return Refusal("quote.no_price", {"items": unpriced}, customer=party.customer_id)
    bill = Bill(tuple(Line(one.item, one.qty, one.rate or rates[one.item]) for one in asked))
    values: dict[str, Any] = {
        "quotation_to": "Customer",
        "party_name": party.customer_id,
        "order_type": "Sales",
        "transaction_date": desk.now.date().isoformat(),
        "valid_till": until.isoformat(),
        "service_location": Ref(back=1, shown=address.label) if address else location,
        "items": bill.rows(),
        "taxes_and_charges": template,
        "taxes": taxes,
        "terms": escape(action.note, quote=False) if action.note else None,
    }
    steps: list[AnyStep] = [address] if address else []
    steps += [
        InsertDoc(
            label=label(party),
            doctype="Quotation",
            values={field: value for field, value in values.items() if value},
            names={**_names(codes, desk), **{place.location_id: place.text for place in party.places}},
            on_undo="keep",
        ),
        SubmitDoc(label=label(party), doctype="Quotation", name=Ref(back=1), expected=bill.computed()),
    ]
    facts = {"name": party.name, "total": str(bill.total)}
    return Draft(
        title=Note(key="quote.title", facts={**facts, "items": [_named(line, desk) for line in bill.lines]}),
        done=Note(key="quote.done", facts={**facts, "until": until.isoformat()}),
        steps=steps,
        consequences=[*_split(bill, monthly), Note(key="quote.until", facts={"until": until.isoformat()})],
        warnings=_warnings(action, asked, rates, customer, party, desk),
        customer=party.customer_id,
        location=location,
        amount=bill.total,
    )


async def tax_template(desk: Desk) -> str:
    """The name of the site's default tax template: later invoices of a subscription take their taxes from it."""
    rows = await desk.records.list(
        "Sales Taxes and Charges Template", fields=["name"], filters=[("is_default", "=", 1)]
    )
    return str(rows[0]["name"]) if rows else ""


def _resolved(items: Sequence[QuoteItem], desk: Desk) -> list[QuoteItem]:
    """The items by their codes; one that is not plain becomes a question that keeps the others."""
    found: list[QuoteItem] = []
    for index, one in enumerate(items):
        try:
            thing = resolve_thing(one.item, desk.directory.items, "items")
        except (Ambiguous, NotFound) as doubt:
            rest = [other.model_dump(mode="json", exclude_none=True) for other in items]
            doubt.facts["choices"] = [
                choice.model_copy(
                    update={
                        "value": json.dumps(
                            [{**row, "item": choice.value} if at == index else row for at, row in enumerate(rest)]
                        )
                    }
                )
                for choice in doubt.facts["choices"]
            ]
            raise
        found.append(one.model_copy(update={"item": thing.code}))
    return found


def _place(action: CreateQuote, party: Party, desk: Desk) -> tuple[InsertDoc | None, str | None]:
    """The address to be served: one on file, or a whole new one, which is then put on file as pending."""
    if action.location is None:
        return None, party.places[0].location_id if len(party.places) == 1 else None
    whole = _ADDRESS.fullmatch(action.location)
    if whole and not places_at(action.location, party.places):
        values = {
            "customer": party.customer_id,
            "status": "Pending",
            "civic_number": whole["civic"],
            "street": whole["street"],
            "city": whole["city"].strip(),
            "province": "QC",
            "postal_code": (whole["postal"] or "").upper(),
        }
        return InsertDoc(
            label=f"{whole['civic']} {whole['street']}, {whole['city'].strip()}",
            doctype="Service Location",
            values={field: value for field, value in values.items() if value},
            on_undo="set",
            undone_values={"status": "Inactive"},
        ), None
    place = where(action, party, desk)
    return None, place.location_id if place else None


def _split(bill: Bill, monthly: dict[str, Plan]) -> list[Note]:
    """What comes back every period, and what is paid once."""
    recurring = Bill(tuple(line for line in bill.lines if line.item in monthly))
    once = Bill(tuple(line for line in bill.lines if line.item not in monthly))
    return [
        Note(key=key, facts={"net": str(part.net), "total": str(part.total)})
        for key, part in (("quote.monthly", recurring), ("quote.once", once))
        if part.lines
    ]


def _warnings(  # noqa: PLR0917 - what the file holds, side by side
    action: CreateQuote, asked: Sequence[QuoteItem], rates: dict[str, Decimal], customer: Row, party: Party, desk: Desk
) -> list[Note]:
    warnings = [
        Note(key="quote.own_price", facts={"item": one.item, "rate": str(one.rate), "list": str(rates[one.item])})
        for one in asked
        if one.rate is not None and one.rate != rates.get(one.item, one.rate)
    ]
    if action.location is None and len(party.places) > 1:
        warnings.append(Note(key="quote.no_address", facts={"name": party.name}))
    others = [one for one in places_at(action.location or "", desk.directory.places) if one not in party.places]
    if action.location and not places_at(action.location, party.places):
        warnings += [
            Note(
                key="quote.address_of", facts={"address": one.text, "name": desk.directory.by_id[one.customer_id].name}
            )
            for one in others
        ]
    if customer.get("is_suspended"):
        warnings.append(Note(key="subscription.suspended", facts={"name": party.name}))
    return warnings


def _names(codes: Sequence[str], desk: Desk) -> dict[str, str]:
    return {item.code: item.name for item in desk.directory.items if item.code in codes}


def _named(line: Line, desk: Desk) -> str:
    name = _names([line.item], desk).get(line.item, line.item)
    return name if line.qty == 1 else f"{line.qty.normalize():f} × {name}"
