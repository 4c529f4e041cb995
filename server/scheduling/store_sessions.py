"""SQL of live sessions on the agendas."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx
from server.scheduling.store import booths, fairs, live_sessions, occurrences


async def add_session(tx: Tx, values: dict[str, Any]) -> None:
    await tx.run(live_sessions.insert().values(**values))


async def change_session(tx: Tx, session_id: str, **values: object) -> None:
    await tx.run(live_sessions.update().where(live_sessions.c.id == session_id).values(**values))


async def remove_session(tx: Tx, session_id: str) -> None:
    await tx.run(live_sessions.delete().where(live_sessions.c.id == session_id))


def _sessions() -> sa.Select[Any]:
    return (
        sa.select(
            live_sessions,
            booths.c.organisation,
            booths.c.status.label("booth_status"),
            organisations.c.name.label("employer"),
            organisations.c.status.label("employer_status"),
            occurrences.c.fair,
            occurrences.c.local_date,
            occurrences.c.status.label("occurrence_status"),
            fairs.c.title.label("fair_title"),
            fairs.c.zone,
            fairs.c.organiser,
        )
        .join(booths, booths.c.id == live_sessions.c.booth)
        .join(organisations, organisations.c.id == booths.c.organisation)
        .join(occurrences, occurrences.c.id == live_sessions.c.occurrence)
        .join(fairs, fairs.c.id == occurrences.c.fair)
    )


_ORDER = (live_sessions.c.starts_at, live_sessions.c.id)


async def session(db: Reading, session_id: str) -> Row | None:
    """A live session with its employer, fair, zone, organiser and the states of booth and date."""
    return await db.first(_sessions().where(live_sessions.c.id == session_id))


async def sessions_of(db: Reading, occurrence_ids: Collection[str]) -> Sequence[Row]:
    """The agendas of these occurrences, in their order of time."""
    found = live_sessions.c.occurrence.in_(occurrence_ids)
    return await db.all(_sessions().where(found).order_by(*_ORDER))


async def sessions_of_employer(
    db: Reading, organisation: str, ends_after: datetime
) -> Sequence[Row]:
    """An employer's sessions at all fairs that end after a moment, earliest first."""
    found = (booths.c.organisation == organisation, live_sessions.c.ends_at > ends_after)
    return await db.all(_sessions().where(*found).order_by(*_ORDER))


async def coming_sessions(db: Reading, limit: int) -> Sequence[Row]:
    """The next sessions of all open fairs that have not ended, earliest first."""
    found = (
        occurrences.c.status == "planned",
        fairs.c.closed_at.is_(None),
        live_sessions.c.ends_at > db.now,
    )
    return await db.all(_sessions().where(*found).order_by(*_ORDER).limit(limit))


async def count_of_booth(db: Reading, booth_id: str) -> int:
    """How many sessions of the booth have not ended yet."""
    found = (live_sessions.c.booth == booth_id, live_sessions.c.ends_at > db.now)
    return int(await db.value(sa.select(sa.func.count()).where(*found)) or 0)


async def overlapping(
    db: Reading, booth_id: str, starts_at: datetime, ends_at: datetime, but: str = ""
) -> Row | None:
    """A session of the booth that shares time with this one; `but` is left out."""
    found = (
        live_sessions.c.booth == booth_id,
        live_sessions.c.starts_at < ends_at,
        live_sessions.c.ends_at > starts_at,
        live_sessions.c.id != but,
    )
    return await db.first(sa.select(live_sessions).where(*found).limit(1))


async def shift_sessions(tx: Tx, occurrence_id: str, by: timedelta) -> None:
    """Move a whole agenda in time."""
    for row in await tx.all(
        sa.select(live_sessions).where(live_sessions.c.occurrence == occurrence_id)
    ):
        moved = {"starts_at": row["starts_at"] + by, "ends_at": row["ends_at"] + by}
        await change_session(tx, row["id"], **moved)


async def last_end(db: Reading, occurrence_id: str) -> datetime | None:
    """When the last session of the agenda ends; None for an empty one."""
    query = sa.select(live_sessions.c.ends_at).where(live_sessions.c.occurrence == occurrence_id)
    row = await db.first(query.order_by(live_sessions.c.ends_at.desc()).limit(1))
    return row["ends_at"] if row else None
