"""A seat's bounded outbox: the room puts frames in and never waits; one writer takes them out.

A seat whose browser does not read is told so by a close code and comes back by its seq.
"""

from __future__ import annotations

import asyncio
from collections import deque

EPHEMERAL_LIMIT_BYTES = 256 * 1024
LIMIT_BYTES = 1024 * 1024


class Outbox:
    """Frames waiting for one socket, in order."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._size_bytes = 0
        self._wake = asyncio.Event()
        self.close_code: int | None = None

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def put(self, frame: bytes, *, slow_code: int) -> None:
        """Add a frame that must arrive; over the limit the seat is closed with `slow_code`."""
        if self.close_code is not None:
            return
        if self._size_bytes + len(frame) > LIMIT_BYTES:
            self.close(slow_code)
            return
        self._add(frame)

    def put_ephemeral(self, frame: bytes) -> None:
        """Add a frame that a later one replaces; dropped when the browser is behind."""
        if self.close_code is None and self._size_bytes <= EPHEMERAL_LIMIT_BYTES:
            self._add(frame)

    def close(self, code: int) -> None:
        """End the seat: nothing more is sent but the close code."""
        if self.close_code is None:
            self.close_code = code
            self._wake.set()

    async def take(self) -> list[bytes]:
        """All waiting frames; an empty list means the seat was closed."""
        while not self._frames and self.close_code is None:
            self._wake.clear()
            await self._wake.wait()
        if self.close_code is not None:
            return []
        frames = list(self._frames)
        self._frames.clear()
        self._size_bytes = 0
        return frames

    def _add(self, frame: bytes) -> None:
        self._frames.append(frame)
        self._size_bytes += len(frame)
        self._wake.set()
