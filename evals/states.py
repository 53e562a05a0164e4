"""Whether the outside world is, in the end, as a case expects: its records and devices, read over plain HTTP.

Enters: one client per system and the expectations of a case. Leaves: a sentence per expectation that does not hold.
It only reads, and it does so past the agent and its clients, which are what is being judged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx

from evals.cases import StateExpectation
from evals.names import bare
from evals.values import number_of

_MOST_RECORDS = 50
Record = Mapping[str, Any]


async def unmet(expectations: Sequence[StateExpectation], systems: Mapping[str, httpx.AsyncClient]) -> list[str]:
    """The expectations that do not hold, each with what was found; ``systems`` by name, ``erpnext`` and others."""
    faults = [await _fault(expectation, systems) for expectation in expectations]
    return [fault for fault in faults if fault is not None]


async def _fault(expectation: StateExpectation, systems: Mapping[str, httpx.AsyncClient]) -> str | None:
    system = expectation.system or "erpnext"
    client = systems.get(system)
    if client is None:
        return f"{system} is not served here, so that its state cannot be told"
    try:
        records = await _records(client, expectation)
    except httpx.HTTPError as error:
        return f"{_subject(expectation)}: could not be read ({type(error).__name__})"
    if expectation.absent:
        return f"{_subject(expectation)}: there is one" if records else None
    if not records:
        return f"{_subject(expectation)}: there is none"
    nearest = min((_wrong_fields(expectation.fields, record) for record in records), key=len)
    return f"{_subject(expectation)}: {'; '.join(nearest)}" if nearest else None


async def _records(client: httpx.AsyncClient, expectation: StateExpectation) -> list[Record]:
    if expectation.system == "stripe":
        listed = await _get(client, "/v1/customers/search", {"query": f"metadata['customer']:'{expectation.customer}'"})
        return list((listed or {}).get("data", []))
    if expectation.system is not None:
        found = await _get(client, _place_in(expectation), {})
        # What an ambulance is told now stands inside the registration: its fields are asked for like any others.
        return [] if found is None else [{**(found.get("registered") or {}), **found}]
    resource = f"/api/resource/{quote(str(expectation.doctype), safe='')}"
    names = [expectation.name] if expectation.name is not None else []
    if expectation.filters is not None:
        query = {"filters": json.dumps(expectation.filters, default=str), "limit_page_length": str(_MOST_RECORDS)}
        listed = await _get(client, resource, query)
        names = [row["name"] for row in (listed or {}).get("data", [])]
    # Whole documents, one by one: a list carries no child table.
    whole = [await _get(client, f"{resource}/{quote(str(name), safe='')}", {}) for name in names]
    return [document["data"] for document in whole if document is not None]


async def _get(client: httpx.AsyncClient, path: str, query: Mapping[str, str]) -> dict[str, Any] | None:
    answer = await client.get(path.lstrip("/"), params=dict(query))
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    answer.raise_for_status()
    content: dict[str, Any] = answer.json()
    return content


def _place_in(expectation: StateExpectation) -> str:
    """Where a system other than ERPNext keeps the thing, by the project's own contracts."""
    if expectation.did is not None:
        return f"/v1/{'registrations' if expectation.system == 'e911' else 'lines'}/{expectation.did}"
    if expectation.olt is not None and expectation.port is not None:
        return f"/v1/olts/{quote(expectation.olt, safe='')}/ports/{quote(expectation.port)}"
    return f"/v1/devices/{quote(str(expectation.serial), safe='')}"


def _subject(expectation: StateExpectation) -> str:
    keys = ("doctype", "name", "system", "olt", "port", "serial", "did", "customer")
    words = [str(part) for key in keys if (part := getattr(expectation, key)) is not None]
    if expectation.filters is not None:
        words.append(json.dumps(expectation.filters, default=str, ensure_ascii=False))
    return " ".join(words)


def _wrong_fields(wanted: Mapping[str, Any], record: Record) -> list[str]:
    return [
        f"{field} is {record.get(field)!r} and not {value!r}" if field in record else f"{field} is not there"
        for field, value in wanted.items()
        if not holds(value, record.get(field))
    ]


def holds(wanted: object, found: object) -> bool:
    """Whether a value found in a system is the one wanted: Frappe says 0 and 1, and "" for nothing."""
    if wanted in (None, "") or found in (None, ""):
        return wanted in (None, "") and found in (None, "")
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(holds(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(holds(one, other) for one, other in zip(wanted, found, strict=True))
        )
    number = _figure(wanted)
    if number is not None:
        return number == _figure(found)
    return _is_same_text(str(wanted), str(found))


def _figure(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, bool) else number_of(value)


def _is_same_text(wanted: str, found: str) -> bool:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", wanted):
        return found[:10] == wanted
    return bare(wanted) == bare(re.sub(r"<[^>]+>", " ", found))
