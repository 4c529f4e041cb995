"""Rooms, seats and the lobby: nothing is missed, nothing comes twice, whatever the schedule."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from rooms.events import (
    Audience,
    Entry,
    Event,
    JobUnpinned,
    Message,
    MessageDeleted,
    MessagePosted,
    PersonUnmuted,
)
from rooms.history import ENTRIES_KEPT, History
from rooms.lobby import Lobby, Source
from rooms.outbox import LIMIT_BYTES, Outbox, Parcel
from rooms.presence import SILENT_AFTER_S
from rooms.room import Seat
from rooms.state import RoomState
from rooms.wire import CLOSE_RESTARTING, CLOSE_SILENT, CLOSE_SLOW, ProtocolError, hear


class Journal:
    """A journal in memory, and the source of a lobby that reads it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.loaded_at: int | None = None
        self.read_count = 0
        self.before_reading: Callable[[], None] = lambda: None

    def write(self, event: Event) -> Entry:
        public = [entry.seq for entry in self.entries if entry.event.audience == "everyone"]
        entry = Entry(
            room="r",
            seq=len(self.entries) + 1,
            prev_everyone=public[-1] if public else 0,
            event=event,
        )
        self.entries.append(entry)
        return entry

    async def load(self, room: str) -> tuple[int, RoomState] | None:
        await asyncio.sleep(0)
        state = RoomState(kind="showcase", title="R", employer="E")
        top = len(self.entries) if self.loaded_at is None else self.loaded_at
        return (top, state) if room == "r" else None

    async def since(self, room: str, seq: int) -> list[Entry]:
        self.before_reading()
        self.read_count += 1
        found = [entry for entry in self.entries if entry.seq > seq]
        await asyncio.sleep(0)
        return found

    async def tops(self, rooms: list[str]) -> dict[str, int]:
        return dict.fromkeys(rooms, len(self.entries))

    async def ignore(self, room: str) -> None:
        return None

    def source(self) -> Source:
        return Source(self.load, self.since, self.tops, self.ignore, self.ignore, lambda: 1.0)


@asynccontextmanager
async def running(lobby: Lobby) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(lobby.run())
        yield
        task.cancel()


async def frames_of(seat: Seat, *, until: int) -> list[dict[str, Any]]:
    """What the seat was sent, up to the fact with this seq."""
    frames: list[dict[str, Any]] = []
    async with asyncio.timeout(5):
        while not any(frame.get("seq") == until for frame in frames if frame["type"] == "event"):
            for parcel in await seat.outbox.take():
                told = msgspec.json.decode(parcel.text)
                frames += told if isinstance(told, list) else [told]
    return frames


async def kinds_of(seat: Seat) -> list[str]:
    """The types of the frames that wait for the seat now, or come next."""
    kinds: list[str] = []
    async with asyncio.timeout(5):
        for parcel in await seat.outbox.take():
            told = msgspec.json.decode(parcel.text)
            kinds += [frame["type"] for frame in (told if isinstance(told, list) else [told])]
    return kinds


def line(message: str, text: str) -> Message:
    return Message(id=message, person="p", name="Wang", role="candidate", text=text, at=0.0)


def seqs(frames: list[dict[str, Any]]) -> list[int]:
    return [frame["seq"] for frame in frames if frame["type"] == "event"]


async def sit(lobby: Lobby, since: int | None, audience: Audience = "crew") -> Seat:
    seat = Seat("p", audience)
    assert await lobby.enter("r", seat, since)
    return seat


async def test_a_newcomer_gets_the_state_and_then_the_facts() -> None:
    journal = Journal()
    journal.write(JobUnpinned(at=1.0))
    lobby = Lobby(journal.source())
    async with running(lobby):
        seat = await sit(lobby, None)
        lobby.receive(journal.write(JobUnpinned(at=2.0)))
        frames = await frames_of(seat, until=2)
        assert [frame["type"] for frame in frames] == ["resync", "ready", "live", "event"]
        assert frames[0]["seq"] == 1


async def test_who_comes_back_gets_exactly_what_was_missed() -> None:
    journal = Journal()
    for _ in range(5):
        journal.write(JobUnpinned(at=1.0))
    lobby = Lobby(journal.source())
    async with running(lobby):
        seat = await sit(lobby, 2)
        lobby.receive(journal.write(JobUnpinned(at=2.0)))
        assert seqs(await frames_of(seat, until=6)) == [3, 4, 5, 6]


