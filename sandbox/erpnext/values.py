"""How a value is read, kept and shown, by the type of its field.

In: a value as a caller sent it, or as the database holds it. Out: the value that the database
keeps, the one that an answer echoes, the one that a later read shows: these differ, as on a
real site. It must never fail on a number: text that is none counts as zero.
"""

import json
import math
import re
from datetime import date, datetime, time

from sandbox.erpnext.errors import Refusal, bad_column_value, validation
from sandbox.erpnext.metadata import DECIMALS, WHOLE_NUMBERS, Field

SqlValue = str | int | float | None
DECIMAL_PLACES = 9
_DATE = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
_TIME = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?"
_MOMENT = re.compile(rf"{_DATE}(?:[ T]{_TIME})?")
_CLOCK = re.compile(_TIME)


def whole(value: object) -> int:
    """The value as an Int: cut, not rounded; zero when it is none."""
    if isinstance(value, bool | int):
        return int(value)
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return 0


def decimal(value: object) -> float:
    """The value as a Float, thousands commas dropped; zero when it is none."""
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        number = float(str(value).replace(",", ""))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def echoed(field: Field, value: object) -> object:
    """The value as the answer to a write repeats it: numbers are read, the rest is raw."""
    if field.fieldtype == "Check":
        return 1 if whole(value) else 0
    if field.fieldtype in WHOLE_NUMBERS:
        return whole(value)
    if field.fieldtype in DECIMALS:
        return decimal(value)
    if value == "" and field.fieldtype in {"Date", "Datetime"}:
        return None
    if field.fieldtype == "JSON" and isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value


def stored(doctype: str, field: Field, value: object) -> SqlValue:
    """The value as the database keeps it. Raises Refusal for what it would not take."""
    if field.is_number:
        number = echoed(field, value)
        return round(number, DECIMAL_PLACES) if isinstance(number, float) else whole(number)
    if value is None:
        return None
    if isinstance(value, list):
        raise validation(f"Value for {field.label} cannot be a list")
    if isinstance(value, dict):
        raise Refusal.crashed("TypeError", "dict can not be used as parameter")
    if isinstance(value, bool):
        return str(int(value))
    text = str(value)
    match field.fieldtype:
        case "Date" | "Datetime" | "Time":
            if not text:
                return None
            kept = read_moment(field.fieldtype, text)
            if kept is None:
                raise bad_column_value(field.fieldtype.lower(), value, doctype, field.fieldname)
            return kept
        case _:
            return text


def read_moment(fieldtype: str, text: str) -> str | None:
    """A Date, Datetime or Time in the form the database keeps; None when it is not one."""
    if fieldtype == "Time":
        return _read_time(text)
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction = found.groups()
    try:
        moment = datetime(  # noqa: DTZ001 - the site's own time, which carries no offset
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")),
        )
    except ValueError:
        return None
    return str(moment.date()) if fieldtype == "Date" else str(moment)


def _read_time(text: str) -> str | None:
    found = _CLOCK.fullmatch(text.rpartition(" ")[2])
    if found is None:
        return None
    hour, minute, second, fraction = found.groups()
    micro = int((fraction or "0").ljust(6, "0"))
    try:
        return str(time(int(hour), int(minute), int(second or 0), micro))
    except ValueError:
        return None


def shown(fieldtype: str, value: SqlValue) -> SqlValue:
    """A kept value as a read shows it: times lose their leading zero."""
    if fieldtype == "Time" and isinstance(value, str):
        return value.removeprefix("0")
    return value


def moment_text(moment: datetime) -> str:
    """A moment as documents carry it: the site's own time, to the microsecond."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def default_value(field: Field, *, now: datetime, user: str) -> object:
    """What a field holds when nobody said: its default, spelled out; None without one."""
    if field.default is None:
        return None
    spelled: dict[str, object] = {
        "today": str(now.date()),
        "now": moment_text(now) if field.fieldtype != "Time" else str(now.time()),
        "__user": user,
    }
    text = field.default
    if text.lower() in spelled and field.fieldtype in {"Date", "Datetime", "Time", "Data", "Link"}:
        return spelled[text.lower()]
    return None if text.startswith((":", "{")) else text


def as_date(value: object) -> date | None:
    """The day that a Date or Datetime value names."""
    kept = read_moment("Date", str(value)) if value else None
    return date.fromisoformat(kept) if kept else None
