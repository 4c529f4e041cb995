"""The hot loop: one plaintext for many viewers, sealed for each in place, a frame a system call.

A group is all viewers for whom the bytes before sealing are the same. Its packets are laid out
once, in runs of equal size; per viewer there is a copy, `srtp_protect` per packet, and one
`sendmsg` that the kernel splits into datagrams (UDP segmentation offload). Nothing else may
happen per packet and viewer. Work goes in bounded batches so that the port is read in between.

The same SSRC and sequence number is never sealed with two plaintexts: what a group's ring
holds is what was sealed, and a number that the ring refuses is not sent at all.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pylibsrtp._binding import ffi, lib

from rooms.media.peer import Peer
from rooms.media.port import UDP_SEGMENT, Counters
from rooms.media.ring import Ring
from rooms.media.rtp import HEADER
from rooms.media.sdp import Kind

SEALED_BYTES = 64 << 10
RUN_BYTES = 60_000
RUN_PACKETS = 64  # UDP_MAX_SEGMENTS of older kernels
PADDING_MOST = 16
SENDS_PER_BATCH = 32
JOBS_MOST = 400
RING_PACKETS: dict[Kind, int] = {"audio": 256, "video": 1024}
PADDING = [b"\0" * (size - 1) + bytes((size,)) for size in range(1, PADDING_MOST + 1)]
SOL_UDP = 17
CONTROL_TRAILER_BYTES = 4  # SRTCP's own index, besides the tag


class Placed(NamedTuple):
    """A packet under the room's numbering; `number` is extended."""

    number: int
    timestamp: int
    marker: bool
    payload: bytes


class GroupKey(NamedTuple):
    """What must be equal for two viewers to share plaintext; a payload type of -1: none."""

    audio_type: int
    video_type: int
    send_time_id: int
    tag_bytes: int


class Run(NamedTuple):
    """Packets that leave in one system call: `plain` has room for the tag after each."""

    plain: bytes
    slots: Sequence[tuple[Any, int]]  # where in the buffer, how long before sealing
    vector: Sequence[memoryview]
    ancillary: Sequence[tuple[int, int, bytes]]
    seal: Any


class Group:
    """Viewers of one stage who get the same plaintext."""

    def __init__(self, key: GroupKey, ssrcs: dict[Kind, int]) -> None:
        self.key = key
        self.rings: dict[Kind, Ring] = {kind: Ring(RING_PACKETS[kind]) for kind in RING_PACKETS}
        self.viewers: dict[Kind, list[Peer]] = {"audio": [], "video": []}
        self._ssrcs = ssrcs
        self._types: dict[Kind, int] = {"audio": key.audio_type, "video": key.video_type}

    def carries(self, kind: Kind) -> bool:
        """Whether its viewers asked for this kind; sound only is a group of its own."""
        return self._types[kind] >= 0

    def add(self, kind: Kind, viewer: Peer) -> None:
        """Lists are replaced, never changed: work under way holds the old one."""
        self.viewers[kind] = [*self.viewers[kind], viewer]

    def remove(self, viewer: Peer) -> None:
        for kind, viewers in self.viewers.items():
            if viewer in viewers:
                self.viewers[kind] = [other for other in viewers if other is not viewer]

    def write(self, kind: Kind, packets: Sequence[Placed], now_s: float) -> list[bytes]:
        """The group's plaintext of these packets, evened out with RTP padding and kept in the
        ring; what the ring refuses is left out."""
        extension = self._extension(now_s) if kind == "video" else b""
        overhead = HEADER.size + len(extension)
        paddings = even_out([overhead + len(packet.payload) for packet in packets])
        plains = []
        for packet, padding in zip(packets, paddings, strict=True):
            size = padding or (0 if packet.payload else PADDING_MOST)  # a probe is all padding
            first = 0x80 | (0x10 if extension else 0) | (0x20 if size else 0)
            header = HEADER.pack(
                first,
                (0x80 if packet.marker else 0) | self._types[kind],
                packet.number & 0xFFFF,
                packet.timestamp,
                self._ssrcs[kind],
            )
            tail = PADDING[size - 1] if size else b""
            plain = b"".join((header, extension, packet.payload, tail))
            if self.rings[kind].put(packet.number, plain, now_s):
                plains.append(plain)
        return plains

    def _extension(self, now_s: float) -> bytes:
        """abs-send-time: 6.18 fixed-point seconds, in a one-byte header extension (RFC 8285)."""
        if not self.key.send_time_id:
            return b""
        stamp = int(now_s * (1 << 18)) & 0xFFFFFF
        return struct.pack("!HHI", 0xBEDE, 1, self.key.send_time_id << 28 | 2 << 24 | stamp)


def even_out(sizes: Sequence[int]) -> list[int]:
    """How much padding (0 … 16 bytes) each packet of a frame gets so that neighbours that are
    nearly equal become equal."""
    paddings = [0] * len(sizes)
    begin = 0
    while begin < len(sizes):
        least = most = sizes[begin]
        end = begin + 1
        while end < len(sizes):
            lower, upper = min(least, sizes[end]), max(most, sizes[end])
            if upper - lower > PADDING_MOST:
                break
            least, most, end = lower, upper, end + 1
        for place in range(begin, end):
            paddings[place] = most - sizes[place]
        begin = end
    return paddings


def cut_into_runs(sizes: Sequence[int], tag_bytes: int) -> list[range]:
    """Consecutive packets that segmentation can send in one call: all of one size, only the
    last may be shorter; at most 64, at most what a datagram holds."""
    runs = []
    begin = 0
    for place in range(1, len(sizes) + 1):
        is_over = place == len(sizes) or (
            sizes[place] > sizes[begin]
            or sizes[place - 1] < sizes[begin]
            or place - begin >= RUN_PACKETS
            or (place - begin + 1) * (sizes[begin] + tag_bytes) > RUN_BYTES
        )
        if is_over:
            runs.append(range(begin, place))
            begin = place
    return runs if sizes else []


