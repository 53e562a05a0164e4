"""The hub answers by its OpenAPI contract, route by route, and serves every route of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from contract_calls import Call, Contract
from demo_company import hub, told

from sandbox import create_app
from sandbox.world import World

CONTRACT = Contract("hub")
PORT = "/olts/{olt}/ports/{slot}/{card}/{port}"
ASSIGNMENT = f"{PORT}/assignment"
REBOOT = {"name": "reboot", "unique_key": "k", "expires_at": "2026-03-12T23:00:00-04:00"}
EAST = {"olt": "OLT-EAST", "slot": "1", "card": "2", "port": "3"}
FREE = {"olt": "OLT-WEST", "slot": "1", "card": "1", "port": "4"}
ATA = {"mac": "02:AA:BB:CC:DD:01"}
CONFIGURE = {**REBOOT, "name": "configure_ata", "did": "4502722408", "model": "HT802"}
ASSIGN = {"customer": "C-10012", "location": "LOC-00012", "ont_serial": "GFON0A1B2C3D", "profile": "FIBRE-100"}
KEY = {"Idempotency-Key": "k"}
STALE = {**KEY, "If-Match": "99"}

CALLS = (
    Call("get", "/devices", 200, query={"customer": "C-10018"}),
    Call("get", "/devices", 401, token=False),
    Call("get", "/devices", 422, query={"mac": "nonsense"}),
    Call("get", "/devices/{serial}", 200, {"serial": "$ROUTER"}),
    Call("get", "/devices/{serial}", 200, {"serial": "$OFFLINE"}),
    Call("get", "/devices/{serial}", 401, {"serial": "$ROUTER"}, token=False),
    Call("get", "/devices/{serial}", 404, {"serial": "NONE"}),
    Call("get", "/devices/{serial}/tasks", 200, {"serial": "$OFFLINE"}),
    Call("get", "/devices/{serial}/tasks", 401, {"serial": "$ROUTER"}, token=False),
    Call("get", "/devices/{serial}/tasks", 404, {"serial": "NONE"}),
    Call("post", "/devices/{serial}/tasks", 200, {"serial": "$ROUTER"}, body=REBOOT),
    Call("post", "/devices/{serial}/tasks", 202, {"serial": "$OFFLINE"}, body=REBOOT),
    Call("post", "/devices/{serial}/tasks", 202, {"serial": "$FAULTY"}, body=REBOOT),
    Call("post", "/devices/{serial}/tasks", 401, {"serial": "$ROUTER"}, body=REBOOT, token=False),
    Call("post", "/devices/{serial}/tasks", 404, {"serial": "NONE"}, body=REBOOT),
    Call("post", "/devices/{serial}/tasks", 409, {"serial": "$ATA"}, body={**REBOOT, "unique_key": "ata"}),
    Call("post", "/devices/{serial}/tasks", 422, {"serial": "$ROUTER"}, body={}),
    Call("get", "/atas/{mac}/tasks", 200, {"mac": "$MAC"}),
    Call("get", "/atas/{mac}/tasks", 401, ATA, token=False),
    Call("get", "/atas/{mac}/tasks", 409, {"mac": "$ROUTER MAC"}),
    Call("get", "/atas/{mac}/tasks", 422, {"mac": "nonsense"}),
    Call("post", "/atas/{mac}/tasks", 200, {"mac": "$MAC"}, body=CONFIGURE),
    Call("post", "/atas/{mac}/tasks", 202, ATA, body=CONFIGURE),
    Call("post", "/atas/{mac}/tasks", 401, ATA, body=CONFIGURE, token=False),
    Call("post", "/atas/{mac}/tasks", 404, ATA, body={**CONFIGURE, "name": "clear_ata"}),
    Call("post", "/atas/{mac}/tasks", 409, ATA, body={**CONFIGURE, "did": "4502647000"}),
    Call("post", "/atas/{mac}/tasks", 422, ATA, body={**CONFIGURE, "did": "272-2408"}),
    Call("delete", "/tasks/{id}", 200, {"id": "$QUEUED"}),
    Call("delete", "/tasks/{id}", 401, {"id": "$QUEUED"}, token=False),
    Call("delete", "/tasks/{id}", 404, {"id": "T-999999"}),
    Call("delete", "/tasks/{id}", 409, {"id": "$FAULTED"}),
    Call("get", "/ports", 200, query={"customer": "C-10001"}),
    Call("get", "/ports", 401, token=False),
    Call("get", "/ports", 422, query={"free": "perhaps"}),
    Call("get", "/olts/{olt}/ports", 200, {"olt": "OLT-EAST"}),
    Call("get", "/olts/{olt}/ports", 401, {"olt": "OLT-EAST"}, token=False),
    Call("get", "/olts/{olt}/ports", 404, {"olt": "NONE"}),
    Call("get", "/olts/{olt}/ports", 422, {"olt": "OLT-EAST"}, {"free": "perhaps"}),
    Call("get", PORT, 200, FREE),
    Call("get", PORT, 401, FREE, token=False),
    Call("get", PORT, 404, {**FREE, "port": "99"}),
    Call("put", PORT, 200, EAST, body={"enabled": False}, headers=KEY),
    Call("put", PORT, 401, EAST, body={"enabled": False}, headers=KEY, token=False),
    Call("put", PORT, 404, {**EAST, "port": "99"}, body={"enabled": False}, headers=KEY),
    Call("put", PORT, 409, FREE, body={"enabled": True}, headers=KEY),
    Call("put", PORT, 422, EAST, body={"enabled": False}),
    Call("put", ASSIGNMENT, 200, FREE, body=ASSIGN, headers=KEY),
    Call("put", ASSIGNMENT, 401, FREE, body=ASSIGN, headers=KEY, token=False),
    Call("put", ASSIGNMENT, 404, {**FREE, "port": "99"}, body=ASSIGN, headers=KEY),
    Call("put", ASSIGNMENT, 409, EAST, body=ASSIGN, headers=KEY),
    Call("put", ASSIGNMENT, 422, FREE, body={**ASSIGN, "profile": ""}, headers=KEY),
    Call("delete", ASSIGNMENT, 200, EAST, headers=KEY),
    Call("delete", ASSIGNMENT, 401, EAST, headers=KEY, token=False),
    Call("delete", ASSIGNMENT, 404, {**FREE, "port": "99"}, headers=KEY),
    Call("delete", ASSIGNMENT, 409, EAST, headers=STALE),
    Call("delete", ASSIGNMENT, 422, EAST),
)


@pytest.fixture
async def network(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(create_app(world)) as client:
        yield client


def test_every_answer_of_the_contract_is_tried() -> None:
    assert {(call.method, call.path, call.status) for call in CALLS} == CONTRACT.promised


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_each_route_answers_by_the_contract(network: httpx.AsyncClient, call: Call) -> None:
    await CONTRACT.holds(network, call, await _names(network))


def test_requests_of_the_tests_fit_the_contract_too() -> None:
    CONTRACT.check(REBOOT, "TaskRequest")
    CONTRACT.check(CONFIGURE, "AtaTaskRequest")
    CONTRACT.check({"enabled": False}, "PortRequest")
    CONTRACT.check(ASSIGN, "AssignmentRequest")


async def _names(network: httpx.AsyncClient) -> dict[str, str]:
    """Devices of the demo company, and tasks in the states that calls need."""
    devices = {
        name: await _device(network, customer, kind)
        for name, customer, kind in (
            ("$ROUTER", "C-10016", "Router"),
            ("$OFFLINE", "C-10011", "ONT"),
            ("$FAULTY", "C-10056", "Router"),
            ("$ATA", "C-10001", "ATA"),
        )
    }
    serials = {name: device["serial"] for name, device in devices.items()}
    macs = {"$MAC": devices["$ATA"]["mac"], "$ROUTER MAC": devices["$ROUTER"]["mac"]}
    earlier = {**REBOOT, "unique_key": "earlier"}
    queued = await network.post(f"/devices/{serials['$OFFLINE']}/tasks", json=earlier)
    faulted = await network.post(f"/devices/{serials['$FAULTY']}/tasks", json=earlier)
    await network.post(f"/atas/{macs['$MAC']}/tasks", json={**CONFIGURE, "unique_key": "ata"})
    return {**serials, **macs, "$QUEUED": queued.json()["id"], "$FAULTED": faulted.json()["id"]}


async def _device(network: httpx.AsyncClient, customer: str, kind: str) -> dict[str, str]:
    found: list[dict[str, str]] = await told(network, "/devices", customer=customer)
    return next(device for device in found if device["type"] == kind)
