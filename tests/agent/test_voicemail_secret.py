"""A voicemail password is shown once to who may see it, and stands nowhere else: it is planted, and looked for.

Looked through: every file and table that the agent keeps, every log at its most talkative, every request to a system
and to a model, every error, and what later turns say.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from demo_talk import Company, OpenAgent, Talk, cells

from agent.channels.terminal import reply_json
from agent.embedded import embedded_in
from agent.settings import Settings

JEAN = "4502722408"
SECRET = "918273645564738291"


@dataclass
class Wire:
    """Every request to the demo company's systems; ``answers`` stands in for the PBX where it is asked the secret."""

    answers: httpx.Response | None = None
    asked: list[str] = field(default_factory=list)

    def around(self, inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        wire = self

        class Transport(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                body = (await request.aread()).decode(errors="replace")
                wire.asked.append(f"{request.method} {request.url} {request.headers!r} {body}")
                if wire.answers is not None and request.url.path.endswith("/voicemail/password"):
                    return wire.answers
                return await inner.handle_async_request(request)

        return Transport()


@pytest.fixture
def prompts() -> Iterator[tuple[str, list[str]]]:
    """A model's address, and every request that it got; it never knows what is meant."""
    heard: list[str] = []

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["content-length"])).decode())
            message = {"role": "assistant", "content": json.dumps({"actions": [{"action": "out_of_scope"}]})}
            answer = {
                "id": "c1",
                "object": "chat.completion",
                "created": 0,
                "model": "scripted",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def planted(company: Company) -> None:
    with company.world.transaction() as connection:
        connection.execute("UPDATE pbx_lines SET voicemail_password = ? WHERE did = ?", (SECRET, JEAN))


def everything_kept(folder: Path) -> str:
    """Every file of the agent's own, raw, and every row of every table of its database, the company's aside."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("demo.sqlite")]
    raw = "".join(path.read_bytes().decode("latin-1") for path in files)
    engine = sa.create_engine(Settings(_env_file=None, data_dir=folder).store_url)
    tables = sa.MetaData()
    tables.reflect(engine)
    assert {"plans", "receipts", "conversations", "journal"} <= set(tables.tables)
    with engine.connect() as connection:
        rows = [str(row) for table in tables.sorted_tables for row in connection.execute(table.select())]
    engine.dispose()
    assert rows
    return raw + "".join(rows)


def open_with(open_agent: OpenAgent, company: Company, wire: Wire, **fields: Any) -> Talk:
    embedded = embedded_in(company.world)
    return open_agent(
        user="supervisor", seams={"embedded": changed(embedded, transport=wire.around(embedded.transport))}, **fields
    )


@pytest.mark.usefixtures("planted")
async def test_it_is_shown_once_and_stands_nowhere_else(
    open_agent: OpenAgent,
    company: Company,
    prompts: tuple[str, list[str]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    wire, (url, heard) = Wire(), prompts
    talk = open_with(
        open_agent, company, wire, engine="llm", model_base_url=url, model_name="scripted", model_api_key="sk-test"
    )
    shown = await talk.ask("get_voicemail_password", did=JEAN)
    assert SECRET in cells(shown)
    assert shown.private
    later = [await talk(text) for text in ("what was that number again?", "undo", "note: he called", "et son solde?")]
    assert len(heard) >= 3
    assert SECRET not in "".join(heard)
    assert SECRET not in "".join(json.dumps(reply_json(reply)) for reply in later)
    assert not any(reply.private for reply in later)
    assert any(one.endswith(" ") and "/voicemail/password" in one for one in wire.asked)
    assert SECRET not in "".join(wire.asked)
    assert SECRET not in caplog.text
    assert SECRET not in repr(talk.agent.journal(None))
    await talk.agent.aclose()
    assert SECRET not in everything_kept(tmp_path)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"pasword": SECRET}),
        httpx.Response(200, json={"password": {"value": SECRET}}),
        httpx.Response(200, text=f"<html>{SECRET}</html>"),
        httpx.Response(403, json={"error": {"code": "forbidden", "message": f"{SECRET} is not for you"}}),
        httpx.Response(500, text=f"Traceback: voicemail password {SECRET}"),
    ],
    ids=["misnamed", "misshapen", "no JSON", "refused", "broken"],
)
async def test_an_error_that_quotes_it_does_not_pass_it_on(
    open_agent: OpenAgent, company: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture, answer: httpx.Response
) -> None:
    caplog.set_level(logging.DEBUG)
    talk = open_with(open_agent, company, Wire(answers=answer))
    reply = await talk.ask("get_voicemail_password", did=JEAN)
    assert reply.outcome == "failed"
    assert SECRET not in reply.model_dump_json()
    assert SECRET not in caplog.text
    await talk.agent.aclose()
    assert SECRET not in everything_kept(tmp_path)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("user", ["agent", "technician"])
async def test_who_may_not_see_it_does_not_and_the_pbx_is_not_asked(
    open_agent: OpenAgent, company: Company, user: str
) -> None:
    wire = Wire()
    embedded = embedded_in(company.world)
    seams = {"embedded": changed(embedded, transport=wire.around(embedded.transport))}
    talk = open_agent(user=user, seams=seams)
    reply = await talk.ask("get_voicemail_password", did=JEAN)
    assert (reply.outcome, reply.code) == ("refused", "not_allowed")
    assert SECRET not in reply.model_dump_json()
    assert not any("voicemail/password" in one for one in wire.asked)
    asking = [entry for entry in talk.agent.journal() if entry.kind == "sensitive"]
    assert [(entry.user, entry.body["action"]["did"]) for entry in asking] == [(user, JEAN)]
