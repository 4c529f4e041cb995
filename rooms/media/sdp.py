"""Offer → answer (RFC 8829 as far as WHIP and WHEP need it): one H.264, one Opus, ICE-lite.

Knows the text alone: no sockets, no DTLS. Everything from outside is read with bounds, and
whatever cannot be used is an `Unusable` with a stable name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["audio", "video"]
Role = Literal["publisher", "viewer"]

ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
DIGESTS = {"sha-256", "sha-384", "sha-512"}
KINDS: dict[str, Kind] = {"audio": "audio", "video": "video"}
CLOCK_RATES: dict[Kind, int] = {"audio": 48000, "video": 90000}
FEEDBACK: dict[Kind, tuple[str, ...]] = {
    "audio": ("nack",),
    "video": ("nack", "nack pli", "ccm fir", "goog-remb"),
}
FORMATS: dict[Kind, str] = {
    "audio": "minptime=10;useinbandfec=1",
    "video": "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
}
NAMES: dict[Kind, str] = {"audio": "opus/48000/2", "video": "H264/90000"}
MOST_LINES = 2000


class Unusable(Exception):
    """An offer that cannot be answered; `name` is stable, `say` a plain English sentence."""

    def __init__(self, name: str, status: int, say: str) -> None:
        super().__init__(name)
        self.name, self.status, self.say = name, status, say


class Fingerprint(NamedTuple):
    algorithm: str
    value: str


class Ice(NamedTuple):
    """Our own half of ICE: credentials and where the one port can be reached."""

    ufrag: str
    pwd: str
    candidates: list[tuple[str, int]]


class Track(NamedTuple):
    """What was agreed for one kind of media; `send_time_id` is 0 without that extension."""

    payload_type: int
    send_time_id: int


class Answer(NamedTuple):
    """The answer's text and what the two sides now agree on."""

    text: str
    fingerprints: list[Fingerprint]
    tracks: dict[Kind, Track]


@dataclass
class Section:
    """One m-line of an offer."""

    kind: str
    protocol: str
    formats: list[str]
    lines: list[str] = field(default_factory=list)

    def values(self, attribute: str) -> list[str]:
        """The values of every `a=attribute:value` line."""
        start = f"a={attribute}:"
        return [line[len(start) :].strip() for line in self.lines if line.startswith(start)]

    def value(self, attribute: str) -> str:
        return (self.values(attribute) or [""])[0]

    def by_format(self, attribute: str) -> dict[str, list[str]]:
        """Values that begin with a payload type, by that payload type."""
        found: dict[str, list[str]] = {}
        for value in self.values(attribute):
            payload_type, _, rest = value.partition(" ")
            found.setdefault(payload_type, []).append(rest.strip())
        return found


def answer_offer(
    offer: str, role: Role, ice: Ice, ours: Fingerprint, ssrcs: dict[Kind, int]
) -> Answer:
    """Answer a publisher's or a viewer's offer; viewers are told `ssrcs`. Raises `Unusable`."""
    session, sections = _read(offer)
    chosen = _choose(sections, role)
    fingerprints = _need_security(session, [section for section, _ in chosen.values()])
    accepted = {id(section): kind for kind, (section, _) in chosen.items()}
    mids = []
    body: list[str] = []
    for section in sections:
        kind = accepted.get(id(section))
        if kind is None:
            body += _refused(section)
            continue
        mids.append(section.value("mid"))
        track = chosen[kind][1]
        body += _accepted(section, kind, track, role)
        if role == "viewer":
            body += [f"a=ssrc:{ssrcs[kind]} cname:stage", "a=msid:stage " + kind]
        body += _transport(ice, ours)
    head = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=ice-lite"]
    head += [f"a=group:BUNDLE {' '.join(mids)}"] if all(mids) else []
    head += ["a=msid-semantic: WMS *"]
    tracks = {kind: track for kind, (_, track) in chosen.items()}
    return Answer("\r\n".join([*head, *body]) + "\r\n", fingerprints, tracks)


