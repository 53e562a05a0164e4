"""The site that the recordings are replayed against: the sandbox, or a live ERPNext.

In: recordings. Out: real answers. A live site is taken when `TARGO_TEST_ERPNEXT_URL`, `_KEY` and
`_SECRET` are set; it must be a new one, with the company and the items of the recordings' set-up.
"""

import base64
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from contract_recordings import Recording

from sandbox.app import create_app
from sandbox.erpnext.company import set_up_company
from sandbox.erpnext.documents.user import set_keys
from sandbox.erpnext.site import Site
from sandbox.world import TIMEZONE, World

RECORDED_DAY = "2026-11-22"
_SYSTEM_MANAGER = "sysmgr@gigafibre.test"
_SUPPORT = "support@gigafibre.test"
_ENVIRONMENT = "TARGO_TEST_ERPNEXT_"
_KEY, _SECRET, _PASSWORD = "contract-key", "contract-secret", "admin"


class SiteUnderTest:
    """A site, and the callers who talk to it."""

    def __init__(self, client: httpx.AsyncClient, key: str, secret: str, day: str, world: World | None = None) -> None:
        self.day = day
        self._world = world
        self._client = client
        self._key, self._secret = key, secret
        self._secrets: dict[str, str] = {}
        self._pairs: dict[str, str] = {}
        self._session = ""

    @classmethod
    def sandbox(cls, folder: Path) -> "SiteUnderTest":
        """A sandbox of the recording's day, with the company that the recordings invoice for."""
        start = datetime.fromisoformat(f"{RECORDED_DAY}T08:20:00").replace(tzinfo=TIMEZONE)
        world = World.open(folder / "world.db", clock_start=start)
        site = Site(world)
        set_up_company(site, "Gigafibre", "GF", fiscal_years=[2026], with_taxes=False)
        set_keys(site.records, "Administrator", _KEY, _SECRET)
        site.set_password("Administrator", _PASSWORD)
        transport = httpx.ASGITransport(app=create_app(world))
        client = httpx.AsyncClient(transport=transport, base_url="http://erpnext.test")
        return cls(client, _KEY, _SECRET, RECORDED_DAY, world)

    @classmethod
    def live(cls) -> "SiteUnderTest | None":
        """The site that the environment names; None when it names none."""
        url, key, secret = (os.environ.get(_ENVIRONMENT + part) for part in ("URL", "KEY", "SECRET"))
        if not (url and key and secret):
            return None
        client = httpx.AsyncClient(base_url=url, timeout=60)
        return cls(client, key, secret, str(datetime.now(TIMEZONE).date()))

    async def close(self) -> None:
        """Let go of the site."""
        await self._client.aclose()
        if self._world is not None:
            self._world.close()

    async def ask(self, recording: Recording) -> tuple[int, Any]:
        """Send a recording's request; the status and the body of the answer."""
        headers = {**self._authorization(recording), **recording.headers}
        content: bytes | None = None
        if recording.raw_body is not None:
            content = recording.raw_body.encode()
        elif recording.json is not None:
            content = json.dumps(recording.json).encode()
            headers["Content-Type"] = "application/json"
        response = await self._client.request(
            recording.method,
            recording.path,
            params=_encoded(recording.params) or None,
            content=content,
            headers=headers,
        )
        self._client.cookies.clear()
        self._remember(recording, response)
        try:
            return response.status_code, response.json()
        except ValueError:
            return response.status_code, {"__non_json__": response.text}

    def _remember(self, recording: Recording, response: httpx.Response) -> None:
        """Keep the session and the keys that answers hand out."""
        if "/method/login" in recording.path and response.is_success:
            self._session = response.cookies["sid"]
        elif recording.name.startswith("01-24"):
            self._session = ""
        if "generate_keys" in recording.path and response.is_success:
            self._secrets[recording.json["user"]] = response.json()["message"]["api_secret"]
        document = response.json().get("data") if "/User/" in recording.path else None
        if isinstance(document, dict) and document["name"] in self._secrets:
            self._pairs[document["name"]] = f"{document['api_key']}:{self._secrets[document['name']]}"

    def _authorization(self, recording: Recording) -> Mapping[str, str]:
        pair = f"{self._key}:{self._secret}"
        known = {
            "admin": f"token {pair}",
            "support": f"token {self._pairs.get(_SUPPORT)}",
            "09-31": f"token {self._pairs.get(_SYSTEM_MANAGER)}",
            "bad": f"token {self._key}:wrong",
            "badkey": f"token wrong:{self._secret}",
            "01-06": f"token {self._key}",
            "01-07": f"Nonsense {pair}",
            "01-08": "Bearer wrong",
            "01-09": f"Basic {_base64(pair)}",
            "01-18": "token :",
            "01-19": f"TOKEN {pair}",
            "01-10": f"Basic {_base64(f'Administrator:{_PASSWORD}')}",
        }
        if recording.auth is None:
            return {"Cookie": f"sid={self._session}"} if self._session else {}
        kind = recording.name[:5] if recording.auth == "custom" else recording.auth
        return {"Authorization": known[kind]}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _encoded(params: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()}
