"""Stripe's tables.

In: the world. Out: tables that exist. No card number is among them, only what a receipt shows.
"""

from sandbox import bearer
from sandbox.world import World

_TABLES = """
CREATE TABLE IF NOT EXISTS stripe_customers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
    email TEXT, name TEXT, metadata TEXT NOT NULL, default_payment_method TEXT);
CREATE INDEX IF NOT EXISTS stripe_customers_email ON stripe_customers (email);
CREATE TABLE IF NOT EXISTS stripe_payment_methods (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
    customer TEXT, brand TEXT NOT NULL, last_four TEXT NOT NULL,
    exp_month INTEGER NOT NULL, exp_year INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS stripe_payment_methods_customer ON stripe_payment_methods (customer);
CREATE TABLE IF NOT EXISTS stripe_requests (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, parameters TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL, request_id TEXT NOT NULL, at INTEGER NOT NULL);
"""


def install(world: World) -> None:
    """Make the tables where they are missing."""
    bearer.install(world)
    bearer.install_tables(world, "stripe_requests", _TABLES)
