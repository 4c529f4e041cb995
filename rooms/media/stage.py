"""One stage: who sends, who receives, who needs a keyframe.

A stage has at most one publisher and any number of viewers. Its SSRCs and numbering outlive
both, so that a publisher who reloads goes on in front of the same viewers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from rooms.media.fanout import Fanout, Group, GroupKey
from rooms.media.feedback import SenderReport, write_sender_report
from rooms.media.intake import Feed, Frame, Intake
from rooms.media.peer import Peer
from rooms.media.port import Counters
from rooms.media.sdp import Kind, Track
from rooms.media.serial import packets_to_wrap
from rooms.media.viewer import Viewer
from rooms.stagehand import (
    HealthMeasured,
    Publisher,
    PublisherCame,
    PublisherWent,
    Report,
    StageState,
)

Reason = Literal["left", "taken_over", "lost", "ended"]
Tell = Callable[[Report], None]

# A viewer who gets no packet from before a roll-over never opens one after it (RFC 3711 3.3.1).
WRAP_MARGIN: dict[Kind, int] = {"audio": 100, "video": 500}
RESEND_S = 2.0
BURST_S = 2.0
BURST_PACKETS = 200
BURST_BYTES = 300_000
KEYFRAME_AGAIN_S = 1.0


class Stage:
    """Forwards what its publisher sends; tells `tell` who came and went. `tick` it every 20 ms."""

    def __init__(
        self, name: str, fanout: Fanout, counters: Counters, cap_bps: int, *, tell: Tell
    ) -> None:
        self.name = name
        self.cap_bps = cap_bps
        self.intake: Intake | None = None
        self.viewers: dict[Peer, Viewer] = {}
        self.publisher = Publisher("", "", 0.0)
        self._is_pair = False
        self._fanout = fanout
        self._counters = counters
        self._tell = tell
        self.feeds: dict[Kind, Feed] = {"audio": Feed("audio"), "video": Feed("video")}
        self._groups: dict[GroupKey, Group] = {}
        self._waiting: dict[Kind, list[Viewer]] = {"audio": [], "video": []}
        self._sender_reports: dict[Kind, bytes] = {}
        self._asked_at_s = 0.0

    @property
    def ssrcs(self) -> dict[Kind, int]:
        return {kind: feed.ssrc for kind, feed in self.feeds.items()}

    @property
    def seated(self) -> int:
        """Viewers that are connected."""
        return sum(viewer.group is not None for viewer in self.viewers.values())

    def state(self) -> StageState:
        is_live = self.intake is not None and self.intake.is_live
        return StageState(
            room=self.name, publisher=self.publisher if is_live else None, viewers=self.seated
        )

    def health(self) -> HealthMeasured | None:
        """The publisher's stream; None while there is none."""
        if self.intake is None or not self.intake.is_live:
            return None
        return HealthMeasured(
            room=self.name,
            session=self.publisher.session,
            bitrate_bps=self.intake.bitrate_bps,
            loss=round(self.intake.loss, 4),
            keyframes=self.intake.keyframes,
            viewers=self.seated,
        )

    def begin(
        self, peer: Peer, tracks: dict[Kind, Track], session: str, owner: str, *, is_pair: bool
    ) -> Intake:
        """A publisher takes the empty stage."""
        self.publisher = Publisher(session, owner, 0.0)
        self._is_pair = is_pair
        self.intake = Intake(peer, tracks, self.feeds, self, self._counters)
        return self.intake

    def finish(self, reason: Reason) -> None:
        """The publisher's session is over; one that was `lost` is not lost again."""
        if self.intake is None:
            return
        is_news = self.intake.is_live or (reason != "lost" and self.publisher.since > 0)
        self.intake.leave()
        self.intake = None
        self._sender_reports.clear()
        if is_news:
            self._say_went(reason)

    def expect(self, peer: Peer, tracks: dict[Kind, Track]) -> Viewer:
        """A viewer who is about to connect."""
        viewer = self.viewers[peer] = Viewer(peer, tracks, self)
        return viewer

    def seat(self, viewer: Viewer) -> None:
        """A viewer is connected: sound at once, video from a keyframe on."""
        viewer.group = self._groups.get(viewer.key)
        if viewer.group is None:
            viewer.group = self._groups[viewer.key] = Group(viewer.key, self.ssrcs)
        for kind in viewer.kinds:
            self._waiting[kind].append(viewer)
        self._admit_to_audio()
        if "video" in viewer.kinds and not self._burst(viewer):
            self.ask_keyframe()

    def dismiss(self, peer: Peer) -> None:
        """A viewer is gone."""
        viewer = self.viewers.pop(peer)
        for kind, waiting in self._waiting.items():
            self._waiting[kind] = [other for other in waiting if other is not viewer]
        if viewer.group is not None:
            viewer.group.remove(peer)
            if not any(other.group is viewer.group for other in self.viewers.values()):
                del self._groups[viewer.group.key]

    def take_frame(self, kind: Kind, frame: Frame, now_s: float) -> None:
        for group in [group for group in self._groups.values() if group.carries(kind)]:
            plains = group.write(kind, frame.packets, now_s)
            first = frame.packets[0].number
            if frame.is_late:
                viewers = [
                    peer
                    for peer in group.viewers[kind]
                    if self.viewers[peer].begins[kind] <= first
                ]
                self._fanout.send_to(kind, viewers, group.key.tag_bytes, plains)
                continue
            if frame.is_keyframe:
                group.rings["video"].mark_keyframe(first)
                self._admit_to_video(group, first)
            self._fanout.send(kind, group, plains)

    def take_sender_report(self, kind: Kind, report: SenderReport) -> None:
        """Passed on to viewers: lip-sync and their round-trip time hang on it."""
        feed = self.feeds[kind]
        plain = write_sender_report(report, feed.ssrc, feed.numbering.timestamp_offset)
        self._sender_reports[kind] = plain
        for group in self._groups.values():
            self._fanout.send_control(group.viewers[kind], group.key.tag_bytes, plain)

    def publisher_came(self) -> None:
        now = self.publisher.since or time.time()
        session, owner = self.publisher.session, self.publisher.owner
        self.publisher = Publisher(session, owner, now)
        self._tell(PublisherCame(room=self.name, session=session, owner=owner, since=now))
        if self._waiting["video"]:
            self.ask_keyframe()

    def publisher_lost(self) -> None:
        self._say_went("lost")

    def may_send_bps(self) -> int | None:
        """In an interview, what the other person can receive."""
        if not self._is_pair:
            return None
        told = [viewer.remb_bps for viewer in self.viewers.values() if viewer.remb_bps is not None]
        return min(told, default=None)

    def ask_keyframe(self) -> None:
        if self.intake is not None:
            self.intake.ask_keyframe()

    def resend(self, viewer: Viewer, ssrc: int, seqs: list[int], now_s: float) -> None:
        """Answer a NACK from the ring, byte for byte; nothing from before the viewer began."""
        kind: Kind = "video" if ssrc == self.feeds["video"].ssrc else "audio"
        begins = viewer.begins.get(kind)
        if viewer.group is None or begins is None or ssrc != self.feeds[kind].ssrc:
            return
        found = []
        for seq in seqs:
            if not viewer.may_resend(now_s):
                break
            kept = viewer.group.rings[kind].find(seq, now_s - RESEND_S)
            if kept is not None and kept.number >= begins:
                found.append(kept.plain)
        self._counters.resent_packets += len(found)
        self._fanout.repeat(viewer.peer, found)

    def tick(self, now_s: float) -> None:
        if self.intake is None:
            return
        if self._waiting["audio"]:
            self._admit_to_audio()
        if self._waiting["video"] and now_s - self._asked_at_s >= KEYFRAME_AGAIN_S:
            self._asked_at_s = now_s
            self.ask_keyframe()
        self.intake.tick(now_s)

    def _admit_to_audio(self) -> None:
        following = self.feeds["audio"].numbering.highest + 1
        if packets_to_wrap(following) > WRAP_MARGIN["audio"]:
            waiting, self._waiting["audio"] = self._waiting["audio"], []
            for viewer in waiting:
                self._admit(viewer, "audio", following)

    def _admit_to_video(self, group: Group, first: int) -> None:
        if packets_to_wrap(first) > WRAP_MARGIN["video"]:
            for viewer in [viewer for viewer in self._waiting["video"] if viewer.group is group]:
                self._waiting["video"].remove(viewer)
                self._admit(viewer, "video", first)

    def _burst(self, viewer: Viewer) -> bool:
        """Begin with the last keyframe, if it is recent, small, whole and not near a wrap."""
        assert viewer.group is not None
        since_s = viewer.peer.now_s() - BURST_S
        kept = viewer.group.rings["video"].from_keyframe(since_s, BURST_PACKETS)
        plains = [packet.plain for packet in kept]
        if not kept or sum(map(len, plains)) > BURST_BYTES:
            return False
        if packets_to_wrap(kept[0].number) <= WRAP_MARGIN["video"]:
            return False
        self._waiting["video"].remove(viewer)
        self._admit(viewer, "video", kept[0].number)
        self._fanout.send_to("video", [viewer.peer], viewer.peer.tag_bytes, plains)
        return True

    def _admit(self, viewer: Viewer, kind: Kind, first: int) -> None:
        assert viewer.group is not None
        viewer.begins[kind] = first
        viewer.group.add(kind, viewer.peer)
        if plain := self._sender_reports.get(kind):
            viewer.peer.send_control(plain)

    def _say_went(self, reason: Reason) -> None:
        session, owner = self.publisher.session, self.publisher.owner
        self._tell(PublisherWent(room=self.name, session=session, owner=owner, reason=reason))
