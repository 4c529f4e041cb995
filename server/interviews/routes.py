"""HTTP of interviews: the interviewer's desk, the room's page, the line."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from starlette.responses import Response

from rooms.state import seen_by
from server.attendance.actions import KEPT
from server.base.caller import Access
from server.base.db import Reading, Row, Tx
from server.base.pages import script_json
from server.base.routing import Call, Routes
from server.interviews import actions, store

routes = Routes("interviews")


class Standing(msgspec.Struct):
    """A place in the line; 0 once let in. The wait is in minutes."""

    position: int
    wait_low_min: int
    wait_high_min: int


class Interview(msgspec.Struct):
    """An interview as either of its two people sees it; times are Unix seconds or null.

    `is_here` is whether the candidate has the room open; `minutes` is its planned length.
    """

    room: str
    role: Literal["interviewer", "candidate"]
    status: Literal["invited", "admitted", "ended"]
    organisation: str
    employer: str
    job: str
    job_title: str
    interviewer_name: str
    candidate_name: str
    minutes: int
    arrived_at: float | None
    admitted_at: float | None
    ended_at: float | None
    is_here: bool


@routes.page("/interviews", who=Access.PERSON)
async def desk(call: Call) -> Response:
    """My interviews: the line in front of me, and those I am invited to."""
    async with call.house.db.read() as db:
        shown = await _mine(call, db)
    return call.page("interviews/desk.html", interviews=shown, interviews_json=script_json(shown))


@routes.page("/interviews/{room}", who=Access.PERSON)
async def room(call: Call) -> Response:
    """The interview's page: check, wait, room, end."""
    async with call.house.db.read() as db:
        place = await actions.place_of(db, call.caller, call.param("room"))
        row = await actions.need_interview(db, call.param("room"))
        standing = await actions.standing(db, call.param("room"))
        loaded = await call.house.snapshot(db, call.param("room"))
        here = await actions.candidates_here(db, [row["room"]])
    assert loaded is not None
    shown = _shown(call, row, here)
    boot = {
        "me": call.caller.id,
        "interview": shown,
        "standing": Standing(*standing),
        "seq": loaded[0],
        "state": seen_by(loaded[1], place.audience),
        "ice_servers": call.house.security.ice_servers(call.caller.id),
    }
    return call.page(
        "interviews/room.html",
        interview=shown,
        role=place.role,
        standing=standing,
        kept_days=KEPT.days,
        boot_json=script_json(boot),
    )


@routes.get("/api/interviews", who=Access.PERSON, gives=list[Interview])
async def mine(call: Call, db: Reading) -> list[Interview]:
    """My interviews on either side, the unfinished first."""
    return await _mine(call, db)


@routes.get("/api/interviews/{room}", who=Access.PERSON, gives=Interview)
async def one(call: Call, db: Reading) -> Interview:
    """One interview: whether the candidate is there, has arrived, was let in."""
    await actions.place_of(db, call.caller, call.param("room"))
    row = await actions.need_interview(db, call.param("room"))
    return _shown(call, row, await actions.candidates_here(db, [row["room"]]))


@routes.get("/api/interviews/{room}/standing", who=Access.PERSON, gives=Standing)
async def standing(call: Call, db: Reading) -> Standing:
    """Where the candidate stands in the line."""
    await actions.place_of(db, call.caller, call.param("room"))
    return Standing(*await actions.standing(db, call.param("room")))


@routes.post("/api/interviews/{room}/arrival", who=Access.PERSON, gives=Standing)
async def arrive(call: Call, tx: Tx, body: None) -> Standing:
    """Stand in line."""
    standing = await actions.arrive(tx, call.caller, call.param("room"))
    await _tell_afterwards(call, tx)
    return Standing(*standing)


@routes.post("/api/interviews/{room}/admission", who=Access.PERSON)
async def admit(call: Call, tx: Tx, body: None) -> None:
    """Let the candidate in."""
    await actions.admit(tx, call.caller, call.param("room"))
    await _tell_afterwards(call, tx)


@routes.post("/api/interviews/{room}/end", who=Access.PERSON, status=200)
async def end(call: Call, tx: Tx, body: None) -> None:
    """End the interview."""
    await actions.end(tx, call.caller, call.param("room"))
    await _tell_afterwards(call, tx)

    async def close_media() -> None:
        await call.house.media.end_room(call.param("room"))

    tx.afterwards.append(close_media)


async def _tell_afterwards(call: Call, tx: Tx) -> None:
    """Whoever waits for the same interviewer hears where they stand now."""
    row = await actions.need_interview(tx, call.param("room"))

    async def tell() -> None:
        await actions.tell_line(call.house, row["interviewer"])

    tx.afterwards.append(tell)


async def _mine(call: Call, db: Reading) -> list[Interview]:
    rows = await store.interviews_of(db, call.caller.id)
    here = await actions.candidates_here(db, [row["room"] for row in rows])
    return [_shown(call, row, here) for row in rows]


def _shown(call: Call, row: Row, here: set[str]) -> Interview:
    mine = row["interviewer"] == call.caller.id
    return Interview(
        room=row["room"],
        role="interviewer" if mine else "candidate",
        status=row["status"],
        organisation=row["organisation"],
        employer=row["employer"],
        job=row["job"],
        job_title=row["job_title"],
        interviewer_name=row["interviewer_name"],
        candidate_name=row["candidate_name"],
        minutes=row["minutes"],
        arrived_at=_seconds(row["arrived_at"]),
        admitted_at=_seconds(row["admitted_at"]),
        ended_at=_seconds(row["ended_at"]),
        is_here=row["room"] in here,
    )


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
