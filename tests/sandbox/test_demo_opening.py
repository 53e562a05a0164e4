"""The demo company is the same every time, and two processes that race for it end on one file."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from demo_company import dump, erpnext, listed

from sandbox import create_app, open_demo
from sandbox.demo import DEMO_SUPPORT_KEY, DEMO_SUPPORT_SECRET, seed
from sandbox.world import TIMEZONE, World, WorldUnreadable

RACER = """
import sys
from sandbox.demo import open_demo
world = open_demo(sys.argv[1])
with world.reading() as connection:
    print(connection.execute('SELECT count(*) FROM tabCustomer').fetchone()[0])
"""
# Named at random by the engine, as on a real site, or counted by it; nothing refers to them.
UNNAMED = {"tabHas Role", "tabUser Social Login", "secrets", "catalogue_version"}


def test_two_seeds_make_the_same_company(tmp_path: Path) -> None:
    for name in ("one", "two"):
        world = World.open(tmp_path / name, wall=lambda: 0.0)
        seed(world)
        world.close()
    one, two = dump(str(tmp_path / "one")), dump(str(tmp_path / "two"))

    assert set(one) == set(two)
    assert [name for name in one if name not in UNNAMED and one[name] != two[name]] == []


def test_a_new_company_begins_on_the_twelfth_of_march(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "world.sqlite")
    moment = world.now()
    world.close()

    assert moment.replace(second=0, microsecond=0) == datetime(2026, 3, 12, 9, 0, tzinfo=TIMEZONE)


def test_a_company_can_begin_at_another_moment(tmp_path: Path) -> None:
    start = datetime(2026, 4, 1, 8, 30, tzinfo=TIMEZONE)
    world = open_demo(tmp_path / "world.sqlite", clock=start)
    moment = world.now()
    world.close()

    assert moment.replace(second=0, microsecond=0) == start


def test_making_the_company_is_not_among_the_effects(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "world.sqlite")

    assert world.effects() == []
    world.close()


async def test_what_was_changed_stays_until_a_reset(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    counts: list[int] = []
    for reset in (False, False, True):
        world = open_demo(path, reset=reset)
        async with erpnext(create_app(world)) as client:
            counts.append(len(await listed(client, "Comment", ["name"], reference_name="C-10009")))
            note = {
                "comment_type": "Comment",
                "reference_doctype": "Customer",
                "reference_name": "C-10009",
                "content": "Rappeler lundi.",
            }
            await client.post("/api/resource/Comment", json=note)
        world.close()

    assert counts == [0, 1, 0]


def test_processes_that_race_to_make_it_end_on_one_company(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "world.sqlite"
    root = Path(__file__).parents[2]
    racers = [
        subprocess.Popen(  # noqa: S603 (our own interpreter)
            [sys.executable, "-c", RACER, str(path)],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    outcomes = [(racer.communicate(timeout=60), racer.returncode) for racer in racers]

    assert [code for _, code in outcomes] == [0, 0, 0], outcomes
    assert len({told for (told, _), _ in outcomes}) == 1
    assert not path.with_name("world.sqlite.new").exists()


def test_a_journal_left_by_a_file_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    world = open_demo(path)
    with world.transaction() as connection:
        connection.execute("UPDATE tabCustomer SET customer_name = 'Vieux'")
    journal = path.with_name("world.sqlite-wal").read_bytes()
    world.close()
    path.unlink()
    path.with_name("world.sqlite-wal").write_bytes(journal)
    world = open_demo(path)
    with world.reading() as connection:
        (old,) = connection.execute("SELECT count(*) FROM tabCustomer WHERE customer_name = 'Vieux'").fetchone()
    world.close()

    assert old == 0


def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    path.write_bytes(b"not a database, though long enough to be taken for one" * 40)

    with pytest.raises(WorldUnreadable, match=r"world\.sqlite cannot be used"):
        open_demo(path)


def test_a_place_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(WorldUnreadable, match="cannot be used"):
        open_demo(tmp_path / "file" / "world.sqlite")


async def test_new_documents_go_on_where_the_series_stand(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "world.sqlite")
    async with erpnext(create_app(world)) as client:
        promise = {"customer": "C-10001", "amount": 50, "due_date": "2026-03-20"}
        answer = await client.post("/api/resource/Payment Arrangement", json=promise)
        known = await listed(client, "Payment Arrangement", ["name"])
    world.close()

    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["name"] == known[-1]["name"] == f"PA-{len(known):05d}"


async def test_the_support_user_sees_tickets_but_no_invoices(tmp_path: Path) -> None:
    world = open_demo(tmp_path / "world.sqlite")
    async with erpnext(create_app(world)) as client:
        client.headers["Authorization"] = f"token {DEMO_SUPPORT_KEY}:{DEMO_SUPPORT_SECRET}"
        tickets = await client.get("/api/resource/Issue")
        payments = await client.get("/api/resource/Payment Entry")
    world.close()

    assert (tickets.status_code, payments.status_code) == (200, 403)
