"""The outside world as one web application: every system that the sandbox stands in for.

In: a world. Out: an ASGI application, the same in-process and over real HTTP.
Every answer carries a `Date` taken from the world's clock: a server that adds a date of its own
(uvicorn does, unless `date_header` is off) must not.
"""

from datetime import UTC
from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.bearer import astray
from sandbox.control import control_routes
from sandbox.e911 import e911_routes
from sandbox.erpnext.routes import erpnext_routes
from sandbox.faults import FaultMiddleware
from sandbox.hub import hub_routes
from sandbox.pbx import pbx_routes
from sandbox.stripe import stripe_routes
from sandbox.world import World


def create_app(world: World) -> ASGIApp:
    """The application that serves a world; what befalls a request by the faults' rules is outermost."""
    routes: list[BaseRoute] = [
        *erpnext_routes(world),
        *hub_routes(world),
        *pbx_routes(world),
        *e911_routes(world),
        *stripe_routes(world),
        *control_routes(world),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(_CompanyClock, world=world)],
        exception_handlers={HTTPException: astray},
    )
    return FaultMiddleware(app, world)


class _CompanyClock:
    """Dates every answer by the world's clock (RFC 7231)."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                moment = format_datetime(self._world.now().astimezone(UTC), usegmt=True)
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"date"]
                message = {**message, "headers": [*headers, (b"date", moment.encode())]}
            await send(message)

        await self._app(scope, receive, dated)