async def test_a_fact_that_arrives_while_the_journal_is_read_comes_once() -> None:
    journal = Journal()
    for _ in range(3):
        journal.write(JobUnpinned(at=1.0))
    lobby = Lobby(journal.source())
    async with running(lobby):
        await sit(lobby, None)

        def arrive() -> None:
            journal.before_reading = lambda: None
            lobby.receive(journal.write(JobUnpinned(at=9.0)))

        journal.before_reading = arrive
        seat = await sit(lobby, 1)
        lobby.receive(journal.write(JobUnpinned(at=10.0)))
        assert seqs(await frames_of(seat, until=5)) == [2, 3, 4, 5]


async def test_all_who_come_back_at_once_share_one_reading_of_the_journal() -> None:
    journal = Journal()
    for _ in range(300):
        journal.write(JobUnpinned(at=1.0))
    lobby = Lobby(journal.source())
    async with asyncio.TaskGroup() as tasks:
        coming = [tasks.create_task(sit(lobby, since)) for since in range(100, 300)]
    for since, seat in zip(range(100, 300), [task.result() for task in coming], strict=True):
        assert seqs(await frames_of(seat, until=300)) == list(range(since + 1, 301))
    await sit(lobby, 3)
    assert journal.read_count == 1


async def test_who_missed_more_than_is_kept_gets_a_fresh_start_and_costs_no_query() -> None:
    journal = Journal()
    for _ in range(ENTRIES_KEPT + 50):
        journal.write(JobUnpinned(at=1.0))
    lobby = Lobby(journal.source())
    for since in (0, 7, 49):
        assert (await kinds_of(await sit(lobby, since)))[0] == "resync"
    assert seqs(await frames_of(await sit(lobby, 50), until=ENTRIES_KEPT + 50))[0] == 51
    assert journal.read_count == 1


async def test_who_missed_too_much_to_read_gets_a_fresh_start() -> None:
    journal = Journal()
    for number in range(300):
        journal.write(MessagePosted(message=line(f"m{number}", "长" * 500)))
    lobby = Lobby(journal.source())
    assert (await kinds_of(await sit(lobby, 0)))[0] == "resync"
    assert (await kinds_of(await sit(lobby, 250)))[0] == "event"


async def test_who_saw_more_than_this_process_is_waited_for_and_never_sent_back() -> None:
    journal = Journal()
    for _ in range(5):
        journal.write(JobUnpinned(at=1.0))
    journal.loaded_at = 2
    lobby = Lobby(journal.source())
    frames = await kinds_of(await sit(lobby, 4))
    assert frames == ["event", "ready", "live"]
    assert (await kinds_of(await sit(lobby, 99)))[0] == "resync"


async def test_a_line_deleted_while_the_journal_is_read_is_told_without_its_words() -> None:
    journal = Journal()
    journal.write(MessagePosted(message=line("m1", "my number is 555")))
    lobby = Lobby(journal.source())
    await sit(lobby, None)
    room = lobby.room("r")
    assert room is not None
    journal.before_reading = lambda: lobby.receive(
        Entry(room="r", seq=2, prev_everyone=1, event=MessageDeleted(message="m1"))
    )
    seat = await sit(lobby, 0)
    told = b"".join(parcel.text for parcel in await seat.outbox.take())
    assert b"555" not in told
    assert b'"deleted":true' in told


async def test_a_quiet_room_tells_at_once_and_a_busy_one_gathers() -> None:
    journal = Journal()
    lobby = Lobby(journal.source())
    seat = await sit(lobby, 0)
    room = lobby.room("r")
    assert room is not None
    async with running(lobby), asyncio.timeout(5):
        assert (await kinds_of(seat))[0] == "ready"
        room.tick_at = 0.0
        lobby.receive(journal.write(JobUnpinned(at=1.0)))
        assert await kinds_of(seat) == ["event"]
        room.tick_at = asyncio.get_running_loop().time() + 0.3
        for _ in range(3):
            lobby.receive(journal.write(JobUnpinned(at=1.0)))
            for _ in range(5):
                await asyncio.sleep(0)
        [parcel] = await seat.outbox.take()
        assert len(msgspec.json.decode(parcel.text)) >= 3


async def test_a_lost_letter_is_read_from_the_journal() -> None:
    journal = Journal()
    lobby = Lobby(journal.source())
    seat = await sit(lobby, 0)
    async with running(lobby):
        journal.write(JobUnpinned(at=1.0))
        lobby.receive(journal.write(JobUnpinned(at=2.0)))
        assert seqs(await frames_of(seat, until=2)) == [1, 2]


