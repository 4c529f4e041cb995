"""The one UDP port: whom it answers, whom it remembers, and whom it believes to have moved."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.peer import Peer
from rooms.media.port import Counters, Path, Port, local_hosts, read_check
from rooms.media.sdp import Fingerprint
from tests.media.conftest import until
from tests.media.samples import FINGERPRINT, rtp
from tests.media.wire import CERTIFICATE, srtp_sessions

THEIRS = [Fingerprint("sha-256", FINGERPRINT)]


class Ears:
    """Takes what a peer sends."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def connected(self) -> None:
        """Nothing hangs on it here."""

    def take_media(self, data: bytes, now_s: float) -> None:
        self.heard.append(data)

    def take_control(self, data: bytes, now_s: float) -> None:
        self.heard.append(data)


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    opened = Port(Counters())
    opened.open(0)
    yield opened
    opened.close()


@contextmanager
def browser() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        yield sock


def check(peer: Peer, *, pwd: bytes | None = None, nominate: bool = False) -> bytes:
    """A connectivity check as a browser sends it."""
    attributes = {"USERNAME": f"{peer.ufrag}:them", "PRIORITY": 1}
    if nominate:
        attributes["USE-CANDIDATE"] = None
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes=attributes)
    request.add_message_integrity(peer.pwd if pwd is None else pwd)
    return bytes(request)


async def send(port: Port, sock: socket.socket, data: bytes) -> None:
    """Send, and wait until the port has read it."""
    before = port.counters.received_packets
    sock.sendto(data, ("127.0.0.1", port.number))
    await until(lambda: port.counters.received_packets > before, "the port reads the datagram")


def answer(sock: socket.socket) -> bytes | None:
    try:
        return sock.recv(2048)
    except BlockingIOError:
        return None


def open_peer(port: Port) -> tuple[Peer, Ears]:
    peer, ears = Peer(port, CERTIFICATE), Ears()
    peer.open(ears)
    return peer, ears


async def test_a_check_with_the_password_is_answered_with_where_it_came_from(port: Port) -> None:
    peer, _ = open_peer(port)
    with browser() as sock:
        request = check(peer)
        await send(port, sock, request)
        reply = answer(sock)
        assert reply is not None
        told = stun.parse_message(reply)
        assert told.message_class == stun.Class.RESPONSE
        assert told.attributes["XOR-MAPPED-ADDRESS"] == sock.getsockname()
        assert told.check_message_integrity(peer.pwd)
        assert len(reply) <= len(request), "an answer never amplifies"


async def test_a_wrong_password_an_unknown_name_and_no_integrity_get_silence(port: Port) -> None:
    peer, _ = open_peer(port)
    unsigned = stun.Message(
        stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": f"{peer.ufrag}:x"}
    )
    stranger = Peer(port, CERTIFICATE)
    with browser() as sock:
        for data in (check(peer, pwd=b"wrong"), check(stranger), bytes(unsigned)):
            await send(port, sock, data)
            assert answer(sock) is None
    assert port.counters.refused_packets == 3
    assert peer.path is None
    assert not any(leg.owners for leg in port.legs.values())


@given(st.binary(max_size=120))
def test_no_bytes_break_the_check_reader(data: bytes) -> None:
    read_check(data)


@given(st.data())
def test_no_mutilated_check_breaks_the_reader(data: st.DataObject) -> None:
    request = stun.Message(
        stun.Method.BINDING,
        stun.Class.REQUEST,
        attributes={"USERNAME": "a:b", "PRIORITY": 1, "XOR-MAPPED-ADDRESS": ("192.0.2.1", 9)},
    )
    request.add_message_integrity(b"password")
    raw = bytearray(bytes(request)[: data.draw(st.integers(0, 200))])
    for _ in range(data.draw(st.integers(0, 6))):
        if raw:
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    if len(raw) >= 20 and data.draw(st.booleans()):
        raw[2:4] = (len(raw) - 20).to_bytes(2, "big")
    read_check(bytes(raw))


