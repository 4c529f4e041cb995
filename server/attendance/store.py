"""SQL of presence: leases, and when their pages came to the front or went behind."""

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

# One row for each change. The moment is part of the key, so the same event written twice is one.
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("lease", sa.ForeignKey("leases.id"), primary_key=True),
    sa.Column("at", Utc, primary_key=True),
    sa.Column("is_front", sa.Boolean, nullable=False),
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


async def write_turns(tx: Tx, told: Sequence[tuple[str, datetime, bool]]) -> None:
    """Write what the pages said of themselves; what is known already changes nothing."""
    lease, at = sa.bindparam("of", type_=sa.String), sa.bindparam("when", type_=Utc)
    new = sa.select(lease, at, sa.bindparam("front", type_=sa.Boolean)).where(
        sa.exists().where(leases.c.id == lease),
        ~sa.exists().where(turns.c.lease == lease, turns.c.at == at),
    )
    statement = turns.insert().from_select(["lease", "at", "is_front"], new)
    rows = [{"of": lease, "when": at, "front": is_front} for lease, at, is_front in told]
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


async def turns_of(db: Reading, rooms: list[str]) -> Sequence[Row]:
    """Every turn of these rooms' leases."""
    return await db.all(
        sa.select(turns)
        .join(leases, leases.c.id == turns.c.lease)
        .where(leases.c.room.in_(rooms))
        .order_by(turns.c.at)
    )


async def forget_before(tx: Tx, moment: datetime) -> int:
    """Delete the leases that were over before; how many there were."""
    old = (leases.c.ended_at.is_not(None), leases.c.ended_at < moment)
    await tx.run(turns.delete().where(turns.c.lease.in_(sa.select(leases.c.id).where(*old))))
    return await tx.run(leases.delete().where(*old))
