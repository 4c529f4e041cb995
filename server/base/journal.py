"""The journal: each room's numbered facts, written in the transaction that makes them true.

`record` takes the room's next seq under the room's row lock, so the order of seqs is the order
of commits. Nothing else gives out a seq.
"""

from __future__ import annotations

import sqlalchemy as sa

from rooms.events import Entry, Event
from rooms.wire import read_event, write_event
from server.base.db import Reading, Tx, Utc, metadata

rooms = sa.Table(
    "rooms",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False, default=0),
    sa.Column("seq_everyone", sa.Integer, nullable=False, default=0),
    sa.Column("prev_everyone", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Utc, nullable=False),
)

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("prev_everyone", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


async def open_room(tx: Tx, room: str, kind: str) -> None:
    """Begin the journal of a new room; `kind` is `showcase` or `interview`."""
    await tx.run(rooms.insert().values(id=room, kind=kind, created_at=tx.now))


async def kind_of(db: Reading, room: str) -> str | None:
    """The room's kind; None when there is no such room."""
    kind: str | None = await db.value(sa.select(rooms.c.kind).where(rooms.c.id == room))
    return kind


async def top(db: Reading, room: str) -> int | None:
    """The seq of the last fact; None when there is no such room."""
    seq: int | None = await db.value(sa.select(rooms.c.seq).where(rooms.c.id == room))
    return seq


async def tops(db: Reading, ids: list[str]) -> dict[str, int]:
    rows = await db.all(sa.select(rooms.c.id, rooms.c.seq).where(rooms.c.id.in_(ids)))
    return {row["id"]: row["seq"] for row in rows}


async def record(tx: Tx, room: str, event: Event) -> int:
    """Append a fact and return its seq; it is told to the room after the commit."""
    public = event.audience == "everyone"
    statement = (
        rooms.update()
        .where(rooms.c.id == room)
        .values(
            seq=rooms.c.seq + 1,
            prev_everyone=rooms.c.seq_everyone,
            seq_everyone=rooms.c.seq + 1 if public else rooms.c.seq_everyone,
        )
        .returning(rooms.c.seq, rooms.c.prev_everyone)
    )
    row = await tx.first(statement)
    if row is None:
        raise LookupError(f"no room {room}")
    entry = Entry(room=room, seq=row["seq"], prev_everyone=row["prev_everyone"], event=event)
    await tx.run(
        journal.insert().values(
            room=room,
            seq=entry.seq,
            prev_everyone=entry.prev_everyone,
            at=tx.now,
            body=write_event(event),
        )
    )
    tx.entries.append(entry)
    return entry.seq


async def rewrite(tx: Tx, room: str, seq: int, event: Event) -> None:
    """Replace the words of a past fact, as the deletion of a chat line must."""
    await tx.run(
        journal.update()
        .where(journal.c.room == room, journal.c.seq == seq)
        .values(body=write_event(event))
    )


async def since(db: Reading, room: str, seq: int) -> list[Entry]:
    """The facts after `seq`, oldest first."""
    query = (
        sa.select(journal)
        .where(journal.c.room == room, journal.c.seq > seq)
        .order_by(journal.c.seq)
    )
    return [
        Entry(
            room=room,
            seq=row["seq"],
            prev_everyone=row["prev_everyone"],
            event=read_event(row["body"]),
        )
        for row in await db.all(query)
    ]
