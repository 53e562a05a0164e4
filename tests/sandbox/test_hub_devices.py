"""Devices and their tasks: queued is not done, a key acts once, an expired task never runs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from demo_company import hub, told

from sandbox import create_app
from sandbox.hub.devices import set_plugged_in
from sandbox.world import World


@pytest.fixture
async def network(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(create_app(world)) as client:
        yield client


async def test_a_reboot_is_proven_by_the_last_boot_moving(world: World, network: httpx.AsyncClient) -> None:
    router = await _device(network, "C-10016", "Router")
    answer = await _reboot(network, world, router["serial"], "plan-1/1")
    during = await told(network, f"/devices/{router['serial']}")
    _later(world, seconds=3)
    after = await told(network, f"/devices/{router['serial']}")

    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    assert (during["online"], during["last_boot"]) == (False, router["last_boot"])
    assert after["online"]
    assert after["last_boot"] > router["last_boot"]
    assert after["since"] == after["last_boot"]


async def test_the_same_key_reboots_once(world: World, network: httpx.AsyncClient) -> None:
    router = await _device(network, "C-10016", "Router")
    first = await _reboot(network, world, router["serial"], "plan-1/1")
    _later(world, minutes=10)
    again = await _reboot(network, world, router["serial"], "plan-1/1")

    assert again.json() == first.json()
    assert _verbs(world) == ["reboot"]


async def test_another_key_reboots_again(world: World, network: httpx.AsyncClient) -> None:
    router = await _device(network, "C-10016", "Router")
    await _reboot(network, world, router["serial"], "plan-1/1")
    _later(world, minutes=10)
    await _reboot(network, world, router["serial"], "plan-2/1")

    assert _verbs(world) == ["reboot", "reboot"]


async def test_a_device_that_is_offline_queues_and_reboots_when_it_is_back(
    world: World, network: httpx.AsyncClient
) -> None:
    ont = await _device(network, "C-10011", "ONT")
    answer = await _reboot(network, world, ont["serial"], "plan-1/1")
    _plug_in(world, ont["serial"])
    (task,) = await told(network, f"/devices/{ont['serial']}/tasks", unique_key="plan-1/1")

    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert task["state"] == "done"
    assert _verbs(world) == ["queue_reboot", "reboot"]


async def test_a_task_that_expired_in_the_queue_never_runs(world: World, network: httpx.AsyncClient) -> None:
    ont = await _device(network, "C-10011", "ONT")
    await _reboot(network, world, ont["serial"], "plan-1/1")
    _later(world, hours=2)
    _plug_in(world, ont["serial"])
    (task,) = await told(network, f"/devices/{ont['serial']}/tasks")

    assert task["state"] == "expired"
    assert _verbs(world) == ["queue_reboot"]


async def test_a_queued_task_can_be_cancelled_and_then_never_runs(world: World, network: httpx.AsyncClient) -> None:
    ont = await _device(network, "C-10011", "ONT")
    task = (await _reboot(network, world, ont["serial"], "plan-1/1")).json()
    answers = [await network.delete(f"/tasks/{task['id']}") for _ in range(2)]
    _plug_in(world, ont["serial"])
    (after,) = await told(network, f"/devices/{ont['serial']}/tasks")

    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "cancelled")] * 2
    assert after["state"] == "cancelled"
    assert _verbs(world) == ["queue_reboot", "cancel_task"]


async def test_a_task_that_is_done_cannot_be_cancelled(world: World, network: httpx.AsyncClient) -> None:
    router = await _device(network, "C-10016", "Router")
    task = (await _reboot(network, world, router["serial"], "plan-1/1")).json()
    answer = await network.delete(f"/tasks/{task['id']}")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "task_not_queued")


async def test_a_fault_of_the_device_is_told_and_reboots_nothing(world: World, network: httpx.AsyncClient) -> None:
    router = await _device(network, "C-10056", "Router")
    answer = await _reboot(network, world, router["serial"], "plan-1/1")

    assert (answer.status_code, answer.json()["state"]) == (202, "faulted")
    assert answer.json()["fault"] == {"code": "9002", "message": "Internal error"}
    assert _verbs(world) == []


async def test_a_device_that_is_away_tells_no_stale_reading(network: httpx.AsyncClient) -> None:
    ont = await _device(network, "C-10011", "ONT")
    router = await _device(network, "C-10011", "Router")

    assert (ont["rx_dbm"], ont["tx_dbm"], ont["uptime_seconds"]) == (None, None, None)
    assert router["wifi"]["clients"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "reboot", "unique_key": "k"}, "expires_at"),
        ({"name": "factory_reset", "unique_key": "k", "expires_at": "2026-03-12T10:00:00-04:00"}, "name"),
        ({"name": "reboot", "unique_key": "", "expires_at": "2026-03-12T10:00:00-04:00"}, "unique_key"),
        ({"name": "reboot", "unique_key": "k", "expires_at": "2026-03-12T10:00:00"}, "expires_at"),
        ([], "body"),
    ],
)
async def test_a_task_that_is_not_understood_is_refused_by_field(
    world: World, network: httpx.AsyncClient, body: object, field: str
) -> None:
    router = await _device(network, "C-10016", "Router")
    answer = await network.post(f"/devices/{router['serial']}/tasks", json=body)

    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(field)
    assert _verbs(world) == []


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic demo-hub-token"])
async def test_nothing_is_told_or_done_without_a_token(
    world: World, network: httpx.AsyncClient, authorization: str
) -> None:
    network.headers["Authorization"] = authorization
    answers = [await network.get("/devices"), await network.put("/olts/OLT-EAST/ports/1/2/3", json={})]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json()["error"]["code"] == "unauthorized"
    assert _verbs(world) == []


async def _device(network: httpx.AsyncClient, customer: str, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = await told(network, "/devices", customer=customer)
    return next(device for device in found if device["type"] == kind)


async def _reboot(network: httpx.AsyncClient, world: World, serial: str, key: str) -> httpx.Response:
    expiry = (world.now() + timedelta(hours=1)).isoformat()
    body = {"name": "reboot", "unique_key": key, "expires_at": expiry}
    return await network.post(f"/devices/{serial}/tasks", json=body)


def _plug_in(world: World, serial: str) -> None:
    with world.transaction() as connection:
        set_plugged_in(connection, serial, world.now(), plugged_in=True)


def _later(world: World, **gap: int) -> None:
    world.set_clock(world.now() + timedelta(**gap))


def _verbs(world: World) -> list[str]:
    return [effect.verb for effect in world.effects(system="hub")]
