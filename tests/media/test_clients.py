"""Another WebRTC implementation as WHIP publisher and WHEP viewer: plain aiortc."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import VideoFrame

from rooms.stagehand import PublisherCame, PublisherWent, SessionClosed, ViewersCounted
from tests.media.conftest import Node, next_report, until


class Picture(VideoStreamTrack):
    """Twenty small grey frames a second."""

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(width=160, height=120)
        for plane in frame.planes:
            plane.update(bytes((pts // 3000) % 256 for _ in range(1)) * plane.buffer_size)
        frame.pts, frame.time_base = pts, Fraction(time_base)
        return frame


def prefer_h264(connection: RTCPeerConnection) -> None:
    capabilities = RTCRtpReceiver.getCapabilities("video")
    assert capabilities is not None
    h264 = [codec for codec in capabilities.codecs if codec.mimeType == "video/H264"]
    for transceiver in connection.getTransceivers():
        if transceiver.kind == "video":
            transceiver.setCodecPreferences(h264)


@asynccontextmanager
async def connection() -> AsyncIterator[RTCPeerConnection]:
    opened = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        yield opened
    finally:
        # A close while aiortc still connects leaves the senders running that it then starts.
        await until(lambda: is_settled(opened), "the client is done with its handshake")
        await opened.close()


def is_settled(opened: RTCPeerConnection) -> bool:
    """Whether nothing was begun, or it succeeded or failed."""
    begun = opened.remoteDescription is not None
    return not begun or opened.connectionState not in ("new", "connecting")


async def negotiate(node: Node, opened: RTCPeerConnection, protocol: str, owner: str) -> str:
    """Offer, take the answer; the session's address."""
    prefer_h264(opened)
    await opened.setLocalDescription(await opened.createOffer())
    reply = await node.post(protocol, "fair", owner, opened.localDescription.sdp)
    assert reply.status_code == 201, reply.text
    await opened.setRemoteDescription(RTCSessionDescription(reply.text, "answer"))
    return str(reply.headers["location"])


@asynccontextmanager
async def publishing(node: Node, owner: str = "host") -> AsyncIterator[str]:
    async with connection() as opened:
        opened.addTransceiver(Picture(), direction="sendonly")
        opened.addTransceiver(AudioStreamTrack(), direction="sendonly")
        yield await negotiate(node, opened, "whip", owner)


@asynccontextmanager
async def playing(node: Node, owner: str) -> AsyncIterator[dict[str, MediaStreamTrack]]:
    """The tracks a viewer gets, by kind."""
    async with connection() as opened:
        tracks: dict[str, MediaStreamTrack] = {}
        opened.on("track", lambda track: tracks.__setitem__(track.kind, track))
        opened.addTransceiver("audio", direction="recvonly")
        opened.addTransceiver("video", direction="recvonly")
        await negotiate(node, opened, "whep", owner)
        yield tracks


async def take(track: MediaStreamTrack, count: int) -> list[int]:
    """The time stamps of so many decoded frames."""
    async with asyncio.timeout(20):
        return [(await track.recv()).pts or 0 for _ in range(count)]


async def test_it_publishes_and_plays(node: Node) -> None:
    async with node.reports() as reports, publishing(node) as location:
        came = await next_report(reports, PublisherCame)
        assert came.owner == "host"
        async with playing(node, "anna") as tracks:
            assert len(await take(tracks["video"], 15)) == 15
            assert len(await take(tracks["audio"], 15)) == 15
            counted = await next_report(reports, ViewersCounted)
            assert counted.viewers == 1
        told = await node.health(location)
        assert told["state"] == "connected"
        assert told["keyframes"] >= 1
    assert (await node.client.get("/healthz")).status_code == 200


async def test_a_takeover_continues_in_front_of_the_same_viewer(node: Node) -> None:
    async with publishing(node), playing(node, "anna") as tracks, node.reports() as reports:
        before = await take(tracks["video"], 10)
        async with publishing(node):
            went = await next_report(reports, PublisherWent)
            assert went.reason == "taken_over"
            await next_report(reports, PublisherCame)
            after = await take(tracks["video"], 20)
            stamps = before + after
            assert stamps == sorted(stamps)


async def test_a_publisher_who_hangs_up_is_lost_and_one_who_ends_has_left(node: Node) -> None:
    async with node.reports() as reports:
        async with publishing(node):
            await next_report(reports, PublisherCame)
        assert (await next_report(reports, PublisherWent)).reason == "lost"
        async with publishing(node) as location:
            await next_report(reports, PublisherCame)
            await node.client.delete(location)
            assert (await next_report(reports, PublisherWent)).reason == "left"


async def test_a_viewer_who_hangs_up_is_counted_out(node: Node) -> None:
    async with node.reports() as reports, publishing(node):
        async with playing(node, "passing:1"):
            assert (await next_report(reports, ViewersCounted)).viewers == 1
        assert (await next_report(reports, ViewersCounted)).viewers == 0


async def test_a_peer_with_another_certificate_than_it_offered_is_refused(node: Node) -> None:
    async with node.reports() as reports, connection() as opened:
        opened.addTransceiver(AudioStreamTrack(), direction="sendonly")
        await opened.setLocalDescription(await opened.createOffer())
        forged = re.sub(r"(a=fingerprint:\S+ )\S\S", r"\g<1>00", opened.localDescription.sdp)
        reply = await node.post("whip", "fair", "host", forged)
        await opened.setRemoteDescription(RTCSessionDescription(reply.text, "answer"))
        closed = await next_report(reports, SessionClosed)
        assert closed.reason == "handshake_failed"
    assert "handshakes_failed_total 1.0" in (await node.client.get("/metrics")).text
