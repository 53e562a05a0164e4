"""The demo company over real HTTP as the tests of durability see it, and agents opened on it.

Enters: the address of a running sandbox and a folder of the test's own. Leaves: agents that wait for nothing, faults
put in the sandbox's way, and what the world holds by its own record. It never asks the agent what the world holds.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from agent import Agent, Settings
from agent.clients.patience import Patience
from agent.confirm.execute import LEASE_SECONDS, Watcher, unwatched
from sandbox.demo import DEMO_E911_TOKEN, DEMO_HUB_TOKEN, DEMO_KEY, DEMO_PBX_TOKEN, DEMO_SECRET, DEMO_STRIPE_KEY

Fault = dict[str, Any]
Effect = dict[str, Any]
_SUSPENSION = ("is_suspended", "suspended_on", "suspended_until", "suspension_reason")
_POLICY = "users:\n  {user}: everyone\nroles:\n  everyone:\n    allow: ['*']\n"


async def no_wait(_seconds: float) -> None:
    """Retries follow at once."""


def settings_for(url: str, folder: Path, database_url: str | None = None) -> Settings:
    """A site's settings: every system real, whoever runs the tests may do everything."""
    policy = folder / "policy.yaml"
    if not policy.exists():
        # Other processes may be reading the one that is there.
        policy.write_text(_POLICY.format(user=getpass.getuser()), encoding="utf-8")
    return Settings(
        _env_file=None,
        database_url=database_url,
        data_dir=folder,
        policy_file=policy,
        engine="local",
        erpnext_url=url,
        erpnext_key=DEMO_KEY,
        erpnext_secret=DEMO_SECRET,
        hub_url=f"{url}/hub",
        hub_token=DEMO_HUB_TOKEN,
        pbx_url=f"{url}/pbx",
        pbx_token=DEMO_PBX_TOKEN,
        e911_url=f"{url}/e911",
        e911_token=DEMO_E911_TOKEN,
        stripe_url=f"{url}/stripe",
        stripe_key=DEMO_STRIPE_KEY,
    )


def open_agent(
    settings: Settings,
    *,
    answer_seconds: float = 10.0,
    lease_seconds: float = LEASE_SECONDS,
    watch: Watcher = unwatched,
    now: Callable[[], float] = time.time,
) -> Agent:
    """An agent that tries again at once."""
    return Agent(
        settings,
        patience=Patience(sleep=no_wait, answer_seconds=answer_seconds),
        look_up_wait=0,
        follow_up_seconds=0,
        lease_seconds=lease_seconds,
        watch=watch,
        now=now,
    )


async def planned(settings: Settings, text: str) -> tuple[str, str]:
    """Ask for something: the plan that waits now, and its digest."""
    async with open_agent(settings) as agent:
        reply = await agent.say(text)
        plan = reply.plan
        assert plan is not None, reply
        return plan.id, plan.digest


@dataclass(frozen=True)
class Standing:
    """What a customer's account comes to; two that are equal are the same business state."""

    suspension: dict[str, Any]
    ports: dict[str, bool]
    arrangements: dict[str, str]
    """Name to status, of those that are not cancelled."""
    comments: tuple[str, ...] = field(compare=False)


class Outside:
    """The running sandbox: its controls, its record, and a colleague who works in it by hand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx.Client(base_url=f"{url}/_sandbox", trust_env=False, timeout=30)
        self._erp = httpx.Client(
            base_url=f"{url}/api/resource",
            trust_env=False,
            timeout=30,
            headers={"Authorization": f"token {DEMO_KEY}:{DEMO_SECRET}"},
        )
        self._hub = httpx.Client(
            base_url=f"{url}/hub/v1",
            trust_env=False,
            timeout=30,
            headers={"Authorization": f"Bearer {DEMO_HUB_TOKEN}"},
        )

    def close(self) -> None:
        for client in (self._control, self._erp, self._hub):
            client.close()

    # Controls

    def breaks(self, fault: Fault, **match: Any) -> None:
        """A fault for the requests that match."""
        self._control.post("/faults", json={"match": match, "fault": fault}).raise_for_status()

    def mends(self) -> None:
        """No more faults."""
        self._control.delete("/faults").raise_for_status()

    def fired(self) -> int:
        """How often a fault struck."""
        return sum(rule["fired"] for rule in self._control.get("/faults").json())

    def seen(self) -> int:
        """How many requests came since the first rule was put in force."""
        return max((rule["seen"] for rule in self._control.get("/faults").json()), default=0)

    def lets_pass(self, **span: float) -> None:
        """Time goes by in the company."""
        now = datetime.fromisoformat(self._control.get("/clock").json()["now"])
        wish = {"now": (now + timedelta(**span)).isoformat()}
        self._control.put("/clock", json=wish).raise_for_status()

    # Its own record

    def effects(self, since: int = 0) -> list[Effect]:
        """What was done to the world, oldest first."""
        found: list[Effect] = self._control.get("/effects", params={"since": since}).json()
        return found

    def last_effect(self) -> int:
        """The number of the latest effect; 0 where there is none."""
        return max((effect["id"] for effect in self.effects()), default=0)

    def documents(self, doctype: str, **filters: str) -> list[dict[str, Any]]:
        """Documents with all their fields."""
        asked = str([[key, "=", value] for key, value in filters.items()]).replace("'", '"')
        params = {"fields": '["*"]', "filters": asked, "limit_page_length": "0", "order_by": "creation asc, name asc"}
        answer = self._erp.get(f"/{doctype}", params=params)
        found: list[dict[str, Any]] = answer.raise_for_status().json()["data"]
        return found

    def standing(self, customer: str) -> Standing:
        """The customer's account as it is."""
        (party,) = self.documents("Customer", name=customer)
        ports = self._hub.get("/ports", params={"customer": customer}).raise_for_status().json()
        arrangements = self.documents("Payment Arrangement", customer=customer)
        comments = self.documents("Comment", reference_doctype="Customer", reference_name=customer)
        return Standing(
            suspension={name: party.get(name) or None for name in _SUSPENSION},
            ports={f"{port['olt']} {port['port']}": port["enabled"] for port in ports},
            arrangements={one["name"]: one["status"] for one in arrangements if one["status"] != "Cancelled"},
            comments=tuple(one["content"] for one in comments if one["comment_type"] == "Comment"),
        )

    def devices(self, customer: str) -> list[dict[str, Any]]:
        """The customer's boxes."""
        found: list[dict[str, Any]] = self._hub.get("/devices", params={"customer": customer}).json()
        return found

    # A colleague, by hand

    def edits(self, doctype: str, name: str, **values: Any) -> None:
        """Someone saves other values in ERPNext."""
        self._erp.put(f"/{doctype}/{name}", json=values).raise_for_status()

    def switches(self, port: str, *, enabled: bool, key: str) -> None:
        """Someone opens or closes a port: ``"OLT-EAST 1/2/3"``."""
        olt, place = port.split()
        headers = {"Idempotency-Key": key}
        self._hub.put(f"/olts/{olt}/ports/{place}", json={"enabled": enabled}, headers=headers).raise_for_status()
