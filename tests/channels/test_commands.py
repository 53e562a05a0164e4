"""The slash commands, in both languages, against a scripted agent."""

from __future__ import annotations

import datetime as dt

import pytest
from paper import paper, written
from scripted_agent import DIGEST, PLAN, Check, Entry, Now, ScriptedAgent, Summary, said

from agent.channels.chat import Chat
from agent.channels.commands import take
from agent.channels.words import Language, Words
from agent.errors import PlanNotFound

MORNING = dt.datetime(2026, 3, 12, 9, 5, tzinfo=dt.UTC)


async def after(agent: ScriptedAgent, *lines: str, language: Language = "en") -> str:
    """What the console shows after those lines."""
    sheet = paper()
    chat = Chat(agent, sheet, Words(language))
    for line in lines:
        assert await take(chat, line)
    return written(sheet)


@pytest.mark.parametrize(("language", "name", "quit_"), [("en", "/help", "/quit"), ("fr", "/aide", "/quitter")])
async def test_help_lists_the_commands_of_the_language(language: Language, name: str, quit_: str) -> None:
    shown = await after(ScriptedAgent(), name, language=language)
    assert name in shown
    assert quit_ in shown
    assert "Jean Tremblay" in shown


async def test_the_other_languages_names_work_too() -> None:
    assert "/help" in await after(ScriptedAgent(), "/aide")


async def test_an_unknown_command_offers_the_nearest_and_asks_nothing_of_the_agent() -> None:
    agent = ScriptedAgent()
    shown = await after(agent, "/jurnal")
    assert "/jurnal is not a command" in shown
    assert "→ /journal" in shown
    assert agent.asked == []


async def test_plans_are_listed_with_their_status_in_words() -> None:
    summary = Summary(PLAN.id, "handed_over", "Suspend Martin Gagné", MORNING, "admin", DIGEST)
    english = await after(ScriptedAgent(kept_plans=[summary]), "/plans")
    french = await after(ScriptedAgent(kept_plans=[summary]), "/plans", language="fr")
    assert "P-WAITING1  2026-03-12 05:05  admin  Suspend Martin Gagné  handed to a person" in english
    assert "remis à une personne" in french


@pytest.mark.parametrize(
    ("status", "english", "french"),
    [
        ("awaiting_cosigner", "awaits a second yes", "attend un deuxième oui"),
        ("stopped", "stopped on the way", "arrêté en chemin"),
    ],
)
async def test_what_waits_for_somebody_says_for_what(status: str, english: str, french: str) -> None:
    agent = ScriptedAgent(kept_plans=[Summary(PLAN.id, status, "Strike out 12", MORNING, "admin", DIGEST)])
    assert english in await after(agent, "/plans")
    assert french in await after(agent, "/plans", language="fr")


async def test_no_plans_is_said_so() -> None:
    assert await after(ScriptedAgent(), "/plans", language="fr") == "Aucun plan pour l'instant.\n"


async def test_the_journal_shows_its_last_entries_and_whether_it_is_intact() -> None:
    entries = [
        Entry(7, MORNING.isoformat(), "admin", "asked", {"text": "suspend Gagné"}, "ab" * 32),
        Entry(8, MORNING.isoformat(), "targo", "ended", {"status": "handed_over"}, "cd" * 32, plan="P-1"),
    ]
    whole = await after(ScriptedAgent(entries=entries, check=Check(ok=True, entries=7)), "/journal")
    broken = ScriptedAgent(entries=entries, check=Check(ok=False, entries=7, broken_at=3))
    assert "7  2026-03-12 05:05  admin  asked  suspend Gagné" in whole
    assert "P-1 · handed to a person" in whole
    assert "✓ The journal is intact: 7 entries" in whole
    assert "✗ The journal was altered: entry 3" in await after(broken, "/journal")


async def test_undo_of_a_named_plan_names_it() -> None:
    agent = ScriptedAgent([said("A new plan.")])
    await after(agent, "/undo P-1")
    assert agent.asked == [("undo", "P-1")]


