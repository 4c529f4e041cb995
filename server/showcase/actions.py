"""Live rooms: opening, who sits where, going live, the bag and the pinned job, the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from rooms.events import (
    Audience,
    HostCameLive,
    HostWentAway,
    JobBagged,
    JobCard,
    JobPinned,
    JobUnbagged,
    JobUnpinned,
    RoomEnded,
)
from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, missing, msg
from server.base.house import House
from server.base.places import Endings, Place
from server.jobs import actions as jobs
from server.jobs.store import card
from server.showcase import store

EndedBy = Literal["host", "officer", "schedule"]
OVERRUN = timedelta(minutes=30)
LIVE_OVERRUN = timedelta(hours=3)
HOSTING = frozenset({"owner", "host"})


async def open_live_room(tx: Tx, organisation: str, title: str) -> str:
    """Make a live room and return its id; the agenda puts it on air."""
    room = new_id()
    await journal.open_room(tx, room, "showcase")
    await store.add_room(tx, room, organisation, title)
    return room


async def need_room(db: Reading, room: str) -> Row:
    """The live room; a refusal when there is none."""
    row = await store.room(db, room)
    if row is None:
        raise missing(msg("This live room does not exist."))
    return row


async def need_host(db: Reading, caller: Caller, room: str) -> Row:
    """The live room, if the caller may run it."""
    row = await need_room(db, room)
    if caller.need_member(row["organisation"]).role not in HOSTING:
        raise forbidden(msg("Only the employer's hosts can do this."))
    return row


async def need_on_air(db: Reading, caller: Caller, room: str) -> Row:
    """The live room, if the caller may run it and it has not ended."""
    row = await need_host(db, caller, room)
    if row["phase"] == "ended":
        raise Refusal("room-ended", 410, msg("This live room has ended."))
    return row


async def place_of(db: Reading, caller: Caller, room: str) -> Place:
    """Where the caller sits; everyone may watch."""
    row = await need_room(db, room)
    is_open = row["phase"] != "ended"
    membership = caller.membership(row["organisation"])
    if membership is not None and membership.role in HOSTING:
        return Place("crew", "host", is_open, row["organisation"])
    audience: Audience = "crew" if membership or caller.is_officer else "everyone"
    return Place(audience, "viewer", is_open, row["organisation"])


async def came_live(tx: Tx, room: str, person: str, host_name: str) -> None:
    """The host's media arrives. Repeated news of the same thing changes nothing."""
    row = await need_room(tx, room)
    if row["phase"] == "ended" or (row["phase"] == "live" and row["host"] == person):
        return
    await store.change_room(
        tx, room, phase="live", host=person, live_since=row["live_since"] or tx.now
    )
    await journal.record(tx, room, HostCameLive(host=host_name, at=tx.now.timestamp()))


async def went_away(tx: Tx, room: str, reason: Literal["left", "lost"]) -> None:
    """The host's media stopped; the room waits for them."""
    row = await need_room(tx, room)
    if row["phase"] != "live":
        return
    await store.change_room(tx, room, phase="away")
    await journal.record(tx, room, HostWentAway(reason=reason))


async def end(tx: Tx, room: str, by: EndedBy, endings: Endings) -> None:
    """End the room for everyone; `endings` is what else ends with it. It stays ended."""
    row = await need_room(tx, room)
    if row["phase"] == "ended":
        return
    await store.change_room(tx, room, phase="ended", ended_at=tx.now, ended_by=by, pinned=None)
    for also_end in endings:
        await also_end(tx, room)
    await journal.record(tx, room, RoomEnded(by=by, at=tx.now.timestamp()))


async def add_job(tx: Tx, caller: Caller, room: str, job: str) -> JobCard:
    """Put one of the employer's open postings into the bag."""
    row = await need_on_air(tx, caller, room)
    found = await _open_job(tx, row, job)
    if job not in await store.bag_jobs(tx, room):
        await store.add_to_bag(tx, room, job)
        await journal.record(tx, room, JobBagged(job=found))
    return found


async def remove_job(tx: Tx, caller: Caller, room: str, job: str) -> None:
    """Take a posting out of the bag, and off the screen if it is pinned."""
    row = await need_on_air(tx, caller, room)
    if not await store.take_from_bag(tx, room, job):
        raise missing(msg("This job is not in the bag."))
    if row["pinned"] == job:
        await store.change_room(tx, room, pinned=None)
    await journal.record(tx, room, JobUnbagged(job=job))


async def pin_job(tx: Tx, caller: Caller, room: str, job: str) -> JobCard:
    """Show the job that the host explains now; it comes into the bag if it was not there."""
    row = await need_on_air(tx, caller, room)
    found = await add_job(tx, caller, room, job)
    if row["pinned"] != job:
        await store.change_room(tx, room, pinned=job)
        await journal.record(tx, room, JobPinned(job=found, at=tx.now.timestamp()))
    return found


async def unpin_job(tx: Tx, caller: Caller, room: str) -> None:
    """Take the pinned job off the screen."""
    row = await need_on_air(tx, caller, room)
    if row["pinned"] is not None:
        await store.change_room(tx, room, pinned=None)
        await journal.record(tx, room, JobUnpinned(at=tx.now.timestamp()))


async def _open_job(db: Reading, room: Row, job: str) -> JobCard:
    row = await card(db, job)
    if row is None or row["organisation"] != room["organisation"]:
        raise missing(msg("This employer has no such job."))
    found = await jobs.job_card(db, job)
    if found is None or not await jobs.is_open(db, job):
        say = msg("This job is not open: an officer has to approve it first.")
        raise Refusal("job-not-open", 409, say)
    return found


async def end_overdue(house: House) -> None:
    """End the rooms whose time on the agenda is long over: nobody stays on air forgotten."""
    async with house.db.read() as db:
        overdue = await store.overdue(db, db.now - OVERRUN, db.now - LIVE_OVERRUN)
    if overdue:
        async with house.db.write() as tx:
            for room in overdue:
                await end(tx, room, "schedule", house.endings)
        for room in overdue:
            await house.media.end_room(room)


async def live_rooms(db: Reading) -> list[str]:
    """The rooms whose host is on air."""
    return await store.live(db)
