"""How a new document gets its name.

In: a DocType, the document's values, the site's time. Out: a name. Counters live in the
database and are taken in the document's own transaction, so that a name which was refused is
handed out again, and two processes never hand out the same one.
"""

import re
import secrets
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from sandbox.erpnext.errors import Refusal, validation
from sandbox.erpnext.metadata import DocType

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_FORMAT_PART = re.compile(r"\{([^}]+)\}")
DEFAULT_DIGITS = 5
_NAME_LENGTH = 10
# More than ten letters and digits hold, so that every name is as likely.
_NAME_BITS = 64


def hash_name() -> str:
    """Ten random letters and digits, as rows and nameless documents bear."""
    number, letters = secrets.randbits(_NAME_BITS), []
    for _ in range(_NAME_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)


def automatic_name(
    connection: sqlite3.Connection,
    doctype: DocType,
    values: Mapping[str, object],
    now: datetime,
) -> str | int:
    """The name that the DocType's rule gives.

    Raises Refusal when the rule needs a value that is missing.
    """
    rule = doctype.autoname
    kind, _, argument = rule.partition(":")
    match kind.lower():
        case "autoincrement":
            return next_number(connection, f"autoincrement:{doctype.name}")
        case "field":
            return _from_field(doctype, argument, values)
        case "format":
            return _from_format(connection, argument, values, now)
        case "naming_series":
            return from_series(connection, _series_of(doctype, values), values, now)
        case "prompt":
            raise validation(f"Please set the document name: {doctype.name}")
        case "" | "hash":
            return hash_name()
        case _:
            return from_series(connection, rule, values, now)


def from_series(connection: sqlite3.Connection, series: str, values: Mapping[str, object], now: datetime) -> str:
    """The next name of a series such as `INV-.YYYY.-.#####`; five digits unless it says."""
    pattern = series if "#" in series else f"{series}.{'#' * DEFAULT_DIGITS}"
    name = ""
    for part in pattern.split("."):
        if part and not part.strip("#"):
            name += f"{next_number(connection, name):0{len(part)}d}"
        else:
            name += _spelled(part, values, now)
    return name


def next_number(connection: sqlite3.Connection, prefix: str) -> int:
    """Count one further in the series of a prefix."""
    (number,) = connection.execute(
        "INSERT INTO naming_series VALUES (?, 1)"
        " ON CONFLICT (prefix) DO UPDATE SET current = current + 1 RETURNING current",
        (prefix,),
    ).fetchone()
    return int(number)


def amended_name(original: str, *, already_amended: bool) -> str:
    """The name of the document that replaces a cancelled one: `-1`, then `-2`, ..."""
    if already_amended:
        stem, _, number = original.rpartition("-")
        return f"{stem}-{int(number) + 1}"
    return f"{original}-1"


def _series_of(doctype: DocType, values: Mapping[str, object]) -> str:
    given = values.get("naming_series")
    if given:
        return str(given)
    field = doctype.by_name.get("naming_series")
    choices = [choice for choice in (field.choices if field else ()) if choice]
    if not choices:
        raise validation("Naming Series mandatory")
    return choices[0]


def _from_field(doctype: DocType, fieldname: str, values: Mapping[str, object]) -> str:
    value = str(values.get(fieldname) or "").strip()
    if not value:
        raise validation(f"{doctype.label(fieldname)} is required")
    return value


def _from_format(connection: sqlite3.Connection, pattern: str, values: Mapping[str, object], now: datetime) -> str:
    def part(found: re.Match[str]) -> str:
        inside = found.group(1)
        if not inside.strip("#"):
            return f"{next_number(connection, ''):0{len(inside)}d}"
        return _spelled(inside, values, now)

    return _FORMAT_PART.sub(part, pattern)


def _spelled(part: str, values: Mapping[str, object], now: datetime) -> str:
    spelled = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}
    if part in spelled:
        return now.strftime(spelled[part])
    value = values.get(part)
    return part if value is None or value == "" else str(value)


def refuse_special_characters(name: str) -> None:
    """A derived name holds no angle bracket; raises Refusal otherwise."""
    if "<" in name or ">" in name:
        raise Refusal.thrown("NameError", "Name cannot contain special characters like '<', '>'", status=409)


def set_counter(connection: sqlite3.Connection, prefix: str, number: int) -> None:
    """Let a series go on after `number`: for documents that brought their names along."""
    connection.execute(
        "INSERT INTO naming_series VALUES (?, ?)"
        " ON CONFLICT (prefix) DO UPDATE SET current = max(current, excluded.current)",
        (prefix, number),
    )
