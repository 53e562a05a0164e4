"""Tools of subscriptions: what a customer has by the month, another plan instead, ending one.

A subscription is ended by its own fields and not by ERPNext's ``cancel_subscription``: that method does the same to
one billed at the start of its period, but invoices on the spot for one billed at its end, which no diff could show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, InsertDoc, Note, UpdateDoc
from agent.directory import Party, Place, Thing, fold, spoken
from agent.intents.actions import CancelSubscription, ChangeSubscription, ListSubscriptions
from agent.reply import Choice, Table, Text
from agent.tools.customer import active_lines, label, where, who
from agent.tools.desk import Desk
from agent.tools.listing import MOST_ROWS, columns, owned
from agent.tools.outcome import Answer, Outcome, Question, Refusal
from agent.tools.pricing import Bill, Line, half_up
from agent.tools.records import Filter, Row
from agent.tools.resolve import place_choices, resolve_thing

AT_START = "Beginning of the current subscription period"
_VOICE = "TEL"
"""How the codes of telephony begin."""


@dataclass(frozen=True)
class Plan:
    """What is sold by the period: its item, its price for one, CAD before tax, and how often it is billed."""

    name: str
    item: str
    cost: Decimal
    interval: str


@dataclass(frozen=True)
class Held:
    """One plan of one subscription that runs."""

    name: str
    party: str
    plan: Plan
    qty: int
    location: str
    since: str
    paid_until: str
    billed_at: str

    @property
    def price(self) -> Decimal:
        """What it comes to each period, CAD before tax."""
        return self.plan.cost * self.qty


async def plans(desk: Desk) -> dict[str, Plan]:
    """Every plan that can be subscribed to, by its name."""
    rows = await desk.records.list(
        "Subscription Plan", fields=["item", "cost", "billing_interval"], order_by="billing_interval asc, name asc"
    )
    return {
        row["name"]: Plan(row["name"], row["item"], half_up(Decimal(str(row["cost"] or 0))), row["billing_interval"])
        for row in rows
    }


async def held(party: Party | None, place: Place | None, desk: Desk) -> tuple[list[Held], dict[str, Plan]]:
    """What a customer (or everybody) subscribes to, at one address where it is given, and all plans there are."""
    filters: list[Filter] = [("party_type", "=", "Customer"), ("status", "!=", "Cancelled")]
    filters += [("party", "=", party.customer_id)] if party else []
    filters += [("service_location", "=", place.location_id)] if place else []
    fields = ("party", "start_date", "service_location", "current_invoice_end", "generate_invoice_at")
    rows, known = await together(
        desk.records.list(
            "Subscription",
            fields=[*fields, "plans.plan", "plans.qty"],
            filters=filters,
            order_by="party asc, service_location asc, name asc",
            limit=0 if party else MOST_ROWS + 1,
        ),
        plans(desk),
    )
    return [one for row in rows for one in _rows(row, known)], known


def _rows(row: Row, known: dict[str, Plan]) -> list[Held]:
    """The plans of a row; one that an earlier action of the message changes bears them as a table."""
    lines = row.get("plans", [row])
    return [
        Held(
            name=row["name"],
            party=str(row.get("party") or ""),
            plan=known.get(line["plan"]) or Plan(line["plan"], line["plan"], Decimal(0), "Month"),
            qty=int(line.get("qty") or 1),
            location=str(row.get("service_location") or ""),
            since=str(row.get("start_date") or ""),
            paid_until=str(row.get("current_invoice_end") or ""),
            billed_at=str(row.get("generate_invoice_at") or AT_START),
        )
        for line in lines
        if line.get("plan")
    ]


async def list_subscriptions(action: ListSubscriptions, desk: Desk) -> Outcome:
    """What a customer subscribes to, or everybody does, with its price and frequency."""
    named = action.customer or action.location
    party = who(action, desk) if named else None
    place = where(action, party, desk) if party else None
    desk.doing("subscriptions")
    found, _ = await held(party, place, desk)
    words, owner = desk.words, owned(party, desk)
    spot = place.location_id if place else None
    if not found:
        return Answer(
            [Text(text=words("subscriptions.none", name=owner))],
            customer=party.customer_id if party else None,
            location=spot,
        )
    shown = found if party else found[:MOST_ROWS]
    net = sum((one.price for one in shown if one.plan.interval == "Month"), Decimal(0))
    names = ("name", "customer", "item", "qty", "price", "every", "address", "since")
    table = Table(
        title=words("subscriptions.title", name=owner),
        columns=[words(f"subscriptions.{name}") for name in columns(names, party)],
        rows=[_listed(one, party, desk) for one in shown],
        numeric=[2, 3] if party else [3, 4],
        total=words(
            "subscriptions.total",
            net=str(net),
            gross=str(_taxed(net)),
            count=len(shown),
            more=len(found) > len(shown),
        ),
    )
    return Answer([table], customer=party.customer_id if party else None, location=spot)


async def change_subscription(action: ChangeSubscription, desk: Desk) -> Outcome:
    """Another plan in the same subscription, from the next invoice on; the price difference is shown."""
    party = who(action, desk)
    refusal = not_today(action.effective_date, party, desk)
    if refusal:
        return refusal
    place = where(action, party, desk)
    desk.doing("subscriptions")
    customer, (found, known) = await together(desk.records.get("Customer", party.customer_id), held(party, place, desk))
    wanted = resolve_thing(action.to_item or "", _sold(desk, known.values()), "to_item")
    target = next(plan for plan in known.values() if plan.item == wanted.code)
    current = _left(action.from_item, target, found, desk)
    if not current:
        return Refusal("subscription.nothing_alike", {"name": party.name, "item": wanted.name}, party.customer_id)
    chosen = [one for one in current if one.plan.item != target.item]
    if not chosen:
        return Refusal("subscription.already", {"name": party.name, "item": wanted.name}, party.customer_id)
    if len(chosen) > 1:
        return _which(chosen, party, "from_item", desk)
    [one] = chosen
    document = await desk.records.get("Subscription", one.name)
    facts = {"name": party.name, "from": _named(one.plan.item, desk), "to": wanted.name}
    difference = (target.cost - one.plan.cost) * one.qty
    consequences = [
        Note(
            key="subscription.difference",
            facts={
                "before": str(one.price),
                "after": str(target.cost * one.qty),
                "difference": str(difference),
                "gross": str(_taxed(target.cost * one.qty) - _taxed(one.price)),
            },
        ),
        Note(key="subscription.from_next", facts={"date": _next_day(one.paid_until, desk)}),
    ]
    suspended = [Note(key="subscription.suspended", facts={"name": party.name})] if customer.get("is_suspended") else []
    return Draft(
        title=Note(key="subscription.change_title", facts={**facts, "where": _at(one, party)}),
        done=Note(key="subscription.changed", facts=facts),
        steps=[_swap(one, target, document, party, desk)],
        consequences=consequences,
        warnings=suspended,
        customer=party.customer_id,
        location=one.location or None,
    )


async def cancel_subscription(action: CancelSubscription, desk: Desk) -> Outcome:
    """One subscription ends today; what was billed stays billed, and the network is left as it is."""
    party = who(action, desk)
    refusal = not_today(action.effective_date, party, desk)
    if refusal:
        return refusal
    place = where(action, party, desk)
    desk.doing("subscriptions")
    (found, _), lines = await together(held(party, place, desk), active_lines(party.customer_id, desk))
    if not found:
        return Refusal("subscription.none", {"name": party.name}, customer=party.customer_id)
    if action.item:
        wanted = resolve_thing(action.item, _sold(desk, [one.plan for one in found]), "item")
        found = [one for one in found if one.plan.item == wanted.code]
    if len(found) > 1:
        return _which(found, party, "item", desk)
    [one] = found
    document = await desk.records.get("Subscription", one.name)
    facts = {"name": party.name, "item": _named(one.plan.item, desk)}
    fields = {"status": "Cancelled", "cancelation_date": desk.now.date().isoformat()}
    steps: list[AnyStep] = [
        UpdateDoc(
            label=f"{one.name} · {label(party)}",
            doctype="Subscription",
            name=one.name,
            before={field: document.get(field) for field in fields},
            after=fields,
        )
    ]
    if action.reason:
        steps.append(_reason(one, action.reason, party))
    return Draft(
        title=Note(key="subscription.cancel_title", facts={**facts, "qty": one.qty, "where": _at(one, party)}),
        done=Note(key="subscription.cancelled", facts=facts),
        steps=steps,
        consequences=[
            Note(
                key="subscription.no_more",
                facts={"price": str(one.price), "gross": str(_taxed(one.price)), "until": one.paid_until},
            )
        ],
        warnings=_cancel_warnings(one, document, lines, party),
        customer=party.customer_id,
        location=one.location or None,
    )


def not_today(day: dt.date | None, party: Party, desk: Desk) -> Refusal | None:
    """A change at another time than now is refused by name: plans for later do not exist yet."""
    if day is None or day == desk.today:
        return None
    key = "subscription.not_later" if day > desk.today else "subscription.not_in_the_past"
    return Refusal(key, {"date": day.isoformat()}, customer=party.customer_id, another_value=True)


def _left(mention: str | None, target: Plan, found: Sequence[Held], desk: Desk) -> list[Held]:
    """What may be meant to be left: what was named, else what is of the same kind as the plan that is wanted."""
    if mention:
        wanted = resolve_thing(mention, _sold(desk, [one.plan for one in found]), "from_item")
        return [one for one in found if one.plan.item == wanted.code]
    kind = target.item.split("-")[0]
    return [one for one in found if one.plan.item.split("-")[0] == kind]


def _sold(desk: Desk, sold: Any) -> list[Thing]:  # noqa: ANN401 - plans, in any collection
    codes = {plan.item for plan in sold}
    return [item for item in desk.directory.items if item.code in codes]


def _which(chosen: Sequence[Held], party: Party, field: str, desk: Desk) -> Question:
    """At which address, where there are several; else which of the things that are there."""
    spots = {one.location for one in chosen}
    if len(spots) > 1 and len({one.plan.item for one in chosen}) < len(chosen):
        places = [place for place in party.places if place.location_id in spots]
        facts = {"name": party.name}
        choices = place_choices(places, desk.directory)
        return Question("subscription.which_location", "location", facts, choices, party.customer_id)
    choices = [
        Choice(
            value=one.plan.item,
            label=_named(one.plan.item, desk),
            detail=f"{one.plan.item} · {desk.words.money(one.price)}",
        )
        for one in chosen
    ]
    return Question("subscription.which", field, {"name": party.name}, choices, party.customer_id)


def _swap(one: Held, target: Plan, document: Row, party: Party, desk: Desk) -> UpdateDoc:
    before = [{"plan": row["plan"], "qty": row["qty"]} for row in document["plans"]]
    after = [{**row, "plan": target.name} if row["plan"] == one.plan.name else row for row in before]
    return UpdateDoc(
        label=f"{one.name} · {label(party)}",
        doctype="Subscription",
        name=one.name,
        before={"plans": before},
        after={"plans": after},
        names={plan.name: _named(plan.item, desk) for plan in (one.plan, target)},
    )


def _reason(one: Held, reason: str, party: Party) -> InsertDoc:
    return InsertDoc(
        label=label(party),
        doctype="Comment",
        values={
            "comment_type": "Comment",
            "reference_doctype": "Subscription",
            "reference_name": one.name,
            # ERPNext stores comments as HTML: what a person typed is text.
            "content": escape(reason, quote=False),
        },
        on_undo="keep",
    )


def _cancel_warnings(one: Held, document: Row, lines: Sequence[Row], party: Party) -> list[Note]:
    warnings = []
    numbers = [spoken(line["did"]) for line in lines if one.location in ("", str(line.get("service_location") or ""))]
    if fold(one.plan.item).startswith(fold(_VOICE)) and numbers:
        warnings.append(Note(key="subscription.lines_stay", facts={"lines": numbers}))
    elif one.plan.item.startswith("FIBRE"):
        warnings.append(Note(key="subscription.port_stays", facts={"name": party.name}))
    if one.qty > 1:
        warnings.append(Note(key="subscription.all_of_them", facts={"qty": one.qty}))
    if one.billed_at != AT_START:
        since = str(document.get("current_invoice_start") or "")
        warnings.append(Note(key="subscription.unbilled", facts={"since": since}))
    return warnings


def _listed(one: Held, party: Party | None, desk: Desk) -> list[str]:
    owner = desk.directory.by_id.get(one.party)
    spots = {place.location_id: place.text for place in (owner.places if owner else ())}
    return [
        one.name,
        *([] if party else [label(owner) if owner else one.party]),
        f"{_named(one.plan.item, desk)} ({one.plan.item})",
        str(one.qty),
        desk.words.money(one.price),
        desk.words.chosen(one.plan.interval),
        spots.get(one.location, one.location or "—"),
        one.since,
    ]


def _at(one: Held, party: Party) -> str:
    """The address, where the customer has more than one."""
    return next((p.text for p in party.places if p.location_id == one.location and len(party.places) > 1), "")


def _named(code: str, desk: Desk) -> str:
    return next((item.name for item in desk.directory.items if item.code == code), code)


def _taxed(net: Decimal) -> Decimal:
    return Bill((Line("", Decimal(1), net),)).total


def _next_day(day: str, desk: Desk) -> str:
    last = dt.date.fromisoformat(day[:10]) if day else desk.today
    return (last + dt.timedelta(days=1)).isoformat()
