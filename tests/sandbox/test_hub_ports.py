"""Ports: a wish is carried out once per key, and never over a change that nobody saw."""

from collections.abc import AsyncIterator

import httpx
import pytest
from demo_company import hub, told

from sandbox import create_app
from sandbox.world import World

PORT = "/olts/OLT-EAST/ports/1/2/3"


@pytest.fixture
async def network(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(create_app(world)) as client:
        yield client


async def test_a_port_without_light_takes_its_devices_offline_and_brings_them_back(
    world: World, network: httpx.AsyncClient
) -> None:
    before = await told(network, PORT)
    dark = await _set(network, enabled=False, key="plan-1/2")
    offline = await told(network, "/devices", customer="C-10001")
    await _set(network, enabled=True, key="plan-2/2")
    online = await told(network, "/devices", customer="C-10001")

    assert dark.json() == {
        **before,
        "enabled": False,
        "changed_by_key": "plan-1/2",
        "version": before["version"] + 1,
        "changed_at": dark.json()["changed_at"],
    }
    assert {device["online"] for device in offline} == {False}
    assert {device["since"] for device in offline} == {dark.json()["changed_at"]}
    assert {device["online"] for device in online} == {True}
    assert [(effect.target, effect.detail["enabled"]) for effect in world.effects(system="hub")] == [
        ("OLT-EAST 1/2/3", False),
        ("OLT-EAST 1/2/3", True),
    ]


async def test_a_key_acts_once_and_answers_the_same_even_after_others_changed_the_port(
    world: World, network: httpx.AsyncClient
) -> None:
    first = await _set(network, enabled=False, key="plan-1/2")
    await _set(network, enabled=True, key="somebody-else")
    again = await _set(network, enabled=False, key="plan-1/2")

    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (await told(network, PORT))["enabled"] is True
    assert len(world.effects(system="hub")) == 2


async def test_a_key_for_another_wish_is_refused(world: World, network: httpx.AsyncClient) -> None:
    await _set(network, enabled=False, key="plan-1/2")
    answer = await _set(network, enabled=True, key="plan-1/2")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "key_reused")
    assert len(world.effects(system="hub")) == 1


@pytest.mark.parametrize("quoted", ['"{}"', "{}"])
async def test_a_port_that_moved_on_is_left_alone_and_shown(
    world: World, network: httpx.AsyncClient, quoted: str
) -> None:
    seen = (await told(network, PORT))["version"]
    await _set(network, enabled=False, key="somebody-else")
    answer = await _set(network, enabled=True, key="plan-1/2", version=quoted.format(seen))

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "version_mismatch")
    assert answer.json()["current"] == await told(network, PORT)
    assert len(world.effects(system="hub")) == 1


async def test_a_wish_on_the_version_that_is_there_is_carried_out(network: httpx.AsyncClient) -> None:
    seen = await network.get(PORT)
    answer = await _set(network, enabled=False, key="plan-1/2", version=seen.headers["ETag"])

    assert (answer.status_code, answer.json()["enabled"]) == (200, False)


async def test_wishing_what_is_changes_nothing(world: World, network: httpx.AsyncClient) -> None:
    before = await told(network, PORT)
    answer = await _set(network, enabled=True, key="plan-1/2")

    assert (answer.status_code, answer.json()) == (200, before)
    assert world.effects(system="hub") == []


async def test_a_free_port_is_known_and_gives_no_light(network: httpx.AsyncClient) -> None:
    free = await told(network, "/olts/OLT-WEST/ports/1/1/4")
    url = "/olts/OLT-WEST/ports/1/1/4"
    answer = await network.put(url, json={"enabled": True}, headers={"Idempotency-Key": "plan-1/2"})

    assert (free["customer"], free["enabled"]) == (None, False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "port_unassigned")


async def test_all_ports_of_a_customer_come_in_one_call(network: httpx.AsyncClient) -> None:
    everywhere = await told(network, "/ports", customer="C-10015")

    assert [port["port"] for port in everywhere] == [f"1/2/{number}" for number in range(1, 13)]
    assert everywhere == await told(network, "/olts/OLT-NORD/ports", customer="C-10015")
    assert await told(network, "/olts/OLT-EAST/ports", customer="C-10015") == []


@pytest.mark.parametrize("path", ["/olts/OLT-SUD/ports", "/olts/OLT-SUD/ports/1/1/1", "/olts/OLT-EAST/ports/9/9/9"])
async def test_what_the_network_does_not_have_is_not_found(network: httpx.AsyncClient, path: str) -> None:
    answer = await network.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"].startswith("unknown_")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, {"enabled": False}),
        ({"Idempotency-Key": "k"}, {"enabled": "no"}),
        ({"Idempotency-Key": "k"}, {}),
        ({"Idempotency-Key": "k", "If-Match": "latest"}, {"enabled": False}),
    ],
)
async def test_a_wish_that_is_not_understood_does_nothing(
    world: World, network: httpx.AsyncClient, headers: dict[str, str], body: dict[str, object]
) -> None:
    answer = await network.put(PORT, json=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")
    assert world.effects(system="hub") == []


async def _set(network: httpx.AsyncClient, *, enabled: bool, key: str, version: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key} | ({"If-Match": version} if version else {})
    return await network.put(PORT, json={"enabled": enabled}, headers=headers)
