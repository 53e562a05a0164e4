"""A server on loopback that plays one scripted answer a request, so that faults happen on a real connection."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

DATE = "Thu, 12 Mar 2026 13:00:00 GMT"
Play = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Heard:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    """Its address, what it heard, and what it has yet to play; a request too many is answered with 418."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    script: list[Play] = field(default_factory=list)
    held: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)
    """Connections that are still open."""

    def plays(self, *plays: Play) -> None:
        """What the next requests will meet, in order."""
        self.script.extend(plays)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self.held[task] = writer
        try:
            while not writer.is_closing():
                self.heard.append(await _hear(reader))
                await (self.script.pop(0) if self.script else answer({}, status=418))(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            del self.held[task]
            writer.close()

    async def let_go(self) -> None:
        """Drop every connection that a client or a script still holds."""
        held = dict(self.held)
        for task, writer in held.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        await asyncio.sleep(0)


def answer(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Play:
    """A whole answer; a str is sent as it is, anything else as JSON."""
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    fields = {"Date": DATE, "Content-Length": str(len(content)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content)
        await writer.drain()

    return play


async def silence(writer: asyncio.StreamWriter) -> None:
    """Never answer: hold the connection until the client lets go."""
    await writer.wait_closed()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Drop the connection with a TCP RST."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cut(writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent, then hang up."""
    writer.write(b'HTTP/1.1 200 Said\r\nContent-Length: 1000\r\n\r\n{"data": [')
    await writer.drain()
    writer.close()


async def drip(writer: asyncio.StreamWriter) -> None:
    """Send a header now and then, so that no single wait is long, and never the answer."""
    writer.write(b"HTTP/1.1 200 Said\r\n")
    while not writer.is_closing():
        writer.write(b"X-Patience: please\r\n")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def scripted_server() -> AsyncIterator[ScriptedServer]:
    """A server with an empty script, for the length of a ``with``."""
    played = ScriptedServer()
    server = await asyncio.start_server(played.serve, "127.0.0.1", 0)
    played.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield played
    finally:
        server.close()
        await played.let_go()


async def _hear(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    return Heard(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))
