"""The 911 provider's HTTP surface: paths, requests, pages.

In: requests under `/e911/v1`. Out: JSON by the contract. What a request means is decided in `entries` and `registry`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from sandbox.bearer import Endpoint, Refusal, Wire, asked, key_of, surface, version_of, versioned, wished
from sandbox.e911 import registry
from sandbox.e911.entries import Entry, EntryRequest
from sandbox.e911.municipalities import BY_CODE
from sandbox.world import World

MOST_NAMED = 100


class Did(BaseModel):
    """A telephone number by which a registration is made."""

    did: Annotated[str, Field(pattern="^[2-9][0-9]{9}$")]


class PageQuery(BaseModel):
    """Which registrations are meant, and from where on."""

    state: Literal["registered", "pending", "rejected"] | None = None
    dids: Annotated[str, Field(pattern=f"^[0-9]{{10}}(,[0-9]{{10}}){{0,{MOST_NAMED - 1}}}$")] | None = None
    after: str = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 500


class Provider:
    """The endpoints, bound to one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def list_municipalities(self, _request: Request) -> Response:
        """`GET /municipalities`."""
        return JSONResponse([vars(one) for one in BY_CODE.values()])

    async def list_registrations(self, request: Request) -> Response:
        """`GET /registrations`."""
        wanted = asked(request, PageQuery)
        dids = None if wanted.dids is None else wanted.dids.split(",")
        now = self.world.now()
        with self.world.reading() as connection:
            every = registry.list_records(connection, now, dids)
        fitting = [record for record in every if wanted.state in (None, record.state)]
        rest = [record for record in fitting if record.did > wanted.after]
        page = rest[: wanted.limit]
        more = page[-1].did if len(rest) > len(page) else None
        return JSONResponse({"items": [one.wire() for one in page], "next": more, "total": len(fitting)})

    async def get_registration(self, request: Request) -> Response:
        """`GET /registrations/{did}`."""
        now = self.world.now()
        with self.world.reading() as connection:
            return versioned(registry.find_record(connection, request.path_params["did"], now).wire())

    async def put_registration(self, request: Request) -> Response:
        """`PUT /registrations/{did}`: 202 while it is pending."""
        did = Did(did=request.path_params["did"]).did
        kept = registry.submit(
            self.world,
            did,
            await _entry(request),
            key=key_of(request),
            version=version_of(request),
            actor=request.state.owner,
        )
        return kept.response()

    async def delete_registration(self, request: Request) -> Response:
        """`DELETE /registrations/{did}`."""
        kept = registry.strike_out(
            self.world,
            request.path_params["did"],
            key=key_of(request),
            version=version_of(request),
            actor=request.state.owner,
        )
        return kept.response()


def e911_routes(world: World) -> list[BaseRoute]:
    """The provider under `/e911`, on its tables in the world's file."""
    registry.install(world)
    provider = Provider(world)
    table: list[tuple[str, str, Endpoint]] = [
        ("GET", "/municipalities", provider.list_municipalities),
        ("GET", "/registrations", provider.list_registrations),
        ("GET", "/registrations/{did}", provider.get_registration),
        ("PUT", "/registrations/{did}", provider.put_registration),
        ("DELETE", "/registrations/{did}", provider.delete_registration),
    ]
    return surface(world, "e911", "/e911/v1", table)


async def _entry(request: Request) -> Entry:
    """The entry asked for; Refusal 422 tells every problem of it at once."""
    try:
        return (await wished(request, EntryRequest)).entry()
    except ValidationError as error:
        problems: list[Wire] = [
            {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"]} for one in error.errors()
        ]
    said = "; ".join(f"{one['field']}: {one['message']}" if one["field"] else str(one["message"]) for one in problems)
    raise Refusal(422, "invalid_registration", f"{said}.", details={"problems": problems})
