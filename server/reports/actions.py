"""The report of one date of a fair: who may read it, which date, and its gathering.

A live room counts from half an hour before its session, or before its host came live if that
was earlier, until it ended. Interviews count towards presence within the same hours; what came
of them counts whenever it came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from rooms.presence import Interval, peak
from server.attendance import actions as attendance
from server.base.caller import Caller
from server.base.db import Reading, Row
from server.base.errors import forbidden, missing, msg
from server.reports import attention, figures, store
from server.reports.figures import Cast, Deeds
from server.reports.report import (
    FairOfReport,
    Funnel,
    JobLine,
    OccurrenceOfReport,
    PersonLine,
    Report,
    Totals,
)

EARLY = timedelta(minutes=30)
OVERRUN = timedelta(hours=3)
DATES_MAX = 60


class Sources(NamedTuple):
    """The rows a report is made of."""

    sessions: Sequence[Row]
    interviews: Sequence[Row]
    applications: Sequence[Row]
    claims: Sequence[Row]


async def need_fair(db: Reading, caller: Caller, fair_id: str) -> Row:
    """The fair, for its organiser and for officers; employers and all others are refused."""
    fair = await store.fair(db, fair_id)
    if fair is None:
        raise missing(msg("This fair does not exist."))
    is_theirs = caller.is_organiser and fair["organiser"] == caller.id
    if not (is_theirs or caller.is_officer):
        raise forbidden(msg("Only the fair's organiser and officers read its report."))
    return fair


async def dates(db: Reading, fair_id: str) -> list[Row]:
    """The dates one can choose: the next one, if there is any, then what has begun."""
    coming = await store.coming(db, fair_id)
    begun = await store.begun(db, fair_id, DATES_MAX)
    return [*([coming] if coming else []), *begun]


async def choose(db: Reading, fair_id: str, wanted: str) -> Row | None:
    """The wanted date, or the one on now, or the latest begun, or the next; None without any."""
    if wanted:
        found = await store.occurrence(db, fair_id, wanted)
        if found is None:
            raise missing(msg("This fair has no such date."))
        return found
    begun = await store.begun(db, fair_id, 1)
    return begun[0] if begun else await store.coming(db, fair_id)


async def write_report(
    db: Reading, fair: Row, occurrence: Row | None, guest_name: Callable[[int], str]
) -> Report:
    """Everything of one date as it stands now; `guest_name` says what the n-th guest is called."""
    sources = await _gather(db, occurrence)
    windows = _windows(sources, occurrence, db)
    leases = await attendance.visits(db, windows)
    visits = figures.within(leases, windows)
    deeds = _deeds(sources)
    cast = await _cast(db, visits, deeds, sources, guest_name)
    people = figures.person_lines(visits, deeds, cast)
    audience = [line for line in people if line.role != "crew"]
    now = db.now.timestamp()
    return Report(
        fair=FairOfReport(fair["id"], fair["title"], fair["zone"]),
        occurrence=_told(occurrence),
        now=now,
        totals=_totals(people, deeds),
        funnel=_funnel(audience, {row["room"] for row in sources.sessions}),
        sessions=[figures.session_line(row, visits, deeds, cast) for row in sources.sessions],
        jobs=await explained(db, sources.sessions, visits, cast),
        people=people,
        interviews=[figures.interview_line(row, leases, now) for row in sources.interviews],
        curve=figures.curve_of(people),
        audience=figures.curve_of(audience),
        front=figures.front_curve(visits, cast),
    )


async def explained(
    db: Reading, sessions: Sequence[Row], visits: list[attendance.Visit], cast: Cast
) -> list[JobLine]:
    """The jobs that were explained in these sessions, and how much attention each had."""
    facts = await store.facts(db, [row["room"] for row in sessions])
    shown = [
        pin
        for row in sessions
        for pin in attention.pins(
            row["room"], facts[row["room"]], (row["ended_at"] or db.now).timestamp()
        )
    ]
    audience = [visit for visit in visits if cast.is_audience(visit.person)]
    employers = {row["room"]: row["organisation"] for row in sessions}
    return attention.job_lines(shown, audience, employers)


async def _gather(db: Reading, occurrence: Row | None) -> Sources:
    if occurrence is None:
        return Sources((), (), (), ())
    sessions = await store.sessions(db, occurrence["id"])
    rooms = [row["room"] for row in sessions]
    employers = {row["organisation"] for row in sessions}
    during = (occurrence["starts_at"], occurrence["ends_at"])
    interviews = await store.interviews_from(db, rooms, employers, during)
    interview_rooms = [row["room"] for row in interviews]
    return Sources(
        sessions,
        interviews,
        await store.applications_of(db, rooms, interview_rooms),
        await store.claims_in(db, rooms),
    )


def _windows(sources: Sources, occurrence: Row | None, db: Reading) -> dict[str, Interval]:
    """From when to when a room's visits count."""
    if occurrence is None:
        return {}
    opens, windows = occurrence["starts_at"], {}
    closes = occurrence["ends_at"] + OVERRUN
    for row in sources.sessions:
        start = min(row["starts_at"], row["live_since"] or row["starts_at"])
        opens = min(opens, start)
        end = row["ended_at"] or db.now
        windows[row["room"]] = Interval((start - EARLY).timestamp(), end.timestamp())
    for row in sources.interviews:
        end = min(row["ended_at"] or db.now, closes)
        windows[row["room"]] = Interval((opens - EARLY).timestamp(), end.timestamp())
    return windows


