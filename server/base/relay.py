"""The relay: rings other processes after a commit. A lost ring costs delay, never a fact.

The letter carries the fact itself, so a listener with no hole need not ask the journal. Besides
letters it carries whispers, which nobody keeps. Every implementation passes the same conformance
suite (tests/base/test_relay.py).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, Protocol

from rooms.events import Entry
from rooms.whispers import AnyWhisper


def ignore(whisper: AnyWhisper) -> None:
    """For those who do not listen to whispers."""


class Tally(NamedTuple):
    """Letters that were not taken, times a room was told that it may have missed some, and
    times that whispers to every process may have been missed here."""

    lost: int = 0
    gaps: int = 0
    doubts: int = 0


class Relay(Protocol):
    """Publish to and hear from the rooms this process follows."""

    async def open(
        self,
        receive: Callable[[Entry], None],
        gap: Callable[[str], None],
        whispered: Callable[[AnyWhisper], None] = ignore,
    ) -> None:
        """Start; `receive` gets each letter once or more, `gap` a room that may have missed.

        After this you must `run` it, and `close` it once `run` has ended.
        """

    async def run(self) -> None:
        """Carry letters between processes until cancelled; owns the relay's tasks."""

    async def close(self) -> None: ...

    async def follow(self, room: str) -> None:
        """Begin to hear of a room; calls are counted."""

    async def unfollow(self, room: str) -> None: ...

    async def publish(self, entry: Entry) -> None:
        """Tell every process that follows the room, this one too. Never waits for the others."""

    def whisper(self, whisper: AnyWhisper) -> None:
        """Tell every process that follows the whisper's room, this one too; it may be lost."""

    async def is_up(self) -> bool: ...

    def tally(self) -> Tally: ...


class InProcessRelay:
    """One web process: a letter is delivered before `publish` returns, in order."""

    def __init__(self) -> None:
        self._receive: Callable[[Entry], None] | None = None
        self._whispered: Callable[[AnyWhisper], None] = ignore
        self._followed: Counter[str] = Counter()

    async def open(
        self,
        receive: Callable[[Entry], None],
        gap: Callable[[str], None],
        whispered: Callable[[AnyWhisper], None] = ignore,
    ) -> None:
        self._receive, self._whispered = receive, whispered

    async def run(self) -> None:
        await asyncio.Event().wait()  # there is nobody else to carry anything to

    async def close(self) -> None:
        self._receive, self._whispered = None, ignore
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

    def whisper(self, whisper: AnyWhisper) -> None:
        if not whisper.room or whisper.room in self._followed:
            self._whispered(whisper)

    async def is_up(self) -> bool:
        return self._receive is not None

    def tally(self) -> Tally:
        return Tally()
