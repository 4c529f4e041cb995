"""Two web processes with one database and one Redis: a room is one room in both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from rooms.wire import CLOSE_RESTARTING, CLOSE_SIGNED_OUT
from server.accounts import store_members
from server.base.security import SESSION_COOKIE
from tests.interviews.scene import set_scene
from tests.live.test_socket import close_code, frames, said, say, socket
from tests.processes import until
from tests.redis import RedisServer, running_redis
from tests.site import Site, running_site
from tests.world import make_world


class Pair(NamedTuple):
    """Two processes of one installation."""

    one: Site
    other: Site
    redis: RedisServer


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    with running_redis() as redis:
        async with AsyncExitStack() as stack:
            sites = [
                await stack.enter_async_context(running_site(tmp_path, redis_url=redis.url))
                for _ in range(2)
            ]
            for site in sites:
                await until(site.house.relay.is_up)
            yield Pair(sites[0], sites[1], redis)


async def test_what_is_said_in_one_is_heard_in_the_other(pair: Pair) -> None:
    world = await make_world(pair.one)
    async with socket(pair.other, world.room) as far, socket(pair.one, world.room) as near:
        await frames(far, "ready")
        await frames(near, "ready")
        lines = [f"line {number}" for number in range(20)]
        await say(world, *lines)
        assert await said(near, 20) == await said(far, 20) == lines


async def test_viewers_and_seats_are_counted_over_both(pair: Pair) -> None:
    world = await make_world(pair.one)
    candidate = await pair.one.person("wang")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(socket(pair.one, world.room, candidate))
        for site, person in (
            (pair.other, candidate),  # the same person, once
            (pair.other, ""),  # a guest
            (pair.other, world.host),
        ):
            await stack.enter_async_context(socket(site, world.room, person))
        live = (await frames(first, "live"))[-1]
        while (live["viewers"], live["present"]) != (2, ["host"]):
            live = (await frames(first, "live"))[-1]
    async with socket(pair.one, world.room) as alone:
        live = (await frames(alone, "live"))[-1]
        while (live["viewers"], live["present"]) != (1, []):
            live = (await frames(alone, "live"))[-1]


async def test_signing_out_in_one_ends_the_sockets_in_the_other(pair: Pair) -> None:
    world = await make_world(pair.one)
    candidate = await pair.one.person("wang")
    async with socket(pair.other, world.room, candidate) as far:
        await frames(far, "ready")
        async with pair.one.client(candidate) as api:
            assert (await api.post("/api/sign-out")).status_code < 300
        assert await close_code(far) == CLOSE_SIGNED_OUT


async def test_a_sign_out_that_redis_lost_ends_the_socket_at_its_next_beat(pair: Pair) -> None:
    world = await make_world(pair.one)
    leaver, stayer = await pair.one.person("wang"), await pair.one.person("limin")
    cookie = await pair.one.cookie(leaver)
    cookies = f"{SESSION_COOKIE}={cookie}"
    async with (
        socket(pair.other, world.room, Cookie=cookies) as leaving,
        socket(pair.other, world.room, stayer) as staying,
        socket(pair.other, world.room) as guest,
    ):
        for one in (leaving, staying, guest):
            await frames(one, "ready")
        pair.redis.kill()
        async with pair.one.client(Cookie=cookies) as api:
            assert (await api.post("/api/sign-out")).status_code < 300
        await until_down(pair.other)
        for one in (leaving, staying, guest):
            await one.send('{"type":"beat"}')
        assert await close_code(leaving) == CLOSE_SIGNED_OUT
        await say(world, "still here")
        assert await said(staying, 1) == await said(guest, 1) == ["still here"]


async def test_a_change_of_role_that_redis_lost_is_seen_once_redis_is_back(pair: Pair) -> None:
    world = await make_world(pair.one)
    async with socket(pair.other, world.room, world.host) as host:
        await frames(host, "ready")
        pair.redis.kill()
        await until_down(pair.other)
        async with pair.one.house.db.write() as tx:
            await store_members.drop_member(tx, world.organisation, world.host)
        pair.redis.start()
        await until(pair.other.house.relay.is_up)
        await host.send('{"type":"beat"}')
        assert await close_code(host) == CLOSE_RESTARTING


async def until_down(site: Site) -> None:
    async def is_down() -> bool:
        return not await site.house.relay.is_up()

    await until(is_down)


async def test_a_candidate_hears_of_their_line_in_whichever_process_they_wait(
    pair: Pair,
) -> None:
    scene = await set_scene(pair.one)
    first, second = await pair.one.person("wang"), await pair.one.person("limin")
    rooms = [await scene.invite(first), await scene.invite(second)]
    await scene.arrive(first, rooms[0])
    await scene.arrive(second, rooms[1])
    async with socket(pair.other, rooms[1], second) as waiting:
        await frames(waiting, "ready")
        await scene.admit(rooms[0])
        assert (await frames(waiting, "line"))[-1]["position"] == 1


async def test_an_interviewer_sees_that_the_candidate_is_in_the_other_process(
    pair: Pair,
) -> None:
    scene = await set_scene(pair.one)
    candidate = await pair.one.person("wang")
    room = await scene.invite(candidate)

    async def is_here() -> bool:
        async with pair.one.client(scene.interviewer) as api:
            return bool((await api.get(f"/api/interviews/{room}")).json()["is_here"])

    assert not await is_here()
    async with socket(pair.other, room, candidate) as waiting:
        await frames(waiting, "ready")
        await until(is_here)


async def test_without_redis_rooms_go_on_from_the_journal(pair: Pair) -> None:
    world = await make_world(pair.one)
    async with socket(pair.other, world.room) as far:
        await frames(far, "ready")
        pair.redis.kill()
        lines = [f"line {number}" for number in range(10)]
        await say(world, *lines)
        assert await said(far, 10) == lines
        pair.redis.start()
        await until(pair.one.house.relay.is_up)
        await until(pair.other.house.relay.is_up)
        await say(world, "and on")
        assert await said(far, 1) == ["and on"]
        assert pair.one.house.relay.tally().lost


async def test_a_redis_that_is_away_is_said_to_whoever_runs_the_fair(pair: Pair) -> None:
    organiser = await pair.one.person("organiser", "organiser")
    relay = pair.one.house.relay
    up = f'daigang_relay_up{{process="{pair.one.house.boot}"}}'
    async with pair.one.client(organiser) as api:
        assert "cannot reach Redis" not in (await api.get("/organiser?lang=en")).text
        assert f"{up} 1.0" in (await api.get("/metrics")).text
        pair.redis.kill()
        await until_down(pair.one)
        assert "cannot reach Redis" in (await api.get("/organiser?lang=en")).text
        assert "连不上 Redis" in (await api.get("/organiser?lang=zh")).text
        assert f"{up} 0.0" in (await api.get("/metrics")).text
        assert (await api.get("/readyz")).json()["relay"] is False
        pair.redis.start()
        await until(relay.is_up)
        assert "cannot reach Redis" not in (await api.get("/organiser?lang=en")).text
