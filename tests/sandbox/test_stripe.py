"""Stripe in small: its objects, lists, errors and keys, as its public reference tells them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from demo_company import erpnext, listed
from hypothesis import given
from hypothesis import strategies as st

from sandbox import create_app
from sandbox.demo import DEMO_STRIPE_KEY
from sandbox.server import running_sandbox
from sandbox.stripe.parameters import nested
from sandbox.world import World

DEFAULT = "invoice_settings[default_payment_method]"


@pytest.fixture
async def api(world: World) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {DEMO_STRIPE_KEY}"}
    transport = httpx.ASGITransport(create_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo/stripe/v1", headers=headers) as client:
        yield client


async def post(api: httpx.AsyncClient, path: str, key: str = "", **form: str) -> httpx.Response:
    return await api.post(path, data=form, headers={"Idempotency-Key": key} if key else {})


async def told(api: httpx.AsyncClient, path: str, **query: str | int) -> Any:
    answer = await api.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page: dict[str, Any]) -> list[str]:
    return [one["id"] for one in page["data"]]


def error(answer: httpx.Response) -> tuple[int, str, str | None, str | None]:
    fields = answer.json()["error"]
    return answer.status_code, fields["type"], fields.get("code"), fields.get("param")


def verbs(world: World) -> list[str]:
    return [effect.verb for effect in world.effects(system="stripe")]


async def test_a_customer_is_an_object_of_stripes(api: httpx.AsyncClient) -> None:
    answer = await api.get("/customers/cus_demo_10005", headers={"Stripe-Version": "2026-10-28.endive"})
    customer = answer.json()

    assert (customer["object"], customer["id"], customer["livemode"]) == ("customer", "cus_demo_10005", False)
    assert (customer["email"], customer["name"]) == ("sylvie.cote@example.com", "Sylvie Côté")
    assert customer["metadata"] == {"customer": "C-10005"}
    assert customer["invoice_settings"]["default_payment_method"] == "pm_demo_10005"
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"


async def test_a_card_is_an_object_of_stripes_without_a_number(api: httpx.AsyncClient) -> None:
    card = await told(api, "/payment_methods/pm_demo_10005")

    assert (card["object"], card["type"], card["customer"]) == ("payment_method", "card", "cus_demo_10005")
    assert {name: card["card"][name] for name in ("brand", "last4", "exp_month", "exp_year")} == {
        "brand": "visa",
        "last4": "4242",
        "exp_month": 11,
        "exp_year": 2028,
    }
    assert (await told(api, "/customers/cus_demo_10005/payment_methods", type="card"))["data"] == [card]


async def test_stripe_knows_whom_erpnext_says_it_knows(api: httpx.AsyncClient, world: World) -> None:
    async with erpnext(create_app(world)) as erp:
        customers = await listed(erp, "Customer", ["name", "stripe_customer_id", "email_id"])
        methods = await listed(erp, "Payment Method", provider="Stripe")
    on_file = {method["customer"]: method for method in methods}
    known = {one["name"]: one for one in customers if one["stripe_customer_id"]}

    assert set(known) == set(on_file) >= {"C-10002", "C-10005", "C-10016"}
    assert len((await told(api, "/customers", limit=100))["data"]) == len(known)
    for name, customer in known.items():
        there = await told(api, f"/customers/{customer['stripe_customer_id']}")
        (card,) = (await told(api, f"/customers/{there['id']}/payment_methods"))["data"]
        method = on_file[name]
        assert (there["metadata"], there["email"]) == ({"customer": name}, customer["email_id"])
        assert (card["id"], card["card"]["last4"]) == (method["reference"], method["last_four"])
        assert (there["invoice_settings"]["default_payment_method"] == card["id"]) == bool(method["is_auto"])


async def test_one_card_that_is_charged_by_itself_has_expired(api: httpx.AsyncClient) -> None:
    customers = (await told(api, "/customers", limit=100))["data"]
    defaults = [one["invoice_settings"]["default_payment_method"] for one in customers]
    cards = [(await told(api, f"/payment_methods/{default}"))["card"] for default in defaults if default]

    assert [(card["exp_year"], card["exp_month"]) < (2026, 3) for card in cards].count(True) == 1


async def test_a_customer_is_made_and_changed_and_each_leaves_an_effect(api: httpx.AsyncClient, world: World) -> None:
    form = {"name": "Jean Tremblay", "email": "jean@example.com", "metadata[customer]": "C-10001", "metadata[a]": "1"}
    made = (await post(api, "/customers", "k1", **form)).json()
    path = f"/customers/{made['id']}"
    changed = (await post(api, path, "k2", email="", **{"metadata[a]": "", "metadata[b]": "2"})).json()

    assert made["metadata"] == {"customer": "C-10001", "a": "1"}
    assert made["invoice_settings"]["default_payment_method"] is None
    assert changed == {**made, "email": None, "metadata": {"customer": "C-10001", "b": "2"}} == await told(api, path)
    assert (await post(api, path, metadata="")).json()["metadata"] == {}
    created, updated, _ = world.effects(system="stripe")
    assert (created.verb, created.target, created.actor) == ("create_customer", made["id"], "agent")
    assert created.detail == {"customer": "C-10001", "default_card": None, "key": "k1"}
    assert (updated.verb, updated.detail["key"]) == ("update_customer", "k2")


async def test_the_card_charged_by_itself_is_set_and_cleared(api: httpx.AsyncClient, world: World) -> None:
    path = "/customers/cus_demo_10016"
    chosen = (await post(api, path, **{DEFAULT: "pm_demo_10016"})).json()
    again = (await post(api, path, **{DEFAULT: "pm_demo_10016"})).json()
    cleared = (await post(api, path, **{DEFAULT: ""})).json()

    assert chosen["invoice_settings"]["default_payment_method"] == "pm_demo_10016"
    assert again == chosen
    assert cleared["invoice_settings"]["default_payment_method"] is None
    assert [effect.detail["default_card"] for effect in world.effects(system="stripe")] == ["5556", None]
    assert "pm_demo" not in str(world.effects())


@pytest.mark.parametrize("card", ["pm_demo_10005", "pm_none"])
async def test_only_a_customers_own_card_is_charged(api: httpx.AsyncClient, world: World, card: str) -> None:
    answer = await post(api, "/customers/cus_demo_10002", **{DEFAULT: card})

    assert error(answer) == (400, "invalid_request_error", "resource_missing", DEFAULT)
    assert verbs(world) == []


async def test_lists_come_in_pages_the_newest_first(api: httpx.AsyncClient) -> None:
    whole = await told(api, "/customers", limit=100)
    first = await told(api, "/customers", limit=3)
    second = await told(api, "/customers", limit=3, starting_after=ids(first)[-1])
    back = await told(api, "/customers", limit=3, ending_before=ids(second)[0])
    last = await told(api, "/customers", limit=100, starting_after=ids(second)[-1])

    assert (whole["object"], whole["url"], whole["has_more"]) == ("list", "/v1/customers", False)
    created = [one["created"] for one in whole["data"]]
    assert created == sorted(created, reverse=True)
    assert ids(first) + ids(second) + ids(last) == ids(whole)
    assert [page["has_more"] for page in (first, second, back, last)] == [True, True, False, False]
    assert back == {**first, "has_more": False}
    assert len((await told(api, "/customers"))["data"]) == 10
    assert ids(await told(api, "/customers", email="ginette@example.com")) == []
    assert ids(await told(api, "/customers", email="sylvie.cote@example.com")) == ["cus_demo_10005"]
    assert ids(await told(api, "/customers", email="Sylvie.Cote@example.com")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("metadata['customer']:'C-10005'", ["cus_demo_10005"]),
        ('metadata["customer"]:"C-10005"', ["cus_demo_10005"]),
        ("email:'SYLVIE.cote@example.com'", ["cus_demo_10005"]),
        ("name:'Sylvie Côté' AND metadata['customer']:'C-10005'", ["cus_demo_10005"]),
        ("name:'Sylvie Côté' AND metadata['customer']:'C-10002'", []),
        (r"name:'O\'Connor'", []),
        ("metadata['other']:'C-10005'", []),
    ],
)
async def test_customers_are_searched_for(api: httpx.AsyncClient, query: str, found: list[str]) -> None:
    page = await told(api, "/customers/search", query=query)

    assert (page["object"], page["has_more"], page["next_page"]) == ("search_result", False, None)
    assert ids(page) == found


async def test_a_search_comes_in_pages_too(api: httpx.AsyncClient, world: World) -> None:
    for number in range(3):
        await post(api, "/customers", name="Twin", **{"metadata[n]": str(number)})
    world.set_clock(world.now() + timedelta(minutes=2))
    query: dict[str, str | int] = {"query": "name:'twin'", "limit": 2}
    first = await told(api, "/customers/search", **query)
    second = await told(api, "/customers/search", **query, page=first["next_page"])

    assert (first["has_more"], second["has_more"], second["next_page"]) == (True, False, None)
    assert [one["metadata"]["n"] for one in first["data"] + second["data"]] == ["2", "1", "0"]


async def test_a_search_is_a_minute_behind_and_a_list_is_not(api: httpx.AsyncClient, world: World) -> None:
    made = (await post(api, "/customers", name="X", email="x@example.com", **{"metadata[customer]": "C-1"})).json()
    query = "metadata['customer']:'C-1'"

    assert ids(await told(api, "/customers", email="x@example.com")) == [made["id"]]
    assert ids(await told(api, "/customers/search", query=query)) == []
    world.set_clock(world.now() + timedelta(minutes=1))
    assert ids(await told(api, "/customers/search", query=query)) == [made["id"]]


async def test_a_key_acts_once_and_answers_as_the_first_time(api: httpx.AsyncClient, world: World) -> None:
    path = "/customers/cus_demo_10002"
    first = await post(api, path, "k1", **{DEFAULT: "pm_demo_10002"})
    await post(api, path, "k2", **{DEFAULT: ""})
    again = await post(api, path, "k1", **{DEFAULT: "pm_demo_10002"})

    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"] != again.headers["Request-Id"]
    assert again.headers["Idempotency-Key"] == "k1"
    assert (await told(api, path))["invoice_settings"]["default_payment_method"] is None
    assert verbs(world) == ["update_customer"] * 2


async def test_without_a_key_every_request_acts(api: httpx.AsyncClient, world: World) -> None:
    first, second = [(await post(api, "/customers", name="X")).json() for _ in range(2)]

    assert first["id"] != second["id"]
    assert verbs(world) == ["create_customer"] * 2


async def test_a_key_of_another_request_is_refused(api: httpx.AsyncClient, world: World) -> None:
    await post(api, "/customers", "k1", name="X")
    other_parameters = await post(api, "/customers", "k1", name="Y")
    other_path = await post(api, "/customers/cus_demo_10002", "k1", name="X")

    assert error(other_parameters) == (400, "idempotency_error", None, None)
    assert "same parameters" in other_parameters.json()["error"]["message"]
    assert error(other_path) == (400, "idempotency_error", None, None)
    assert "'/v1/customers/cus_demo_10002' vs '/v1/customers'" in other_path.json()["error"]["message"]
    assert verbs(world) == ["create_customer"]


async def test_a_key_is_forgotten_after_a_day(api: httpx.AsyncClient, world: World) -> None:
    await post(api, "/customers", "k1", name="X")
    world.set_clock(world.now() + timedelta(hours=23, minutes=59))
    assert "Idempotent-Replayed" in (await post(api, "/customers", "k1", name="X")).headers
    world.set_clock(world.now() + timedelta(minutes=2))
    assert "Idempotent-Replayed" not in (await post(api, "/customers", "k1", name="X")).headers
    assert verbs(world) == ["create_customer"] * 2


async def test_a_failure_is_kept_under_its_key_and_a_wrong_parameter_is_not(api: httpx.AsyncClient) -> None:
    path = "/payment_methods/pm_card_visa_chargeDeclined/attach"
    for replayed in (None, "true"):
        answer = await post(api, path, "k1", customer="cus_demo_10002")
        assert error(answer) == (402, "card_error", "card_declined", None)
        assert answer.json()["error"]["decline_code"] == "generic_decline"
        assert answer.headers.get("Idempotent-Replayed") == replayed
    assert error(await post(api, "/customers", "k2", email="nobody")) == (
        400,
        "invalid_request_error",
        "email_invalid",
        "email",
    )
    assert (await post(api, "/customers", "k2", email="nobody@example.com")).status_code == 200


async def test_a_card_is_attached_and_detached_for_good(api: httpx.AsyncClient, world: World) -> None:
    card = (await post(api, "/payment_methods/pm_card_mastercard/attach", customer="cus_demo_10002")).json()
    path = "/customers/cus_demo_10002"
    assert (card["card"]["brand"], card["card"]["last4"], card["customer"]) == ("mastercard", "4444", "cus_demo_10002")
    assert ids(await told(api, f"{path}/payment_methods")) == [card["id"], "pm_demo_10002"]

    await post(api, path, **{DEFAULT: card["id"]})
    detached = (await post(api, f"/payment_methods/{card['id']}/detach")).json()
    assert detached == {**card, "customer": None} == await told(api, f"/payment_methods/{card['id']}")
    assert (await told(api, path))["invoice_settings"]["default_payment_method"] is None
    for refused, words in (
        (await post(api, f"/payment_methods/{card['id']}/attach", customer="cus_demo_10002"), "may not be used again"),
        (await post(api, f"/payment_methods/{card['id']}/detach"), "detachment is impossible"),
        (await post(api, "/payment_methods/pm_demo_10002/attach", customer="cus_demo_10016"), "already been attached"),
    ):
        assert refused.status_code == 400
        assert words in refused.json()["error"]["message"]
    assert verbs(world) == ["attach_card", "update_customer", "detach_card"]
    assert {effect.target for effect in world.effects(system="stripe")} == {"cus_demo_10002"}


@pytest.mark.parametrize(
    ("request_line", "form", "expected"),
    [
        ("GET /customers/cus_none", {}, (404, "resource_missing", "id")),
        ("GET /customers/cus_none/payment_methods", {}, (404, "resource_missing", "customer")),
        ("GET /payment_methods/pm_none", {}, (404, "resource_missing", "payment_method")),
        ("POST /customers/cus_none", {"name": "X"}, (404, "resource_missing", "id")),
        ("POST /payment_methods/pm_none/attach", {"customer": "cus_demo_10002"}, (404, "resource_missing", None)),
        ("POST /payment_methods/pm_none/detach", {}, (404, "resource_missing", None)),
        ("POST /payment_methods/pm_card_visa/attach", {"customer": "cus_x"}, (400, "resource_missing", "customer")),
        ("POST /payment_methods/pm_card_visa/attach", {}, (400, "parameter_missing", "customer")),
        ("POST /customers", {"colour": "red"}, (400, "parameter_unknown", "colour")),
        ("POST /customers", {"metadata[a][b]": "1"}, (400, None, "metadata[a]")),
        ("POST /customers", {"name": "X", "name[a]": "1"}, (400, None, "name")),
        ("POST /customers", {"a]": "1"}, (400, None, "a]")),
        ("POST /customers", {DEFAULT: "pm_demo_10002"}, (400, "parameter_unknown", "invoice_settings")),
        ("POST /customers/cus_demo_10002", {"invoice_settings[x]": "1"}, (400, None, "invoice_settings[x]")),
        ("GET /customers?limit=x", {}, (400, "parameter_invalid_integer", "limit")),
        ("GET /customers?limit=0", {}, (400, None, "limit")),
        ("GET /customers?limit=101", {}, (400, None, "limit")),
        ("GET /customers?starting_after=cus_none", {}, (400, "resource_missing", "starting_after")),
        ("GET /customers/search", {}, (400, "parameter_missing", "query")),
        ("GET /customers/search?query=Tremblay", {}, (400, None, "query")),
        ("GET /customers/search?query=name:'x'&page=y", {}, (400, None, "page")),
        ("GET /customers/", {}, (404, None, None)),
        ("GET /charges", {}, (404, None, None)),
        ("DELETE /customers/cus_demo_10002", {}, (404, None, None)),
    ],
)
async def test_what_is_asked_wrongly_is_told_as_stripe_tells_it(
    api: httpx.AsyncClient, world: World, request_line: str, form: dict[str, str], expected: tuple[Any, ...]
) -> None:
    method, _, path = request_line.partition(" ")
    answer = await api.request(method, path, data=form or None)
    status, kind, code, param = error(answer)
    wanted_status, wanted_code, wanted_param = expected

    assert (status, kind) == (wanted_status, "invalid_request_error")
    assert wanted_code in (None, code)
    assert wanted_param in (None, param)
    assert answer.json()["error"]["message"]
    assert answer.headers["Request-Id"].startswith("req_")
    assert verbs(world) == []


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer sk_test_000000000000000000wxyz", "Basic YTpi"])
async def test_without_a_valid_key_nothing_is_told(api: httpx.AsyncClient, world: World, authorization: str) -> None:
    answer = await api.post("/customers", data={"name": "X"}, headers={"Authorization": authorization})

    assert error(answer) == (401, "invalid_request_error", None, None)
    assert "0000" not in answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert verbs(world) == []


async def test_a_key_too_long_is_refused(api: httpx.AsyncClient, world: World) -> None:
    assert (await post(api, "/customers", "k" * 255, name="X")).status_code == 200
    assert (await post(api, "/customers", "k" * 256, name="X")).status_code == 400
    assert verbs(world) == ["create_customer"]


async def test_no_key_is_kept_as_it_is(world: World) -> None:
    assert DEMO_STRIPE_KEY.encode() not in world.snapshot()


def test_two_processes_share_the_account_and_the_faults_reach_it(tmp_path: Path) -> None:
    place = tmp_path / "world.sqlite"
    headers = {"Authorization": f"Bearer {DEMO_STRIPE_KEY}", "Idempotency-Key": "k1"}
    with running_sandbox(place) as one, running_sandbox(place) as other:
        rule = {"match": {"system": "stripe", "times": 1}, "fault": {"kind": "status", "status": 503}}
        httpx.post(f"{one}/_sandbox/faults", json=rule)
        path = "/stripe/v1/customers"
        answers = [httpx.post(f"{url}{path}", data={"name": "X"}, headers=headers) for url in (other, one, other)]
        effects = httpx.get(f"{one}/_sandbox/effects", params={"system": "stripe"}).json()

    assert [answer.status_code for answer in answers] == [503, 200, 200]
    assert answers[2].json() == answers[1].json()
    assert answers[2].headers["Idempotent-Replayed"] == "true"
    assert [effect["verb"] for effect in effects] == ["create_customer"]


_NAMES = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=8)
_VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_FORMS = st.dictionaries(_NAMES, _VALUES | st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=3), max_size=4)


@given(_FORMS)
def test_a_form_is_read_as_it_was_meant(form: dict[str, Any]) -> None:
    pairs = [
        (f"{name}[{inner}]" if inner else name, value)
        for name, whole in form.items()
        for inner, value in (whole.items() if isinstance(whole, dict) else [("", whole)])
    ]
    assert nested(urlencode(pairs)) == form
