"""SQL of presence leases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from server.base.db import Reading, Row, Tx, Utc, metadata

# One lease is one socket. `person` is a person's id or `guest:…`; `role` is viewer, host,
# interviewer or candidate; a lease with no ended_at whose boot is gone ended at its last beat.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("boot", sa.String(16), nullable=False),
    sa.Column("room", sa.ForeignKey("rooms.id"), nullable=False, index=True),
    sa.Column("person", sa.String(40), nullable=False, index=True),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("beat_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
)


async def add_lease(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(leases.insert().values(**values))


async def end_lease(tx: Tx, lease: str, at: datetime | None) -> None:
    """End an open lease at a moment, or at its last written beat for None."""
    end = leases.c.beat_at if at is None else at
    await tx.run(
        leases.update()
        .where(leases.c.id == lease, leases.c.ended_at.is_(None))
        .values(beat_at=end, ended_at=end)
    )


async def write_beats(tx: Tx, beats: Mapping[str, datetime]) -> None:
    """Move the leases' last beats; a lease that was closed meanwhile stays closed."""
    statement = (
        leases.update()
        .where(leases.c.id == sa.bindparam("lease"), leases.c.ended_at.is_(None))
        .values(beat_at=sa.bindparam("at"))
    )
    rows = [{"lease": lease, "at": at} for lease, at in beats.items()]
    await tx.connection.execute(statement, rows)


async def close_orphans(tx: Tx, boot: str, before: datetime) -> int:
    """End the open leases of other processes whose last beat was before; how many there were."""
    return await tx.run(
        leases.update()
        .where(leases.c.boot != boot, leases.c.ended_at.is_(None), leases.c.beat_at < before)
        .values(ended_at=leases.c.beat_at)
    )


async def leases_of(db: Reading, rooms: list[str]) -> Sequence[Row]:
    return await db.all(
        sa.select(leases).where(leases.c.room.in_(rooms)).order_by(leases.c.started_at)
    )


async def rooms_with(db: Reading, rooms: list[str], role: str, since: datetime) -> set[str]:
    """Those of the rooms with an open lease of this role that has beaten since."""
    rows = await db.all(
        sa.select(leases.c.room)
        .where(
            leases.c.room.in_(rooms),
            leases.c.role == role,
            leases.c.ended_at.is_(None),
            leases.c.beat_at >= since,
        )
        .distinct()
    )
    return {row["room"] for row in rows}
