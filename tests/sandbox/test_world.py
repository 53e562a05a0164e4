"""The world's file: its clock, its transactions, its record of what was done."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.world import CLOCK_START, TIMEZONE, World, WorldUnreadable


class Wall:
    """A wall clock that goes where a test says."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_a_new_world_begins_on_the_demo_s_first_morning(tmp_path: Path, wall: Wall) -> None:
    world = World.open(tmp_path / "w.db", wall=wall)
    now = world.now()
    assert now - CLOCK_START < timedelta(seconds=1)
    assert str(now.tzinfo) == "America/Toronto"
    world.close()


def test_the_clock_ticks_with_the_wall(tmp_path: Path, wall: Wall) -> None:
    world = World.open(tmp_path / "w.db", wall=wall)
    before = world.now()
    wall.seconds += 90
    assert timedelta(seconds=90) <= world.now() - before < timedelta(seconds=91)
    world.close()


def test_a_month_away_counts_for_an_hour(tmp_path: Path, wall: Wall) -> None:
    first = World.open(tmp_path / "w.db", wall=wall)
    before = first.now()
    first.close()
    wall.seconds += 30 * 86400
    again = World.open(tmp_path / "w.db", wall=wall)
    assert again.now() - before == timedelta(hours=1)
    again.close()


def test_no_process_hears_an_earlier_time_when_the_wall_jumps_back(tmp_path: Path, wall: Wall) -> None:
    here = World.open(tmp_path / "w.db", wall=wall)
    there = World.open(tmp_path / "w.db", wall=wall)
    wall.seconds += 0.4
    before = here.now()
    wall.seconds -= 3600
    heard = [there.now(), here.now(), there.now()]
    assert before < heard[0] < heard[1] < heard[2]
    here.close()
    there.close()


def test_the_clock_is_moved_on_but_never_back(tmp_path: Path) -> None:
    world = World.open(tmp_path / "w.db")
    later = datetime(2026, 3, 20, 9, 0, tzinfo=TIMEZONE)
    world.set_clock(later)
    assert world.now() > later
    with pytest.raises(ValueError, match="does not go back"):
        world.set_clock(datetime(2026, 3, 19, tzinfo=UTC))
    world.close()


def test_an_effect_is_undone_with_the_write_it_records(tmp_path: Path) -> None:
    world = World.open(tmp_path / "w.db")

    def write_and_fail() -> None:
        with world.transaction():
            world.record_effect(system="hub", verb="reboot", target="x", actor="a", detail={})
            raise KeyError("afterwards")

    with pytest.raises(KeyError):
        write_and_fail()
    assert world.effects() == []
    world.close()


def test_an_inner_failure_that_is_caught_undoes_the_inner_part_alone(tmp_path: Path) -> None:
    world = World.open(tmp_path / "w.db")

    def fail_inside() -> None:
        with world.transaction():
            world.record_effect(system="b", verb="v", target="t", actor="a", detail={})
            raise KeyError("inside")

    with world.transaction():
        world.record_effect(system="a", verb="v", target="t", actor="a", detail={"n": 1})
        with pytest.raises(KeyError):
            fail_inside()
    assert [(effect.system, effect.detail) for effect in world.effects()] == [("a", {"n": 1})]
    world.close()


def test_effects_are_asked_for_by_system_and_from_a_number_on(tmp_path: Path) -> None:
    world = World.open(tmp_path / "w.db")
    for system in ("erpnext", "hub", "erpnext"):
        world.record_effect(system=system, verb="v", target="t", actor="a", detail={})
    assert [effect.id for effect in world.effects(system="erpnext")] == [1, 3]
    assert [effect.id for effect in world.effects(since=1)] == [2, 3]
    world.close()


@pytest.mark.parametrize("content", [b"this is no database at all" * 40, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.db"
    path.write_bytes(content)
    with pytest.raises(WorldUnreadable) as refused:
        World.open(path)
    assert refused.value.path == path
    assert "\n" not in str(refused.value)


def test_a_folder_in_the_file_s_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorldUnreadable):
        World.open(tmp_path)


def test_a_database_of_another_making_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE accounts (id)")
    foreign.commit()
    foreign.close()
    with pytest.raises(WorldUnreadable, match="not made by this version"):
        World.open(path)
    again = sqlite3.connect(path)
    assert [row[0] for row in again.execute("SELECT name FROM sqlite_master")] == ["accounts"]
    again.close()
