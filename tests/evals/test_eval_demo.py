"""Cases played in the real demo company, by an agent that does as it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.clients.systems import Embedded, Systems, connect
from agent.reply import PlanView, Reply
from agent.settings import EngineName, Settings
from evals.cases import StateExpectation
from evals.demo import DemoStages
from evals.states import unmet

SUSPENDED = StateExpectation(doctype="Customer", name="C-10001", fields={"is_suspended": 1})
OPEN_PORT = StateExpectation(system="hub", olt="OLT-EAST", port="1/2/3", fields={"enabled": True})


@dataclass
class ObedientAgent:
    """Suspends C-10001 when its plan is approved, and tells the company's day."""

    systems: Systems

    async def say(self, text: str, *, conversation: str, today: dt.date | None = None) -> Reply:
        day = today or (await self.systems.clock.now()).date()
        plan = PlanView(id="P-1", digest="d", steps=[], warnings=[], expires_at="soon")
        return Reply(outcome="plan", language="en", blocks=[], plan=plan, reading=[text, conversation, str(day)])

    async def approve(self, plan_id: str, digest: str, *, conversation: str) -> Reply:
        found = await self.systems.erp.get("Customer", "C-10001")
        await self.systems.erp.update("Customer", "C-10001", {"is_suspended": 1}, modified=str(found["modified"]))
        return Reply(outcome="answered", language="en", blocks=[], reading=[plan_id, digest, conversation])


@asynccontextmanager
async def obedient(embedded: Embedded, _folder: Path, _engine: EngineName) -> AsyncIterator[ObedientAgent]:
    systems = connect(Settings.model_construct(), embedded=embedded)
    try:
        yield ObedientAgent(systems)
    finally:
        await systems.aclose()


async def test_each_stage_is_a_company_that_nobody_has_touched() -> None:
    stages = DemoStages(obedient)
    async with stages.stage(dt.date(2026, 3, 12), "local") as first:
        assert await unmet([OPEN_PORT], first.systems) == []
        assert await unmet([SUSPENDED], first.systems) != []
        await first.agent.approve("P-1", "d", conversation="evaluation")
        assert await unmet([SUSPENDED], first.systems) == []
    async with stages.stage(dt.date(2026, 3, 12), "local") as second:
        assert await unmet([SUSPENDED], second.systems) != []


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ({"system": "e911", "did": "4502473300"}, {"state": "registered", "civic_number": "8"}),
        ({"system": "pbx", "number": "4502722408"}, {"customer": "C-10001", "voicemail": {"enabled": True}}),
        ({"system": "stripe", "customer": "C-10005"}, {"name": "Sylvie Côté"}),
    ],
)
async def test_every_system_can_be_judged(place: dict[str, str], fields: dict[str, object]) -> None:
    async with DemoStages(obedient).stage(dt.date(2026, 3, 12), "local") as stage:
        so = StateExpectation.model_validate({**place, "fields": fields})
        otherwise = StateExpectation.model_validate({**place, "fields": dict.fromkeys(fields, "else")})
        none = StateExpectation.model_validate({**place, "absent": True})
        assert await unmet([so], stage.systems) == []
        assert len(await unmet([otherwise, none], stage.systems)) == 2


async def test_the_company_lives_on_the_day_of_the_case() -> None:
    async with DemoStages(obedient).stage(dt.date(2027, 8, 31), "local") as stage:
        reply = await stage.agent.say("what day is it", conversation="evaluation")
        assert reply.reading[-1] == "2027-08-31"


async def test_the_judge_knows_the_companys_people_and_things() -> None:
    async with DemoStages(obedient).stage(dt.date(2026, 3, 12), "local") as stage:
        assert stage.directory.by_id["C-10003"].name == "Luc Gagnon"
        assert {thing.code for thing in stage.directory.items} >= {"FIBRE-100", "WIFI-MESH"}
        assert len(stage.directory.technicians) == 3


async def test_a_real_site_in_the_environment_is_never_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGO_ERPNEXT_URL", "http://127.0.0.1:9")
    assert Settings(erpnext_key="k", erpnext_secret=SecretStr("s")).erpnext_url
    async with DemoStages(obedient).stage(dt.date(2026, 3, 12), "local") as stage:
        assert "C-10001" in stage.directory.by_id
