"""The PBX's HTTP surface: paths and requests.

In: requests under `/pbx/v1`. Out: JSON by the contract. What a request means is decided in `lines`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from sandbox.bearer import Endpoint, asked, key_of, surface, version_of, versioned, wished
from sandbox.pbx import lines, schema
from sandbox.world import World

Did = Annotated[str, Field(pattern="^[0-9]{10}$")]
Name = Annotated[str, Field(min_length=1, max_length=140)]
"""A name as ERPNext gives it."""
Email = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,24}$", max_length=254)]


class VoicemailRequest(BaseModel):
    """Voicemail as it is wished."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool
    email: Email | None


class LineRequest(BaseModel):
    """A new line as it is wished."""

    model_config = ConfigDict(extra="forbid")

    did: Did
    customer: Name
    location: Name
    extension: Annotated[str, Field(pattern="^[0-9]{2,6}$")]
    caller_id: Annotated[str, Field(min_length=1, max_length=32)]
    language: Literal["fr", "en"]
    max_calls: Annotated[StrictInt, Field(ge=1, le=30)]
    call_timeout: Annotated[StrictInt, Field(ge=5, le=120)]
    international: StrictBool
    voicemail: VoicemailRequest


class StateRequest(BaseModel):
    """A line's state as it is wished."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["enabled", "disabled"]


class LineQuery(BaseModel):
    """Which lines are meant."""

    customer: str | None = None
    state: Literal["enabled", "disabled"] | None = None


class NumberQuery(BaseModel):
    """Which numbers are meant."""

    free: Literal["true", "false"] | None = None


class Pbx:
    """The endpoints, bound to one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def list_numbers(self, request: Request) -> Response:
        """`GET /numbers`."""
        wanted = asked(request, NumberQuery)
        free = None if wanted.free is None else wanted.free == "true"
        with self.world.reading() as connection:
            return JSONResponse(lines.list_numbers(connection, free=free))

    async def list_lines(self, request: Request) -> Response:
        """`GET /lines`."""
        wanted = asked(request, LineQuery)
        with self.world.reading() as connection:
            found = lines.list_lines(connection, customer=wanted.customer, state=wanted.state)
        return JSONResponse([line.wire() for line in found])

    async def create_line(self, request: Request) -> Response:
        """`POST /lines`."""
        wish = await wished(request, LineRequest)
        line = lines.NewLine(**wish.model_dump(exclude={"voicemail"}), voicemail=_voicemail(wish.voicemail))
        return lines.create(self.world, line, key=key_of(request), actor=request.state.owner).response()

    async def get_line(self, request: Request) -> Response:
        """`GET /lines/{did}`."""
        with self.world.reading() as connection:
            line = lines.find_line(connection, request.path_params["did"])
        return versioned(line.wire())

    async def delete_line(self, request: Request) -> Response:
        """`DELETE /lines/{did}`."""
        did, key, version, actor = _write(request)
        return lines.delete(self.world, did, key=key, version=version, actor=actor).response()

    async def put_state(self, request: Request) -> Response:
        """`PUT /lines/{did}/state`."""
        wish = await wished(request, StateRequest)
        did, key, version, actor = _write(request)
        return lines.set_state(self.world, did, wish.state, key=key, version=version, actor=actor).response()

    async def put_voicemail(self, request: Request) -> Response:
        """`PUT /lines/{did}/voicemail`."""
        wish = _voicemail(await wished(request, VoicemailRequest))
        did, key, version, actor = _write(request)
        return lines.set_voicemail(self.world, did, wish, key=key, version=version, actor=actor).response()

    async def reset_password(self, request: Request) -> Response:
        """`POST /lines/{did}/voicemail/password-reset`."""
        did, key, version, actor = _write(request)
        return lines.reset_password(self.world, did, key=key, version=version, actor=actor).response()

    async def get_password(self, request: Request) -> Response:
        """`GET /lines/{did}/voicemail/password`: the one answer that holds a secret; nobody may keep it."""
        did = request.path_params["did"]
        with self.world.reading() as connection:
            password = lines.voicemail_password(connection, did)
        return JSONResponse({"did": did, "password": password}, headers={"Cache-Control": "no-store"})


def pbx_routes(world: World) -> list[BaseRoute]:
    """The PBX under `/pbx`, on its tables in the world's file."""
    schema.install(world)
    pbx = Pbx(world)
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", "/numbers", pbx.list_numbers),
        ("GET", "/lines", pbx.list_lines),
        ("POST", "/lines", pbx.create_line),
        ("GET", "/lines/{did}", pbx.get_line),
        ("DELETE", "/lines/{did}", pbx.delete_line),
        ("PUT", "/lines/{did}/state", pbx.put_state),
        ("PUT", "/lines/{did}/voicemail", pbx.put_voicemail),
        ("POST", "/lines/{did}/voicemail/password-reset", pbx.reset_password),
        ("GET", "/lines/{did}/voicemail/password", pbx.get_password),
    ]
    return surface(world, "pbx", "/pbx/v1", table)


def _voicemail(wish: VoicemailRequest) -> lines.Voicemail:
    return lines.Voicemail(wish.enabled, wish.email)


def _write(request: Request) -> tuple[str, str, int | None, str]:
    """Number, key, version and owner of a write."""
    return request.path_params["did"], key_of(request), version_of(request), request.state.owner
