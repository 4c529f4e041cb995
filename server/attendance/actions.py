"""Presence: one lease per socket, kept by its beats; leases become intervals, dwell, a curve.

An interval ends when its socket left, or at its last beat when the process or the network took
that away: a crash shortens what was true by one heartbeat at most and never invents time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from rooms.presence import Interval, curve, dwell_s, peak, union
from server.attendance import store
from server.base.db import Reading, Row, new_id
from server.base.house import House

BEATS_EVERY_S = 10.0


class Attendee(NamedTuple):
    """One person's attendance in some rooms; `person` is `guest:…` for a guest."""

    person: str
    role: str
    visits: list[Interval]

    @property
    def is_guest(self) -> bool:
        return self.person.startswith("guest:")

    @property
    def dwell_s(self) -> float:
        return dwell_s(self.visits)


class Turnout(NamedTuple):
    """Everybody's attendance, and how many were there over time."""

    attendees: list[Attendee]
    curve: list[tuple[float, int]]

    @property
    def peak(self) -> int:
        return peak(self.curve)

    @property
    def dwell_s(self) -> float:
        return sum(attendee.dwell_s for attendee in self.attendees)


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
    """The socket is gone: the interval ends now, when the process saw it leave."""
    house.beats.pop(lease, None)
    async with house.db.write() as tx:
        await store.end_lease(tx, lease)


async def write_beats(house: House) -> None:
    """Write the heartbeats since the last time, in one transaction."""
    if not house.beats:
        return
    beats = dict(house.beats)
    house.beats.clear()
    async with house.db.write() as tx:
        await store.write_beats(tx, beats)


async def close_orphans(house: House) -> None:
    """Leases of a process that is gone end at their last beat."""
    async with house.db.write() as tx:
        await store.close_orphans(tx, house.boot)


async def turnout(db: Reading, rooms: Iterable[str]) -> Turnout:
    """The attendance of these rooms, tabs and devices counted once per person.

    Seats that present (host, interviewer) are listed with their role; the curve counts all.
    """
    visits: dict[tuple[str, str], list[Interval]] = {}
    for row in await store.leases_of(db, list(rooms)):
        interval = _interval(row, db.now)
        visits.setdefault((row["person"], row["role"]), []).append(interval)
    attendees = [
        Attendee(person, role, union(intervals)) for (person, role), intervals in visits.items()
    ]
    by_person: dict[str, list[Interval]] = {}
    for attendee in attendees:
        by_person.setdefault(attendee.person, []).extend(attendee.visits)
    return Turnout(
        sorted(attendees, key=lambda attendee: -attendee.dwell_s), curve(by_person.values())
    )


def _interval(row: Row, now: datetime) -> Interval:
    """A lease as an interval; an open one reaches to its last beat."""
    end: datetime = row["ended_at"] or row["beat_at"]
    return Interval(row["started_at"].timestamp(), min(end, now).timestamp())
