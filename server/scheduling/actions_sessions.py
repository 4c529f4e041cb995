"""Live sessions on an occurrence's agenda, and an agenda taken over by a later week.

What a live room is, this floor does not know: whoever adds a session says how a room is opened.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import msgspec

from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, invalid, missing, msg
from server.base.security import plain_text
from server.scheduling import store_booths, store_fairs, store_sessions
from server.scheduling.actions import need_open, need_organiser
from server.scheduling.fair import LOCAL_TIME
from server.scheduling.rule import moment

# (transaction, organisation, title) → the room's id
OpenRoom = Callable[[Tx, str, str], Awaitable[str]]
MINUTES_MIN, MINUTES_MAX = 5, 720


class Slot(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A session's title and time: `starts_local` is HH:MM of the fair's zone on that date (an
    hour before the fair's start means the next morning), `minutes` its length."""

    title: str = ""
    starts_local: str = ""
    minutes: int = 0


class Taken(NamedTuple):
    """A session taken over: the room it had and the room it got."""

    session: str
    old_room: str
    room: str


async def need_occurrence(db: Reading, occurrence: str) -> Row:
    """The occurrence; a refusal when there is none."""
    row = await store_fairs.occurrence(db, occurrence)
    if row is None:
        raise missing(msg("This date of the fair does not exist."))
    return row


async def need_own_occurrence(db: Reading, caller: Caller, occurrence: str) -> Row:
    """The occurrence, if the caller organises its fair."""
    row = await need_occurrence(db, occurrence)
    need_organiser(caller, row["organiser"])
    return row


async def need_own_session(db: Reading, caller: Caller, session: str) -> Row:
    """The live session, if the caller organises its fair."""
    row = await store_sessions.session(db, session)
    if row is None:
        raise missing(msg("This live session does not exist."))
    need_organiser(caller, row["organiser"])
    return row


async def add_session(
    tx: Tx, occurrence: str, booth: str, slot: Slot, open_room: OpenRoom
) -> tuple[str, str]:
    """Put a session of an approved booth on the agenda; its id and its new room's id.

    Whoever calls this has made sure that the caller organises the fair.
    """
    date_row = await need_occurrence(tx, occurrence)
    _need_to_come(date_row, tx.now)
    place = await store_booths.booth(tx, booth)
    if place is None or place["fair"] != date_row["fair"]:
        raise invalid(booth=msg("Choose a booth of this fair."))
    if place["status"] != "approved" or place["employer_status"] != "approved":
        raise Refusal("booth-not-approved", 409, msg("This booth is not approved."))
    title, starts_at, ends_at = _placed(date_row, slot)
    await _need_free(tx, booth, starts_at, ends_at)
    return await _add(tx, occurrence, booth, (title, starts_at, ends_at), open_room)


async def change_session(tx: Tx, session: str, slot: Slot) -> str:
    """Give a session another title and time; the cleaned title."""
    row = await store_sessions.session(tx, session)
    assert row is not None
    date_row = await need_occurrence(tx, row["occurrence"])
    _need_to_come(date_row, tx.now)
    title, starts_at, ends_at = _placed(date_row, slot)
    await _need_free(tx, row["booth"], starts_at, ends_at, but=session)
    await store_sessions.change_session(
        tx, session, title=title, starts_at=starts_at, ends_at=ends_at
    )
    return title


async def remove_session(tx: Tx, session: str) -> None:
    """Take a session off the agenda; what becomes of its room is for the caller to settle."""
    await store_sessions.remove_session(tx, session)


async def take_agenda_over(tx: Tx, source: Row, target: Row, open_room: OpenRoom) -> list[Taken]:
    """Copy the agenda of one occurrence to another, at the same distance from its start.

    Left out is what has no approved booth any more, or does not fit into the other's length.
    """
    taken = []
    for row in await store_sessions.sessions_of(tx, [source["id"]]):
        starts_at = target["starts_at"] + (row["starts_at"] - source["starts_at"])
        ends_at = starts_at + (row["ends_at"] - row["starts_at"])
        is_approved = row["booth_status"] == row["employer_status"] == "approved"
        if not is_approved or ends_at > target["ends_at"]:
            continue
        when = (row["title"], starts_at, ends_at)
        session, room = await _add(tx, target["id"], row["booth"], when, open_room)
        taken.append(Taken(session, row["room"], room))
    await store_fairs.note_agenda_taken(tx, target["id"])
    return taken


async def _add(
    tx: Tx, occurrence: str, booth: str, when: tuple[str, datetime, datetime], open_room: OpenRoom
) -> tuple[str, str]:
    place = await store_booths.booth(tx, booth)
    assert place is not None
    title, starts_at, ends_at = when
    room = await open_room(tx, place["organisation"], title)
    made = new_id()
    await store_sessions.add_session(
        tx,
        {
            "id": made,
            "occurrence": occurrence,
            "booth": booth,
            "title": title,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "room": room,
        },
    )
    return made, room


def _need_to_come(occurrence: Row, now: datetime) -> None:
    need_open(occurrence)
    if occurrence["status"] == "cancelled":
        say = msg("The fair does not take place on this date.")
        raise Refusal("occurrence-cancelled", 409, say)
    if occurrence["ends_at"] <= now:
        raise Refusal("occurrence-over", 410, msg("This date of the fair is over."))


def _placed(occurrence: Row, slot: Slot) -> tuple[str, datetime, datetime]:
    """The clean title and the moments of a slot, inside the occurrence."""
    title = " ".join(plain_text(slot.title).split())
    faults = {}
    if not 2 <= len(title) <= 120:
        faults["title"] = msg("Name the session in 2 to 120 characters.")
    if not MINUTES_MIN <= slot.minutes <= MINUTES_MAX:
        faults["minutes"] = msg("Between 5 and 720 minutes.")
    if not LOCAL_TIME.fullmatch(slot.starts_local):
        faults["starts_local"] = msg("Say when it starts, such as 19:00.")
    if faults:
        raise invalid(**faults)
    starts_at = _moment_in(occurrence, time.fromisoformat(slot.starts_local))
    ends_at = starts_at + timedelta(minutes=slot.minutes)
    if starts_at >= occurrence["ends_at"]:
        raise invalid(starts_local=msg("The fair is not on at this time."))
    if ends_at > occurrence["ends_at"]:
        raise invalid(minutes=msg("The session would end after the fair."))
    return title, starts_at, ends_at


def _moment_in(occurrence: Row, at: time) -> datetime:
    """The first moment not before the occurrence's start at which its clocks show this time."""
    day: date = occurrence["local_date"]
    found = moment(datetime.combine(day, at), occurrence["zone"])
    if found < occurrence["starts_at"]:
        return moment(datetime.combine(day + timedelta(days=1), at), occurrence["zone"])
    return found


async def _need_free(
    tx: Tx, booth: str, starts_at: datetime, ends_at: datetime, but: str = ""
) -> None:
    if await store_sessions.overlapping(tx, booth, starts_at, ends_at, but):
        say = msg("This booth already has a session at this time.")
        raise Refusal("session-overlap", 409, say, fields={"starts_local": say})