async def test_another_writer_is_noticed_without_any_letter() -> None:
    journal = Journal()
    lobby = Lobby(journal.source())
    seat = await sit(lobby, 0)
    async with running(lobby):
        journal.write(JobUnpinned(at=1.0))
        assert seqs(await frames_of(seat, until=1)) == [1]


async def test_everyone_is_not_told_what_is_the_crews_and_sees_no_gap() -> None:
    journal = Journal()
    lobby = Lobby(journal.source())
    async with running(lobby):
        seat = await sit(lobby, 0, "everyone")
        for event in (JobUnpinned(at=1.0), PersonUnmuted(person="p"), JobUnpinned(at=2.0)):
            lobby.receive(journal.write(event))
        frames = [frame for frame in await frames_of(seat, until=3) if frame["type"] == "event"]
        assert [(frame["prev"], frame["seq"]) for frame in frames] == [(0, 1), (1, 3)]


async def test_a_journal_that_is_away_for_a_while_ends_nothing() -> None:
    journal = Journal()
    lobby = Lobby(journal.source())
    seat = await sit(lobby, 0)
    away = [True, True]

    def refuse() -> None:
        if away and away.pop():
            raise ConnectionError("away")

    journal.before_reading = refuse
    async with running(lobby):
        journal.write(JobUnpinned(at=1.0))
        assert seqs(await frames_of(seat, until=1)) == [1]
    assert not away


async def test_who_says_nothing_for_long_loses_the_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.lobby.SWEEP_EVERY_S", 0.01)
    lobby = Lobby(Journal().source())
    silent, speaking = await sit(lobby, None), await sit(lobby, None)
    assert (await kinds_of(silent))[-1] == "live"
    now_s = asyncio.get_running_loop().time()
    silent.heard_at, speaking.heard_at = now_s - SILENT_AFTER_S, now_s
    async with running(lobby):
        assert await kinds_of(silent) == []
        assert silent.outbox.close_code == CLOSE_SILENT
        assert speaking.outbox.close_code is None


async def test_there_is_no_seat_in_a_room_that_does_not_exist() -> None:
    assert await Lobby(Journal().source()).enter("nowhere", Seat("p", "everyone"), None) is None


async def test_a_new_media_process_is_told_and_the_same_one_is_not_news() -> None:
    lobby = Lobby(Journal().source())
    seat = await sit(lobby, None)
    room = lobby.room("r")
    assert room is not None
    lobby.media_is(7, {"r": frozenset({"host"})})
    assert room.presence().media_epoch == 7
    assert room.presence().publishing == ("host",)
    room.show_presence()
    lobby.media_is(7, {"r": frozenset({"host"})})
    assert not room.presence_changed
    lobby.media_is(8, {})
    assert room.presence_changed
    assert room.presence().publishing == ()
    lobby.leave(room, seat)


async def test_a_stopping_lobby_tells_its_seats_to_come_back() -> None:
    lobby = Lobby(Journal().source())
    seat = await sit(lobby, None)
    async with running(lobby):
        await asyncio.sleep(0)
    assert seat.outbox.close_code == CLOSE_RESTARTING


async def test_a_browser_that_does_not_read_is_cut_and_costs_no_more() -> None:
    outbox, parcel = Outbox(), Parcel(b"x" * 1000)
    for _ in range(2000):
        outbox.put(parcel, parcel)
    assert outbox.close_code == CLOSE_SLOW
    assert outbox.unsent_bytes() <= LIMIT_BYTES
    assert await outbox.take() == []


def test_history_knows_when_it_does_not_know() -> None:
    journal = Journal()
    history = History(3)
    assert history.since(3) == []
    assert history.since(2) is None
    for _ in range(5):
        journal.write(MessageDeleted(message="m"))
    for entry in journal.entries[3:]:
        history.add(entry)
    assert [entry.seq for entry in history.since(4) or []] == [5]
    with pytest.raises(ValueError, match="seq 9"):
        history.add(Entry(room="r", seq=9, prev_everyone=0, event=JobUnpinned(at=0)))


@pytest.mark.parametrize(
    "text", ["", "[]", '{"type":"dance"}', '{"type":"beat","x":1}', "a" * 9999]
)
def test_what_the_protocol_does_not_know_is_an_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        hear(text)
