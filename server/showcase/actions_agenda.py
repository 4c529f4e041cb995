"""The agenda with its live rooms: a session is added, changed or removed with its room, and a
week without an agenda takes over that of the week before, with new rooms and the same bags."""

from __future__ import annotations

from rooms.events import JobBagged
from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx
from server.base.errors import Refusal, msg
from server.base.house import House
from server.base.places import Endings
from server.jobs import actions as jobs
from server.scheduling import actions_sessions, store_fairs
from server.scheduling.actions import need_open
from server.scheduling.actions_sessions import Slot
from server.showcase import actions, store


async def add_session(
    tx: Tx, caller: Caller, occurrence: str, booth: str, slot: Slot
) -> tuple[str, str]:
    """Put a session on the agenda with a new live room; the ids of both."""
    await actions_sessions.need_own_occurrence(tx, caller, occurrence)
    return await actions_sessions.add_session(tx, occurrence, booth, slot, actions.open_live_room)


async def change_session(tx: Tx, caller: Caller, session: str, slot: Slot) -> str:
    """Change a session that has not begun, and the title of its room; the room's id."""
    row = await _need_waiting(tx, caller, session)
    title = await actions_sessions.change_session(tx, session, slot)
    await store.change_room(tx, row["room"], title=title)
    return str(row["room"])


async def remove_session(tx: Tx, caller: Caller, session: str, endings: Endings) -> None:
    """Take a session that has not begun off the agenda; whoever waits in its room is told."""
    row = await _need_waiting(tx, caller, session)
    await actions_sessions.remove_session(tx, session)
    await actions.end(tx, row["room"], "schedule", endings)


async def copy_forward(tx: Tx, caller: Caller, occurrence: str) -> tuple[str, int]:
    """Take this agenda over to the fair's next date, which must have none; its id and how many
    sessions it got."""
    source = await actions_sessions.need_own_occurrence(tx, caller, occurrence)
    need_open(source)
    if not source["sessions"]:
        raise Refusal("no-agenda", 409, msg("This date has no sessions to copy."))
    target = await store_fairs.next_planned(tx, source["fair"], max(source["starts_at"], tx.now))
    if target is None:
        raise Refusal("no-next-date", 409, msg("The fair has no later date."))
    if target["sessions"]:
        say = msg("The next date already has an agenda.")
        raise Refusal("has-agenda", 409, say, extra={"occurrence": target["id"]})
    return target["id"], await _take_over(tx, source, target)


async def plan_next_week(house: House) -> None:
    """Give every fair that repeats its agenda one for its next date, once the last is over."""
    async with house.db.read() as db:
        fairs = [row["id"] for row in await store_fairs.open_fairs(db) if row["repeats_agenda"]]
        due = [fair for fair in fairs if await _due(db, fair)]
    for fair in due:
        async with house.db.write() as tx:
            if pair := await _due(tx, fair):
                await _take_over(tx, *pair)


async def _due(db: Reading, fair: str) -> tuple[Row, Row] | None:
    """The fair's last agenda and the date that takes it over; None when nothing is due.

    A date takes an agenda over by itself once: what its organiser then removes stays removed.
    """
    target = await store_fairs.next_planned(db, fair, db.now)
    if target is None or target["sessions"] or target["agenda_taken_at"] is not None:
        return None
    source = await store_fairs.last_with_agenda(db, fair, target["starts_at"])
    if source is None or source["ends_at"] > db.now:
        return None
    return source, target


async def _take_over(tx: Tx, source: Row, target: Row) -> int:
    taken = await actions_sessions.take_agenda_over(tx, source, target, actions.open_live_room)
    for one in taken:
        await _copy_bag(tx, one.old_room, one.room)
    return len(taken)


async def _copy_bag(tx: Tx, old_room: str, room: str) -> None:
    for job in await store.bag_jobs(tx, old_room):
        card = await jobs.job_card(tx, job)
        if card is not None and await jobs.is_open(tx, job):
            await store.add_to_bag(tx, room, job)
            await journal.record(tx, room, JobBagged(job=card))


async def _need_waiting(tx: Tx, caller: Caller, session: str) -> Row:
    row = await actions_sessions.need_own_session(tx, caller, session)
    room = await actions.need_room(tx, row["room"])
    if room["phase"] != "waiting":
        say = msg("This live session has begun. Its host or an officer can end it.")
        raise Refusal("session-begun", 409, say)
    return row
