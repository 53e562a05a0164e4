"""The hub's tables.

In: the world. Out: tables that exist.
"""

from sandbox import bearer
from sandbox.world import World

_TABLES = """
CREATE TABLE IF NOT EXISTS hub_ports (
    olt TEXT NOT NULL, port TEXT NOT NULL, enabled INTEGER NOT NULL, customer TEXT, location TEXT,
    ont_serial TEXT, profile TEXT, changed_at TEXT NOT NULL, changed_by_key TEXT, version INTEGER NOT NULL,
    PRIMARY KEY (olt, port));
CREATE INDEX IF NOT EXISTS hub_ports_customer ON hub_ports (customer);
CREATE TABLE IF NOT EXISTS hub_devices (
    serial TEXT PRIMARY KEY, customer TEXT, location TEXT, type TEXT NOT NULL,
    model TEXT NOT NULL, mac TEXT NOT NULL, olt TEXT, port TEXT,
    plugged_in INTEGER NOT NULL, since TEXT NOT NULL, last_boot TEXT, boots_at TEXT,
    rx_dbm REAL, tx_dbm REAL, wifi TEXT, dids TEXT, fault TEXT);
CREATE INDEX IF NOT EXISTS hub_devices_customer ON hub_devices (customer);
CREATE INDEX IF NOT EXISTS hub_devices_location ON hub_devices (location);
CREATE INDEX IF NOT EXISTS hub_devices_mac ON hub_devices (mac);
CREATE TABLE IF NOT EXISTS hub_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, serial TEXT NOT NULL, name TEXT NOT NULL, did TEXT,
    unique_key TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    finished_at TEXT, fault TEXT, UNIQUE (serial, unique_key));
"""


def install(world: World) -> None:
    """Make the tables where they are missing."""
    bearer.install_tables(world, "hub_tasks", _TABLES)
