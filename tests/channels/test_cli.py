"""The command line: what it prints, on which stream, and the exit code a script relies on."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from scripted_agent import DIGEST, PLAN, Check, Entry, Health, Now, ScriptedAgent, Summary, said

from agent.channels.front_door import FrontDoor
from agent.channels.terminal import Terminal
from agent.cli import main
from agent.errors import Misconfigured, Unavailable
from agent.reply import Outcome, Reply
from agent.settings import Settings

MORNING = dt.datetime(2026, 3, 12, 9, 5, tzinfo=dt.UTC)
OLDER = Summary(PLAN.id, "done", "Suspend Martin Gagné", MORNING, "admin", DIGEST)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests, an English locale, a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TARGO_DATA_DIR", str(tmp_path / "data"))


class Launched:
    """Opens the scripted agent in place of the real one, and keeps what it was opened with."""

    def __init__(self, agent: ScriptedAgent) -> None:
        self._agent = agent
        self.settings: Settings | None = None
        self.user: str | None = None

    def __call__(self, settings: Settings, user: str | None) -> AbstractAsyncContextManager[FrontDoor]:
        self.settings, self.user = settings, user
        return self._agent


def targo(agent: ScriptedAgent, *arguments: str, stdin: str = "", launched: Launched | None = None) -> Result:
    terminal = Terminal(launched or Launched(agent))
    return CliRunner().invoke(main, arguments, input=stdin, obj=terminal)


@pytest.mark.parametrize(
    ("outcome", "code"), [("answered", 0), ("plan", 3), ("question", 4), ("refused", 5), ("failed", 1)]
)
def test_ask_ends_with_the_code_of_its_outcome(outcome: Outcome, code: int) -> None:
    result = targo(ScriptedAgent([said("Well.", outcome=outcome)]), "ask", "hello")
    assert result.exit_code == code
    assert result.stdout == "Well.\n"


def test_ask_speaks_in_the_command_lines_own_conversation_and_closes_the_agent() -> None:
    agent = ScriptedAgent([said("Done.")], now=Now(user="sophie"))
    targo(agent, "ask", "oui", "--today", "2026-03-20")
    assert agent.asked == [("say", "oui", "cli:sophie"), ("closed",)]
    assert agent.today == dt.date(2026, 3, 20)


def test_ask_with_a_plan_tells_how_to_run_it_from_here() -> None:
    result = targo(ScriptedAgent([said("A plan.", outcome="plan", plan=PLAN)]), "ask", "suspend Gagné")
    assert f"targo plans approve {PLAN.id} --digest {DIGEST}" in result.stdout.splitlines()[-1]


def test_ask_json_prints_one_object() -> None:
    reply = said("A plan.", outcome="plan", engine="local", plan=PLAN, actions=[{"action": "add_note"}])
    result = targo(ScriptedAgent([reply]), "ask", "--json", "note for Gagné")
    assert json.loads(result.stdout) == {
        "actions": [{"action": "add_note"}],
        "engine": "local",
        "outcome": "plan",
        "blocks": [{"block": "text", "text": "A plan.", "tone": "plain"}],
        "plan": PLAN.model_dump(),
    }
    assert result.exit_code == 3


def test_ask_json_without_a_plan_says_null() -> None:
    result = targo(ScriptedAgent([said("Élevé.")]), "ask", "--json", "hello")
    assert json.loads(result.stdout)["plan"] is None
    assert "Élevé." in result.stdout


def test_engine_and_user_reach_the_agent() -> None:
    agent = ScriptedAgent([said("Yes.")])
    launched = Launched(agent)
    targo(agent, "ask", "hello", "--engine", "local", "--user", "technician", launched=launched)
    assert launched.settings is not None
    assert launched.settings.engine == "local"
    assert launched.user == "technician"


def test_a_user_that_the_demo_lacks_is_refused() -> None:
    result = targo(ScriptedAgent(), "ask", "hello", "--user", "root")
    assert result.exit_code == 2
    assert "agent, technician, supervisor, admin" in result.stderr


def test_a_user_may_not_be_chosen_on_a_real_site(monkeypatch: pytest.MonkeyPatch) -> None:
    for system in ("ERPNEXT", "HUB", "PBX", "E911", "STRIPE"):
        monkeypatch.setenv(f"TARGO_{system}_URL", f"https://{system.lower()}.example.com")
    monkeypatch.setenv("LANG", "fr_CA.UTF-8")
    agent = ScriptedAgent()
    result = targo(agent, "plans", "list", "--user", "admin")
    assert result.exit_code == 2
    assert "n'existe que pour la compagnie de démonstration" in result.stderr
    assert agent.asked == []


def test_bytes_that_are_no_text_are_marked_and_asked() -> None:
    agent = ScriptedAgent([said("What?")])
    assert targo(agent, "ask", "solde de Gagn\udce9").exit_code == 0
    assert agent.asked[0][1] == "solde de Gagn\ufffd"


def test_chat_through_a_pipe_is_plain_and_ends_with_zero() -> None:
    agent = ScriptedAgent([said("One."), said("Two.", outcome="failed")])
    result = targo(agent, stdin="first\nsecond\n")
    assert (result.exit_code, result.stdout) == (0, "One.\n\nTwo.\n")


def test_plans_list_shows_and_prints_json() -> None:
    agent = ScriptedAgent(kept_plans=[OLDER])
    assert "Suspend Martin Gagné" in targo(agent, "plans", "list").stdout
    printed = json.loads(targo(agent, "plans", "list", "--json").stdout)
    assert printed == [
        {
            "id": PLAN.id,
            "status": "done",
            "title": "Suspend Martin Gagné",
            "created_at": "2026-03-12T09:05:00+00:00",
            "user": "admin",
            "digest": DIGEST,
        }
    ]


def test_plans_show_draws_the_plan_and_prints_its_json() -> None:
    agent = ScriptedAgent([said("The plan.")])
    assert targo(agent, "plans", "show", PLAN.id).stdout == "The plan.\n"
    assert json.loads(targo(agent, "plans", "show", PLAN.id, "--json").stdout)["status"] == "done"


def test_plans_approve_json_prints_the_plans_end_and_its_receipts() -> None:
    agent = ScriptedAgent([said("Done.")])
    result = targo(agent, "plans", "approve", PLAN.id, "--digest", DIGEST, "--json")
    printed = json.loads(result.stdout)
    assert result.exit_code == 0
    assert printed["receipts"] == [{"step": 1, "state": "confirmed"}]
    assert printed["reply"]["outcome"] == "answered"
    assert agent.asked[0] == ("approve", PLAN.id, DIGEST)


def test_nothing_is_approved_without_a_digest_where_nobody_watches() -> None:
    agent = ScriptedAgent()
    result = targo(agent, "plans", "approve", PLAN.id, stdin="y\n")
    assert result.exit_code == 2
    assert "--digest" in result.stderr
    assert agent.asked == [("closed",)]


class Attended(Terminal):
    """A terminal at which someone sits."""

    is_attended = True


@pytest.mark.parametrize(("answer", "asked"), [("y\n", [("show",), ("approve",)]), ("n\n", [("show",)])])
def test_someone_at_the_terminal_sees_the_plan_and_confirms_its_digest(answer: str, asked: list[tuple[str]]) -> None:
    agent = ScriptedAgent([said("The diff.", outcome="plan", plan=PLAN), said("Done.")])
    terminal = Attended(Launched(agent))
    result = CliRunner().invoke(main, ["plans", "approve", PLAN.id], input=answer, obj=terminal)
    assert "The diff." in result.stdout
    assert [one[:1] for one in agent.asked[:-1]] == asked
    assert ("Done." in result.stdout) is (answer == "y\n")
    assert result.exit_code == (0 if answer == "y\n" else 1)


def test_a_plan_that_does_not_wait_is_shown_and_not_asked_about() -> None:
    agent = ScriptedAgent([said("It has run.")])
    terminal = Attended(Launched(agent))
    result = CliRunner().invoke(main, ["plans", "approve", PLAN.id], input="y\n", obj=terminal)
    assert result.exit_code == 1
    assert [one[0] for one in agent.asked] == ["show", "closed"]


def test_a_stale_plan_ends_with_the_code_of_a_plan_that_waits() -> None:
    agent = ScriptedAgent([said("Things changed.", outcome="plan", plan=PLAN)])
    result = targo(agent, "plans", "approve", PLAN.id, "--digest", "old")
    assert result.exit_code == 3


def test_an_unknown_plan_is_one_sentence() -> None:
    result = targo(ScriptedAgent(), "plans", "show", "P-0", "--json")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "✗ There is no plan P-0.\n")


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("reject", "P-1", "--reason", "he paid"), ("reject", "P-1", "he paid")),
        (("undo", "P-1"), ("undo", "P-1")),
    ],
)
def test_plans_reject_and_undo_name_the_plan(arguments: tuple[str, ...], asked: tuple[str, ...]) -> None:
    agent = ScriptedAgent([said("Very well."), said("Very well.")])
    assert targo(agent, "plans", *arguments).stdout == "Very well.\n"
    assert json.loads(targo(agent, "plans", *arguments, "--json").stdout)["outcome"] == "answered"
    assert agent.asked[0] == asked


def test_plans_resume_tells_what_became_of_each() -> None:
    none = targo(ScriptedAgent(), "plans", "resume")
    assert (none.exit_code, none.stdout) == (0, "No plan was left unfinished.\n")
    two = ScriptedAgent(resumed=[said("First is done."), said("Second failed.", outcome="failed")])
    assert targo(two, "plans", "resume").stdout == "First is done.\nSecond failed.\n"
    assert targo(two, "plans", "resume", "--json").exit_code == 1


def test_ctrl_c_says_where_the_plan_stands() -> None:
    async def interrupted(_plan: str) -> Reply:
        raise asyncio.CancelledError

    agent = ScriptedAgent([interrupted, said("It was stopped on the way.")])
    ended = targo(agent, "plans", "approve", PLAN.id, "--digest", DIGEST)
    assert (ended.exit_code, ended.stdout) == (1, "It was stopped on the way.\n")
    assert agent.asked[1] == ("standing", PLAN.id)


def test_plans_resume_takes_up_the_one_named_and_what_was_stopped() -> None:
    agent = ScriptedAgent(resumed=[said("Done.")])
    assert targo(agent, "plans", "resume", "P-1").stdout == "Done.\n"
    targo(agent, "plans", "resume")
    assert [one for one in agent.asked if one[0] == "resume"] == [
        ("resume", "P-1", "stopped"),
        ("resume", "", "stopped"),
    ]


def test_news_of_plans_stand_beside_the_list_and_not_in_it() -> None:
    agent = ScriptedAgent(settled=[said("News of plan P-1: Done.")])
    listed = targo(agent, "plans", "list", "--json")
    assert json.loads(listed.stdout) == []
    assert "News of plan P-1: Done." in listed.stderr


def test_the_journal_is_shown_and_verified() -> None:
    entry = Entry(7, MORNING, "admin", "asked", {"text": "What does Gagnon owe?"}, "ab" * 32)
    agent = ScriptedAgent(entries=[entry], check=Check(ok=True, entries=7))
    assert "What does Gagnon owe?" in targo(agent, "journal").stdout
    assert json.loads(targo(agent, "journal", "--json").stdout)[0]["hash"] == "ab" * 32
    assert "intact" in targo(agent, "journal", "verify").stdout
    broken = ScriptedAgent(check=Check(ok=False, entries=7, broken_at=4))
    result = targo(broken, "journal", "verify", "--json")
    assert (result.exit_code, json.loads(result.stdout)["broken_at"]) == (1, 4)


def test_the_doctor_tells_each_system_and_hides_all_but_the_end_of_a_key() -> None:
    well = Health(
        "erpnext",
        real=True,
        url="https://erp.example.com",
        user="agent@example.com",
        clock=MORNING,
        key="9f3a",
    )
    live = Health("stripe", real=True, url="https://api.stripe.com", mode="live", key="77aa")
    result = targo(ScriptedAgent(systems=[well, Health("hub"), live]), "doctor")
    assert result.exit_code == 0
    for part in ("https://erp.example.com", "2026-03-12 05:05", "…9f3a", "demo company", "live mode", "…77aa"):
        assert part in result.stdout


def test_the_doctor_ends_with_one_where_a_system_is_ill() -> None:
    ill = Health("hub", real=True, url="https://hub", reachable=False, problem=Unavailable("refused", system="hub"))
    result = targo(ScriptedAgent(systems=[ill]), "doctor")
    assert result.exit_code == 1
    assert "✗ Hub cannot be reached" in result.stdout


def test_an_unreachable_system_is_one_sentence_on_the_error_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    result = targo(ScriptedAgent([Unavailable("connect", system="erpnext")]), "ask", "bonjour")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("✗ ERPNext ne répond pas")
    assert result.stderr.count("\n") == 1


def test_ask_json_prints_an_object_even_when_the_agent_cannot_start() -> None:
    damaged = Misconfigured("The database is damaged.", setting="TARGO_DATABASE_URL")
    result = targo(ScriptedAgent([damaged]), "ask", "--json", "hello")
    assert json.loads(result.stdout)["outcome"] == "failed"
    assert result.stderr == "✗ The database is damaged.\n"
    assert result.exit_code == 1


def test_a_fault_of_ours_is_one_sentence_and_its_place_is_noted(tmp_path: Path) -> None:
    async def broken(_text: str) -> None:
        raise ZeroDivisionError(f"the card is {2121 * 2}")

    result = targo(ScriptedAgent([broken]), "ask", "hello")  # type: ignore[list-item]
    log = (tmp_path / "data" / "targo.log").read_text(encoding="utf-8")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert "ZeroDivisionError" in result.stderr
    assert "in broken" in log
    assert "4242" not in log + result.stderr


def test_what_the_agent_logs_is_kept_off_the_screen(tmp_path: Path) -> None:
    async def warns(_text: str) -> Reply:
        logging.getLogger("agent.clients").warning("erpnext: try 1 of 3")
        return said("Fine.")

    result = targo(ScriptedAgent([warns]), "ask", "hello")
    log = tmp_path / "data" / "targo.log"
    assert (result.stdout, result.stderr) == ("Fine.\n", "")
    assert "erpnext: try 1 of 3" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("value", ["maybe", "gpt"])
def test_an_unusable_setting_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TARGO_ENGINE", value)
    result = targo(ScriptedAgent(), "ask", "hello")
    assert result.exit_code == 1
    assert "TARGO_ENGINE" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_mixture_of_real_and_demo_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGO_ERPNEXT_URL", "https://erp.example.com")
    result = targo(ScriptedAgent(), "ask", "hello")
    assert result.exit_code == 1
    assert "TARGO_HUB_URL" in result.stderr


@pytest.mark.parametrize(
    ("content", "named"), [(b"TARGO_ENGINE=local\nthis is no setting\n", "2"), (b"\xff\xfe\x00", ".env")]
)
def test_a_malformed_env_file_is_one_sentence(tmp_path: Path, content: bytes, named: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    agent = ScriptedAgent([said("Never.")])
    result = targo(agent, "ask", "hello")
    assert result.exit_code == 1
    assert ".env" in result.stderr
    assert named in result.stderr
    assert agent.asked == []
