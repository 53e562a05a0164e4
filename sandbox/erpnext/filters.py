"""The conditions of a list query.

In: filters as a list or a dictionary, in Frappe's own forms. Out: SQL with its parameters.
Comparison follows the real thing: `!=`, `not in` and `= ""` match what is null as well.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.collation import COLLATION
from sandbox.erpnext.errors import Refusal, not_found, unknown_column, validation
from sandbox.erpnext.expressions import Column, Source
from sandbox.erpnext.metadata import DECIMALS, WHOLE_NUMBERS
from sandbox.erpnext.sql import statement
from sandbox.erpnext.values import SqlValue, decimal, read_moment

_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=", "like", "not like")
_TREE = ("descendants of", "not descendants of", "ancestors of", "not ancestors of")
OPERATORS = (*_COMPARISONS, "in", "not in", "between", "is", "timespan", "previous", "next", *_TREE)
_NOTHING = {"Date": "0001-01-01", "Datetime": "0001-01-01 00:00:00", "Time": "00:00:00"}
_END_OF_DAY = " 23:59:59.999999"
_DATED = frozenset(_NOTHING)


@dataclass(frozen=True)
class Condition:
    """A piece of SQL and the values it takes."""

    sql: str
    parameters: tuple[SqlValue, ...] = ()


def conditions(source: Source, filters: object, today: date) -> list[Condition]:
    """The conditions that filters in any of Frappe's forms state."""
    if not filters:
        return []
    if isinstance(filters, Mapping):
        return [
            _condition(source, ("", str(fieldname), *_operator_and_value(value)), today)
            for fieldname, value in filters.items()
        ]
    if not isinstance(filters, list):
        raise Refusal.crashed("TypeError", "filters must be a list or a dictionary")
    return [_listed(source, entry, today) for entry in filters]


def _operator_and_value(value: object) -> tuple[str, object]:
    if isinstance(value, list | tuple) and value:
        return str(value[0]), value[1] if len(value) > 1 else None
    return "=", value


def _listed(source: Source, entry: object, today: date) -> Condition:
    if isinstance(entry, str):
        raise not_found("DocType", entry[:1])
    if isinstance(entry, Mapping):
        [(fieldname, value)] = entry.items()
        return _condition(source, ("", str(fieldname), *_operator_and_value(value)), today)
    match entry:
        case [fieldname, operator, value]:
            return _condition(source, ("", str(fieldname), str(operator), value), today)
        case [doctype, fieldname, operator, value, *_]:
            return _condition(source, (str(doctype), str(fieldname), str(operator), value), today)
        case [fieldname, value]:
            return _condition(source, ("", str(fieldname), "=", value), today)
        case _:
            raise Refusal.crashed("IndexError", "list index out of range")


def _condition(source: Source, asked: tuple[str, str, str, object], today: date) -> Condition:
    """The condition that a DocType, a field, an operator and a value state."""
    doctype, fieldname, given, value = asked
    operator = given.lower()
    if operator not in OPERATORS:
        raise validation(f"Operator must be one of {', '.join(OPERATORS)}")
    if "." in fieldname and "`" not in fieldname:
        raise unknown_column(f"tab{source.doctype.name}.{fieldname}", "WHERE")
    column = source.row_column(doctype or source.doctype.name, fieldname)
    match operator:
        case "in" | "not in":
            return _in(column, operator, value)
        case "between":
            return _between(column, value)
        case "is":
            is_set = str(value).lower() == "set"
            return Condition(f"{_or_nothing(column)} {'!=' if is_set else '='} ''")
        case "timespan" | "previous" | "next":
            first, last = timespan(operator, str(value).lower(), today)
            return _between(column, [str(first), str(last)])
        case _ if operator in _TREE:
            return _tree(source, column, operator, str(value))
        case _:
            return _compared(column, operator, value)


def _compared(column: Column, operator: str, value: object) -> Condition:
    operand = operand_for(column, value)
    if column.fieldtype in WHOLE_NUMBERS | DECIMALS and operator not in {"like", "not like"}:
        return Condition(f"{column.sql} {operator} ?", (operand,))
    if operator == "=" and operand in {None, ""}:
        return Condition(f"{_or_nothing(column)} = ''")
    if operator in {"=", "like"}:
        return Condition(f"{column.sql} {operator} ?", (operand,))
    found = _or_nothing(column, _NOTHING.get(column.fieldtype, ""))
    return Condition(f"{found} {operator} ?", ("" if operand is None else operand,))


