"""SQL of live rooms and their bags of jobs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from server.accounts.store import people
from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx, Utc, metadata
from server.scheduling.store import live_sessions

# phase: waiting, live, away or ended (as rooms.events.Phase)
live_rooms = sa.Table(
    "live_rooms",
    metadata,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisations.id"), nullable=False, index=True),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("phase", sa.String(8), nullable=False),
    sa.Column("host", sa.ForeignKey("people.id")),
    sa.Column("pinned", sa.ForeignKey("jobs.id")),
    sa.Column("live_since", Utc),
    sa.Column("ended_at", Utc),
    sa.Column("ended_by", sa.String(10), nullable=False, default=""),
)

bag = sa.Table(
    "bag",
    metadata,
    sa.Column("room", sa.ForeignKey("live_rooms.room"), primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
)


async def add_room(tx: Tx, room: str, organisation: str, title: str) -> None:
    await tx.run(
        live_rooms.insert().values(
            room=room, organisation=organisation, title=title, phase="waiting"
        )
    )


async def room(db: Reading, room_id: str) -> Row | None:
    """The live room with its employer's and host's names."""
    return await db.first(
        sa.select(
            live_rooms,
            organisations.c.name.label("employer"),
            people.c.name.label("host_name"),
        )
        .join(organisations, organisations.c.id == live_rooms.c.organisation)
        .outerjoin(people, people.c.id == live_rooms.c.host)
        .where(live_rooms.c.room == room_id)
    )


async def change_room(tx: Tx, room_id: str, **values: object) -> None:
    await tx.run(live_rooms.update().where(live_rooms.c.room == room_id).values(**values))


async def bag_jobs(db: Reading, room_id: str) -> list[str]:
    """The jobs in the bag, in the host's order."""
    query = sa.select(bag.c.job).where(bag.c.room == room_id).order_by(bag.c.position)
    return [row["job"] for row in await db.all(query)]


async def add_to_bag(tx: Tx, room_id: str, job: str) -> None:
    last = await tx.value(sa.select(sa.func.max(bag.c.position)).where(bag.c.room == room_id))
    await tx.run(bag.insert().values(room=room_id, job=job, position=(last or 0) + 1))


async def take_from_bag(tx: Tx, room_id: str, job: str) -> int:
    return await tx.run(bag.delete().where(bag.c.room == room_id, bag.c.job == job))


async def live(db: Reading) -> list[str]:
    rows = await db.all(sa.select(live_rooms.c.room).where(live_rooms.c.phase == "live"))
    return [row["room"] for row in rows]


async def overdue(db: Reading, waiting_before: datetime, live_before: datetime) -> list[str]:
    """Rooms not ended whose session on the agenda was over before; live ones have longer."""
    limit = sa.case(
        (live_rooms.c.phase == "live", sa.literal(live_before, Utc)),
        else_=sa.literal(waiting_before, Utc),
    )
    rows = await db.all(
        sa.select(live_rooms.c.room)
        .join(live_sessions, live_sessions.c.room == live_rooms.c.room)
        .where(live_rooms.c.phase != "ended", live_sessions.c.ends_at < limit)
    )
    return [row["room"] for row in rows]
