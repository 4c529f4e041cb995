"""Presence leases: begun with a socket, kept by its beats, closed at its last one."""

from __future__ import annotations

from server.attendance import store
from server.base.db import new_id
from server.base.house import House


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


def beat(house: House, lease: str, *, is_visible: bool) -> None:
    """Note a heartbeat; written in batches by `write_beats`."""
    house.beats[lease] = house.clock.now()


async def finish(house: House, lease: str) -> None:
    """The socket is gone: the interval ends now, at a moment we know it was there."""
    house.beats.pop(lease, None)
    async with house.db.write() as tx:
        await store.end_lease(tx, lease)
