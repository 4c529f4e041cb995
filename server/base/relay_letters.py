"""What travels between processes, and the bounded pile where it waits to be read.

A letter begins with its kind and the process that wrote it, so a process drops its own without
decoding them. Nothing here knows Redis.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from rooms.events import Entry
from rooms.whispers import AnyWhisper

ORIGIN_BYTES = 8
PILE_LIMIT = 512

_encoder = msgspec.msgpack.Encoder()
_entries: msgspec.msgpack.Decoder[Entry] = msgspec.msgpack.Decoder(Entry)
_whispers: msgspec.msgpack.Decoder[AnyWhisper] = msgspec.msgpack.Decoder(AnyWhisper)


def write_letter(origin: bytes, said: Entry | AnyWhisper) -> bytes:
    kind = b"e" if isinstance(said, Entry) else b"w"
    return kind + origin + _encoder.encode(said)


def write_doubt(origin: bytes) -> bytes:
    """What a process says once it can speak again: some of what it said was lost."""
    return b"d" + origin


def is_doubt(letter: bytes) -> bool:
    return letter[:1] == b"d"


def is_own(origin: bytes, letter: bytes) -> bool:
    return letter[1 : 1 + ORIGIN_BYTES] == origin


def read_letter(letter: bytes) -> Entry | AnyWhisper:
    """Raises `msgspec.DecodeError` for what this version cannot read."""
    body = letter[1 + ORIGIN_BYTES :]
    return _entries.decode(body) if letter[:1] == b"e" else _whispers.decode(body)


class Post(NamedTuple):
    """What came for one room; `has_missed`: there was more, and it was thrown away."""

    room: str
    letters: list[bytes]
    has_missed: bool


class Pile:
    """Letters that were heard and not yet handed over, bounded for each room.

    A room that is over its limit loses what waits for it and is told that it has missed.
    """

    def __init__(self, limit: int = PILE_LIMIT) -> None:
        self._limit = limit
        self._letters: dict[str, deque[bytes]] = {}
        self._missed: set[str] = set()
        self._wake = asyncio.Event()

    def put(self, room: str, letter: bytes) -> None:
        waiting = self._letters.setdefault(room, deque())
        if len(waiting) >= self._limit:
            waiting.clear()
            self._missed.add(room)
        waiting.append(letter)
        self._wake.set()

    def miss(self, room: str) -> None:
        """Something may have been lost on the way here."""
        self._letters.setdefault(room, deque())
        self._missed.add(room)
        self._wake.set()

    async def wait(self) -> None:
        await self._wake.wait()

    def take(self) -> Iterator[Post]:
        """Everything that waits, room by room."""
        self._wake.clear()
        letters, missed = self._letters, self._missed
        self._letters, self._missed = {}, set()
        for room, waiting in letters.items():
            yield Post(room, list(waiting), room in missed)
