"""The relay over Redis pub/sub: several web processes hear each other's rooms.

Redis never grants and never keeps anything. This process's own rooms hear at once, without
Redis; other processes hear by a letter, or read the journal a second later when it was lost.
A letter may come twice: its seq says so, and the room drops it. So publishing has a deadline,
runs beside the request, and is not tried again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

import msgspec
import structlog
from redis.exceptions import RedisError

from rooms.events import Entry
from rooms.whispers import AnyWhisper
from server.base.relay import Tally, ignore
from server.base.relay_letters import (
    ORIGIN_BYTES,
    Pile,
    Post,
    is_doubt,
    is_own,
    read_letter,
    write_doubt,
    write_letter,
)
from server.base.relay_line import Line
from server.base.relay_mouth import Mouth
from server.base.relay_servers import Server, Servers

log = structlog.get_logger()

READS_AT_ONCE = 64
HOUSE = ""  # the room of whispers that every process hears


@dataclass(frozen=True)
class Pace:
    """How often the line is tried. A dead one is found within the sum of the first two."""

    probe_every_s: float = 10.0
    probe_answers_s: float = 10.0
    first_wait_s: float = 0.1
    longest_wait_s: float = 2.0


class Detached(Exception):
    """The line is open and nothing arrives on it, not even what we said ourselves."""


class RedisRelay:
    """`url` names one Redis server, or any server of a cluster; installations that share one are
    kept apart by their secret."""

    def __init__(
        self, url: str, secret: str, *, is_cluster: bool = False, pace: Pace | None = None
    ) -> None:
        self._servers = Servers(url, is_cluster=is_cluster)
        self._prefix = f"daigang:{sha256(secret.encode()).hexdigest()[:8]}:"
        self._origin = secrets.token_bytes(ORIGIN_BYTES)
        self._pace = pace or Pace()
        self._receive: Callable[[Entry], None] | None = None
        self._gap: Callable[[str], None] = lambda room: None
        self._whispered: Callable[[AnyWhisper], None] = ignore
        self._followed: Counter[str] = Counter()
        self._pile = Pile()
        self._mouth = Mouth(self._servers)
        self._lines: dict[Server, Line] = {}
        self._failures = 0
        self._gaps = 0
        self._doubts = 0

    async def open(
        self,
        receive: Callable[[Entry], None],
        gap: Callable[[str], None],
        whispered: Callable[[AnyWhisper], None] = ignore,
    ) -> None:
        """Redis may be away: the rooms then go on from the journal until it comes."""
        self._receive, self._gap, self._whispered = receive, gap, whispered
        self._followed[HOUSE] = 1

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._hand_over())
            tasks.create_task(self._speak())

    async def close(self) -> None:
        """Say what is still to be said, then hang up."""
        await self._mouth.close()
        self._receive, self._gap, self._whispered = None, lambda room: None, ignore
        self._followed.clear()

    async def follow(self, room: str) -> None:
        """The room is told of a gap once the server has confirmed that it is heard."""
        self._followed[room] += 1
        self._wake_lines()

    async def unfollow(self, room: str) -> None:
        self._followed[room] -= 1
        if self._followed[room] <= 0:
            del self._followed[room]
            self._wake_lines()

    async def publish(self, entry: Entry) -> None:
        if self._receive is not None and entry.room in self._followed:
            self._receive(entry)
        self._mouth.post(self._channel(entry.room), write_letter(self._origin, entry))

    def whisper(self, whisper: AnyWhisper) -> None:
        if whisper.room in self._followed:
            self._whispered(whisper)
        self._mouth.post(self._channel(whisper.room), write_letter(self._origin, whisper))

    async def is_up(self) -> bool:
        """Whether every line has heard its last probe, and what was sent was taken."""
        heard = [line.probes_heard for line in self._lines.values()]
        return self._mouth.is_heard and bool(heard) and all(heard)

    def tally(self) -> Tally:
        return Tally(self._mouth.lost, self._gaps, self._doubts)

    async def _listen(self) -> None:
        """Hold a line to every server; when one breaks, all are made again."""
        while True:
            try:
                await self._servers.look()
                async with asyncio.TaskGroup() as tasks:
                    for server in self._servers.all:
                        tasks.create_task(self._hold(server))
            except* (RedisError, OSError, Detached) as broken:
                if not self._failures:
                    log.warning("relay.away", reason=repr(broken.exceptions[0]))
            wait_s = self._pace.first_wait_s * 2 ** min(self._failures, 10)
            self._failures += 1
            await asyncio.sleep(min(wait_s, self._pace.longest_wait_s))

    async def _hold(self, server: Server) -> None:
        connection = self._servers.connection(server)
        line = Line(connection, self._servers.words, self._probe_for(server))
        try:
            await line.connect()
            self._lines[server] = line
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read(line))
                tasks.create_task(self._keep_wanted(server, line))
                tasks.create_task(self._probe(line))
        finally:
            self._lines.pop(server, None)
            await line.close()

    async def _read(self, line: Line) -> None:
        """Drain the line at once into the pile: Redis cuts those who let it wait."""
        for number in count(1):
            kind, channel, letter = await line.read()
            if kind == "letter" and channel == line.probe:
                line.probes_heard += 1
                self._failures = 0
            elif kind == "letter" and not is_own(self._origin, letter):
                self._pile.put(self._room(channel), letter)
            elif kind == "followed" and channel != line.probe:
                # The first time and every other: what was said before was not heard.
                self._pile.miss(self._room(channel))
            elif kind == "unfollowed" and channel in line.channels:
                raise Detached(f"{channel} moved to another server")
            if number % READS_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _keep_wanted(self, server: Server, line: Line) -> None:
        while True:
            line.wake.clear()
            channels = {self._channel(room) for room in self._followed}
            mine = {name for name in channels if self._servers.of(name) == server}
            await line.bring_in_line(mine | {line.probe})
            await line.wake.wait()

    async def _probe(self, line: Line) -> None:
        """Speak to ourselves over the server: a line that does not hear it is dead."""
        while True:
            heard = line.probes_heard
            self._mouth.show(line.probe, self._origin)
            await asyncio.sleep(self._pace.probe_answers_s)
            if line.probes_heard == heard:
                raise Detached("a probe did not come back")
            await asyncio.sleep(self._pace.probe_every_s)

    async def _speak(self) -> None:
        """What was lost is said once somebody listens: that there was something."""
        wait_s = self._pace.first_wait_s
        while True:
            if await self._mouth.say():
                wait_s = self._pace.first_wait_s
                continue
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, self._pace.longest_wait_s)
            self._mouth.show(self._channel(HOUSE), write_doubt(self._origin))
            for line in self._lines.values():
                self._mouth.show(line.probe, self._origin)

    def _probe_for(self, server: Server) -> str:
        """A channel of this process alone that this server carries."""
        names = (f"{self._prefix}probe:{self._origin.hex()}:{number}" for number in count())
        return next(name for name in names if self._servers.of(name) == server)

    def _wake_lines(self) -> None:
        for line in self._lines.values():
            line.wake.set()

    async def _hand_over(self) -> None:
        while True:
            await self._pile.wait()
            for post in self._pile.take():
                self._deliver(post)
                await asyncio.sleep(0)

    def _deliver(self, post: Post) -> None:
        if post.has_missed and post.room == HOUSE:
            self._doubts += 1
        elif post.has_missed:
            self._gaps += 1
            self._gap(post.room)
        for letter in post.letters:
            if is_doubt(letter):
                self._doubts += 1
                continue
            try:
                said = read_letter(letter)
            except msgspec.DecodeError as error:
                log.warning("relay.unreadable", room=post.room, reason=str(error))
                continue
            if isinstance(said, Entry):
                assert self._receive is not None
                self._receive(said)
            else:
                self._whispered(said)

    def _channel(self, room: str) -> str:
        return f"{self._prefix}room:{room}"

    def _room(self, channel: str) -> str:
        return channel.removeprefix(f"{self._prefix}room:")