async def test_noise_of_every_kind_leaves_nothing_behind(port: Port) -> None:
    peer, ears = open_peer(port)
    with browser() as sock:
        for first in (0, 1, 3, 4, 19, 20, 63, 64, 128, 191, 192, 255):
            await send(port, sock, bytes((first,)) * 40)
        await send(port, sock, b"")
        assert answer(sock) is None
    assert not any(leg.owners for leg in port.legs.values())
    assert ears.heard == []
    assert peer.path is None


async def test_only_authenticated_media_moves_a_connected_peer(port: Port) -> None:
    peer, ears = open_peer(port)
    tx, _ = srtp_sessions()
    seal, opener = srtp_sessions()
    with browser() as home, browser() as phone, browser() as thief:
        await send(port, home, check(peer, nominate=True))
        peer.install_keys(tx, opener, 16)
        assert peer.path is not None
        assert peer.path.remote == home.getsockname()
        await send(port, thief, check(peer, nominate=True))
        await send(port, thief, rtp(1, payload=b"forged media, sealed by nobody"))
        assert peer.path.remote == home.getsockname()
        await send(port, phone, seal.protect(rtp(2)))
        assert ears.heard == [], "an address that showed no password is not heard"
        await send(port, phone, check(peer))
        await send(port, phone, seal.protect(rtp(3)))
        assert peer.path.remote == phone.getsockname()
        assert ears.heard == [rtp(3)]


async def test_a_replayed_packet_is_refused(port: Port) -> None:
    peer, ears = open_peer(port)
    tx, _ = srtp_sessions()
    seal, opener = srtp_sessions()
    with browser() as sock:
        await send(port, sock, check(peer))
        peer.install_keys(tx, opener, 16)
        sealed = seal.protect(rtp(1))
        await send(port, sock, sealed)
        await send(port, sock, sealed)
    assert ears.heard == [rtp(1)]
    assert port.counters.refused_packets == 1


async def test_a_session_that_left_is_forgotten_and_its_addresses_with_it(port: Port) -> None:
    peer, _ = open_peer(port)
    with browser() as sock:
        await send(port, sock, check(peer))
        assert answer(sock)
        port.leave(peer.ufrag)
        assert not any(leg.owners for leg in port.legs.values())
        await send(port, sock, check(peer))
        assert answer(sock) is None


async def test_a_session_has_a_bounded_number_of_addresses(port: Port) -> None:
    peer, _ = open_peer(port)
    for _ in range(20):
        with browser() as sock:
            await send(port, sock, check(peer))
    assert sum(len(leg.owners) for leg in port.legs.values()) <= 8


async def test_every_local_address_is_offered_or_the_public_one_alone(port: Port) -> None:
    hosts = [host for host, _ in port.candidates()]
    assert hosts[-1] in ("::1", "127.0.0.1")
    assert set(hosts) <= set(local_hosts())
    assert {number for _, number in port.candidates()} == {port.number}
    public = Port(Counters(), "203.0.113.7")
    public.open(0)
    assert public.candidates() == [("203.0.113.7", public.number)]
    public.close()


async def test_silence_is_told_after_thirty_seconds(port: Port) -> None:
    peer, _ = open_peer(port)
    assert not peer.is_silent(peer.now_s() + 29)
    assert peer.is_silent(peer.now_s() + 31)


async def test_a_handshake_that_never_comes_ends_when_its_session_is_closed(port: Port) -> None:
    peer, _ = open_peer(port)
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(5):
        running = tasks.create_task(peer.run(THEIRS))
        await asyncio.sleep(0)
        peer.close("left")
    assert running.result() == "left"


async def test_garbage_for_a_handshake_is_bounded_and_fails_that_peer_alone(port: Port) -> None:
    peer, _ = open_peer(port)
    leg = port.legs["127.0.0.1"]
    async with asyncio.TaskGroup() as tasks, asyncio.timeout(5):
        running = tasks.create_task(peer.run(THEIRS))
        for length in range(1, 400):
            peer.received(bytes((22,)) * length, Path(leg, ("127.0.0.1", 9)))
        await asyncio.sleep(0)
        peer.close("left")
    assert running.result() in ("left", "handshake_failed")
