"""RTCP (RFC 3550, 4585, 5104, REMB): what we tell a publisher, and reading what anyone tells us.

Pure: time comes in as seconds, packets go out as bytes. Knows no peer and no socket.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

from rooms.media.serial import TIMESTAMP_MASK, signed_distance

# For modules that may not see aiortc themselves.
Control = AnyRtcpPacket
SenderReport = RtcpSrPacket

NACK_WAIT_S = 0.01  # reordering is not loss
NACK_AGAIN_S = 0.06
NACK_TRIES = 8
NACK_MOST = 200  # more holes than this are a keyframe's business
OUR_SSRC = 1


def read_rtcp(data: bytes) -> list[AnyRtcpPacket]:
    """The packets of a compound; empty when it is malformed. Never raises."""
    try:
        return RtcpPacket.parse(data)
    except (ValueError, struct.error, IndexError):
        return []


def lost_packets(packet: AnyRtcpPacket) -> tuple[int, list[int]] | None:
    """(media SSRC, 16-bit numbers) of a generic NACK."""
    if isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
        return packet.media_ssrc, [seq & 0xFFFF for seq in packet.lost]
    return None


def is_keyframe_request(packet: AnyRtcpPacket) -> bool:
    """A picture loss indication or a full intra request."""
    return isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR)


def reported_bitrate(packet: AnyRtcpPacket) -> int | None:
    """Bits per second of a REMB."""
    if not isinstance(packet, RtcpPsfbPacket) or packet.fmt != RTCP_PSFB_APP:
        return None
    try:
        return unpack_remb_fci(packet.fci)[0]
    except (ValueError, struct.error, IndexError):
        return None


def reported_loss(packet: AnyRtcpPacket) -> float | None:
    """The worst share lost, 0 … 1, of a receiver report."""
    if isinstance(packet, RtcpRrPacket) and packet.reports:
        return max(report.fraction_lost for report in packet.reports) / 256
    return None


def write_pli(ssrc: int) -> bytes:
    return bytes(RtcpPsfbPacket(RTCP_PSFB_PLI, OUR_SSRC, ssrc))


def write_nack(ssrc: int, lost: list[int]) -> bytes:
    """A generic NACK; one more where the numbers wrap, for aiortc packs rising numbers only."""
    falls = [place for place in range(1, len(lost)) if lost[place] < lost[place - 1]]
    parts = [lost[a:b] for a, b in pairwise([0, *falls, len(lost)])]
    return b"".join(
        bytes(RtcpRtpfbPacket(RTCP_RTPFB_NACK, OUR_SSRC, ssrc, part)) for part in parts
    )


def write_remb(bitrate_bps: int, ssrcs: list[int]) -> bytes:
    return bytes(RtcpPsfbPacket(RTCP_PSFB_APP, OUR_SSRC, 0, pack_remb_fci(bitrate_bps, ssrcs)))


def write_receiver_report(reports: Iterable[RtcpReceiverInfo]) -> bytes:
    return bytes(RtcpRrPacket(OUR_SSRC, list(reports)))


def write_sender_report(report: RtcpSrPacket, ssrc: int, timestamp_offset: int) -> bytes:
    """The publisher's report under our SSRC and on our time line, for lip-sync."""
    info = report.sender_info
    timestamp = (info.rtp_timestamp + timestamp_offset) & TIMESTAMP_MASK
    counts = (info.packet_count, info.octet_count)
    return bytes(RtcpSrPacket(ssrc, RtcpSenderInfo(info.ntp_timestamp, timestamp, *counts)))


class Hole(NamedTuple):
    """A packet that did not come; asked for `tries` times, next at `due_s`."""

    tries: int
    due_s: float


