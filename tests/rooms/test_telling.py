"""What a room tells, when, and to whom: together, once, and without waiting for anybody."""

from __future__ import annotations

from typing import Any

import msgspec

from rooms.events import Entry, Event, JobUnpinned, PersonUnmuted
from rooms.outbox import BEHIND_BYTES, BEHIND_FOR_S, DirectOutbox, Outbox, Parcel
from rooms.room import LONGEST_TICK_S, SEATS_AT_ONCE, SHORTEST_TICK_S, Room, Seat
from rooms.state import RoomState
from rooms.wire import BEAT_EVERY_S, CLOSE_SLOW


class Wire:
    """A carrier whose other end reads as much as the test says."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.unsent = 0
        self.codes: list[int] = []

    def unsent_bytes(self) -> int:
        return self.unsent

    def carry(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)

    def hang_up(self, code: int) -> None:
        self.codes.append(code)

    def told(self) -> list[list[dict[str, Any]]]:
        """The frames of each parcel since the last time it was asked."""
        parcels, self.parcels = self.parcels, []
        texts = [msgspec.json.decode(parcel.text) for parcel in parcels]
        return [text if isinstance(text, list) else [text] for text in texts]


def build_room() -> Room:
    return Room("r", 0, RoomState(kind="showcase", title="R", employer="E"))


def sit(room: Room, audience: Any = "everyone", person: str = "p") -> tuple[Seat, Wire]:
    wire = Wire()
    seat = Seat(person, audience, outbox=DirectOutbox(wire))
    room.sit(seat, [], 1.0)
    room.show_presence()
    deliver(room, 0.0)
    wire.told()
    return seat, wire


def happen(room: Room, event: Event | None = None) -> None:
    entry = Entry(
        room="r", seq=room.seq + 1, prev_everyone=room.seq, event=event or JobUnpinned(at=1.0)
    )
    assert room.receive(entry)


def deliver(room: Room, now_s: float) -> int:
    """Tell what was gathered; in how many steps."""
    return sum(1 for _ in room.deliver(now_s)) + 1


def test_what_happens_within_a_tick_travels_together_and_in_order() -> None:
    room = build_room()
    _, wire = sit(room)
    for _ in range(3):
        happen(room)
    deliver(room, 0.0)
    happen(room)
    deliver(room, 0.0)
    assert [[frame["seq"] for frame in told] for told in wire.told()] == [[1, 2, 3], [4]]


def test_a_parcel_is_made_once_for_all_who_see_the_same() -> None:
    room = build_room()
    wires = [sit(room, audience)[1] for audience in ("everyone", "everyone", "crew", "crew")]
    for wire in wires:
        wire.told()
    happen(room, PersonUnmuted(person="p"))
    happen(room)
    deliver(room, 0.0)
    one, same, crew, crews = (wire.parcels[0] for wire in wires)
    assert one is same
    assert crew is crews
    made = [parcel.in_form(lambda parcel: parcel.text * 2) for parcel in (one, crew)]
    assert made[0] != made[1]
    assert [[f["seq"] for f in told] for wire in wires[1:3] for told in wire.told()] == [
        [2],
        [1, 2],
    ]


def test_who_sits_down_within_a_tick_is_told_nothing_twice() -> None:
    room = build_room()
    _, old = sit(room)
    happen(room)
    happen(room)
    new = Wire()
    room.sit(Seat("q", "everyone", outbox=DirectOutbox(new)), room.history.since(1), 1.0)
    happen(room)
    deliver(room, 0.0)
    seqs = [[f["seq"] for f in told if f["type"] == "event"] for told in new.told()]
    assert seqs == [[2], [3]]
    assert [f["seq"] for told in old.told() for f in told if f["type"] == "event"] == [1, 2, 3]


def test_who_sits_down_while_seats_are_told_misses_nothing() -> None:
    room = build_room()
    for number in range(SEATS_AT_ONCE + 1):
        room.sit(Seat(f"p{number}", "everyone"), [], 1.0)
    happen(room)
    steps = room.deliver(0.0)
    next(steps)
    happen(room)
    new = Wire()
    room.sit(Seat("q", "everyone", outbox=DirectOutbox(new)), room.history.since(1), 1.0)
    assert list(steps) == []
    deliver(room, 0.0)
    assert [f["seq"] for told in new.told() for f in told if f["type"] == "event"] == [2]


def test_many_seats_are_told_in_steps_and_a_large_room_ticks_more_slowly() -> None:
    room = build_room()
    happen(room)
    assert deliver(room, 5.0) == 1
    assert room.tick_at == 5.0 + SHORTEST_TICK_S
    for number in range(SEATS_AT_ONCE * 8 + 1):
        room.sit(Seat(f"p{number}", "everyone"), [], 1.0)
    happen(room)
    assert deliver(room, 5.0) == 9
    assert room.tick_at == 5.0 + LONGEST_TICK_S


def test_who_is_behind_is_told_the_facts_alone() -> None:
    room = build_room()
    (_, behind), (_, reading) = sit(room), sit(room)
    behind.told()
    behind.unsent = BEHIND_BYTES + 1
    happen(room)
    room.show_presence()
    deliver(room, 0.0)
    room.show_presence()
    deliver(room, 0.0)
    assert [[f["type"] for f in told] for told in behind.told()] == [["event"]]
    assert [[f["type"] for f in told] for told in reading.told()] == [["event", "live"], ["live"]]


def test_who_stays_behind_loses_the_seat_and_who_catches_up_keeps_it() -> None:
    wire = Wire()
    outbox = DirectOutbox(wire)
    wire.unsent = BEHIND_BYTES + 1
    outbox.watch(0.0)
    wire.unsent = 0
    outbox.watch(9.0)
    wire.unsent = BEHIND_BYTES + 1
    outbox.watch(10.0)
    outbox.watch(10.0 + BEHIND_FOR_S - 1)
    assert wire.codes == []
    outbox.watch(10.0 + BEHIND_FOR_S)
    outbox.put(Parcel(b"late"), None)
    assert (wire.codes, wire.parcels) == ([CLOSE_SLOW], [])


def test_a_first_parcel_is_never_too_large() -> None:
    outbox, large = Outbox(), Parcel(b"x" * 3_000_000)
    outbox.put(large, large)
    assert outbox.close_code is None
    outbox.put(large, large)
    assert outbox.close_code == CLOSE_SLOW


def test_a_room_that_says_nothing_beats_and_one_that_speaks_does_not() -> None:
    room = build_room()
    _, wire = sit(room)
    room.beat(BEAT_EVERY_S - 1.0)
    assert not room.has_news
    room.beat(float(BEAT_EVERY_S))
    deliver(room, BEAT_EVERY_S)
    assert wire.told() == [[{"type": "beat"}]]
    happen(room, PersonUnmuted(person="p"))
    deliver(room, 20.0)
    room.beat(2.0 * BEAT_EVERY_S)
    assert room.has_news, "what the crew alone was told is no sign of life for the others"


def test_presence_counts_people_and_not_their_tabs() -> None:
    room = build_room()
    first, _ = sit(room, person="wang")
    second, _ = sit(room, person="wang")
    host = Seat("chen", "crew", "host")
    room.sit(host, None, 1.0)
    assert (room.presence().viewers, room.presence().present) == (1, ("host",))
    for seat in (first, first, host):
        room.leave(seat)
    assert (room.presence().viewers, room.presence().present) == (1, ())
    room.leave(second)
    assert room.presence().viewers == 0
