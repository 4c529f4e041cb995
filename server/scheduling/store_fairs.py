"""SQL of fairs, their exceptions and occurrences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.accounts.store import people
from server.base.db import Reading, Row, Tx
from server.scheduling.store import exceptions, fairs, live_sessions, occurrences


async def add_fair(tx: Tx, values: dict[str, Any]) -> None:
    await tx.run(fairs.insert().values(**values))


async def change_fair(tx: Tx, fair_id: str, **values: object) -> None:
    await tx.run(fairs.update().where(fairs.c.id == fair_id).values(**values))


def _fairs() -> sa.Select[Any]:
    query = sa.select(fairs, people.c.name.label("organiser_name"))
    return query.join(people, people.c.id == fairs.c.organiser)


async def fair(db: Reading, fair_id: str) -> Row | None:
    """A fair with `organiser_name`."""
    return await db.first(_fairs().where(fairs.c.id == fair_id))


async def open_fairs(db: Reading) -> Sequence[Row]:
    """The fairs that are not closed, oldest first."""
    query = _fairs().where(fairs.c.closed_at.is_(None))
    return await db.all(query.order_by(fairs.c.created_at, fairs.c.id))


async def fairs_of(db: Reading, organiser: str | None) -> Sequence[Row]:
    """An organiser's fairs, or everybody's for None; open ones first, then newest first."""
    query = _fairs().order_by(fairs.c.closed_at.is_not(None), fairs.c.created_at.desc())
    return await db.all(
        query if organiser is None else query.where(fairs.c.organiser == organiser)
    )


async def add_exception(tx: Tx, fair_id: str, local_date: date, reason: str) -> None:
    await tx.run(exceptions.insert().values(fair=fair_id, local_date=local_date, reason=reason))


async def remove_exception(tx: Tx, fair_id: str, local_date: date) -> int:
    found = (exceptions.c.fair == fair_id, exceptions.c.local_date == local_date)
    return await tx.run(exceptions.delete().where(*found))


async def exceptions_of(db: Reading, fair_id: str) -> Sequence[Row]:
    """The dates without the fair and why, earliest first."""
    query = sa.select(exceptions.c.local_date, exceptions.c.reason)
    return await db.all(
        query.where(exceptions.c.fair == fair_id).order_by(exceptions.c.local_date)
    )


async def add_occurrence(tx: Tx, values: dict[str, Any]) -> None:
    await tx.run(occurrences.insert().values(**values))


async def change_occurrence(tx: Tx, occurrence_id: str, **values: object) -> None:
    """Change what a calendar shows of it; its sequence grows."""
    await tx.run(
        occurrences.update()
        .where(occurrences.c.id == occurrence_id)
        .values(sequence=occurrences.c.sequence + 1, **values)
    )


async def note_agenda_taken(tx: Tx, occurrence_id: str) -> None:
    """Remember that the agenda of an earlier week was taken over here."""
    await tx.run(
        occurrences.update()
        .where(occurrences.c.id == occurrence_id)
        .values(agenda_taken_at=tx.now)
    )


async def remove_occurrence(tx: Tx, occurrence_id: str) -> None:
    await tx.run(occurrences.delete().where(occurrences.c.id == occurrence_id))


def _occurrences() -> sa.Select[Any]:
    sessions = (
        sa.select(sa.func.count())
        .where(live_sessions.c.occurrence == occurrences.c.id)
        .scalar_subquery()
    )
    return sa.select(
        occurrences,
        sessions.label("sessions"),
        fairs.c.title.label("fair_title"),
        fairs.c.zone,
        fairs.c.starts_local,
        fairs.c.organiser,
        fairs.c.closed_at,
    ).join(fairs, fairs.c.id == occurrences.c.fair)


async def occurrence(db: Reading, occurrence_id: str) -> Row | None:
    """An occurrence with how many `sessions` it has, and fair_title, zone, organiser."""
    return await db.first(_occurrences().where(occurrences.c.id == occurrence_id))


async def occurrences_of(
    db: Reading, fair_ids: Collection[str], ends_after: datetime
) -> Sequence[Row]:
    """The occurrences of these fairs that end after a moment, earliest first."""
    found = (occurrences.c.fair.in_(fair_ids), occurrences.c.ends_at > ends_after)
    order = (occurrences.c.starts_at, occurrences.c.id)
    return await db.all(_occurrences().where(*found).order_by(*order))


async def next_planned(db: Reading, fair_id: str, after: datetime) -> Row | None:
    """The first occurrence that takes place and starts after a moment."""
    found = (
        occurrences.c.fair == fair_id,
        occurrences.c.status == "planned",
        occurrences.c.starts_at > after,
    )
    return await db.first(_occurrences().where(*found).order_by(occurrences.c.starts_at).limit(1))


async def last_with_agenda(db: Reading, fair_id: str, before: datetime) -> Row | None:
    """The latest occurrence with sessions that starts before a moment, whatever its status."""
    query = _occurrences().where(
        occurrences.c.fair == fair_id,
        occurrences.c.starts_at < before,
        sa.exists().where(live_sessions.c.occurrence == occurrences.c.id),
    )
    return await db.first(query.order_by(occurrences.c.starts_at.desc()).limit(1))
