"""The Stripe client, on the official library, against the sandbox's Stripe over real HTTP."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from stripe_client import Waits, client

from agent.clients.stripe import Stripe, StripeCard, StripeCustomer
from agent.clients.systems import connect
from agent.embedded import embedded_in
from agent.errors import AccessDenied, BackendError, Conflict, Missing, OutcomeUnknown, Rejected
from agent.settings import Settings
from sandbox.demo import DEMO_STRIPE_KEY, open_demo
from sandbox.server import running_sandbox

KEYS = (f"P-{number}/1" for number in count(1))
UNANSWERED: dict[str, dict[str, Any]] = {
    "time-out after it took": {"kind": "timeout_after"},
    "reset after it took": {"kind": "reset", "took": True},
    "500 after it took": {"kind": "status", "status": 500, "took": True},
    "wrong JSON after it took": {"kind": "wrong_json", "took": True},
    "time-out before": {"kind": "timeout_before"},
    "reset before": {"kind": "reset"},
    "500 before": {"kind": "status", "status": 500},
}


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
from stripe_client import client
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
