"""The ErpNext client and the sandbox's engine understand each other, whatever names and values hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.clients.clock import CompanyClock
from agent.clients.erpnext import ErpNext
from agent.clients.http import HttpSystem
from agent.clients.refusal import explain_frappe
from agent.errors import AccessDenied, Conflict, Duplicate, Missing, Rejected
from sandbox.app import create_app
from sandbox.erpnext.site import Site
from sandbox.world import World

KEY, SECRET = "a-key", "a-secret"
ROLES = ["System Manager", "Sales Manager", "Sales Master Manager", "Accounts Manager", "Support Team"]


def client(world: World, secret: str = SECRET) -> ErpNext:
    transport = httpx.ASGITransport(create_app(world))
    headers = {"Authorization": f"token {KEY}:{secret}"}
    return ErpNext(HttpSystem("erpnext", "http://site", headers, explain=explain_frappe, transport=transport))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.open(tmp_path_factory.mktemp("site") / "world.sqlite")
    site = Site(world)
    site.create_user("agent@example.com", "The Agent", ROLES, KEY, SECRET)
    site.install_custom_field("ToDo", {"fieldname": "agent_step", "fieldtype": "Data", "label": "Step", "unique": 1})
    yield world
    world.close()


@pytest.fixture
async def erp(world: World) -> AsyncIterator[ErpNext]:
    erp = client(world)
    yield erp
    await erp.aclose()


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


# What the engine and ERPNext alter or refuse by themselves: markup, outer spaces, line breaks.
letters = st.characters(blacklist_categories=("C", "Z"), blacklist_characters="<>&")
texts = st.text(letters, min_size=1, max_size=60)
names = texts.filter(lambda name: name not in {".", ".."} and name.strip("/") == name and "//" not in name)
no_reset = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)


@no_reset
@given(name=names)
def test_a_document_of_any_name_is_found_again(world: World, name: str) -> None:
    async def there_and_back() -> None:
        erp = client(world)
        known = await erp.find("Customer", name)
        if known is None:
            await erp.insert("Customer", {"name": name, "customer_name": "Someone"})
        assert (await erp.get("Customer", name))["customer_name"] == "Someone"
        await erp.update("Customer", name, {"website": "changed"}, modified=None)
        assert (await erp.get("Customer", name))["website"] == "changed"
        await erp.delete("Customer", name)
        assert await erp.find("Customer", name) is None

    run(there_and_back())


@no_reset
@given(value=texts, operator=st.sampled_from(["=", "in"]))
def test_any_value_is_found_by_a_filter(world: World, value: str, operator: str) -> None:
    async def there_and_back() -> None:
        erp = client(world)
        made = await erp.insert("Customer", {"customer_name": "Someone else", "website": value})
        wanted = [value] if operator == "in" else value
        rows = await erp.list("Customer", fields=["name"], filters=[["website", operator, wanted]])
        long = await erp.list(
            "Customer",
            fields=["name"],
            filters=[["website", operator, wanted], ["name", "not in", ["nobody"] * 500]],
        )
        await erp.delete("Customer", made["name"])
        assert made["name"] in {row["name"] for row in rows}
        assert rows == long

    run(there_and_back())


async def test_whoami_and_a_wrong_secret(erp: ErpNext, world: World) -> None:
    assert await erp.whoami() == "agent@example.com"
    with pytest.raises(AccessDenied) as caught:
        await client(world, "wrong-secret").whoami()
    assert caught.value.facts["status"] == 401


async def test_a_stale_update_is_a_conflict_and_changes_nothing(erp: ErpNext) -> None:
    made = await erp.insert("Customer", {"customer_name": "Stale"})
    read = await erp.get("Customer", made["name"])
    await erp.update("Customer", made["name"], {"website": "theirs"}, modified=read["modified"])
    with pytest.raises(Conflict):
        await erp.update("Customer", made["name"], {"website": "ours"}, modified=read["modified"])
    assert (await erp.get("Customer", made["name"]))["website"] == "theirs"


async def test_an_insert_with_the_same_step_is_a_duplicate_and_can_be_looked_up(erp: ErpNext) -> None:
    made = await erp.insert("ToDo", {"description": "once", "agent_step": "P-1/2"})
    with pytest.raises(Duplicate):
        await erp.insert("ToDo", {"description": "twice", "agent_step": "P-1/2"})
    found = await erp.inserted_by_step("ToDo", "P-1/2")
    assert found is not None
    assert (found["name"], found["description"]) == (made["name"], "once")
    assert await erp.inserted_by_step("ToDo", "P-1/3") is None


async def test_a_name_taken_is_a_duplicate(erp: ErpNext) -> None:
    await erp.insert("Customer", {"name": "C-TAKEN", "customer_name": "One"})
    with pytest.raises(Duplicate):
        await erp.insert("Customer", {"name": "C-TAKEN", "customer_name": "Two"})


async def test_a_refusal_says_why(erp: ErpNext) -> None:
    with pytest.raises(Rejected) as caught:
        await erp.insert("Customer", {"customer_name": "X", "customer_type": "Alien"})
    assert caught.value.facts["error_type"] == "ValidationError"
    assert "Customer Type" in caught.value.facts["reason"]
    with pytest.raises(Missing) as missing:
        await erp.get("Customer", "Nobody")
    assert missing.value.facts["reason"] == "Customer Nobody not found"


async def test_every_row_comes_once_however_many_there_are(world: World, erp: ErpNext) -> None:
    names = {f"T-{number:04}" for number in range(1203)}
    Site(world).insert_many_raw("ToDo", [{"name": name, "description": "many"} for name in names])
    rows = [row async for row in erp.every("ToDo", fields=["description"], filters=[["name", "like", "T-%"]])]
    assert {row["name"] for row in rows} == names
    assert len(rows) == len(names)


async def test_a_sum_is_free_of_dust(world: World, erp: ErpNext) -> None:
    prices = [{"name": f"P{n}", "price_list_rate": 0.1, "item_code": "X"} for n in range(3)]
    Site(world).insert_many_raw("Item Price", prices)
    assert await erp.sum("Item Price", "price_list_rate", {"item_code": "X"}) == Decimal("0.3")
    assert await erp.sum("Item Price", "price_list_rate", {"item_code": "Y"}) == 0


async def test_dates_are_read_as_they_were_meant(erp: ErpNext) -> None:
    made = await erp.insert("ToDo", {"description": "dated", "date": date(2026, 3, 26)})
    assert (await erp.get("ToDo", made["name"]))["date"] == "2026-03-26"


async def test_the_clock_is_the_worlds(world: World, erp: ErpNext) -> None:
    told, meant = await CompanyClock(erp).now(), world.now()
    assert abs((told - meant).total_seconds()) <= 1
    assert told.year == 2026
