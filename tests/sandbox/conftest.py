"""A small ERPNext and a demo company of each test's own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from erpnext_site import Caller, make_site

from sandbox.app import create_app
from sandbox.demo import open_demo
from sandbox.erpnext.site import Site
from sandbox.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = open_demo(tmp_path / "world.sqlite")
    yield world
    world.close()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(World.open(tmp_path / "world.db"))


@pytest.fixture
async def caller(site: Site) -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(app=create_app(site.world))
    async with httpx.AsyncClient(transport=transport, base_url="http://erp.test") as client:
        yield Caller(client)
    site.world.close()
