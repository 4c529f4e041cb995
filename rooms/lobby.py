"""Every room that someone looks at in this process: opened on the first seat, kept current.

The lobby owns the task group of the live domain. It knows the journal and the relay only as
the functions it was given (`Source`); letters may be lost or come twice, the journal may not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from rooms.crowd import SAY_EVERY_S
from rooms.events import Entry
from rooms.room import Room, Seat
from rooms.state import RoomState
from rooms.whispers import AnyWhisper, LineMoved, PresenceSeen, SeatsClosed
from rooms.wire import CLOSE_RESTARTING, LineFrame

TAIL_EVERY_S = 1.0
PRESENCE_EVERY_S = 0.5
EMPTY_ROOM_KEPT_S = 30.0


def nobody_else(whisper: AnyWhisper) -> None:
    """For a process that is the only one."""


@dataclass(frozen=True)
class Source:
    """Where rooms come from. `since` gives None when the room is unknown.

    `tops` maps the given rooms to the top of their journals. `whisper` tells the other
    processes; `process` is the name of this one.
    """

    load: Callable[[str], Awaitable[tuple[int, RoomState] | None]]
    since: Callable[[str, int], Awaitable[list[Entry]]]
    tops: Callable[[list[str]], Awaitable[dict[str, int]]]
    follow: Callable[[str], Awaitable[None]]
    unfollow: Callable[[str], Awaitable[None]]
    now: Callable[[], float]
    whisper: Callable[[AnyWhisper], None] = nobody_else
    process: str = ""


class Lobby:
    """id → Room. All methods but `enter` and `run` are synchronous."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._behind: set[str] = set()
        self._wake = asyncio.Event()
        self._empty_since: dict[str, float] = {}
        self._publishing: dict[str, frozenset[str]] = {}
        self._media_epoch = 0
        self._said_at: dict[str, float] = {}

    def room(self, room_id: str) -> Room | None:
        """The room, if someone in this process looks at it."""
        return self._rooms.get(room_id)

    @property
    def seat_count(self) -> int:
        return sum(len(room.seats) for room in self._rooms.values())

    @property
    def room_count(self) -> int:
        return len(self._rooms)

    async def enter(self, room_id: str, seat: Seat, since: int | None) -> Room | None:
        """Seat a socket that has seen `since` (None: nothing). None: there is no such room.

        Live facts wait in the room while the journal is read; then the hole is closed and the
        seat is live in the same step, so nothing is missed and nothing comes twice.
        """
        room = await self._open(room_id)
        if room is None:
            return None
        missed = None
        if since is not None and since <= room.seq:
            missed = room.history.since(since)
            if missed is None:
                missed = await self._read_missed(room, since)
        room.sit(seat, missed, self._source.now())
        return room

    def leave(self, room: Room, seat: Seat) -> None:
        """Take the socket out; an empty room is kept for a while, for those who reload."""
        room.leave(seat)

    def receive(self, entry: Entry) -> None:
        """A letter of the relay: a fact that is already durable."""
        room = self._rooms.get(entry.room)
        if room is not None and not room.receive(entry):
            self.look_again(entry.room)

    def hear(self, whisper: AnyWhisper) -> None:
        """A whisper of any process, this one too."""
        match whisper:
            case PresenceSeen(room=room_id, process=process):
                if process != self._source.process and (room := self._rooms.get(room_id)):
                    room.hear_presence(whisper, self._source.now())
            case SeatsClosed(person=person, code=code):
                self.close_seats_of(person, code)
            case LineMoved(room=room_id):
                low, high = whisper.wait_low_min, whisper.wait_high_min
                self.show_line(room_id, LineFrame(whisper.position, low, high))

    def look_again(self, room_id: str) -> None:
        """Something may have been missed: read that room's journal soon."""
        self._behind.add(room_id)
        self._wake.set()

    def set_publishing(self, room_id: str, roles: frozenset[str]) -> None:
        """The media process says whose media flows in a room."""
        self._publishing[room_id] = roles
        if room := self._rooms.get(room_id):
            room.set_publishing(roles)

    def publishing(self, room_id: str) -> frozenset[str]:
        return self._publishing.get(room_id, frozenset())

    def media_is(self, epoch: int, publishing: Mapping[str, frozenset[str]]) -> None:
        """Which run of the media process answers, and whose media flows there: all of it.

        A new epoch means that everybody must publish and play again.
        """
        is_new = epoch != self._media_epoch
        self._media_epoch = epoch
        self._publishing = dict(publishing)
        for room in self._rooms.values():
            room.media_epoch = epoch
            room.set_publishing(self.publishing(room.id))
            room.presence_changed = room.presence_changed or is_new

    def show_line(self, room_id: str, line: LineFrame) -> None:
        """Tell those who wait in an interview room where they stand."""
        if room := self._rooms.get(room_id):
            for seat in room.seats:
                if seat.role == "candidate":
                    seat.send(line)

    def close_seats_of(self, person: str, code: int) -> None:
        """End a person's sockets in this process; a whisper ends them in all."""
        for room in self._rooms.values():
            room.close_seats_of(person, code)

    async def run(self) -> None:
        """Keep every open room current until cancelled; then tell the seats to come back."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow_tails())
                tasks.create_task(self._catch_up())
                tasks.create_task(self._show_presence())
        finally:
            self.send_away()

    def send_away(self) -> None:
        """This process ends: every seat is told to come back, to another or a new one."""
        for room in self._rooms.values():
            for seat in room.seats:
                seat.outbox.close(CLOSE_RESTARTING)

    async def _open(self, room_id: str) -> Room | None:
        async with self._opening.setdefault(room_id, asyncio.Lock()):
            if room := self._rooms.get(room_id):
                self._empty_since.pop(room_id, None)
                return room
            await self._source.follow(room_id)
            loaded = await self._source.load(room_id)
            if loaded is None:
                await self._source.unfollow(room_id)
                self._opening.pop(room_id, None)
                return None
            room = Room(room_id, *loaded)
            room.publishing = self.publishing(room_id)
            room.media_epoch = self._media_epoch
            self._rooms[room_id] = room
            self.look_again(room_id)
            return room

    async def _read_missed(self, room: Room, since: int) -> list[Entry] | None:
        """The journal after `since`, up to where the room now is. None: there is a hole."""
        missed = await self._source.since(room.id, since)
        for entry in missed:
            room.receive(entry)
        later = room.history.since(missed[-1].seq if missed else since)
        return None if later is None else missed + later

    async def _follow_tails(self) -> None:
        """Other writers and lost letters: look at the journals' tops once a second."""
        while True:
            await asyncio.sleep(TAIL_EVERY_S)
            await self._drop_empty()
            if not self._rooms:
                continue
            for room_id, top in (await self._source.tops(list(self._rooms))).items():
                room = self._rooms.get(room_id)
                if room is not None and top > room.seq:
                    self.look_again(room_id)

    async def _catch_up(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._behind:
                room = self._rooms.get(self._behind.pop())
                if room is not None:
                    for entry in await self._source.since(room.id, room.seq):
                        room.receive(entry)

    async def _show_presence(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE_EVERY_S)
            now = self._source.now()
            for room in list(self._rooms.values()):
                room.forget_silent(now)
                is_due = now - self._said_at.get(room.id, 0.0) >= SAY_EVERY_S
                if room.presence_changed or is_due:
                    self._source.whisper(room.presence_here(self._source.process))
                    self._said_at[room.id] = now
                if room.presence_changed:
                    room.show_presence()

    async def _drop_empty(self) -> None:
        now = self._source.now()
        for room in list(self._rooms.values()):
            if room.seats:
                self._empty_since.pop(room.id, None)
            elif now - self._empty_since.setdefault(room.id, now) > EMPTY_ROOM_KEPT_S:
                del self._rooms[room.id], self._empty_since[room.id]
                self._opening.pop(room.id, None)
                self._said_at.pop(room.id, None)
                await self._source.unfollow(room.id)
