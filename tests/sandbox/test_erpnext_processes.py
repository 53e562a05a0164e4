"""Several processes serve the same site at once."""

import multiprocessing
from pathlib import Path

from erpnext_site import make_site

from sandbox.erpnext.site import Site
from sandbox.world import World

WRITERS, EACH = 4, 15


def _write(path: Path, number: int) -> None:
    world = World.open(path)
    site = Site(world)
    for count in range(EACH):
        site.insert("ToDo", {"description": f"{number}/{count}"})
        site.insert("Issue", {"subject": f"{number}/{count}"})
    world.close()


def _open(path: Path, found: "multiprocessing.Queue[int]") -> None:
    world = World.open(path)
    found.put(Site(world).count("Role"))
    world.close()


def test_writers_at_once_lose_nothing_and_share_no_name(tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    world = World.open(path)
    site = make_site(world)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(path, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    names = sorted(str(row["name"]) for row in site.list("Issue"))
    assert names == [f"ISS-2026-{number:05d}" for number in range(1, WRITERS * EACH + 1)]
    effects = world.effects(system="erpnext")
    assert len(effects) == 2 * WRITERS * EACH
    assert [effect.at for effect in effects] == sorted({effect.at for effect in effects})
    world.close()


def test_a_site_that_several_processes_make_at_once_is_made_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[int] = context.Queue()
    makers = [context.Process(target=_open, args=(tmp_path / "world.db", found)) for _ in range(4)]
    for maker in makers:
        maker.start()
    counts = {found.get(timeout=30) for _ in makers}
    for maker in makers:
        maker.join()
    assert [maker.exitcode for maker in makers] == [0] * 4
    assert len(counts) == 1


def test_a_doctype_that_one_process_adds_is_served_by_the_other(tmp_path: Path) -> None:
    here = World.open(tmp_path / "world.db")
    there = World.open(tmp_path / "world.db")
    one, other = Site(here), Site(there)
    one.install_doctype(
        {
            "name": "Gadget",
            "module": "Custom",
            "custom": 1,
            "autoname": "format:G-{###}",
            "fields": [{"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1}],
        }
    )
    assert other.insert("Gadget", {"title": "x"})["name"] == "G-001"
    one.install_custom_field("Gadget", {"fieldname": "size", "fieldtype": "Int", "label": "Size", "unique": 1})
    other.update("Gadget", "G-001", {"size": "7"})
    assert one.get("Gadget", "G-001")["size"] == 7
    here.close()
    there.close()
