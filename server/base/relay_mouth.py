"""The mouth: what this process says over Redis, a pipeline for each server and tick.

Saying has a deadline and is beside the request that wanted it. What cannot be said is lost and
counted; the journal has it. A letter may be said twice when a connection broke over it: that is
harmless, for its seq says so.
"""

from __future__ import annotations

import asyncio

from redis.asyncio.connection import AbstractConnection as Connection
from redis.exceptions import ConnectionError as ServerAway
from redis.exceptions import RedisError

from server.base.relay_servers import Commands, Server, Servers, ask

WAITING_LIMIT = 10_000


class Mouth:
    """`post` never waits; `say` is for one task alone."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._waiting: list[tuple[str, bytes]] = []
        self._signs: dict[str, bytes] = {}
        self._wake = asyncio.Event()
        self._connections: dict[Server, Connection] = {}
        self.is_heard = False
        self.lost = 0

    def post(self, channel: str, letter: bytes) -> None:
        """Leave a letter for the next tick; over the limit it is lost."""
        if len(self._waiting) >= WAITING_LIMIT:
            self.lost += 1
            return
        self._waiting.append((channel, letter))
        self._wake.set()

    def show(self, channel: str, sign: bytes) -> None:
        """Leave a sign of life: the latest wins, and one that is lost is no loss."""
        self._signs[channel] = sign
        self._wake.set()

    async def say(self) -> bool:
        """Wait for something to say and say all of it; whether Redis took it."""
        await self._wake.wait()
        self._wake.clear()
        waiting, self._waiting = self._waiting, []
        signs, self._signs = self._signs, {}
        try:
            for server, commands in self._bundles([*waiting, *signs.items()]).items():
                await self._say_to(server, commands)
            self.is_heard = True
        except (RedisError, OSError):
            self.lost += len(waiting)
            self.is_heard = False
        return self.is_heard

    async def close(self) -> None:
        """Say what still waits, then hang up."""
        if self._waiting:
            await self.say()
        for connection in self._connections.values():
            await connection.disconnect(nowait=True)
        self._connections.clear()

    def _bundles(self, waiting: list[tuple[str, bytes]]) -> dict[Server, Commands]:
        """The commands for each server; raises `RedisError` when nobody serves a channel."""
        bundles: dict[Server, list[tuple[str | bytes, ...]]] = {}
        for channel, letter in waiting:
            bundle = bundles.setdefault(self._servers.of(channel), [])
            bundle.append((self._servers.words.publish, channel, letter))
        return dict(bundles)

    async def _say_to(self, server: Server, commands: Commands) -> None:
        """Once more over a new connection if the old one was cut."""
        if old := self._connections.pop(server, None):
            try:
                await self._use(server, old, commands)
                return
            except ServerAway:
                pass
        await self._use(server, self._servers.connection(server), commands)

    async def _use(self, server: Server, connection: Connection, commands: Commands) -> None:
        try:
            await ask(connection, commands)
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        self._connections[server] = connection
