"""The Stripe client, on the official library, against a server that says what the sandbox's Stripe never does.

A key that another request holds, a deleted customer, a card that is declined, nonsense.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from scripted_server import ScriptedServer, answer, reset, scripted_server, silence
from stripe_client import Waits, client

from agent.clients.stripe import Stripe, key_mode
from agent.errors import AccessDenied, Conflict, Missing, OutcomeUnknown, Rejected, Unavailable
from sandbox.demo import DEMO_STRIPE_KEY

CUSTOMER: dict[str, Any] = {
    "id": "cus_1",
    "object": "customer",
    "email": None,
    "name": "X",
    "metadata": {},
    "invoice_settings": {},
}


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as running:
        yield running


@pytest.fixture
async def scripted(server: ScriptedServer, waits: Waits) -> AsyncIterator[Stripe]:
    scripted = client(server.url, waits=waits, timeout=0.5)
    yield scripted
    await scripted.aclose()


def refused(kind: str, *, status: int, code: str = "", message: str = "No.") -> Callable[..., Any]:
    return answer({"error": {"type": kind, "code": code, "message": message}}, status=status)


def listed(*found: object, has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "url": "/v1/customers/cus_1/payment_methods", "has_more": has_more, "data": [*found]}


def card(number: int) -> dict[str, Any]:
    shown = {"brand": "visa", "last4": f"{number:04d}", "exp_month": 1, "exp_year": 2030}
    return {"id": f"pm_{number}", "object": "payment_method", "card": shown}


@pytest.mark.parametrize("name", ["", ".", "..", "cus_1/payment_methods", "cus_1?limit=1", "cus é", "x" * 256])
async def test_a_name_that_no_record_can_have_is_missing_and_not_asked_for(
    scripted: Stripe, server: ScriptedServer, name: str
) -> None:
    for asked in (
        scripted.customer(name),
        scripted.cards(name),
        scripted.set_default_card(name, None, key="k"),
        scripted.set_default_card("cus_1", name, key="k"),
    ):
        with pytest.raises(Missing):
            await asked
    assert server.heard == []


async def test_text_that_is_none_is_refused_and_not_asked(scripted: Stripe, server: ScriptedServer) -> None:
    for asked in (
        scripted.create_customer("C-1", name="Jean \udce9", email=None, key="k"),
        scripted.create_customer("C-1", name="Jean", email="\udce9@example.com", key="k"),
        scripted.create_customer("C-1", name="Jean", email=None, key="k\u00e9"),
        scripted.customers_of("C-\udce9"),
    ):
        with pytest.raises(Rejected):
            await asked
    assert server.heard == []


async def test_no_write_leaves_without_a_key(scripted: Stripe, server: ScriptedServer) -> None:
    for asked in (
        scripted.create_customer("C-1", name="Jean", email=None, key=""),
        scripted.set_default_card("cus_1", None, key=""),
    ):
        with pytest.raises(ValueError, match="key"):
            await asked
    assert server.heard == []


async def test_every_try_bears_the_same_key_and_the_same_form(scripted: Stripe, server: ScriptedServer) -> None:
    busy = {"error": {"type": "invalid_request_error", "code": "lock_timeout", "message": "Busy."}}
    server.plays(answer(busy, status=429), answer(busy, status=429), answer(CUSTOMER))
    await scripted.set_default_card("cus_1", "pm_1", key="P-1/1")
    assert [heard.target for heard in server.heard] == ["/v1/customers/cus_1"] * 3
    assert {heard.headers["idempotency-key"] for heard in server.heard} == {"P-1/1"}
    assert {heard.headers["authorization"] for heard in server.heard} == {f"Bearer {DEMO_STRIPE_KEY}"}
    assert {heard.headers["content-type"] for heard in server.heard} == {"application/x-www-form-urlencoded"}
    form = {"invoice_settings[default_payment_method]": ["pm_1"]}
    assert [parse_qs(heard.body.decode()) for heard in server.heard] == [form] * 3


async def test_a_rate_limit_that_stays_is_unavailable(scripted: Stripe, server: ScriptedServer, waits: Waits) -> None:
    server.plays(*[refused("invalid_request_error", status=429, code="rate_limit")] * 3, answer(CUSTOMER))
    with pytest.raises(Unavailable):
        await scripted.set_default_card("cus_1", None, key="k")
    assert (len(server.heard), len(waits)) == (3, 2)


@pytest.mark.parametrize(
    ("play", "error", "error_type"),
    [
        (refused("card_error", status=402, code="card_declined"), Rejected, "card_declined"),
        (refused("invalid_request_error", status=403), AccessDenied, "invalid_request_error"),
        (refused("idempotency_error", status=400), Conflict, "idempotency_error"),
        (answer("<html>Not Found</html>", status=404), Rejected, ""),
    ],
)
async def test_a_refusal_is_told_by_its_kind_and_not_tried_again(
    scripted: Stripe, server: ScriptedServer, play: Any, error: type[Rejected], error_type: str
) -> None:
    server.plays(play)
    with pytest.raises(Rejected) as caught:
        await scripted.set_default_card("cus_1", "pm_1", key="k")
    assert type(caught.value) is error
    assert caught.value.facts["error_type"] == error_type
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    "play",
    [
        refused("idempotency_error", status=409, code="idempotency_key_in_use"),
        refused("api_error", status=500),
        answer("<html>Bad Gateway</html>", status=502),
        answer({"object": "list", "data": [], "has_more": False}),
        answer({}),
        answer([]),
        answer('{"id": "cus_1", '),
        reset,
        silence,
    ],
)
async def test_what_nobody_vouches_for_is_unknown_and_a_read_of_it_is_tried_again(
    scripted: Stripe, server: ScriptedServer, play: Any
) -> None:
    server.plays(play)
    with pytest.raises(OutcomeUnknown):
        await scripted.create_customer("C-1", name="X", email=None, key="k")
    assert len(server.heard) == 1
    server.plays(play, play, play)
    with pytest.raises(Unavailable):
        await scripted.customer("cus_1")


@pytest.mark.parametrize(
    "body",
    [
        CUSTOMER,
        {"object": "list"},
        {"object": "list", "data": "pm_1", "has_more": False},
        listed("pm_1"),
        listed(CUSTOMER),
        listed({"id": "pm_1", "object": "payment_method"}),
        listed(has_more=True),
    ],
)
async def test_an_answer_that_is_no_list_of_cards_is_not_taken_for_one(
    scripted: Stripe, server: ScriptedServer, body: object
) -> None:
    server.plays(*[answer(body)] * 3)
    with pytest.raises(Unavailable):
        await scripted.cards("cus_1")


async def test_a_deleted_customer_is_missing(scripted: Stripe, server: ScriptedServer) -> None:
    server.plays(answer({"id": "cus_1", "object": "customer", "deleted": True}))
    with pytest.raises(Missing):
        await scripted.customer("cus_1")


async def test_a_list_is_read_to_its_end(scripted: Stripe, server: ScriptedServer) -> None:
    server.plays(answer(listed(card(1), card(2), has_more=True)), answer(listed(card(3))))
    assert [found.last_four for found in await scripted.cards("cus_1")] == ["0001", "0002", "0003"]
    assert parse_qs(server.heard[1].target.partition("?")[2])["starting_after"] == ["pm_2"]


@pytest.mark.parametrize(
    ("key", "mode"),
    [("sk_test_1", "test"), ("rk_test_1", "test"), ("sk_live_1", "live"), ("rk_live_1", "live"), ("pk_live_1", None)],
)
def test_a_key_tells_whether_it_moves_real_money(key: str, mode: str | None) -> None:
    assert key_mode(key) == mode
