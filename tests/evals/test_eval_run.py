"""The whole run: exit codes, the report, the untouched split, the baseline."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from agent.directory import Directory
from agent.errors import Misconfigured, PlanExpired
from agent.reply import PlanView, Reply
from agent.settings import EngineName
from evals.figures import Report
from evals.run import main_run
from evals.stage import Stage

Wires = list[dict[str, Any]]
SUSPEND = {"action": "suspend_customer", "customer": "Luc Gagnon"}
BALANCE = {"action": "get_balance", "customer": "Luc Gagnon"}


class CountedReply(Reply):
    """A reply that tells what the model cost."""

    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass
class ScriptedAgent:
    """Understands each text as its script says, and suspends in a world of its own."""

    script: Mapping[str, Wires]
    heard: list[str] = field(default_factory=list)
    suspended: bool = False
    expired: bool = False

    async def say(self, text: str, *, conversation: str, today: dt.date | None = None) -> Reply:
        assert conversation
        self.heard.append(f"{text} {today}")
        if text == "crash":
            raise ZeroDivisionError(text)
        plan = PlanView(id="P-1", digest="d", steps=[], warnings=[], expires_at="soon")
        return CountedReply(
            outcome="plan",
            language="en",
            blocks=[],
            actions=self.script[text],
            engine="llm",
            plan=plan if self.script[text] == [SUSPEND] else None,
            llm_calls=1,
            prompt_tokens=300,
            completion_tokens=40,
        )

    async def approve(self, plan_id: str, digest: str, *, conversation: str) -> Reply:
        assert (plan_id, digest, bool(conversation)) == ("P-1", "d", True)
        if self.expired:
            raise PlanExpired("too late")
        self.suspended = True
        return Reply(outcome="answered", language="en", blocks=[])


@dataclass
class Theatre:
    """Makes a stage for each case, and remembers them."""

    script: dict[str, Wires]
    directory: Directory
    expired: bool = False
    opened: list[tuple[dt.date, EngineName]] = field(default_factory=list)
    agents: list[ScriptedAgent] = field(default_factory=list)

    @asynccontextmanager
    async def stage(self, today: dt.date, engine: EngineName) -> AsyncIterator[Stage]:
        agent = ScriptedAgent(self.script, expired=self.expired)
        self.opened.append((today, engine))
        self.agents.append(agent)

        async def customer(_request: Request) -> JSONResponse:
            return JSONResponse({"data": {"is_suspended": int(agent.suspended)}})

        app = Starlette(routes=[Route("/api/resource/Customer/C-10003", customer)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://demo") as erpnext:
            yield Stage(agent, self.directory, {"erpnext": erpnext})


@pytest.fixture
def theatre(directory: Directory) -> Theatre:
    return Theatre({"suspend": [SUSPEND], "balance": [BALANCE], "refund": [{"action": "out_of_scope"}]}, directory)


def case(name: str, text: str, *actions: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    state = rest.pop("state", [])
    return {
        "name": name,
        "inputs": {"text": text, "lang": "en", **rest},
        "expected_output": {"actions": list(actions), "state": state},
        "metadata": {"tags": ["a tag"]},
    }


def data_set(folder: Path, *cases: Mapping[str, Any], name: str = "set.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"name": "set", "cases": cases}), encoding="utf-8")
    return path


def run(theatre: Theatre, paths: Sequence[Path], **options: Any) -> tuple[int, str]:
    console = Console(file=io.StringIO(), width=200)
    code = main_run(paths, make_stage=theatre.stage, console=console, **options)
    assert isinstance(console.file, io.StringIO)
    return code, console.file.getvalue()


STATE = [{"doctype": "Customer", "name": "C-10003", "fields": {"is_suspended": 1}}]


def test_a_run_that_is_all_right_exits_0(theatre: Theatre, tmp_path: Path) -> None:
    path = data_set(
        tmp_path, case("a", "suspend", SUSPEND, state=STATE), case("b", "refund", {"action": "out_of_scope"})
    )
    code, printed = run(theatre, [path], min_exact=1.0)
    assert code == 0
    assert "out_of_scope_recall" in printed


def test_a_run_below_the_threshold_exits_1_and_shows_why(theatre: Theatre, tmp_path: Path) -> None:
    path = data_set(
        tmp_path, case("a", "balance", {**BALANCE, "customer": "Kevin Smith"}), case("b", "balance", BALANCE)
    )
    assert run(theatre, [path], min_exact=0.5)[0] == 0
    code, printed = run(theatre, [path], min_exact=0.51)
    assert code == 1
    assert "0.500 of the cases are right to the end, 0.510 are asked for" in printed
    assert "get_balance.customer: expected 'Kevin Smith', understood 'Luc Gagnon'" in printed


def test_one_unsafe_case_exits_1_whatever_the_threshold(theatre: Theatre, tmp_path: Path) -> None:
    code, printed = run(theatre, [data_set(tmp_path, case("a", "suspend", BALANCE))], min_exact=0.0)
    assert code == 1
    assert "suspend_customer was understood and not expected" in printed


def test_an_unreadable_file_exits_2_and_plays_nothing(theatre: Theatre, tmp_path: Path) -> None:
    path = data_set(tmp_path, case("a", "suspend"))
    code, printed = run(theatre, [path])
    assert code == 2
    assert f"{path}: case a: expected_output.actions:" in printed
    assert theatre.opened == []


@pytest.mark.parametrize("content", ["{", '{"engine": "local"}', None])
def test_an_unreadable_baseline_exits_2(theatre: Theatre, tmp_path: Path, content: str | None) -> None:
    baseline = tmp_path / "baseline.json"
    if content is not None:
        baseline.write_text(content, encoding="utf-8")
    code, printed = run(theatre, [data_set(tmp_path, case("a", "balance", BALANCE))], baseline=baseline)
    assert code == 2
    assert "baseline.json: " in printed


def test_a_report_that_cannot_be_written_exits_2(theatre: Theatre, tmp_path: Path) -> None:
    path = data_set(tmp_path, case("a", "balance", BALANCE))
    assert run(theatre, [path], json_report=tmp_path / "nowhere" / "report.json")[0] == 2


def test_settings_that_let_no_agent_be_made_are_the_callers_to_tell(theatre: Theatre, tmp_path: Path) -> None:
    @asynccontextmanager
    async def unmakeable(_today: dt.date, _engine: EngineName) -> AsyncIterator[Stage]:
        if theatre.script:
            raise Misconfigured("no model is configured")
        yield Stage(ScriptedAgent({}), theatre.directory, {})

    with pytest.raises(Misconfigured, match="no model"):
        main_run(
            [data_set(tmp_path, case("a", "balance", BALANCE))],
            make_stage=unmakeable,
            engine="llm",
            console=Console(file=io.StringIO()),
        )


def test_each_case_has_a_fresh_stage_on_its_own_day(theatre: Theatre, tmp_path: Path) -> None:
    path = data_set(tmp_path, case("a", "balance", BALANCE), case("b", "balance", BALANCE, today="2026-05-01"))
    run(theatre, [path], engine="local")
    assert theatre.opened == [(dt.date(2026, 3, 12), "local"), (dt.date(2026, 5, 1), "local")]
    assert len(theatre.agents) == 2


def test_history_is_said_first_and_lets_a_reference_stay_null(theatre: Theatre, tmp_path: Path) -> None:
    theatre.script["Luc Gagnon's balance"] = [BALANCE]
    path = data_set(tmp_path, case("a", "suspend", {"action": "suspend_customer"}, history=["Luc Gagnon's balance"]))
    assert run(theatre, [path], min_exact=1.0)[0] == 0
    assert theatre.agents[-1].heard == ["Luc Gagnon's balance None", "suspend None"]


def test_a_write_to_somebody_else_than_the_history_speaks_of_is_unsafe(theatre: Theatre, tmp_path: Path) -> None:
    theatre.script["Kevin Smith's balance"] = [BALANCE]
    path = data_set(tmp_path, case("a", "suspend", {"action": "suspend_customer"}, history=["Kevin Smith's balance"]))
    assert "suspend_customer.customer: expected nothing, understood 'Luc Gagnon'" in run(theatre, [path])[1]


def test_a_plan_is_approved_only_where_a_state_is_expected(theatre: Theatre, tmp_path: Path) -> None:
    run(theatre, [data_set(tmp_path, case("a", "suspend", SUSPEND), case("b", "suspend", SUSPEND, state=STATE))])
    assert [agent.suspended for agent in theatre.agents] == [False, True]


def test_a_wrong_end_fails_a_case_that_was_understood(theatre: Theatre, tmp_path: Path) -> None:
    theatre.expired = True
    path, report = data_set(tmp_path, case("a", "suspend", SUSPEND, state=STATE)), tmp_path / "report.json"
    code, printed = run(theatre, [path], min_exact=0.1, json_report=report)
    figures = Report.model_validate_json(report.read_bytes()).figures
    assert (code, figures.exact, figures.right, figures.state) == (1, 1.0, 0.0, 0.0)
    assert "the plan was not run: plan_expired" in printed


def test_a_case_that_breaks_the_agent_fails_alone(theatre: Theatre, tmp_path: Path) -> None:
    path = data_set(tmp_path, case("a", "crash", BALANCE), case("b", "balance", BALANCE))
    code, printed = run(theatre, [path], min_exact=0.5)
    assert code == 0
    assert "ZeroDivisionError: crash" in printed


def test_the_report_holds_each_case_and_the_figures_by_group(theatre: Theatre, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    path = data_set(
        tmp_path, case("a", "balance", BALANCE), case("b", "refund", BALANCE), case("c", "suspend", SUSPEND)
    )
    run(theatre, [path], json_report=report, engine="llm")
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["engine"] == "llm"
    assert [one["verdict"] for one in written["cases"]] == ["right", "actions", "right"]
    assert written["cases"][1]["expected"] == [BALANCE]
    assert written["cases"][1]["understood"] == [{"action": "out_of_scope"}]
    assert written["cases"][0]["prompt_tokens"] == 300
    figures = written["figures"]
    assert figures["intent"] == figures["exact"] == pytest.approx(2 / 3)
    assert figures["field_f1"] == pytest.approx(2 * 2 / (2 * 2 + 1))
    assert figures["out_of_scope_recall"] is None
    assert figures["false_refusal"] == pytest.approx(1 / 3)
    assert figures["llm_calls"] == 1
    assert figures["latency_ms"]["p50"] <= figures["latency_ms"]["p99"]
    assert written["by_action"]["get_balance"]["exact"] == 0.5
    assert written["by_language"]["en"]["cases"] == written["by_tag"]["a tag"]["cases"] == 3


def test_the_untouched_split_is_named_and_never_shown(theatre: Theatre, tmp_path: Path) -> None:
    theatre.script["a secret phrase"] = [SUSPEND]
    closed = data_set(tmp_path, case("shut", "a secret phrase", BALANCE, history=["balance"]), name="held_out/set.json")
    code, printed = run(theatre, [closed])
    assert code == 1
    assert "set/shut  unsafe" in printed
    assert "secret" not in printed
    assert "Luc Gagnon" not in printed


def test_a_baseline_tells_what_became_worse_and_better(theatre: Theatre, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    steady = case("steady", "refund", {"action": "out_of_scope"})
    first = data_set(
        tmp_path,
        steady,
        case("falls", "balance", BALANCE),
        case("rises", "suspend", BALANCE),
        case("goes", "balance", BALANCE),
    )
    run(theatre, [first], json_report=baseline)
    theatre.script.update({"balance": [SUSPEND], "suspend": [BALANCE]})
    second = data_set(
        tmp_path,
        steady,
        case("falls", "balance", BALANCE),
        case("rises", "suspend", BALANCE),
        case("comes", "suspend", BALANCE),
    )
    _, printed = run(theatre, [second], baseline=baseline)
    assert "Worse (1): set/falls" in printed
    assert "Better (1): set/rises" in printed
    assert "New (1): set/comes" in printed
    assert "Gone (1): set/goes" in printed
    assert "steady" not in printed


def test_an_unchanged_run_says_so(theatre: Theatre, tmp_path: Path) -> None:
    path, baseline = data_set(tmp_path, case("a", "balance", BALANCE)), tmp_path / "baseline.json"
    run(theatre, [path], json_report=baseline)
    assert "No case became better or worse." in run(theatre, [path], baseline=baseline)[1]
