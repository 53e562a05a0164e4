"""What a tool works with: readers of the world, the company's clock, the directory, and the user's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from agent.confirm.deeds import Deed
from agent.directory import Directory
from agent.intents.actions import Action
from agent.tools.cards import Cards
from agent.tools.records import Network, Records
from agent.tools.telephony import Emergency, Phones
from agent.wording import Wording


@dataclass(frozen=True)
class Desk:
    """One turn's working place. ``today`` may be the message's own; ``now`` is the company's clock."""

    records: Records
    network: Network
    cards: Cards
    phones: Phones
    emergency: Emergency
    directory: Directory
    now: dt.datetime
    today: dt.date
    user: str
    words: Wording
    may: Callable[[Action], bool]
    """Whether the user may ask for this too: an answer never shows by the way what would be refused if asked."""
    deeds: Callable[[str | None], list[Deed]]
    """What this agent did by its journal, for one customer or for all, on the company's clock, the newest first."""
    progress: Callable[[str], None]
    """Tells the user what is being done, in words, for what takes longer than a blink."""

    def doing(self, key: str) -> None:
        """Say what is being done: a key under ``progress``."""
        self.progress(self.words(f"progress.{key}"))
