"""What travels on a room's socket, and how it is written; PROTOCOL.md is the text of it.

The server sends frames, the browser sends beats. Text of JSON: one frame, or an array of those
that were told together; a text over `FRAME_LIMIT_BYTES` from a browser closes the socket.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rooms.events import Audience, Entry, Event
from rooms.state import RoomState, seen_by

FRAME_LIMIT_BYTES = 4096
BEAT_EVERY_S = 15

# 4000–4499: come back with `since`. 4500–4999: do not come back by yourself.
CLOSE_SLOW = 4001
CLOSE_RESTARTING = 4002
CLOSE_SILENT = 4003
CLOSE_MALFORMED = 4500
CLOSE_FORBIDDEN = 4503
CLOSE_NOT_FOUND = 4504
CLOSE_SIGNED_OUT = 4505


class Beat(msgspec.Struct, tag="beat", forbid_unknown_fields=True):
    """The browser is there; `visible` is whether the page is in front."""

    visible: bool = True


class Frame(msgspec.Struct, frozen=True, tag_field="type"):
    """Anything the server sends."""


class EventFrame(Frame, frozen=True, tag="event"):
    """A fact; `prev` is the seq this browser must have seen before it."""

    seq: int
    prev: int
    event: Event


class ResyncFrame(Frame, frozen=True, tag="resync"):
    """A fresh start: the whole state at `seq`."""

    seq: int
    state: RoomState


class ReadyFrame(Frame, frozen=True, tag="ready", omit_defaults=True):
    """What was missed has been sent; the room is live from here. `now` is Unix seconds.

    `seat` names the seat to those who follow without a WebSocket.
    """

    seq: int
    now: float
    beat_every_s: int
    seat: str = ""


class LiveFrame(Frame, frozen=True, tag="live"):
    """Ephemeral, the latest wins: who is here and whether their media comes.

    `publishing` names the seats whose media flows now (`host`; in an interview `interviewer`,
    `candidate`). `media_epoch` grows when the media process was started anew: publish and play
    again; 0 while it is not known.
    """

    viewers: int
    present: tuple[str, ...]
    publishing: tuple[str, ...]
    media_epoch: int


class LineFrame(Frame, frozen=True, tag="line"):
    """Ephemeral: the candidate's place in the interviewer's line and an honest range."""

    position: int
    wait_low_min: int
    wait_high_min: int


class BeatFrame(Frame, frozen=True, tag="beat"):
    """Ephemeral: the server is there, and had nothing else to say for `beat_every_s`."""


class CloseFrame(Frame, frozen=True, tag="close"):
    """The close code, where no WebSocket carries it."""

    code: int


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Beat] = msgspec.json.Decoder(Beat)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class ProtocolError(Exception):
    """A client said something the protocol does not know."""


def encode(frame: Frame) -> bytes:
    return _encoder.encode(frame)


def pack(frames: Sequence[bytes]) -> bytes:
    """Frames that travel together as one text: a frame by itself, or an array of them."""
    return frames[0] if len(frames) == 1 else b"[" + b",".join(frames) + b"]"


def event_frame(entry: Entry, audience: Audience) -> bytes:
    """The entry as `audience` reads it; the entry must be for that audience."""
    return encode(EventFrame(entry.seq, entry.prev(audience), entry.event))


def resync_frame(seq: int, state: RoomState, audience: Audience) -> bytes:
    return encode(ResyncFrame(seq, seen_by(state, audience)))


def hear(text: str | bytes) -> Beat:
    """Decode what a browser said; raises `ProtocolError`."""
    if len(text) > FRAME_LIMIT_BYTES:
        raise ProtocolError("frame too large")
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(str(error)) from None


def write_event(event: Event) -> str:
    """The journal's form of a fact."""
    return _encoder.encode(event).decode()


def read_event(body: str) -> Event:
    return _events.decode(body)
