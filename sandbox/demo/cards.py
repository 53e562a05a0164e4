"""The company's Stripe account: the customers with a card there, and whose card is charged by itself.

In: the clients. Out: what Stripe knows of them, under the ids that ERPNext has noted.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, time

from sandbox.demo.people import Client
from sandbox.stripe.cards import Card, keep_card
from sandbox.stripe.customers import Customer, keep_customer
from sandbox.world import TIMEZONE


def write_account(connection: sqlite3.Connection, clients: Sequence[Client]) -> None:
    """Make the account, in the order in which its customers came."""
    for client in sorted(clients, key=lambda client: (client.since, client.number)):
        if client.stripe_id is not None:
            customer, cards = _account_of(client, client.stripe_id)
            keep_customer(connection, customer)
            for card in cards:
                keep_card(connection, card)


def _account_of(client: Client, stripe_id: str) -> tuple[Customer, list[Card]]:
    created = int(datetime.combine(client.since, time(9), TIMEZONE).timestamp())
    filed = [card for card in client.cards if card.provider == "Stripe"]
    cards = [
        Card(client.reference_of(card), created, stripe_id, card.brand, card.last_four, *card.expires) for card in filed
    ]
    default = next((client.reference_of(card) for card in filed if card.is_auto), None)
    return Customer(stripe_id, created, client.email, client.name, {"customer": client.customer_id}, default), cards