def read_fragment_ufrag(fragment: str) -> str:
    """The ICE user name a trickle fragment (RFC 8840) speaks of; empty if it names none.
    Raises `Unusable` for what is no fragment."""
    lines = _lines(fragment)
    if not any(line.startswith(("a=", "m=")) for line in lines):
        raise Unusable("bad-sdp", 400, "This is not an SDP fragment.")
    found = [line[len("a=ice-ufrag:") :] for line in lines if line.startswith("a=ice-ufrag:")]
    return found[0].strip() if found else ""


def read_offer_ufrag(offer: str) -> str:
    """The ICE user name of an offer that was answered before."""
    session, sections = _read(offer)
    return next((value for part in (*sections, session) if (value := part.value("ice-ufrag"))), "")


def _lines(text: str) -> list[str]:
    lines = text.splitlines()
    if len(lines) > MOST_LINES or "\0" in text:
        raise Unusable("bad-sdp", 400, "This is not a session description.")
    return lines


def _read(offer: str) -> tuple[Section, list[Section]]:
    lines = _lines(offer)
    if not lines or lines[0].strip() != "v=0":
        raise Unusable("bad-sdp", 400, "This is not a session description.")
    session = Section("session", "", [])
    sections: list[Section] = []
    for line in lines:
        if line.startswith("m="):
            kind, _, rest = line[2:].partition(" ")
            words = rest.split()
            if len(words) < 3 or not words[0].partition("/")[0].isascii():
                raise Unusable("bad-sdp", 400, "A media line of the offer cannot be read.")
            sections.append(Section(kind, words[1], words[2:]))
        else:
            (sections[-1] if sections else session).lines.append(line.rstrip())
    return session, sections


def _choose(sections: list[Section], role: Role) -> dict[Kind, tuple[Section, Track]]:
    """The first audio and the first video m-line that flow the right way."""
    wrong_way = {"recvonly" if role == "publisher" else "sendonly", "inactive"}
    chosen: dict[Kind, tuple[Section, Track]] = {}
    for section in sections:
        directions = {line[2:] for line in section.lines if line.startswith("a=")}
        kind = KINDS.get(section.kind)
        if kind is None or kind in chosen or wrong_way & directions:
            continue
        if "SAVPF" not in section.protocol:
            raise Unusable("bad-sdp", 422, "Media must be offered as SRTP with feedback.")
        if "rtcp-mux" not in directions:
            raise Unusable("no-rtcp-mux", 422, "The offer must multiplex RTCP (rtcp-mux).")
        chosen[kind] = (section, _agree(section, kind))
    if not chosen:
        way = "sends" if role == "publisher" else "receives"
        raise Unusable("no-media", 422, f"The offer has no audio or video that {way}.")
    return chosen


def _agree(section: Section, kind: Kind) -> Track:
    names = section.by_format("rtpmap")
    parameters = section.by_format("fmtp")
    best: tuple[int, int] | None = None
    for payload_type in section.formats:
        if not re.fullmatch(r"\d{1,3}", payload_type) or not 0 <= int(payload_type) <= 127:
            continue
        name = (names.get(payload_type) or [""])[0].lower()
        if name == NAMES[kind].lower():
            rank = _rank(kind, (parameters.get(payload_type) or [""])[0].lower())
            if rank and (best is None or rank > best[0]):
                best = rank, int(payload_type)
    if best is None:
        codec = "H.264 (constrained baseline)" if kind == "video" else "Opus"
        raise Unusable("no-codec", 406, f"This browser offers no {codec}, which this room uses.")
    return Track(best[1], _send_time_id(section) if kind == "video" else 0)


