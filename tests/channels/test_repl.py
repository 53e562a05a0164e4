"""The conversation at a prompt, driven by keys through a pipe."""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper import paper, written
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.input import Input, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console
from scripted_agent import PLAN, Now, ScriptedAgent, Summary, said

from agent.channels.chat import Chat
from agent.channels.history import CautiousHistory, looks_like_a_card
from agent.channels.piped import run_piped
from agent.channels.repl import Repl
from agent.channels.words import Language, Words
from agent.errors import Misconfigured, Unavailable
from agent.reply import Reply

MORNING = dt.datetime(2026, 3, 12, 9, 5, tzinfo=dt.UTC)
CTRL_C, CTRL_D, ENTER, ALT_ENTER = "\x03", "\x04", "\r", "\x1b\r"


def session(
    agent: ScriptedAgent,
    keys: Input,
    *,
    console: Console | None = None,
    language: Language = "en",
    history: History | None = None,
    opening: asyncio.Event | None = None,
    tells_every: float = 10.0,
) -> Repl:
    async def open_agent() -> ScriptedAgent:
        if opening is not None:
            await opening.wait()
        if agent.opening is not None:
            raise agent.opening
        return agent

    return Repl(
        open_agent,
        console or paper(),
        Words(language),
        history or InMemoryHistory(),
        keys=keys,
        screen=DummyOutput(),
        tells_every=tells_every,
    )


async def typed(
    agent: ScriptedAgent,
    keys: str,
    *,
    language: Language = "en",
    history: History | None = None,
    console: Console | None = None,
) -> str:
    """What the console shows after those keys were typed; the session must end by itself."""
    sheet = console or paper()
    with create_pipe_input() as terminal:
        repl = session(agent, terminal, console=sheet, language=language, history=history)
        terminal.send_text(keys)
        assert await repl.run("Hello.") == 0
    return written(sheet)


def messages(agent: ScriptedAgent) -> list[str]:
    return [asked[1] for asked in agent.asked if asked[0] == "say"]


async def test_a_message_is_answered_and_control_d_leaves() -> None:
    agent = ScriptedAgent([said("Jean Tremblay owes $312.40.")])
    shown = await typed(agent, f"What does Jean Tremblay owe?{ENTER}{CTRL_D}")
    assert shown.startswith("Hello.\n")
    assert "Jean Tremblay owes $312.40." in shown
    assert agent.asked == [("say", "What does Jean Tremblay owe?", "chat:admin")]


async def test_the_first_prompt_takes_a_message_before_the_agent_is_open() -> None:
    agent = ScriptedAgent([said("Here.")])
    opened = asyncio.Event()
    with create_pipe_input() as terminal:
        repl = session(agent, terminal, opening=opened)
        terminal.send_text(f"hello{ENTER}{CTRL_D}")
        running = asyncio.create_task(repl.run())
        await asyncio.sleep(0)
        assert "loading" in bottom_line(repl)
        opened.set()
        assert await running == 0
    assert messages(agent) == ["hello"]


async def test_a_yes_typed_before_the_diff_was_on_the_screen_is_forgotten() -> None:
    shown = asyncio.Event()

    async def plan(_text: str) -> Reply:
        shown.set()
        return said("Suspend Sylvie Côté?", outcome="plan", plan=PLAN)

    agent = ScriptedAgent([plan])
    with create_pipe_input() as terminal:
        repl = session(agent, terminal)
        terminal.send_text(f"suspend Sylvie Côté{ENTER}yes{ENTER}")
        running = asyncio.create_task(repl.run("Hello."))
        await shown.wait()
        await asyncio.sleep(0.05)
        terminal.send_text(CTRL_D)
        assert await running == 0
    assert messages(agent) == ["suspend Sylvie Côté"]


async def test_control_c_drops_the_line_and_not_the_program() -> None:
    agent = ScriptedAgent([said("Yes.")])
    await typed(agent, f"suspend everyone{CTRL_C}hello{ENTER}{CTRL_D}")
    assert messages(agent) == ["hello"]


