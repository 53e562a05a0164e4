"""Lines: made disabled on a free number, changed once per key, and no password ever told by the way."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from demo_company import pbx, told

from sandbox import create_app
from sandbox.world import World

JEAN = "/lines/4502722408"
LINE: dict[str, Any] = {
    "did": "8195551234",
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


@pytest.fixture
async def exchange(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with pbx(create_app(world)) as client:
        yield client


async def test_a_line_is_made_disabled_and_its_number_is_no_longer_free(
    exchange: httpx.AsyncClient, world: World
) -> None:
    answer = await _create(exchange, "plan-1/1")
    line = await told(exchange, "/lines/8195551234")
    free = [number["did"] for number in await told(exchange, "/numbers", free="true")]

    assert (answer.status_code, answer.json()) == (201, line)
    assert (line["state"], line["created_by_key"], line["version"]) == ("disabled", "plan-1/1", 1)
    assert {**LINE, "voicemail": line["voicemail"]}.items() <= line.items()
    assert "8195551234" not in free
    assert _verbs(world) == ["create_line"]


async def test_a_number_in_use_is_refused_and_by_whom_is_told(exchange: httpx.AsyncClient, world: World) -> None:
    answer = await _create(exchange, "plan-1/1", did="4502722408")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "number_in_use")
    assert "C-10001" in answer.json()["error"]["message"]
    assert answer.json()["current"] == await told(exchange, JEAN)
    assert _verbs(world) == []


async def test_a_number_of_another_company_cannot_be_given_out(exchange: httpx.AsyncClient) -> None:
    answer = await _create(exchange, "plan-1/1", did="4505551234")

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_number")


async def test_a_refused_key_is_not_used_up(exchange: httpx.AsyncClient) -> None:
    await _create(exchange, "plan-1/1", did="4502722408")

    assert (await _create(exchange, "plan-1/1")).status_code == 201


async def test_a_line_given_up_frees_its_number(exchange: httpx.AsyncClient, world: World) -> None:
    await _create(exchange, "plan-1/1")
    answer = await exchange.delete("/lines/8195551234", headers={"Idempotency-Key": "plan-2/1"})
    again = await exchange.delete("/lines/8195551234", headers={"Idempotency-Key": "plan-2/1"})
    free = [number["did"] for number in await told(exchange, "/numbers", free="true")]

    assert (answer.status_code, answer.json()["customer"]) == (200, "C-10009")
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (answer.json(), "true")
    assert (await exchange.get("/lines/8195551234")).status_code == 404
    assert "8195551234" in free
    assert _verbs(world) == ["create_line", "delete_line"]


async def test_an_enabled_line_is_not_given_up(exchange: httpx.AsyncClient, world: World) -> None:
    answer = await exchange.delete(JEAN, headers={"Idempotency-Key": "plan-1/1"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "line_enabled")
    assert _verbs(world) == []


async def test_a_key_acts_once_whatever_became_of_the_line(exchange: httpx.AsyncClient, world: World) -> None:
    first = await _state(exchange, "disabled", "plan-1/1")
    await _state(exchange, "enabled", "somebody-else")
    again = await _state(exchange, "disabled", "plan-1/1")

    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (await told(exchange, JEAN))["state"] == "enabled"
    assert _verbs(world) == ["set_line_state", "set_line_state"]


async def test_a_key_for_another_wish_is_refused(exchange: httpx.AsyncClient, world: World) -> None:
    await _state(exchange, "disabled", "plan-1/1")
    answer = await _state(exchange, "enabled", "plan-1/1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "key_reused")
    assert _verbs(world) == ["set_line_state"]


async def test_a_line_that_moved_on_is_left_alone_and_shown(exchange: httpx.AsyncClient, world: World) -> None:
    seen = (await exchange.get(JEAN)).headers["ETag"]
    await _state(exchange, "disabled", "somebody-else")
    wish = {"enabled": False, "email": None}
    headers = {"Idempotency-Key": "plan-1/1", "If-Match": seen}
    answer = await exchange.put(f"{JEAN}/voicemail", json=wish, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "version_mismatch")
    assert answer.json()["current"] == await told(exchange, JEAN)
    assert _verbs(world) == ["set_line_state"]


async def test_wishing_what_is_changes_nothing(exchange: httpx.AsyncClient, world: World) -> None:
    before = await told(exchange, JEAN)
    settings = {key: before["voicemail"][key] for key in ("enabled", "email")}
    answers = [
        await _state(exchange, "enabled", "plan-1/1"),
        await exchange.put(f"{JEAN}/voicemail", json=settings, headers={"Idempotency-Key": "plan-1/2"}),
    ]

    assert [answer.json() for answer in answers] == [before, before]
    assert _verbs(world) == []


async def test_new_voicemail_settings_leave_the_password_alone(exchange: httpx.AsyncClient, world: World) -> None:
    password = await _password(exchange)
    wish = {"enabled": True, "email": "jean@example.org"}
    answer = await exchange.put(f"{JEAN}/voicemail", json=wish, headers={"Idempotency-Key": "plan-1/1"})

    assert answer.json()["voicemail"].items() >= wish.items()
    assert await _password(exchange) == password
    assert world.effects(system="pbx")[0].detail == {**wish, "key": "plan-1/1"}


async def test_a_reset_makes_a_password_once_and_tells_it_to_nobody(exchange: httpx.AsyncClient, world: World) -> None:
    before = await _password(exchange)
    headers = {"Idempotency-Key": "plan-1/1"}
    answers = [await exchange.post(f"{JEAN}/voicemail/password-reset", headers=headers) for _ in range(2)]
    after = await _password(exchange)
    told_by_the_way = json.dumps([answer.json() for answer in answers]) + str(world.effects(system="pbx"))

    assert len(after) == 6
    assert after != before
    assert after not in told_by_the_way
    assert answers[0].json()["voicemail"]["password_set_at"].startswith("2026-03-12T09:0")
    assert answers[1].json() == answers[0].json()
    assert _verbs(world) == ["reset_voicemail_password"]


async def test_only_the_one_sensitive_read_holds_a_secret_and_forbids_keeping_it(
    exchange: httpx.AsyncClient, world: World
) -> None:
    with world.reading() as connection:
        secrets = [secret for row in connection.execute("SELECT sip_password FROM pbx_lines") for secret in row]
        secrets += [f'"{row[0]}"' for row in connection.execute("SELECT voicemail_password FROM pbx_lines")]
    everything = (await exchange.get("/lines")).text + (await exchange.get(JEAN)).text
    answer = await exchange.get(f"{JEAN}/voicemail/password")

    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in everything] == []
    assert f'"{answer.json()["password"]}"' in secrets
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("did", "819-555-1234"),
        ("extension", "one"),
        ("caller_id", ""),
        ("language", "es"),
        ("max_calls", 0),
        ("call_timeout", "25"),
        ("international", "no"),
        ("voicemail", {"enabled": True, "email": "nobody"}),
    ],
)
async def test_a_line_that_is_not_understood_is_refused_by_field(
    exchange: httpx.AsyncClient, world: World, field: str, value: object
) -> None:
    answer = await _create(exchange, "plan-1/1", **{field: value})

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")
    assert answer.json()["error"]["message"].startswith(field)
    assert _verbs(world) == []


@pytest.mark.parametrize("token", ["", "Bearer demo-hub-token"])
async def test_nothing_is_told_with_another_systems_token(exchange: httpx.AsyncClient, token: str) -> None:
    exchange.headers["Authorization"] = token

    assert (await exchange.get(f"{JEAN}/voicemail/password")).status_code == 401


async def _create(exchange: httpx.AsyncClient, key: str, **changed: object) -> httpx.Response:
    return await exchange.post("/lines", json={**LINE, **changed}, headers={"Idempotency-Key": key})


async def _state(exchange: httpx.AsyncClient, state: str, key: str) -> httpx.Response:
    return await exchange.put(f"{JEAN}/state", json={"state": state}, headers={"Idempotency-Key": key})


async def _password(exchange: httpx.AsyncClient) -> str:
    return str((await told(exchange, f"{JEAN}/voicemail/password"))["password"])


def _verbs(world: World) -> list[str]:
    return [effect.verb for effect in world.effects(system="pbx")]
