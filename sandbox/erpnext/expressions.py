"""The expressions that a list query may hold: fields, aggregates, functions, arithmetic.

In: text such as `sum(grand_total) as total` or `customer.customer_group`. Out: SQL that names
known columns only, and the joins it takes. Text from a caller must never reach the database as
it is: every token is known, or the query is refused.
"""

import re
from dataclasses import dataclass, field

from sandbox.erpnext.catalogue import Catalogue
from sandbox.erpnext.errors import Refusal, field_not_permitted, not_found, unknown_column
from sandbox.erpnext.metadata import DocType

_TOKEN = re.compile(
    r"\s*(?:(?P<quoted>`tab(?P<table>[^`]+)`\.`?(?P<column>\w+)`?)"
    r"|(?P<word>[A-Za-z_]\w*(?:\.\w+)?)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<text>'[^']*'|\"[^\"]*\")|(?P<sign>[-+*/(),]))"
)
_SUBQUERY = re.compile(r"\(?\s*(select|insert|update|delete|drop|union)\b", re.IGNORECASE)
_FUNCTIONS = {
    "sum": "ROUND(SUM(CAST({0} AS REAL)), 9)",
    "avg": "ROUND(AVG({0}), 9)",
    "min": "MIN({0})",
    "max": "MAX({0})",
    "count": "COUNT({0})",
    "year": "CAST(strftime('%Y', {0}) AS INTEGER)",
    "month": "CAST(strftime('%m', {0}) AS INTEGER)",
    "date": "date({0})",
    "date_format": "strftime({1}, {0})",
    "length": "LENGTH({0})",
    "lower": "LOWER({0})",
    "upper": "UPPER({0})",
    "abs": "ABS({0})",
    "round": "ROUND({0}, {1})",
    "ifnull": "IFNULL({0}, {1})",
    "coalesce": "COALESCE({0}, {1})",
}


@dataclass(frozen=True)
class Column:
    """A column as SQL names it, and the type of its field."""

    sql: str
    fieldtype: str
    fieldname: str


@dataclass
class Source:
    """The table that a query reads, with the tables it joins on the way."""

    catalogue: Catalogue
    doctype: DocType
    joins: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """The column of a fieldname, `link.field` or `table.field`.

        Raises Refusal (DataError) for a field that there is not.
        """
        first, dot, last = name.partition(".")
        if not dot:
            return self._own(self.doctype, self.doctype.table, name)
        link = self.doctype.by_name.get(first)
        if link is None or not (link.is_table or link.fieldtype == "Link"):
            raise field_not_permitted(name)
        other = self.catalogue.get(link.options)
        if link.is_table:
            return self._own(other, self._join_rows(other, first), last)
        return self._own(other, self._join_link(other, first), last)

    def row_column(self, child_name: str, fieldname: str) -> Column:
        """The column of a child DocType that is named outright."""
        if child_name == self.doctype.name:
            return self.column(fieldname)
        for table in self.doctype.tables:
            if table.options == child_name:
                child = self.catalogue.get(child_name)
                return self._own(child, self._join_rows(child, table.fieldname), fieldname)
        if not self.catalogue.exists(child_name):
            raise not_found("DocType", child_name)
        raise field_not_permitted(f"{child_name}.{fieldname}")

    def _own(self, doctype: DocType, table: str, name: str) -> Column:
        if name not in doctype.column_names:
            raise field_not_permitted(name)
        known = doctype.by_name.get(name)
        kinds = {"creation": "Datetime", "modified": "Datetime", "docstatus": "Int", "idx": "Int"}
        kind = known.fieldtype if known else kinds.get(name, "Data")
        return Column(f'{table}."{name}"', kind, name)

    def _join_rows(self, child: DocType, fieldname: str) -> str:
        main = self.doctype.table
        self.joins[child.table] = (
            f"LEFT JOIN {child.table} ON {child.table}.parent = {main}.name"
            f" AND {child.table}.parenttype = '{self.doctype.name}'"
            f" AND {child.table}.parentfield = '{fieldname}'"
        )
        return child.table

    def _join_link(self, other: DocType, fieldname: str) -> str:
        alias = f'"linked {fieldname}"'
        self.joins[alias] = f'LEFT JOIN {other.table} AS {alias} ON {alias}.name = {self.doctype.table}."{fieldname}"'
        return alias


@dataclass(frozen=True)
class Selected:
    """One column of a query's answer."""

    sql: str
    alias: str
    fieldtype: str = "Data"
    distinct: bool = False