async def test_control_c_leaves_the_turn_and_not_the_program() -> None:
    left: list[str] = []

    async def endless(text: str) -> NoReturn:
        signal.raise_signal(signal.SIGINT)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            left.append(text)
            raise
        raise AssertionError

    agent = ScriptedAgent([endless, said("Here again.")])
    shown = await typed(agent, f"reboot{ENTER}hello{ENTER}{CTRL_D}")
    assert left == ["reboot"]
    assert "Turn left." in shown
    assert "Here again." in shown


async def test_an_empty_line_asks_nothing() -> None:
    agent = ScriptedAgent()
    await typed(agent, f"{ENTER}   {ENTER}{CTRL_D}")
    assert messages(agent) == []


async def test_a_paste_of_several_lines_is_one_message() -> None:
    agent = ScriptedAgent([said("Noted.")])
    await typed(agent, f"\x1b[200~note for Gagné:\r\nmoved out\x1b[201~{ENTER}{CTRL_D}")
    assert messages(agent) == ["note for Gagné:\nmoved out"]


async def test_alt_enter_breaks_the_line() -> None:
    agent = ScriptedAgent([said("Noted.")])
    await typed(agent, f"one{ALT_ENTER}two{ENTER}{CTRL_D}")
    assert messages(agent) == ["one\ntwo"]


@pytest.mark.parametrize("leave", ["/quit", "/quitter", "/QUIT"])
async def test_quit_leaves_in_both_languages(leave: str) -> None:
    assert await typed(ScriptedAgent(), f"{leave}{ENTER}")


async def test_a_plan_that_was_cut_short_is_taken_up_behind_the_first_prompt() -> None:
    agent = ScriptedAgent([said("Yes.")], resumed=[said("The suspension is done.")])
    shown = await typed(agent, f"hello{ENTER}hello{CTRL_C}{CTRL_D}")
    assert "taken up again" in shown
    assert "The suspension is done." in shown


async def test_what_settles_behind_the_prompt_is_told_without_being_asked() -> None:
    console = paper()
    agent = ScriptedAgent()
    with create_pipe_input() as terminal:

        async def later() -> None:
            agent.settled.append(said("News of plan P-1: the 911 provider has accepted it."))
            while agent.settled or "accepted it" not in written(console):  # noqa: ASYNC110 - the screen has no event
                await asyncio.sleep(0.01)
            terminal.send_text(CTRL_D)

        asking = asyncio.create_task(later())
        async with asyncio.timeout(20):
            assert await session(agent, terminal, console=console, tells_every=0.01).run() == 0
        await asking
    assert agent.asked == []


async def test_plans_that_want_this_user_as_the_second_person_are_named() -> None:
    waiting = Summary("P-5", "awaiting_cosigner", "Strike out 12", MORNING, "marie", "d")
    shown = await typed(ScriptedAgent([said("Yes.")], awaited=[waiting]), f"hello{ENTER}hello{CTRL_C}{CTRL_D}")
    assert "P-5 of marie waits for your approval as the second person: Strike out 12." in shown
    assert "/cosign P-5" in shown


async def test_a_plan_left_waiting_is_shown_before_a_yes_could_approve_it() -> None:
    console = paper()
    with create_pipe_input() as terminal:

        async def diff(plan_id: str) -> Reply:
            terminal.send_text(f"yes{ENTER}{CTRL_D}")
            return said(f"The diff of {plan_id}.")

        agent = ScriptedAgent([diff, said("Done.")], now=Now(waiting="P-7"))
        assert await session(agent, terminal, console=console).run() == 0
    shown = written(console)
    assert "left waiting in an earlier session" in shown
    assert shown.index("The diff of P-7.") < shown.index("Done.")
    assert agent.asked == [("show", "P-7"), ("say", "yes", "chat:admin")]


