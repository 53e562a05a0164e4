"""The demo company's telephony: ERPNext, the PBX, the adapters and the 911 provider tell one story."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from demo_company import e911, erpnext, hub, listed, pbx, told
from starlette.types import ASGIApp

from sandbox import create_app, open_demo

SHARED = ("customer", "extension", "caller_id", "language", "max_calls", "call_timeout")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[ASGIApp]:
    world = open_demo(tmp_path / "world.sqlite")
    yield create_app(world)
    world.close()


@pytest.fixture
async def erp(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with erpnext(app) as client:
        yield client


@pytest.fixture
async def exchange(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    async with pbx(app) as client:
        yield client


async def test_the_pbx_has_every_line_as_erpnext_has_it(erp: httpx.AsyncClient, exchange: httpx.AsyncClient) -> None:
    documents = {row["name"]: row for row in await listed(erp, "VoIP Line")}
    lines = {line["did"]: line for line in await told(exchange, "/lines")}

    assert set(lines) == set(documents)
    for did, line in lines.items():
        document = documents[did]
        assert {name: line[name] for name in SHARED} == {name: document[name] for name in SHARED}
        assert line["location"] == document["service_location"]
        assert line["state"] == {"Active": "enabled", "Inactive": "disabled"}[document["status"]]
        assert line["voicemail"]["enabled"] == bool(document["voicemail_enabled"])
        assert line["voicemail"]["email"] == document["voicemail_email"]


async def test_the_numbers_that_can_be_given_out(exchange: httpx.AsyncClient) -> None:
    free = [number["did"] for number in await told(exchange, "/numbers", free="true")]

    assert free == [*(f"4502647{last:03d}" for last in range(20)), "8195551234"]


async def test_jean_tremblay_has_voicemail_at_his_address(exchange: httpx.AsyncClient) -> None:
    line = await told(exchange, "/lines/4502722408")

    assert (line["customer"], line["state"], line["voicemail"]["enabled"]) == ("C-10001", "enabled", True)
    assert line["voicemail"]["email"] == "jean.tremblay@example.com"


async def test_each_active_line_is_carried_by_the_adapter_that_erpnext_names(
    app: ASGIApp, erp: httpx.AsyncClient
) -> None:
    async with hub(app) as network:
        devices = await told(network, "/devices")
    carried = {did: device["mac"] for device in devices for did in device["dids"] or ()}
    documents = await listed(erp, "VoIP Line", ["name", "ata_mac"], status="Active")

    assert carried == {row["name"]: row["ata_mac"] for row in documents}


async def test_the_provider_has_twelve_orphans_and_lacks_one_line(app: ASGIApp, exchange: httpx.AsyncClient) -> None:
    async with e911(app) as provider:
        page = await told(provider, "/registrations", limit="1000")
        codes = {one["city"]: one["cauca_code"] for one in await told(provider, "/municipalities")}
    registered = {one["did"] for one in page["items"]}
    enabled = {line["did"] for line in await told(exchange, "/lines", state="enabled")}

    assert len(registered - enabled) == 12
    assert len(enabled - registered) == 1
    assert {one["state"] for one in page["items"]} == {"registered"}
    assert all(codes[one["registered"]["city"]] == one["registered"]["cauca_code"] for one in page["items"])
