"""The Hub client and the sandbox's hub understand each other, on the demo company."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from agent.clients.http import HttpSystem
from agent.clients.hub import Assignment, Device, Hub
from agent.clients.refusal import explain_hub
from agent.errors import AccessDenied, Conflict, Missing, OutcomeUnknown, Rejected, Unavailable
from sandbox.app import create_app
from sandbox.demo import DEMO_HUB_TOKEN, open_demo
from sandbox.world import World

OLT, PORT = "OLT-EAST", "1/2/3"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = open_demo(tmp_path / "world.sqlite")
    yield world
    world.close()


def client(world: World, token: str = DEMO_HUB_TOKEN) -> Hub:
    headers = {"Authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(create_app(world))
    return Hub(HttpSystem("hub", "http://site/hub", headers, explain=explain_hub, transport=transport))


@pytest.fixture
async def hub(world: World) -> AsyncIterator[Hub]:
    hub = client(world)
    yield hub
    await hub.aclose()


async def ont_of(hub: Hub, customer: str) -> Device:
    return next(device for device in await hub.devices(customer=customer) if device.type == "ONT")


async def test_a_customers_devices_are_told_whole(hub: Hub) -> None:
    devices = await hub.devices(customer="C-10018")
    assert {device.customer for device in devices} == {"C-10018"}
    assert {"ONT", "Router", "Mesh"} <= {device.type for device in devices}
    clients = [client for device in devices if device.wifi for client in device.wifi.clients]
    assert len(clients) == 3
    assert all(client.rssi_dbm is not None and client.rssi_dbm < 0 for client in clients)
    ont = await ont_of(hub, "C-10018")
    assert ont.online
    assert ont.last_boot is not None
    assert ont.rx_dbm is not None
    assert -28 < ont.rx_dbm < 0
    assert await hub.device(ont.serial) == ont
    assert await hub.devices(serial=ont.serial) == [ont]
    assert ont in await hub.devices(location=ont.location)


async def test_nobody_is_asked_for_everybodys_devices(hub: Hub) -> None:
    with pytest.raises(ValueError, match="named"):
        await hub.devices()
    with pytest.raises(ValueError, match="named"):
        await hub.ports("")


async def test_a_port_is_closed_once_and_its_devices_go_dark(hub: Hub, world: World) -> None:
    before = await hub.port(OLT, PORT)
    assert before.enabled
    assert [before] == await hub.ports("C-10001")
    after = await hub.set_port(OLT, PORT, enabled=False, key="P-1/1", version=before.version)
    again = await hub.set_port(OLT, PORT, enabled=False, key="P-1/1", version=before.version)
    assert not after.enabled
    assert after.changed_by_key == "P-1/1"
    assert after == again == await hub.port(OLT, PORT)
    assert not (await ont_of(hub, "C-10001")).online
    assert [effect.verb for effect in world.effects(system="hub")] == ["set_port"]


async def test_a_port_that_moved_on_is_a_conflict(hub: Hub) -> None:
    read = await hub.port(OLT, PORT)
    await hub.set_port(OLT, PORT, enabled=False, key="theirs")
    with pytest.raises(Conflict) as caught:
        await hub.set_port(OLT, PORT, enabled=True, key="ours", version=read.version)
    assert caught.value.facts["error_type"] == "version_mismatch"
    assert not (await hub.port(OLT, PORT)).enabled


@pytest.mark.parametrize("port", ["9/9/9", "1/2", "1/2/3/4", "a/b/c", "", "1/2/.."])
async def test_a_port_that_is_none_is_missing(hub: Hub, port: str) -> None:
    with pytest.raises(Missing):
        await hub.port(OLT, port)
    with pytest.raises(Missing):
        await hub.set_port(OLT, port, enabled=False, key="k")


async def test_a_reboot_is_done_once_and_proven_by_the_last_boot(hub: Hub, world: World) -> None:
    router = next(device for device in await hub.devices(customer="C-10001") if device.type == "Router")
    expires_at = world.now() + timedelta(minutes=10)
    task = await hub.reboot(router.serial, key="P-2/1", expires_at=expires_at)
    assert (task.state, task.serial, task.unique_key) == ("done", router.serial, "P-2/1")
    assert await hub.reboot(router.serial, key="P-2/1", expires_at=expires_at) == task
    assert await hub.tasks(router.serial, "P-2/1") == [task]
    assert await hub.tasks(router.serial, "P-2/2") == []
    world.set_clock(world.now() + timedelta(minutes=1))
    rebooted = await hub.device(router.serial)
    assert rebooted.last_boot is not None
    assert router.last_boot is not None
    assert rebooted.last_boot > router.last_boot
    assert [effect.verb for effect in world.effects(system="hub")].count("reboot") == 1


async def test_a_reboot_of_what_is_offline_is_queued_and_not_done(hub: Hub, world: World) -> None:
    ont = await ont_of(hub, "C-10011")
    assert not ont.online
    assert ont.rx_dbm is None
    task = await hub.reboot(ont.serial, key="P-3/1", expires_at=world.now() + timedelta(minutes=10))
    assert task.state == "queued"
    world.set_clock(world.now() + timedelta(minutes=11))
    assert [task.state for task in await hub.tasks(ont.serial, "P-3/1")] == ["expired"]


async def test_a_device_that_answers_with_a_fault_says_which(hub: Hub, world: World) -> None:
    router = next(device for device in await hub.devices(customer="C-10056") if device.type == "Router")
    task = await hub.reboot(router.serial, key="P-4/1", expires_at=world.now() + timedelta(minutes=10))
    assert task.state == "faulted"
    assert task.fault is not None
    assert task.fault.code
    assert task.fault.message


async def test_a_port_is_given_out_and_taken_back(hub: Hub, world: World) -> None:
    free = next(port for port in await hub.free_ports() if port.olt == "OLT-WEST" and port.port == "1/1/4")
    assert free in await hub.free_ports("OLT-WEST")
    wish = Assignment(customer="C-10012", location="LOC-NEW", ont_serial="GFON0A1B2C3D", profile="FIBRE-100")
    given = await hub.assign_port(free.olt, free.port, wish, key="P-5/1", version=free.version)
    assert await hub.assign_port(free.olt, free.port, wish, key="P-5/1", version=free.version) == given
    assert (given.customer, given.ont_serial, given.profile, given.enabled) == (
        "C-10012",
        "GFON0A1B2C3D",
        "FIBRE-100",
        True,
    )
    ont = await hub.device("GFON0A1B2C3D")
    assert (ont.online, ont.last_boot, ont.port) == (False, None, "1/1/4")
    back = await hub.release_port(free.olt, free.port, key="P-6/1", version=given.version)
    assert (back.customer, back.enabled, back.changed_by_key) == (None, False, "P-6/1")
    assert back == await hub.port(free.olt, free.port)
    assert [effect.verb for effect in world.effects(system="hub")] == ["assign_port", "release_port"]


async def test_a_port_in_use_says_by_whom(hub: Hub) -> None:
    wish = Assignment(customer="C-10012", location="LOC-NEW", profile="FIBRE-100")
    with pytest.raises(Conflict) as caught:
        await hub.assign_port(OLT, PORT, wish, key="P-5/1")
    assert caught.value.facts["error_type"] == "port_in_use"
    assert "C-10001" in caught.value.facts["reason"]


async def test_an_olt_that_does_not_exist_is_missing(hub: Hub) -> None:
    with pytest.raises(Missing):
        await hub.free_ports("OLT-SUD")


async def test_an_adapter_is_told_its_number_once_and_carries_it(hub: Hub, world: World) -> None:
    ata = next(device for device in await hub.devices(customer="C-10018") if device.type == "ATA")
    expires_at = world.now() + timedelta(days=7)
    task = await hub.configure_ata(ata.mac, did="4502722408", key="P-7/1", expires_at=expires_at)
    assert await hub.configure_ata(ata.mac, did="4502722408", key="P-7/1", expires_at=expires_at) == task
    assert (task.name, task.did, task.state) == ("configure_ata", "4502722408", "done")
    assert await hub.ata_tasks(ata.mac, "P-7/1") == [task]
    assert (await hub.devices(mac=ata.mac))[0].dids == ["4502722408", "4508252100"]
    cleared = await hub.clear_ata(ata.mac, did="4502722408", key="P-8/1", expires_at=expires_at)
    assert cleared.state == "done"
    assert (await hub.devices(mac=ata.mac))[0].dids == ["4508252100"]


async def test_an_adapter_never_plugged_in_waits_and_can_be_let_off(hub: Hub, world: World) -> None:
    mac = "02:AA:BB:CC:DD:01"
    assert await hub.ata_tasks(mac, "P-9/1") == []
    expires_at = world.now() + timedelta(days=7)
    task = await hub.configure_ata(mac, did="4502722408", key="P-9/1", expires_at=expires_at, model="HT802")
    assert task.state == "queued"
    assert (await hub.cancel_task(task.id)).state == "cancelled"
    assert [one.state for one in await hub.ata_tasks(mac, "P-9/1")] == ["cancelled"]


async def test_a_number_that_the_pbx_does_not_serve_is_not_configured(hub: Hub, world: World) -> None:
    with pytest.raises(Conflict) as caught:
        await hub.configure_ata("02:AA:BB:CC:DD:01", did="4502647000", key="P-9/1", expires_at=world.now())
    assert caught.value.facts["error_type"] == "unknown_line"
    with pytest.raises(Missing):
        await hub.clear_ata("02:AA:BB:CC:DD:01", did="4502722408", key="P-9/2", expires_at=world.now())


async def test_a_task_that_is_done_cannot_be_cancelled(hub: Hub, world: World) -> None:
    router = next(device for device in await hub.devices(customer="C-10001") if device.type == "Router")
    task = await hub.reboot(router.serial, key="P-2/1", expires_at=world.now() + timedelta(minutes=10))
    with pytest.raises(Conflict):
        await hub.cancel_task(task.id)


async def test_an_unknown_device_is_missing(hub: Hub, world: World) -> None:
    with pytest.raises(Missing):
        await hub.device("NOSUCH")
    with pytest.raises(Missing):
        await hub.reboot("NOSUCH", key="k", expires_at=world.now())
    assert await hub.devices(serial="NOSUCH") == []


async def test_a_wrong_token_is_denied(world: World) -> None:
    with pytest.raises(AccessDenied):
        await client(world, "wrong-token").ports("C-10001")


async def test_what_the_hub_refuses_is_rejected_in_its_words(hub: Hub, world: World) -> None:
    with pytest.raises(Rejected) as caught:
        await hub.reboot((await ont_of(hub, "C-10001")).serial, key="", expires_at=world.now())
    assert caught.value.facts["status"] == 422
    assert "unique_key" in caught.value.facts["reason"]


def said_by(body: object, status: int = 200) -> Hub:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, json=body))
    return Hub(HttpSystem("hub", "http://site", {}, explain=explain_hub, transport=transport))


async def test_an_answer_that_is_no_port_is_never_taken_for_one() -> None:
    half = {"olt": OLT, "port": PORT}
    with pytest.raises(OutcomeUnknown):
        await said_by(half).set_port(OLT, PORT, enabled=False, key="k")


async def test_a_404_of_some_other_server_does_not_mean_that_a_port_is_missing() -> None:
    with pytest.raises(Rejected) as caught:
        await said_by({"detail": "Not Found"}, 404).port(OLT, PORT)
    assert not isinstance(caught.value, Missing)


async def test_an_error_of_the_hub_itself_leaves_a_write_unknown() -> None:
    body = {"error": {"code": "internal", "message": "lost the OLT"}}
    with pytest.raises(OutcomeUnknown):
        await said_by(body, 500).set_port(OLT, PORT, enabled=False, key="k")


async def test_a_hub_that_is_busy_is_unavailable() -> None:
    hub = said_by({"error": {"code": "busy"}}, 503)
    with pytest.raises(OutcomeUnknown):
        await hub.set_port(OLT, PORT, enabled=False, key="k")
    with pytest.raises(Unavailable):
        await said_by({"error": {"code": "busy"}}, 429).set_port(OLT, PORT, enabled=False, key="k")


async def test_several_devices_are_asked_for_at_once(hub: Hub) -> None:
    known = await hub.devices(customer="C-10018")
    serials = [device.serial for device in known]
    assert len(serials) > 2
    assert await hub.devices(serial=[*serials, "NOBODY-1"]) == known
    with pytest.raises(ValueError, match="has to be named"):
        await hub.devices(serial=[])
