"""SQL of reports: one fair's date, read across the features. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from rooms.events import Event
from rooms.wire import read_event
from server.accounts.store import grants, people
from server.accounts.store_organisations import memberships, organisations
from server.base.db import Reading, Row, Utc
from server.base.journal import journal
from server.hiring.store import applications
from server.hiring.store_applications import STAGE
from server.hiring.store_offers import claims, offers
from server.interviews.store import interviews
from server.jobs.store import jobs
from server.scheduling.store import booths, fairs, live_sessions, occurrences
from server.showcase.store import live_rooms

STAFF = ("organiser", "officer", "admin")


async def fair(db: Reading, fair_id: str) -> Row | None:
    """The fair: id, title, zone, organiser."""
    columns = (fairs.c.id, fairs.c.title, fairs.c.zone, fairs.c.organiser)
    return await db.first(sa.select(*columns).where(fairs.c.id == fair_id))


async def occurrence(db: Reading, fair_id: str, occurrence_id: str) -> Row | None:
    """A date of this fair, whatever became of it."""
    found = (occurrences.c.fair == fair_id, occurrences.c.id == occurrence_id)
    return await db.first(sa.select(occurrences).where(*found))


async def begun(db: Reading, fair_id: str, limit: int) -> Sequence[Row]:
    """The dates that were held or are on now, the latest first."""
    found = (
        occurrences.c.fair == fair_id,
        occurrences.c.status == "planned",
        occurrences.c.starts_at <= db.now,
    )
    query = sa.select(occurrences).where(*found).order_by(occurrences.c.starts_at.desc())
    return await db.all(query.limit(limit))


async def coming(db: Reading, fair_id: str) -> Row | None:
    """The next date of the fair."""
    found = (
        occurrences.c.fair == fair_id,
        occurrences.c.status == "planned",
        occurrences.c.starts_at > db.now,
    )
    return await db.first(sa.select(occurrences).where(*found).order_by(occurrences.c.starts_at))


async def sessions(db: Reading, occurrence_id: str) -> Sequence[Row]:
    """The agenda with each room's employer, when its host came live and when it ended."""
    return await db.all(
        sa.select(
            live_sessions.c.room,
            live_sessions.c.title,
            live_sessions.c.starts_at,
            live_sessions.c.ends_at,
            live_rooms.c.live_since,
            live_rooms.c.ended_at,
            booths.c.organisation,
            organisations.c.name.label("employer"),
        )
        .join(booths, booths.c.id == live_sessions.c.booth)
        .join(organisations, organisations.c.id == booths.c.organisation)
        .outerjoin(live_rooms, live_rooms.c.room == live_sessions.c.room)
        .where(live_sessions.c.occurrence == occurrence_id)
        .order_by(live_sessions.c.starts_at, live_sessions.c.id)
    )


async def held_by(db: Reading, organisation: str, limit: int) -> Sequence[Row]:
    """An employer's live sessions that are over, the latest first, with their fair."""
    return await db.all(
        sa.select(
            live_sessions.c.room,
            live_sessions.c.title,
            live_sessions.c.starts_at,
            live_sessions.c.ends_at,
            live_rooms.c.live_since,
            live_rooms.c.ended_at,
            booths.c.organisation,
            organisations.c.name.label("employer"),
            fairs.c.title.label("fair"),
            fairs.c.zone,
        )
        .join(booths, booths.c.id == live_sessions.c.booth)
        .join(fairs, fairs.c.id == booths.c.fair)
        .join(organisations, organisations.c.id == booths.c.organisation)
        .join(live_rooms, live_rooms.c.room == live_sessions.c.room)
        .where(booths.c.organisation == organisation, live_rooms.c.phase == "ended")
        .order_by(live_rooms.c.ended_at.desc(), live_sessions.c.id)
        .limit(limit)
    )


