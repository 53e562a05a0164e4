"""The outside world over real HTTP, on the loopback interface only.

In: the world's file and a port. Out: its address through a callback, then requests served until a signal
(or the end of a `with`) says stop. It prints nothing. A request that the faults say is never answered ends
in a reset connection, and a held request must never hold up the stop.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.app import create_app
from sandbox.demo import open_demo
from sandbox.faults import NeverAnswered
from sandbox.world import World

HOST = "127.0.0.1"
Heard = Callable[[str, str], None]
# Linger for zero seconds: closing then sends RST and not FIN.
_NO_LINGER = struct.pack("ii", 1, 0)


class PortTaken(Exception):
    """The port cannot be listened on; the message says which and why."""


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 whose connections can be reset instead of answered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give every request of this connection a way to end in a reset."""
        super().connection_made(transport)
        self.app = cast("Any", _resetting(cast("ASGIApp", self.app), self.reset))

    def reset(self) -> None:
        """Drop the connection with a TCP RST."""
        listener = self.transport.get_extra_info("socket")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()

    @property
    def answering(self) -> bool:
        """Whether a request is under way on this connection."""
        return self.cycle is not None and not self.cycle.response_complete


class SandboxServer(uvicorn.Server):
    """A server that says when it listens, and stops at once."""

    def __init__(self, app: ASGIApp, listener: socket.socket, announce: Callable[[str], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=ResettableProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                date_header=False,  # the world's clock dates the answers
                server_header=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._listener = listener
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then announce the address."""
        await super().startup(sockets)
        self._announce(f"http://{HOST}:{self._listener.getsockname()[1]}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of requests that are still held, then stop."""
        for connection in list(self.server_state.connections):
            if isinstance(connection, ResettableProtocol) and connection.answering:
                connection.reset()
        await super().shutdown(sockets)


def serve(
    world_path: Path | str,
    port: int = 0,
    *,
    announce: Callable[[str], None],
    clock: datetime | None = None,
    reset: bool = False,
) -> None:
    """Serve the demo company kept at `world_path` until a signal stops it; `port` 0 takes a free one.

    Raises PortTaken, and WorldUnreadable as `open_demo` does.
    """
    with _listening(port) as listener, _demo(world_path, clock=clock, reset=reset) as world:
        SandboxServer(create_app(world), listener, announce).run(sockets=[listener])


def unheard(_method: str, _path: str) -> None:
    """For who does not listen."""


@contextmanager
def running_sandbox(path: Path | str, *, clock: datetime | None = None, heard: Heard = unheard) -> Iterator[str]:
    """The demo company at `path`, served from a thread of its own; yields its base URL.

    `heard` is told the method and the path of every request, in that thread and before anything befalls it.
    """
    ready = threading.Event()
    address: list[str] = []

    def announce(url: str) -> None:
        address.append(url)
        ready.set()

    with _listening(0) as listener, _demo(path, clock=clock, reset=False) as world:
        server = SandboxServer(_listened_to(create_app(world), heard), listener, announce)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            if not ready.wait(timeout=30):
                raise RuntimeError("the sandbox did not start")
            yield address[0]
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # The protocol is named, because asyncio turns Nagle's delay off only for a socket that says TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise PortTaken(f"Port {port} on {HOST} cannot be used: {error}.") from error
        yield listener


@contextmanager
def _demo(path: Path | str, *, clock: datetime | None, reset: bool) -> Iterator[World]:
    world = open_demo(path, clock=clock, reset=reset)
    try:
        yield world
    finally:
        world.close()


def _listened_to(app: ASGIApp, heard: Heard) -> ASGIApp:
    async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            heard(scope["method"], scope["path"])
        await app(scope, receive, send)

    return serve_one


def _resetting(app: ASGIApp, reset: Callable[[], None]) -> ASGIApp:
    async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except NeverAnswered:
            reset()
            # The server takes an early return for an unanswered request; wait until it knows better.
            while (await receive())["type"] != "http.disconnect":
                pass

    return serve_one
