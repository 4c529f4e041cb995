"""What an employer reads of its own live sessions; they are told of once they are over."""

from __future__ import annotations

from rooms.presence import Interval
from server.attendance import actions as attendance
from server.attendance.actions import Visit
from server.base.caller import Caller
from server.base.db import Reading, Row
from server.reports import coarse, figures, store
from server.reports.actions import EARLY, explained
from server.reports.coarse import EmployerReport, RoomOfEmployer
from server.reports.figures import Cast, Deeds

ROOMS_MAX = 30
NO_DEEDS = Deeds([], [], [])  # an employer has them in its inbox, with names


async def report(db: Reading, caller: Caller, organisation: str) -> EmployerReport:
    """The employer's live sessions that are over, for its members."""
    caller.need_member(organisation)
    sessions = await store.held_by(db, organisation, ROOMS_MAX)
    windows = {row["room"]: _window(row) for row in sessions}
    visits = figures.within(await attendance.visits(db, windows), windows)
    cast = await _cast(db, visits, organisation)
    return EmployerReport([await _room(db, row, visits, cast) for row in sessions])


async def _room(db: Reading, row: Row, visits: list[Visit], cast: Cast) -> RoomOfEmployer:
    line = figures.session_line(row, visits, NO_DEEDS, cast)
    jobs = await explained(db, [row], visits, cast)
    return RoomOfEmployer(
        room=row["room"],
        title=row["title"],
        fair=row["fair"],
        zone=row["zone"],
        starts_at=row["starts_at"].timestamp(),
        ends_at=row["ends_at"].timestamp(),
        viewers=coarse.viewers_of(line),
        peak_at_least=coarse.at_least(line.peak),
        jobs=[coarse.job_of(job) for job in jobs],
    )


def _window(row: Row) -> Interval:
    start = min(row["starts_at"], row["live_since"] or row["starts_at"])
    return Interval((start - EARLY).timestamp(), row["ended_at"].timestamp())


async def _cast(db: Reading, visits: list[Visit], organisation: str) -> Cast:
    """Who is crew; nobody is named."""
    ids = {visit.person for visit in visits if not visit.person.startswith("guest:")}
    presenting = {visit.person for visit in visits if visit.role == "host"}
    crew = presenting | await store.crew(db, ids, {organisation})
    return Cast({}, frozenset(crew), str)
