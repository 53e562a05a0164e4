"""A drawn sample of the table of faults; ``make faults`` plays the whole of it.

Whatever breaks, and whenever: a plan is done once, as before, or handed over with exactly what is left. Every write of
the catalogue has its rows, every kind of step meets every fault, and of each row a few cells are drawn, the same ones
on every machine and every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from fault_cells import FAULTS, Cell, drawn
from fault_play import Rehearsal, play, rehearse
from fault_rows import BY_NAME, missing
from fault_stage import Stage, raised

from agent.confirm.steps import AnyStep

A_ROW = 2
"""How many cells of each row are played here."""
STEPS = {
    "update_doc": "cancel_payment_arrangement",
    "insert_doc": "add_note",
    "submit_doc": "create_quote",
    "cancel_doc": "record_payment, undone",
    "delete_doc": "add_note, undone",
    "set_port": "suspend_customer",
    "reboot_device": "reboot_device",
    "ensure_stripe_customer": "switch_autopay: nobody at Stripe yet",
    "set_auto_card": "switch_autopay: off",
    "configure_ata": "add_phone_line: voicemail and adapter",
    "clear_ata": "add_phone_line: voicemail and adapter, undone",
    "create_sip_line": "add_phone_line: bare",
    "delete_sip_line": "add_phone_line: voicemail and adapter, undone",
    "set_sip_line": "remove_phone_line",
    "set_voicemail": "set_voicemail",
    "reset_voicemail_password": "set_voicemail: off, another password",
    "put_e911": "update_e911_address",
    "remove_e911": "deregister_e911",
    "assign_port": "provision_fibre",
    "release_port": "provision_fibre, undone",
    "set_contact": "update_contact",
}
"""Kind of step -> the row in which it meets every fault."""
STRIKING = [fault for fault in FAULTS if not fault.startswith("wrong JSON") and fault not in ("reset after", "401")]
"""Nonsense, and what differs from another only by its name, are left to the whole table and to the sample."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with raised(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


async def broken(cells: list[Cell], rehearsal: Rehearsal, stage: Stage) -> list[str]:
    """What is lost, doubled or half, cell by cell."""
    found = []
    for cell in cells:
        try:
            await play(cell, rehearsal, stage)
        except AssertionError as error:
            found.append(f"{cell}: {error}")
    return found


def test_every_write_of_the_catalogue_has_a_row() -> None:
    assert missing() == set()


def test_every_kind_of_step_has_a_row() -> None:
    assert {kind.model_fields["kind"].default for kind in get_args(get_args(AnyStep)[0])} == STEPS.keys()


@pytest.mark.parametrize("kind", STEPS)
async def test_a_step_that_is_struck_is_neither_lost_nor_doubled(stage: Stage, kind: str) -> None:
    rehearsal = await rehearse(BY_NAME[STEPS[kind]], stage)
    struck = [cell for cell in rehearsal.cells_of(kind) if cell.fault in STRIKING and not cell.lasting]
    assert len(struck) == len(STRIKING)
    assert await broken(struck, rehearsal, stage) == []


@pytest.mark.parametrize("row", BY_NAME)
async def test_a_plan_that_is_struck_is_done_once_or_as_before_or_handed_over(stage: Stage, row: str) -> None:
    rehearsal = await rehearse(BY_NAME[row], stage)
    assert await broken(drawn(rehearsal.cells, A_ROW), rehearsal, stage) == []
