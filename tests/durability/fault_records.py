"""Every record of every system as comparable values, and how two states of the company differ.

Enters: the company's database. Leaves: records by their own names, without what only keeps the books (versions, times
of change, keys). What differs at every making (passwords, moments) is compared only as "as before" or "another".
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Values = dict[str, Any]
Key = tuple[str, ...]
"""A system, a kind of record, and its own name."""
Rows = dict[str, list[tuple[Any, ...]]]
Drift = dict[Key, dict[str, tuple[Any, Any]]]
"""Record -> field -> before, after; a record that is not there has no fields."""

_BOOKS = {
    "creation", "modified", "modified_by", "owner", "idx", "version", "changed_at", "changed_by_key", "created_by_key",
    "number", "agent_step", "wifi", "rx_dbm", "tx_dbm", "since", "at", "id", "key", "submitted_at", "settles_at",
    "registered_at", "expires_at", "finished_at",
}  # fmt: skip
_OTHERS = {
    "sip_password", "voicemail_password", "password_set_at", "last_boot", "boots_at", "created_at", "created",
    "e911_synced_on", "suspended_on", "communication_date", "opening_time", "resolution_date", "posting_time",
    "transaction_time", "time", "last_updated_on",
}  # fmt: skip
"""What is another one at every making."""
_NOW = re.compile(r"^\d\d:\d\d:\d\d\.\d{6}$")
"""What ERPNext puts where a time of day is left out."""
_KEPT_OUT = {
    "clock", "effects", "faults", "sqlite_sequence", "definitions", "catalogue_version", "naming_series", "secrets",
    "bearer_keys", "bearer_tokens", "stripe_requests", "e911_acceptance",
}  # fmt: skip
_KEYS = {
    "hub_ports": ("olt", "port"),
    "hub_devices": ("serial",),
    "hub_tasks": ("serial", "unique_key"),
    "pbx_numbers": ("did",),
    "pbx_lines": ("did",),
    "e911_registrations": ("did",),
    "stripe_customers": ("metadata",),
    "stripe_payment_methods": ("id",),
}


def rows(connection: sqlite3.Connection) -> Rows:
    """Everything that is compared, as it stands in the database."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table: connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - the database's own names
        for table in tables
        if table not in _KEPT_OUT and not table.startswith("tabDoc")
    }


def columns(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The columns of each table, in their order."""
    return {
        table: [column[0] for column in connection.execute(f'SELECT * FROM "{table}" LIMIT 0').description]  # noqa: S608
        for table in rows(connection)
    }


def drift(before: Rows, after: Rows, named: Mapping[str, Sequence[str]]) -> Drift:
    """What differs, record by record."""
    found: Drift = {}
    for table in after:
        if before[table] != after[table]:
            old, new = dict(_of(table, before[table], named[table])), dict(_of(table, after[table], named[table]))
            for key in old.keys() | new.keys():
                changed = dict(_changed(old.get(key, {}), new.get(key, {})))
                if changed or (key in old) != (key in new):
                    found[key] = changed
    return found


def _of(table: str, found: Sequence[tuple[Any, ...]], names: Sequence[str]) -> Iterator[tuple[Key, Values]]:
    for row in found:
        values = dict(zip(names, row, strict=True))
        key = _key(table, values)
        if table == "e911_registrations":
            told = _told_last(values)
            if told is not None:
                yield key, told
            continue
        yield (
            key,
            {
                name: "the time of its making" if _NOW.match(str(value)) else value
                for name, value in values.items()
                if name not in _BOOKS and value not in (None, "")
            },
        )


def _key(table: str, values: Values) -> Key:
    if table in _KEYS:
        return (table.partition("_")[0], table, *(str(values[name]) for name in _KEYS[table]))
    doctype = table.removeprefix("tab")
    if values.get("parent"):
        values.pop("name")
        above = [str(values.pop(name)) for name in ("parenttype", "parent", "parentfield")]
        return ("erpnext", doctype, *above, str(values["idx"]))
    name = values.pop("name")
    return ("erpnext", doctype, str(values.get("agent_step") or name))


def _told_last(values: Values) -> Values | None:
    """What the provider was told last and did not reject: what an ambulance hears once all has settled."""
    request = json.loads(values["request"]) if values["request"] else None
    registered = json.loads(values["registered"]) if values["registered"] else None
    told = request if request and not request.get("reason") else registered
    return {name: value for name, value in told.items() if name not in _BOOKS | {"did"} and value} if told else None


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old != new:
            yield name, ((old and "one", new and "another") if name in _OTHERS else (old, new))
