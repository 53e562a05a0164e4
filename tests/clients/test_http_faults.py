"""What each fault of a system amounts to, over real connections: for a read, and for a write."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import AsyncIterator

import pytest
from scripted_server import Play, ScriptedServer, answer, cut, drip, reset, scripted_server, silence

from agent.clients.http import HttpSystem
from agent.clients.patience import Patience
from agent.clients.refusal import explain_frappe
from agent.errors import AccessDenied, BackendError, OutcomeUnknown, Rejected, Unavailable

SECRET = "sk-planted-0a1b2c3d"
HEADERS = {"Authorization": f"token the-key-x9:{SECRET}"}
GOOD = answer({"data": 7})
FRAPPE_500 = answer({"exc_type": "OperationalError", "exc": "[]"}, status=500)

UNANSWERED: dict[str, Play] = {
    "silence": silence,
    "reset": reset,
    "cut in the middle": cut,
    "broken JSON": answer('{"data": ['),
    "HTML instead of JSON": answer("<html>Log in</html>"),
    "JSON of another shape": answer({"message": 7}),
    "500 of no known maker": answer("Internal Server Error", status=500),
    "502": answer("<html>Bad Gateway</html>", status=502),
    "503 that says nothing": answer("<html>Unavailable</html>", status=503),
    "504": answer("<html>Gateway Timeout</html>", status=504),
}
OVERLOADED: dict[str, Play] = {
    "429": answer({"exc_type": "TooManyRequestsError"}, status=429),
    "429 with Retry-After": answer("", status=429, headers={"Retry-After": "1"}),
    "503 with Retry-After": answer("", status=503, headers={"Retry-After": "1"}),
    "503 of ERPNext itself": answer({"exc_type": "SessionBootFailed"}, status=503),
}


def said(body: object) -> int:
    if not isinstance(body, dict) or not isinstance(body["data"], int):
        raise TypeError("data")
    return body["data"]


class Waits(list[float]):
    """Sleeps not at all, and remembers how long it was to."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with scripted_server() as running:
        yield running


@pytest.fixture
async def system(server: ScriptedServer, waits: Waits) -> AsyncIterator[HttpSystem]:
    system = HttpSystem(
        "erpnext",
        server.url,
        HEADERS,
        explain=explain_frappe,
        timeout=0.2,
        patience=Patience(sleep=waits),
    )
    yield system
    await system.aclose()


async def read(system: HttpSystem) -> int:
    return await system.read("api", "resource", "Customer", shape=said)


async def write(system: HttpSystem) -> int:
    return await system.write("POST", "api", "resource", "Customer", body={"a": 1}, shape=said)


@pytest.mark.parametrize("fault", UNANSWERED | OVERLOADED)
async def test_a_read_is_tried_again(fault: str, system: HttpSystem, server: ScriptedServer) -> None:
    server.plays((UNANSWERED | OVERLOADED)[fault], GOOD)
    assert await read(system) == 7
    assert len(server.heard) == 2


@pytest.mark.parametrize("fault", UNANSWERED | OVERLOADED)
async def test_a_read_that_keeps_failing_is_given_up(
    fault: str, system: HttpSystem, server: ScriptedServer, waits: Waits
) -> None:
    server.plays(*[(UNANSWERED | OVERLOADED)[fault]] * 3, GOOD)
    with pytest.raises(Unavailable) as caught:
        await read(system)
    assert caught.value.facts["system"] == "erpnext"
    assert len(server.heard) == 3
    assert len(waits) == 2


@pytest.mark.parametrize("fault", UNANSWERED)
async def test_a_write_without_an_answer_is_never_fired_again(
    fault: str, system: HttpSystem, server: ScriptedServer, waits: Waits
) -> None:
    server.plays(UNANSWERED[fault], GOOD)
    with pytest.raises(OutcomeUnknown) as caught:
        await write(system)
    assert caught.value.facts["system"] == "erpnext"
    assert len(server.heard) == 1
    assert waits == []


@pytest.mark.parametrize("fault", OVERLOADED)
async def test_a_write_that_was_turned_away_is_tried_again(
    fault: str, system: HttpSystem, server: ScriptedServer
) -> None:
    server.plays(OVERLOADED[fault], GOOD)
    assert await write(system) == 7
    assert [heard.body for heard in server.heard] == [b'{"a":1}'] * 2


@pytest.mark.parametrize("fault", OVERLOADED)
async def test_a_write_that_is_always_turned_away_was_not_done(
    fault: str, system: HttpSystem, server: ScriptedServer
) -> None:
    server.plays(*[OVERLOADED[fault]] * 3, GOOD)
    with pytest.raises(Unavailable):
        await write(system)
    assert len(server.heard) == 3


