"""The hub answers by its OpenAPI contract, route by route, and serves every route of it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from demo_company import hub, told
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator

from sandbox import create_app, open_demo
from sandbox.world import World

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "docs" / "contracts" / "hub.openapi.yaml").read_text(encoding="utf-8")
)
PORT = "/olts/{olt}/ports/{slot}/{card}/{port}"
REBOOT = {"name": "reboot", "unique_key": "k", "expires_at": "2026-03-12T23:00:00-04:00"}
EAST = {"olt": "OLT-EAST", "slot": "1", "card": "2", "port": "3"}
FREE = {"olt": "OLT-WEST", "slot": "1", "card": "1", "port": "4"}


@dataclass(frozen=True)
class Call:
    """One call by the contract and the status that it must get; `{ont}` and the like stand for serials."""

    method: str
    path: str
    status: int
    values: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    token: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


CALLS = (
    Call("get", "/devices", 200, query={"customer": "C-10018"}),
    Call("get", "/devices", 401, token=False),
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
    Call("post", "/devices/{serial}/tasks", 422, {"serial": "$ROUTER"}, body={}),
    Call("delete", "/tasks/{id}", 200, {"id": "$QUEUED"}),
    Call("delete", "/tasks/{id}", 401, {"id": "$QUEUED"}, token=False),
    Call("delete", "/tasks/{id}", 404, {"id": "T-999999"}),
    Call("delete", "/tasks/{id}", 409, {"id": "$FAULTED"}),
    Call("get", "/ports", 200, query={"customer": "C-10001"}),
    Call("get", "/ports", 401, token=False),
    Call("get", "/olts/{olt}/ports", 200, {"olt": "OLT-EAST"}),
    Call("get", "/olts/{olt}/ports", 401, {"olt": "OLT-EAST"}, token=False),
    Call("get", "/olts/{olt}/ports", 404, {"olt": "NONE"}),
    Call("get", PORT, 200, FREE),
    Call("get", PORT, 401, FREE, token=False),
    Call("get", PORT, 404, {**FREE, "port": "99"}),
    Call("put", PORT, 200, EAST, body={"enabled": False}, headers={"Idempotency-Key": "k"}),
    Call("put", PORT, 401, EAST, body={"enabled": False}, headers={"Idempotency-Key": "k"}, token=False),
    Call("put", PORT, 404, {**EAST, "port": "99"}, body={"enabled": False}, headers={"Idempotency-Key": "k"}),
    Call("put", PORT, 409, FREE, body={"enabled": True}, headers={"Idempotency-Key": "k"}),
    Call("put", PORT, 422, EAST, body={"enabled": False}),
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = open_demo(tmp_path / "world.sqlite")
    yield world
    world.close()


@pytest.fixture
async def network(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with hub(create_app(world)) as client:
        yield client


def test_the_contract_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(CONTRACT).validate()


def test_every_answer_of_the_contract_is_tried() -> None:
    promised = {
        (method, path, int(status))
        for path, methods in CONTRACT["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
        for status in operation["responses"]
    }

    assert promised == {(call.method, call.path, call.status) for call in CALLS}


@pytest.mark.parametrize("call", CALLS, ids=str)
async def test_each_route_answers_by_the_contract(network: httpx.AsyncClient, call: Call) -> None:
    names = await _names(network)
    values = {key: names.get(value, value) for key, value in call.values.items()}
    if not call.token:
        del network.headers["Authorization"]
    answer = await network.request(
        call.method.upper(), call.path.format(**values), params=call.query, json=call.body, headers=call.headers
    )

    assert answer.status_code == call.status, answer.text
    _check(answer.json(), _schema(call))


async def test_requests_of_the_tests_fit_the_contract_too() -> None:
    _check(REBOOT, {"$ref": "#/components/schemas/TaskRequest"})
    _check({"enabled": False}, {"$ref": "#/components/schemas/PortRequest"})


async def _names(network: httpx.AsyncClient) -> dict[str, str]:
    """Serials of the demo company, and tasks in the states that calls need."""
    serials = {
        name: await _serial(network, customer, kind)
        for name, customer, kind in (
            ("$ROUTER", "C-10016", "Router"),
            ("$OFFLINE", "C-10011", "ONT"),
            ("$FAULTY", "C-10056", "Router"),
        )
    }
    earlier = {**REBOOT, "unique_key": "earlier"}
    queued = await network.post(f"/devices/{serials['$OFFLINE']}/tasks", json=earlier)
    faulted = await network.post(f"/devices/{serials['$FAULTY']}/tasks", json=earlier)
    return {**serials, "$QUEUED": queued.json()["id"], "$FAULTED": faulted.json()["id"]}


async def _serial(network: httpx.AsyncClient, customer: str, kind: str) -> str:
    devices = await told(network, "/devices", customer=customer)
    return next(str(device["serial"]) for device in devices if device["type"] == kind)


def _schema(call: Call) -> dict[str, Any]:
    answer = CONTRACT["paths"][call.path][call.method]["responses"][str(call.status)]
    if "$ref" in answer:
        answer = CONTRACT["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
    return schema


def _check(instance: object, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": CONTRACT["components"]}
    OAS31Validator(whole, format_checker=oas31_format_checker).validate(instance)
