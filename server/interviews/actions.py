"""Interviews: inviting, the line, letting in, ending."""

from __future__ import annotations

from typing import Literal, NamedTuple

from server.base.caller import Caller
from server.base.db import Reading, Row
from server.base.errors import forbidden, missing, msg
from server.interviews import store


class Place(NamedTuple):
    """The caller's seat in an interview."""

    role: Literal["interviewer", "candidate"]


async def need_interview(db: Reading, room: str) -> Row:
    row = await store.interview(db, room)
    if row is None:
        raise missing(msg("This interview does not exist."))
    return row


async def place_of(db: Reading, caller: Caller, room: str) -> Place:
    """The caller's seat; a third person is refused."""
    row = await need_interview(db, room)
    if caller.is_person and caller.id == row["interviewer"]:
        return Place("interviewer")
    if caller.is_person and caller.id == row["candidate"]:
        return Place("candidate")
    raise forbidden(msg("This interview is between two other people."))
