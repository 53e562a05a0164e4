"""The hub's HTTP surface: paths, tokens, statuses.

In: requests under `/hub/v1`. Out: JSON by the contract. What a request means is decided in `devices`,
`tasks` and `ports`; here it is only read and answered.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from sandbox.bearer import Endpoint, Refusal, asked, key_of, surface, version_of, versioned, wished
from sandbox.hub import assignments, atas, devices, ports, schema, tasks
from sandbox.world import TIMEZONE, World

Key = Annotated[str, Field(min_length=1, max_length=255)]
Name = Annotated[str, Field(min_length=1, max_length=140)]
"""A name as ERPNext gives it."""


def _mac(text: str) -> str:
    """An address in capitals and colons, as the hub keeps it."""
    if not re.fullmatch(r"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}", text):
        raise ValueError("a MAC address is written 02:AB:CD:EF:01:23")
    return text.upper()


def _here(moment: datetime) -> datetime:
    """The moment by the company's clock."""
    try:
        return moment.astimezone(TIMEZONE)
    except OverflowError as error:
        raise ValueError("a moment at the end of time") from error


def _written(value: object) -> object:
    """A moment is written out: a bare number would be taken for seconds."""
    if not isinstance(value, str) or not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", value):
        raise ValueError("a moment is written 2026-03-12T09:00:00-04:00")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_here)]


class DeviceQuery(BaseModel):
    """Which devices are meant."""

    serials: tuple[str, ...] = ()
    customer: str | None = None
    location: str | None = None
    mac: Annotated[str, AfterValidator(_mac)] | None = None


class PortQuery(BaseModel):
    """Which ports are meant."""

    customer: str | None = None
    free: Literal["true", "false"] | None = None


class TaskRequest(BaseModel):
    """A task as it is asked for."""

    model_config = ConfigDict(extra="forbid")

    name: Literal["reboot"]
    unique_key: Key
    expires_at: Moment


class AtaTaskRequest(BaseModel):
    """A task for a telephone adapter."""

    model_config = ConfigDict(extra="forbid")

    name: Literal["configure_ata", "clear_ata"]
    did: Annotated[str, Field(pattern="^[0-9]{10}$")]
    model: Name | None = None
    unique_key: Key
    expires_at: Moment