def _or_nothing(column: Column, nothing: str = "") -> str:
    """The column with null as an empty value, still compared without case or accents."""
    return f"IFNULL({column.sql}, '{nothing}') COLLATE {COLLATION}"


def _in(column: Column, operator: str, value: object) -> Condition:
    listed = value.split(",") if isinstance(value, str) else value
    values = list(listed) if isinstance(listed, list | tuple) else [listed]
    operands = [operand_for(column, v.strip() if isinstance(v, str) else v) for v in values]
    marks = ", ".join("?" for _ in operands)
    with_null = operator == "not in" or None in operands or "" in operands
    found = _or_nothing(column) if with_null else column.sql
    parameters = tuple("" if operand is None else operand for operand in operands)
    return Condition(f"{found} {operator} ({marks})", parameters)


def _between(column: Column, value: object) -> Condition:
    match value:
        case [first, last]:
            low, high = operand_for(column, first), operand_for(column, last)
        case _:
            raise validation("between takes two values")
    if column.fieldtype not in _DATED:  # the real thing makes a broken query of it
        raise Refusal.crashed(
            "ProgrammingError",
            "(1064, 'You have an error in your SQL syntax')",
            module="pymysql.err",
            _debug_messages='["Syntax error in query"]',
        )
    if column.fieldtype == "Datetime" and isinstance(high, str) and ":" not in str(last):
        high = high.partition(" ")[0] + _END_OF_DAY
    return Condition(f"{column.sql} BETWEEN ? AND ?", (low, high))


def operand_for(column: Column, value: object) -> SqlValue:
    """A value as the database compares it with a column."""
    if column.fieldtype in WHOLE_NUMBERS | DECIMALS:
        return decimal(value or 0)
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    text = str(value)
    if column.fieldtype in _DATED and text:
        return read_moment(column.fieldtype, text) or text
    return value if isinstance(value, int) and column.fieldname == "name" else text


def _tree(source: Source, column: Column, operator: str, value: str) -> Condition:
    """The documents under or over one in a tree, found by each one's parent."""
    field = source.doctype.by_name.get(column.fieldname)
    target = source.catalogue.get(field.options) if field and field.options else source.doctype
    up = f'"parent_{target.name.lower().replace(" ", "_")}"'
    table = target.table
    if "descendants" in operator:
        start = statement("SELECT name FROM", table, "WHERE", up, "= ?")
        step = statement("SELECT t.name FROM", table, "t JOIN found ON", f"t.{up}", "= found.name")
    else:
        start = statement("SELECT", up, "FROM", table, "WHERE name = ?")
        step = statement("SELECT", f"t.{up}", "FROM", table, "t JOIN found ON t.name = found.name")
    inner = statement("WITH RECURSIVE found(name) AS (", start, "UNION", step, ") SELECT name FROM found")
    negation = "NOT IN" if operator.startswith("not") else "IN"
    found = _or_nothing(column)
    return Condition(statement(found, negation, "(", inner, ")"), (value,))


def timespan(operator: str, text: str, today: date) -> tuple[date, date]:
    """The first and last day of `last month`, `this week`, `today`, ... or of `next 1 week`."""
    if operator in {"previous", "next"}:
        number, _, unit = text.partition(" ")
        sign = -1 if operator == "previous" else 1
        other = _moved(today, unit, sign * int(number or 1))
        return (other, today) if sign < 0 else (today, other)
    which, _, unit = text.partition(" ")
    single = {"yesterday": -1, "today": 0, "tomorrow": 1}
    if text in single:
        day = today + timedelta(days=single[text])
        return day, day
    if which in {"last", "next"} and unit[:1].isdigit():
        number, _, name = unit.partition(" ")
        other = _moved(today, name, int(number) * (-1 if which == "last" else 1))
        return (other, today) if which == "last" else (today, other)
    return _period(_moved(today, unit, {"last": -1, "this": 0, "next": 1}.get(which, 0)), unit)


def _moved(day: date, unit: str, count: int) -> date:
    kind = unit.rstrip("s")
    if kind in {"day", "week"}:
        return day + timedelta(days=count * (7 if kind == "week" else 1))
    months = count * {"month": 1, "quarter": 3, "year": 12}.get(kind, 0)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _period(day: date, unit: str) -> tuple[date, date]:
    if unit == "week":
        first = day - timedelta(days=(day.weekday() + 1) % 7)
        return first, first + timedelta(days=6)
    length = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if length is None:
        raise validation(f"Unknown timespan {unit}")
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return first, _moved(first, "month", length) - timedelta(days=1)
