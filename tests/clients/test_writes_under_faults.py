"""Writes against the demo company over real HTTP, under each fault: what is told agrees with what was done.

The judge is the sandbox's own record of effects.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from agent.channels.sandbox_command import settings_for
from agent.clients.hub import Assignment
from agent.clients.patience import Patience
from agent.clients.pbx import NewLine
from agent.clients.systems import Systems, connect
from agent.errors import OutcomeUnknown, Unavailable
from agent.settings import Settings
from sandbox.server import running_sandbox

Fault = dict[str, Any]
Write = Callable[[Systems, str], Awaitable[object]]

NOT_DONE: dict[str, Fault] = {
    "time-out before": {"kind": "timeout_before"},
    "reset before": {"kind": "reset"},
    "500 before": {"kind": "status", "status": 500},
    "502 before": {"kind": "status", "status": 502},
    "504 before": {"kind": "status", "status": 504},
    "wrong JSON before": {"kind": "wrong_json"},
}
DONE: dict[str, Fault] = {
    "time-out after": {"kind": "timeout_after"},
    "reset after": {"kind": "reset", "took": True},
    "500 after": {"kind": "status", "status": 500, "took": True},
    "502 after": {"kind": "status", "status": 502, "took": True},
    "504 after": {"kind": "status", "status": 504, "took": True},
    "wrong JSON after": {"kind": "wrong_json", "took": True},
}
TURNED_AWAY: dict[str, Fault] = {
    "429": {"kind": "status", "status": 429, "retry_after": 1},
    "503": {"kind": "status", "status": 503, "retry_after": 1},
}


async def insert(systems: Systems, step: str) -> object:
    note = {"comment_type": "Comment", "reference_doctype": "Customer", "reference_name": "C-10001"}
    return await systems.erp.insert("Comment", {**note, "content": "x", "agent_step": step})


async def update(systems: Systems, step: str) -> object:
    return await systems.erp.update("Customer", "C-10001", {"website": step}, modified=None)


async def set_port(systems: Systems, step: str) -> object:
    read = await systems.hub.port("OLT-EAST", "1/2/3")
    return await systems.hub.set_port("OLT-EAST", "1/2/3", enabled=not read.enabled, key=step)


async def reboot(systems: Systems, step: str) -> object:
    (serial,) = [d.serial for d in await systems.hub.devices(customer="C-10002") if d.type == "Router"]
    expires_at = datetime.fromisoformat("2026-03-13T12:00:00-04:00")
    return await systems.hub.reboot(serial, key=step, expires_at=expires_at)


async def create_customer(systems: Systems, step: str) -> object:
    return await systems.stripe.create_customer(step, name="Jean Tremblay", email="jean@example.com", key=step)


async def update_customer(systems: Systems, step: str) -> object:
    read = await systems.stripe.customer("cus_demo_10002")
    card = None if read.default_payment_method else "pm_demo_10002"
    return await systems.stripe.set_default_card("cus_demo_10002", card, key=step)


async def assign_port(systems: Systems, step: str) -> object:
    free = (await systems.hub.free_ports("OLT-NORD"))[0]
    wish = Assignment(customer="C-10012", location=f"LOC-{step}", ont_serial=f"ONT-{step}", profile="FIBRE-100")
    return await systems.hub.assign_port(free.olt, free.port, wish, key=step, version=free.version)


async def create_line(systems: Systems, step: str) -> object:
    did = (await systems.pbx.free_numbers())[0]
    line = NewLine(did=did, customer="C-10009", location="LOC-00010", extension="100", caller_id="Émile Lavoie")
    return await systems.pbx.create_line(line, key=step)


async def set_line_state(systems: Systems, step: str) -> object:
    read = await systems.pbx.line("4502722408")
    return await systems.pbx.set_state(read.did, enabled=not read.enabled, key=step, version=read.version)


async def register(systems: Systems, step: str) -> object:
    read = await systems.e911.registration("4502722408")
    assert read.registered is not None
    entry = read.registered.entry().model_copy(update={"apartment": step[2:].partition("/")[0]})
    return await systems.e911.register(read.did, entry, key=step, version=read.version)


WRITES: dict[str, Write] = {
    "insert": insert,
    "update": update,
    "set_port": set_port,
    "reboot": reboot,
    "assign_port": assign_port,
    "create_line": create_line,
    "set_line_state": set_line_state,
    "register": register,
    "create_customer": create_customer,
    "update_customer": update_customer,
}
STEPS = (f"P-{number}/1" for number in count(1))


async def no_wait(_seconds: float) -> None:
    """Retries follow at once."""


class Outside:
    """The running sandbox, its controls, and our clients of it."""

    def __init__(self, url: str, timeout: float) -> None:
        self.control = httpx.Client(base_url=f"{url}/_sandbox", trust_env=False)
        self.control.delete("/faults")
        self._let_a_minute_pass()
        self.step = next(STEPS)
        self._earlier = len(self._effects())
        told = {name.removeprefix("TARGO_").lower(): value for name, value in settings_for(url).items()}
        self.systems = connect(Settings.model_validate(told), patience=Patience(answer_seconds=timeout, sleep=no_wait))

    def _let_a_minute_pass(self) -> None:
        """What an earlier test restarted is back."""
        now = datetime.fromisoformat(self.control.get("/clock").json()["now"])
        self.control.put("/clock", json={"now": (now + timedelta(minutes=1)).isoformat()})

    def _effects(self) -> list[str]:
        return [effect["verb"] for effect in self.control.get("/effects").json()]

    def breaks(self, fault: Fault, *, method: str, times: int) -> None:
        rule = {"match": {"method": method, "times": times}, "fault": fault}
        assert self.control.post("/faults", json=rule).status_code == 201

    def effects(self, verb: str) -> int:
        """How often this was done since this test began."""
        return self._effects()[self._earlier :].count(verb)

    def breaks_writes(self, fault: Fault, times: int = 1) -> None:
        for method in ("POST", "PUT"):
            self.breaks(fault, method=method, times=times)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("demo") / "world.sqlite") as address:
        yield address


@pytest.fixture
async def outside(url: str, request: pytest.FixtureRequest) -> AsyncIterator[Outside]:
    # Short only where the time-out is what is tried: a busy machine must not fail the rest.
    outside = Outside(url, timeout=0.5 if "time-out" in request.node.name else 10)
    yield outside
    await outside.systems.aclose()
    outside.control.close()


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", NOT_DONE | DONE)
async def test_a_lost_answer_is_unknown_and_the_write_is_not_repeated(outside: Outside, write: str, fault: str) -> None:
    outside.breaks_writes((NOT_DONE | DONE)[fault])
    with pytest.raises(OutcomeUnknown):
        await WRITES[write](outside.systems, outside.step)
    assert outside.effects(write) == (1 if fault in DONE else 0)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", TURNED_AWAY)
async def test_a_write_turned_away_is_done_once_when_it_gets_in(outside: Outside, write: str, fault: str) -> None:
    outside.breaks_writes(TURNED_AWAY[fault], times=2)
    await WRITES[write](outside.systems, outside.step)
    assert outside.effects(write) == 1


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_turned_away_for_good_is_not_done(outside: Outside, write: str) -> None:
    outside.breaks_writes(TURNED_AWAY["429"], times=3)
    with pytest.raises(Unavailable):
        await WRITES[write](outside.systems, outside.step)
    assert outside.effects(write) == 0


@pytest.mark.parametrize("fault", ["time-out after", "time-out before"])
async def test_a_lost_insert_is_looked_up_by_its_step(outside: Outside, fault: str) -> None:
    outside.breaks_writes((NOT_DONE | DONE)[fault])
    with pytest.raises(OutcomeUnknown):
        await insert(outside.systems, outside.step)
    found = await outside.systems.erp.inserted_by_step("Comment", outside.step)
    assert (found is not None) == (fault in DONE)


@pytest.mark.parametrize("fault", NOT_DONE | TURNED_AWAY)
async def test_reads_get_through(outside: Outside, fault: str) -> None:
    outside.breaks((NOT_DONE | TURNED_AWAY)[fault], method="GET", times=2)
    assert (await outside.systems.erp.get("Customer", "C-10001"))["customer_name"] == "Jean Tremblay"
    outside.breaks((NOT_DONE | TURNED_AWAY)[fault], method="GET", times=2)
    assert (await outside.systems.hub.port("OLT-EAST", "1/2/3")).customer == "C-10001"
    outside.breaks((NOT_DONE | TURNED_AWAY)[fault], method="GET", times=2)
    assert (await outside.systems.pbx.line("4508252100")).customer == "C-10018"
    outside.breaks((NOT_DONE | TURNED_AWAY)[fault], method="GET", times=2)
    assert (await outside.systems.e911.registration("4508252100")).state == "registered"
    outside.breaks((NOT_DONE | TURNED_AWAY)[fault], method="GET", times=2)
    assert (await outside.systems.stripe.customer("cus_demo_10005")).metadata == {"customer": "C-10005"}


@pytest.mark.parametrize("fault", ["time-out after", "time-out before"])
async def test_a_lost_line_is_looked_up_by_the_key_that_made_it(outside: Outside, fault: str) -> None:
    did = (await outside.systems.pbx.free_numbers())[0]
    outside.breaks_writes((NOT_DONE | DONE)[fault])
    with pytest.raises(OutcomeUnknown):
        await create_line(outside.systems, outside.step)
    found = await outside.systems.pbx.find_line(did)
    assert (found is not None and found.created_by_key == outside.step) == (fault in DONE)


@pytest.mark.parametrize("fault", ["time-out after", "time-out before"])
async def test_a_lost_registration_is_looked_up_by_the_key_that_asked_for_it(outside: Outside, fault: str) -> None:
    outside.breaks_writes((NOT_DONE | DONE)[fault])
    with pytest.raises(OutcomeUnknown):
        await register(outside.systems, outside.step)
    found = await outside.systems.e911.registration("4502722408")
    assert (found.pending is not None and found.pending.key == outside.step) == (fault in DONE)


async def test_the_clock_of_the_demo_is_read_from_its_answers(outside: Outside) -> None:
    told = datetime.fromisoformat(outside.control.get("/clock").json()["now"])
    assert abs(await outside.systems.clock.now() - told) < timedelta(seconds=2)
