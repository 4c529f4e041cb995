"""Chat of any room: posting, deleting, muting. Who may moderate is decided by the caller's
place, which the room's own feature knows."""

from __future__ import annotations

from typing import Literal

from rooms.events import (
    Message,
    MessageDeleted,
    MessagePosted,
    PersonMuted,
    PersonUnmuted,
)
from rooms.state import MESSAGES_SHOWN, blank
from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, invalid, missing, msg
from server.base.security import plain_text
from server.conversation import store

TEXT_LIMIT = 500


async def recent(db: Reading, room: str) -> tuple[Message, ...]:
    """The lines that a newcomer is shown, oldest first."""
    rows = await store.recent(db, room, MESSAGES_SHOWN)
    return tuple(_message(row) for row in rows)


async def post(
    tx: Tx, caller: Caller, room: str, text: str, role: Literal["candidate", "crew"]
) -> Message:
    """Say something in a room that is not ended; muted people are refused."""
    text = plain_text(text)
    if not text:
        raise invalid(text=msg("Write something first."))
    if len(text) > TEXT_LIMIT:
        raise invalid(text=msg("A message can have 500 characters."))
    if await store.is_muted(tx, room, caller.id):
        raise Refusal("muted", 403, msg("The host has muted you in this room."))
    message = Message(
        id=new_id(),
        person=caller.id,
        name=caller.name,
        role=role,
        text=text,
        at=tx.now.timestamp(),
    )
    seq = await journal.record(tx, room, MessagePosted(message=message))
    await store.add_message(
        tx,
        {
            "id": message.id,
            "room": room,
            "seq": seq,
            "person": caller.id,
            "name": caller.name,
            "role": role,
            "text": text,
            "at": tx.now,
        },
    )
    return message


async def delete(tx: Tx, caller: Caller, room: str, message: str) -> None:
    """Take a line off every screen and out of the history; the record keeps it."""
    row = await store.message(tx, message)
    if row is None or row["room"] != room:
        raise missing(msg("This message does not exist."))
    if row["deleted_at"] is not None:
        return
    await store.mark_deleted(tx, message, caller.id)
    emptied = MessagePosted(message=blank(_message(row)))
    await journal.rewrite(tx, room, row["seq"], emptied)
    await journal.record(tx, room, MessageDeleted(message=message))


async def mute(tx: Tx, caller: Caller, room: str, person: str, name: str) -> None:
    """Stop a person from writing in this room."""
    if not await store.is_muted(tx, room, person):
        await store.add_mute(tx, room, person, caller.id)
        await journal.record(tx, room, PersonMuted(person=person, name=name))


async def unmute(tx: Tx, room: str, person: str) -> None:
    if await store.drop_mute(tx, room, person):
        await journal.record(tx, room, PersonUnmuted(person=person))


def _message(row: Row) -> Message:
    message = Message(
        id=row["id"],
        person=row["person"],
        name=row["name"],
        role=row["role"],
        text=row["text"],
        at=row["at"].timestamp(),
    )
    return blank(message) if row["deleted_at"] is not None else message