class Reception:
    """What arrived of one SSRC: loss and jitter for reports, holes for NACKs (RFC 3550 A)."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self.ssrc = ssrc
        self.packets = 0
        self.bytes = 0
        self.given_up = False  # a hole stays: somebody should ask for a keyframe
        self._clock_rate = clock_rate
        self._first: int | None = None
        self._highest = 0
        self._jitter = 0.0
        self._transit = 0.0
        self._holes: dict[int, Hole] = {}
        self._told = (0, 0)  # expected, received at the last report
        self._sender_report = (0, 0.0)  # middle of its NTP time, when it came

    @property
    def expected(self) -> int:
        return 0 if self._first is None else self._highest - self._first + 1

    def take(self, seq: int, timestamp: int, size_bytes: int, now_s: float) -> None:
        """A packet arrived."""
        self.packets += 1
        self.bytes += size_bytes
        transit = now_s * self._clock_rate - timestamp
        if self._first is None:
            self._first = self._highest = seq
        elif (moved := abs(transit - self._transit)) < self._clock_rate * 10:
            self._jitter += (moved - self._jitter) / 16
        self._transit = transit
        ahead = signed_distance(seq, self._highest & 0xFFFF)
        if ahead > NACK_MOST:
            self._holes.clear()
            self.given_up = True
        for missing in (
            range(self._highest + 1, self._highest + ahead) if ahead <= NACK_MOST else ()
        ):
            self._holes[missing] = Hole(0, now_s + NACK_WAIT_S)
        if ahead > 0:
            self._highest += ahead
        else:
            self._holes.pop(self._highest + ahead, None)

    def take_sender_report(self, ntp_timestamp: int, now_s: float) -> None:
        self._sender_report = ((ntp_timestamp >> 16) & 0xFFFFFFFF, now_s)

    def due_nacks(self, now_s: float) -> list[int]:
        """16-bit numbers to ask for now; call every 20 ms. What was asked for too often is given
        up and `given_up` is set."""
        due = []
        for index, hole in list(self._holes.items()):
            if hole.due_s > now_s:
                continue
            if hole.tries >= NACK_TRIES:
                del self._holes[index]
                self.given_up = True
            else:
                self._holes[index] = Hole(hole.tries + 1, now_s + NACK_AGAIN_S)
                due.append(index & 0xFFFF)
        return due

    def report(self, now_s: float) -> RtcpReceiverInfo:
        """A receiver report's block; `fraction_lost` is since the last one."""
        expected, received = self.expected - self._told[0], self.packets - self._told[1]
        self._told = (self.expected, self.packets)
        lost = max(0, expected - received)
        middle, came_at_s = self._sender_report
        return RtcpReceiverInfo(
            ssrc=self.ssrc,
            fraction_lost=min(255, 256 * lost // expected) if expected > 0 else 0,
            packets_lost=max(0, min(self.expected - self.packets, (1 << 23) - 1)),
            highest_sequence=self._highest & 0xFFFFFFFF,
            jitter=min(int(self._jitter), 0xFFFFFFFF),
            lsr=middle,
            dlsr=min(int((now_s - came_at_s) * 65536), 0xFFFFFFFF) if middle else 0,
        )


class Estimate:
    """How much a publisher may send: grows while all is well, shrinks with loss or with a queue
    that builds up on the way. Deliberately simple; Chromium never sends more than REMB says."""

    STEP_S = 0.25
    START_BPS = 2_000_000
    UNPROVEN_BPS = (
        2_500_000  # allowed to a quiet picture too, so that a lively one is sharp at once
    )
    LEAST_BPS = 150_000
    ANOTHER_CLOCK_S = 10.0  # its time stamps wrapped around, or another sender took over
    QUEUE_S = 0.2  # more delay than this over the best of the last seconds is a queue

    def __init__(self, cap_bps: int) -> None:
        self.bps = min(self.START_BPS, cap_bps)
        self.received_bps = 0
        self._cap_bps = cap_bps
        self._best: deque[float] = deque(maxlen=40)  # least delay of each of the last steps
        self._least_s: float | None = None
        self._queued_steps = 0

    def take(self, timestamp_s: float, now_s: float) -> None:
        """A frame stamped `timestamp_s` (the sender's clock) arrived."""
        delay_s = now_s - timestamp_s
        if self._best and abs(delay_s - self._best[-1]) > self.ANOTHER_CLOCK_S:
            self.forget_delays()
        self._least_s = delay_s if self._least_s is None else min(self._least_s, delay_s)

    def forget_delays(self) -> None:
        """The sender's clock is another one now."""
        self._best.clear()
        self._least_s = None
        self._queued_steps = 0

    def step(self, received_bps: int, loss: float) -> int:
        """Every `STEP_S`: the rate and the share lost since the last step → bits per second."""
        self.received_bps = received_bps
        queued = self._is_queued()
        if loss > 0.1:
            self.bps = int(self.bps * (1 - 0.5 * loss))
        elif queued:
            self.bps = min(self.bps, int(0.85 * received_bps))
        elif loss < 0.02:
            reach = max(self.UNPROVEN_BPS, 2 * received_bps)
            self.bps = max(self.bps, min(int(self.bps * 1.08), reach))
        self.bps = max(self.LEAST_BPS, min(self.bps, self._cap_bps))
        return self.bps

    def _is_queued(self) -> bool:
        least_s, self._least_s = self._least_s, None
        if least_s is None:
            return False
        self._best.append(least_s)
        waits = least_s - min(self._best) > self.QUEUE_S
        self._queued_steps = self._queued_steps + 1 if waits else 0
        return self._queued_steps >= 2
