"""Interviews: inviting, the line, letting in one at a time, ending.

The line of an interviewer is their invited candidates who arrived, by the moment they did; a
place in it is a row, so it survives any reload and any restart.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from rooms.events import CandidateAdmitted, RoomEnded
from rooms.line import Turn, wait_range
from rooms.whispers import LineMoved
from server.attendance import actions as attendance
from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, missing, msg
from server.base.house import House
from server.base.places import Place
from server.interviews import store


class Standing(NamedTuple):
    """A candidate's place in the line: how many are ahead, and the wait in minutes."""

    position: int
    wait_low_min: int
    wait_high_min: int


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
    is_open, organisation = row["status"] != "ended", row["organisation"]
    if caller.is_person and caller.id == row["interviewer"]:
        return Place("everyone", "interviewer", is_open, organisation)
    if caller.is_person and caller.id == row["candidate"]:
        return Place("everyone", "candidate", is_open, organisation)
    raise forbidden(msg("This interview is between two other people."))


async def arrive(tx: Tx, caller: Caller, room: str) -> Standing:
    """The candidate stands in line; coming again keeps the place they have."""
    row = await _need_role(tx, caller, room, "candidate")
    if row["status"] == "invited" and row["arrived_at"] is None:
        await store.change(tx, room, arrived_at=tx.now)
    return await standing(tx, room)


async def admit(tx: Tx, caller: Caller, room: str) -> None:
    """Let the candidate in; one at a time, and only one who is there."""
    row = await _need_role(tx, caller, room, "interviewer")
    if row["status"] == "admitted":
        return
    if row["arrived_at"] is None:
        raise Refusal("not-arrived", 409, msg("The candidate has not come yet."))
    running = await store.running(tx, row["interviewer"], row["candidate"])
    if running is not None and running["interviewer"] == row["interviewer"]:
        say = msg("End the interview that is running first.")
        raise Refusal("busy", 409, say, extra={"interview": running["room"]})
    if running is not None or not await store.admit(tx, room):
        say = msg("The candidate is in another interview just now. Their place in line stays.")
        raise Refusal("busy", 409, say)
    await journal.record(tx, room, CandidateAdmitted(at=tx.now.timestamp()))


async def end(tx: Tx, caller: Caller, room: str) -> None:
    """The interviewer ends it; an ended interview stays ended."""
    row = await store.interview(tx, room)
    if row is not None and row["status"] == "ended" and row["interviewer"] == caller.id:
        return
    row = await _need_role(tx, caller, room, "interviewer")
    await store.change(tx, room, status="ended", ended_at=tx.now, ended_by="interviewer")
    await journal.record(tx, room, RoomEnded(by="interviewer", at=tx.now.timestamp()))


async def call_off(tx: Tx, room: str) -> None:
    """Close an interview that nobody needs any more; one that has begun is left to its two."""
    row = await need_interview(tx, room)
    if row["status"] != "invited":
        return
    await store.change(tx, room, status="ended", ended_at=tx.now, ended_by="hiring")
    await journal.record(tx, room, RoomEnded(by="interviewer", at=tx.now.timestamp()))


async def standing(db: Reading, room: str) -> Standing:
    """Where the candidate of this room stands; position 0 once they are let in."""
    row = await need_interview(db, room)
    if row["status"] != "invited":
        return Standing(0, 0, 0)
    line = await store.line(db, row["interviewer"])
    ahead = [turn for turn in line if _is_ahead(turn, row)]
    turns = [_turn(turn, db) for turn in ahead]
    low, high = wait_range(turns, await store.past_ratios(db, row["interviewer"]))
    waiting = sum(1 for turn in ahead if turn["status"] == "invited")
    return Standing(waiting + 1, low, high)


async def candidates_here(db: Reading, rooms: list[str]) -> set[str]:
    """Those of the rooms whose candidate has the page open, whichever process holds it."""
    return await attendance.rooms_with(db, rooms, "candidate")


async def tell_line(house: House, interviewer: str) -> None:
    """Tell every waiting candidate of an interviewer where they stand now, in every process."""
    async with house.db.read() as db:
        for moved in await _line_now(db, interviewer):
            house.relay.whisper(moved)


async def tell_lines(house: House) -> None:
    """Keep the estimate fresh for every candidate who waits in this process."""
    async with house.db.read() as db:
        for interviewer in await store.interviewers_with_line(db):
            for moved in await _line_now(db, interviewer):
                house.lobby.hear(moved)


async def _line_now(db: Reading, interviewer: str) -> list[LineMoved]:
    line = [row for row in await store.line(db, interviewer) if row["status"] == "invited"]
    places = [await standing(db, row["room"]) for row in line]
    return [
        LineMoved(room=row["room"], position=position, wait_low_min=low, wait_high_min=high)
        for row, (position, low, high) in zip(line, places, strict=True)
    ]


async def _need_role(
    db: Reading, caller: Caller, room: str, role: Literal["interviewer", "candidate"]
) -> Row:
    place = await place_of(db, caller, room)
    if place.role != role:
        raise forbidden()
    place.need_open()
    return await need_interview(db, room)


def _is_ahead(other: Row, row: Row) -> bool:
    """Whoever is inside, and whoever arrived before; who has not arrived is behind all."""
    if other["room"] == row["room"]:
        return False
    if other["status"] == "admitted" or row["arrived_at"] is None:
        return True
    return bool(other["arrived_at"] < row["arrived_at"])


def _turn(row: Row, db: Reading) -> Turn:
    since = row["admitted_at"]
    elapsed_min = (db.now - since).total_seconds() / 60 if since else 0.0
    return Turn(row["minutes"], elapsed_min)
