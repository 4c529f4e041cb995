"""HTTP of reports: the fair's attendance as JSON, CSV and XLSX, and its page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from babel.dates import format_skeleton, get_timezone, get_timezone_name
from starlette.responses import Response

from server.base.caller import Access
from server.base.db import Reading
from server.base.pages import script_json
from server.base.routing import Call, Routes
from server.base.words import in_zone
from server.reports import actions, figures
from server.reports.report import PersonLine, Report
from server.reports.sheets import write_csv, write_xlsx

routes = Routes("reports")

ROWS_ON_PAGE = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The stretches of the curve's table: the first that makes no more rows than this.
SLOTS_MIN = (1, 2, 5, 10, 15, 30, 60, 120)
SLOT_ROWS = 36


@routes.get("/api/fairs/{fair}/attendance", who=Access.PERSON, gives=Report)
async def attendance(call: Call, db: Reading) -> Report:
    """Who came to one date of a fair, for its organiser; `?occurrence=` chooses the date."""
    return await _report(call, db)


@routes.get("/api/fairs/{fair}/attendance.csv", who=Access.PERSON)
async def attendance_csv(call: Call, db: Reading) -> Response:
    """The people of the report as CSV."""
    report = await _report(call, db)
    content = await asyncio.to_thread(write_csv, report, call.say)
    return _file(call, report, content, "csv", "text/csv; charset=utf-8")


@routes.get("/api/fairs/{fair}/attendance.xlsx", who=Access.PERSON)
async def attendance_xlsx(call: Call, db: Reading) -> Response:
    """The whole report as a workbook."""
    report = await _report(call, db)
    content = await asyncio.to_thread(write_xlsx, report, call.say)
    return _file(call, report, content, "xlsx", XLSX)


@routes.page("/fairs/{fair}/report", who=Access.PERSON)
async def page(call: Call) -> Response:
    """The report of one date of a fair."""
    async with call.house.db.read() as db:
        report = await _report(call, db)
        dates = await actions.dates(db, report.fair.id)
    return call.page("reports/report.html", **_context(call, report), dates=dates)


async def _report(call: Call, db: Reading) -> Report:
    fair = await actions.need_fair(db, call.caller, call.param("fair"))
    wanted = call.request.query_params.get("occurrence", "")
    occurrence = await actions.choose(db, fair["id"], wanted)
    return await actions.write_report(
        db, fair, occurrence, lambda number: call.say("Guest %(n)s", n=number)
    )


def _file(call: Call, report: Report, content: bytes, ending: str, kind: str) -> Response:
    """A download with a name in the reader's language (RFC 6266), and a plain one beside it."""
    day = report.occurrence.local_date if report.occurrence else ""
    named = call.say("%(fair)s attendance %(day)s", fair=report.fair.title, day=day).strip()
    named = "".join("-" if letter in '\\/:*?"<>|' else letter for letter in named)
    plain = f"attendance-{day}" if day else "attendance"
    disposition = (
        f'attachment; filename="{plain}.{ending}"; '
        f"filename*=UTF-8''{quote(f'{named}.{ending}', safe='')}"
    )
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=kind, headers=headers)


def _context(call: Call, report: Report) -> dict[str, Any]:
    """What the page shows, with the words for its numbers."""
    zone = report.fair.zone

    def local(seconds: float) -> datetime:
        return in_zone(datetime.fromtimestamp(seconds, UTC), zone)

    def day(value: date | str) -> str:
        noon = datetime.fromisoformat(f"{value}T12:00:00")
        return format_skeleton("yMMMEd", noon, locale=locale)

    employers = {line.room: line.employer for line in report.interviews}
    employers |= {line.room: line.employer for line in report.sessions}

    def where(line: PersonLine) -> str:
        return call.say(", ").join(dict.fromkeys(employers[room] for room in line.rooms))

    locale = "zh_CN" if call.lang == "zh" else "en"
    length_min = _slot_min(report)
    chart = {
        "zone": zone,
        "curve": report.curve,
        "audience": report.audience,
        "front": report.front,
        "hours": [report.occurrence.starts_at, report.occurrence.ends_at]
        if report.occurrence
        else None,
    }
    return {
        "report": report,
        "local": local,
        "length": _length_in(call),
        "day": day,
        "zone_name": get_timezone_name(get_timezone(zone), locale=locale),
        "slot_min": length_min,
        "slots": figures.slots(report.curve, length_min * 60),
        "rows_on_page": ROWS_ON_PAGE,
        "chart_json": script_json(chart),
        "where": where,
    }


def _slot_min(report: Report) -> int:
    """Minutes of one row of the curve's table."""
    if not report.curve:
        return SLOTS_MIN[0]
    span_min = (report.curve[-1][0] - report.curve[0][0]) / 60
    fitting = (minutes for minutes in SLOTS_MIN if span_min / minutes <= SLOT_ROWS)
    return next(fitting, SLOTS_MIN[-1])


def _length_in(call: Call) -> Callable[[float], str]:
    """Seconds as people say them."""

    def length(seconds: float) -> str:
        if seconds < 60:
            return call.say("%(n)s s", n=round(seconds))
        minutes = round(seconds / 60)
        if minutes < 60:
            return call.say("%(n)s min", n=minutes)
        if minutes >= 600:
            return call.say("%(n)s h", n=round(minutes / 60))
        return call.say("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)

    return length