def selected(source: Source, text: str) -> list[Selected]:
    """The columns that one entry of `fields` asks for; none for a table.

    Raises Refusal, as the real thing does, for what it does not let through.
    """
    if text.strip() == "*":
        names = [*source.doctype.system_columns, *(f.fieldname for f in source.doctype.columns)]
        return [_plain(source.column(name), name) for name in names]
    if _SUBQUERY.match(text.strip()):
        raise Refusal.thrown("DataError", "Use of sub-query or function is restricted")
    distinct = text.lower().startswith("distinct ")
    body = text[len("distinct ") :] if distinct else text
    expression, alias = _split_alias(body)
    known = source.doctype.by_name.get(expression)
    if known is not None and known.is_table:
        return []
    if re.fullmatch(r"[\w.]+", expression):
        column = source.column(expression)
        return [_plain(column, alias or column.fieldname, distinct=distinct)]
    found = _TOKEN.fullmatch(expression)
    if found and found["quoted"]:
        column = source.row_column(found["table"], found["column"])
        return [_plain(column, alias or column.fieldname, distinct=distinct)]
    _refuse_odd(expression)
    return [Selected(translated(source, expression), alias or expression, "", distinct)]


def _plain(column: Column, alias: str, *, distinct: bool = False) -> Selected:
    return Selected(column.sql, alias, column.fieldtype, distinct)


def _split_alias(text: str) -> tuple[str, str]:
    parts = re.split(r"\s+as\s+", text.strip(), maxsplit=1, flags=re.IGNORECASE)
    return parts[0], parts[1].strip("`'\" ") if len(parts) > 1 else ""


def _refuse_odd(expression: str) -> None:
    function, bracket, inside = expression.partition("(")
    if not bracket:
        raise Refusal.crashed("ValueError", "too many values to unpack (expected 3)")
    if function.strip().lower() not in _FUNCTIONS:
        raise Refusal.crashed("IndexError", "list index out of range")
    if inside.strip(" )") == "*":
        raise field_not_permitted("*")


def translated(source: Source, text: str, aliases: frozenset[str] = frozenset()) -> str:
    """An expression as SQL. Raises Refusal for a token or a field that is not known."""
    tokens, place = [], 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise illegal()
        tokens.append(found)
        place = found.end()
    reader = _Reader(source, tokens, aliases)
    sql = reader.read(end=None)
    if reader.place < len(tokens):
        raise illegal()
    return sql


@dataclass
class _Reader:
    source: Source
    tokens: list[re.Match[str]]
    aliases: frozenset[str]
    place: int = 0

    def read(self, end: str | None) -> str:
        parts: list[str] = []
        while self.place < len(self.tokens):
            token = self.tokens[self.place]
            if token["sign"] in {")", ","}:
                break
            self.place += 1
            parts.append(self._part(token))
        if end is None and self.place < len(self.tokens):
            raise illegal()
        return " ".join(parts)

    def _part(self, token: re.Match[str]) -> str:
        if token["quoted"]:
            return self.source.row_column(token["table"], token["column"]).sql
        if token["text"]:
            return "'" + token["text"][1:-1].replace("'", "''") + "'"
        if token["sign"] == "(":
            return f"({self._arguments()[0]})"
        if token["word"]:
            return self._word(token["word"])
        return token["number"] or token["sign"]

    def _word(self, word: str) -> str:
        follows = self.tokens[self.place]["sign"] if self.place < len(self.tokens) else None
        if follows == "(":
            self.place += 1
            shape = _FUNCTIONS.get(word.lower())
            if shape is None:
                raise illegal()
            try:
                return shape.format(*self._arguments())
            except IndexError:
                raise illegal() from None
        return f'"{word}"' if word in self.aliases else self.source.column(word).sql

    def _arguments(self) -> list[str]:
        found: list[str] = []
        while True:
            found.append(self.read(end=")"))
            if self.place >= len(self.tokens):
                raise illegal()
            sign = self.tokens[self.place]["sign"]
            self.place += 1
            if sign == ")":
                return found


def ordered(source: Source, text: str, aliases: frozenset[str], clause: str) -> str:
    """An ORDER BY or GROUP BY list as SQL. Raises Refusal for an unknown column."""
    if ";" in text or "--" in text:
        raise illegal()
    parts = []
    for part in re.split(r",(?![^(]*\))", text):
        # The pattern fits any text, so that there always is a match.
        expression, direction = re.fullmatch(r"\s*(.*?)\s*(asc|desc)?\s*", part, re.IGNORECASE | re.DOTALL).groups()  # type: ignore[union-attr]
        if "." in expression and "`" not in expression:
            raise unknown_column(expression, clause)
        try:
            sql = translated(source, expression, aliases)
        except Refusal as refusal:
            if refusal.exc_type == "DataError":
                raise unknown_column(expression, clause) from refusal
            raise
        parts.append(f"{sql} {direction}" if direction else sql)
    return ", ".join(parts)


def illegal() -> Refusal:
    """What a query is told that tries more than a query may."""
    return Refusal.thrown("ValidationError", "Illegal SQL Query")
