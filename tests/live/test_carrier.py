"""Sockets that rooms write to directly: the names they stand on, slow readers, TLS."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import secrets
import socket as sockets
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.asyncio.client import ClientConnection, connect

from rooms.events import Message, MessagePosted
from rooms.outbox import DirectOutbox, Outbox
from rooms.room import Room
from rooms.wire import CLOSE_MALFORMED, CLOSE_SLOW
from server.base import journal
from server.carrier import RoomSocket
from tests.certificate import write_certificate
from tests.live.test_socket import close_code, frames, last, said, say, socket
from tests.processes import until
from tests.site import Site, running_site
from tests.world import World, make_world


async def test_uvicorn_still_has_the_names_that_the_carrier_stands_on() -> None:
    config = uvicorn.Config(lambda: None, ws=RoomSocket)
    config.load()
    carrier = RoomSocket(config, ServerState(), {})
    for name in ("handshake_complete", "close_sent", "read_paused"):
        assert getattr(carrier, name) is False, name
    assert carrier.close_timer is None
    assert carrier.transport is None
    assert {"send_close", "data_to_send"} <= set(dir(carrier.conn))
    assert carrier.queue.empty()
    assert list(inspect.signature(WebSocketsSansIOProtocol.handle_connect).parameters) == [
        "self",
        "event",
    ]
    ending = inspect.getsource(WebSocketsSansIOProtocol.run_asgi)
    assert "if self.close_timer is None:" in ending, "a close that is under way must not be cut"
    closing = inspect.getsource(WebSocketsSansIOProtocol.send)
    for step in ("self.queue.put_nowait(", "self.conn.send_close(", "self.close_sent = True"):
        assert step in closing, f"uvicorn closes in another way: {step}"


async def test_seats_of_our_own_server_are_written_to_directly(site: Site) -> None:
    world = await make_world(site)
    async with socket(site, world.room) as guest:
        await frames(guest, "ready")
        assert {type(seat.outbox) for seat in room_of(world).seats} == {DirectOutbox}


async def test_under_another_protocol_a_writer_sends_and_closes_all_the_same(
    tmp_path: Path,
) -> None:
    async with running_site(tmp_path, ws="websockets-sansio") as site:
        world = await make_world(site)
        async with socket(site, world.room) as guest, socket(site, world.room) as bad:
            await frames(guest, "ready")
            assert {type(seat.outbox) for seat in room_of(world).seats} == {Outbox}
            await bad.send("{")
            assert await close_code(bad) == CLOSE_MALFORMED
            await say(world, "one", "two")
            assert await said(guest, 2) == ["one", "two"]


async def test_a_viewer_who_never_reads_is_cut_off_and_slows_nobody(site: Site) -> None:
    world = await make_world(site)
    async with never_reading(site, world.room) as stalled, socket(site, world.room) as reader:
        await frames(reader, "ready")
        await until(lambda: seated(world, 2))
        told = await tell_until(world, reader, seats=1)
        seen = await rest_of(stalled)
    assert seen.code == CLOSE_SLOW
    assert 0 < seen.seq < told
    async with socket(site, world.room, since=told - 3) as back:
        caught_up = await frames(back, "ready")
        assert [f["seq"] for f in caught_up if f["type"] == "event"] == [told - 2, told - 1, told]


async def test_over_tls_a_viewer_who_never_reads_is_cut_off_too(tmp_path: Path) -> None:
    async with running_site(tmp_path, tls=write_certificate(tmp_path)) as site:
        world = await make_world(site)
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        url = f"wss{site.url.removeprefix('https')}/api/rooms/{world.room}/events"
        async with (
            connect(url, ssl=trusting, proxy=None, max_size=None) as reader,
            never_reading(site, world.room, tls=trusting),
        ):
            await frames(reader, "ready")
            await until(lambda: seated(world, 2))
            await tell_until(world, reader, seats=1)


async def test_nothing_is_written_to_a_socket_that_is_gone(site: Site) -> None:
    world = await make_world(site)
    async with socket(site, world.room) as gone, socket(site, world.room) as other:
        await frames(gone, "ready")
        await frames(other, "ready")
        gone.transport.abort()
        await say(world, "still here")
        assert await said(other, 1) == ["still here"]
        await until(lambda: seated(world, 1))


def room_of(world: World) -> Room:
    room = world.site.house.lobby.room(world.room)
    assert room is not None
    return room


async def seated(world: World, count: int) -> bool:
    room = world.site.house.lobby.room(world.room)
    return room is not None and len(room.seats) == count


async def tell_until(world: World, reader: ClientConnection, seats: int) -> int:
    """Long facts until only so many seats are left; the reader sees every one. The last seq."""
    top = seen = 0
    async with asyncio.timeout(30):
        while not await seated(world, seats):
            async with world.site.house.db.write() as tx:
                for _ in range(20):
                    line = Message(
                        id="m", person="p", name="Wang", role="candidate", text="长" * 9000, at=0.0
                    )
                    top = await journal.record(tx, world.room, MessagePosted(message=line))
            while seen < top:
                seen = last(await frames(reader, "event"), "event")["seq"]
    return top


class Stalled:
    """A socket that has shaken hands and does not read."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.reader = reader
        self.code = self.seq = 0


@asynccontextmanager
async def never_reading(
    site: Site, room: str, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Stalled]:
    """A real client on the wire that takes nothing but the handshake."""
    address = urlsplit(site.url)
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 8192)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", address.port or 0))
    named: dict[str, Any] = {"ssl": tls, "server_hostname": "127.0.0.1"} if tls else {}
    reader, writer = await asyncio.open_connection(sock=raw, limit=1024, **named)
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    writer.write(
        f"GET /api/rooms/{room}/events HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    try:
        assert b"101" in await reader.readline()
        yield Stalled(reader)
    finally:
        writer.transport.abort()


async def rest_of(stalled: Stalled) -> Stalled:
    """What lay on the wire for the stalled client: its last seq, and the close code."""
    while await stalled.reader.readline() != b"\r\n":
        pass
    async with asyncio.timeout(10):
        while not stalled.code:
            opcode, size = await stalled.reader.readexactly(2)
            if size == 126:
                (size,) = struct.unpack("!H", await stalled.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await stalled.reader.readexactly(8))
            body = await stalled.reader.readexactly(size)
            if opcode == 0x88:
                (stalled.code,) = struct.unpack("!H", body[:2])
            else:
                told = json.loads(body)
                for frame in told if isinstance(told, list) else [told]:
                    stalled.seq = max(stalled.seq, frame.get("seq", 0))
    return stalled


@pytest.fixture(autouse=True)
def _quick_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.carrier.GOODBYE_WITHIN_S", 3.0)
