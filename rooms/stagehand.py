"""What the media process reports on its control stream: one JSON line per report.

A new reader first gets `Began`, a `StageState` for every stage and then `Synced`; after that,
what happens. Reports are idempotent by session id, so a reconnect repeats nothing harmful.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Publisher(msgspec.Struct, frozen=True):
    """Who sends on a stage; `since` is Unix seconds of their first authenticated media."""

    session: str
    owner: str
    since: float


class _Report(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """One line of the control stream."""


class Began(_Report, frozen=True, tag="began"):
    """Which run of the media process speaks: `epoch` (Unix milliseconds) grows with each start."""

    epoch: int


class StageState(_Report, frozen=True, tag="stage"):
    room: str
    publisher: Publisher | None
    viewers: int


class Synced(_Report, frozen=True, tag="synced"):
    """The full state has been sent; what follows happened after it."""


class PublisherCame(_Report, frozen=True, tag="publisher_came"):
    """Authenticated media arrives."""

    room: str
    session: str
    owner: str
    since: float


class PublisherWent(_Report, frozen=True, tag="publisher_went"):
    """`lost`: no media for some seconds, it may come back; the other reasons are final."""

    room: str
    session: str
    owner: str
    reason: Literal["left", "taken_over", "lost", "ended"]


class ViewersCounted(_Report, frozen=True, tag="viewer_count"):
    room: str
    viewers: int


class HealthMeasured(_Report, frozen=True, tag="health"):
    """The publisher's stream over the last two seconds; `loss` is a fraction."""

    room: str
    session: str
    bitrate_bps: int
    loss: float
    keyframes: int
    viewers: int


class SessionClosed(_Report, frozen=True, tag="session_closed"):
    room: str
    session: str
    owner: str
    role: Literal["publisher", "viewer"]
    reason: str


Report = (
    Began
    | StageState
    | Synced
    | PublisherCame
    | PublisherWent
    | ViewersCounted
    | HealthMeasured
    | SessionClosed
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)


def write_report(report: Report) -> bytes:
    """The report as one line, newline included."""
    return _encoder.encode(report) + b"\n"


def read_report(line: str | bytes) -> Report:
    return _decoder.decode(line)
