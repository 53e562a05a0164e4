"""Documents as the database holds them: loaded, written, deleted, without any rule.

In: a DocType and values. Out: documents as dictionaries, their rows included.
Nothing here asks whether a write is allowed or valid: `writing` does, before it comes here.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from sandbox.erpnext.catalogue import Catalogue
from sandbox.erpnext.errors import Notice, Refusal
from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import SqlValue, shown, stored
from sandbox.world import World

Values = dict[str, object]


class Records:
    """The tables behind a catalogue of DocTypes."""

    def __init__(self, world: World, catalogue: Catalogue) -> None:
        self.world = world
        self.catalogue = catalogue

    def now(self) -> datetime:
        """The site's time."""
        return self.world.now()

    def find(self, doctype_name: str, name: object) -> str | int | None:
        """The exact name of a document, however its case and accents were typed."""
        doctype = self.catalogue.get(doctype_name)
        with self.world.reading() as connection:
            row = connection.execute(statement("SELECT name FROM", doctype.table, "WHERE name = ?"), (name,)).fetchone()
        return row[0] if row else None

    def value(self, doctype_name: str, name: object, fieldname: str) -> SqlValue:
        """One field of one document; None when either is missing."""
        return self.values(doctype_name, name, [fieldname]).get(fieldname)

    def values(self, doctype_name: str, name: object, fieldnames: Iterable[str]) -> dict[str, SqlValue]:
        """Some fields of one document; empty when it is missing."""
        doctype = self.catalogue.get(doctype_name)
        wanted = [fieldname for fieldname in fieldnames if fieldname in doctype.column_names]
        if not wanted:
            return {}
        columns = ", ".join(f'"{fieldname}"' for fieldname in wanted)
        with self.world.reading() as connection:
            row = connection.execute(
                statement("SELECT", columns, "FROM", doctype.table, "WHERE name = ?"), (name,)
            ).fetchone()
        return dict(zip(wanted, row, strict=True)) if row else {}

    def matching(self, doctype_name: str, **equal: SqlValue) -> list[str]:
        """The names of the documents whose fields equal the values given, by name."""
        doctype = self.catalogue.get(doctype_name)
        where = " AND ".join(f'"{fieldname}" = ?' for fieldname in equal)
        with self.world.reading() as connection:
            rows = connection.execute(
                statement("SELECT name FROM", doctype.table, "WHERE", where, "ORDER BY name"),
                tuple(equal.values()),
            ).fetchall()
        return [row[0] for row in rows]

    def linked_parents(self, parenttype: str, doctype_name: str, name: str) -> list[str]:
        """The documents of `parenttype` that a Dynamic Link ties to a document, oldest first."""
        rows = self.catalogue.get("Dynamic Link")
        with self.world.reading() as connection:
            found = connection.execute(
                statement(
                    "SELECT parent FROM",
                    rows.table,
                    "WHERE link_name = ?",
                    "AND link_doctype = ? AND parenttype = ? ORDER BY rowid",
                ),
                (name, doctype_name, parenttype),
            ).fetchall()
        return [row[0] for row in found]

    def load(self, doctype: DocType, name: object) -> Values | None:
        """A document with all its columns and rows; None when there is none."""
        with self.world.one_moment():
            rows = self._select(doctype, '"name" = ?', (name,))
            if not rows:
                return None
            document = rows[0]
            for field in doctype.tables:
                document[field.fieldname] = self.rows(
                    field.options, doctype.name, str(document["name"]), field.fieldname
                )
        return document

    def rows(self, child_name: str, parenttype: str, parent: str, parentfield: str) -> list[Values]:
        """The rows of one table of one document; none of a DocType that is not served."""
        if child_name not in self.catalogue:
            return []
        return self._select(
            self.catalogue.get(child_name),
            '"parent" = ? AND "parenttype" = ? AND "parentfield" = ? ORDER BY idx',
            (parent, parenttype, parentfield),
        )

    def _select(self, doctype: DocType, condition: str, parameters: tuple[object, ...]) -> list[Values]:
        names = [*doctype.system_columns, *(field.fieldname for field in doctype.columns)]
        columns = ", ".join(f'"{name}"' for name in names)
        with self.world.reading() as connection:
            found = connection.execute(
                statement("SELECT", columns, "FROM", doctype.table, "WHERE", condition),
                parameters,
            ).fetchall()
        kinds = [""] * len(doctype.system_columns) + [f.fieldtype for f in doctype.columns]
        documents: list[Values] = []
        for row in found:
            document: Values = dict(zip(names, map(shown, kinds, row), strict=True))
            document["doctype"] = doctype.name
            documents.append(document)
        return documents

    def insert_row(self, doctype: DocType, document: Mapping[str, object]) -> None:
        """Write a new row. Raises Refusal for a name or a unique value that is taken."""
        row = self._sql_row(doctype, document)
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        with self.world.transaction() as connection:
            try:
                connection.execute(
                    statement("INSERT INTO", doctype.table, "(", columns, ") VALUES (", marks, ")"),
                    tuple(row.values()),
                )
            except sqlite3.IntegrityError as error:
                if self.find(doctype.name, document["name"]) is not None:
                    raise _name_taken(doctype, document["name"]) from error
                raise _value_taken(doctype, document, error) from error

    def insert_rows(self, doctype: DocType, rows: Iterable[Mapping[str, object]]) -> int:
        """Write many rows at once, all of whose columns are set here; returns how many."""
        names = [*doctype.system_columns, *(field.fieldname for field in doctype.columns)]
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" for _ in names)
        with self.world.transaction() as connection:
            cursor = connection.executemany(
                statement("INSERT INTO", doctype.table, "(", columns, ") VALUES (", marks, ")"),
                ([row.get(name) for name in names] for row in rows),
            )
        return cursor.rowcount

    def update_row(self, doctype: DocType, name: object, values: Mapping[str, object]) -> None:
        """Write some columns of a row. Raises Refusal for a unique value that is taken."""
        row = self._sql_row(doctype, values)
        if not row:
            return
        columns = ", ".join(f'"{column}" = ?' for column in row)
        with self.world.transaction() as connection:
            try:
                connection.execute(
                    statement("UPDATE", doctype.table, "SET", columns, "WHERE name = ?"),
                    (*row.values(), name),
                )
            except sqlite3.IntegrityError as error:
                raise _value_taken(doctype, {**values, "name": name}, error) from error

    def delete_row(self, doctype: DocType, name: object) -> None:
        """Delete a row and the rows of its tables."""
        with self.world.transaction() as connection:
            connection.execute(statement("DELETE FROM", doctype.table, "WHERE name = ?"), (name,))
            for field in doctype.tables:
                self.delete_rows(field.options, doctype.name, str(name), field.fieldname)

    def delete_rows(self, child_name: str, parenttype: str, parent: str, parentfield: str) -> None:
        """Delete the rows of one table of one document."""
        if child_name not in self.catalogue:
            return
        table = self.catalogue.get(child_name).table
        with self.world.transaction() as connection:
            connection.execute(
                statement("DELETE FROM", table, "WHERE parent = ? AND parenttype = ? AND parentfield = ?"),
                (parent, parenttype, parentfield),
            )

    def _sql_row(self, doctype: DocType, values: Mapping[str, object]) -> dict[str, SqlValue]:
        row: dict[str, SqlValue] = {}
        for name in doctype.system_columns:
            if name in values:
                row[name] = cast("SqlValue", values[name])
        for field in doctype.columns:
            if field.fieldname in values:
                kept = stored(doctype.name, field, values[field.fieldname])
                is_blank = field.unique and isinstance(kept, str) and not kept.strip()
                row[field.fieldname] = None if is_blank else kept
        return row


def _name_taken(doctype: DocType, name: object) -> Refusal:
    text = f"{doctype.name} <strong>{name}</strong> already exists"
    return Refusal(
        409,
        "DuplicateEntryError",
        f"('{doctype.name}', '{name}', IntegrityError(1062, \"Duplicate entry '{name}' for key 'PRIMARY'\"))",
        notices=[Notice(text, "Duplicate Name", indicator="red")],
    )


def _value_taken(doctype: DocType, document: Mapping[str, object], error: sqlite3.IntegrityError) -> Refusal:
    column = str(error).rpartition(".")[2]
    name = document.get("name")
    value = document.get(column)
    refusal = Refusal(
        417,
        "UniqueValidationError",
        f"('{doctype.name}', '{name}', IntegrityError(1062, \"Duplicate entry '{value}' for key '{column}'\"))",
    )
    refusal.notices.append(Notice(f"{doctype.label(column)} must be unique"))
    return refusal
