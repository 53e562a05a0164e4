"""The reports of telephony: what they count, what they cost, and what a spreadsheet gets of them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from demo_talk import Company, OpenAgent, Talk, cells, told
from hypothesis import given
from hypothesis import strategies as st

from agent.channels.files import saved
from agent.reply import File, Reply, Table
from agent.tools.sheets import sheet


def table(reply: Reply) -> Table:
    [found] = [block for block in reply.blocks if isinstance(block, Table)]
    return found


def file(reply: Reply) -> File:
    [found] = [block for block in reply.blocks if isinstance(block, File)]
    return found


async def test_every_number_is_reported_with_its_match(talk: Talk) -> None:
    report = table(await talk.ask("did_report"))
    rows = {row[0]: row for row in report.rows}
    assert rows["450-272-2408"][-1] == "same as the service address"
    assert rows["450-247-3300"][-1] == "differs: civic number"
    assert rows["450-264-6112"][-1] == "registered, no active line"
    assert "5 differ, 1 unknown to 911, 12 registered without a line" in report.total


async def test_active_lines_alone_have_no_orphans(talk: Talk) -> None:
    report = table(await talk.ask("did_report", status="active"))
    assert "450-264-6112" not in [row[0] for row in report.rows]
    assert {row[2] for row in report.rows} == {"active"}


async def test_the_mismatches_name_what_differs(talk: Talk) -> None:
    report = table(await talk.ask("e911_mismatches"))
    assert len(report.rows) == 5
    rows = {row[0]: row for row in report.rows}
    assert rows["450-247-3300"][2:] == ["12 Main Street, Hemmingford", "8 Main Street, Hemmingford", "civic number"]
    assert "unknown to 911: 450-" in report.total


async def test_two_ways_to_write_an_address_are_no_mismatch(talk: Talk, company: Company) -> None:
    rows = await company.systems.erp.list("Service Location", fields=["name"], filters=[["customer", "=", "C-10001"]])
    location = await company.systems.erp.get("Service Location", rows[0]["name"])
    await company.systems.erp.update(
        "Service Location",
        rows[0]["name"],
        {"street": "R. Principale", "city": "HUNTINGDON"},
        modified=str(location["modified"]),
    )
    assert len(table(await talk.ask("e911_mismatches")).rows) == 5


async def test_the_orphans_are_the_registrations_without_a_line(talk: Talk) -> None:
    report = table(await talk.ask("e911_orphans"))
    assert len(report.rows) == 12
    assert "Armand Beaudry" in cells(await talk.ask("e911_orphans"))
    assert report.total == "12 registrations without a line"


@pytest.mark.parametrize("name", ["did_report", "e911_mismatches", "e911_orphans"])
async def test_a_report_takes_as_many_requests_whatever_its_size(
    name: str, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.ask("list_invoices", customer="C-10001")
    with caplog.at_level("DEBUG", logger="agent.clients.http"):
        await talk.ask(name)
    assert 4 <= len([one for one in caplog.records if one.name == "agent.clients.http"]) <= 8


async def test_a_report_is_exported_for_a_spreadsheet_and_kept_in_the_data_folder(talk: Talk, tmp_path: Path) -> None:
    reply = await talk.ask("did_report", export="csv")
    content = file(reply).content
    reply = saved(reply, tmp_path / "exports")
    path = Path(file(reply).path)
    assert (path.parent, path.name) == (tmp_path / "exports", "did_report-2026-03-12.csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["Number", "Customer"]
    assert "450-272-2408" in [row[0] for row in rows]
    again = saved(await talk.ask("did_report", export="csv"), tmp_path / "exports")
    assert Path(file(again).path).name == "did_report-2026-03-12-2.csv"
    assert "5 differ" in told(again)


async def test_an_xlsx_holds_the_same_rows(talk: Talk) -> None:
    made = file(await talk.ask("e911_mismatches", export="xlsx"))
    with zipfile.ZipFile(io.BytesIO(made.content)) as book:
        shared = book.read("xl/sharedStrings.xml").decode()
    assert "8 Main Street, Hemmingford" in shared
    assert made.model_dump() == {"block": "file", "name": "e911_mismatches-2026-03-12.xlsx", "path": ""}


@given(st.sampled_from("=+-@\t\r"), st.text(max_size=20))
def test_no_cell_of_a_file_is_a_formula(start: str, rest: str) -> None:
    made = sheet(Table(columns=["Name"], rows=[[start + rest.replace("\x00", "")]]), "x", "csv")
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"), newline="")))
    assert rows[1][0].startswith("'")


async def test_reports_are_given_in_french(open_agent: OpenAgent) -> None:
    talk = open_agent()
    talk.agent.language = "fr"
    assert "5 diffèrent, 1 inconnu du 911, 12 inscrits sans ligne" in table(await talk.ask("did_report")).total
    assert "5 lignes sur" in table(await talk.ask("e911_mismatches")).total
    assert table(await talk.ask("e911_orphans")).total == "12 inscriptions sans ligne"


def test_a_file_says_where_it_was_put(tmp_path: Path) -> None:
    reply = Reply(outcome="answered", language="en", blocks=[File(name="a.csv", content=b"Number\r\n")])
    kept = saved(reply, tmp_path)
    assert Path(file(kept).path).read_bytes() == b"Number\r\n"
    assert saved(kept, tmp_path) == kept
