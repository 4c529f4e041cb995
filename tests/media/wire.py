"""A stage on real sockets, its viewers holding keys already: what reaches whom, to the byte."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pylibsrtp

from rooms.media.fanout import Fanout
from rooms.media.feedback import Control, read_rtcp
from rooms.media.intake import Intake
from rooms.media.peer import Certificate, Peer
from rooms.media.port import Counters, Path, Port
from rooms.media.rtp import Packet, is_rtcp, read_packet
from rooms.media.sdp import Kind, Track
from rooms.media.stage import Stage
from rooms.media.viewer import Viewer
from rooms.stagehand import Report
from tests.media.samples import rtp

VIDEO, AUDIO = Track(103, 2), Track(111, 0)
CERTIFICATE = Certificate.generateCertificate()


def srtp_sessions() -> tuple[pylibsrtp.Session, pylibsrtp.Session]:
    """Two ends of one key: one seals, the other opens; as after a DTLS handshake."""
    key = secrets.token_bytes(44)
    profile = pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM
    ends = []
    for way in (pylibsrtp.Policy.SSRC_ANY_OUTBOUND, pylibsrtp.Policy.SSRC_ANY_INBOUND):
        policy = pylibsrtp.Policy(key=key, ssrc_type=way, srtp_profile=profile)
        policy.allow_repeat_tx = True
        policy.window_size = 1024
        ends.append(pylibsrtp.Session(policy))
    return ends[0], ends[1]


def udp_socket() -> socket.socket:
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.setblocking(False)
    return receiver


@dataclass
class Host:
    """A publisher's end."""

    socket: socket.socket
    opener: pylibsrtp.Session

    def told(self) -> list[Control]:
        """The feedback that came since the last call."""
        packets: list[Control] = []
        while True:
            try:
                packets += read_rtcp(self.opener.unprotect_rtcp(self.socket.recv(4096)))
            except BlockingIOError:
                return packets


@dataclass
class Seat:
    """A viewer's end: `datagrams` is everything that came, in order, still sealed."""

    viewer: Viewer
    socket: socket.socket
    opener: pylibsrtp.Session
    datagrams: list[bytes] = field(default_factory=list)
    opened: list[Packet] = field(default_factory=list)
    control: list[Control] = field(default_factory=list)
    failures: int = 0

    def drain(self) -> None:
        """Read what came; each media packet is opened as a browser would."""
        while True:
            try:
                data = self.socket.recv(4096)
            except BlockingIOError:
                return
            self.datagrams.append(data)
            if is_rtcp(data):
                self.control += read_rtcp(self.opener.unprotect_rtcp(data))
                continue
            try:
                self.opened.append(read_packet(self.opener.unprotect(data)))
            except pylibsrtp.Error as error:
                # a packet repeated for a NACK that was not lost after all is refused as a replay
                self.failures += "replay" not in str(error)

    def of(self, ssrc: int) -> list[Packet]:
        return [packet for packet in self.opened if packet.ssrc == ssrc]


@dataclass
class Theatre:
    """A stage, its publisher's intake and its seats."""

    port: Port
    fanout: Fanout
    stage: Stage
    reports: list[Report]
    seats: list[Seat] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    intake: Intake | None = None
    now_s: float = 0.0

    def publish(self, session: str = "s1", *, is_pair: bool = False) -> Host:
        """A (next) publisher."""
        if self.intake is not None:
            self.stage.finish("taken_over")
        peer = Peer(self.port, CERTIFICATE)
        tracks: dict[Kind, Track] = {"audio": Track(111, 0), "video": Track(96, 0)}
        self.intake = self.stage.begin(peer, tracks, session, "host", is_pair=is_pair)
        receiver = udp_socket()
        peer.path = Path(self.port.legs["127.0.0.1"], receiver.getsockname())
        tx, opener = srtp_sessions()
        _, rx = srtp_sessions()
        peer.install_keys(tx, rx, 16)
        self.hosts.append(Host(receiver, opener))
        return self.hosts[-1]

    def send(
        self,
        seq: int,
        timestamp: int,
        payload: bytes = b"\x41slice",
        *,
        marker: bool = True,
        audio: bool = False,
        ssrc: int = 7,
    ) -> None:
        """A packet of the publisher arrives, opened."""
        assert self.intake is not None
        number = 111 if audio else 96
        ssrc += 1000 * audio
        data = rtp(seq, timestamp, payload, payload_type=number, ssrc=ssrc, marker=marker)
        self.intake.take_media(data, self.now_s)

    def sit(self, *, video: Track = VIDEO, kinds: tuple[str, ...] = ("audio", "video")) -> Seat:
        """A viewer connects."""
        receiver = udp_socket()
        peer = Peer(self.port, CERTIFICATE)
        offered: dict[Kind, Track] = {"audio": AUDIO, "video": video}
        tracks = {kind: track for kind, track in offered.items() if kind in kinds}
        viewer = self.stage.expect(peer, tracks)
        peer.open(viewer)
        peer.path = Path(self.port.legs["127.0.0.1"], receiver.getsockname())
        tx, opener = srtp_sessions()
        _, rx = srtp_sessions()
        peer.install_keys(tx, rx, 16)
        seat = Seat(viewer, receiver, opener)
        self.seats.append(seat)
        return seat

    async def settle(self) -> None:
        """Let everything that waits go out, then read every seat."""
        for _ in range(60):
            await asyncio.sleep(0)
            for seat in self.seats:
                seat.drain()


@asynccontextmanager
async def theatre(first: int | None = None, *, segments: bool = True) -> AsyncIterator[Theatre]:
    """An open port with one stage; `first` is the number both its feeds begin with."""
    port = Port(Counters())
    port.open(0)
    fanout = Fanout(port.counters, segments and port.segments)
    reports: list[Report] = []
    stage = Stage("fair", fanout, port.counters, 3_000_000, tell=reports.append)
    if first is not None:
        for feed in stage.feeds.values():
            feed.numbering.highest = first - 1
    built = Theatre(port, fanout, stage, reports)
    try:
        yield built
    finally:
        for sock in [seat.socket for seat in built.seats] + [host.socket for host in built.hosts]:
            sock.close()
        port.close()
