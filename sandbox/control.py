"""The sandbox's own controls: faults, the record of effects, the clock, how long the 911 provider takes.

In: requests under `/_sandbox`. Out: JSON. They belong to tests and evaluations, not to any system that is
played here: they need no credentials, are never faulted, and what they do is not recorded as an effect.
"""

from dataclasses import asdict
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from sandbox.e911 import registry
from sandbox.faults import FaultRules, Rule
from sandbox.world import TIMEZONE, Effect, World


class ClockRequest(BaseModel):
    """Where the clock is to stand."""

    model_config = ConfigDict(extra="forbid")

    now: AwareDatetime


class AcceptanceRequest(BaseModel):
    """How long the 911 provider is to take over a request, in seconds of the world's clock; never no time at all."""

    model_config = ConfigDict(extra="forbid")

    acceptance_seconds: float = Field(ge=0.000_001, le=86_400)


class Control:
    """The endpoints, bound to one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules = FaultRules(world)

    async def list_faults(self, _request: Request) -> Response:
        """`GET /faults`."""
        return JSONResponse(self.rules.list())

    async def add_fault(self, request: Request) -> Response:
        """`POST /faults` with a `faults.Rule`."""
        try:
            rule = Rule.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        return JSONResponse({"id": self.rules.add(rule)}, 201)

    async def clear_faults(self, _request: Request) -> Response:
        """`DELETE /faults`."""
        self.rules.clear()
        return Response(status_code=204)

    async def list_effects(self, request: Request) -> Response:
        """`GET /effects?since=&system=`."""
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            return JSONResponse({"error": {"code": "invalid_request", "message": "since: a number."}}, 422)
        found = self.world.effects(system=request.query_params.get("system"), since=int(since))
        return JSONResponse([_effect(effect) for effect in found])

    async def get_clock(self, _request: Request) -> Response:
        """`GET /clock`."""
        return _clock(self.world.now())

    async def set_clock(self, request: Request) -> Response:
        """`PUT /clock`: 409 when that would be going back."""
        try:
            wish = ClockRequest.model_validate_json(await request.body())
            self.world.set_clock(wish.now.astimezone(TIMEZONE))
        except ValidationError as error:
            return _refused(error)
        except ValueError as error:
            return JSONResponse({"error": {"code": "clock_runs_forward", "message": str(error)}}, 409)
        return _clock(self.world.now())

    async def get_e911(self, _request: Request) -> Response:
        """`GET /e911`."""
        with self.world.reading() as connection:
            return JSONResponse({"acceptance_seconds": registry.acceptance(connection).total_seconds()})

    async def set_e911(self, request: Request) -> Response:
        """`PUT /e911`: from the next request on."""
        try:
            wish = AcceptanceRequest.model_validate_json(await request.body())
        except ValidationError as error:
            return _refused(error)
        with self.world.transaction() as connection:
            registry.set_acceptance(connection, wish.acceptance_seconds)
        return JSONResponse({"acceptance_seconds": wish.acceptance_seconds})


def control_routes(world: World) -> list[BaseRoute]:
    """The controls under `/_sandbox`."""
    control = Control(world)
    return [
        Mount(
            "/_sandbox",
            routes=[
                Route("/faults", control.list_faults, methods=["GET"]),
                Route("/faults", control.add_fault, methods=["POST"]),
                Route("/faults", control.clear_faults, methods=["DELETE"]),
                Route("/effects", control.list_effects, methods=["GET"]),
                Route("/clock", control.get_clock, methods=["GET"]),
                Route("/clock", control.set_clock, methods=["PUT"]),
                Route("/e911", control.get_e911, methods=["GET"]),
                Route("/e911", control.set_e911, methods=["PUT"]),
            ],
        )
    ]


def _effect(effect: Effect) -> dict[str, object]:
    return {**asdict(effect), "at": effect.at.isoformat()}


def _clock(moment: datetime) -> JSONResponse:
    return JSONResponse({"now": moment.isoformat()})


def _refused(error: ValidationError) -> JSONResponse:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    body = {"error": {"code": "invalid_request", "message": f"{where}: {first['msg']}."}}
    return JSONResponse(body, 422)
