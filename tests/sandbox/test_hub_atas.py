"""Telephone adapters: configured by MAC address, before or after they were plugged in, with numbers the PBX serves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from demo_company import hub, told

from sandbox import create_app
from sandbox.world import World

NEW = "02:AA:BB:CC:DD:01"
EXPIRY = "2026-03-19T09:00:00-04:00"


@pytest.fixture
async def network(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(create_app(world)) as client:
        yield client


async def test_adapters_carry_the_numbers_of_their_location(network: httpx.AsyncClient) -> None:
    devices = await told(network, "/devices", customer="C-10004")
    numbers = sorted(did for device in devices if device["type"] == "ATA" for did in device["dids"])

    assert numbers == ["4502643100", "4502643101", "4502643102", "4502643103"]
    assert {device["dids"] for device in devices if device["type"] != "ATA"} == {None}


async def test_an_adapter_that_is_online_takes_its_number_at_once(network: httpx.AsyncClient, world: World) -> None:
    mac = await _mac(network, "C-10018")
    answer = await _order(network, mac, "4502722408", "plan-1/1")
    (device,) = await told(network, "/devices", mac=mac)

    assert (answer.status_code, answer.json()["state"], answer.json()["did"]) == (200, "done", "4502722408")
    assert device["dids"] == ["4502722408", "4508252100"]
    assert _verbs(world) == ["configure_ata"]


async def test_a_number_moves_from_one_adapter_to_another(network: httpx.AsyncClient) -> None:
    mac = await _mac(network, "C-10018")
    await _order(network, mac, "4502722408", "plan-1/1")
    (old,) = await told(network, "/devices", mac=await _mac(network, "C-10001"))

    assert old["dids"] == []


async def test_an_adapter_that_nobody_knows_waits_for_its_plug(network: httpx.AsyncClient, world: World) -> None:
    answer = await _order(network, NEW.lower(), "4502722408", "plan-1/1", model="HT802")
    (before,) = await told(network, "/devices", mac=NEW)
    world.set_clock(world.now() + timedelta(seconds=61))
    (task,) = await told(network, f"/atas/{NEW}/tasks", unique_key="plan-1/1")
    (after,) = await told(network, "/devices", mac=NEW)

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert (before["customer"], before["model"], before["online"], before["dids"]) == ("C-10001", "HT802", False, [])
    assert task["state"] == "done"
    assert (after["online"], after["dids"]) == (True, ["4502722408"])
    assert _verbs(world) == ["queue_configure_ata", "configure_ata"]


async def test_a_queued_number_can_be_taken_back(network: httpx.AsyncClient, world: World) -> None:
    task = (await _order(network, NEW, "4502722408", "plan-1/1")).json()
    await network.delete(f"/tasks/{task['id']}")
    world.set_clock(world.now() + timedelta(seconds=61))

    assert (await told(network, "/devices", mac=NEW))[0]["dids"] == []


async def test_a_number_is_cleared(network: httpx.AsyncClient, world: World) -> None:
    mac = await _mac(network, "C-10001")
    answer = await _order(network, mac, "4502722408", "plan-1/1", name="clear_ata")
    (device,) = await told(network, "/devices", mac=mac)

    assert (answer.json()["state"], device["dids"]) == ("done", [])
    assert _verbs(world) == ["clear_ata"]


async def test_a_key_configures_once_whatever_became_of_the_adapter(network: httpx.AsyncClient, world: World) -> None:
    mac = await _mac(network, "C-10018")
    first = await _order(network, mac, "4502722408", "plan-1/1")
    await _order(network, mac, "4502722408", "plan-2/1", name="clear_ata")
    again = await _order(network, mac, "4502722408", "plan-1/1")

    assert again.json() == first.json()
    assert (await told(network, "/devices", mac=mac))[0]["dids"] == ["4508252100"]
    assert _verbs(world) == ["configure_ata", "clear_ata"]


@pytest.mark.parametrize(
    ("customer", "did", "code"),
    [("C-10018", "4502647000", "unknown_line"), ("C-10004", "4502722408", "ata_full")],
)
async def test_what_an_adapter_cannot_carry_is_refused(
    network: httpx.AsyncClient, world: World, customer: str, did: str, code: str
) -> None:
    answer = await _order(network, await _mac(network, customer), did, "plan-1/1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)
    assert _verbs(world) == []


async def test_a_key_for_another_number_is_refused(network: httpx.AsyncClient) -> None:
    mac = await _mac(network, "C-10018")
    await _order(network, mac, "4502722408", "plan-1/1")
    answer = await _order(network, mac, "4502473300", "plan-1/1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "key_reused")


async def test_a_router_carries_no_number(network: httpx.AsyncClient) -> None:
    devices = await told(network, "/devices", customer="C-10016")
    mac = next(device["mac"] for device in devices if device["type"] == "Router")
    answer = await _order(network, mac, "4502722408", "plan-1/1")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_an_ata")


async def test_an_adapter_that_nobody_knows_had_no_tasks(network: httpx.AsyncClient) -> None:
    assert await told(network, f"/atas/{NEW}/tasks") == []


async def _mac(network: httpx.AsyncClient, customer: str) -> str:
    devices = await told(network, "/devices", customer=customer)
    return next(str(device["mac"]) for device in devices if device["type"] == "ATA")


async def _order(network: httpx.AsyncClient, mac: str, did: str, key: str, **changed: str) -> httpx.Response:
    wish: dict[str, Any] = {"name": "configure_ata", "did": did, "unique_key": key, "expires_at": EXPIRY, **changed}
    return await network.post(f"/atas/{mac}/tasks", json=wish)


def _verbs(world: World) -> list[str]:
    return [effect.verb for effect in world.effects(system="hub")]
