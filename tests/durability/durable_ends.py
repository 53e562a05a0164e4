"""How a plan ended, by three witnesses that have to agree: the store, the journal and the world's own record.

Enters: the agent's folder and the world before and after. Leaves: the plan's end, or an AssertionError that says
which witness tells something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from durable_company import Effect, Standing

from agent.confirm.journal import Journal
from agent.confirm.plan import Plan
from agent.store import PlanRow, Receipt, Store

ENDS = ("not_started", "done", "compensated", "handed_over")


class Records:
    """The agent's own records, read by a process that runs nothing."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        store = Store(url or f"sqlite:///{folder / 'agent.sqlite'}")
        try:
            self.rows: list[PlanRow] = store.plans(limit=100)
            self.receipts: dict[str, list[Receipt]] = {row.id: store.receipts(row.id) for row in self.rows}
            journal = Journal(store, lambda: 0.0)
            self.check = journal.verify()
            self.entries = journal.entries()
        finally:
            store.close()

    @property
    def row(self) -> PlanRow:
        """The only plan."""
        (row,) = self.rows
        return row

    def end(self, row: PlanRow | None = None) -> str:
        """The one end of a plan, which its journal tells too."""
        row = row or self.row
        assert self.check.ok
        ended = [entry.body["status"] for entry in self.entries if entry.plan == row.id and entry.kind == "ended"]
        assert ended[-1] == row.status
        approved = [entry for entry in self.entries if entry.plan == row.id and entry.kind == "approved"]
        assert len(approved) == 1
        return row.status


def assert_whole(end: str, row: PlanRow, effects: Sequence[Effect], before: Standing, after: Standing) -> None:
    """Nothing half, and by the record of effects nothing twice."""
    assert end in ENDS
    plan = Plan.model_validate_json(row.body)
    assert_once(effects)
    keys = [effect["detail"]["agent_step"] for effect in effects if "agent_step" in effect["detail"]]
    assert len(keys) == len(set(keys))
    if end == "done":
        assert len(effects) == len(plan.steps)
    elif end == "not_started":
        assert effects == []
        assert after == before
    elif end == "compensated":
        assert after == before
        assert after.comments == before.comments


def assert_once(effects: Sequence[Effect]) -> None:
    """The same change of the same thing is never made twice; back and forth is a compensation."""
    counted: Counter[Any] = Counter(
        (effect["system"], effect["verb"], str(effect["target"]), str(sorted(_change(effect).items())))
        for effect in effects
    )
    assert [one for one, times in counted.items() if times > 1] == []


def _change(effect: Effect) -> dict[str, Any]:
    """What changed, without the key under which it was asked."""
    return {name: value for name, value in effect["detail"].items() if name != "key"}
