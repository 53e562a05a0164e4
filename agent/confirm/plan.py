"""A plan: what will change, in which order, what follows from it, and what to beware of. Data, nothing else.

The digest seals all that the user was shown to approve; a plan made again from an unchanged world has the same one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.confirm.steps import AnyStep, Note


class Draft(BaseModel):
    """What a planner proposes for one action."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Note
    steps: list[AnyStep]
    consequences: list[Note] = Field(default_factory=list)
    warnings: list[Note] = Field(default_factory=list)
    customer: str | None = Field(None, description="the customer whom it concerns, for the conversation")
    location: str | None = None
    done: Note | None = Field(None, description="what is said when it is done, where the title does not serve")
    amount: Decimal | None = Field(None, description="what it comes to, CAD, for the policy's limits")
    divisible: bool = Field(default=False, description="each step stands by itself: it may be stopped between two")


class Plan(BaseModel):
    """One or several drafts, to be approved and run as one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    conversation: str
    user: str
    language: Literal["en", "fr"]
    today: dt.date
    actions: list[dict[str, Any]]
    amounts: list[Decimal | None] = Field(default_factory=list, description="what each action comes to, CAD")
    titles: list[Note]
    done: list[Note] = Field(default_factory=list)
    steps: list[AnyStep]
    consequences: list[Note]
    warnings: list[Note]
    undo_of: str | None = None
    divisible: bool = False
    customers: list[str] = Field(default_factory=list, description="whom it concerns, by id")
    expires_at: float = Field(description="seconds since the epoch")

    @classmethod
    def of(cls, drafts: list[Draft], **identity: Any) -> Plan:  # noqa: ANN401 - the fields above
        """Join the drafts in their order; a warning that two share is given once."""
        return cls(
            amounts=[draft.amount for draft in drafts],
            divisible=all(draft.divisible for draft in drafts),
            titles=[draft.title for draft in drafts],
            done=[draft.done for draft in drafts if draft.done],
            steps=[step for draft in drafts for step in draft.steps],
            consequences=_once([note for draft in drafts for note in draft.consequences]),
            warnings=_once([note for draft in drafts for note in draft.warnings]),
            customers=list(dict.fromkeys(draft.customer for draft in drafts if draft.customer)),
            **identity,
        )

    @property
    def matters(self) -> frozenset[str]:
        """Whom it concerns; where that is nobody in particular, what it does. Plans that share one take turns."""
        return frozenset(self.customers or [str(one["action"]) for one in self.actions])

    @property
    def digest(self) -> str:
        """SHA-256 over what was shown: the actions, every step, what follows, the warnings."""
        shown = self.model_dump(
            mode="json", include={"actions", "titles", "steps", "consequences", "warnings", "undo_of"}
        )
        canonical = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def key(self, step: int, *, reverting: bool = False) -> str:
        """The ``agent_step`` of a step: unique in the world, the same on every try."""
        return f"{self.id}/{step}{'/r' if reverting else ''}"


def _once(notes: list[Note]) -> list[Note]:
    return list({note.model_dump_json(): note for note in notes}.values())