def _deeds(sources: Sources) -> Deeds:
    rooms = {row["room"] for row in sources.sessions}
    return Deeds(
        [{**row, "is_from_here": row["room"] in rooms} for row in sources.applications],
        [dict(row) for row in sources.claims],
        [dict(row) for row in sources.interviews],
    )


async def _cast(
    db: Reading,
    visits: list[attendance.Visit],
    deeds: Deeds,
    sources: Sources,
    guest_name: Callable[[int], str],
) -> Cast:
    """Names, and who is crew: at a presenter's seat, of an employer here, or staff."""
    ids = {visit.person for visit in visits if not visit.person.startswith("guest:")}
    ids |= {row["person"] for row in (*deeds.applications, *deeds.claims)}
    ids |= {row["candidate"] for row in deeds.interviews}
    presenting = {visit.person for visit in visits if visit.role in {"host", "interviewer"}}
    employers = {row["organisation"] for row in sources.sessions}
    crew = presenting | await store.crew(db, ids, employers)
    return Cast(await store.names(db, ids), frozenset(crew), guest_name)


def _told(occurrence: Row | None) -> OccurrenceOfReport | None:
    if occurrence is None:
        return None
    return OccurrenceOfReport(
        occurrence["id"],
        occurrence["local_date"].isoformat(),
        occurrence["starts_at"].timestamp(),
        occurrence["ends_at"].timestamp(),
    )


def _totals(people: list[PersonLine], deeds: Deeds) -> Totals:
    here = [line for line in people if line.first_seen is not None]
    roles = [line.role for line in here]
    return Totals(
        people=len(here) - roles.count("guest"),
        candidates=roles.count("candidate"),
        crew=roles.count("crew"),
        guests=roles.count("guest"),
        peak=peak(figures.curve_of(people)),
        audience_peak=peak(figures.curve_of(line for line in people if line.role != "crew")),
        dwell_s=sum(line.dwell_s for line in people),
        front_s=sum(line.front_s for line in people),
        applications=sum(row["is_from_here"] for row in deeds.applications),
        claims=len(deeds.claims),
        interviews=sum(row["admitted_at"] is not None for row in deeds.interviews),
        hires=sum(row["stage"] == "hired" for row in deeds.applications),
    )


def _funnel(audience: list[PersonLine], rooms: set[str]) -> Funnel:
    return Funnel(
        watched=sum(not rooms.isdisjoint(line.rooms) for line in audience),
        applied=sum(line.applications > 0 for line in audience),
        claimed=sum(line.claims > 0 for line in audience),
        interviewed=sum(line.interviews > 0 for line in audience),
        hired=sum(line.outcome == "hired" for line in audience),
    )
