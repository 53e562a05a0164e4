"""The Stripe client, on the official library, against the sandbox's Stripe over real HTTP.

What the sandbox never says by itself (a key held by another request, a deleted customer, nonsense) a scripted server
does.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from scripted_server import ScriptedServer, answer, reset, scripted_server, silence

from agent.clients.http import HttpSystem
from agent.clients.patience import Patience
from agent.clients.refusal import explain_stripe
from agent.clients.stripe import Stripe, StripeCard, StripeCustomer, key_mode
from agent.clients.systems import connect
from agent.embedded import embedded_in
from agent.errors import AccessDenied, BackendError, Conflict, Missing, OutcomeUnknown, Rejected, Unavailable
from agent.settings import Settings
from sandbox.demo import DEMO_STRIPE_KEY, open_demo
from sandbox.server import running_sandbox

KEYS = (f"P-{number}/1" for number in count(1))
CUSTOMER: dict[str, Any] = {
    "id": "cus_1",
    "object": "customer",
    "email": None,
    "name": "X",
    "metadata": {},
    "invoice_settings": {},
}
UNANSWERED: dict[str, dict[str, Any]] = {
    "time-out after it took": {"kind": "timeout_after"},
    "reset after it took": {"kind": "reset", "took": True},
    "500 after it took": {"kind": "status", "status": 500, "took": True},
    "wrong JSON after it took": {"kind": "wrong_json", "took": True},
    "time-out before": {"kind": "timeout_before"},
    "reset before": {"kind": "reset"},
    "500 before": {"kind": "status", "status": 500},
}


class Waits(list[float]):
    """Sleeps not at all, and remembers how long it was to."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(url: str, *, key: str = DEMO_STRIPE_KEY, timeout: float = 10, waits: Waits | None = None) -> Stripe:
    patience = Patience(answer_seconds=timeout, sleep=waits if waits is not None else Waits())
    headers = {"Authorization": f"Bearer {key}"}
    return Stripe(HttpSystem("stripe", url, headers, explain=explain_stripe, patience=patience), key)


