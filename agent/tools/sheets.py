"""A table as a file that a spreadsheet opens: CSV or XLSX. Every cell is text, and none can be a formula."""

from __future__ import annotations

import csv
import io
from typing import Literal

import xlsxwriter

from agent.reply import File, Table

SheetKind = Literal["csv", "xlsx"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula: a name in a record could be written so."""
_WIDEST = 60


def sheet(table: Table, name: str, kind: SheetKind) -> File:
    """The table as a file called ``name`` and its kind."""
    content = _csv(table) if kind == "csv" else _xlsx(table)
    return File(name=f"{name}.{kind}", content=content)


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    # With a byte order mark, or Excel takes accents for something else.
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _xlsx(table: Table) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, title in enumerate(table.columns):
        cells = [row[column] for row in table.rows]
        page.write_string(0, column, title, bold)
        page.set_column(column, column, min(_WIDEST, max(map(len, [title, *cells])) + 2))
        for number, cell in enumerate(cells, start=1):
            page.write_string(number, column, cell)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    book.close()
    return out.getvalue()
