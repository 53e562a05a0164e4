"""Tools of paying by itself: how a customer pays now, and having Stripe or the bank do it, or nobody."""

from __future__ import annotations

from collections.abc import Sequence

from agent.clients.together import together
from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep, CardOnFile, EnsureStripeCustomer, InsertDoc, Note, Ref, SetAutoCard, UpdateDoc
from agent.directory import Party
from agent.errors import Missing, Unavailable
from agent.intents.actions import CheckAutopay, SwitchAutopay
from agent.reply import AnyBlock, Table, Text, Tone
from agent.tools.cards import Wallet
from agent.tools.customer import label, who
from agent.tools.desk import Desk
from agent.tools.outcome import Answer, Outcome, Refusal
from agent.tools.records import Row

_STRIPE = "Stripe"
_BANK = ("Bank Draft", "Paysafe")
"""What a PPA runs on, the bank's own first."""
_NO_WALLET = Wallet(None, None, ())


async def check_autopay(action: CheckAutopay, desk: Desk) -> Outcome:
    """Yes or no, by which method and provider, and what is missing; Stripe's own word beside ERPNext's."""
    party = who(action, desk)
    desk.doing("autopay")
    customer, methods = await together(desk.records.get("Customer", party.customer_id), _methods(party, desk))
    words, blocks = desk.words, list[AnyBlock]()
    try:
        wallet = await _wallet(customer, desk)
    except Unavailable:
        wallet = _NO_WALLET
        blocks.append(Text(text=words("autopay.stripe_away"), tone="warning"))
    automatic = [row for row in methods if row["is_auto"] and row["is_active"]]
    named = [_named(row) for row in automatic]
    key = "autopay.yes" if automatic else "autopay.no"
    tone: Tone = "good" if automatic else "plain"
    blocks.insert(0, Text(text=words(key, name=party.name, methods=named), tone=tone))
    if methods:
        blocks.append(
            Table(
                title=words("autopay.title", name=party.name),
                columns=[words(f"autopay.{name}") for name in ("provider", "last_four", "auto", "active", "expires")],
                rows=[_row(row, wallet, desk) for row in methods],
                tones=["good" if row in automatic else "plain" for row in methods],
            )
        )
    blocks += [
        Text(text=words(f"autopay.{key}", name=party.name), tone="warning")
        for key in _missing(automatic, methods, wallet, desk)
    ]
    return Answer(blocks, customer=party.customer_id)


async def switch_autopay(action: SwitchAutopay, desk: Desk) -> Outcome:
    """Stripe, the bank, or nobody; afterwards exactly one method is active where one is switched to."""
    party = who(action, desk)
    desk.doing("autopay")
    customer, methods = await together(desk.records.get("Customer", party.customer_id), _methods(party, desk))
    wallet = await _wallet(customer, desk)
    if action.provider == "stripe":
        return _to_stripe(party, customer, methods, wallet)
    facts = {"name": party.name}
    if action.provider == "off":
        chosen, before = None, [row for row in methods if row["is_auto"]]
        if not before and wallet.automatic is None:
            return Refusal("autopay.already_off", facts, customer=party.customer_id)
        steps: list[AnyStep] = [_flags(row, party, auto=False, active=bool(row["is_active"])) for row in before]
    else:
        chosen = next((row for kind in _BANK for row in methods if row["provider"] == kind), None)
        if chosen is None:
            return Refusal("autopay.no_bank", facts, customer=party.customer_id)
        steps = _only(chosen, methods, party)
    if wallet.automatic and wallet.customer:
        steps.insert(
            0, SetAutoCard(label=label(party), stripe_customer=wallet.customer, before=wallet.automatic, after=None)
        )
    if not steps:
        return Refusal("autopay.already", {**facts, "method": _named(chosen or {})}, customer=party.customer_id)
    return _draft(action, party, steps, _named(chosen) if chosen else "")


def _to_stripe(party: Party, customer: Row, methods: Sequence[Row], wallet: Wallet) -> Outcome:
    facts = {"name": party.name}
    if wallet.customer is None:
        return _prepare(party, methods)
    if not wallet.cards:
        return Refusal("autopay.no_card", facts, customer=party.customer_id)
    card = wallet.automatic or wallet.cards[0]
    on_file = [row for row in methods if row["provider"] == _STRIPE]
    chosen = next((row for row in on_file if row.get("last_four") == card.last_four), None)
    steps: list[AnyStep] = []
    if customer.get("stripe_customer_id") != wallet.customer:
        steps.append(_noted(party, customer, wallet.customer))
    if wallet.automatic != card:
        steps.append(
            SetAutoCard(label=label(party), stripe_customer=wallet.customer, before=wallet.automatic, after=card)
        )
    if chosen is None:
        steps += [_flags(row, party, auto=False, active=False) for row in methods if row["is_auto"] or row["is_active"]]
        steps.append(_card_on_file(party, card))
    else:
        steps += _only(chosen, methods, party)
    if not steps:
        return Refusal(
            "autopay.already", {**facts, "method": f"Stripe •••• {card.last_four}"}, customer=party.customer_id
        )
    return _draft(SwitchAutopay(provider="stripe"), party, steps, f"Stripe •••• {card.last_four}")


