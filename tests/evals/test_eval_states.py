"""The end state, read over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from evals.cases import StateExpectation
from evals.states import holds, unmet

CUSTOMERS = {
    "C-10003": {"name": "C-10003", "is_suspended": 1, "suspended_on": "2026-02-20", "suspension_reason": ""},
    "C-1/2 é": {
        "name": "C-1/2 é",
        "is_suspended": 0,
        "table": [{"amount": 50.0, "idx": 1}, {"amount": 25.0, "idx": 2}],
    },
}
PORT = {"olt": "OLT-EAST", "port": "1/2/3", "enabled": False}


async def listed(request: Request) -> JSONResponse:
    wanted = json.loads(request.query_params["filters"])
    fits = [row for row in CUSTOMERS.values() if all(row.get(key) == value for key, value in wanted.items())]
    return JSONResponse({"data": [{"name": row["name"]} for row in fits]})


async def document(request: Request) -> JSONResponse:
    found = CUSTOMERS.get(request.path_params["name"])
    return JSONResponse({"data": found}) if found else JSONResponse({}, 404)


async def port(_request: Request) -> JSONResponse:
    return JSONResponse(PORT)


async def broken(_request: Request) -> JSONResponse:
    return JSONResponse({}, 500)


@pytest.fixture
async def systems() -> AsyncIterator[Mapping[str, httpx.AsyncClient]]:
    app = Starlette(
        routes=[
            Route("/api/resource/Customer", listed),
            Route("/api/resource/Customer/{name:path}", document),
            Route("/hub/v1/olts/OLT-EAST/ports/1/2/3", port),
            Route("/hub/v1/devices/BROKEN", broken),
        ]
    )
    transport = httpx.ASGITransport(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://demo") as erpnext,
        httpx.AsyncClient(transport=transport, base_url="http://demo/hub") as hub,
    ):
        yield {"erpnext": erpnext, "hub": hub}


@pytest.mark.parametrize(
    "expected",
    [
        {"doctype": "Customer", "name": "C-10003", "fields": {"is_suspended": True, "suspension_reason": None}},
        {"doctype": "Customer", "filters": {"is_suspended": 1}, "fields": {"name": "C-10003"}},
        {"doctype": "Customer", "name": "C-1/2 é", "fields": {"table": [{"amount": 50}, {"amount": "25.00"}]}},
        {"system": "hub", "olt": "OLT-EAST", "port": "1/2/3", "fields": {"enabled": False}},
        {"doctype": "Customer", "name": "C-9", "absent": True},
    ],
)
async def test_a_state_that_holds_has_no_fault(
    systems: Mapping[str, httpx.AsyncClient], expected: dict[str, Any]
) -> None:
    assert await unmet([StateExpectation.model_validate(expected)], systems) == []


@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        ({"doctype": "Customer", "name": "C-10003", "fields": {"is_suspended": 0}}, "is_suspended is 1 and not 0"),
        ({"doctype": "Customer", "name": "C-10003", "fields": {"colour": "blue"}}, "colour is not there"),
        ({"doctype": "Customer", "name": "C-9", "fields": {"name": "C-9"}}, "Customer C-9: there is none"),
        ({"doctype": "Customer", "filters": {"name": "C-9"}, "fields": {"name": "C-9"}}, "there is none"),
        ({"system": "hub", "olt": "OLT-EAST", "port": "1/2/3", "fields": {"enabled": True}}, "enabled is False"),
        ({"system": "hub", "serial": "NONE", "fields": {"online": True}}, "hub NONE: there is none"),
        ({"system": "hub", "serial": "BROKEN", "fields": {"online": True}}, "could not be read (HTTPStatusError)"),
        ({"system": "pbx", "did": "4502722408", "fields": {"state": "active"}}, "pbx is not served here"),
        ({"doctype": "Customer", "name": "C-10003", "absent": True}, "there is one"),
    ],
)
async def test_a_state_that_does_not_hold_says_what_was_found(
    systems: Mapping[str, httpx.AsyncClient], expected: dict[str, Any], fault: str
) -> None:
    (told,) = await unmet([StateExpectation.model_validate(expected)], systems)
    assert fault in told


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (1, True, True),
        (False, 0, True),
        ("150.00", 150.0, True),
        (None, "", True),
        (None, 0, False),
        (0, None, False),
        ("2026-03-12", "2026-03-12 09:00:01", True),
        ("2026-03-12", "2026-03-13", False),
        ("Called her.", "<div><p>called her</p></div>", True),
        ("Open", "Cancelled", False),
        ([1], [1, 2], False),
        ({"a": 1}, "a", False),
    ],
)
def test_values_hold_as_frappe_writes_them(wanted: object, found: object, same: bool) -> None:  # noqa: FBT001
    assert holds(wanted, found) is same
