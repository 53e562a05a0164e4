"""What a clause asks for, as reading hands it on: an action's name, its values, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.intents.local.clauses import Clause


@dataclass(frozen=True)
class Request:
    """What a clause asks for. ``name`` is ``out_of_scope`` where no action of today covers it."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    certainty: float = 1.0
    shares: Mapping[str, float] = field(default_factory=dict)
    clause: Clause = field(default_factory=lambda: Clause(()))
    points: bool = False
    """A pronoun points at the customer under discussion."""
    reason: str = ""
    """Why it is out of scope: the code by which the reply is worded."""
    talk: bool = False
    """Asks for nothing, so that beside a real request it goes unsaid."""
    from_note: bool = False
    """Its customer is only mentioned in the text of its note."""
    repeats: bool = False
    """What was asked just before, asked for somebody else."""
    asks: tuple[str, ...] = ()
    """Fields of which something was said that cannot be taken as it stands: they are asked about."""

    @property
    def who(self) -> dict[str, Any]:
        """The customer or place that the clause names."""
        return {name: self.values[name] for name in ("customer", "location", "serial") if name in self.values}
