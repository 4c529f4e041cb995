"""Applications: a candidate's way through one posting."""

from __future__ import annotations

from server.base.db import Reading
from server.hiring import store


async def counts(db: Reading, room: str) -> dict[str, int]:
    """Applications that came from a live room, per job."""
    return await store.counts(db, room)
