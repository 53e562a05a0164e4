"""The slash commands, in both languages, and the fork between a command and a message.

Enters: a line. Leaves: what was asked for, drawn. A command reads or sets the conversation, or goes on with what was
approved; none approves a plan.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import get_args

from agent.channels.chat import Chat
from agent.channels.draw import draw_reply
from agent.channels.lists import journal_block, journal_verdict, plans_block, who_block, why_block
from agent.channels.words import LANGUAGES, Words
from agent.errors import TargoError
from agent.reply import Table
from agent.settings import EngineName


@dataclass(frozen=True)
class Command:
    """A command; ``names`` are the English and the French one, ``run`` takes the chat and the rest of the line."""

    key: str
    names: dict[str, str]
    run: Callable[[Chat, str], Awaitable[None]]


async def take(chat: Chat, text: str) -> bool:
    """Answer one line, a command or a message; False when the user wants to leave."""
    word, _, rest = text.strip().partition(" ")
    try:
        if not word.startswith("/"):
            await chat.send(text)
        elif word.casefold() in QUIT.values():
            return False
        elif command := _NAMED.get(word.casefold()):
            await command.run(chat, rest.strip())
        else:
            _unknown(chat, word)
    except TargoError as error:
        chat.tell(chat.words.error(error), "bad")
    return True


def command_names(words: Words) -> list[tuple[str, str]]:
    """Every command in the user's language, with what it does."""
    named = [(command.names[words.language], words.say(f"commands.{command.key}")) for command in COMMANDS]
    return [*named, (QUIT[words.language], words.say("commands.quit"))]


def _unknown(chat: Chat, word: str) -> None:
    known = [name for name, _ in command_names(chat.words)]
    chat.tell(chat.words.say("commands.unknown", command=word), "warning")
    if near := difflib.get_close_matches(word, known, n=1):
        chat.tell(f"→ {near[0]}")


async def _help(chat: Chat, _rest: str) -> None:
    words = chat.words
    chat.show(
        Table(
            title=words.say("commands.title"),
            columns=[words.say("commands.command"), words.say("commands.meaning")],
            rows=[list(named) for named in command_names(words)],
        )
    )
    chat.tell(words.say("commands.also"))


async def _plans(chat: Chat, _rest: str) -> None:
    if news := await chat.agent.catch_up():
        draw_reply(news, chat.console)
    chat.show(plans_block(chat.agent.plans(), chat.words))


async def _cosign(chat: Chat, plan_id: str) -> None:
    await _named_plan(chat, plan_id, "cosign", chat.cosign)


async def _resume(chat: Chat, plan_id: str) -> None:
    await _named_plan(chat, plan_id, "resume", chat.go_on)


async def _named_plan(chat: Chat, plan_id: str, key: str, work: Callable[[str], Awaitable[None]]) -> None:
    """Do it to the plan named; without a name say that one is wanted."""
    if plan_id:
        await work(plan_id.upper())
    else:
        name = next(command.names[chat.words.language] for command in COMMANDS if command.key == key)
        chat.tell(chat.words.say("commands.name_plan", command=name), "warning")


async def _journal(chat: Chat, _rest: str) -> None:
    chat.show(
        journal_block(chat.agent.journal(), chat.words),
        journal_verdict(chat.agent.verify_journal(), chat.words),
    )


async def _undo(chat: Chat, plan_id: str) -> None:
    """Undo the plan named, else the last one; words that would drop a waiting plan are not sent while one waits."""
    if plan_id:
        chat.draw(await chat.agent.undo(plan_id))
    elif waiting := (await chat.status()).waiting:
        chat.tell(chat.words.say("commands.undo_waits", plan=waiting), "warning")
    else:
        await chat.send(chat.words.say("commands.undo_words"))


async def _lang(chat: Chat, choice: str) -> None:
    if choice == "auto":
        chat.agent.language = None
        shown = chat.words.say("commands.lang_auto")
    else:
        language = next((known for known in LANGUAGES if known == choice.casefold()), None)
        if language is None:
            chat.tell(chat.words.say("commands.lang_choices"), "warning")
            return
        chat.agent.language, chat.words = language, Words(language)
        shown = language
    chat.tell(chat.words.say("commands.lang_is", language=shown))


async def _engine(chat: Chat, choice: str) -> None:
    engine: EngineName | None = next((known for known in get_args(EngineName) if known == choice), None)
    if engine is None:
        chat.tell(chat.words.say("commands.engine_choices"), "warning")
        return
    chat.agent.engine = engine
    chat.tell(chat.words.say("commands.engine_is", engine=engine))


async def _who(chat: Chat, _rest: str) -> None:
    chat.show(who_block(await chat.status(), chat.words))


async def _why(chat: Chat, _rest: str) -> None:
    chat.show(why_block(chat.last, chat.words))


COMMANDS = (
    Command("help", {"en": "/help", "fr": "/aide"}, _help),
    Command("plans", {"en": "/plans", "fr": "/plans"}, _plans),
    Command("cosign", {"en": "/cosign", "fr": "/cosigner"}, _cosign),
    Command("resume", {"en": "/resume", "fr": "/reprendre"}, _resume),
    Command("journal", {"en": "/journal", "fr": "/journal"}, _journal),
    Command("undo", {"en": "/undo", "fr": "/annuler"}, _undo),
    Command("lang", {"en": "/lang", "fr": "/langue"}, _lang),
    Command("engine", {"en": "/engine", "fr": "/moteur"}, _engine),
    Command("who", {"en": "/who", "fr": "/qui"}, _who),
    Command("why", {"en": "/why", "fr": "/pourquoi"}, _why),
)
QUIT = {"en": "/quit", "fr": "/quitter"}
_NAMED = {name: command for command in COMMANDS for name in command.names.values()}
