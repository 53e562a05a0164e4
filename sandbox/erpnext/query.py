"""List queries: which documents, which of their fields, in what order, how many.

In: a DocType and the query's arguments as the API takes them. Out: rows.
Whether the caller may read the DocType is asked by `Site`, before it comes here.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sandbox.erpnext.catalogue import Catalogue
from sandbox.erpnext.errors import Refusal
from sandbox.erpnext.expressions import Selected, Source, ordered, selected
from sandbox.erpnext.filters import Condition, conditions
from sandbox.erpnext.metadata import DocType
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import SqlValue, shown
from sandbox.world import World


@dataclass(frozen=True)
class ListQuery:
    """A list query: what the API's arguments of the same names hold."""

    fields: tuple[object, ...] = ("name",)
    filters: object = None
    or_filters: object = None
    order_by: str = ""
    group_by: str = ""
    limit_start: int = 0
    limit: int = 20
    owner: str | None = None


@dataclass(frozen=True)
class Answer:
    """The rows of a query, and the SQL that found them."""

    names: tuple[str, ...]
    rows: list[tuple[SqlValue, ...]]
    sql: str

    def dictionaries(self) -> list[dict[str, SqlValue]]:
        """Each row by column."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


def run(world: World, catalogue: Catalogue, doctype: DocType, query: ListQuery, now: datetime) -> Answer:
    """The answer to a list query. Raises Refusal for a query that makes no sense."""
    source = Source(catalogue, doctype)
    columns = _columns(source, query.fields)
    aliases = frozenset(column.alias for column in columns)
    where, parameters = _where(source, query, now)
    if query.limit < 0:
        raise _syntax_error(query.limit, query.limit_start)
    tail = ["WHERE", where] if where else []
    if query.group_by:
        tail += ["GROUP BY", ordered(source, query.group_by, aliases, "GROUP BY")]
    if query.order_by:
        tail += ["ORDER BY", ordered(source, query.order_by, aliases, "ORDER BY")]
    if query.limit:
        tail.append(f"LIMIT {query.limit} OFFSET {query.limit_start}")
    head = "SELECT DISTINCT" if any(column.distinct for column in columns) else "SELECT"
    wanted = ", ".join(f'{column.sql} AS "{_quoted(column.alias)}"' for column in columns)
    sql = statement(head, wanted, "FROM", doctype.table, *source.joins.values(), *tail)
    found = _found(world, sql, parameters)
    kinds = [column.fieldtype for column in columns]
    rows = [tuple(map(shown, kinds, row)) for row in found]
    return Answer(tuple(column.alias for column in columns), rows, sql)


def count(world: World, catalogue: Catalogue, doctype: DocType, query: ListQuery, now: datetime) -> int:
    """How many documents fit the conditions of a query."""
    source = Source(catalogue, doctype)
    where, parameters = _where(source, query, now)
    parts = ["SELECT COUNT(DISTINCT", f"{doctype.table}.name", ") FROM", doctype.table]
    parts += source.joins.values()
    if where:
        parts += ["WHERE", where]
    [(number,)] = _found(world, statement(*parts), parameters)
    return int(number or 0)


def _found(world: World, sql: str, parameters: list[SqlValue]) -> list[tuple[SqlValue, ...]]:
    """The rows of a query. Raises Refusal for one whose known words make no sense together."""
    try:
        with world.reading() as connection:
            return connection.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        message = "(1064, 'You have an error in your SQL syntax')"
        raise Refusal.crashed("ProgrammingError", message, module="pymysql.err") from error


def _columns(source: Source, fields: tuple[object, ...]) -> list[Selected]:
    columns: list[Selected] = []
    for entry in fields:
        if not isinstance(entry, str):
            raise Refusal.crashed("TypeError", f"unhashable type: '{type(entry).__name__}'")
        columns += selected(source, entry)
    return columns or selected(source, "name")


def _where(source: Source, query: ListQuery, now: datetime) -> tuple[str, list[SqlValue]]:
    every = conditions(source, query.filters, now.date())
    either = conditions(source, query.or_filters, now.date())
    if query.owner is not None:
        every.append(Condition(f"{source.doctype.table}.owner = ?", (query.owner,)))
    if either:
        parameters = tuple(value for condition in either for value in condition.parameters)
        sql = " OR ".join(condition.sql for condition in either)
        every.append(Condition(f"({sql})", parameters))
    return (
        " AND ".join(condition.sql for condition in every),
        [value for condition in every for value in condition.parameters],
    )


def _quoted(alias: str) -> str:
    return alias.replace('"', '""')


def _syntax_error(limit: int, start: int) -> Refusal:
    message = (
        '(1064, "You have an error in your SQL syntax; check the manual that corresponds to your'
        f" MariaDB server version for the right syntax to use near '{limit} offset {start}'\")"
    )
    return Refusal.crashed(
        "ProgrammingError",
        message,
        module="pymysql.err",
        _debug_messages=f'["Syntax error in query: limit {limit} offset {start}"]',
    )
