"""SQL that puts live rooms beside the agendas they are on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row
from server.scheduling.store import booths, fairs, live_sessions, occurrences
from server.showcase.store import bag, live_rooms


async def phases(db: Reading, rooms: Collection[str]) -> dict[str, str]:
    """The phase of each of these live rooms."""
    query = sa.select(live_rooms.c.room, live_rooms.c.phase).where(live_rooms.c.room.in_(rooms))
    return {row["room"]: row["phase"] for row in await db.all(query)}


async def bag_sizes(db: Reading, rooms: Collection[str]) -> dict[str, int]:
    """How many jobs are in the bag of each of these rooms; empty ones are left out."""
    query = sa.select(bag.c.room, sa.func.count().label("count")).where(bag.c.room.in_(rooms))
    return {row["room"]: row["count"] for row in await db.all(query.group_by(bag.c.room))}


async def on_air(db: Reading, limit: int) -> Sequence[Row]:
    """The sessions whose host is on air or about to be back, of all fairs."""
    return await db.all(
        sa.select(
            live_sessions,
            live_rooms.c.phase,
            live_rooms.c.organisation,
            organisations.c.name.label("employer"),
            fairs.c.title.label("fair_title"),
            fairs.c.zone,
            occurrences.c.fair,
        )
        .join(live_rooms, live_rooms.c.room == live_sessions.c.room)
        .join(booths, booths.c.id == live_sessions.c.booth)
        .join(organisations, organisations.c.id == booths.c.organisation)
        .join(occurrences, occurrences.c.id == live_sessions.c.occurrence)
        .join(fairs, fairs.c.id == occurrences.c.fair)
        .where(live_rooms.c.phase.in_(("live", "away")))
        .order_by(live_rooms.c.phase.desc(), live_rooms.c.live_since.desc())
        .limit(limit)
    )
