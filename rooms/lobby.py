"""Every room that someone looks at in this process: opened on the first seat, kept current.

The lobby owns the task group of the live domain: rooms are delivered, followed and swept here.
It knows the journal and the relay only as the functions it was given (`Source`); letters may be
lost or come twice, the journal may not. Its seconds are the event loop's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

import structlog

from rooms.crowd import SAY_EVERY_S
from rooms.events import Entry
from rooms.history import ENTRIES_KEPT
from rooms.presence import SILENT_AFTER_S
from rooms.room import Room, Seat
from rooms.state import RoomState
from rooms.whispers import AnyWhisper, LineMoved, PresenceSeen, SeatsClosed
from rooms.wire import CLOSE_RESTARTING, CLOSE_SILENT, LineFrame

log = structlog.get_logger()

TAIL_EVERY_S = 1.0
SWEEP_EVERY_S = 1.0
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
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._behind: set[str] = set()
        self._wake = asyncio.Event()
        self._due: set[Room] = set()
        self._told = asyncio.Event()
        self._empty_since: dict[str, float] = {}
        self._publishing: dict[str, frozenset[str]] = {}
        self._media_epoch = 0
        self._said_at: dict[str, float] = {}

    def room(self, room_id: str) -> Room | None:
        """The room, if someone in this process looks at it."""
        return self._rooms.get(room_id)

    @property
    def rooms(self) -> tuple[Room, ...]:
        return tuple(self._rooms.values())

    @property
    def seat_count(self) -> int:
        return sum(len(room.seats) for room in self._rooms.values())

    @property
    def room_count(self) -> int:
        return len(self._rooms)

    async def enter(self, room_id: str, seat: Seat, since: int | None) -> Room | None:
        """Seat a socket that has seen `since` (None: nothing). None: there is no such room.

        What is not in memory is read from the journal, by one for all who come at once. The room
        goes on meanwhile; the seat is live in the step in which it is told what it missed, so
        nothing is lost and nothing comes twice.
        """
        room = await self._open(room_id)
        if room is None:
            return None
        if since is not None and not self._holds(room, since):
            async with self._lock(room_id):
                if not self._holds(room, since):
                    await self._read(room)
        seat.heard_at = _now_s()
        room.sit(seat, None if since is None else room.history.since(since), self._source.now())
        return room

    def leave(self, room: Room, seat: Seat) -> None:
        """Take the socket out; an empty room is kept for a while, for those who reload."""
        room.leave(seat)

    def receive(self, entry: Entry) -> None:
        """A letter of the relay: a fact that is already durable."""
        if room := self._rooms.get(entry.room):
            self._take(room, entry)

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
                tasks.create_task(self._deliver())
                tasks.create_task(self._catch_up())
                tasks.create_task(_repeat(TAIL_EVERY_S, self._follow_tails))
                tasks.create_task(_repeat(PRESENCE_EVERY_S, self._show_presence))
                tasks.create_task(_repeat(SWEEP_EVERY_S, self._sweep))
        finally:
            self.send_away()

    def send_away(self) -> None:
        """This process ends: every seat is told to come back, to another or a new one."""
        for room in self._rooms.values():
            for seat in room.seats:
                seat.outbox.close(CLOSE_RESTARTING)

    def _lock(self, room_id: str) -> asyncio.Lock:
        """Whoever opens, reads or drops a room does it alone; the others wait for the result."""
        return self._locks.setdefault(room_id, asyncio.Lock())

    async def _open(self, room_id: str) -> Room | None:
        if room := self._rooms.get(room_id):
            self._empty_since.pop(room_id, None)
            return room
        async with self._lock(room_id):
            if room := self._rooms.get(room_id):
                return room
            await self._source.follow(room_id)
            loaded = None
            try:
                loaded = await self._source.load(room_id)
            finally:
                if loaded is None:
                    await self._source.unfollow(room_id)
            if loaded is None:
                return None
            room = Room(room_id, *loaded)
            room.publishing = self.publishing(room_id)
            room.media_epoch = self._media_epoch
            self._rooms[room_id] = room
            self.look_again(room_id)
            return room

    def _holds(self, room: Room, since: int) -> bool:
        """Whether the journal can add nothing to what the room knows after `since`."""
        if since > room.seq:
            return False
        return room.history.is_whole or room.history.since(since) is not None

    async def _read(self, room: Room) -> None:
        """All that is ever replayed, in one query: whoever comes next finds it in memory."""
        reach = 0 if room.history.is_whole else ENTRIES_KEPT
        entries = await self._source.since(room.id, max(0, room.seq - reach))
        for entry in entries:
            self._take(room, entry)
        room.history.reach_back(entries)

    def _take(self, room: Room, entry: Entry) -> None:
        if not room.receive(entry):
            self.look_again(room.id)
        elif room.has_news:
            self._ring(room)

    def _ring(self, room: Room) -> None:
        """The room has something to say: at once if it was quiet, else at its next tick."""
        self._due.add(room)
        self._told.set()

    async def _deliver(self) -> None:
        """Put what rooms gathered into their outboxes, in turns, so that a large room keeps
        neither a small one nor a heartbeat waiting."""
        under_way: dict[Room, Iterator[None]] = {}
        while True:
            if not under_way:
                await self._wait_for_tick()
            for room in [room for room in self._due if room.tick_at <= _now_s()]:
                if room not in under_way:
                    self._due.discard(room)
                    under_way[room] = room.deliver(_now_s())
            for room, steps in list(under_way.items()):
                if next(steps, self) is self:
                    del under_way[room]
            await asyncio.sleep(0)

    async def _wait_for_tick(self) -> None:
        """Until the next tick of a room that has something to say, or until another one has."""
        self._told.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min((room.tick_at for room in self._due), default=None)):
                await self._told.wait()

    async def _follow_tails(self) -> None:
        """Other writers and lost letters: look at the journals' tops once a second."""
        await self._drop_empty()
        if not self._rooms:
            return
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
                    await _survive(partial(self._read_on, room))

    async def _read_on(self, room: Room) -> None:
        for entry in await self._source.since(room.id, room.seq):
            self._take(room, entry)

    async def _show_presence(self) -> None:
        now = self._source.now()
        for room in self._rooms.values():
            room.forget_silent(now)
            is_due = now - self._said_at.get(room.id, 0.0) >= SAY_EVERY_S
            if room.presence_changed or is_due:
                self._source.whisper(room.presence_here(self._source.process))
                self._said_at[room.id] = now
            if room.presence_changed:
                room.show_presence()
                self._ring(room)

    async def _sweep(self) -> None:
        """Close the seats of the silent and of the slow; beat where nothing else was said."""
        now_s = _now_s()
        for room in self._rooms.values():
            for seat in room.seats:
                seat.outbox.watch(now_s)
                if now_s - seat.heard_at >= SILENT_AFTER_S:
                    seat.outbox.close(CLOSE_SILENT)
            room.beat(now_s)
            if room.has_news:
                self._ring(room)

    async def _drop_empty(self) -> None:
        now = self._source.now()
        for room in list(self._rooms.values()):
            if room.seats or self._lock(room.id).locked():
                self._empty_since.pop(room.id, None)
            elif now - self._empty_since.setdefault(room.id, now) > EMPTY_ROOM_KEPT_S:
                async with self._lock(room.id):
                    del self._rooms[room.id], self._empty_since[room.id]
                    self._due.discard(room)
                    self._said_at.pop(room.id, None)
                    await self._source.unfollow(room.id)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _repeat(every_s: float, act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(every_s)
        await _survive(act)


async def _survive(act: Callable[[], Awaitable[None]]) -> None:
    """A journal that is away comes back; the rooms go on from where they are."""
    try:
        await act()
    except Exception:
        log.warning("lobby.put_off", exc_info=True)
