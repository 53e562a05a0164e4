"""The sandbox's controls: the record of effects, the clock, and the address that the server tells."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from demo_company import ERPNEXT_HEADERS, erpnext

from sandbox import create_app
from sandbox.server import PortTaken, running_sandbox, serve
from sandbox.world import World

SERVER = """
import sys
from sandbox.server import serve
serve(sys.argv[1], announce=lambda url: print(url, flush=True))
"""


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with erpnext(create_app(world)) as client:
        yield client


async def test_effects_are_told_from_where_one_left_off(client: httpx.AsyncClient) -> None:
    for customer in ("C-10001", "C-10002"):
        await client.put(f"/api/resource/Customer/{customer}", json={"is_vip": 1})
    first, second = (await client.get("/_sandbox/effects")).json()
    later = (await client.get("/_sandbox/effects", params={"since": first["id"]})).json()

    assert [effect["target"] for effect in (first, second)] == ["Customer/C-10001", "Customer/C-10002"]
    assert (first["system"], first["verb"], first["detail"]) == ("erpnext", "update", {"is_vip": 1})
    assert later == [second]
    assert (await client.get("/_sandbox/effects", params={"system": "hub"})).json() == []
    assert (await client.get("/_sandbox/effects", params={"since": "yesterday"})).status_code == 422


async def test_controls_leave_no_effect_and_need_no_key(client: httpx.AsyncClient, world: World) -> None:
    client.headers.clear()
    await client.post("/_sandbox/faults", json={"fault": {"kind": "status"}})
    await client.put("/_sandbox/clock", json={"now": "2026-03-13T09:00:00-04:00"})
    answer = await client.delete("/_sandbox/faults")

    assert answer.status_code == 204
    assert world.effects() == []


async def test_the_clock_is_moved_on_and_dates_the_answers(client: httpx.AsyncClient) -> None:
    told = await client.put("/_sandbox/clock", json={"now": "2026-03-20T15:30:00-04:00"})
    answer = await client.get("/api/resource/Customer/C-10001")
    expected = datetime.fromisoformat("2026-03-20T15:30:00-04:00")

    assert timedelta(0) <= datetime.fromisoformat(told.json()["now"]) - expected < timedelta(minutes=1)
    assert abs(parsedate_to_datetime(answer.headers["Date"]) - expected) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wish", "status"),
    [({"now": "2026-03-11T09:00:00-04:00"}, 409), ({"now": "2026-03-20T09:00:00"}, 422), ({}, 422)],
)
async def test_the_clock_does_not_go_back_or_guess(
    client: httpx.AsyncClient, world: World, wish: dict[str, str], status: int
) -> None:
    before = world.now()
    answer = await client.put("/_sandbox/clock", json=wish)

    assert answer.status_code == status
    assert timedelta(0) <= world.now() - before < timedelta(minutes=1)


async def test_the_clock_is_told(client: httpx.AsyncClient) -> None:
    now = (await client.get("/_sandbox/clock")).json()["now"]

    assert now.startswith("2026-03-12T09:0")


def test_over_http_an_answer_bears_the_companys_date_alone(tmp_path: Path) -> None:
    with running_sandbox(tmp_path / "w") as url:
        answer = httpx.get(f"{url}/api/resource/Customer/C-10001", headers=ERPNEXT_HEADERS)

    dates = answer.headers.get_list("Date")
    assert [date.split(" 2026")[0] for date in dates] == ["Thu, 12 Mar"]


def test_a_served_company_is_announced_and_stops_on_a_signal(tmp_path: Path) -> None:
    server = subprocess.Popen(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", SERVER, str(tmp_path / "w")],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    status = httpx.get(f"{url}/api/resource/Customer/C-10001", headers=ERPNEXT_HEADERS).status_code
    server.send_signal(signal.SIGTERM)
    rest, errors = server.communicate(timeout=30)

    assert (status, rest, errors) == (200, "", "")


def test_a_port_in_use_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with running_sandbox(tmp_path / "w") as url, pytest.raises(PortTaken, match="cannot be used"):
        serve(tmp_path / "w", int(url.rpartition(":")[2]), announce=print)
