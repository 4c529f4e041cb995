"""What every relay must do; each implementation is given here and passes the same."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from rooms.events import Entry, JobUnpinned
from server.base.relay import InProcessRelay, Relay


@pytest.fixture(params=[InProcessRelay])
async def relay(request: pytest.FixtureRequest) -> AsyncIterator[Relay]:
    made: Relay = request.param()
    yield made
    await made.close()


def letter(room: str, seq: int) -> Entry:
    return Entry(room=room, seq=seq, prev_everyone=seq - 1, event=JobUnpinned(at=1.0))


async def test_a_followed_room_is_heard_in_order_and_another_is_not(relay: Relay) -> None:
    heard: list[Entry] = []
    await relay.open(heard.append, lambda room: None)
    await relay.follow("r")
    sent = [letter("r", 1), letter("r", 2), letter("r", 3)]
    for entry in sent:
        await relay.publish(entry)
        await relay.publish(letter("other", entry.seq))
    assert heard == sent


async def test_follows_are_counted(relay: Relay) -> None:
    heard: list[Entry] = []
    await relay.open(heard.append, lambda room: None)
    await relay.follow("r")
    await relay.follow("r")
    await relay.unfollow("r")
    await relay.publish(letter("r", 1))
    await relay.unfollow("r")
    await relay.publish(letter("r", 2))
    assert [entry.seq for entry in heard] == [1]


async def test_publishing_while_nobody_listens_is_no_error(relay: Relay) -> None:
    await relay.publish(letter("r", 1))


async def test_it_says_whether_it_is_up(relay: Relay) -> None:
    assert not await relay.is_up()
    await relay.open(lambda entry: None, lambda room: None)
    assert await relay.is_up()