def _prepare(party: Party, methods: Sequence[Row]) -> Outcome:
    """Nobody at Stripe yet, hence no card: what can be done is done, and how the customer pays stays as it is."""
    facts = {"name": party.name}
    if not party.emails:
        return Refusal("autopay.no_email", facts, customer=party.customer_id)
    now = [_named(row) for row in methods if row["is_auto"]]
    return Draft(
        title=Note(key="autopay.prepare_title", facts=facts),
        done=Note(key="autopay.prepared", facts=facts),
        steps=[
            EnsureStripeCustomer(
                label=label(party), customer=party.customer_id, name=party.name, email=party.emails[0]
            ),
            UpdateDoc(
                label=label(party),
                doctype="Customer",
                name=party.customer_id,
                before={"stripe_customer_id": None},
                after={"stripe_customer_id": Ref(back=1, field="id").model_dump()},
            ),
        ],
        consequences=[Note(key="autopay.still_pays", facts={**facts, "methods": now})],
        warnings=[Note(key="autopay.card_needed", facts=facts)],
        customer=party.customer_id,
    )


async def _methods(party: Party, desk: Desk) -> list[Row]:
    """What is on file to pay with, what is active first, then the newest."""
    return await desk.records.list(
        "Payment Method",
        fields=["customer", "provider", "last_four", "is_auto", "is_active", "amount_limit"],
        filters=[("customer", "=", party.customer_id)],
        order_by="is_active desc, name desc",
    )


async def _wallet(customer: Row, desk: Desk) -> Wallet:
    """What Stripe has of the customer: by the id on file, else by our own number."""
    party = desk.directory.by_id.get(str(customer["name"]))
    email = party.emails[0] if party and party.emails else None
    try:
        return await desk.cards.wallet(str(customer["name"]), customer.get("stripe_customer_id"), email)
    except Missing:
        return await desk.cards.wallet(str(customer["name"]), None, email)


def _only(chosen: Row, methods: Sequence[Row], party: Party) -> list[AnyStep]:
    """That one charged by itself and active, every other neither."""
    return [
        _flags(row, party, auto=row is chosen, active=row is chosen)
        for row in methods
        if (bool(row["is_auto"]), bool(row["is_active"])) != (row is chosen, row is chosen)
    ]


def _flags(row: Row, party: Party, *, auto: bool, active: bool) -> UpdateDoc:
    return UpdateDoc(
        label=f"{_named(row)} · {label(party)}",
        doctype="Payment Method",
        name=row["name"],
        before={"is_auto": row["is_auto"], "is_active": row["is_active"]},
        after={"is_auto": int(auto), "is_active": int(active)},
    )


def _noted(party: Party, customer: Row, stripe_customer: str) -> UpdateDoc:
    return UpdateDoc(
        label=label(party),
        doctype="Customer",
        name=party.customer_id,
        before={"stripe_customer_id": customer.get("stripe_customer_id")},
        after={"stripe_customer_id": stripe_customer},
    )


def _card_on_file(party: Party, card: CardOnFile) -> InsertDoc:
    """A card that Stripe knows and ERPNext does not; its id is a token and stays at Stripe."""
    values = {
        "customer": party.customer_id,
        "provider": _STRIPE,
        "last_four": card.last_four,
        "is_auto": 1,
        "is_active": 1,
    }
    return InsertDoc(
        label=label(party),
        doctype="Payment Method",
        values=values,
        on_undo="set",
        undone_values={"is_auto": 0, "is_active": 0},
    )


def _draft(action: SwitchAutopay, party: Party, steps: list[AnyStep], method: str) -> Draft:
    facts = {"name": party.name, "method": method}
    key = "stop" if action.provider == "off" else "start"
    return Draft(
        title=Note(key=f"autopay.{key}.title", facts=facts),
        done=Note(key=f"autopay.{key}.done", facts=facts),
        steps=steps,
        consequences=[Note(key=f"autopay.{key}.then", facts=facts)],
        customer=party.customer_id,
    )


def _missing(automatic: Sequence[Row], methods: Sequence[Row], wallet: Wallet, desk: Desk) -> list[str]:
    """What stands in the way of being charged by itself, or does not agree between the two systems."""
    if not automatic:
        return [] if methods else ["nothing_on_file"]
    by_card = any(row["provider"] == _STRIPE for row in automatic)
    found = ["several_active"] if len(automatic) > 1 else []
    if wallet.customer and by_card and wallet.automatic is None:
        found.append("stripe_charges_none")
    if wallet.automatic and wallet.automatic.expires < f"{desk.today:%Y-%m}":
        found.append("card_expired")
    return found


def _row(row: Row, wallet: Wallet, desk: Desk) -> list[str]:
    card = next((one for one in wallet.cards if one.last_four == row.get("last_four")), None)
    is_card = row["provider"] == _STRIPE and card is not None
    return [
        desk.words.chosen(str(row["provider"])),
        f"•••• {row['last_four']}" if row.get("last_four") else "—",
        desk.words("values.true_" if row["is_auto"] else "values.false_"),
        desk.words("values.true_" if row["is_active"] else "values.false_"),
        card.expires if is_card and card else "—",
    ]


def _named(row: Row) -> str:
    """A method as it is shown: never more of a number than its last four digits."""
    return f"{row.get('provider')} •••• {row['last_four']}" if row.get("last_four") else str(row.get("provider") or "")
