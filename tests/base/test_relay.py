"""What every relay must do; each implementation is given here and passes the same."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from rooms.events import Entry, JobUnpinned
from rooms.whispers import AnyWhisper, LineMoved, SeatsClosed
from server.base.relay import InProcessRelay, Relay
from server.base.relay_redis import RedisRelay
from tests.processes import until
from tests.redis import RedisServer

Make = Callable[[], Relay]


class End:
    """A process at one end of the relay, and all it has heard."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.heard: list[Entry] = []
        self.gaps: list[str] = []
        self.whispers: list[AnyWhisper] = []

    async def has_heard(self, *seqs: int) -> None:
        """Wait for these letters, then see that there were no others."""
        await until_true(lambda: len(self.heard) >= len(seqs))
        assert [entry.seq for entry in self.heard] == list(seqs)

    async def follow(self, room: str) -> None:
        """Follow, and wait until letters really come."""
        await self.relay.follow(room)
        if isinstance(self.relay, RedisRelay):
            await until_true(lambda: room in self.gaps)


async def until_true(holds: Callable[[], bool]) -> None:
    async def condition() -> bool:
        return holds()

    await until(condition)


@asynccontextmanager
async def listening(relay: Relay) -> AsyncIterator[End]:
    """The relay opened, run and closed, as `app` does."""
    end = End(relay)
    await relay.open(end.heard.append, end.gaps.append, end.whispers.append)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relay.run())
        await until(relay.is_up)
        yield end
        running.cancel()
    await relay.close()


@pytest.fixture(params=["in process", "redis", "redis cluster"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """A function that makes the relay of one more process."""
    secret = secrets.token_hex(16)
    match request.param:
        case "in process":
            only = InProcessRelay()
            yield lambda: only
        case "redis":
            server: RedisServer = request.getfixturevalue("redis_server")
            yield lambda: RedisRelay(server.url, secret)
        case _:
            url: str = request.getfixturevalue("redis_cluster")
            yield lambda: RedisRelay(url, secret, is_cluster=True)


@pytest.fixture
async def ends(make: Make) -> AsyncIterator[tuple[End, End]]:
    """Who speaks and who listens: two processes, if the relay joins processes."""
    async with AsyncExitStack() as stack:
        speaker = await stack.enter_async_context(listening(make()))
        other = make()
        if other is speaker.relay:
            yield speaker, speaker
        else:
            yield speaker, await stack.enter_async_context(listening(other))


def letter(room: str, seq: int) -> Entry:
    return Entry(room=room, seq=seq, prev_everyone=seq - 1, event=JobUnpinned(at=1.0))


async def test_a_followed_room_is_heard_in_order_and_another_is_not(ends: tuple[End, End]) -> None:
    speaker, listener = ends
    await listener.follow("r")
    for seq in range(1, 50):
        await speaker.relay.publish(letter("other", seq))
        await speaker.relay.publish(letter("r", seq))
    await listener.has_heard(*range(1, 50))
    assert {entry.room for entry in listener.heard} == {"r"}


async def test_rooms_on_every_server_are_heard(ends: tuple[End, End]) -> None:
    speaker, listener = ends
    rooms = [f"room-{number}" for number in range(20)]
    for room in rooms:
        await listener.follow(room)
        await speaker.relay.publish(letter(room, 1))
    await until_true(lambda: len(listener.heard) >= len(rooms))
    assert {entry.room for entry in listener.heard} == set(rooms)


async def test_ones_own_rooms_are_heard_before_publishing_returns(make: Make) -> None:
    async with listening(make()) as end:
        await end.relay.follow("r")
        await end.relay.publish(letter("r", 1))
        assert [entry.seq for entry in end.heard] == [1]


async def test_ones_own_letter_comes_once(ends: tuple[End, End]) -> None:
    speaker, listener = ends
    await speaker.follow("r")
    await listener.follow("r")
    speaker.heard.clear()
    await speaker.relay.publish(letter("r", 1))
    await listener.relay.publish(letter("r", 2))
    await speaker.has_heard(1, 2)


async def test_follows_are_counted(ends: tuple[End, End]) -> None:
    speaker, listener = ends
    await listener.follow("r")
    await listener.relay.follow("r")
    await listener.relay.unfollow("r")
    await speaker.relay.publish(letter("r", 1))
    await listener.has_heard(1)
    await listener.relay.unfollow("r")
    await listener.follow("after")
    await speaker.relay.publish(letter("r", 2))
    await speaker.relay.publish(letter("after", 3))
    await listener.has_heard(1, 3)


async def test_whispers_reach_who_follows_the_room_and_those_of_no_room_reach_all(
    ends: tuple[End, End],
) -> None:
    speaker, listener = ends
    await listener.follow("r")
    line = LineMoved(room="r", position=1, wait_low_min=2, wait_high_min=3)
    ban = SeatsClosed(person="p", code=4505)
    speaker.relay.whisper(LineMoved(room="s", position=9, wait_low_min=2, wait_high_min=3))
    speaker.relay.whisper(line)
    speaker.relay.whisper(ban)
    await until_true(lambda: len(listener.whispers) == 2)
    assert set(listener.whispers) == {line, ban}


async def test_publishing_while_nobody_listens_is_no_error(make: Make) -> None:
    relay = make()
    await relay.publish(letter("r", 1))
    await relay.close()


async def test_it_says_whether_it_is_up(make: Make) -> None:
    relay = make()
    assert not await relay.is_up()
    async with listening(relay):
        assert await relay.is_up()
        assert relay.tally().lost == 0
