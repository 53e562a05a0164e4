"""One turn being made: what was understood, the drafts, answers and questions so far, and the reply they become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from agent.confirm.plan import Draft
from agent.confirm.steps import AnyStep
from agent.intents.actions import Action
from agent.reply import AnyBlock, Outcome, PlanView, Reply, Text
from agent.wording import Wording


@dataclass
class Turn:
    """The parts of a reply, as they come in."""

    words: Wording
    actions: list[dict[str, Any]]
    """As understood, in wire form."""
    engine: Literal["local", "llm", "none"]
    reading: list[str] = field(default_factory=list)
    blocks: list[AnyBlock] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    """The writes taken so far, with what they pointed at filled in: those of the drafts, and those that ask."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    """The writes refused for one of their values."""
    drafts: list[Draft] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    code: str = ""
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    view: PlanView | None = None
    amends: bool = False
    """The plan that waited is made again as the user asked, not replaced by another request."""
    asked_anew: list[Action] = field(default_factory=list)
    """What the plan that was approved came from, where it is a question now."""
    private: bool = False
    """It holds what only the one who asked may see."""
    spoilt: bool = False
    """An action failed: the message's other writes are not planned without it."""

    @property
    def pending(self) -> list[AnyStep]:
        """The steps of the drafts so far, over which the next action is planned."""
        return [step for draft in self.drafts for step in draft.steps]

    def say(self, block: AnyBlock, outcome: Outcome, code: str = "") -> None:
        """Add a block and what it means for the turn."""
        self.blocks.append(block)
        self.outcomes.append(outcome)
        self.code = self.code or code

    def tell(self, key: str, outcome: Outcome = "answered", **facts: Any) -> None:  # noqa: ANN401 - template facts
        """Add a sentence."""
        self.say(Text(text=self.words(key, **facts)), outcome)

    def reply(self) -> Reply:
        """The turn as a reply: the gravest outcome decides."""
        gravest: tuple[Outcome, ...] = ("failed", "question", "plan", "refused", "answered")
        outcome = next((one for one in gravest if one in self.outcomes), "answered")
        return Reply(
            outcome=outcome,
            language=self.words.language,
            blocks=self.blocks,
            actions=self.actions,
            engine=self.engine,
            plan=self.view,
            code=self.code,
            reading=self.reading,
            private=self.private,
            llm_calls=self.llm_calls,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
        )
