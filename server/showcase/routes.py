"""HTTP of the live room: its two pages, the bag, the pin, the end."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from rooms.events import JobCard
from rooms.state import seen_by
from server.accounts import store_organisations
from server.attendance.actions import KEPT
from server.base.caller import Access
from server.base.db import Tx
from server.base.errors import forbidden, missing, msg
from server.base.pages import script_json
from server.base.routing import Call, Routes
from server.jobs import actions as jobs
from server.scheduling import store_rooms as agenda
from server.showcase import actions

routes = Routes("showcase")


class Pinned(msgspec.Struct, forbid_unknown_fields=True):
    """The job to show as the one being explained."""

    job: str


@routes.page("/live/{room}")
async def watch(call: Call) -> Response:
    """The live room."""
    return call.page("showcase/live.html", **await _context(call), kept_days=KEPT.days)


@routes.page("/live/{room}/host", who=Access.PERSON)
async def host(call: Call) -> Response:
    """The host's console."""
    async with call.house.db.read() as db:
        row = await actions.need_host(db, call.caller, call.param("room"))
        open_jobs = await jobs.open_jobs_of(db, row["organisation"])
        members = await store_organisations.members(db, row["organisation"])
    context = await _context(call)
    people = [{"person": m["person"], "name": m["name"]} for m in members]
    return call.page(
        "showcase/host.html",
        **context,
        jobs_json=script_json(open_jobs),
        interviewers_json=script_json(people),
        share_url=f"{call.house.settings.origin}/live/{row['room']}",
    )


@routes.put("/api/rooms/{room}/bag/{job}", who=Access.EMPLOYER, gives=JobCard)
async def add_job(call: Call, tx: Tx, body: None) -> JobCard:
    """Put a posting into the bag."""
    return await actions.add_job(tx, call.caller, call.param("room"), call.param("job"))


@routes.delete("/api/rooms/{room}/bag/{job}", who=Access.EMPLOYER)
async def remove_job(call: Call, tx: Tx, body: None) -> None:
    """Take a posting out of the bag."""
    await actions.remove_job(tx, call.caller, call.param("room"), call.param("job"))


@routes.put("/api/rooms/{room}/pin", who=Access.EMPLOYER, takes=Pinned, gives=JobCard)
async def pin(call: Call, tx: Tx, body: Pinned) -> JobCard:
    """Show the job that is being explained."""
    return await actions.pin_job(tx, call.caller, call.param("room"), body.job)


@routes.delete("/api/rooms/{room}/pin", who=Access.EMPLOYER)
async def unpin(call: Call, tx: Tx, body: None) -> None:
    """Take the pinned job off the screen."""
    await actions.unpin_job(tx, call.caller, call.param("room"))


@routes.post("/api/rooms/{room}/end", who=Access.PERSON, status=200)
async def end(call: Call, tx: Tx, body: None) -> None:
    """End the live room for everyone: its hosts, or an officer at any time."""
    room = call.param("room")
    row = await actions.need_room(tx, room)
    membership = call.caller.membership(row["organisation"])
    if membership is not None and membership.role in actions.HOSTING:
        await actions.end(tx, room, "host", call.house.endings)
    elif call.caller.is_officer:
        await actions.end(tx, room, "officer", call.house.endings)
    else:
        raise forbidden(msg("Only the host or an officer can end this room."))

    async def close_stage() -> None:
        await call.house.media.end_room(room)

    tx.afterwards.append(close_stage)


async def _context(call: Call) -> dict[str, Any]:
    """What both pages of a live room begin with."""
    room = call.param("room")
    async with call.house.db.read() as db:
        row = await actions.need_room(db, room)
        place = await actions.place_of(db, call.caller, room)
        loaded = await call.house.snapshot(db, room)
        fair = await agenda.fair_of_room(db, room)
    if loaded is None:
        raise missing()
    seq, state = loaded
    return {
        "room": room,
        "state_json": script_json({"seq": seq, "state": seen_by(state, place.audience)}),
        "may_host": place.role == "host",
        "is_officer": call.caller.is_officer,
        "employer": row["employer"],
        "organisation": row["organisation"],
        "title": row["title"],
        "fair": fair,
        "signed_in": call.caller.is_person,
        "me": call.caller.id,
    }
