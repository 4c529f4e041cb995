"""A publisher's media coming in: numbered, put together to frames, and answered with feedback.

Knows one publisher's peer and the stage's feeds; who watches is none of its business.
"""

from __future__ import annotations

import secrets
from collections import deque
from typing import Any, NamedTuple, Protocol

from rooms.media.fanout import Placed
from rooms.media.feedback import (
    Estimate,
    Reception,
    SenderReport,
    read_rtcp,
    write_nack,
    write_pli,
    write_receiver_report,
    write_remb,
)
from rooms.media.keyframe import is_keyframe_start
from rooms.media.peer import Peer
from rooms.media.port import Counters
from rooms.media.rtp import Numbering, Packet, read_packet
from rooms.media.sdp import CLOCK_RATES, Kind, Track

FRAME_WAIT_S = 0.02  # a lost marker holds a frame no longer than this
FRAME_PACKETS = 48
KEYFRAME_EVERY_S = 0.5
REPORT_EVERY_S = 1.0
LOST_AFTER_S = 4.0
OTHER_SSRC_AFTER_S = 1.0
SEEN_PACKETS = 1024


class Frame(NamedTuple):
    """Packets that go out together; `is_late` ones fill a hole behind what was sent already."""

    packets: list[Placed]
    is_keyframe: bool = False
    is_late: bool = False


