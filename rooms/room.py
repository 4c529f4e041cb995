"""One room in one process: its state, its history, its seats, and what each seat is sent.

Every change is a synchronous function: on one event loop that is the lock. The room never
writes to SQL or a socket; it gathers what it has to say, and puts it into outboxes at its tick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rooms.crowd import Crowd, mark
from rooms.events import Audience, Entry
from rooms.history import History
from rooms.outbox import Outbox, Parcel
from rooms.state import RoomState, apply
from rooms.telling import Telling
from rooms.whispers import PresenceSeen
from rooms.wire import (
    BEAT_EVERY_S,
    BeatFrame,
    Frame,
    LiveFrame,
    ReadyFrame,
    encode,
    event_frame,
    pack,
    resync_frame,
)

# A tick is as long as its room is large; writing to a seat costs about a third of this.
TICK_PER_SEAT_S = 40e-6
SHORTEST_TICK_S, LONGEST_TICK_S = 0.01, 0.1
SEATS_AT_ONCE = 500
REPLAY_LIMIT_BYTES = 256 * 1024


class Seat:
    """One browser in a room. `role` is the media seat it may take, or `viewer`.

    `known` is the seq it had when it sat down; `heard_at` is when it last said anything, in the
    lobby's seconds. `id` is for those who must say which seat is theirs.
    """

    __slots__ = ("audience", "heard_at", "id", "known", "outbox", "person", "role")

    def __init__(
        self,
        person: str,
        audience: Audience,
        role: str = "viewer",
        outbox: Outbox | None = None,
        *,
        seat_id: str = "",
    ) -> None:
        self.id = seat_id
        self.person = person
        self.audience: Audience = audience
        self.role = role
        self.outbox = outbox or Outbox()
        self.known = 0
        self.heard_at = 0.0

    def send(self, frame: Frame) -> None:
        """Something ephemeral for this seat alone."""
        self.outbox.put(Parcel(encode(frame)), None)


class Room:
    """The live view of a journal: at `seq`, with everyone who is looking.

    `tick_at` is the moment before which nothing is told again, in the lobby's seconds.
    """

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
        self.tick_at = 0.0
        self._telling = Telling(seq)
        self._told_at = 0.0
        self._named: dict[str, Seat] = {}
        self._viewers: Counter[str] = Counter()
        self._roles: Counter[str] = Counter()

    @property
    def has_news(self) -> bool:
        """Whether something waits to be told."""
        return bool(self._telling)

    def seat(self, seat_id: str) -> Seat | None:
        """The seat that was given this id."""
        return self._named.get(seat_id)

    @property
    def named_seats(self) -> tuple[Seat, ...]:
        return tuple(self._named.values())

    def sit(self, seat: Seat, missed: Iterable[Entry] | None, now: float) -> None:
        """Seat a socket: what it missed, or a resync when that is not known (None) or too much."""
        self.seats.add(seat)
        if seat.id:
            self._named[seat.id] = seat
        self._count(seat, 1)
        seat.known = self.seq
        frames = self._replay(missed, seat.audience) if missed is not None else None
        if frames is None:
            frames = [resync_frame(self.seq, self.state, seat.audience)]
        frames.append(encode(ReadyFrame(self.seq, now, BEAT_EVERY_S, seat.id)))
        frames.append(encode(self.presence()))
        parcel = Parcel(pack(frames), self.seq)
        seat.outbox.put(parcel, parcel)
        self.presence_changed = True

    def leave(self, seat: Seat) -> None:
        if seat in self.seats:
            self.seats.discard(seat)
            self._named.pop(seat.id, None)
            self._count(seat, -1)
            self.presence_changed = True

    def set_publishing(self, roles: frozenset[str]) -> None:
        """Whose media flows now."""
        self.presence_changed = self.presence_changed or roles != self.publishing
        self.publishing = roles

    def receive(self, entry: Entry) -> bool:
        """Take the next fact, to be told at the tick. False: a hole, read the journal first."""
        if entry.seq <= self.seq:
            return True
        if entry.seq != self.seq + 1:
            return False
        self.history.add(entry)
        self.state = apply(self.state, entry.event)
        self.seq = entry.seq
        self._telling.add(entry)
        return True

    def show_presence(self) -> None:
        """Tell every seat who is here, once for many comings and goings; the latest wins."""
        self.presence_changed = False
        self._telling.add_passing(self.presence())

    def beat(self, now_s: float) -> None:
        """Say that the room is there, if it has said nothing for a while."""
        if self.seats and now_s - self._told_at >= BEAT_EVERY_S:
            self._telling.add_passing(BeatFrame())

    def deliver(self, now_s: float) -> Iterator[None]:
        """Put what was gathered into every outbox, some hundred seats at each step."""
        telling, self._telling = self._telling, Telling(self.seq)
        tick_s = TICK_PER_SEAT_S * len(self.seats)
        self.tick_at = now_s + min(max(tick_s, SHORTEST_TICK_S), LONGEST_TICK_S)
        if telling.is_for_everyone:
            self._told_at = now_s
        for number, seat in enumerate(tuple(self.seats), 1):
            telling.tell(seat.outbox, seat.audience, seat.known)
            if not number % SEATS_AT_ONCE:
                yield

    def presence(self) -> LiveFrame:
        """Distinct people at the viewers' seats, and the roles that are occupied, anywhere."""
        return LiveFrame(
            viewers=self.elsewhere.count_with(self._viewers),
            present=tuple(sorted(self.elsewhere.roles_with(self._roles))),
            publishing=tuple(sorted(self.publishing)),
            media_epoch=self.media_epoch,
        )

    def presence_here(self, process: str) -> PresenceSeen:
        """This process's part, for the others."""
        viewers, roles = frozenset(map(mark, self._viewers)), frozenset(self._roles)
        return PresenceSeen(room=self.id, process=process, viewers=viewers, roles=roles)

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

    def _count(self, seat: Seat, change: int) -> None:
        """Presence is counted as people come and go: asking costs nothing."""
        counted, key = (
            (self._viewers, seat.person) if seat.role == "viewer" else (self._roles, seat.role)
        )
        counted[key] += change
        if not counted[key]:
            del counted[key]

    def _replay(self, missed: Iterable[Entry], audience: Audience) -> list[bytes] | None:
        """The frames of what was missed. None: a fresh start is less to read."""
        frames = [event_frame(entry, audience) for entry in missed if entry.is_for(audience)]
        size_bytes = sum(map(len, frames))
        return frames if size_bytes <= REPLAY_LIMIT_BYTES else None
