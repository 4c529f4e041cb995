"""SQL that reads applications with what is around them: posting, employer, person, interview."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from server.accounts.store import people
from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row
from server.hiring.stages import OPEN
from server.hiring.store import applications, profiles, steps
from server.interviews.store import interviews
from server.jobs.store import jobs
from server.scheduling.store import live_sessions

_interviewer = people.alias("interviewer")

# The stage as it is now. An invitation whose interview was held counts as interviewed, one whose
# interview was closed before it began as applied; a candidate who left for good has withdrawn.
STAGE = sa.case(
    (people.c.deleted_at.is_not(None) & applications.c.stage.in_(OPEN), "withdrawn"),
    (
        (applications.c.stage == "invited") & (interviews.c.status == "ended"),
        sa.case((interviews.c.admitted_at.is_not(None), "interviewed"), else_="applied"),
    ),
    else_=applications.c.stage,
)


class Wanted(NamedTuple):
    """Which of an employer's applications; empty means all. `room` may be `any` live room."""

    organisation: str
    stages: Collection[str] = ()
    job: str = ""
    room: str = ""
    newest_first: bool = False


def _joined(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(applications)
        .join(jobs, jobs.c.id == applications.c.job)
        .join(organisations, organisations.c.id == jobs.c.organisation)
        .join(people, people.c.id == applications.c.person)
        .outerjoin(profiles, profiles.c.person == applications.c.person)
        .outerjoin(interviews, interviews.c.room == applications.c.interview)
        .outerjoin(_interviewer, _interviewer.c.id == interviews.c.interviewer)
        .outerjoin(live_sessions, live_sessions.c.room == applications.c.room)
    )


_FULL = _joined(
    *(column for column in applications.c if column.name != "stage"),
    applications.c.stage.label("stored_stage"),
    STAGE.label("stage"),
    jobs.c.title.label("job_title"),
    jobs.c.place.label("job_place"),
    jobs.c.pay_min,
    jobs.c.pay_max,
    jobs.c.pay_unit,
    jobs.c.organisation,
    organisations.c.name.label("employer"),
    organisations.c.contact_name,
    organisations.c.contact_phone,
    people.c.name.label("person_name"),
    people.c.deleted_at,
    profiles.c.full_name,
    profiles.c.phone,
    profiles.c.email,
    interviews.c.status.label("interview_status"),
    interviews.c.minutes,
    interviews.c.admitted_at,
    interviews.c.ended_at,
    _interviewer.c.name.label("interviewer_name"),
    live_sessions.c.title.label("room_title"),
)


async def application(db: Reading, application_id: str) -> Row | None:
    return await db.first(_FULL.where(applications.c.id == application_id))


async def application_of(db: Reading, person: str, job: str) -> Row | None:
    """A person's application for a posting."""
    return await db.first(_FULL.where(applications.c.person == person, applications.c.job == job))


async def applications_of(db: Reading, person: str) -> Sequence[Row]:
    """A person's applications, the latest change first."""
    query = _FULL.where(applications.c.person == person)
    return await db.all(query.order_by(applications.c.changed_at.desc(), applications.c.id))


async def found(
    db: Reading, wanted: Wanted, limit: int | None = None, offset: int = 0
) -> Sequence[Row]:
    """Applications to an employer in the order of their last change; those that only wait for
    the employer's word come first."""
    changed = applications.c.changed_at
    order = changed.desc() if wanted.newest_first else changed.asc()
    due = STAGE.in_(("interviewed", "accepted")).desc()
    query = _FULL.where(*_conditions(wanted)).order_by(due, order, applications.c.id)
    return await db.all(query.limit(limit).offset(offset))


async def count_by_stage(db: Reading, wanted: Wanted) -> dict[str, int]:
    """How many of the wanted applications stand at each stage."""
    stage = STAGE.label("stage")
    rows = await db.all(
        _joined(stage, sa.func.count().label("count")).where(*_conditions(wanted)).group_by(stage)
    )
    return {row["stage"]: row["count"] for row in rows}


async def sources(db: Reading, organisation: str) -> tuple[Sequence[Row], Sequence[Row]]:
    """What an inbox can be narrowed to: postings (id, title) and live rooms (id, title)."""
    of_employer = jobs.c.organisation == organisation
    postings = await db.all(
        _joined(jobs.c.id, jobs.c.title).where(of_employer).distinct().order_by(jobs.c.title)
    )
    rooms = await db.all(
        _joined(applications.c.room.label("id"), live_sessions.c.title, live_sessions.c.starts_at)
        .where(of_employer, applications.c.room.is_not(None))
        .distinct()
        .order_by(live_sessions.c.starts_at.desc())
    )
    return postings, rooms


async def steps_of(db: Reading, ids: Collection[str]) -> dict[str, list[Row]]:
    """What happened to each of these applications, oldest first, with who did it."""
    rows = await db.all(
        sa.select(
            steps,
            people.c.name,
            (steps.c.by == applications.c.person).label("by_candidate"),
        )
        .join(applications, applications.c.id == steps.c.application)
        .outerjoin(people, people.c.id == steps.c.by)
        .where(steps.c.application.in_(ids))
        .order_by(steps.c.id)
    )
    told: dict[str, list[Row]] = {application_id: [] for application_id in ids}
    for row in rows:
        told[row["application"]].append(row)
    return told


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions = [jobs.c.organisation == wanted.organisation]
    if wanted.stages:
        conditions.append(STAGE.in_(list(wanted.stages)))
    if wanted.job:
        conditions.append(applications.c.job == wanted.job)
    if wanted.room == "any":
        conditions.append(applications.c.room.is_not(None))
    elif wanted.room:
        conditions.append(applications.c.room == wanted.room)
    return conditions
