"""A small ERPNext of each test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from erpnext_site import Caller, make_site

from sandbox.app import create_app
from sandbox.erpnext.site import Site
from sandbox.world import World


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(World.open(tmp_path / "world.db"))


@pytest.fixture
async def caller(site: Site) -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(app=create_app(site.world))
    async with httpx.AsyncClient(transport=transport, base_url="http://erp.test") as client:
        yield Caller(client)
    site.world.close()