async def interviews_from(
    db: Reading,
    rooms: Collection[str],
    employers: Collection[str],
    during: tuple[datetime, datetime],
) -> Sequence[Row]:
    """Interviews that came from these live rooms, or that these employers held meanwhile."""
    applied = sa.select(applications.c.interview).where(applications.c.room.in_(rooms))
    claimed = (
        sa.select(applications.c.interview)
        .join(claims, claims.c.application == applications.c.id)
        .join(offers, offers.c.id == claims.c.offer)
        .where(offers.c.room.in_(rooms))
    )
    meanwhile = sa.and_(
        interviews.c.organisation.in_(employers),
        interviews.c.admitted_at < during[1],
        sa.func.coalesce(interviews.c.ended_at, sa.literal(db.now, Utc)) > during[0],
    )
    interviewer, candidate = people.alias("interviewer"), people.alias("candidate")
    return await db.all(
        sa.select(
            interviews,
            organisations.c.name.label("employer"),
            jobs.c.title.label("job_title"),
            interviewer.c.name.label("interviewer_name"),
            candidate.c.name.label("candidate_name"),
        )
        .join(organisations, organisations.c.id == interviews.c.organisation)
        .join(jobs, jobs.c.id == interviews.c.job)
        .join(interviewer, interviewer.c.id == interviews.c.interviewer)
        .join(candidate, candidate.c.id == interviews.c.candidate)
        .where(sa.or_(interviews.c.room.in_(applied), interviews.c.room.in_(claimed), meanwhile))
        .order_by(interviews.c.invited_at, interviews.c.room)
    )


async def applications_of(
    db: Reading, rooms: Collection[str], interview_rooms: Collection[str]
) -> Sequence[Row]:
    """Applications made in these live rooms, claimed there, or interviewed in those: person,
    room, and the stage as it is now."""
    claimed = (
        sa.select(claims.c.application)
        .join(offers, offers.c.id == claims.c.offer)
        .where(offers.c.room.in_(rooms))
    )
    return await db.all(
        sa.select(applications.c.person, applications.c.room, STAGE.label("stage"))
        .join(people, people.c.id == applications.c.person)
        .outerjoin(interviews, interviews.c.room == applications.c.interview)
        .where(
            sa.or_(
                applications.c.room.in_(rooms),
                applications.c.interview.in_(interview_rooms),
                applications.c.id.in_(claimed),
            )
        )
    )


async def claims_in(db: Reading, rooms: Collection[str]) -> Sequence[Row]:
    """Places that were given in the offers of these live rooms, kept or not: person, room."""
    return await db.all(
        sa.select(claims.c.person, offers.c.room)
        .join(offers, offers.c.id == claims.c.offer)
        .where(offers.c.room.in_(rooms), claims.c.application.is_not(None))
    )


async def facts(db: Reading, rooms: Collection[str]) -> dict[str, list[tuple[float, Event]]]:
    """What these rooms' journals tell of pins, bags and ends, with its time, oldest first."""
    kinds = ("job_pinned", "job_unpinned", "job_unbagged", "room_ended")
    about_pins = sa.or_(*(journal.c.body.like(f'{{"type":"{kind}"%') for kind in kinds))
    rows = await db.all(
        sa.select(journal.c.room, journal.c.at, journal.c.body)
        .where(journal.c.room.in_(rooms), about_pins)
        .order_by(journal.c.room, journal.c.seq)
    )
    told: dict[str, list[tuple[float, Event]]] = {room: [] for room in rooms}
    for row in rows:
        told[row["room"]].append((row["at"].timestamp(), read_event(row["body"])))
    return told


async def names(db: Reading, ids: Collection[str]) -> dict[str, str]:
    """The names of these people."""
    rows = await db.all(sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids)))
    return {row["id"]: row["name"] for row in rows}


async def crew(db: Reading, ids: Collection[str], employers: Collection[str]) -> set[str]:
    """Those of them who belong to these employers, or are staff of the site."""
    members = sa.select(memberships.c.person).where(
        memberships.c.person.in_(ids), memberships.c.organisation.in_(employers)
    )
    staff = sa.select(grants.c.person).where(grants.c.person.in_(ids), grants.c.role.in_(STAFF))
    return {row["person"] for row in await db.all(members.union(staff))}
