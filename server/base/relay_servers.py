"""Which Redis server carries which channel: one for all, or the slots of a Redis Cluster.

Connections are single and plain. redis-py's clients try again behind one's back, which loses
what was said meanwhile or says it twice, and their time limits swallow a cancellation on Python
3.11; these break loudly instead. RESP2, since a push of RESP3 leaks memory in some parsers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection as Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import ConnectionError as ServerAway
from redis.exceptions import RedisError

Commands = Sequence[tuple[str | bytes, ...]]

DEADLINE_S = 2.0
SLOTS = 16384


class Server(NamedTuple):
    """A Redis server by its address; `("", 0)` is the one that the setting names."""

    host: str = ""
    port: int = 0


class Words(NamedTuple):
    """How one speaks of channels: `is_each` when every channel needs a command of its own."""

    publish: str
    follow: str
    unfollow: str
    is_each: bool


PLAIN = Words("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", False)
SHARDED = Words("SPUBLISH", "SSUBSCRIBE", "SUNSUBSCRIBE", True)


class Servers:
    """The servers that carry channels. `look` must have been called before `of` and `all`."""

    def __init__(self, url: str, *, is_cluster: bool = False) -> None:
        self.words = SHARDED if is_cluster else PLAIN
        self._is_cluster = is_cluster
        self._seed = ConnectionPool.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=None,
            socket_connect_timeout=DEADLINE_S,
            client_name="daigang",
        )
        self._slots: list[tuple[int, int, Server]] = []

    @property
    def all(self) -> list[Server]:
        return list(dict.fromkeys(server for _, _, server in self._slots))

    async def look(self) -> None:
        """Learn who owns which slot; raises `RedisError` when nobody answers."""
        if not self._is_cluster:
            self._slots = [(0, SLOTS - 1, Server())]
            return
        for asked in dict.fromkeys([*self.all, Server()]):
            with suppress(RedisError, OSError):
                self._slots = await self._slots_by(asked)
                return
        raise ServerAway("no server of the cluster knows who serves which slot")

    async def version(self) -> str:
        """Of the server that the setting names; empty when it does not answer in time."""
        connection = self.connection(Server())
        try:
            [said] = await ask(connection, [("INFO", "server")])
        except (RedisError, OSError):
            return ""
        finally:
            await connection.disconnect(nowait=True)
        found = re.search(rb"redis_version:(\S+)", said)
        return found[1].decode() if found else ""

    def of(self, channel: str) -> Server:
        """Who carries a channel; raises `RedisError` while nobody does."""
        slot = key_slot(channel.encode()) if self._is_cluster else 0
        for first, last, server in self._slots:
            if first <= slot <= last:
                return server
        raise ServerAway(f"nobody serves slot {slot}")

    def connection(self, server: Server) -> Connection:
        """A connection of one's own, not yet open."""
        like = dict(self._seed.connection_kwargs)
        if server.host:
            like |= {"host": server.host, "port": server.port}
        made: Connection = self._seed.connection_class(**like)
        return made

    async def _slots_by(self, asked: Server) -> list[tuple[int, int, Server]]:
        connection = self.connection(asked)
        try:
            [found] = await ask(connection, [("CLUSTER", "SLOTS")])
        finally:
            await connection.disconnect(nowait=True)
        if not found:
            raise ServerAway("the cluster serves no slot")
        host = asked.host or str(self._seed.connection_kwargs.get("host", ""))
        return [
            (int(first), int(last), Server(owner[0].decode() or host, int(owner[1])))
            for first, last, owner, *_ in found
        ]


async def ask(connection: Connection, commands: Commands) -> list[Any]:
    """Commands in one go, and their answers; on `RedisError` or `OSError` drop the connection."""
    async with asyncio.timeout(DEADLINE_S):
        await connection.connect()  # type: ignore[no-untyped-call]
        await connection.send_packed_command(
            connection.pack_commands(commands), check_health=False
        )
        return [await connection.read_response(disable_decoding=True) for _ in commands]
