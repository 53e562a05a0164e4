"""A small ERPNext of a test's own, and callers who talk to it."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from sandbox.erpnext.company import set_up_company
from sandbox.erpnext.site import Site
from sandbox.world import World

KEY, SECRET = "the-key", "the-secret"
OFFICE = ("Sales User", "Sales Master Manager", "Accounts Manager", "Support Team", "System Manager")
STEP = {"fieldname": "agent_step", "fieldtype": "Data", "label": "Agent Step", "unique": 1}


def make_site(world: World) -> Site:
    """A site with a company, one item, one customer, an office user and a support user."""
    site = Site(world)
    set_up_company(site, "Test Fibre", "TF", fiscal_years=[2026])
    site.update("Global Defaults", "Global Defaults", {"disable_rounded_total": 1})
    site.update("System Settings", "System Settings", {"rounding_method": "Commercial Rounding"})
    for doctype in ("Customer", "Comment", "Sales Invoice"):
        site.install_custom_field(doctype, STEP)
    site.insert(
        "Item",
        {
            "item_code": "NET",
            "item_name": "Net",
            "item_group": "Services",
            "stock_uom": "Nos",
            "standard_rate": 59.95,
            "is_stock_item": 0,
        },
    )
    site.insert("Customer", {"name": "C-1", "customer_name": "Marie-Ève Côté", "customer_type": "Individual"})
    site.create_user("office@example.com", "Of Fice", OFFICE, KEY, SECRET)
    site.create_user("support@example.com", "Sup Port", ("Support Team",), "support", "support")
    world.forget_effects()
    return site


class Caller:
    """Someone who asks over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(
        self, method: str, path: str, body: object = None, *, key: str = f"{KEY}:{SECRET}", **params: object
    ) -> tuple[int, dict[str, Any]]:
        """The status and the body of an answer; parameters that are no text go as JSON."""
        return await self._send(method, path, body, key, params)

    async def rows(self, doctype: str, **params: object) -> list[Mapping[str, Any]]:
        """The rows of a list query that succeeds."""
        status, answer = await self._send("GET", f"resource/{doctype}", None, f"{KEY}:{SECRET}", params)
        assert status == 200, answer
        rows: list[Mapping[str, Any]] = answer["data"]
        return rows

    async def _send(
        self, method: str, path: str, body: object, key: str, params: Mapping[str, object]
    ) -> tuple[int, dict[str, Any]]:
        response = await self.client.request(
            method,
            f"/api/{path}",
            json=body,
            headers={"Authorization": f"token {key}"} if key else {},
            params={name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()},
        )
        found: dict[str, Any] = response.json()
        return response.status_code, found
