"""RTP headers (RFC 3550, RFC 8285) and the room's own numbering of what publishers send.

Pure. Knows nothing of peers, sockets or SRTP.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from rooms.media.serial import TIMESTAMP_MASK, signed_distance

HEADER = struct.Struct("!BBHII")
# A sender that jumps further than this has restarted or wrapped around us: it is renumbered.
# It also keeps everything we forward inside the 1024 packets of an SRTP window.
JUMP = 900


class Packet(NamedTuple):
    """One RTP packet; `payload` is without padding and may be empty (a probe)."""

    payload_type: int
    marker: bool
    seq: int
    timestamp: int
    ssrc: int
    payload: bytes


def read_packet(data: bytes) -> Packet:
    """The packet in these bytes. Raises `ValueError` for whatever is not whole RTP."""
    if len(data) < HEADER.size:
        raise ValueError("shorter than an RTP header")
    first, second, seq, timestamp, ssrc = HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise ValueError("not RTP version 2")
    begin = HEADER.size + 4 * (first & 0x0F)
    if first & 0x10:
        if len(data) < begin + 4:
            raise ValueError("header extension is cut off")
        begin += 4 + 4 * int.from_bytes(data[begin + 2 : begin + 4], "big")
    end = len(data)
    if first & 0x20:
        padding = data[-1]
        if not padding:
            raise ValueError("padding of nothing")
        end -= padding
    if begin > end:
        raise ValueError("header or padding reaches past the end")
    return Packet(second & 0x7F, bool(second & 0x80), seq, timestamp, ssrc, data[begin:end])


def is_rtcp(data: bytes) -> bool:
    """Whether a packet on a multiplexed port is RTCP (RFC 5761)."""
    return len(data) > 1 and 192 <= data[1] <= 223


class Numbering:
    """Maps each publisher's numbers onto one contiguous line, so that viewers never notice a
    publisher who reloads: sequence numbers go on by one, timestamps by the time that passed.

    Numbers given out are extended (not cut to 16 bits) and never given twice to two sources.
    """

    def __init__(self, first: int, timestamp: int, clock_rate: int) -> None:
        self.highest = first - 1
        self.timestamp_offset = 0
        self._clock_rate = clock_rate
        self._floor = first
        self._source: int | None = None  # the source's own highest number, extended
        self._offset = 0
        self._restart_seq: int | None = None
        self._last_timestamp = timestamp
        self._last_at_s: float | None = None

    def begin_source(self) -> None:
        """The next packet comes from somebody else and continues the line."""
        self._source = None

    def place(self, seq: int, timestamp: int, now_s: float) -> tuple[int, int] | None:
        """The room's (extended number, timestamp) of a packet, or None when it must not be sent:
        from before its source began, or a jump that the next packet has not confirmed."""
        if self._source is None:
            self._start(seq, timestamp, now_s)
        assert self._source is not None
        ahead = signed_distance(seq, self._source & 0xFFFF)
        if abs(ahead) > JUMP:  # RFC 3550 A.1: two in a row mean that the source restarted
            if seq != self._restart_seq:
                self._restart_seq = (seq + 1) & 0xFFFF
                return None
            self._start(seq, timestamp, now_s)
            ahead = 0
        assert self._source is not None
        self._restart_seq = None
        index = self._source + ahead + self._offset
        if index < self._floor:
            return None
        placed = (timestamp + self.timestamp_offset) & TIMESTAMP_MASK
        if ahead > 0:
            self._source += ahead
        if index > self.highest:
            self.highest, self._last_timestamp, self._last_at_s = index, placed, now_s
        return index, placed

    def _start(self, seq: int, timestamp: int, now_s: float) -> None:
        self._source = seq
        self._floor = self.highest + 1
        self._offset = self._floor - seq
        passed_s = 0.0 if self._last_at_s is None else max(now_s - self._last_at_s, 0.02)
        follows = self._last_timestamp + int(passed_s * self._clock_rate)
        self.timestamp_offset = (follows - timestamp) & TIMESTAMP_MASK
