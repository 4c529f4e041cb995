"""From visits and rows to the lines of a report. Pure: no database, no clock, no language.

Every number is a function of intervals, so the order of events, repeated events and the number
of tabs change nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Any, NamedTuple

from rooms.presence import Interval, clip, curve, dwell_s, peak, shared_s, union, visit_count
from server.attendance.actions import Visit
from server.reports.report import Curve, InterviewLine, PersonLine, Role, SessionLine, Showing

# A candidate is late, or did not come, only against an interviewer who waited this long.
WAITED_S = 300.0
# How far an application has come, from nothing to the best.
STAGES = (
    "withdrawn", "declined", "applied", "invited", "interviewed", "offered", "accepted", "hired",
)  # fmt: skip

Facts = Mapping[Any, Any]  # a row of the database


class Cast(NamedTuple):
    """Who the visitors are: names of people, the crew among them, what guests are called."""

    names: Mapping[str, str]
    crew: frozenset[str]
    guest_name: Callable[[int], str]

    def role(self, person: str) -> Role:
        """Guest, crew or candidate."""
        if person.startswith("guest:"):
            return "guest"
        return "crew" if person in self.crew else "candidate"

    def is_audience(self, person: str) -> bool:
        """Whether this is somebody the fair is for."""
        return self.role(person) != "crew"


class Deeds(NamedTuple):
    """What people did: rows with a person and a room; applications also with their stage."""

    applications: list[Facts]
    claims: list[Facts]
    interviews: list[Facts]


def within(visits: Iterable[Visit], windows: Mapping[str, Interval]) -> list[Visit]:
    """What of the visits lies in their room's window; a visit of no length counts if inside."""
    held = []
    for visit in visits:
        window, interval = windows[visit.room], visit.interval
        cut = Interval(max(interval.start, window.start), min(interval.end, window.end))
        if cut.end > cut.start or (cut.end == cut.start and cut == interval):
            front = tuple(clip(visit.front, cut.start, cut.end))
            held.append(visit._replace(interval=cut, front=front))
    return held


def person_lines(visits: Iterable[Visit], deeds: Deeds, cast: Cast) -> list[PersonLine]:
    """Everyone who came, in the order they came; then who acted or was invited but never came."""
    stays: dict[str, list[Visit]] = defaultdict(list)
    for visit in sorted(visits, key=lambda one: (one.interval, one.person, one.room)):
        stays[visit.person].append(visit)
    for row in (*deeds.applications, *deeds.claims):
        stays.setdefault(row["person"], [])
    for row in deeds.interviews:
        stays.setdefault(row["candidate"], [])
    applied = _count(row["person"] for row in deeds.applications if row["is_from_here"])
    claimed = _count(row["person"] for row in deeds.claims)
    sat = _count(row["candidate"] for row in deeds.interviews if row["admitted_at"])
    outcomes = _outcomes(deeds.applications)
    lines, guests = [], 0
    for person, theirs in stays.items():
        role = cast.role(person)
        guests += role == "guest"
        name = cast.guest_name(guests) if role == "guest" else cast.names.get(person, "")
        intervals = [visit.interval for visit in theirs]
        joined = union(intervals)
        lines.append(
            PersonLine(
                person=f"guest-{guests}" if role == "guest" else person,
                name=name,
                role=role,
                first_seen=min((i.start for i in intervals), default=None),
                last_seen=max((i.end for i in intervals), default=None),
                visits=visit_count(intervals),
                dwell_s=dwell_s(joined),
                front_s=dwell_s(_fronts(theirs)),
                intervals=[(i.start, i.end) for i in joined],
                rooms=list(dict.fromkeys(visit.room for visit in theirs)),
                applications=applied[person],
                claims=claimed[person],
                interviews=sat[person],
                outcome=outcomes.get(person),
            )
        )
    return lines


def _fronts(visits: Iterable[Visit]) -> list[Interval]:
    """When one of the pages of somebody was in front."""
    return [interval for visit in visits for interval in visit.front]


def _count(people: Iterable[str]) -> Counter[str]:
    return Counter(people)


def _outcomes(applications: Iterable[Facts]) -> dict[str, str]:
    """The furthest stage of each person's applications."""
    furthest: dict[str, str] = {}
    for row in applications:
        stages = (row["stage"], furthest.get(row["person"], row["stage"]))
        furthest[row["person"]] = max(stages, key=STAGES.index)
    return furthest