@pytest.mark.parametrize(("language", "words"), [("en", "undo"), ("fr", "annule ça")])
async def test_undo_alone_takes_back_the_last_plan(language: Language, words: str) -> None:
    agent = ScriptedAgent([said("A new plan.")])
    await after(agent, "/undo", language=language)
    assert agent.asked == [("say", words, "chat:admin")]


async def test_undo_alone_never_drops_a_plan_that_waits() -> None:
    agent = ScriptedAgent(now=Now(waiting="P-9"))
    shown = await after(agent, "/annuler", language="fr")
    assert "Le plan P-9 attend encore." in shown
    assert agent.asked == []


async def test_undo_of_an_unknown_plan_is_one_sentence() -> None:
    agent = ScriptedAgent([PlanNotFound("?", plan="P-0")])
    assert await after(agent, "/undo P-0") == "✗ There is no plan P-0.\n"


async def test_a_plan_of_someone_else_is_shown_for_a_second_approval() -> None:
    agent = ScriptedAgent([said("The diff. Approve?")])
    assert "The diff. Approve?" in await after(agent, "/cosign p-1")
    assert agent.asked == [("cosign", "P-1", "chat:admin")]


async def test_a_plan_that_was_stopped_goes_on_by_its_name() -> None:
    agent = ScriptedAgent(resumed=[said("Done.")])
    assert "Done." in await after(agent, "/reprendre P-1", language="fr")
    assert agent.asked == [("resume", "P-1", "")]


@pytest.mark.parametrize(
    ("command", "language", "shown"),
    [("/cosign", "en", "Name the plan: /cosign P-…"), ("/reprendre", "fr", "Nommez le plan\u00a0: /reprendre P-…")],
)
async def test_a_command_that_wants_a_plan_says_so(command: str, language: Language, shown: str) -> None:
    agent = ScriptedAgent()
    assert shown in await after(agent, command, language=language)
    assert agent.asked == []


async def test_the_plans_begin_with_what_has_become_of_them() -> None:
    shown = await after(ScriptedAgent(settled=[said("News of plan P-1: Done.")]), "/plans")
    assert shown.index("News of plan P-1") < shown.index("No plan yet")


async def test_lang_changes_the_agents_language_and_the_channels() -> None:
    agent = ScriptedAgent()
    shown = await after(agent, "/lang fr", "/plans", "/langue auto", "/langue es")
    assert shown.splitlines() == [
        "Langue\u00a0: fr.",
        "Aucun plan pour l'instant.",
        "Langue\u00a0: celle de chaque message.",
        "⚠ /langue prend en, fr ou auto.",
    ]
    assert agent.language is None


async def test_engine_sets_who_understands() -> None:
    agent = ScriptedAgent()
    shown = await after(agent, "/engine local", "/engine gpt")
    assert agent.engine == "local"
    assert "/engine takes auto, local or llm." in shown


async def test_who_tells_user_system_and_waiting_plan() -> None:
    shown = await after(ScriptedAgent(now=Now(user="sophie", waiting="P-9")), "/who")
    assert "sophie" in shown
    assert "Gigafibre (demo)" in shown
    assert "P-9" in shown


async def test_why_tells_how_the_last_message_was_understood() -> None:
    reply = said(
        "She owes nothing.",
        engine="local",
        actions=[{"action": "get_balance", "customer": "Sylvie Côté"}],
        reading=["'owe' asks for a balance"],
    )
    shown = await after(ScriptedAgent([reply]), "what does Sylvie Côté owe?", "/why")
    assert '{"action": "get_balance", "customer": "Sylvie Côté"}' in shown
    assert "'owe' asks for a balance" in shown
    assert "local" in shown


async def test_why_before_any_message_says_so() -> None:
    assert await after(ScriptedAgent(), "/why") == "Nothing has been understood yet.\n"
