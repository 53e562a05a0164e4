"""The hub: the customers' devices and the ports of the optical line terminals.

Enters: serial numbers, ports written ``slot/card/port``, idempotency keys. Leaves: what the hub knows, typed. It
repeats the hub's honesty and adds none of its own: a task that is queued is not done, and only ``last_boot`` moving
proves a reboot.
Every method raises ``Unavailable``, ``AccessDenied`` or another ``Rejected``; those that write ``OutcomeUnknown`` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from agent.clients.http import HttpSystem
from agent.errors import Missing

TaskState = Literal["queued", "running", "done", "faulted", "expired", "cancelled"]


class HubRecord(BaseModel):
    """Something that the hub told; it may tell more than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WifiClient(HubRecord):
    """Something connected to a customer's WiFi."""

    mac: str
    hostname: str = ""
    band: str = ""
    rssi_dbm: float | None = Field(None, description="strength at the access point; nearer 0 is stronger")


class Wifi(HubRecord):
    """The network that a router or a mesh node makes."""

    ssid: str = ""
    clients: list[WifiClient] = Field(default_factory=list)


class Device(HubRecord):
    """A box at a customer's. Moments are aware."""

    serial: str
    customer: str | None = None
    location: str | None = None
    type: str = ""
    model: str = ""
    mac: str = ""
    online: bool
    since: AwareDatetime | None = Field(None, description="since when it has been online, or offline")
    last_boot: AwareDatetime | None = Field(None, description="moves when it restarts: the proof of a reboot")
    last_inform: AwareDatetime | None = Field(None, description="when it last reported to the hub")
    uptime_seconds: float | None = None
    rx_dbm: float | None = Field(None, description="optical power that the ONT receives; usable down to -27")
    tx_dbm: float | None = Field(None, description="optical power that the ONT sends")
    olt: str | None = None
    port: str | None = Field(None, description="slot/card/port on the OLT")
    wifi: Wifi | None = None


class Port(HubRecord):
    """A port of an OLT and who hangs on it; a disabled one carries nothing."""

    olt: str
    port: str = Field(description="slot/card/port")
    enabled: bool
    customer: str | None = None
    location: str | None = None
    ont_serial: str | None = None
    changed_at: AwareDatetime | None = None
    changed_by_key: str | None = Field(None, description="the idempotency key of the last change")
    version: int = Field(description="moves with every change; for set_port(version=)")


class Fault(HubRecord):
    """What a device answered instead of doing it, in its own words."""

    code: str = ""
    message: str = ""


class Task(HubRecord):
    """Something a device was told to do."""

    id: str
    serial: str = ""
    name: str = ""
    unique_key: str = ""
    state: TaskState
    fault: Fault | None = None
    created_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = Field(None, description="a queued task is dropped from then on")


Record = TypeVar("Record", bound=HubRecord)


class Hub:
    """The hub's API."""

    def __init__(self, http: HttpSystem) -> None:
        self._http = http

    async def devices(
        self, *, customer: str | None = None, location: str | None = None, serial: str | None = None
    ) -> list[Device]:
        """The devices of a customer, at a location, or by serial number; one of them has to be named."""
        query = _named(customer=customer, location=location, serial=serial)
        return await self._http.read("v1", "devices", query=query, shape=_many(Device))

    async def device(self, serial: str) -> Device:
        """One device as the hub last saw it. Raises ``Missing``."""
        return await self._http.read("v1", "devices", serial, shape=_one(Device))

    async def ports(self, customer: str) -> list[Port]:
        """Every port on which this customer hangs."""
        return await self._http.read("v1", "ports", query=_named(customer=customer), shape=_many(Port))

    async def port(self, olt: str, port: str) -> Port:
        """One port, written ``"1/2/3"``. Raises ``Missing``."""
        return await self._http.read("v1", "olts", olt, "ports", *_parts(port), shape=_one(Port))

    async def set_port(self, olt: str, port: str, *, enabled: bool, key: str, version: int | None = None) -> Port:
        """Open or close a port; the same ``key`` again changes nothing more.

        With ``version`` as it was read, raises ``Conflict`` where the port has changed since.
        """
        headers = {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        segments = ("v1", "olts", olt, "ports", *_parts(port))
        return await self._http.write("PUT", *segments, body={"enabled": enabled}, headers=headers, shape=_one(Port))

    async def reboot(self, serial: str, *, key: str, expires_at: datetime) -> Task:
        """Tell a device to restart; the same ``key`` again answers the same task and restarts nothing twice.

        ``queued`` where it is offline, and then dropped at ``expires_at`` (aware); ``done`` means that the device
        accepted it.
        """
        body = {"name": "reboot", "unique_key": key, "expires_at": expires_at.isoformat()}
        return await self._http.write("POST", "v1", "devices", serial, "tasks", body=body, shape=_one(Task))

    async def tasks(self, serial: str, key: str) -> list[Task]:
        """What a device was told under this key: how a reboot without an answer is looked up."""
        query = {"unique_key": key}
        return await self._http.read("v1", "devices", serial, "tasks", query=query, shape=_many(Task))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _named(**values: str | None) -> dict[str, str]:
    """The query's values; none at all, or an empty one, would ask for everybody's."""
    query = {key: value for key, value in values.items() if value is not None}
    if not query or not all(query.values()):
        raise ValueError("a customer, a location or a serial number has to be named")
    return query


def _parts(port: str) -> list[str]:
    if not re.fullmatch(r"\d+/\d+/\d+", port, re.ASCII):
        raise Missing(
            "hub has no such port: it is written slot/card/port.",
            system="hub",
            status=0,
            reason="a port is written slot/card/port",
            error_type="",
        )
    return port.split("/")


def _one(model: type[Record]) -> Callable[[object], Record]:
    return model.model_validate


def _many(model: type[Record]) -> Callable[[object], list[Record]]:
    return TypeAdapter(list[model]).validate_python  # type: ignore[valid-type]
