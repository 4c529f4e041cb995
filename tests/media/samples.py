"""Offers as browsers write them, and packets made by hand."""

from __future__ import annotations

from rooms.media.rtp import HEADER

FINGERPRINT = ":".join(["AB"] * 32)


def offer(
    direction: str = "sendonly",
    *,
    kinds: tuple[str, ...] = ("audio", "video"),
    video_type: int = 103,
    fmtp: str = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    session_level: bool = False,
) -> str:
    """An offer in Chromium's order, cut down to what matters."""
    secured = [
        "a=ice-ufrag:Abcd",
        "a=ice-pwd:0123456789012345678901",
        f"a=fingerprint:sha-256 {FINGERPRINT}",
        "a=setup:actpass",
    ]
    lines = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
    lines += secured if session_level else []
    for place, kind in enumerate(kinds):
        number = 111 if kind == "audio" else video_type
        lines += [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF 96 {number} 120",
            "c=IN IP4 0.0.0.0",
            *([] if session_level else secured),
            f"a=mid:{place}",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            f"a={direction}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            "a=rtpmap:96 VP8/90000" if kind == "video" else "a=rtpmap:96 red/48000/2",
        ]
        if kind == "video":
            lines += [
                f"a=rtpmap:{number} H264/90000",
                f"a=fmtp:{number} {fmtp}",
                *(
                    f"a=rtcp-fb:{number} {name}"
                    for name in ("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli")
                ),
            ]
        else:
            lines += [f"a=rtpmap:{number} opus/48000/2", f"a=fmtp:{number} useinbandfec=1"]
    return "\r\n".join(lines) + "\r\n"


def rtp(
    seq: int,
    timestamp: int = 0,
    payload: bytes = b"\x41slice",
    *,
    payload_type: int = 103,
    ssrc: int = 7,
    marker: bool = False,
) -> bytes:
    """A plain RTP packet."""
    second = (0x80 if marker else 0) | payload_type
    return HEADER.pack(0x80, second, seq & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload
