"""A line: one connection to one Redis server that only listens, and says when it is dead.

A line never comes back: whoever holds it makes another, and every room on it may have missed.
One task reads; any other may follow and unfollow.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from typing import NamedTuple

from redis.asyncio.connection import AbstractConnection as Connection
from redis.exceptions import ConnectionError as LineBroken

from server.base.relay_servers import DEADLINE_S, Words

KINDS = {
    b"message": "letter",
    b"smessage": "letter",
    b"subscribe": "followed",
    b"ssubscribe": "followed",
    b"unsubscribe": "unfollowed",
    b"sunsubscribe": "unfollowed",
}


class Heard(NamedTuple):
    """`kind` is `letter`, `followed` (from here on this channel is heard) or `unfollowed`."""

    kind: str
    channel: str
    letter: bytes


class Line:
    """`connect` first. `RedisError` from any method means that the line is dead."""

    def __init__(self, connection: Connection, words: Words, probe: str) -> None:
        self._connection = connection
        self._words = words
        self.probe = probe
        self.probes_heard = 0
        self.channels: set[str] = set()
        self.wake = asyncio.Event()

    async def connect(self) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await self._connection.connect()  # type: ignore[no-untyped-call]
            await self.bring_in_line({self.probe})

    async def bring_in_line(self, wanted: set[str]) -> None:
        """Follow exactly these channels; the server confirms each as `followed`."""
        new, gone = wanted - self.channels, self.channels - wanted
        self.channels = set(wanted)
        commands = [
            *self._commands(self._words.follow, new),
            *self._commands(self._words.unfollow, gone),
        ]
        if not commands:
            return
        if not self._connection.is_connected:
            raise LineBroken("the line was cut")
        packed = self._connection.pack_commands(commands)
        await self._connection.send_packed_command(packed, check_health=False)

    async def read(self) -> Heard:
        """The next thing said on the line, however long it takes."""
        if not self._connection.is_connected:
            raise LineBroken("the line was cut")
        kind, channel, body = await self._connection.read_response(
            disable_decoding=True, timeout=math.inf
        )
        letter = body if isinstance(body, bytes) else b""
        return Heard(KINDS.get(kind, ""), channel.decode(), letter)

    async def close(self) -> None:
        await self._connection.disconnect(nowait=True)

    def _commands(self, word: str, channels: Iterable[str]) -> list[tuple[str, ...]]:
        """One command for all; each its own where they may lie in different slots."""
        names = sorted(channels)
        if self._words.is_each:
            return [(word, name) for name in names]
        return [(word, *names)] if names else []
