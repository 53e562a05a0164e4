"""How our values are written: for ERPNext, which knows neither offsets nor Decimals, and in the headers of writes.

Enters: values of ours, nested at will. Leaves: what ``json`` can encode and ERPNext reads as meant.
Raises ``ValueError`` for a datetime without a zone, whose meaning would be a guess, and for NaN or infinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

SITE_ZONE = ZoneInfo("America/Toronto")
"""The zone of the company's site, in which ERPNext's datetimes are told, without an offset."""


def encode(value: object) -> object:
    """A value as ERPNext takes it.

    A moment becomes site-local ``YYYY-MM-DD HH:MM:SS`` (with microseconds only where it has some), a Decimal a JSON
    number, because a controller computes with what it is sent before the column coerces it; a bool becomes 0 or 1.
    """
    match value:
        case Mapping():
            return {str(key): encode(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [encode(item) for item in value]
        case _:
            return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case bool():
            return int(value)
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()
        case Decimal():
            return _number(value)
        case _:
            return value


def site_moment(value: datetime) -> str:
    """A moment as ERPNext keeps it, to the second; raises ``ValueError`` for one without a zone."""
    return _moment(value.replace(microsecond=0))


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a datetime without a zone")
    return value.astimezone(SITE_ZONE).replace(tzinfo=None).isoformat(sep=" ")


def _number(value: Decimal) -> int | float:
    if not value.is_finite():
        raise ValueError("a number that is not finite")
    return int(value) if value == value.to_integral_value() else float(value)


def write_headers(key: str, version: int | None = None) -> dict[str, str]:
    """The headers of a write to the hub, the PBX or the 911 provider.

    Under the same key it acts once; with a version, only on what has not changed since. Raises ``ValueError`` for an
    empty key.
    """
    if not key:
        raise ValueError("a write needs an idempotency key")
    return {"Idempotency-Key": key} | ({} if version is None else {"If-Match": f'"{version}"'})