def session_line(session: Facts, visits: Iterable[Visit], deeds: Deeds, cast: Cast) -> SessionLine:
    """One live session; crew are not viewers."""
    room = session["room"]
    stays: dict[str, list[Interval]] = defaultdict(list)
    fronts: dict[str, list[Interval]] = defaultdict(list)
    for visit in visits:
        if visit.room == room and cast.is_audience(visit.person):
            stays[visit.person].append(visit.interval)
            fronts[visit.person] += visit.front
    ways = [row for row in deeds.applications if row["room"] == room]
    return SessionLine(
        room=room,
        employer=session["employer"],
        title=session["title"],
        starts_at=session["starts_at"].timestamp(),
        ends_at=session["ends_at"].timestamp(),
        viewers=len(stays),
        peak=peak(curve(stays.values())),
        dwell_median_s=median([dwell_s(theirs) for theirs in stays.values()] or [0.0]),
        front_median_s=median([dwell_s(theirs) for theirs in fronts.values()] or [0.0]),
        applications=len(ways),
        claims=sum(row["room"] == room for row in deeds.claims),
        hires=sum(row["stage"] == "hired" for row in ways),
    )


def interview_line(row: Facts, visits: Iterable[Visit], now: float) -> InterviewLine:
    """One interview: who was there, for how long together, and what can be said of who was not.

    Waiting in a line is what candidates do, so an interviewer is never called late.
    """
    until = row["ended_at"].timestamp() if row["ended_at"] else now
    here: dict[str, list[Interval]] = {"candidate": [], "interviewer": []}
    for visit in visits:
        if visit.room == row["room"] and visit.role in here:
            here[visit.role].append(visit.interval)
    sides = {role: clip(intervals, float("-inf"), until) for role, intervals in here.items()}
    admitted = row["admitted_at"].timestamp() if row["admitted_at"] else None
    arrived = row["arrived_at"].timestamp() if row["arrived_at"] else None
    candidate_came = _first(here["candidate"], arrived, admitted)
    interviewer_came = _first(here["interviewer"], admitted)
    is_over = row["status"] == "ended"
    return InterviewLine(
        room=row["room"],
        employer=row["employer"],
        job_title=row["job_title"],
        interviewer=row["interviewer_name"],
        candidate=row["candidate_name"],
        status=row["status"],
        planned_min=row["minutes"],
        invited_at=row["invited_at"].timestamp(),
        admitted_at=admitted,
        ended_at=row["ended_at"].timestamp() if row["ended_at"] else None,
        together_s=0.0
        if admitted is None
        else shared_s(clip(sides["candidate"], admitted, until), sides["interviewer"]),
        interviewer_s=dwell_s(sides["interviewer"]),
        candidate_s=dwell_s(sides["candidate"]),
        candidate_showing=showing(
            candidate_came, sides["interviewer"], is_over=is_over, may_be_late=True
        ),
        interviewer_showing=showing(
            interviewer_came, sides["candidate"], is_over=is_over, may_be_late=False
        ),
    )


def showing(
    came_at: float | None, other: Iterable[Interval], *, is_over: bool, may_be_late: bool
) -> Showing:
    """Whether somebody came, judged only by the other one's presence.

    A no-show needs an interview that is over and another one who waited `WAITED_S` for nothing;
    anything less proves nothing and stays undetermined.
    """
    if came_at is not None:
        waited_s = dwell_s(clip(other, float("-inf"), came_at))
        return "late" if may_be_late and waited_s >= WAITED_S else "attended"
    return "no-show" if is_over and dwell_s(other) >= WAITED_S else "undetermined"


def _first(intervals: Iterable[Interval], *moments: float | None) -> float | None:
    known = [interval.start for interval in intervals]
    return min([*known, *(moment for moment in moments if moment is not None)], default=None)


def curve_of(lines: Iterable[PersonLine]) -> Curve:
    """How many of them were here at once; its integral is the sum of their dwell."""
    return curve([Interval(*interval) for interval in line.intervals] for line in lines)


def front_curve(visits: Iterable[Visit], cast: Cast) -> Curve:
    """How many of the audience had the page in front."""
    fronts: dict[str, list[Interval]] = defaultdict(list)
    for visit in visits:
        if cast.is_audience(visit.person):
            fronts[visit.person] += visit.front
    return curve(fronts.values())


def values_at(points: Curve, times: Sequence[float]) -> list[int]:
    """The curve at each of these moments, which are in order."""
    values, number, count = [], 0, 0
    for time in times:
        while number < len(points) and points[number][0] <= time:
            count = points[number][1]
            number += 1
        values.append(count)
    return values


class Slot(NamedTuple):
    """A stretch of the curve: the most and the mean that were here; Unix seconds."""

    start: float
    end: float
    most: int
    mean: float


def slots(points: Curve, length_s: float) -> list[Slot]:
    """The curve in stretches of equal length, on whole multiples of it, for those who read it."""
    steps = [(since, until, count) for (since, count), (until, _) in pairwise(points)]
    if not steps:
        return []
    told = []
    first, last = steps[0][0] // length_s, ceil(steps[-1][1] / length_s)
    for number in range(int(first), last):
        start, end = number * length_s, (number + 1) * length_s
        here = [
            (min(until, end) - max(since, start), count)
            for since, until, count in steps
            if since < end and until > start
        ]
        mean = sum(length * count for length, count in here) / length_s
        told.append(Slot(start, end, max(count for _, count in here), mean))
    return told
