"""One viewer: what it may get, what it says about how it goes.

Listens to the viewer's peer and asks the stage for what it needs.
"""

from __future__ import annotations

from typing import Any, Protocol

from rooms.media.fanout import Group, GroupKey
from rooms.media.feedback import (
    Control,
    is_keyframe_request,
    lost_packets,
    read_rtcp,
    reported_bitrate,
    reported_loss,
)
from rooms.media.peer import Peer
from rooms.media.sdp import Kind, Track

RESENDS_PER_S = 300


class Seats(Protocol):
    """The stage, as its viewers see it."""

    def seat(self, viewer: Viewer) -> None: ...

    def resend(self, viewer: Viewer, ssrc: int, seqs: list[int], now_s: float) -> None: ...

    def ask_keyframe(self) -> None: ...


class Viewer:
    """Listens to one viewer's peer; `begins` holds the first number it got of each kind."""

    def __init__(self, peer: Peer, tracks: dict[Kind, Track], stage: Seats) -> None:
        self.peer = peer
        self.kinds = list(tracks)
        self.begins: dict[Kind, int] = {}
        self.remb_bps: int | None = None
        self.loss = 0.0
        self.group: Group | None = None
        self._tracks = tracks
        self._stage = stage
        self._resends_left = float(RESENDS_PER_S)
        self._resent_at_s = 0.0

    @property
    def key(self) -> GroupKey:
        video = self._tracks.get("video", Track(-1, 0))
        audio = self._tracks.get("audio", Track(-1, 0))
        tag_bytes = self.peer.tag_bytes
        return GroupKey(audio.payload_type, video.payload_type, video.send_time_id, tag_bytes)

    def connected(self) -> None:
        self._stage.seat(self)

    def take_media(self, data: bytes, now_s: float) -> None:
        """Viewers send none; whoever does is not listened to."""

    def take_control(self, data: bytes, now_s: float) -> None:
        for packet in read_rtcp(data):
            if lost := lost_packets(packet):
                self._stage.resend(self, *lost, now_s)
            elif is_keyframe_request(packet):
                self._stage.ask_keyframe()
            else:
                self._note(packet)

    def may_resend(self, now_s: float) -> bool:
        """Spends one of the retransmissions a viewer has per second."""
        earned = (now_s - self._resent_at_s) * RESENDS_PER_S
        self._resends_left = min(RESENDS_PER_S, self._resends_left + earned)
        self._resent_at_s = now_s
        self._resends_left -= 1
        return self._resends_left >= 0

    def _note(self, packet: Control) -> None:
        if (bps := reported_bitrate(packet)) is not None:
            self.remb_bps = bps
        elif (loss := reported_loss(packet)) is not None:
            self.loss = loss

    def health(self) -> dict[str, Any]:
        return {
            "bitrate_bps": self.remb_bps or 0,
            "loss": round(self.loss, 4),
            "packets_dropped": self.peer.would_block,
            "has_video": "video" in self.begins,
        }
