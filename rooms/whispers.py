"""Whispers: what processes tell each other and nobody keeps. The latest wins, a lost one is late.

A whisper has no seq and no place in the journal. Whatever a person could complain about is a
fact (rooms/events.py) and never only a whisper.
"""

from __future__ import annotations

import msgspec


class Whisper(msgspec.Struct, frozen=True, tag_field="type", kw_only=True):
    """`room` says who hears it: the processes that follow the room, or every one for ""."""

    room: str = ""


class PresenceSeen(Whisper, frozen=True, tag="presence"):
    """Who is in the room in one process: all of it, so a later one replaces an earlier one.

    `viewers` are people as `rooms.crowd.mark` writes them; `roles` the media seats taken.
    """

    process: str
    viewers: frozenset[int]
    roles: frozenset[str]


class SeatsClosed(Whisper, frozen=True, tag="seats_closed"):
    """End every socket of a person, as a ban or a sign-out does."""

    person: str
    code: int


class LineMoved(Whisper, frozen=True, tag="line_moved"):
    """Where the candidate of an interview room stands now."""

    position: int
    wait_low_min: int
    wait_high_min: int


AnyWhisper = PresenceSeen | SeatsClosed | LineMoved
