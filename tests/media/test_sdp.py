"""Offers are answered by the house's rules or refused by name."""

from __future__ import annotations

import re

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.sdp import (
    Answer,
    Fingerprint,
    Ice,
    Role,
    Track,
    Unusable,
    answer_offer,
    read_fragment_ufrag,
)
from tests.media.samples import FINGERPRINT, offer

ICE = Ice("ours", "password-of-twenty-two-", [("192.0.2.9", 8189), ("2001:db8::9", 8189)])


def answer(text: str, role: Role = "publisher") -> Answer:
    ours = Fingerprint("sha-256", FINGERPRINT)
    return answer_offer(text, role, ICE, ours, {"audio": 11, "video": 22})


def refusal(text: str, role: Role = "publisher") -> tuple[str, int]:
    with pytest.raises(Unusable) as caught:
        answer(text, role)
    return caught.value.name, caught.value.status


def test_a_publisher_is_answered_with_what_the_house_forwards() -> None:
    answered = answer(offer())
    assert answered.tracks == {"audio": Track(111, 0), "video": Track(103, 2)}
    assert answered.fingerprints == [Fingerprint("sha-256", FINGERPRINT)]
    for line in (
        "a=ice-lite",
        "a=group:BUNDLE 0 1",
        "a=recvonly",
        "a=setup:passive",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=rtpmap:103 H264/90000",
        "a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=fmtp:111 minptime=10;useinbandfec=1",
        "a=rtcp-fb:103 nack",
        "a=rtcp-fb:103 nack pli",
        "a=rtcp-fb:103 goog-remb",
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "a=end-of-candidates",
    ):
        assert f"{line}\r\n" in answered.text, line
    assert re.search(r"a=candidate:1 1 udp \d+ 192\.0\.2\.9 8189 typ host", answered.text)
    assert "VP8" not in answered.text
    assert "transport-cc" not in answered.text


def test_a_viewer_is_told_the_stages_own_ssrcs() -> None:
    answered = answer(offer("recvonly"), "viewer")
    assert "a=ssrc:11 cname:stage\r\n" in answered.text
    assert "a=ssrc:22 cname:stage\r\n" in answered.text
    assert "a=sendonly\r\n" in answered.text


def test_another_implementation_reads_our_answer() -> None:
    read = SessionDescription.parse(answer(offer("recvonly"), "viewer").text)
    assert [media.kind for media in read.media] == ["audio", "video"]
    ice = read.media[1].ice
    assert ice is not None
    assert ice.iceLite
    assert len(read.media[0].ice_candidates) == 2


def test_ice_and_fingerprint_may_stand_in_the_session() -> None:
    assert answer(offer(session_level=True)).fingerprints


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_one_kind_alone_is_enough(kind: str) -> None:
    assert list(answer(offer(kinds=(kind,))).tracks) == [kind]


def test_a_data_channel_and_a_second_camera_get_port_zero() -> None:
    answered = answer(offer(kinds=("audio", "video", "video", "application")))
    assert answered.text.count(" 0 UDP/TLS/RTP/SAVPF") == 2
    assert "a=group:BUNDLE 0 1\r\n" in answered.text


def test_constrained_baseline_wins_over_baseline_whatever_the_order() -> None:
    text = offer().replace(
        "a=rtpmap:96 VP8/90000",
        "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42001f",
    )
    assert answer(text).tracks["video"].payload_type == 103


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", ("bad-sdp", 400)),
        ("hello", ("bad-sdp", 400)),
        ("v=0\r\nm=video\r\n", ("bad-sdp", 400)),
        ("v=0\r\n" * 3000, ("bad-sdp", 400)),
        ("v=0\r\ns=-\r\n", ("no-media", 422)),
        (offer("recvonly"), ("no-media", 422)),
        (offer(fmtp="packetization-mode=0;profile-level-id=42e01f"), ("no-codec", 406)),
        (offer(fmtp="packetization-mode=1;profile-level-id=640032"), ("no-codec", 406)),
        (offer().replace("opus", "speex"), ("no-codec", 406)),
        (offer().replace("ice-ufrag", "ice-other"), ("no-ice", 422)),
        (offer().replace("actpass", "passive"), ("no-dtls", 422)),
        (offer().replace("sha-256", "md5"), ("no-dtls", 422)),
        (offer().replace("a=rtcp-mux\r\n", ""), ("no-rtcp-mux", 422)),
        (offer().replace("RTP/SAVPF", "RTP/AVP"), ("bad-sdp", 422)),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(text: str, refused: tuple[str, int]) -> None:
    assert refusal(text) == refused


def test_a_fragment_says_whose_candidates_it_brings() -> None:
    assert read_fragment_ufrag("a=ice-ufrag:Abcd\r\na=ice-pwd:x\r\nm=audio 9 RTP/AVP 0\r\n") == (
        "Abcd"
    )
    assert read_fragment_ufrag("a=candidate:1 1 udp 1 x.local 9 typ host\r\n") == ""
    with pytest.raises(Unusable):
        read_fragment_ufrag("nonsense")


LINES = offer().splitlines()


@given(st.text(max_size=300))
def test_any_text_is_answered_or_refused(text: str) -> None:
    try:
        answer("v=0\n" + text)
    except Unusable:
        return


@given(st.data())
def test_any_mutilation_of_a_real_offer_is_answered_or_refused(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        act = data.draw(st.sampled_from(["drop", "double", "cut", "swap", "noise"]))
        if act == "drop" and len(lines) > 1:
            del lines[at]
        elif act == "double":
            lines.insert(at, lines[at])
        elif act == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        elif act == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] += data.draw(st.text(max_size=12))
    try:
        answered = answer("\r\n".join(lines))
    except Unusable:
        return
    assert all(0 <= track.payload_type <= 127 for track in answered.tracks.values())
