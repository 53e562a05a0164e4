"""What the tests of the demo company share: clients of its systems, in-process, and short questions to them."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import httpx
from starlette.types import ASGIApp

from sandbox.demo import DEMO_E911_TOKEN, DEMO_HUB_TOKEN, DEMO_KEY, DEMO_PBX_TOKEN, DEMO_SECRET
from sandbox.e911.registry import Registration, in_force
from sandbox.world import World

ERPNEXT_HEADERS = {"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}"}
HUB_HEADERS = {"Authorization": f"Bearer {DEMO_HUB_TOKEN}"}


def erpnext(app: ASGIApp) -> httpx.AsyncClient:
    """The agent's client of ERPNext."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://demo", headers=ERPNEXT_HEADERS)


def hub(app: ASGIApp) -> httpx.AsyncClient:
    """The agent's client of the hub."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://demo/hub/v1", headers=HUB_HEADERS)


def pbx(app: ASGIApp) -> httpx.AsyncClient:
    """The agent's client of the PBX."""
    headers = {"Authorization": f"Bearer {DEMO_PBX_TOKEN}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://demo/pbx/v1", headers=headers)


def e911(app: ASGIApp) -> httpx.AsyncClient:
    """The agent's client of the 911 provider."""
    headers = {"Authorization": f"Bearer {DEMO_E911_TOKEN}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://demo/e911/v1", headers=headers)


async def document(client: httpx.AsyncClient, doctype: str, name: str) -> dict[str, Any]:
    """One document with its rows."""
    answer = await client.get(f"/api/resource/{doctype}/{name}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def listed(
    client: httpx.AsyncClient, doctype: str, fields: Sequence[str] = ("*",), **equal: object
) -> list[dict[str, Any]]:
    """The documents whose fields equal the values given, by name."""
    query: dict[str, str | int] = {
        "fields": json.dumps(fields),
        "filters": json.dumps([[field, "=", value] for field, value in equal.items()]),
        "order_by": "name",
        "limit_page_length": 0,
    }
    answer = await client.get(f"/api/resource/{doctype}", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def told(client: httpx.AsyncClient, path: str, **query: str) -> Any:
    """What the hub, the PBX or the 911 provider answers."""
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def registrations(world: World) -> list[Registration]:
    """What the 911 provider has registered."""
    with world.reading() as connection:
        return in_force(connection, world.now())


def dump(path: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a file, row by row."""
    connection = sqlite3.connect(path)
    try:
        connection.create_collation("UNACCENTED", lambda left, right: (left > right) - (left < right))
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608
            for name in names
        }
    finally:
        connection.close()
