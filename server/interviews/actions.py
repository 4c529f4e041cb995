"""Interviews: inviting, the line, letting in, ending."""

from __future__ import annotations

from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import forbidden, missing, msg
from server.base.places import Place
from server.interviews import store


async def invite(
    tx: Tx, *, organisation: str, job: str, interviewer: str, candidate: str, minutes: int
) -> str:
    """Open an interview room for the two and return its id; the candidate may come at once."""
    room = new_id()
    await journal.open_room(tx, room, "interview")
    await store.add_interview(
        tx,
        {
            "room": room,
            "organisation": organisation,
            "job": job,
            "interviewer": interviewer,
            "candidate": candidate,
            "minutes": minutes,
            "status": "invited",
            "invited_at": tx.now,
        },
    )
    return room


async def need_interview(db: Reading, room: str) -> Row:
    row = await store.interview(db, room)
    if row is None:
        raise missing(msg("This interview does not exist."))
    return row


async def place_of(db: Reading, caller: Caller, room: str) -> Place:
    """The caller's seat; a third person is refused."""
    row = await need_interview(db, room)
    if caller.is_person and caller.id == row["interviewer"]:
        return Place("everyone", "interviewer", row["status"] != "ended", row["organisation"])
    if caller.is_person and caller.id == row["candidate"]:
        return Place("everyone", "candidate", row["status"] != "ended", row["organisation"])
    raise forbidden(msg("This interview is between two other people."))