class Controls:
    """The sandbox's controls."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/_sandbox", trust_env=False)
        self._http.delete("/faults")
        self._earlier = len(self._http.get("/effects").json())

    def breaks(self, fault: dict[str, Any], *, times: int = 1, method: str = "POST") -> None:
        rule = {"match": {"system": "stripe", "method": method, "times": times}, "fault": fault}
        assert self._http.post("/faults", json=rule).status_code == 201

    def effects(self) -> list[str]:
        """What was done since this test began."""
        return [effect["verb"] for effect in self._http.get("/effects").json()[self._earlier :]]

    def let_pass(self, span: timedelta) -> None:
        now = datetime.fromisoformat(self._http.get("/clock").json()["now"])
        assert self._http.put("/clock", json={"now": (now + span).isoformat()}).status_code == 200

    def close(self) -> None:
        self._http.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("demo") / "world.sqlite") as address:
        yield address


@pytest.fixture
def controls(url: str) -> Iterator[Controls]:
    controls = Controls(url)
    yield controls
    controls.close()


@pytest.fixture
def key() -> str:
    return next(KEYS)


@pytest.fixture
async def stripe(url: str, request: pytest.FixtureRequest) -> AsyncIterator[Stripe]:
    # Short only where the time-out is what is tried: a busy machine must not fail the rest.
    stripe = client(f"{url}/stripe", timeout=0.5 if "time-out" in request.node.name else 10)
    yield stripe
    await stripe.aclose()


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


async def test_a_customer_is_told_whole_and_his_card_stays_out_of_what_is_printed(stripe: Stripe) -> None:
    customer = await stripe.customer("cus_demo_10005")
    (filed,) = await stripe.cards("cus_demo_10005")
    assert customer == StripeCustomer(
        id="cus_demo_10005",
        email="sylvie.cote@example.com",
        name="Sylvie Côté",
        metadata={"customer": "C-10005"},
        default_payment_method="pm_demo_10005",
    )
    assert filed == StripeCard(id="pm_demo_10005", brand="visa", last_four="4242", exp_month=11, exp_year=2028)
    assert "pm_demo" not in repr(customer) + repr(filed) + str(customer) + str(filed)


@pytest.mark.parametrize("number", [10002, 10016])
async def test_a_card_on_file_is_not_yet_charged_by_itself(stripe: Stripe, number: int) -> None:
    assert len(await stripe.cards(f"cus_demo_{number}")) == 1
    assert (await stripe.customer(f"cus_demo_{number}")).default_payment_method is None


async def test_a_customer_is_found_by_erpnexts_name(stripe: Stripe) -> None:
    assert await stripe.customers_of("C-10016") == [await stripe.customer("cus_demo_10016")]
    assert await stripe.customers_of("C-10001") == []
    assert await stripe.customers_of("C-1' OR name:'x") == []


async def test_a_customer_made_just_now_is_found_by_his_email_and_later_by_search(
    stripe: Stripe, controls: Controls, key: str
) -> None:
    made = await stripe.create_customer("C-10009", name="Émile Lavoie", email="emile.lavoie@example.com", key=key)
    assert await stripe.customers_of("C-10009") == []
    assert await stripe.customers_of("C-10009", email="emile.lavoie@example.com") == [made]
    assert await stripe.customers_of("C-10008", email="emile.lavoie@example.com") == []
    controls.let_pass(timedelta(minutes=1))
    assert await stripe.customers_of("C-10009", email="emile.lavoie@example.com") == [made]
    assert await stripe.customers_of("C-10009") == [made]


async def test_a_customer_is_made_once_under_a_key(stripe: Stripe, controls: Controls, key: str) -> None:
    made = await stripe.create_customer("C-10001", name="Jean Tremblay", email=None, key=key)
    assert await stripe.create_customer("C-10001", name="Jean Tremblay", email=None, key=key) == made
    assert (made.metadata, made.email, made.default_payment_method) == ({"customer": "C-10001"}, None, None)
    assert await stripe.customer(made.id) == made
    assert controls.effects() == ["create_customer"]


async def test_a_key_used_for_something_else_is_a_conflict(stripe: Stripe, controls: Controls, key: str) -> None:
    await stripe.create_customer("C-10003", name="Luc Gagnon", email=None, key=key)
    with pytest.raises(Conflict) as caught:
        await stripe.create_customer("C-10004", name="Luc Gagnon", email=None, key=key)
    assert caught.value.facts["error_type"] == "idempotency_error"
    with pytest.raises(Conflict):
        await stripe.set_default_card("cus_demo_10002", None, key=key)
    assert controls.effects() == ["create_customer"]


async def test_a_card_is_made_the_one_charged_by_itself_and_none_again(stripe: Stripe, controls: Controls) -> None:
    set_key, clear_key = next(KEYS), next(KEYS)
    with_card = await stripe.set_default_card("cus_demo_10016", "pm_demo_10016", key=set_key)
    assert with_card.default_payment_method == "pm_demo_10016"
    assert await stripe.customer("cus_demo_10016") == with_card
    without = await stripe.set_default_card("cus_demo_10016", None, key=clear_key)
    assert without.default_payment_method is None
    replayed = await stripe.set_default_card("cus_demo_10016", "pm_demo_10016", key=set_key)
    assert replayed == with_card
    assert await stripe.customer("cus_demo_10016") == without
    assert controls.effects() == ["update_customer"] * 2


@pytest.mark.parametrize("card_id", ["pm_demo_10005", "pm_none1"])
async def test_somebody_elses_card_is_rejected_and_its_token_not_repeated(
    stripe: Stripe, controls: Controls, key: str, card_id: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await stripe.set_default_card("cus_demo_10002", card_id, key=key)
    assert "must be attached to the customer" in caught.value.facts["reason"]
    assert card_id not in "".join(traceback.format_exception(caught.value)) + repr(caught.value.facts)
    assert controls.effects() == []


async def test_what_stripe_refuses_is_told_in_its_words(stripe: Stripe, key: str) -> None:
    with pytest.raises(Rejected) as caught:
        await stripe.create_customer("C-10001", name="Jean", email="no address", key=key)
    assert caught.value.facts["error_type"] == "email_invalid"
    assert caught.value.facts["reason"] == "Invalid email address: no address"


async def test_an_unknown_customer_is_missing(stripe: Stripe, key: str) -> None:
    for asked in (
        stripe.customer("cus_none"),
        stripe.cards("cus_none"),
        stripe.set_default_card("cus_none", None, key=key),
    ):
        with pytest.raises(Missing):
            await asked


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


async def test_a_wrong_key_is_denied_and_not_repeated(url: str) -> None:
    wrong = client(f"{url}/stripe", key="sk_test_" + "9f" * 12)
    with pytest.raises(AccessDenied) as caught:
        await wrong.customer("cus_demo_10005")
    await wrong.aclose()
    assert "9f9f" not in "".join(traceback.format_exception(caught.value)) + repr(caught.value.facts)


@pytest.mark.parametrize("fault", UNANSWERED)
async def test_a_lost_answer_is_unknown_not_repeated_and_safe_to_ask_again_under_its_key(
    stripe: Stripe, controls: Controls, key: str, fault: str
) -> None:
    controls.breaks(UNANSWERED[fault])
    with pytest.raises(OutcomeUnknown):
        await stripe.create_customer("C-10011", name="Patrick Bergeron", email=None, key=key)
    took = ["create_customer"] if "took" in fault else []
    assert controls.effects() == took
    made = await stripe.create_customer("C-10011", name="Patrick Bergeron", email=None, key=key)
    assert made == await stripe.customer(made.id)
    assert controls.effects() == ["create_customer"]


@pytest.mark.parametrize("fault", UNANSWERED)
async def test_reads_get_through(stripe: Stripe, controls: Controls, fault: str) -> None:
    controls.breaks(UNANSWERED[fault], times=2, method="GET")
    assert (await stripe.customer("cus_demo_10005")).id == "cus_demo_10005"


async def test_a_write_turned_away_waits_as_told_and_is_done_once(url: str, controls: Controls, key: str) -> None:
    waits = Waits()
    stripe = client(f"{url}/stripe", waits=waits)
    controls.breaks({"kind": "status", "status": 429, "retry_after": 3})
    made = await stripe.create_customer("C-10014", name="Kevin Smyth", email=None, key=key)
    await stripe.aclose()
    assert made.metadata == {"customer": "C-10014"}
    assert waits == [3.0]
    assert controls.effects() == ["create_customer"]


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


async def test_neither_key_nor_card_enters_a_log_record(
    stripe: Stripe, controls: Controls, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await stripe.set_default_card("cus_demo_10002", "pm_demo_10002", key=next(KEYS))
        await stripe.set_default_card("cus_demo_10002", None, key=next(KEYS))
        await stripe.cards("cus_demo_10002")
        controls.breaks({"kind": "status", "status": 500})
        with pytest.raises(BackendError):
            await stripe.set_default_card("cus_demo_10002", "pm_demo_10002", key=next(KEYS))
    assert "stripe POST" in caplog.text
    assert DEMO_STRIPE_KEY not in caplog.text
    assert "pm_demo" not in caplog.text


ASK = """
import asyncio, logging, sys
from test_stripe_on_sandbox import client
logging.basicConfig(level=logging.DEBUG)
async def ask():
    stripe = client(sys.argv[1])
    await stripe.cards("cus_demo_10005")
    await stripe.aclose()
