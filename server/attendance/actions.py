"""Presence: one lease per socket, kept by its beats; leases become intervals, dwell, a curve.

An interval ends when its socket left, or at its last beat when the process or the network took
that away: a crash shortens what was true by one heartbeat at most and never invents time. Beats
wait in the house and are written together, so what is read here lags by `BEATS_EVERY_S`.

A beat also says whether its page is in front. Being connected and having the page in front are
two figures, kept apart to the end; only a change of the second is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from rooms.presence import SILENT_AFTER_S, Interval, in_front
from server.attendance import store
from server.base.db import Reading, Row, new_id
from server.base.errors import Refusal
from server.base.house import House

log = structlog.get_logger()

BEATS_EVERY_S = 10.0
# What everyone is told on the page about presence; then nothing of who was there is left.
KEPT = timedelta(days=180)
# A live process writes its leases' beats more often than this, so an older one is nobody's.
ORPHAN_AFTER = timedelta(seconds=SILENT_AFTER_S + 2 * BEATS_EVERY_S)


class Visit(NamedTuple):
    """One lease as it was: `person` is `guest:…` for a guest; the interval may be of length 0.
    `front` are the parts of it in which the page was in front."""

    room: str
    person: str
    role: str
    interval: Interval
    front: tuple[Interval, ...] = ()


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


def beat(house: House, lease: str, is_front: bool = True) -> None:
    """Note a heartbeat, and whether the page is in front; `write_beats` makes it durable with
    the others."""
    now = house.clock.now()
    house.beats[lease] = now
    if house.fronts.get(lease, False) != is_front:
        house.fronts[lease] = is_front
        house.turns.append((lease, now, is_front))


async def finish(house: House, lease: str) -> None:
    """The socket said goodbye: the interval ends now, when the process saw it leave."""
    house.beats.pop(lease, None)
    house.fronts.pop(lease, None)
    async with house.db.write() as tx:
        await store.end_lease(tx, lease, tx.now)


async def lose(house: House, lease: str) -> None:
    """The socket fell silent or broke off: the interval ends at its last beat, not now."""
    last_beat = house.beats.pop(lease, None)
    house.fronts.pop(lease, None)
    async with house.db.write() as tx:
        await store.end_lease(tx, lease, last_beat)


async def write_beats(house: House) -> None:
    """Write the heartbeats since the last time, in one transaction."""
    if not house.beats and not house.turns:
        return
    beats, turns = dict(house.beats), list(house.turns)
    house.beats.clear()
    house.turns.clear()
    try:
        async with house.db.write() as tx:
            if beats:
                await store.write_beats(tx, beats)
            if turns:
                await store.write_turns(tx, turns)
    except Refusal:
        for lease, at in beats.items():  # the database is away: they wait for the next time
            house.beats.setdefault(lease, at)
        house.turns[:0] = turns
        raise


async def close_orphans(house: House) -> None:
    """Leases of a process that is gone end at their last beat; those of the others stay."""
    async with house.db.write() as tx:
        await store.close_orphans(tx, house.boot, tx.now - ORPHAN_AFTER)


async def forget_past(house: House) -> None:
    """Delete what is older than people were told it is kept."""
    async with house.db.write() as tx:
        count = await store.forget_before(tx, tx.now - KEPT)
    if count:
        log.info("attendance.forgotten", leases=count, older_than_days=KEPT.days)


async def visits(db: Reading, rooms: Iterable[str]) -> list[Visit]:
    """Every lease of these rooms as an interval, in the order they began."""
    ids = list(rooms)
    turns: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for row in await store.turns_of(db, ids):
        turns[row["lease"]].append((row["at"].timestamp(), row["is_front"]))
    return [_visit(row, turns[row["id"]], db.now) for row in await store.leases_of(db, ids)]


async def rooms_with(db: Reading, rooms: list[str], role: str) -> set[str]:
    """Those of the rooms in which somebody of this role is now, in any process."""
    return await store.rooms_with(db, rooms, role, db.now - ORPHAN_AFTER)


def _visit(row: Row, turns: list[tuple[float, bool]], now: datetime) -> Visit:
    interval = interval_of(row, now)
    front = tuple(in_front(interval, turns))
    return Visit(row["room"], row["person"], row["role"], interval, front)


def interval_of(row: Mapping[Any, Any], now: datetime) -> Interval:
    """A lease as an interval; an open one reaches to its last beat."""
    end: datetime = row["ended_at"] or row["beat_at"]
    start: float = row["started_at"].timestamp()
    return Interval(start, max(start, min(end, now).timestamp()))
