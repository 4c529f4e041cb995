"""The relay: rings other processes after a commit. A lost ring costs delay, never a fact.

The letter carries the fact itself, so a listener with no hole need not ask the journal. Every
implementation passes the same conformance suite (tests/base/test_relay.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from rooms.events import Entry


class Relay(Protocol):
    """Publish to and hear from the rooms this process follows."""

    async def open(self, receive: Callable[[Entry], None], gap: Callable[[str], None]) -> None:
        """Start; `receive` gets each letter once or more, `gap` a room that may have missed."""

    async def close(self) -> None: ...

    async def follow(self, room: str) -> None:
        """Begin to hear of a room; calls are counted."""

    async def unfollow(self, room: str) -> None: ...

    async def publish(self, entry: Entry) -> None:
        """Tell every process that follows the room, this one too."""

    async def is_up(self) -> bool: ...


class InProcessRelay:
    """One web process: a letter is delivered before `publish` returns, in order."""

    def __init__(self) -> None:
        self._receive: Callable[[Entry], None] | None = None
        self._followed: Counter[str] = Counter()

    async def open(self, receive: Callable[[Entry], None], gap: Callable[[str], None]) -> None:
        self._receive = receive

    async def close(self) -> None:
        self._receive = None
        self._followed.clear()

    async def follow(self, room: str) -> None:
        self._followed[room] += 1

    async def unfollow(self, room: str) -> None:
        self._followed[room] -= 1
        if self._followed[room] <= 0:
            del self._followed[room]

    async def publish(self, entry: Entry) -> None:
        if self._receive is not None and entry.room in self._followed:
            self._receive(entry)

    async def is_up(self) -> bool:
        return self._receive is not None
