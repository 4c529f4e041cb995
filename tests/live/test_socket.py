"""The room's socket, spoken to as any client would: rooms/PROTOCOL.md."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rooms.wire import CLOSE_FORBIDDEN, CLOSE_MALFORMED, CLOSE_NOT_FOUND, CLOSE_SIGNED_OUT
from tests.site import Site
from tests.world import World, make_world

Frame = dict[str, Any]


@asynccontextmanager
async def socket(
    site: Site, room: str, person: str = "", *, since: int | None = None, **headers: str
) -> AsyncIterator[ClientConnection]:
    """A browser in the room."""
    if person:
        headers["Authorization"] = f"Bearer {await site.token(person)}"
    url = f"ws{site.url.removeprefix('http')}/api/rooms/{room}/events"
    query = "" if since is None else f"?since={since}"
    async with connect(url + query, additional_headers=headers, proxy=None) as open_socket:
        yield open_socket


async def frames(open_socket: ClientConnection, until: str) -> list[Frame]:
    """What arrives, up to the first text with a frame of the type `until`."""
    got: list[Frame] = []
    async with asyncio.timeout(5):
        while not any(frame["type"] == until for frame in got):
            told = json.loads(await open_socket.recv())
            got += told if isinstance(told, list) else [told]
    return got


def last(got: list[Frame], kind: str) -> Frame:
    """The last frame of this type."""
    return [frame for frame in got if frame["type"] == kind][-1]


async def said(open_socket: ClientConnection, count: int) -> list[str]:
    """The texts of the next so many chat lines."""
    texts: list[str] = []
    while len(texts) < count:
        for frame in await frames(open_socket, "event"):
            if frame["type"] == "event":
                texts.append(frame["event"]["message"]["text"])
    return texts


async def say(world: World, *texts: str) -> None:
    async with world.site.client(world.host) as host:
        for text in texts:
            path = f"/api/rooms/{world.room}/messages"
            assert (await host.post(path, json={"text": text})).status_code == 201


async def drain(open_socket: ClientConnection) -> None:
    while True:
        await open_socket.recv()


async def close_code(open_socket: ClientConnection) -> int:
    """The code the server closes with."""
    async with asyncio.timeout(5):
        with pytest.raises(ConnectionClosed) as closed:
            await drain(open_socket)
    return closed.value.rcvd.code if closed.value.rcvd else 0


async def test_a_guest_sees_the_state_and_then_what_happens(site: Site) -> None:
    world = await make_world(site)
    async with socket(site, world.room) as guest:
        first = await frames(guest, "ready")
        assert first[0]["type"] == "resync"
        assert first[0]["state"]["title"] == "Jobs on our shop floor"
        await say(world, "welcome")
        assert await said(guest, 1) == ["welcome"]


async def test_who_was_away_gets_the_missed_lines_once_and_in_order(site: Site) -> None:
    world = await make_world(site)
    async with socket(site, world.room) as guest:
        seq = last(await frames(guest, "ready"), "ready")["seq"]
    lines = [f"line {number}" for number in range(20)]
    await say(world, *lines)
    async with socket(site, world.room, since=seq) as guest:
        caught_up = await frames(guest, "ready")
        texts = [f["event"]["message"]["text"] for f in caught_up if f["type"] == "event"]
        assert texts == lines
        await say(world, "after")
        assert await said(guest, 1) == ["after"]


async def test_every_viewer_is_counted_once(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with (
        socket(site, world.room, candidate) as first,
        socket(site, world.room, candidate),
        socket(site, world.room, world.host),
        asyncio.timeout(5),
    ):
        live: Frame = {"present": []}
        while live["present"] != ["host"]:
            live = last(await frames(first, "live"), "live")
        assert live["viewers"] == 1


async def test_the_crew_hears_of_mutes_and_others_do_not(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with socket(site, world.room, candidate) as viewer, site.client(world.host) as host:
        await frames(viewer, "ready")
        await host.put(f"/api/rooms/{world.room}/mutes/{candidate}")
        await say(world, "be kind")
        frame = last(await frames(viewer, "event"), "event")
        assert frame["event"]["message"]["text"] == "be kind"
        assert (frame["prev"], frame["seq"]) == (0, 2)


@pytest.mark.parametrize("text", ["{", '{"type":"dance"}', '{"type":"beat","seq":7}'])
async def test_what_the_protocol_does_not_know_closes_this_socket_alone(
    site: Site, text: str
) -> None:
    world = await make_world(site)
    async with socket(site, world.room) as good, socket(site, world.room) as bad:
        await frames(good, "ready")
        await bad.send(text)
        assert await close_code(bad) == CLOSE_MALFORMED
        await say(world, "still here")
        assert await said(good, 1) == ["still here"]


async def test_an_oversized_message_closes_the_socket(site: Site) -> None:
    world = await make_world(site)
    async with socket(site, world.room) as bad:
        await bad.send('{"type":"beat","visible":' + " " * 10_000 + "true}")
        assert await close_code(bad) in {CLOSE_MALFORMED, 1009}


async def test_there_is_no_seat_where_there_is_no_room(site: Site) -> None:
    async with socket(site, "nowhere") as nobody:
        assert await close_code(nobody) == CLOSE_NOT_FOUND


async def test_another_sites_page_gets_no_seat(site: Site) -> None:
    world = await make_world(site)
    async with socket(site, world.room, Origin="https://evil.example") as stranger:
        assert await close_code(stranger) == CLOSE_FORBIDDEN


async def test_signing_out_ends_the_persons_sockets(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with socket(site, world.room, candidate) as one, socket(site, world.room) as other:
        await frames(one, "ready")
        await frames(other, "ready")
        async with site.client(candidate) as api:
            assert (await api.post("/api/sign-out")).status_code < 300
        assert await close_code(one) == CLOSE_SIGNED_OUT
        await say(world, "goodbye")
        assert await said(other, 1) == ["goodbye"]