class Feed:
    """One kind of media of a stage: its SSRC and its numbers, the same for every viewer and
    for every publisher that comes after the first."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.ssrc = secrets.randbelow(0xFFFFFFF0) + 2
        # below 32768, so that no viewer's first packets are near a roll-over (RFC 3711 3.3.1)
        first = secrets.randbelow(0x7000) + 1
        self.numbering = Numbering(first, secrets.randbelow(1 << 31), CLOCK_RATES[kind])
        self._seen = [-1] * SEEN_PACKETS
        self._waiting: list[Placed] = []
        self._waiting_is_keyframe = False
        self._waits_since_s = 0.0
        self._timestamp = -1

    def take(self, packet: Packet, now_s: float) -> list[Frame]:
        """The frames that are ready now that this packet came; duplicates give none."""
        highest = self.numbering.highest
        place = self.numbering.place(packet.seq, packet.timestamp, now_s)
        if place is None or not self._is_new(place[0]):
            return []
        placed = Placed(*place, packet.marker, packet.payload)
        if placed.number < highest:
            return [Frame([placed], is_late=True)]
        if self.kind == "audio":
            return [Frame([placed])]
        return self._gather(placed, now_s)

    def flush(self, now_s: float) -> list[Frame]:
        """The frame that waited too long for its marker."""
        due = self._waiting and now_s - self._waits_since_s >= FRAME_WAIT_S
        return self._cut() if due else []

    def begin_source(self) -> list[Frame]:
        """Another publisher or encoder continues; what is left of the old one goes out."""
        left = self._cut()
        self.numbering.begin_source()
        return left

    def _gather(self, placed: Placed, now_s: float) -> list[Frame]:
        ready: list[Frame] = []
        is_first = placed.timestamp != self._timestamp
        if is_first or not placed.payload:
            ready = self._cut()
        if not self._waiting:
            self._waits_since_s = now_s
            self._waiting_is_keyframe = is_first and is_keyframe_start(placed.payload)
        self._timestamp = placed.timestamp
        self._waiting.append(placed)
        if placed.marker or not placed.payload or len(self._waiting) >= FRAME_PACKETS:
            ready += self._cut()
        return ready

    def _cut(self) -> list[Frame]:
        if not self._waiting:
            return []
        frame = Frame(self._waiting, self._waiting_is_keyframe)
        self._waiting = []
        return [frame]

    def _is_new(self, number: int) -> bool:
        if self._seen[number % SEEN_PACKETS] >= number:
            return False
        self._seen[number % SEEN_PACKETS] = number
        return True


class Sink(Protocol):
    """The stage, as its publisher sees it."""

    cap_bps: int

    def take_frame(self, kind: Kind, frame: Frame, now_s: float) -> None: ...

    def take_sender_report(self, kind: Kind, report: SenderReport) -> None: ...

    def publisher_came(self) -> None: ...

    def publisher_lost(self) -> None: ...

    def may_send_bps(self) -> int | None:
        """What the far side of an interview can take; None if that does not matter."""


class Intake:
    """Listens to one publisher's peer. `tick` it every 20 ms."""

    def __init__(
        self,
        peer: Peer,
        tracks: dict[Kind, Track],
        feeds: dict[Kind, Feed],
        sink: Sink,
        counters: Counters,
    ) -> None:
        self.is_live = False
        self.keyframes = 0
        self.loss = 0.0
        self.bitrate_bps = 0
        self._peer = peer
        self._kinds: dict[int, Kind] = {track.payload_type: kind for kind, track in tracks.items()}
        self._feeds = feeds
        self._sink = sink
        self._counters = counters
        self._receptions: dict[Kind, Reception] = {}
        self._heard_at_s: dict[Kind, float] = {}
        self._estimate = Estimate(sink.cap_bps)
        self._steps: deque[tuple[int, int, int]] = deque(maxlen=5)
        self._step_at_s = self._report_at_s = self._asked_at_s = 0.0
        self._wants_keyframe = False

    @property
    def packets(self) -> int:
        return sum(reception.packets for reception in self._receptions.values())

    def health(self) -> dict[str, Any]:
        return {
            "bitrate_bps": self.bitrate_bps,
            "loss": round(self.loss, 4),
            "packets": self.packets,
            "keyframes": self.keyframes,
        }

    def connected(self) -> None:
        """The peer is there; media counts from its first packet."""

    def take_media(self, data: bytes, now_s: float) -> None:
        try:
            packet = read_packet(data)
        except ValueError:
            self._counters.refused_packets += 1
            return
        kind = self._kinds.get(packet.payload_type)
        if kind is None or not self._is_ours(kind, packet, now_s):
            self._counters.refused_packets += 1
            return
        reception = self._receptions[kind]
        self._heard_at_s[kind] = now_s
        reception.take(packet.seq, packet.timestamp, len(data), now_s)
        if kind == "video":
            self._estimate.take(packet.timestamp / CLOCK_RATES[kind], now_s)
        if not self.is_live:
            self.is_live = True
            self._sink.publisher_came()
        for frame in self._feeds[kind].take(packet, now_s):
            self._pass_on(kind, frame, now_s)

    def take_control(self, data: bytes, now_s: float) -> None:
        for packet in read_rtcp(data):
            if isinstance(packet, SenderReport):
                for kind, reception in self._receptions.items():
                    if reception.ssrc == packet.ssrc:
                        reception.take_sender_report(packet.sender_info.ntp_timestamp, now_s)
                        self._sink.take_sender_report(kind, packet)

    def ask_keyframe(self) -> None:
        """Goes out with the next tick, at most twice a second."""
        self._wants_keyframe = True

    def tick(self, now_s: float) -> None:
        """Late frames, NACK, PLI, REMB, RR: whatever is due."""
        if not self._peer.is_connected:
            return
        video = self._receptions.get("video")
        if video:
            for frame in self._feeds["video"].flush(now_s):
                self._pass_on("video", frame, now_s)
            self._repair(video, now_s)
        if now_s - self._step_at_s >= Estimate.STEP_S:
            self._step(now_s)
        if now_s - self._report_at_s >= REPORT_EVERY_S and self._receptions:
            self._report_at_s = now_s
            reports = [reception.report(now_s) for reception in self._receptions.values()]
            self._peer.send_control(write_receiver_report(reports))
        heard_at_s = max(self._heard_at_s.values(), default=now_s)
        if self.is_live and now_s - heard_at_s > LOST_AFTER_S:
            self.is_live = False
            self._sink.publisher_lost()

    def leave(self) -> None:
        """No more of this publisher; the feeds are ready for the next."""
        for feed in self._feeds.values():
            for frame in feed.begin_source():
                self._sink.take_frame(feed.kind, frame, max(self._heard_at_s.values(), default=0))

    def _is_ours(self, kind: Kind, packet: Packet, now_s: float) -> bool:
        reception = self._receptions.get(kind)
        if reception is not None and reception.ssrc == packet.ssrc:
            return True
        if reception is not None and now_s - self._heard_at_s[kind] < OTHER_SSRC_AFTER_S:
            return False
        for frame in self._feeds[kind].begin_source():
            self._pass_on(kind, frame, now_s)
        self._receptions[kind] = Reception(packet.ssrc, CLOCK_RATES[kind])
        self._steps.clear()
        return True

    def _pass_on(self, kind: Kind, frame: Frame, now_s: float) -> None:
        self.keyframes += frame.is_keyframe
        self._sink.take_frame(kind, frame, now_s)

    def _repair(self, video: Reception, now_s: float) -> None:
        if lost := video.due_nacks(now_s):
            self._counters.nacks_sent += 1
            self._peer.send_control(write_nack(video.ssrc, lost))
        if video.given_up:
            video.given_up = False
            self._wants_keyframe = True
        if self._wants_keyframe and now_s - self._asked_at_s >= KEYFRAME_EVERY_S:
            self._wants_keyframe = False
            self._asked_at_s = now_s
            self._counters.keyframes_asked += 1
            self._peer.send_control(write_pli(video.ssrc))

    def _step(self, now_s: float) -> None:
        receptions = self._receptions.values()
        self._steps.append(
            (
                sum(reception.bytes for reception in receptions),
                sum(reception.expected for reception in receptions),
                self.packets,
            )
        )
        passed_s = now_s - self._step_at_s
        self._step_at_s = now_s
        if len(self._steps) < 2:
            return
        newest, oldest = self._steps[-1], self._steps[0]
        expected = newest[1] - oldest[1]
        missed = expected - (newest[2] - oldest[2])
        self.loss = max(0.0, missed / expected) if expected > 0 else 0.0
        over_s = max(passed_s, Estimate.STEP_S) + Estimate.STEP_S * (len(self._steps) - 2)
        self.bitrate_bps = int((newest[0] - oldest[0]) * 8 / over_s)
        bps = self._estimate.step(self.bitrate_bps, self.loss)
        if (far_bps := self._sink.may_send_bps()) is not None:
            bps = max(Estimate.LEAST_BPS, min(bps, far_bps))
        if video := self._receptions.get("video"):
            self._peer.send_control(write_remb(bps, [video.ssrc]))
