"""SQL of chat lines and mutes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from server.accounts.store import people
from server.base.db import Reading, Row, Tx, Utc, metadata

# a deleted line keeps its text here for the record; nobody is shown it
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("room", sa.ForeignKey("rooms.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("deleted_at", Utc),
    sa.Column("deleted_by", sa.ForeignKey("people.id")),
    sa.UniqueConstraint("room", "seq", name="message_seq"),
)

mutes = sa.Table(
    "mutes",
    metadata,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("person", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("muted_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("at", Utc, nullable=False),
)


async def recent(db: Reading, room: str, count: int) -> Sequence[Row]:
    """The last lines of a room, oldest first, deleted ones included."""
    rows = await db.all(
        sa.select(messages)
        .where(messages.c.room == room)
        .order_by(messages.c.seq.desc())
        .limit(count)
    )
    return rows[::-1]


async def muted(db: Reading, room: str) -> dict[str, str]:
    """Muted people and their names."""
    rows = await db.all(
        sa.select(mutes.c.person, people.c.name)
        .join(people, people.c.id == mutes.c.person)
        .where(mutes.c.room == room)
        .order_by(mutes.c.at)
    )
    return {row["person"]: row["name"] for row in rows}


async def is_muted(db: Reading, room: str, person: str) -> bool:
    query = sa.select(mutes.c.person).where(mutes.c.room == room, mutes.c.person == person)
    return await db.value(query) is not None


async def add_message(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(messages.insert().values(**values))


async def message(db: Reading, message_id: str) -> Row | None:
    return await db.first(sa.select(messages).where(messages.c.id == message_id))


async def mark_deleted(tx: Tx, message_id: str, by: str) -> None:
    await tx.run(
        messages.update()
        .where(messages.c.id == message_id)
        .values(deleted_at=tx.now, deleted_by=by)
    )


async def add_mute(tx: Tx, room: str, person: str, by: str) -> None:
    await tx.run(mutes.insert().values(room=room, person=person, muted_by=by, at=tx.now))


async def drop_mute(tx: Tx, room: str, person: str) -> int:
    return await tx.run(mutes.delete().where(mutes.c.room == room, mutes.c.person == person))
