"""What one conversation remembers between turns: who is under discussion, what was asked, in which language."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.directory import fold
from agent.reply import AnyBlock, Choice

RECENT = 6
"""How many actions of the last turns understanding may look back on."""

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1,
    "premier": 1, "premiere": 1, "deuxieme": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4,
    "dernier": -1, "derniere": -1,
    "one": 1, "two": 2, "three": 3, "four": 4, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4,
}  # fmt: skip
_FILLERS = frozenset(
    {
        "the", "le", "la", "l", "one", "celui", "celle", "ce", "cette", "de", "du", "des", "d", "a", "au", "at", "in",
        "on", "sur", "number", "numero", "no", "it", "its", "is", "c", "est", "s", "oui", "yes", "please", "svp",
        "stp", "option", "choix", "choice", "that", "rue", "street", "qui", "reste", "live", "lives", "from",
    }
)  # fmt: skip


class Asked(BaseModel):
    """A question that the agent put: the message's actions so far, and which of them waits for what."""

    model_config = ConfigDict(frozen=True)

    actions: list[dict[str, Any]]
    index: int
    fills: str
    choices: list[Choice] = Field(default_factory=list)
    shown: AnyBlock
    """The question as it was put, to be put again."""

    def chosen(self, text: str) -> str | None:
        """The value of the choice that an answer names, by number or by words that fit only one."""
        if not self.choices:
            return None
        number = _number(text)
        if number is not None:
            position = number - 1 if number > 0 else len(self.choices) + number
            return self.choices[position].value if 0 <= position < len(self.choices) else None
        words = {word for word in fold(text).split() if word not in _FILLERS}
        fitting = [
            choice
            for choice in self.choices
            if words and _all_in(words, fold(f"{choice.label} {choice.detail} {choice.value}").split())
        ]
        return fitting[0].value if len(fitting) == 1 else None

    def completed(self, value: str) -> list[dict[str, Any]]:
        """The actions with the answer filled in, wherever the message said the same words."""
        filled: Any = {"true": True, "false": False}.get(value, value)
        said = self.actions[self.index].get(self.fills)
        return [
            {**action, self.fills: filled}
            if number == self.index or (said is not None and action.get(self.fills) == said)
            else action
            for number, action in enumerate(self.actions)
        ]


class Memory(BaseModel):
    """The memory of one conversation. The waiting plan is not in it: the store knows."""

    customer: str | None = None
    location: str | None = None
    language: Literal["en", "fr"] | None = None
    recent: list[dict[str, Any]] = Field(default_factory=list)
    asked: Asked | None = None
    cosigning: tuple[str, str] | None = None
    """The plan of someone else that was shown last for a second approval, and its digest."""
    refused: list[dict[str, Any]] = Field(default_factory=list)
    """What the last turn refused for one of its values: it may be asked again with another."""

    def note(self, actions: list[dict[str, Any]]) -> None:
        """Remember a turn's actions, the newest last."""
        self.recent = [*self.recent, *actions][-RECENT:]


def _all_in(said: set[str], shown: list[str]) -> bool:
    """Whether every word said is one that is shown, or begins one: « remplace » is in « la remplacer »."""
    return all(word in shown or (len(word) >= 5 and any(one.startswith(word) for one in shown)) for word in said)


def _number(text: str) -> int | None:
    """The number of a choice: "2", "the second one", « le deuxième »."""
    words = [word for word in fold(text).split() if word not in _FILLERS] or fold(text).split()
    if len(words) != 1:
        return None
    return int(words[0]) if words[0].isdigit() and len(words[0]) < 3 else _ORDINALS.get(words[0])
