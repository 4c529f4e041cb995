"""Presence: one lease per socket, kept by its beats; leases become intervals, dwell, a curve.

An interval ends when its socket left, or at its last beat when the process or the network took
that away: a crash shortens what was true by one heartbeat at most and never invents time. Beats
wait in the house and are written together, so what is read here lags by `BEATS_EVERY_S`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from rooms.presence import SILENT_AFTER_S, Interval
from server.attendance import store
from server.base.db import Reading, Row, new_id
from server.base.errors import Refusal
from server.base.house import House

BEATS_EVERY_S = 10.0
# A live process writes its leases' beats more often than this, so an older one is nobody's.
ORPHAN_AFTER = timedelta(seconds=SILENT_AFTER_S + 2 * BEATS_EVERY_S)


class Visit(NamedTuple):
    """One lease as it was: `person` is `guest:…` for a guest; the interval may be of length 0."""

    room: str
    person: str
    role: str
    interval: Interval


async def begin(house: House, room: str, person: str, role: str) -> str:
    """Open a lease for one socket and return its id."""
    lease = f"{house.boot}-{new_id()}"
    async with house.db.write() as tx:
        await store.add_lease(
            tx,
            {
                "id": lease,
                "boot": house.boot,
                "room": room,
                "person": person,
                "role": role,
                "started_at": tx.now,
                "beat_at": tx.now,
            },
        )
    return lease


def beat(house: House, lease: str) -> None:
    """Note a heartbeat; `write_beats` makes it durable with the others."""
    house.beats[lease] = house.clock.now()


async def finish(house: House, lease: str) -> None:
    """The socket said goodbye: the interval ends now, when the process saw it leave."""
    house.beats.pop(lease, None)
    async with house.db.write() as tx:
        await store.end_lease(tx, lease, tx.now)


async def lose(house: House, lease: str) -> None:
    """The socket fell silent or broke off: the interval ends at its last beat, not now."""
    last_beat = house.beats.pop(lease, None)
    async with house.db.write() as tx:
        await store.end_lease(tx, lease, last_beat)


async def write_beats(house: House) -> None:
    """Write the heartbeats since the last time, in one transaction."""
    if not house.beats:
        return
    beats = dict(house.beats)
    house.beats.clear()
    try:
        async with house.db.write() as tx:
            await store.write_beats(tx, beats)
    except Refusal:
        for lease, at in beats.items():  # the database is away: they wait for the next time
            house.beats.setdefault(lease, at)
        raise


async def close_orphans(house: House) -> None:
    """Leases of a process that is gone end at their last beat; those of the others stay."""
    async with house.db.write() as tx:
        await store.close_orphans(tx, house.boot, tx.now - ORPHAN_AFTER)


async def visits(db: Reading, rooms: Iterable[str]) -> list[Visit]:
    """Every lease of these rooms as an interval, in the order they began."""
    return [
        Visit(row["room"], row["person"], row["role"], _interval(row, db.now))
        for row in await store.leases_of(db, list(rooms))
    ]


async def rooms_with(db: Reading, rooms: list[str], role: str) -> set[str]:
    """Those of the rooms in which somebody of this role is now, in any process."""
    return await store.rooms_with(db, rooms, role, db.now - ORPHAN_AFTER)


def _interval(row: Row, now: datetime) -> Interval:
    """A lease as an interval; an open one reaches to its last beat."""
    end: datetime = row["ended_at"] or row["beat_at"]
    start: float = row["started_at"].timestamp()
    return Interval(start, max(start, min(end, now).timestamp()))
