"""Customers: who pays by card, and which card is charged by itself.

In: a customer as wished. Out: the customer as he then is, an effect where something changed. The card that is charged
by itself must be one of the customer's own.
"""

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox.stripe import cards
from sandbox.stripe.errors import StripeRefusal, Wire, no_such
from sandbox.stripe.names import made_up
from sandbox.stripe.parameters import CustomerChange, CustomerWish
from sandbox.world import World

SEARCH_LAG_SECONDS = 60
"""How far a search is behind; Stripe's reference promises "less than a minute"."""

_COLUMNS = "id, created, email, name, metadata, default_payment_method"
_CLAUSE = re.compile(
    r"""(?:metadata\[(['"])(?P<key>.+?)\1\]|(?P<field>email|name)):(['"])(?P<value>(?:\\.|(?!\4).)*)\4"""
)


@dataclass(frozen=True)
class Customer:
    """One customer; `created` is in seconds since 1970."""

    id: str
    created: int
    email: str | None
    name: str | None
    metadata: dict[str, str]
    default_payment_method: str | None

    def wire(self) -> Wire:
        """The customer as Stripe tells it; what is not played here is as a new account has it."""
        unset = dict.fromkeys(
            ("address", "currency", "default_source", "description", "discount", "phone", "shipping", "test_clock")
        )
        return {
            "id": self.id,
            "object": "customer",
            **unset,
            "balance": 0,
            "created": self.created,
            "delinquent": False,
            "email": self.email,
            "invoice_prefix": self.id[-8:].upper(),
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": self.default_payment_method,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": self.metadata,
            "name": self.name,
            "next_invoice_sequence": 1,
            "preferred_locales": [],
            "tax_exempt": "none",
        }


def find_customer(
    connection: sqlite3.Connection, customer_id: str, *, param: str = "id", status: int = 404
) -> Customer:
    """The customer; raises StripeRefusal where there is none, 404 or as told."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM stripe_customers WHERE id = ?",  # noqa: S608 (constant columns)
        (customer_id,),
    ).fetchone()
    if row is None:
        raise no_such("customer", customer_id, param=param, status=status)
    return _customer(row)


def list_customers(connection: sqlite3.Connection, email: str | None) -> list[Customer]:
    """All customers, or those with exactly this e-mail, the newest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM stripe_customers WHERE ?1 IS NULL OR email = ?1"  # noqa: S608 (constant columns)
        " ORDER BY number DESC",
        (email,),
    ).fetchall()
    return [_customer(row) for row in rows]


def search_customers(connection: sqlite3.Connection, query: str, now: int) -> list[Customer]:
    """Those whom every clause of the query fits, as far as the index knows them by now.

    Played are `metadata['key']:'value'`, `email:'...'` and `name:'...'`, joined by AND. Raises StripeRefusal 400.
    """
    clauses = [_clause(part) for part in re.split(r"\s+AND\s+", query.strip(), flags=re.IGNORECASE)]
    return [
        customer
        for customer in list_customers(connection, None)
        if customer.created + SEARCH_LAG_SECONDS <= now
        and all(_value(customer, kind, name).lower() == wanted.lower() for kind, name, wanted in clauses)
    ]


def create_customer(world: World, wish: CustomerWish, *, actor: str, key: str) -> Customer:
    """Make a customer."""
    now = int(world.now().timestamp())
    metadata = {name: value for name, value in (wish.metadata or {}).items() if value}
    with world.transaction() as connection:
        row = connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM stripe_customers").fetchone()
        made = Customer(made_up("cus", row[0]), now, wish.email or None, wish.name or None, metadata, None)
        keep_customer(connection, made)
        _effect(world, connection, "create_customer", made, actor=actor, key=key)
    return made


def update_customer(world: World, customer_id: str, wish: CustomerChange, *, actor: str, key: str) -> Customer:
    """Change what is given and leave the rest.

    Raises StripeRefusal 404 for an unknown customer, 400 for a card that is not his.
    """
    with world.transaction() as connection:
        before = find_customer(connection, customer_id)
        after = Customer(
            before.id,
            before.created,
            before.email if wish.email is None else wish.email or None,
            before.name if wish.name is None else wish.name or None,
            _merged(before.metadata, wish),
            _default(connection, before, wish),
        )
        if after != before:
            keep_customer(connection, after)
            _effect(world, connection, "update_customer", after, actor=actor, key=key)
    return after


def keep_customer(connection: sqlite3.Connection, customer: Customer) -> None:
    """Write a customer down, new or changed."""
    connection.execute(
        f"INSERT INTO stripe_customers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 (constant columns)
        " ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name,"
        " metadata = excluded.metadata, default_payment_method = excluded.default_payment_method",
        (
            customer.id,
            customer.created,
            customer.email,
            customer.name,
            json.dumps(customer.metadata),
            customer.default_payment_method,
        ),
    )


def _merged(before: dict[str, str], wish: CustomerWish) -> dict[str, str]:
    """An empty value unsets its key, an empty whole unsets them all."""
    if wish.metadata == "":
        return {}
    merged = {**before, **(wish.metadata or {})}
    return {name: value for name, value in merged.items() if value}


def _default(connection: sqlite3.Connection, before: Customer, wish: CustomerChange) -> str | None:
    asked = wish.invoice_settings.default_payment_method if wish.invoice_settings else None
    if not asked:
        return before.default_payment_method if asked is None else None
    if asked not in [card.id for card in cards.cards_of(connection, before.id)]:
        raise StripeRefusal(
            400,
            f"The customer does not have a payment method with the ID {asked}. The payment method must be attached"
            " to the customer.",
            code="resource_missing",
            param="invoice_settings[default_payment_method]",
        )
    return asked


def _clause(text: str) -> tuple[str, str, str]:
    shape = _CLAUSE.fullmatch(text)
    if shape is None:
        raise StripeRefusal(400, "We were unable to parse your search query.", param="query")
    value = re.sub(r"\\(.)", r"\1", shape["value"])
    return ("metadata", shape["key"], value) if shape["key"] else ("field", shape["field"], value)


def _value(customer: Customer, kind: str, name: str) -> str:
    if kind == "metadata":
        return customer.metadata.get(name, "")
    return (customer.email if name == "email" else customer.name) or ""


def _effect(
    world: World, connection: sqlite3.Connection, verb: str, customer: Customer, *, actor: str, key: str
) -> None:
    default = next(
        (c.last_four for c in cards.cards_of(connection, customer.id) if c.id == customer.default_payment_method), None
    )
    detail: dict[str, object] = {"customer": customer.metadata.get("customer"), "default_card": default, "key": key}
    world.record_effect(system="stripe", verb=verb, target=customer.id, actor=actor, detail=detail)


def _customer(row: tuple[Any, ...]) -> Customer:
    customer_id, created, email, name, metadata, default = row
    return Customer(customer_id, created, email, name, json.loads(metadata), default)
