"""The 911 provider answers by its OpenAPI contract, route by route, and serves every route of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from contract_calls import Call, Contract
from demo_company import e911

from sandbox import create_app
from sandbox.world import World

CONTRACT = Contract("e911")
NUMBER = "/registrations/{did}"
ENTRY = {
    "civic_number": "64A",
    "apartment": "2",
    "street": "Rue Churchill",
    "city": "Huntingdon",
    "province": "QC",
    "postal_code": "J0S 1H0",
    "cauca_code": "69055",
    "class": "RES",
    "first_name": "Robert",
    "last_name": "Dubois",
    "enhanced_capable": True,
}
JEAN, NOBODY, NO_PATH = {"did": "4502722408"}, {"did": "4502647019"}, {"did": "450/272"}
KEY = {"Idempotency-Key": "k"}
STALE = {**KEY, "If-Match": "99"}

CALLS = (
    Call("get", "/municipalities", 200),
    Call("get", "/municipalities", 401, token=False),
    Call("get", "/registrations", 200, query={"limit": "3"}),
    Call("get", "/registrations", 401, token=False),
    Call("get", "/registrations", 422, query={"limit": "0"}),
    Call("get", NUMBER, 200, JEAN),
    Call("get", NUMBER, 200, {"did": "$PENDING"}),
    Call("get", NUMBER, 200, {"did": "$REJECTED"}),
    Call("get", NUMBER, 401, JEAN, token=False),
    Call("get", NUMBER, 404, NOBODY),
    Call("put", NUMBER, 200, {"did": "$ACCEPTED"}, body=ENTRY, headers=KEY),
    Call("put", NUMBER, 202, JEAN, body=ENTRY, headers=KEY),
    Call("put", NUMBER, 401, JEAN, body=ENTRY, headers=KEY, token=False),
    Call("put", NUMBER, 404, NO_PATH, body=ENTRY, headers=KEY),
    Call("put", NUMBER, 409, JEAN, body=ENTRY, headers=STALE),
    Call("put", NUMBER, 422, JEAN, body={**ENTRY, "cauca_code": "69037"}, headers=KEY),
    Call("delete", NUMBER, 200, JEAN, headers=KEY),
    Call("delete", NUMBER, 401, JEAN, headers=KEY, token=False),
    Call("delete", NUMBER, 404, NOBODY, headers=KEY),
    Call("delete", NUMBER, 409, JEAN, headers=STALE),
    Call("delete", NUMBER, 422, JEAN),
)


@pytest.fixture
async def provider(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with e911(create_app(world)) as client:
        yield client


def test_every_answer_of_the_contract_is_tried() -> None:
    assert {(call.method, call.path, call.status) for call in CALLS} == CONTRACT.promised


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_each_route_answers_by_the_contract(provider: httpx.AsyncClient, call: Call) -> None:
    await CONTRACT.holds(provider, call, await _names(provider))


def test_requests_of_the_tests_fit_the_contract_too() -> None:
    CONTRACT.check(ENTRY, "Entry")


async def _names(provider: httpx.AsyncClient) -> dict[str, str]:
    """Numbers in the states that calls need."""
    names = {"$ACCEPTED": "8195551234", "$REJECTED": "4502647001", "$PENDING": "4502647002"}
    for seconds, name, civic_number in (
        (1e-6, "$ACCEPTED", "64A"),
        (1e-6, "$REJECTED", "12345"),
        (60, "$PENDING", "64A"),
    ):
        await provider.put("http://demo/_sandbox/e911", json={"acceptance_seconds": seconds})
        entry = {**ENTRY, "civic_number": civic_number}
        url = f"/registrations/{names[name]}"
        answer = await provider.put(url, json=entry, headers={"Idempotency-Key": name})
        assert answer.status_code == 202, answer.text
    return names
