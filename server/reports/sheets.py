"""A report as files for other programs: CSV and XLSX, in the reader's language.

No cell can become a formula in a spreadsheet: names and titles are strangers' words. Times are
the fair's local time, and the head of each column of times names the zone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from server.reports.report import Report
from server.reports.tables import (
    Say,
    Table,
    Value,
    curve_table,
    interviews_table,
    jobs_table,
    people_table,
    sessions_table,
    totals_table,
)

# What a spreadsheet would read as the beginning of a formula (OWASP, CSV injection).
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"  # without it Excel reads a CSV in the machine's old code page


def safe_cell(value: Value, zone: ZoneInfo) -> str:
    """A CSV cell that no spreadsheet runs; numbers and times keep their form."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(FORMULA_MARKS) else value
    return "" if value is None else str(value)


def write_csv(report: Report, say: Say) -> bytes:
    """The people of the report, one a line, as UTF-8 with its mark."""
    table, zone = people_table(report, say), ZoneInfo(report.fair.zone)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_cell(head, zone) for head in table.heads])
    writer.writerows([[safe_cell(value, zone) for value in row] for row in table.rows])
    return (BOM + text.getvalue()).encode()


def write_xlsx(report: Report, say: Say) -> bytes:
    """The whole report as a workbook: typed cells, each head frozen."""
    book, zone = Workbook(), ZoneInfo(report.fair.zone)
    first = book.active
    assert isinstance(first, Worksheet)
    book.remove(first)
    makers = (
        people_table, sessions_table, jobs_table, interviews_table, totals_table, curve_table
    )  # fmt: skip
    for make in makers:
        _add_sheet(book, make(report, say), zone)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _add_sheet(book: Workbook, table: Table, zone: ZoneInfo) -> None:
    sheet = book.create_sheet(table.title[:31])
    lines: list[Sequence[Value]] = [table.heads, *table.rows]
    for number, row in enumerate(lines, 1):
        for column, value in enumerate(row, 1):
            _write(sheet.cell(number, column), value, zone)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for column, width in enumerate(_widths(table), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write(cell: Cell, value: Value, zone: ZoneInfo) -> None:
    """A typed cell; text stays text even when it looks like a formula (Excel's own quote mark)."""
    if isinstance(value, datetime):
        cell.value = value.astimezone(zone).replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_MARKS)
    elif value is not None:
        cell.value = value
        cell.number_format = "0.0" if isinstance(value, float) else "0"


def _widths(table: Table) -> Iterable[int]:
    """Columns wide enough for their words; a Chinese character takes two places."""

    def width(value: Value) -> int:
        if isinstance(value, datetime):
            return 19
        return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value or ""))

    columns: Sequence[tuple[Value, ...]] = list(zip(table.heads, *table.rows, strict=True))
    return [min(48, 3 + max(map(width, column))) for column in columns]
