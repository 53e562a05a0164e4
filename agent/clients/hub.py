"""The hub: the customers' devices, telephone adapters among them, and the ports of the optical line terminals.

Enters: serial numbers, ports written ``slot/card/port``, idempotency keys. Leaves: what the hub knows, typed. It
repeats the hub's honesty and adds none of its own: a task that is queued is not done, and only ``last_boot`` moving
proves a reboot.
Every method raises ``Unavailable``, ``AccessDenied`` or another ``Rejected``; those that write ``OutcomeUnknown`` too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from agent.clients.http import HttpSystem
from agent.clients.wire import write_headers
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
    dids: list[str] | None = Field(None, description="the numbers that a telephone adapter carries")


class Port(HubRecord):
    """A port of an OLT and who hangs on it; a disabled one carries nothing."""

    olt: str
    port: str = Field(description="slot/card/port")
    enabled: bool
    customer: str | None = None
    location: str | None = None
    ont_serial: str | None = None
    profile: str | None = Field(None, description="the speed, by ERPNext's item")
    changed_at: AwareDatetime | None = None
    changed_by_key: str | None = Field(None, description="the idempotency key of the last change")
    version: int = Field(description="moves with every change; for the writes' version=")


class Assignment(HubRecord):
    """Who is to hang on a port: customer and location by ERPNext's names, the speed by its item."""

    customer: str
    location: str
    ont_serial: str | None = None
    profile: str


class Fault(HubRecord):
    """What a device answered instead of doing it, in its own words."""

    code: str = ""
    message: str = ""


class Task(HubRecord):
    """Something a device was told to do."""

    id: str
    serial: str = ""
    name: str = ""
    did: str | None = Field(None, description="the number that a telephone adapter shall carry, or no more")
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
        self,
        *,
        customer: str | None = None,
        location: str | None = None,
        serial: str | Sequence[str] | None = None,
        mac: str | None = None,
    ) -> list[Device]:
        """The devices of a customer, at a location, or by serial numbers or MAC; one of them has to be named.

        Of several serial numbers, those that the hub knows, in one request.
        """
        query = _named(customer=customer, location=location, serial=serial, mac=mac)
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
        segments = ("v1", "olts", olt, "ports", *_parts(port))
        headers = write_headers(key, version)
        return await self._http.write("PUT", *segments, body={"enabled": enabled}, headers=headers, shape=_one(Port))

    async def free_ports(self, olt: str | None = None) -> list[Port]:
        """The ports that hang on nobody, of one OLT or all, in the order of their places.

        Raises ``Missing`` for an OLT that does not exist.
        """
        segments = ("olts", olt, "ports") if olt is not None else ("ports",)
        return await self._http.read("v1", *segments, query={"free": "true"}, shape=_many(Port))

    async def assign_port(
        self, olt: str, port: str, assignment: Assignment, *, key: str, version: int | None = None
    ) -> Port:
        """Give a free port to a customer, with light; the same ``key`` again changes nothing more.

        Raises ``Conflict`` for a port in use or an ONT that hangs elsewhere, whose reason says by whom; also where
        the port has changed since ``version`` was read.
        """
        return await self._http.write(
            "PUT",
            *("v1", "olts", olt, "ports", *_parts(port), "assignment"),
            body=assignment.model_dump(),
            headers=write_headers(key, version),
            shape=_one(Port),
        )

    async def release_port(self, olt: str, port: str, *, key: str, version: int | None = None) -> Port:
        """Take a port back, free and dark: what hung on it is offline."""
        segments = ("v1", "olts", olt, "ports", *_parts(port), "assignment")
        return await self._http.write("DELETE", *segments, headers=write_headers(key, version), shape=_one(Port))

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

    async def configure_ata(
        self, mac: str, *, did: str, key: str, expires_at: datetime, model: str | None = None
    ) -> Task:
        """Let the adapter with that MAC address carry a number, which leaves any other one.

        One that was never plugged in becomes known (``model`` is told of it) and its task is ``queued`` until then.
        Raises ``Conflict`` for a number that the PBX does not serve and an adapter that carries two others.
        """
        return await self._ata_task(mac, "configure_ata", did, key, expires_at, model=model)

    async def clear_ata(self, mac: str, *, did: str, key: str, expires_at: datetime) -> Task:
        """Let the adapter carry a number no more. Raises ``Missing`` for one that nobody knows."""
        return await self._ata_task(mac, "clear_ata", did, key, expires_at)

    async def ata_tasks(self, mac: str, key: str) -> list[Task]:
        """What an adapter was told under this key: how a task without an answer is looked up."""
        return await self._http.read("v1", "atas", mac, "tasks", query={"unique_key": key}, shape=_many(Task))

    async def cancel_task(self, task_id: str) -> Task:
        """Take a queued task back; done twice is done once. Raises ``Conflict`` for one that is past that."""
        return await self._http.write("DELETE", "v1", "tasks", task_id, shape=_one(Task))

    async def _ata_task(
        self, mac: str, name: str, did: str, key: str, expires_at: datetime, *, model: str | None = None
    ) -> Task:
        body = {"name": name, "did": did, "model": model, "unique_key": key, "expires_at": expires_at.isoformat()}
        return await self._http.write("POST", "v1", "atas", mac, "tasks", body=body, shape=_one(Task))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _named(**values: str | Sequence[str] | None) -> dict[str, str | Sequence[str]]:
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
