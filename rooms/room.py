"""One room in one process: its state, its history, its seats, and what each seat is sent.

Every change is a synchronous function: on one event loop that is the lock. The room never
writes to SQL or a socket; it puts frames into outboxes.
"""

from __future__ import annotations

from collections.abc import Iterable

from rooms.crowd import Crowd, mark
from rooms.events import Audience, Entry
from rooms.history import History
from rooms.outbox import Outbox
from rooms.state import RoomState, apply
from rooms.whispers import PresenceSeen
from rooms.wire import (
    BEAT_EVERY_S,
    CLOSE_SLOW,
    Frame,
    LiveFrame,
    ReadyFrame,
    encode,
    event_frame,
    resync_frame,
)


class Seat:
    """One socket in a room. `role` is the media seat it may take, or `viewer`."""

    def __init__(self, person: str, audience: Audience, role: str = "viewer") -> None:
        self.person = person
        self.audience: Audience = audience
        self.role = role
        self.outbox = Outbox()

    def send(self, frame: Frame) -> None:
        self.outbox.put(encode(frame), slow_code=CLOSE_SLOW)


class Room:
    """The live view of a journal: at `seq`, with everyone who is looking."""

    def __init__(self, room_id: str, seq: int, state: RoomState) -> None:
        self.id = room_id
        self.seq = seq
        self.state = state
        self.history = History(seq)
        self.seats: set[Seat] = set()
        self.publishing: frozenset[str] = frozenset()
        self.media_epoch = 0
        self.presence_changed = False
        self.elsewhere = Crowd()

    def sit(self, seat: Seat, missed: Iterable[Entry] | None, now: float) -> None:
        """Seat a socket: what it missed, or a resync when that is not known (None)."""
        if missed is None:
            frame = resync_frame(self.seq, self.state, seat.audience)
            seat.outbox.put(frame, slow_code=CLOSE_SLOW)
        else:
            for entry in missed:
                self._put(seat, entry)
        seat.send(ReadyFrame(self.seq, now, BEAT_EVERY_S))
        self.seats.add(seat)
        seat.send(self.presence())
        self.presence_changed = True

    def leave(self, seat: Seat) -> None:
        self.seats.discard(seat)
        self.presence_changed = True

    def set_publishing(self, roles: frozenset[str]) -> None:
        """Whose media flows now."""
        self.presence_changed = self.presence_changed or roles != self.publishing
        self.publishing = roles

    def receive(self, entry: Entry) -> bool:
        """Take the next fact and tell every seat. False: a hole, read the journal first."""
        if entry.seq <= self.seq:
            return True
        if entry.seq != self.seq + 1:
            return False
        self.history.add(entry)
        self.state = apply(self.state, entry.event)
        self.seq = entry.seq
        self._tell(entry)
        return True

    def show_presence(self) -> None:
        """Tell every seat who is here, once for many comings and goings; the latest wins."""
        self.presence_changed = False
        frame = encode(self.presence())
        for seat in self.seats:
            seat.outbox.put_ephemeral(frame)

    def presence(self) -> LiveFrame:
        """Distinct people at the viewers' seats, and the roles that are occupied, anywhere."""
        return LiveFrame(
            viewers=self.elsewhere.count_with(self._viewers()),
            present=tuple(sorted(self.elsewhere.roles_with(self._roles()))),
            publishing=tuple(sorted(self.publishing)),
            media_epoch=self.media_epoch,
        )

    def presence_here(self, process: str) -> PresenceSeen:
        """This process's part, for the others."""
        viewers = frozenset(mark(person) for person in self._viewers())
        return PresenceSeen(room=self.id, process=process, viewers=viewers, roles=self._roles())

    def hear_presence(self, said: PresenceSeen, now: float) -> None:
        """Another process's part."""
        self.presence_changed = self.elsewhere.hear(said, now) or self.presence_changed

    def forget_silent(self, now: float) -> None:
        """Leave out the processes that no longer say who is with them."""
        self.presence_changed = self.elsewhere.forget_silent(now) or self.presence_changed

    def close_seats_of(self, person: str, code: int) -> None:
        """End every socket of a person here, as a ban or a sign-out does."""
        for seat in self.seats:
            if seat.person == person:
                seat.outbox.close(code)

    def _viewers(self) -> set[str]:
        return {seat.person for seat in self.seats if seat.role == "viewer"}

    def _roles(self) -> frozenset[str]:
        return frozenset(seat.role for seat in self.seats if seat.role != "viewer")

    def _tell(self, entry: Entry) -> None:
        audiences: tuple[Audience, ...] = ("everyone", "crew")
        frames = {who: event_frame(entry, who) for who in audiences if entry.is_for(who)}
        for seat in self.seats:
            if frame := frames.get(seat.audience):
                seat.outbox.put(frame, slow_code=CLOSE_SLOW)

    def _put(self, seat: Seat, entry: Entry) -> None:
        if entry.is_for(seat.audience):
            seat.outbox.put(event_frame(entry, seat.audience), slow_code=CLOSE_SLOW)
