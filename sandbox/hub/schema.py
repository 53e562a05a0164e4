"""The hub's tables, and who may speak to it.

In: the world. Out: tables that exist, tokens that are known by their digest alone.
A token must never be stored as it is.
"""

import hashlib
import sqlite3

from sandbox.world import World

_TABLES = """
CREATE TABLE IF NOT EXISTS hub_tokens (digest TEXT PRIMARY KEY, owner TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hub_ports (
    olt TEXT NOT NULL, port TEXT NOT NULL, enabled INTEGER NOT NULL, customer TEXT, location TEXT,
    ont_serial TEXT, changed_at TEXT NOT NULL, changed_by_key TEXT, version INTEGER NOT NULL,
    PRIMARY KEY (olt, port));
CREATE INDEX IF NOT EXISTS hub_ports_customer ON hub_ports (customer);
CREATE TABLE IF NOT EXISTS hub_port_changes (
    key TEXT PRIMARY KEY, olt TEXT NOT NULL, port TEXT NOT NULL, enabled INTEGER NOT NULL,
    answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hub_devices (
    serial TEXT PRIMARY KEY, customer TEXT NOT NULL, location TEXT NOT NULL, type TEXT NOT NULL,
    model TEXT NOT NULL, mac TEXT NOT NULL, olt TEXT NOT NULL, port TEXT NOT NULL,
    plugged_in INTEGER NOT NULL, since TEXT NOT NULL, last_boot TEXT NOT NULL, boots_at TEXT,
    rx_dbm REAL, tx_dbm REAL, wifi TEXT, fault TEXT);
CREATE INDEX IF NOT EXISTS hub_devices_customer ON hub_devices (customer);
CREATE INDEX IF NOT EXISTS hub_devices_location ON hub_devices (location);
CREATE TABLE IF NOT EXISTS hub_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, serial TEXT NOT NULL, name TEXT NOT NULL,
    unique_key TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    finished_at TEXT, fault TEXT, UNIQUE (serial, unique_key));
"""


def install(world: World) -> None:
    """Make the tables where they are missing."""
    with world.reading() as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'hub_tasks'").fetchone()
    if known is None:
        with world.transaction() as connection:
            for statement in _TABLES.split(";"):
                connection.execute(statement)


def register_token(connection: sqlite3.Connection, token: str, owner: str) -> None:
    """Let the bearer of `token` in, as `owner`."""
    connection.execute("INSERT OR REPLACE INTO hub_tokens VALUES (?, ?)", (_digest(token), owner))


def owner_of(connection: sqlite3.Connection, token: str) -> str | None:
    """Who bears the token; None for an unknown one."""
    row = connection.execute("SELECT owner FROM hub_tokens WHERE digest = ?", (_digest(token),)).fetchone()
    return str(row[0]) if row else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
