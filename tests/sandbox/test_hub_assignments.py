"""Ports given out and taken back: never one in use, never one ONT on two."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from demo_company import hub, told

from sandbox import create_app
from sandbox.world import World

FREE = "/olts/OLT-WEST/ports/1/1/4"
TAKEN = "/olts/OLT-EAST/ports/1/2/3"
WISH: dict[str, Any] = {
    "customer": "C-10012",
    "location": "LOC-NEW",
    "ont_serial": "GFON0A1B2C3D",
    "profile": "FIBRE-100",
}


@pytest.fixture
async def network(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(create_app(world)) as client:
        yield client


async def test_a_free_port_is_given_out_with_light(network: httpx.AsyncClient, world: World) -> None:
    answer = await _assign(network, FREE, "plan-1/1")
    port = await told(network, FREE)

    assert (answer.status_code, answer.json()) == (200, port)
    assert port.items() >= {**WISH, "enabled": True, "changed_by_key": "plan-1/1"}.items()
    assert port not in await told(network, "/ports", free="true")
    assert _verbs(world) == ["assign_port"]


async def test_an_ont_that_nobody_knows_becomes_known_and_comes_on_when_it_is_plugged_in(
    network: httpx.AsyncClient, world: World
) -> None:
    await _assign(network, FREE, "plan-1/1")
    before = await told(network, "/devices/GFON0A1B2C3D")
    world.set_clock(world.now() + timedelta(seconds=61))
    after = await told(network, "/devices/GFON0A1B2C3D")

    assert (before["online"], before["last_boot"], before["last_inform"]) == (False, None, None)
    assert (before["customer"], before["location"], before["port"]) == ("C-10012", "LOC-NEW", "1/1/4")
    assert after["online"]
    assert after["last_boot"] > before["since"]
    assert -27 < after["rx_dbm"] < -8


async def test_a_port_in_use_is_refused_and_by_whom_is_told(network: httpx.AsyncClient, world: World) -> None:
    answer = await _assign(network, TAKEN, "plan-1/1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "port_in_use")
    assert "C-10001" in answer.json()["error"]["message"]
    assert answer.json()["current"] == await told(network, TAKEN)
    assert _verbs(world) == []


async def test_the_same_assignment_again_changes_nothing(network: httpx.AsyncClient, world: World) -> None:
    first = await _assign(network, FREE, "plan-1/1")
    again = await _assign(network, FREE, "plan-2/1")

    assert (again.status_code, again.json()) == (200, first.json())
    assert _verbs(world) == ["assign_port"]


async def test_one_ont_hangs_on_one_port(network: httpx.AsyncClient, world: World) -> None:
    known = (await told(network, TAKEN))["ont_serial"]
    answer = await _assign(network, FREE, "plan-1/1", ont_serial=known)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ont_in_use")
    assert "OLT-EAST 1/2/3" in answer.json()["error"]["message"]
    assert answer.json()["current"]["customer"] == "C-10001"
    assert _verbs(world) == []


async def test_a_router_is_no_ont(network: httpx.AsyncClient) -> None:
    devices = await told(network, "/devices", customer="C-10016")
    router = next(device["serial"] for device in devices if device["type"] == "Router")
    answer = await _assign(network, FREE, "plan-1/1", ont_serial=router)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_an_ont")


async def test_a_port_can_be_given_out_before_its_ont_is_known(network: httpx.AsyncClient) -> None:
    answer = await _assign(network, FREE, "plan-1/1", ont_serial=None)

    assert (answer.status_code, answer.json()["ont_serial"], answer.json()["enabled"]) == (200, None, True)


async def test_a_released_port_is_free_and_dark_and_what_hung_on_it_is_offline(
    network: httpx.AsyncClient, world: World
) -> None:
    answer = await network.delete(f"{TAKEN}/assignment", headers={"Idempotency-Key": "plan-1/1"})
    again = await network.delete(f"{TAKEN}/assignment", headers={"Idempotency-Key": "plan-1/1"})
    devices = await told(network, "/devices", customer="C-10001")

    assert answer.json().items() >= {"customer": None, "ont_serial": None, "profile": None, "enabled": False}.items()
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (answer.json(), "true")
    assert answer.json() in await told(network, "/ports", free="true")
    assert {(device["online"], device["port"]) for device in devices} == {(False, None)}
    assert _verbs(world) == ["release_port"]


async def test_what_is_released_can_be_given_back(network: httpx.AsyncClient) -> None:
    before = await told(network, TAKEN)
    await network.delete(f"{TAKEN}/assignment", headers={"Idempotency-Key": "plan-1/1"})
    await _assign(network, TAKEN, "plan-2/1", **{name: before[name] for name in WISH})
    after, devices = await told(network, TAKEN), await told(network, "/devices", customer="C-10001")

    assert {name: after[name] for name in WISH} == {name: before[name] for name in WISH}
    assert {(device["online"], device["port"]) for device in devices} == {(True, "1/2/3")}
    assert {device["type"] for device in devices} == {"ONT", "Router", "ATA"}


async def test_a_port_that_moved_on_is_left_alone_and_shown(network: httpx.AsyncClient, world: World) -> None:
    seen = (await network.get(FREE)).headers["ETag"]
    await _assign(network, FREE, "somebody-else", customer="C-10013")
    headers = {"Idempotency-Key": "plan-1/1", "If-Match": seen}
    answers = [
        await network.put(f"{FREE}/assignment", json=WISH, headers=headers),
        await network.delete(f"{FREE}/assignment", headers={**headers, "Idempotency-Key": "plan-1/2"}),
    ]

    assert [answer.json()["error"]["code"] for answer in answers] == ["version_mismatch"] * 2
    assert answers[0].json()["current"]["customer"] == "C-10013"
    assert _verbs(world) == ["assign_port"]


async def test_free_ports_are_listed_for_one_olt_or_all(network: httpx.AsyncClient) -> None:
    everywhere = await told(network, "/ports", free="true")
    west = await told(network, "/olts/OLT-WEST/ports", free="true")
    taken = await told(network, "/ports", free="false")

    assert {port["customer"] for port in everywhere} == {None}
    assert west == [port for port in everywhere if port["olt"] == "OLT-WEST"]
    assert "1/1/4" in {port["port"] for port in west}
    assert None not in {port["customer"] for port in taken}
    assert None not in {port["profile"] for port in taken}


async def _assign(network: httpx.AsyncClient, port: str, key: str, **changed: object) -> httpx.Response:
    return await network.put(f"{port}/assignment", json={**WISH, **changed}, headers={"Idempotency-Key": key})


def _verbs(world: World) -> list[str]:
    return [effect.verb for effect in world.effects(system="hub")]