@pytest.mark.parametrize("send", [read, write])
async def test_nobody_listening_means_that_nothing_was_done(send: object, waits: Waits) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        system = HttpSystem("hub", url, HEADERS, explain=explain_frappe, patience=Patience(sleep=waits))
        with pytest.raises(Unavailable) as caught:
            await (read(system) if send is read else write(system))
        await system.aclose()
    assert caught.value.facts["system"] == "hub"
    assert len(waits) == 2


@pytest.mark.parametrize("send", [read, write])
async def test_an_error_of_erpnext_itself_is_an_answer(
    send: object, system: HttpSystem, server: ScriptedServer
) -> None:
    server.plays(FRAPPE_500, GOOD)
    with pytest.raises(Rejected) as caught:
        await (read(system) if send is read else write(system))
    assert caught.value.facts == {
        "system": "erpnext",
        "status": 500,
        "reason": "OperationalError",
        "error_type": "OperationalError",
    }
    assert len(server.heard) == 1


async def test_the_wait_that_a_system_asks_for_is_honoured(
    system: HttpSystem, server: ScriptedServer, waits: Waits
) -> None:
    server.plays(
        answer("", status=429, headers={"Retry-After": "3"}),
        answer("", status=429, headers={"Retry-After": "Thu, 12 Mar 2026 13:00:02 GMT"}),
        GOOD,
    )
    assert await read(system) == 7
    assert waits == [3.0, 2.0]


async def test_a_wait_beyond_our_patience_fails_at_once(
    system: HttpSystem, server: ScriptedServer, waits: Waits
) -> None:
    server.plays(answer("", status=429, headers={"Retry-After": "60"}), GOOD)
    with pytest.raises(Unavailable) as caught:
        await read(system)
    assert caught.value.facts["retry_after"] == 60
    assert len(server.heard) == 1
    assert waits == []


async def test_waits_grow_and_stay_bounded(system: HttpSystem, server: ScriptedServer, waits: Waits) -> None:
    server.plays(reset, reset, GOOD)
    await read(system)
    patience = Patience()
    assert patience.first_wait <= waits[0] < waits[1] <= patience.longest_wait


async def test_an_answer_that_drips_is_not_waited_for_without_end(system: HttpSystem, server: ScriptedServer) -> None:
    server.plays(drip)
    with pytest.raises(OutcomeUnknown):
        await write(system)


async def test_a_redirect_is_not_followed(system: HttpSystem, server: ScriptedServer) -> None:
    server.plays(answer("", status=301, headers={"Location": server.url + "/elsewhere"}), GOOD)
    with pytest.raises(Rejected):
        await write(system)
    assert len(server.heard) == 1


async def test_a_guest_session_is_not_taken_up(system: HttpSystem, server: ScriptedServer) -> None:
    server.plays(answer({"data": 1}, headers={"Set-Cookie": "sid=Guest; Path=/"}), GOOD)
    await read(system)
    await read(system)
    assert "cookie" not in server.heard[1].headers


async def test_an_answer_too_many_after_closing_opens_again(system: HttpSystem, server: ScriptedServer) -> None:
    server.plays(GOOD, GOOD)
    await read(system)
    await system.aclose()
    assert await read(system) == 7


ECHO = answer({"exc_type": "AuthenticationError", "_error_message": f"bad token the-key-x9:{SECRET}"}, status=401)


@pytest.mark.parametrize("fault", UNANSWERED | OVERLOADED | {"echo": ECHO, "500 of ERPNext": FRAPPE_500})
@pytest.mark.parametrize("send", [read, write])
async def test_no_credential_enters_an_exception_or_a_log_record(
    fault: str,
    send: object,
    system: HttpSystem,
    server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    play = (UNANSWERED | OVERLOADED | {"echo": ECHO, "500 of ERPNext": FRAPPE_500})[fault]
    server.plays(*[play] * 3)
    with caplog.at_level(logging.DEBUG), pytest.raises(BackendError) as caught:
        await (read(system) if send is read else write(system))
    error = caught.value
    told = [*traceback.format_exception(error), repr(error), repr(error.facts), repr(system), caplog.text]
    assert server.heard[0].headers["authorization"] == HEADERS["Authorization"]
    assert not [text for text in told if SECRET in text or "the-key-x9" in text]
    if fault == "echo":
        assert isinstance(error, AccessDenied)
        assert error.facts["reason"] == "bad token …:…"
