"""Cards on file, which Stripe calls payment methods.

In: a card's id and whose it is to be. Out: the card, an effect where something changed. A card that was taken off
must never be used again.
"""

import sqlite3
from dataclasses import dataclass, replace

from sandbox.stripe.errors import StripeRefusal, Wire, no_such
from sandbox.stripe.names import made_up
from sandbox.world import World

_COLUMNS = "id, created, customer, brand, last_four, exp_month, exp_year"
# Stripe's own test cards: naming one attaches a new card of its kind, or is declined.
_TEST_CARDS = {"pm_card_visa": ("visa", "4242"), "pm_card_mastercard": ("mastercard", "4444")}
_DECLINED = "pm_card_visa_chargeDeclined"


@dataclass(frozen=True)
class Card:
    """One card; `customer` is None once it was taken off, `created` in seconds since 1970."""

    id: str
    created: int
    customer: str | None
    brand: str
    last_four: str
    exp_month: int
    exp_year: int

    def wire(self) -> Wire:
        """The card as Stripe tells it."""
        address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
        checks = dict.fromkeys(("address_line1_check", "address_postal_code_check", "cvc_check"))
        return {
            "id": self.id,
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": {"address": address, "email": None, "name": None, "phone": None, "tax_id": None},
            "card": {
                "brand": self.brand,
                "checks": checks,
                "country": "CA",
                "display_brand": self.brand,
                "exp_month": self.exp_month,
                "exp_year": self.exp_year,
                "funding": "credit",
                "generated_from": None,
                "last4": self.last_four,
                "networks": {"available": [self.brand], "preferred": None},
                "three_d_secure_usage": {"supported": True},
                "wallet": None,
            },
            "created": self.created,
            "customer": self.customer,
            "livemode": False,
            "metadata": {},
            "type": "card",
        }


def find_card(connection: sqlite3.Connection, card_id: str) -> Card:
    """The card; raises StripeRefusal 404 where there is none."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM stripe_payment_methods WHERE id = ?",  # noqa: S608 (constant columns)
        (card_id,),
    ).fetchone()
    if row is None:
        raise no_such("PaymentMethod", card_id, param="payment_method")
    return Card(*row)


def cards_of(connection: sqlite3.Connection, customer_id: str) -> list[Card]:
    """A customer's cards, the newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM stripe_payment_methods WHERE customer = ?"  # noqa: S608 (constant columns)
        " ORDER BY number DESC",
        (customer_id,),
    ).fetchall()
    return [Card(*row) for row in rows]


def keep_card(connection: sqlite3.Connection, card: Card) -> None:
    """Write a new card down."""
    connection.execute(
        f"INSERT INTO stripe_payment_methods ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (constant columns)
        (card.id, card.created, card.customer, card.brand, card.last_four, card.exp_month, card.exp_year),
    )


def attach(world: World, card_id: str, customer_id: str, *, actor: str, key: str) -> Card:
    """Put one of Stripe's test cards on file for a customer who exists.

    Raises StripeRefusal 402 for the card that is declined, 400 for one that is or was on file, 404 for an unknown one.
    """
    if card_id == _DECLINED:
        raise StripeRefusal(
            402, "Your card was declined.", kind="card_error", code="card_declined", decline_code="generic_decline"
        )
    with world.transaction() as connection:
        if card_id not in _TEST_CARDS:
            raise _used(find_card(connection, card_id))
        now = world.now()
        row = connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM stripe_payment_methods").fetchone()
        brand, last_four = _TEST_CARDS[card_id]
        card = Card(made_up("pm", row[0]), int(now.timestamp()), customer_id, brand, last_four, now.month, now.year + 1)
        keep_card(connection, card)
        _effect(world, "attach_card", card, actor=actor, key=key)
    return card


def detach(world: World, card_id: str, *, actor: str, key: str) -> Card:
    """Take a card off; where it was charged by itself, none is any more.

    Raises StripeRefusal 404 for an unknown card, 400 for one that is on nobody's file.
    """
    with world.transaction() as connection:
        card = find_card(connection, card_id)
        if card.customer is None:
            raise StripeRefusal(
                400, "The payment method you provided is not attached to a customer so detachment is impossible."
            )
        connection.execute("UPDATE stripe_payment_methods SET customer = NULL WHERE id = ?", (card_id,))
        connection.execute(
            "UPDATE stripe_customers SET default_payment_method = NULL WHERE default_payment_method = ?", (card_id,)
        )
        _effect(world, "detach_card", card, actor=actor, key=key)
    return replace(card, customer=None)


def _used(card: Card) -> StripeRefusal:
    if card.customer is not None:
        return StripeRefusal(400, "The payment method you provided has already been attached to a customer.")
    return StripeRefusal(
        400,
        "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer,"
        " and may not be used again.",
    )


def _effect(world: World, verb: str, card: Card, *, actor: str, key: str) -> None:
    """The target is the customer: the card's own id is a token."""
    detail: dict[str, object] = {"last_four": card.last_four, "key": key}
    world.record_effect(system="stripe", verb=verb, target=str(card.customer), actor=actor, detail=detail)
