"""Redis on a bad day: killed, emptied, cut, paused, deaf. A room is told whenever it may have
missed a letter, publishing never waits, and nothing needs a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from rooms.events import Entry
from server.base.relay_letters import Pile
from server.base.relay_redis import Pace, RedisRelay
from tests.base.test_relay import End, letter, listening, until_true
from tests.processes import until
from tests.redis import RedisServer, running_redis

SECRET = "a secret of this installation"
HASTY = Pace(probe_every_s=0.1, probe_answers_s=0.5, first_wait_s=0.05, longest_wait_s=0.2)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with running_redis() as running:
        yield running


@asynccontextmanager
async def both(url: str, listener_url: str = "") -> AsyncIterator[tuple[End, End]]:
    """Two processes; the second follows the room `r` and has caught up."""
    async with (
        listening(RedisRelay(url, SECRET, pace=HASTY)) as speaker,
        listening(RedisRelay(listener_url or url, SECRET, pace=HASTY)) as listener,
    ):
        await listener.follow("r")
        yield speaker, listener


async def until_down(end: End) -> None:
    async def is_down() -> bool:
        return not await end.relay.is_up()

    await until(is_down)


async def hears_again(speaker: End, listener: End) -> None:
    """The listener was told of its gap, and hears again without anyone's help."""
    await until_true(lambda: "r" in listener.gaps)
    listener.heard.clear()
    seqs = count(100)

    async def is_heard() -> bool:
        await speaker.relay.publish(letter("r", next(seqs)))
        return bool(listener.heard)

    await until(is_heard)
    await until(speaker.relay.is_up)
    await until(listener.relay.is_up)


async def test_a_redis_that_comes_back_empty_costs_a_look_at_the_journal(
    server: RedisServer,
) -> None:
    async with both(server.url) as (speaker, listener):
        listener.gaps.clear()
        server.kill()
        await until_down(listener)
        await speaker.relay.publish(letter("r", 1))
        await until_true(lambda: speaker.relay.tally().lost > 0)
        server.start()
        await hears_again(speaker, listener)


async def test_a_cut_connection_is_noticed_and_made_again(server: RedisServer) -> None:
    async with both(server.url) as (speaker, listener):
        for kind in ("pubsub", "normal"):
            listener.gaps.clear()
            server.say("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
            if kind == "normal":
                await speaker.relay.publish(letter("r", 1))
                await until_true(lambda: bool(listener.heard))  # who only speaks missed nothing
            else:
                await hears_again(speaker, listener)
            listener.heard.clear()


async def test_publishing_never_waits_for_a_redis_that_hangs(server: RedisServer) -> None:
    async with both(server.url) as (speaker, listener):
        await speaker.relay.follow("r")
        server.say("CLIENT", "PAUSE", 3000, "ALL")
        async with asyncio.timeout(0.5):
            for seq in range(1, 100):
                await speaker.relay.publish(letter("r", seq))
        assert [entry.seq for entry in speaker.heard] == list(range(1, 100))
        await until_down(speaker)
        await hears_again(speaker, listener)


async def test_a_redis_that_is_away_at_the_start_is_waited_for() -> None:
    with running_redis() as server:
        server.stop()
        relay = RedisRelay(server.url, SECRET, pace=HASTY)
        heard: list[Entry] = []
        gaps: list[str] = []
        await relay.open(heard.append, gaps.append)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(relay.run())
            await relay.follow("r")
            await relay.publish(letter("r", 1))
            assert [entry.seq for entry in heard] == [1]
            assert not await relay.is_up()
            server.start()
            await until_true(lambda: "r" in gaps)
            await until(relay.is_up)
            running.cancel()
        await relay.close()


class Deaf:
    """A way to Redis that can begin to swallow what the server says on lines that follow."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.is_deaf = False

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        said = bytearray()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._carry(reader, back, said))
                tasks.create_task(self._answer(there, writer, said))
        except* (OSError, EOFError):
            pass
        finally:
            back.close()
            writer.close()

    async def _carry(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, said: bytearray
    ) -> None:
        while chunk := await reader.read(65536):
            said += chunk
            to.write(chunk)
        raise EOFError

    async def _answer(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, said: bytearray
    ) -> None:
        was_deaf = self.is_deaf
        while chunk := await reader.read(65536):
            if self.is_deaf and not was_deaf and b"SUBSCRIBE" in said:
                continue
            to.write(chunk)
        raise EOFError


async def test_a_line_that_is_open_and_dead_is_found_by_its_own_probe(
    server: RedisServer,
) -> None:
    way = Deaf(server.port)
    proxy = await asyncio.start_server(way.pass_on, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    async with both(server.url, f"redis://127.0.0.1:{port}") as (speaker, listener):
        listener.gaps.clear()
        way.is_deaf = True
        await hears_again(speaker, listener)
    proxy.close()
    await proxy.wait_closed()


def test_a_pile_that_overflows_says_that_something_was_missed() -> None:
    pile = Pile(limit=3)
    for number in range(5):
        pile.put("r", b"%d" % number)
    pile.put("quiet", b"0")
    assert {post.room: (post.letters, post.has_missed) for post in pile.take()} == {
        "r": ([b"3", b"4"], True),
        "quiet": ([b"0"], False),
    }
    assert list(pile.take()) == []


async def test_installations_that_share_a_redis_do_not_hear_each_other(
    server: RedisServer,
) -> None:
    async with both(server.url) as (_, listener):
        async with listening(RedisRelay(server.url, "another secret", pace=HASTY)) as stranger:
            await stranger.relay.publish(letter("r", 1))
            await until(stranger.relay.is_up)
            await stranger.relay.close()
        assert listener.heard == []


async def test_a_letter_that_cannot_be_read_harms_nobody(server: RedisServer) -> None:
    async with both(server.url) as (speaker, listener):
        channel = speaker.relay._channel("r")  # type: ignore[attr-defined]
        server.say("PUBLISH", channel, "nonsense")
        await speaker.relay.publish(letter("r", 1))
        await listener.has_heard(1)
