"""A report as tables for other programs: CSV and XLSX, in the reader's language.

No cell can become a formula in a spreadsheet: names and titles are strangers' words. Times are
the fair's local time, and the head of each column of times names the zone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from server.base.errors import msg
from server.reports.report import Report

Say = Callable[..., str]
Value = str | int | float | datetime | None
# What a spreadsheet would read as the beginning of a formula (OWASP, CSV injection).
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"  # without it Excel reads a CSV in the machine's old code page

ROLES = {"candidate": msg("Candidate"), "guest": msg("Guest"), "crew": msg("Crew")}
SHOWINGS = {
    "attended": msg("Attended"),
    "late": msg("Late"),
    "no-show": msg("Did not come"),
    "undetermined": msg("Undetermined"),
}
STAGES = {
    "applied": msg("Applied"),
    "invited": msg("Invited to interview"),
    "interviewed": msg("Interviewed"),
    "offered": msg("Offer made"),
    "accepted": msg("Provisional"),
    "hired": msg("Hired"),
    "declined": msg("Declined"),
    "withdrawn": msg("Withdrawn"),
}


class Table(NamedTuple):
    """A sheet: its title, the heads of its columns, its rows."""

    title: str
    heads: list[str]
    rows: list[list[Value]]


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
    for make in (people_table, sessions_table, interviews_table, totals_table, curve_table):
        _add_sheet(book, make(report, say), zone)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def people_table(report: Report, say: Say) -> Table:
    """Who came, in the order they came."""
    rows: list[list[Value]] = [
        [
            line.name,
            say(ROLES[line.role]),
            _moment(line.first_seen),
            _moment(line.last_seen),
            line.visits,
            _minutes(line.dwell_s),
            len(line.rooms),
            line.applications,
            line.claims,
            line.interviews,
            say(STAGES[line.outcome]) if line.outcome else None,
        ]
        for line in report.people
    ]
    heads = [
        say("Name"),
        say("Role"),
        _zoned(say("First seen"), report),
        _zoned(say("Last seen"), report),
        say("Visits"),
        say("Minutes here"),
        say("Rooms visited"),
        say("Applications"),
        say("Claims"),
        say("Interviews"),
        say("Outcome"),
    ]
    return Table(say("Attendance"), heads, rows)


def sessions_table(report: Report, say: Say) -> Table:
    """The live sessions."""
    rows: list[list[Value]] = [
        [
            line.employer,
            line.title,
            _moment(line.starts_at),
            _moment(line.ends_at),
            line.viewers,
            line.peak,
            _minutes(line.dwell_median_s),
            line.applications,
            line.claims,
            line.hires,
        ]
        for line in report.sessions
    ]
    heads = [
        say("Employer"),
        say("Live session"),
        _zoned(say("Starts"), report),
        _zoned(say("Ends"), report),
        say("Viewers"),
        say("Most at once"),
        say("Median minutes"),
        say("Applications"),
        say("Claims"),
        say("Hires"),
    ]
    return Table(say("Live sessions"), heads, rows)


def interviews_table(report: Report, say: Say) -> Table:
    """The interviews, with who was there."""
    rows: list[list[Value]] = [
        [
            line.employer,
            line.job_title,
            line.candidate,
            line.interviewer,
            line.planned_min,
            _moment(line.admitted_at),
            _minutes(line.together_s),
            _minutes(line.candidate_s),
            _minutes(line.interviewer_s),
            say(SHOWINGS[line.candidate_showing]),
            say(SHOWINGS[line.interviewer_showing]),
        ]
        for line in report.interviews
    ]
    heads = [
        say("Employer"),
        say("Job title"),
        say("Candidate"),
        say("Interviewer"),
        say("Planned minutes"),
        _zoned(say("Began"), report),
        say("Real minutes"),
        say("Candidate's minutes"),
        say("Interviewer's minutes"),
        say("Candidate came"),
        say("Interviewer came"),
    ]
    return Table(say("Interviews"), heads, rows)


def totals_table(report: Report, say: Say) -> Table:
    """The sums."""
    totals = report.totals
    pairs: list[tuple[str, Value]] = [
        (say("Candidates"), totals.candidates),
        (say("Guests"), totals.guests),
        (say("Crew"), totals.crew),
        (say("Most at once"), totals.peak),
        (say("Minutes of everybody together"), _minutes(totals.dwell_s)),
        (say("Applications"), totals.applications),
        (say("Claims"), totals.claims),
        (say("Interviews"), totals.interviews),
        (say("Hires"), totals.hires),
    ]
    return Table(say("Totals"), [say("Figure"), say("Value")], [list(pair) for pair in pairs])


def curve_table(report: Report, say: Say) -> Table:
    """How many were here, at every change."""
    rows: list[list[Value]] = [[_moment(at), count] for at, count in report.curve]
    heads = [_zoned(say("From"), report), say("People here")]
    return Table(say("People here over time"), heads, rows)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _zoned(head: str, report: Report) -> str:
    return f"{head} ({report.fair.zone})"


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
