"""Undoing a write restores the business state that it changed, in every system, but for traces that a page names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fault_rows import ROWS, Row
from fault_stage import Stage, raised
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from undo_sequences import Ask, Deed, TakeBack, played
from undo_table import TRACES, UNREADABLE

from agent.intents.actions import CATALOGUE

UNDOABLE = {name for name, model in CATALOGUE.items() if model.kind == "write" and model.undoable}
REQUESTS = [row for row in ROWS if not row.undo and row.action in UNDOABLE]
DEEDS = st.one_of(st.sampled_from(REQUESTS).map(Ask), st.integers(0, 2).map(TakeBack))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with raised(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


def test_the_page_tells_of_every_write_that_can_be_undone_and_of_no_other() -> None:
    assert set(TRACES) == UNDOABLE
    assert set() == UNREADABLE


@pytest.mark.parametrize("row", REQUESTS, ids=lambda row: row.name)
def test_what_is_undone_is_as_before(stage: Stage, row: Row) -> None:
    played(stage, *(Ask(Row(str(wire["action"]), wire)) for wire in row.first), Ask(row), TakeBack())


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(deeds=st.lists(DEEDS, min_size=3, max_size=7))
def test_whatever_is_done_and_undone_all_is_as_before_in_the_end(stage: Stage, deeds: list[Deed]) -> None:
    played(stage, *deeds)
