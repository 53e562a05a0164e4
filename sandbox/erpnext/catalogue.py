"""The DocTypes a site knows, kept in its database so that every process sees the same ones.

In: definitions in Frappe's JSON, custom fields. Out: `DocType` records and the tables they
need. It must never drop a column: a field that is taken away leaves its data where it is.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from sandbox.collation import COLLATION
from sandbox.erpnext.errors import Refusal, not_found, not_served
from sandbox.erpnext.metadata import DECIMALS, WHOLE_NUMBERS, DocType, Field
from sandbox.world import World

Definition = dict[str, object]

_HERE = Path(__file__).parent
_SCHEMA = """
CREATE TABLE IF NOT EXISTS definitions (name TEXT PRIMARY KEY, definition TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS catalogue_version (version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS naming_series (prefix TEXT PRIMARY KEY, current INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS secrets (
    doctype TEXT NOT NULL, name TEXT NOT NULL, fieldname TEXT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (doctype, name, fieldname));
"""


def standard_definitions() -> list[Definition]:
    """The definitions of the standard DocTypes that the sandbox serves."""
    paths = sorted((_HERE / "doctypes").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


class Catalogue:
    """The DocTypes that a site serves."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._version = -1
        self._doctypes: dict[str, DocType] = {}
        self._unserved = frozenset((_HERE / "unserved.txt").read_text(encoding="utf-8").splitlines())

    @property
    def is_empty(self) -> bool:
        """Whether no DocType was ever installed in this world."""
        with self._world.reading() as connection:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'catalogue_version'").fetchone()
        return found is None

    def create(self) -> None:
        """Make the engine's own tables."""
        with self._world.transaction() as connection:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute("INSERT INTO catalogue_version VALUES (0)")

    def refresh(self) -> None:
        """Learn what other processes, or an undone transaction, changed."""
        with self._world.reading() as connection:
            (version,) = connection.execute("SELECT version FROM catalogue_version").fetchone()
            if version == self._version:
                return
            rows = connection.execute("SELECT definition FROM definitions").fetchall()
        loaded = (DocType.from_definition(json.loads(text)) for (text,) in rows)
        self._doctypes = {doctype.name: doctype for doctype in loaded}
        self._version = version

    def __contains__(self, name: str) -> bool:
        return name in self._doctypes

    def __iter__(self) -> Iterator[DocType]:
        return iter(tuple(self._doctypes.values()))

    def exists(self, name: str) -> bool:
        """Whether a real site has the DocType, served here or not."""
        return name in self._doctypes or name in self._unserved

    def get(self, name: str) -> DocType:
        """The DocType called `name`.

        Raises Refusal: 501 for one that only a real site serves, 404 for an unknown one.
        """
        doctype = self._doctypes.get(name)
        if doctype is None:
            raise not_served(name) if name in self._unserved else not_found("DocType", name)
        return doctype

    def definition(self, name: str) -> Definition:
        """The JSON that a DocType was installed from, its custom fields included."""
        with self._world.reading() as connection:
            row = connection.execute("SELECT definition FROM definitions WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise not_found("DocType", name)
        return cast("Definition", json.loads(row[0]))

    def install(self, definition: Mapping[str, object]) -> DocType:
        """Add a DocType, or bring one up to date, with its table and its indexes."""
        doctype = DocType.from_definition(definition)
        if '"' in doctype.name:
            raise Refusal.thrown("NameError", "A DocType's name holds no quotation mark")
        with self._world.transaction() as connection:
            connection.execute(
                "INSERT INTO definitions VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
                (doctype.name, json.dumps(definition, ensure_ascii=False)),
            )
            _create_table(connection, doctype)
            self._keep({**self._doctypes, doctype.name: doctype})
        return doctype

    def remove(self, name: str) -> None:
        """Forget a DocType; its table stays."""
        self.get(name)
        with self._world.transaction() as connection:
            connection.execute("DELETE FROM definitions WHERE name = ?", (name,))
            self._keep({key: kept for key, kept in self._doctypes.items() if key != name})

    def _keep(self, doctypes: dict[str, DocType]) -> None:
        """Take over a changed set, under a version that no other state has."""
        version = secrets.randbits(48)
        with self._world.transaction() as connection:
            connection.execute("UPDATE catalogue_version SET version = ?", (version,))
        self._doctypes, self._version = doctypes, version

    def add_field(self, name: str, row: Mapping[str, object]) -> None:
        """Add one field to a DocType, after the field it asks to follow."""
        definition = self.definition(name)
        rows = cast("list[Mapping[str, object]]", definition["fields"])
        names = [str(known["fieldname"]) for known in rows]
        after = str(row.get("insert_after") or "")
        place = names.index(after) + 1 if after in names else len(rows)
        rows.insert(place, {**row, "custom": 1})
        self.install(definition)

    def remove_field(self, name: str, fieldname: str) -> None:
        """Take a field from a DocType; its column stays."""
        definition = self.definition(name)
        rows = cast("list[Mapping[str, object]]", definition["fields"])
        definition["fields"] = [row for row in rows if row["fieldname"] != fieldname]
        self.install(definition)


def _create_table(connection: sqlite3.Connection, doctype: DocType) -> None:
    known = {row[1] for row in connection.execute(f"PRAGMA table_info({doctype.table})")}
    if not known:
        columns = [_system_column(doctype, name) for name in doctype.system_columns]
        columns += [_column(field) for field in doctype.columns]
        connection.execute(f"CREATE TABLE {doctype.table} ({', '.join(columns)})")
        if doctype.istable:
            _create_index(connection, doctype, "parent", unique=False)
    else:
        for field in doctype.columns:
            if field.fieldname not in known:
                connection.execute(f"ALTER TABLE {doctype.table} ADD COLUMN {_column(field)}")
    for field in doctype.columns:
        if field.unique or field.search_index or (doctype.custom and field.fieldtype == "Link"):
            _create_index(connection, doctype, field.fieldname, unique=field.unique)


def _system_column(doctype: DocType, name: str) -> str:
    if name == "name":
        if doctype.autoname == "autoincrement":
            return '"name" INTEGER PRIMARY KEY'
        return f'"name" TEXT COLLATE {COLLATION} PRIMARY KEY'
    if name in {"docstatus", "idx"}:
        return f'"{name}" INTEGER NOT NULL DEFAULT 0'
    return f'"{name}" TEXT COLLATE {COLLATION}'


def _column(field: Field) -> str:
    if field.fieldtype in WHOLE_NUMBERS:
        return f'"{field.fieldname}" INTEGER NOT NULL DEFAULT 0'
    if field.fieldtype in DECIMALS:
        return f'"{field.fieldname}" REAL NOT NULL DEFAULT 0'
    return f'"{field.fieldname}" TEXT COLLATE {COLLATION}'


def _create_index(connection: sqlite3.Connection, doctype: DocType, column: str, *, unique: bool) -> None:
    kind = "UNIQUE INDEX" if unique else "INDEX"
    name = f'"{doctype.name}.{column}"'
    connection.execute(f'CREATE {kind} IF NOT EXISTS {name} ON {doctype.table} ("{column}")')
