"""The last packets of one track as they were sealed, byte for byte.

A retransmission must repeat the very same plaintext: AES-GCM with one nonce and two plaintexts
gives the key away. So a number that is taken is never written again. Pure.
"""

from __future__ import annotations

from typing import NamedTuple

from rooms.media.serial import signed_distance


class Kept(NamedTuple):
    """A packet under its extended number; `at_s` is when it was first sent."""

    number: int
    plain: bytes
    at_s: float


class Ring:
    """Holds the newest `size` packets; `size` is a power of two, at most the SRTP window."""

    def __init__(self, size: int) -> None:
        if size & (size - 1) or not 0 < size <= 1024:
            raise ValueError("a ring holds a power of two of packets, at most 1024")
        self._mask = size - 1
        self._slots: list[Kept | None] = [None] * size
        self._highest: int | None = None
        self._keyframe: int | None = None

    def put(self, index: int, plain: bytes, at_s: float) -> bool:
        """Keep a packet; False, and nothing changes, if its number is taken or too old."""
        held = self._slots[index & self._mask]
        if held is not None and held.number >= index:
            return False
        self._slots[index & self._mask] = Kept(index, plain, at_s)
        if self._highest is None or index > self._highest:
            self._highest = index
        return True

    def find(self, seq: int, since_s: float) -> Kept | None:
        """The packet a viewer means by a 16-bit number, unless it was sent before `since_s`."""
        if self._highest is None:
            return None
        index = self._highest + signed_distance(seq, self._highest & 0xFFFF)
        held = self._slots[index & self._mask]
        return held if held and held.number == index and held.at_s >= since_s else None

    def mark_keyframe(self, index: int) -> None:
        """A keyframe begins with this packet."""
        self._keyframe = index

    def from_keyframe(self, since_s: float, most: int) -> list[Kept]:
        """Everything from the last keyframe on, in order; empty if that is more than `most`
        packets, older than `since_s`, has a hole, or there is none."""
        if self._keyframe is None or self._highest is None:
            return []
        if not 0 <= self._highest - self._keyframe < min(most, self._mask + 1):
            return []
        kept = []
        for index in range(self._keyframe, self._highest + 1):
            held = self._slots[index & self._mask]
            if held is None or held.number != index:
                return []
            kept.append(held)
        return kept if kept[0].at_s >= since_s else []
