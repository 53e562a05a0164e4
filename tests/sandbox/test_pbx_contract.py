"""The PBX answers by its OpenAPI contract, route by route, and serves every route of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from contract_calls import Call, Contract
from demo_company import pbx

from sandbox import create_app
from sandbox.world import World

CONTRACT = Contract("pbx")
LINE = {
    "did": "4502647000",
    "customer": "C-10009",
    "location": "LOC-00010",
    "extension": "100",
    "caller_id": "Émile Lavoie",
    "language": "fr",
    "max_calls": 2,
    "call_timeout": 25,
    "international": False,
    "voicemail": {"enabled": True, "email": "emile.lavoie@example.com"},
}
VOICEMAIL = {"enabled": False, "email": None}
OFF = {"state": "disabled"}
JEAN, GIVEN_UP, NOBODY = {"did": "4502722408"}, {"did": "$GIVEN UP"}, {"did": "4502647019"}
KEY = {"Idempotency-Key": "k"}
STALE = {**KEY, "If-Match": "99"}
RESET = "/lines/{did}/voicemail/password-reset"

CALLS = (
    Call("get", "/numbers", 200, query={"free": "true"}),
    Call("get", "/numbers", 401, token=False),
    Call("get", "/numbers", 422, query={"free": "perhaps"}),
    Call("get", "/lines", 200, query={"customer": "C-10004"}),
    Call("get", "/lines", 401, token=False),
    Call("get", "/lines", 422, query={"state": "broken"}),
    Call("post", "/lines", 201, body=LINE, headers=KEY),
    Call("post", "/lines", 401, body=LINE, headers=KEY, token=False),
    Call("post", "/lines", 404, body={**LINE, "did": "4505550000"}, headers=KEY),
    Call("post", "/lines", 409, body={**LINE, **JEAN}, headers=KEY),
    Call("post", "/lines", 422, body=LINE),
    Call("get", "/lines/{did}", 200, JEAN),
    Call("get", "/lines/{did}", 401, JEAN, token=False),
    Call("get", "/lines/{did}", 404, NOBODY),
    Call("delete", "/lines/{did}", 200, GIVEN_UP, headers=KEY),
    Call("delete", "/lines/{did}", 401, JEAN, headers=KEY, token=False),
    Call("delete", "/lines/{did}", 404, NOBODY, headers=KEY),
    Call("delete", "/lines/{did}", 409, JEAN, headers=KEY),
    Call("delete", "/lines/{did}", 422, JEAN),
    Call("put", "/lines/{did}/state", 200, JEAN, body=OFF, headers=KEY),
    Call("put", "/lines/{did}/state", 401, JEAN, body=OFF, headers=KEY, token=False),
    Call("put", "/lines/{did}/state", 404, NOBODY, body=OFF, headers=KEY),
    Call("put", "/lines/{did}/state", 409, JEAN, body=OFF, headers=STALE),
    Call("put", "/lines/{did}/state", 422, JEAN, body={"state": "broken"}, headers=KEY),
    Call("put", "/lines/{did}/voicemail", 200, JEAN, body=VOICEMAIL, headers=KEY),
    Call("put", "/lines/{did}/voicemail", 401, JEAN, body=VOICEMAIL, headers=KEY, token=False),
    Call("put", "/lines/{did}/voicemail", 404, NOBODY, body=VOICEMAIL, headers=KEY),
    Call("put", "/lines/{did}/voicemail", 409, JEAN, body=VOICEMAIL, headers=STALE),
    Call("put", "/lines/{did}/voicemail", 422, JEAN, body={"enabled": True, "email": "nobody"}, headers=KEY),
    Call("post", RESET, 200, JEAN, headers=KEY),
    Call("post", RESET, 401, JEAN, headers=KEY, token=False),
    Call("post", RESET, 404, NOBODY, headers=KEY),
    Call("post", RESET, 409, JEAN, headers=STALE),
    Call("post", RESET, 422, JEAN),
    Call("get", "/lines/{did}/voicemail/password", 200, JEAN),
    Call("get", "/lines/{did}/voicemail/password", 401, JEAN, token=False),
    Call("get", "/lines/{did}/voicemail/password", 404, NOBODY),
)


@pytest.fixture
async def exchange(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with pbx(create_app(world)) as client:
        yield client


def test_every_answer_of_the_contract_is_tried() -> None:
    assert {(call.method, call.path, call.status) for call in CALLS} == CONTRACT.promised


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_each_route_answers_by_the_contract(exchange: httpx.AsyncClient, call: Call) -> None:
    given_up = (await exchange.get("/lines", params={"state": "disabled"})).json()[0]["did"]
    await CONTRACT.holds(exchange, call, {"$GIVEN UP": given_up})


def test_requests_of_the_tests_fit_the_contract_too() -> None:
    CONTRACT.check(LINE, "LineRequest")
    CONTRACT.check(VOICEMAIL, "VoicemailRequest")