def _rank(kind: Kind, parameters: str) -> int:
    """How well a format fits: 0 is not at all."""
    if kind == "audio":
        return 1
    values = dict(part.strip().partition("=")[::2] for part in parameters.split(";"))
    if values.get("packetization-mode") != "1":
        return 0
    profile = values.get("profile-level-id", "")
    return (
        3
        if profile == "42e01f"
        else 2
        if re.match("42[c-f]0", profile)
        else int(profile.startswith("42"))
    )


def _send_time_id(section: Section) -> int:
    for value in section.values("extmap"):
        number, _, uri = value.partition(" ")
        number = number.partition("/")[0]
        if uri.strip() == ABS_SEND_TIME and re.fullmatch(r"\d{1,2}", number):
            return int(number) if 1 <= int(number) <= 14 else 0
    return 0


def _need_security(session: Section, sections: list[Section]) -> list[Fingerprint]:
    """The offer's certificate fingerprints; ICE credentials and a usable DTLS role must be
    there too. Each may stand in the session or in the media (OBS does the former)."""
    first = sections[0]
    if not (first.value("ice-ufrag") or session.value("ice-ufrag")):
        raise Unusable("no-ice", 422, "The offer has no ICE credentials.")
    if (first.value("setup") or session.value("setup")) not in ("actpass", "active"):
        raise Unusable("no-dtls", 422, "The offer must let us be the passive side of DTLS.")
    found = []
    for value in first.values("fingerprint") or session.values("fingerprint"):
        algorithm, _, digest = value.partition(" ")
        if algorithm.lower() in DIGESTS and re.fullmatch(r"[0-9A-Fa-f:]{16,200}", digest.strip()):
            found.append(Fingerprint(algorithm.lower(), digest.strip().upper()))
    if not found:
        raise Unusable("no-dtls", 422, "The offer has no certificate fingerprint we can check.")
    return found


def _refused(section: Section) -> list[str]:
    """An m-line we do not use, with port 0 as RFC 3264 wants."""
    kept = [f"a=mid:{section.value('mid')}"] if section.value("mid") else []
    formats = " ".join(section.formats[:20])
    return [
        f"m={section.kind} 0 {section.protocol} {formats}",
        "c=IN IP4 0.0.0.0",
        *kept,
        "a=inactive",
    ]


def _accepted(section: Section, kind: Kind, track: Track, role: Role) -> list[str]:
    number = track.payload_type
    offered = section.by_format("rtcp-fb")
    wanted = [*offered.get(str(number), []), *offered.get("*", [])]
    lines = [f"m={kind} 9 {section.protocol} {number}", "c=IN IP4 0.0.0.0"]
    lines += [f"a=mid:{section.value('mid')}"] if section.value("mid") else []
    lines += ["a=recvonly" if role == "publisher" else "a=sendonly"]
    lines += ["a=rtcp-mux"] + (["a=rtcp-rsize"] if "a=rtcp-rsize" in section.lines else [])
    lines += [f"a=rtpmap:{number} {NAMES[kind]}", f"a=fmtp:{number} {FORMATS[kind]}"]
    lines += [f"a=rtcp-fb:{number} {name}" for name in FEEDBACK[kind] if name in wanted]
    if track.send_time_id:
        lines.append(f"a=extmap:{track.send_time_id} {ABS_SEND_TIME}")
    return lines


def _transport(ice: Ice, ours: Fingerprint) -> list[str]:
    lines = [f"a=ice-ufrag:{ice.ufrag}", f"a=ice-pwd:{ice.pwd}", "a=setup:passive"]
    lines.append(f"a=fingerprint:{ours.algorithm} {ours.value}")
    for place, (host, port) in enumerate(ice.candidates):
        # RFC 8445 5.1.2.1: type preference of host, then the order we listed them in
        priority = (126 << 24) + ((65535 - place) << 8) + 255
        lines.append(f"a=candidate:{place + 1} 1 udp {priority} {host} {port} typ host")
    return [*lines, "a=end-of-candidates"]
