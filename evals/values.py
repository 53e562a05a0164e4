"""Whether two values of one field are the same value, by the rules of "Equality in evaluations".

Enters: two values as YAML or JSON carries them. Leaves: yes or no. A value that cannot be read as its kind (a date
that is none) is compared as text: it never raises, because what an engine answers is not ours to choose.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.directory import digits
from evals.catalogue import WHO, Kind, kind_of
from evals.names import Names, bare, compact, looks_like_phone, readings, same_words

_DEPARTMENTS = {
    "billing": "facturation",
    "accounting": "facturation",
    "comptabilite": "facturation",
    "technical support": "support",
    "tech support": "support",
    "soutien": "support",
    "soutien technique": "support",
    "support technique": "support",
    "installations": "installation",
}


def is_absent(value: object) -> bool:
    """Null, and what says no more than null: an empty text, list or mapping."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value) or _is_blank(value)


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def same_value(field: str, one: object, other: object, names: Names) -> bool:
    """Whether a field's two values, neither of them absent, are the same."""
    return _SAME[kind_of(field)](one, other, names)


def day_of(value: object) -> dt.date | None:
    """The value as a day, or None where it is none."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None


def number_of(value: object) -> Decimal | None:
    """The value as a number (``150``, ``"1,250.50"``, ``"1 250,50 $"``), or None where it is none."""
    if isinstance(value, bool):
        return None
    figure = re.sub(r"[\s\u00a0\u202f$]", "", str(value))
    if re.fullmatch(r"[+-]?\d+,\d{1,2}", figure):
        figure = figure.replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})*,\d{1,2}", figure):
        figure = figure.replace(".", "").replace(",", ".")
    try:
        number = Decimal(figure.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def time_of(value: object) -> str | None:
    """The value as ``HH:MM``. YAML reads an unquoted ``14:30`` as 870, in base sixty: that is a time, too."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value // 60:02}:{value % 60:02}"
    found = re.fullmatch(r"(\d{1,2})[:h](\d{2})(:\d{2})?", str(value).strip().casefold())
    return f"{int(found[1]):02}:{found[2]}" if found else None


def _same_text(one: object, other: object, _names: Names) -> bool:
    return same_words(readings(_word(one)), readings(_word(other)))


def _word(value: object) -> str:
    # YAML reads an unquoted ``off`` as false; the catalogue knows the word (switch_autopay.provider).
    return {False: "off", True: "on"}[value] if isinstance(value, bool) else str(value)


def _same_code(one: object, other: object, _names: Names) -> bool:
    return compact(str(one)) == compact(str(other))


def _same_email(one: object, other: object, _names: Names) -> bool:
    return str(one).strip().casefold() == str(other).strip().casefold()


def _same_phone(one: object, other: object, names: Names) -> bool:
    if looks_like_phone(str(one)) or looks_like_phone(str(other)):
        return digits(str(one)) == digits(str(other))
    return _same_text(one, other, names)


def _same_customer(one: object, other: object, names: Names) -> bool:
    a, b = str(one), str(other)
    known = names.customer(a)
    if known is not None and known == names.customer(b):
        return True
    if "@" in a or "@" in b:
        return _same_email(a, b, names)
    return _same_phone(a, b, names)


def _same_technician(one: object, other: object, names: Names) -> bool:
    known = names.technician(str(one))
    return (known is not None and known == names.technician(str(other))) or _same_text(one, other, names)


def _same_item(one: object, other: object, names: Names) -> bool:
    known = names.item(str(one))
    return (known is not None and known == names.item(str(other))) or _same_text(one, other, names)


def _same_items(one: object, other: object, names: Names) -> bool:
    return _same_set(_entries(one), _entries(other), lambda a, b: _same_entry(a, b, names))


def _entries(value: object) -> list[Any]:
    listed: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
    return [entry if isinstance(entry, Mapping) else {"item": entry} for entry in listed]


def _same_entry(one: Mapping[str, Any], other: Mapping[str, Any], names: Names) -> bool:
    left, right = _stated(one), _stated(other)
    return left.keys() == right.keys() and all(
        same_value(field, value, right[field], names) for field, value in left.items()
    )


def _stated(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"qty": 1, **{field: value for field, value in entry.items() if not is_absent(value)}}


def _same_date(one: object, other: object, names: Names) -> bool:
    day = day_of(one)
    return day == day_of(other) if day is not None else _same_text(one, other, names)


def _same_time(one: object, other: object, names: Names) -> bool:
    time = time_of(one)
    return time == time_of(other) if time is not None else _same_text(one, other, names)


def _same_number(one: object, other: object, names: Names) -> bool:
    number = number_of(one)
    return number == number_of(other) if number is not None else _same_text(one, other, names)


def _same_flag(one: object, other: object, _names: Names) -> bool:
    return _flag(one) == _flag(other)


def _flag(value: object) -> object:
    word = bare(str(value))
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(word, word)


def _both_present(_one: object, _other: object, _names: Names) -> bool:
    return True


def _same_department(one: object, other: object, _names: Names) -> bool:
    return _department(one) == _department(other)


def _department(value: object) -> str:
    name = bare(str(value))
    return _DEPARTMENTS.get(name, name)


def _same_names(one: object, other: object, names: Names) -> bool:
    return _same_set(_listed(one), _listed(other), lambda a, b: _same_text(a, b, names))


def _same_missing(one: object, other: object, _names: Names) -> bool:
    return _missing(one) == _missing(other)


def _missing(value: object) -> frozenset[str]:
    # A customer, a location and a number each lead to the one who is meant.
    return frozenset("who" if field in WHO else field for field in map(str, _listed(value)))


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _same_set(one: Sequence[Any], other: Sequence[Any], same: Callable[[Any, Any], bool]) -> bool:
    rest = list(other)
    for entry in one:
        twin = next((index for index, candidate in enumerate(rest) if same(entry, candidate)), None)
        if twin is None:
            return False
        del rest[twin]
    return not rest


def _same_changes(one: object, other: object, names: Names) -> bool:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    left = {str(field): value for field, value in one.items() if not is_absent(value)}
    right = {str(field): value for field, value in other.items() if not is_absent(value)}
    return left.keys() == right.keys() and all(
        same_value(field, value, right[field], names) for field, value in left.items()
    )


_SAME: Mapping[Kind, Callable[[object, object, Names], bool]] = {
    "text": _same_text,
    "address": _same_text,
    "customer": _same_customer,
    "technician": _same_technician,
    "item": _same_item,
    "items": _same_items,
    "phone": _same_phone,
    "email": _same_email,
    "code": _same_code,
    "date": _same_date,
    "time": _same_time,
    "number": _same_number,
    "flag": _same_flag,
    "presence": _both_present,
    "department": _same_department,
    "names": _same_names,
    "missing": _same_missing,
    "changes": _same_changes,
}
