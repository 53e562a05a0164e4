"""Which system is spoken to at which address and as whom."""

from __future__ import annotations

import traceback
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from agent.clients.systems import Embedded, Systems, connect
from agent.errors import Misconfigured
from agent.settings import Settings

SECRET = "planted-secret-77"


class Demo:
    """A transport that keeps what it was asked, and answers as either system would."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.embedded = Embedded(
            httpx.MockTransport(self.answer),
            "demo-key",
            "demo-secret",
            hub_token="demo-token",
            pbx_token="demo-pbx",
            e911_token="demo-e911",
            stripe_key="sk_test_demo-stripe",
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        system = request.url.path.split("/")[1]
        answers: dict[str, object] = {
            "hub": [],
            "pbx": [],
            "e911": [],
            "stripe": {"object": "list", "data": [], "has_more": False},
        }
        return httpx.Response(200, json=answers.get(system, {"message": "agent"}))


@pytest.fixture
def demo() -> Demo:
    return Demo()


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path, **values})


REAL = {
    "erpnext_url": "https://erp.example.com",
    "erpnext_key": "k",
    "erpnext_secret": SecretStr(SECRET),
    "hub_url": "https://hub.example.com",
    "hub_token": SecretStr(SECRET),
    "pbx_url": "https://pbx.example.com",
    "pbx_token": SecretStr(SECRET),
    "e911_url": "https://e911.example.com",
    "e911_token": SecretStr(SECRET),
    "stripe_url": "https://api.stripe.com",
    "stripe_key": SecretStr(f"sk_live_{SECRET}"),
}


async def ask(systems: Systems) -> None:
    await systems.erp.whoami()
    await systems.hub.ports("C-10001")
    await systems.pbx.lines("C-10001")
    await systems.e911.municipalities()
    await systems.stripe.cards("cus_1")
    await systems.aclose()


async def test_what_is_not_set_is_served_by_the_embedded_demo(demo: Demo, tmp_path: Path) -> None:
    await ask(connect(settings(tmp_path), embedded=demo.embedded))
    erpnext, hub, pbx, e911, stripe = demo.requests
    assert erpnext.url.path == "/api/method/frappe.auth.get_logged_user"
    assert erpnext.headers["authorization"] == "token demo-key:demo-secret"
    assert hub.url.path == "/hub/v1/ports"
    assert hub.headers["authorization"] == "Bearer demo-token"
    assert pbx.url.path == "/pbx/v1/lines"
    assert pbx.headers["authorization"] == "Bearer demo-pbx"
    assert e911.url.path == "/e911/v1/municipalities"
    assert e911.headers["authorization"] == "Bearer demo-e911"
    assert stripe.url.path == "/stripe/v1/customers/cus_1/payment_methods"
    assert stripe.headers.get_list("authorization") == ["Bearer sk_test_demo-stripe"]


async def test_what_is_set_is_not_sought_in_the_demo(demo: Demo, tmp_path: Path) -> None:
    systems = connect(settings(tmp_path, hub_url=REAL["hub_url"], hub_token=SECRET), embedded=demo.embedded)
    await systems.erp.whoami()
    await systems.aclose()
    assert len(demo.requests) == 1


def test_connecting_opens_nothing(tmp_path: Path) -> None:
    assert connect(settings(tmp_path, **REAL)).stripe.mode == "live"


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"erpnext_url": None}, "TARGO_ERPNEXT_URL"),
        ({"hub_url": None}, "TARGO_HUB_URL"),
        ({"pbx_url": None}, "TARGO_PBX_URL"),
        ({"e911_url": None}, "TARGO_E911_URL"),
        ({"stripe_url": None}, "TARGO_STRIPE_URL"),
        ({"erpnext_key": None}, "TARGO_ERPNEXT_KEY"),
        ({"erpnext_secret": None}, "TARGO_ERPNEXT_SECRET"),
        ({"hub_token": None}, "TARGO_HUB_TOKEN"),
        ({"pbx_token": None}, "TARGO_PBX_TOKEN"),
        ({"e911_token": None}, "TARGO_E911_TOKEN"),
        ({"e911_token": SECRET + " "}, "TARGO_E911_TOKEN"),
        ({"pbx_url": f"https://me:{SECRET}@pbx.example.com"}, "TARGO_PBX_URL"),
        ({"stripe_key": None}, "TARGO_STRIPE_KEY"),
        ({"stripe_key": f"pk_live_{SECRET}"}, "TARGO_STRIPE_KEY"),
        ({"stripe_key": f"sk_live_{SECRET} "}, "TARGO_STRIPE_KEY"),
        ({"hub_token": SECRET + "\n"}, "TARGO_HUB_TOKEN"),
        ({"hub_token": SECRET + " é"}, "TARGO_HUB_TOKEN"),
        ({"erpnext_secret": SECRET + "é"}, "TARGO_ERPNEXT_SECRET"),
        ({"erpnext_url": "erp.example.com"}, "TARGO_ERPNEXT_URL"),
        ({"erpnext_url": "ftp://erp.example.com"}, "TARGO_ERPNEXT_URL"),
        ({"erpnext_url": "https://"}, "TARGO_ERPNEXT_URL"),
        ({"erpnext_url": "https://erp.example.com:99999"}, "TARGO_ERPNEXT_URL"),
        ({"erpnext_url": "https://[erp"}, "TARGO_ERPNEXT_URL"),
        ({"erpnext_url": f"https://me:{SECRET}@erp.example.com"}, "TARGO_ERPNEXT_URL"),
        ({"hub_url": f"https://hub.example.com?token={SECRET}"}, "TARGO_HUB_URL"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_not_quoted(
    changed: dict[str, object], variable: str, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured) as caught:
        connect(settings(tmp_path, **REAL | changed))
    assert caught.value.facts["setting"] == variable
    assert variable in caught.value.message
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_secret_shows_in_what_is_printed(demo: Demo, tmp_path: Path) -> None:
    told = repr(demo.embedded) + repr(connect(settings(tmp_path), embedded=demo.embedded))
    assert "demo-secret" not in told
    assert "demo-token" not in told
    assert "demo-stripe" not in told