class PortRequest(BaseModel):
    """A port as it is wished."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool


class AssignmentRequest(BaseModel):
    """Who is to hang on a port."""

    model_config = ConfigDict(extra="forbid")

    customer: Name
    location: Name
    ont_serial: Name | None = None
    profile: Name


class Hub:
    """The endpoints, bound to one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def list_devices(self, request: Request) -> Response:
        """`GET /devices`."""
        self._settle(request)
        serials = tuple(request.query_params.getlist("serial"))
        wanted = asked(request, DeviceQuery).model_copy(update={"serials": serials})
        now = self.world.now()
        with self.world.reading() as connection:
            found = devices.list_devices(connection, now, **wanted.model_dump())
        return JSONResponse([device.wire(now) for device in found])

    async def get_device(self, request: Request) -> Response:
        """`GET /devices/{serial}`."""
        self._settle(request)
        now = self.world.now()
        with self.world.reading() as connection:
            device = devices.find_device(connection, request.path_params["serial"], now)
        return JSONResponse(device.wire(now))

    async def add_task(self, request: Request) -> Response:
        """`POST /devices/{serial}/tasks`: 200 only when the device's session ended without a fault."""
        wish = await wished(request, TaskRequest)
        order = tasks.Order(wish.name, wish.unique_key, wish.expires_at)
        task = tasks.ask(self.world, request.path_params["serial"], order, actor=request.state.owner)
        return _task_answer(task)

    async def add_ata_task(self, request: Request) -> Response:
        """`POST /atas/{mac}/tasks`."""
        wish = await wished(request, AtaTaskRequest)
        order = tasks.Order(wish.name, wish.unique_key, wish.expires_at, wish.did)
        task = atas.ask_ata(self.world, _mac_of(request), order, model=wish.model, actor=request.state.owner)
        return _task_answer(task)

    async def list_ata_tasks(self, request: Request) -> Response:
        """`GET /atas/{mac}/tasks`."""
        tasks.settle(self.world, None)
        found = atas.tasks_of_ata(self.world, _mac_of(request), request.query_params.get("unique_key"))
        return JSONResponse([task.wire() for task in found])

    async def list_tasks(self, request: Request) -> Response:
        """`GET /devices/{serial}/tasks`."""
        self._settle(request)
        key = request.query_params.get("unique_key")
        found = tasks.list_tasks(self.world, request.path_params["serial"], key)
        return JSONResponse([task.wire() for task in found])

    async def cancel_task(self, request: Request) -> Response:
        """`DELETE /tasks/{id}`."""
        task = tasks.cancel(self.world, request.path_params["id"], actor=request.state.owner)
        return JSONResponse(task.wire())

    async def list_ports(self, request: Request) -> Response:
        """`GET /ports` and `GET /olts/{olt}/ports`."""
        olt, wanted = request.path_params.get("olt"), asked(request, PortQuery)
        free = None if wanted.free is None else wanted.free == "true"
        with self.world.reading() as connection:
            found = ports.list_ports(connection, olt=olt, customer=wanted.customer, free=free)
            if not found and olt and not ports.list_ports(connection, olt=olt):
                raise Refusal(404, "unknown_olt", f"No OLT {olt}.")
        return JSONResponse([port.wire() for port in found])

    async def get_port(self, request: Request) -> Response:
        """`GET /olts/{olt}/ports/{slot}/{card}/{port}`."""
        with self.world.reading() as connection:
            port = ports.find_port(connection, *_place(request))
        return versioned(port.wire())

    async def put_port(self, request: Request) -> Response:
        """`PUT /olts/{olt}/ports/{slot}/{card}/{port}`."""
        wish = await wished(request, PortRequest)
        kept = ports.set_port(
            self.world,
            *_place(request),
            enabled=wish.enabled,
            key=key_of(request),
            version=version_of(request),
            actor=request.state.owner,
        )
        return kept.response()

    async def assign_port(self, request: Request) -> Response:
        """`PUT /olts/{olt}/ports/{slot}/{card}/{port}/assignment`."""
        wish = await wished(request, AssignmentRequest)
        kept = assignments.assign(
            self.world,
            *_place(request),
            assignments.Assignment(**wish.model_dump()),
            key=key_of(request),
            version=version_of(request),
            actor=request.state.owner,
        )
        return kept.response()

    async def release_port(self, request: Request) -> Response:
        """`DELETE /olts/{olt}/ports/{slot}/{card}/{port}/assignment`."""
        kept = assignments.release(
            self.world,
            *_place(request),
            key=key_of(request),
            version=version_of(request),
            actor=request.state.owner,
        )
        return kept.response()

    def _settle(self, request: Request) -> None:
        # A device that came back since has taken its queue by the time anyone asks about it.
        tasks.settle(self.world, request.path_params.get("serial"))


def hub_routes(world: World) -> list[BaseRoute]:
    """The hub under `/hub`, on its tables in the world's file."""
    schema.install(world)
    hub = Hub(world)
    port = "/olts/{olt}/ports/{slot}/{card}/{port}"
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", "/devices", hub.list_devices),
        ("GET", "/devices/{serial}", hub.get_device),
        ("GET", "/devices/{serial}/tasks", hub.list_tasks),
        ("POST", "/devices/{serial}/tasks", hub.add_task),
        ("GET", "/atas/{mac}/tasks", hub.list_ata_tasks),
        ("POST", "/atas/{mac}/tasks", hub.add_ata_task),
        ("DELETE", "/tasks/{id}", hub.cancel_task),
        ("GET", "/ports", hub.list_ports),
        ("GET", "/olts/{olt}/ports", hub.list_ports),
        ("GET", port, hub.get_port),
        ("PUT", port, hub.put_port),
        ("PUT", f"{port}/assignment", hub.assign_port),
        ("DELETE", f"{port}/assignment", hub.release_port),
    ]
    return surface(world, "hub", "/hub/v1", table)


def _place(request: Request) -> tuple[str, str]:
    parts = request.path_params
    return str(parts["olt"]), f"{parts['slot']}/{parts['card']}/{parts['port']}"


def _mac_of(request: Request) -> str:
    try:
        return _mac(request.path_params["mac"])
    except ValueError as error:
        raise Refusal(422, "invalid_request", f"mac: {error}.") from error


def _task_answer(task: tasks.Task) -> Response:
    return JSONResponse(task.wire(), 200 if task.state == "done" else 202)