class _Job:
    """A run on its way: to `viewers`, beginning with the `first`th, `done` of them served."""

    __slots__ = ("done", "first", "run", "viewers")

    def __init__(self, run: Run, viewers: Sequence[Peer], first: int) -> None:
        self.run, self.viewers, self.first, self.done = run, viewers, first, 0


class Fanout:
    """Sends runs to viewers, audio before video, a batch per turn of the loop."""

    def __init__(self, counters: Counters, segments: bool) -> None:
        self._counters = counters
        self._segments = segments
        self._loop = asyncio.get_running_loop()
        self._buffer = ffi.new("char[]", SEALED_BYTES)
        self._view = memoryview(ffi.buffer(self._buffer))
        self._length = ffi.new("int *")
        self._audio: deque[_Job] = deque()
        self._video: deque[_Job] = deque()
        self._is_scheduled = False
        self._turn = 0

    def send(self, kind: Kind, group: Group, plains: Sequence[bytes]) -> None:
        """To everyone in the group who gets this kind."""
        self.send_to(kind, group.viewers[kind], group.key.tag_bytes, plains)

    def send_to(
        self, kind: Kind, viewers: Sequence[Peer], tag_bytes: int, plains: Sequence[bytes]
    ) -> None:
        if not viewers:
            return
        sizes = [len(plain) for plain in plains]
        queue = self._audio if kind == "audio" else self._video
        for places in cut_into_runs(sizes, tag_bytes):
            run = self._lay_out(plains[places.start : places.stop], tag_bytes)
            self._turn += 1
            queue.append(_Job(run, viewers, self._turn % len(viewers)))
        while len(queue) > JOBS_MOST:  # we cannot keep up: the oldest is worth least
            late = queue.popleft()
            left = len(late.viewers) - late.done
            self._counters.late_packets += left * len(late.run.slots)
        self._schedule()

    def send_control(self, viewers: Sequence[Peer], tag_bytes: int, plain: bytes) -> None:
        """One RTCP packet to all of them, in its turn after audio that waits."""
        if viewers:
            size = len(plain)
            vector = [self._view[: size + CONTROL_TRAILER_BYTES + tag_bytes]]
            run = Run(plain, [(self._buffer, size)], vector, (), lib.srtp_protect_rtcp)
            self._audio.append(_Job(run, viewers, 0))
            self._schedule()

    def repeat(self, viewer: Peer, plains: Iterable[bytes]) -> None:
        """Retransmissions, at once."""
        for plain in plains:
            self._deliver(self._lay_out([plain], viewer.tag_bytes), [viewer])

    def _lay_out(self, plains: Sequence[bytes], tag_bytes: int) -> Run:
        stride = len(plains[0]) + tag_bytes
        total = stride * (len(plains) - 1) + len(plains[-1]) + tag_bytes
        room = bytes(tag_bytes)
        slots = [(self._buffer + stride * at, len(plain)) for at, plain in enumerate(plains)]
        vector = [self._view[:total]]
        ancillary = [(SOL_UDP, UDP_SEGMENT, struct.pack("=H", stride))] if len(plains) > 1 else ()
        return Run(room.join(plains), slots, vector, ancillary, lib.srtp_protect)

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._work)

    def _work(self) -> None:
        left = SENDS_PER_BATCH
        while left > 0 and (queue := self._audio or self._video):
            job = queue[0]
            count = min(left, len(job.viewers) - job.done)
            begin = (job.first + job.done) % len(job.viewers)
            batch = [*job.viewers[begin : begin + count]]
            batch += job.viewers[: count - len(batch)]
            job.done += count
            left -= count
            if job.done == len(job.viewers):
                queue.popleft()
            self._deliver(job.run, batch)
        self._is_scheduled = False
        if self._audio or self._video:
            self._schedule()

    def _deliver(self, run: Run, viewers: Sequence[Peer]) -> None:
        plain, slots, vector, ancillary, seal = run
        buffer, length, copy = self._buffer, self._length, ffi.memmove
        size, sent = len(plain), 0
        segmented = len(slots) == 1 or self._segments
        for viewer in viewers:
            path = viewer.path
            if path is None or viewer.seal is None:
                continue
            copy(buffer, plain, size)
            context, failed = viewer.seal, 0
            for at, length[0] in slots:
                failed |= seal(context, at, length)
            if failed:  # what could not be sealed never leaves
                self._counters.seal_errors += 1
                continue
            sent += 1
            try:
                if segmented:
                    path.leg.sock.sendmsg(vector, ancillary, 0, path.remote)
                else:
                    self._send_singly(run, viewer)
            except BlockingIOError:
                viewer.would_block += len(slots)
                self._counters.would_block += len(slots)
            except OSError:
                self._send_singly(run, viewer)
        self._counters.sent_packets += len(slots) * sent
        self._counters.sent_bytes += len(vector[0]) * sent

    def _send_singly(self, run: Run, viewer: Peer) -> None:
        """Where the kernel or the way there does not take a segmented buffer."""
        assert viewer.path is not None
        total = len(run.vector[0])
        stride = struct.unpack("=H", run.ancillary[0][2])[0] if run.ancillary else total
        for at in range(0, total, stride):
            try:
                sealed = run.vector[0][at : min(at + stride, total)]
                viewer.path.leg.sock.sendto(sealed, viewer.path.remote)
            except BlockingIOError:
                viewer.would_block += 1
                self._counters.would_block += 1
            except OSError:
                self._counters.late_packets += 1
