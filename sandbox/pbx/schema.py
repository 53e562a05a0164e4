"""The PBX's tables.

In: the world. Out: tables that exist.
"""

from sandbox import bearer
from sandbox.world import World

_TABLES = """
CREATE TABLE IF NOT EXISTS pbx_numbers (did TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS pbx_lines (
    did TEXT PRIMARY KEY, customer TEXT NOT NULL, location TEXT NOT NULL, state TEXT NOT NULL,
    extension TEXT NOT NULL, caller_id TEXT NOT NULL, language TEXT NOT NULL, max_calls INTEGER NOT NULL,
    call_timeout INTEGER NOT NULL, international INTEGER NOT NULL, voicemail_enabled INTEGER NOT NULL,
    voicemail_email TEXT, password_set_at TEXT NOT NULL, created_at TEXT NOT NULL, created_by_key TEXT,
    changed_at TEXT NOT NULL, changed_by_key TEXT, version INTEGER NOT NULL,
    sip_password TEXT NOT NULL, voicemail_password TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS pbx_lines_customer ON pbx_lines (customer);
"""


def install(world: World) -> None:
    """Make the tables where they are missing."""
    bearer.install_tables(world, "pbx_lines", _TABLES)
