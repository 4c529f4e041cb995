"""The snapshot: one read transaction → a room's state at its seq, filtered by audience."""

from __future__ import annotations

import msgspec

from rooms.state import RoomState, seen_by
from server.base import journal
from server.base.caller import Access
from server.base.db import Reading
from server.base.errors import missing, msg
from server.base.routing import Call, Routes
from server.conversation import actions as conversation
from server.conversation import store as conversation_store
from server.hiring import actions as hiring
from server.hiring import actions_offers as offers
from server.interviews import actions as interviews
from server.jobs import actions as jobs
from server.showcase import actions as showcase
from server.showcase import store as showcase_store

Loaded = tuple[int, RoomState]
routes = Routes("snapshot")


class Snapshot(msgspec.Struct):
    """A room as the caller may see it, and the seq it is true at."""

    seq: int
    state: RoomState


@routes.get("/api/rooms/{room}/snapshot", who=Access.ANYONE, gives=Snapshot)
async def show(call: Call, db: Reading) -> Snapshot:
    """The room now; follow it from `seq` on the socket."""
    place = await call.house.places.of(db, call.caller, call.param("room"))
    loaded = await load(db, call.param("room"))
    if loaded is None:
        raise missing(msg("This room does not exist."))
    seq, state = loaded
    return Snapshot(seq, seen_by(state, place.audience))


async def load(db: Reading, room: str) -> Loaded | None:
    """The whole state for the crew, and its seq. None: there is no such room."""
    seq = await journal.top(db, room)
    match await journal.kind_of(db, room):
        case "showcase":
            state = await _showcase(db, room)
        case "interview":
            state = await _interview(db, room)
        case _:
            return None
    assert seq is not None
    return seq, state


async def _showcase(db: Reading, room: str) -> RoomState:
    row = await showcase.need_room(db, room)
    bag = [await jobs.job_card(db, job) for job in await showcase_store.bag_jobs(db, room)]
    return RoomState(
        kind="showcase",
        title=row["title"],
        employer=row["employer"],
        phase=row["phase"],
        host=row["host_name"] or "",
        live_since=row["live_since"].timestamp() if row["live_since"] else 0.0,
        ended_at=row["ended_at"].timestamp() if row["ended_at"] else 0.0,
        pinned=await jobs.job_card(db, row["pinned"]) if row["pinned"] else None,
        bag=tuple(card for card in bag if card is not None),
        offers=await offers.cards(db, room),
        messages=await conversation.recent(db, room),
        muted=await conversation_store.muted(db, room),
        winners=await offers.winners(db, room),
        applications=await hiring.counts(db, room),
    )


async def _interview(db: Reading, room: str) -> RoomState:
    row = await interviews.need_interview(db, room)
    phase = {"invited": "waiting", "admitted": "live", "ended": "ended"}[row["status"]]
    return msgspec.convert(
        {
            "kind": "interview",
            "title": row["job_title"],
            "employer": row["employer"],
            "phase": phase,
            "host": row["interviewer_name"],
            "admitted_at": row["admitted_at"].timestamp() if row["admitted_at"] else 0.0,
            "ended_at": row["ended_at"].timestamp() if row["ended_at"] else 0.0,
            "messages": await conversation.recent(db, room),
        },
        RoomState,
    )