asyncio.run(ask())
"""


def test_the_library_prints_nothing_and_writes_no_file(url: str, tmp_path: Path) -> None:
    here = Path(__file__).parent
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", ASK, f"{url}/stripe"],
        env={
            **os.environ,
            "STRIPE_LOG": "debug",
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path),
            "PYTHONPATH": f"{here}{os.pathsep}{here.parents[1]}",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = done.stdout + done.stderr
    assert "HTTP Request: GET" in printed
    assert DEMO_STRIPE_KEY not in printed
    assert "pm_demo" not in printed
    assert list(tmp_path.iterdir()) == []


def test_the_library_is_not_loaded_before_it_is_asked() -> None:
    check = "import sys, agent, agent.clients.systems; sys.exit('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0  # noqa: S603 - our own interpreter


async def test_the_embedded_demo_is_spoken_to_without_a_port(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "world.sqlite")
    systems = connect(Settings.model_construct(), embedded=embedded_in(world))
    try:
        changed = await systems.stripe.set_default_card("cus_demo_10002", "pm_demo_10002", key="P-1/1")
        assert changed.default_payment_method == "pm_demo_10002"
        assert [effect.target for effect in world.effects(system="stripe")] == ["cus_demo_10002"]
    finally:
        await systems.aclose()
        world.close()


@pytest.mark.parametrize(
    ("key", "mode"),
    [("sk_test_1", "test"), ("rk_test_1", "test"), ("sk_live_1", "live"), ("rk_live_1", "live"), ("pk_live_1", None)],
)
def test_a_key_tells_whether_it_moves_real_money(key: str, mode: str | None) -> None:
    assert key_mode(key) == mode
