"""`daigang serve --workers 2` with one Redis, in real processes: they behave as one."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from rooms.wire import CLOSE_RESTARTING
from server.app import build_house
from server.base.settings import load
from tests.follower import Follower, following
from tests.hiring.test_claims import open_offer, race
from tests.processes import Served, serving, until
from tests.redis import RedisServer
from tests.site import Site
from tests.world import World, make_world


@asynccontextmanager
async def two_workers(data_dir: Path, redis: RedisServer) -> AsyncIterator[tuple[Served, World]]:
    """Two web processes on one port, and a world that was written beside them."""
    async with serving(data_dir, "--workers", "2", DAIGANG_REDIS_URL=redis.url) as served:
        house = build_house(load(served.environ))
        try:
            yield served, await make_world(Site(house, served.url))
        finally:
            await house.db.close()


async def crowd_of(world: World, served: Served, count: int) -> list[Follower]:
    """So many candidates who follow the world's room."""
    people = [await world.site.person(f"viewer-{number}") for number in range(count)]
    tokens = [await world.site.token(person) for person in people]
    return [Follower(served.url, world.room, token) for token in tokens]


async def say(world: World, texts: list[str]) -> None:
    """The host says these, each in whichever process takes it, again when that one dies."""
    token = await world.site.token(world.host)
    for text in texts:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": text}

        async def is_said(text: str = text, headers: dict[str, str] = headers) -> bool:
            try:  # a connection of its own, so that either process may take it
                async with httpx.AsyncClient(base_url=world.site.url, headers=headers) as api:
                    path = f"/api/rooms/{world.room}/messages"
                    answer = await api.post(path, json={"text": text})
            except httpx.TransportError:
                return False
            return answer.status_code == 201

        await until(is_said)


async def everyone(crowd: list[Follower], holds: Callable[[Follower], bool]) -> None:
    async def condition() -> bool:
        return all(holds(follower) for follower in crowd)

    await until(condition)


async def test_two_workers_are_one_room_and_a_killed_one_costs_nobody_a_line(
    data_dir: Path, redis_server: RedisServer
) -> None:
    async with two_workers(data_dir, redis_server) as (served, world):
        crowd = await crowd_of(world, served, 16)
        async with following(*crowd):
            await everyone(crowd, lambda one: one.is_ready)
            await everyone(crowd, lambda one: one.live.get("viewers") == 16)
            first = [f"before {number}" for number in range(10)]
            await say(world, first)
            await everyone(crowd, lambda one: one.texts == first)

            dead, alive = served.children("web")
            os.kill(dead, signal.SIGKILL)
            then = [f"after {number}" for number in range(10)]
            await say(world, then)
            await everyone(crowd, lambda one: one.texts == first + then)
            await everyone(crowd, lambda one: one.live.get("viewers") == 16)
            assert alive in served.children("web")
            assert any(one.codes for one in crowd), "nobody was with the one that died"
            assert not all(one.codes for one in crowd), "nobody was with the one that lived"
            assert [one.faults for one in crowd if one.faults] == []

            async def are_two() -> bool:
                return len(served.children("web")) == 2

            await until(are_two)


async def test_places_are_claimed_over_both_workers_exactly_as_often_as_there_are(
    data_dir: Path, redis_server: RedisServer
) -> None:
    async with two_workers(data_dir, redis_server) as (served, world):
        crowd = await crowd_of(world, served, 4)
        async with following(*crowd):
            await everyone(crowd, lambda one: one.is_ready)
            offer = await open_offer(world, 10)
            answers = await race(world.site, offer, 60)
            assert Counter(answer.status_code for answer in answers) == {201: 10, 409: 50}
            await everyone(crowd, lambda one: len(one.seen) == 12)  # opened, ten places, closed
            assert [one.faults for one in crowd if one.faults] == []


async def test_a_rolling_restart_is_seen_by_nobody(
    data_dir: Path, redis_server: RedisServer
) -> None:
    async with two_workers(data_dir, redis_server) as (served, world):
        crowd = await crowd_of(world, served, 8)
        old, media = served.children("web"), served.child("media")
        async with following(*crowd):
            await everyone(crowd, lambda one: one.is_ready)
            served.process.send_signal(signal.SIGHUP)
            lines = [f"line {number}" for number in range(10)]
            await say(world, lines[:5])

            async def are_new() -> bool:
                now = served.children("web")
                return len(now) == 2 and not set(now) & set(old)

            async with httpx.AsyncClient(base_url=served.url) as api:
                while not await are_new():  # the port answers all the while
                    assert (await api.get("/healthz", headers={"Connection": "close"})).is_success
                    await asyncio.sleep(0.05)
            await say(world, lines[5:])
            await everyone(crowd, lambda one: one.texts == lines)
        assert {code for one in crowd for code in one.codes} == {CLOSE_RESTARTING}
        assert [one.faults for one in crowd if one.faults] == []
        assert served.child("media") == media


async def test_two_workers_stop_at_a_signal(data_dir: Path, redis_server: RedisServer) -> None:
    async with two_workers(data_dir, redis_server) as (served, _):
        served.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            assert await served.process.wait() == 0
