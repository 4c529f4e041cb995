"""A report as tables in the reader's language: heads and typed rows, for any kind of file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from server.base.errors import msg
from server.reports.figures import values_at
from server.reports.report import Report

Say = Callable[..., str]
Value = str | int | float | datetime | None

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
            _minutes(line.front_s),
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
        say("Minutes with the page in front"),
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
            _minutes(line.front_median_s),
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
        say("Median minutes with the page in front"),
        say("Applications"),
        say("Claims"),
        say("Hires"),
    ]
    return Table(say("Live sessions"), heads, rows)


def jobs_table(report: Report, say: Say) -> Table:
    """The jobs that were explained, and how much attention each had."""
    rows: list[list[Value]] = [
        [
            line.employer,
            line.title,
            _minutes(line.pinned_s),
            line.viewers,
            _minutes(line.attention_s),
            _minutes(line.front_s),
            _minutes(line.attention_median_s),
        ]
        for line in report.jobs
    ]
    heads = [
        say("Employer"),
        say("Job title"),
        say("Minutes explained"),
        say("Viewers"),
        say("Minutes of everybody together"),
        say("Minutes with the page in front"),
        say("Median minutes"),
    ]
    return Table(say("Jobs explained"), heads, rows)


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
        (say("Minutes with the page in front"), _minutes(totals.front_s)),
        (say("Applications"), totals.applications),
        (say("Claims"), totals.claims),
        (say("Interviews"), totals.interviews),
        (say("Hires"), totals.hires),
    ]
    return Table(say("Totals"), [say("Figure"), say("Value")], [list(pair) for pair in pairs])


def curve_table(report: Report, say: Say) -> Table:
    """How many were here, of them without crew, of those with the page in front, at every change
    of any of the three."""
    curves = (report.curve, report.audience, report.front)
    times = sorted({at for points in curves for at, _ in points})
    counts = zip(*(values_at(points, times) for points in curves), strict=True)
    rows: list[list[Value]] = [[_moment(at), *row] for at, row in zip(times, counts, strict=True)]
    heads = [
        _zoned(say("From"), report),
        say("People here"),
        say("Without crew"),
        say("With the page in front"),
    ]
    return Table(say("People here over time"), heads, rows)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def _zoned(head: str, report: Report) -> str:
    return f"{head} ({report.fair.zone})"