@pytest.mark.parametrize("when", ["opening", "warming"])
async def test_a_store_that_cannot_be_used_ends_the_session_with_the_error(when: str) -> None:
    damaged = Misconfigured("The database is damaged.", setting="TARGO_DATABASE_URL")
    agent = ScriptedAgent(**{when: damaged})  # type: ignore[arg-type]
    with create_pipe_input() as terminal:
        repl = session(agent, terminal)
        with pytest.raises(Misconfigured, match="damaged"):
            await repl.run()


async def test_an_unreachable_system_is_said_and_the_prompt_goes_on() -> None:
    agent = ScriptedAgent([said("Back.")], warming=Unavailable("refused", system="erpnext"))
    shown = await typed(agent, f"hello{ENTER}{CTRL_D}", language="fr")
    assert "ERPNext ne répond pas" in shown
    assert "Back." in shown


async def test_the_bottom_line_tells_user_engine_system_and_what_waits() -> None:
    now = Now(user="sophie", system_of_record="erp.example.com", waiting="P-7")
    agent = ScriptedAgent([said("The diff of P-7.")], now=now)
    with create_pipe_input() as terminal:
        repl = session(agent, terminal)
        assert "loading" in bottom_line(repl)
        terminal.send_text(f"/who{ENTER}{CTRL_D}")
        await repl.run()
        assert bottom_line(repl) == " sophie · engine local · erp.example.com · P-7 waits: yes or no"


def bottom_line(repl: Repl) -> str:
    return "".join(fragment[1] for fragment in repl.toolbar())


async def test_no_card_number_reaches_the_history_file(tmp_path: Path) -> None:
    path = tmp_path / "data" / "history"
    agent = ScriptedAgent([said("No."), said("Yes.")])
    keys = f"charge 4242 4242 4242 4242{ENTER}what does Côté owe?{ENTER}{CTRL_D}"
    await typed(agent, keys, history=CautiousHistory(path))
    kept = path.read_text(encoding="utf-8")
    assert "4242" not in kept
    assert "what does Côté owe?" in kept
    assert path.stat().st_mode & 0o077 == 0


@given(st.text(alphabet="0123456789", min_size=13, max_size=19), st.sampled_from(["", " ", "-"]))
def test_any_grouping_of_a_card_number_is_recognised(number: str, separator: str) -> None:
    groups = separator.join(number[start : start + 4] for start in range(0, len(number), 4))
    assert looks_like_a_card(f"card {groups} please")


@pytest.mark.parametrize("line", ["call 450-272-2408", "C-10001 owes 312.40", "2026-03-12", "206.162.10.44"])
def test_everyday_numbers_are_kept(line: str) -> None:
    assert not looks_like_a_card(line)


def test_a_folder_that_cannot_be_written_is_the_operators_to_mend(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Misconfigured, match="TARGO_DATA_DIR"):
        CautiousHistory(tmp_path / "data" / "history")


async def test_a_pipe_answers_a_message_a_line_and_nothing_else() -> None:
    agent = ScriptedAgent([said("One."), said("Deux.", language="fr")])
    sheet = paper()
    assert await run_piped(Chat(agent, sheet, Words("en")), ["first\n", "\n", "second\r\n"]) == 0
    assert written(sheet) == "One.\n\nDeux.\n"
    assert messages(agent) == ["first", "second"]


async def test_quit_ends_a_pipe_before_its_last_line() -> None:
    agent = ScriptedAgent([said("One.")])
    assert await run_piped(Chat(agent, paper(), Words("fr")), ["first\n", "/quitter\n", "never\n"]) == 0
    assert messages(agent) == ["first"]


async def test_a_failed_turn_in_a_pipe_does_not_end_it() -> None:
    agent = ScriptedAgent([Unavailable("refused", system="hub"), said("Two.")])
    sheet = paper()
    assert await run_piped(Chat(agent, sheet, Words("en")), ["one\n", "two\n"]) == 0
    assert "cannot be reached" in written(sheet)
    assert "Two." in written(sheet)
