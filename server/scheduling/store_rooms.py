"""SQL from a live room back to its place on the agenda."""

from __future__ import annotations

import sqlalchemy as sa

from server.base.db import Reading, Row
from server.scheduling.store import fairs, live_sessions, occurrences


async def fair_of_room(db: Reading, room: str) -> Row | None:
    """The fair whose agenda has this live room: id, title, zone, starts_at, ends_at."""
    return await db.first(
        sa.select(
            fairs.c.id,
            fairs.c.title,
            fairs.c.zone,
            live_sessions.c.starts_at,
            live_sessions.c.ends_at,
        )
        .join(occurrences, occurrences.c.fair == fairs.c.id)
        .join(live_sessions, live_sessions.c.occurrence == occurrences.c.id)
        .where(live_sessions.c.room == room)
    )
