"""The hub's HTTP surface: paths, tokens, statuses.

In: requests under `/hub/v1`. Out: JSON by the contract. What a request means is decided in `devices`,
`tasks` and `ports`; here it is only read and answered.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from sandbox.hub import devices, ports, schema, tasks
from sandbox.hub.errors import HubRefusal
from sandbox.world import World

Key = Annotated[str, Field(min_length=1, max_length=255)]
Endpoint = Callable[[Request], Awaitable[Response]]


class TaskRequest(BaseModel):
    """A task as it is asked for."""

    model_config = ConfigDict(extra="forbid")

    name: Literal["reboot"]
    unique_key: Key
    expires_at: AwareDatetime


class PortRequest(BaseModel):
    """A port as it is wished."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool


class Hub:
    """The endpoints, bound to one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def list_devices(self, request: Request) -> Response:
        """`GET /devices`."""
        self._settle(request)
        wanted = {name: request.query_params.get(name) for name in ("serial", "customer", "location")}
        now = self.world.now()
        with self.world.reading() as connection:
            found = devices.list_devices(connection, now, **wanted)
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
        wish = TaskRequest.model_validate_json(await request.body())
        task = tasks.ask_reboot(
            self.world,
            request.path_params["serial"],
            unique_key=wish.unique_key,
            expires_at=wish.expires_at.astimezone(self.world.now().tzinfo),
            actor=request.state.owner,
        )
        return JSONResponse(task.wire(), 200 if task.state == "done" else 202)

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
        olt, customer = request.path_params.get("olt"), request.query_params.get("customer")
        with self.world.reading() as connection:
            found = ports.list_ports(connection, olt=olt, customer=customer)
            if not found and olt and not ports.list_ports(connection, olt=olt):
                raise HubRefusal(404, "unknown_olt", f"No OLT {olt}.")
        return JSONResponse([port.wire() for port in found])

    async def get_port(self, request: Request) -> Response:
        """`GET /olts/{olt}/ports/{slot}/{card}/{port}`."""
        with self.world.reading() as connection:
            port = ports.find_port(connection, *_place(request))
        return _port_answer(port)

    async def put_port(self, request: Request) -> Response:
        """`PUT /olts/{olt}/ports/{slot}/{card}/{port}`."""
        wish = PortRequest.model_validate_json(await request.body())
        key = request.headers.get("Idempotency-Key", "")
        if not 1 <= len(key) <= 255:
            raise HubRefusal(422, "invalid_request", "Idempotency-Key: 1 to 255 characters are needed.")
        olt, place = _place(request)
        port, replayed = ports.set_port(
            self.world,
            olt,
            place,
            enabled=wish.enabled,
            key=key,
            version=_wanted_version(request),
            actor=request.state.owner,
        )
        answer = _port_answer(port)
        if replayed:
            answer.headers["Idempotency-Replayed"] = "true"
        return answer

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint behind the token check, with refusals as JSON."""

        async def guard(request: Request) -> Response:
            try:
                request.state.owner = self._owner(request)
                return await endpoint(request)
            except HubRefusal as refusal:
                return refusal.response()
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"]) or "body"
                return HubRefusal(422, "invalid_request", f"{where}: {first['msg']}.").response()

        return guard

    def _owner(self, request: Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            with self.world.reading() as connection:
                owner = schema.owner_of(connection, token)
            if owner is not None:
                return owner
        raise HubRefusal(401, "unauthorized", "A valid bearer token is needed.")

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
        ("DELETE", "/tasks/{id}", hub.cancel_task),
        ("GET", "/ports", hub.list_ports),
        ("GET", "/olts/{olt}/ports", hub.list_ports),
        ("GET", port, hub.get_port),
        ("PUT", port, hub.put_port),
    ]
    routes = [Route(path, hub.guarded(end), methods=[method]) for method, path, end in table]
    return [Mount("/hub/v1", routes=routes)]


def _place(request: Request) -> tuple[str, str]:
    parts = request.path_params
    return str(parts["olt"]), f"{parts['slot']}/{parts['card']}/{parts['port']}"


def _wanted_version(request: Request) -> int | None:
    wanted = request.headers.get("If-Match", "").strip().strip('"')
    if not wanted:
        return None
    if not wanted.isdecimal():
        raise HubRefusal(422, "invalid_request", "If-Match: a version number is needed.")
    return int(wanted)


def _port_answer(port: ports.Port) -> JSONResponse:
    return JSONResponse(port.wire(), headers={"ETag": f'"{port.version}"'})
