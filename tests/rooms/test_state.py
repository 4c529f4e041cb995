"""The state: what each audience sees is the same by any road."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from rooms.events import Entry, Event, Message, MessageDeleted, MessagePosted
from rooms.state import MESSAGES_SHOWN, RoomState, apply, seen_by
from rooms.wire import read_event, write_event
from tests.rooms.facts import KINDS, events, facts, histories

EMPTY = RoomState(kind="showcase", title="A room", employer="Mingyuan")


def after(run: list[Event], state: RoomState = EMPTY) -> RoomState:
    return reduce(apply, run, state)


def test_every_fact_has_a_strategy_here() -> None:
    assert set(facts) == set(KINDS)


@given(histories, st.integers(0, 42))
def test_a_snapshot_and_what_followed_equal_the_snapshot_now(run: list[Event], cut: int) -> None:
    for audience in ("everyone", "crew"):
        shown = seen_by(after(run[:cut]), audience)
        later = [event for event in run[cut:] if audience in ("crew", event.audience)]
        assert seen_by(after(later, shown), audience) == seen_by(after(run), audience)


@given(histories)
def test_everyone_never_sees_what_is_the_crews(run: list[Event]) -> None:
    shown = seen_by(after(run), "everyone")
    assert (shown.muted, shown.winners, shown.applications) == ({}, (), {})


@given(events)
def test_a_fact_survives_the_journal(event: Event) -> None:
    assert read_event(write_event(event)) == event


@given(histories)
def test_prev_leads_each_audience_from_fact_to_fact_without_a_gap(run: list[Event]) -> None:
    last_public = 0
    entries = []
    for seq, event in enumerate(run, 1):
        entries.append(Entry(room="r", seq=seq, prev_everyone=last_public, event=event))
        last_public = seq if event.audience == "everyone" else last_public
    for audience in ("everyone", "crew"):
        seen = 0
        for entry in entries:
            if entry.is_for(audience):
                assert entry.prev(audience) == seen
                seen = entry.seq


def test_only_the_last_lines_are_kept_and_a_deleted_one_says_nothing() -> None:
    run: list[Event] = [
        MessagePosted(message=line(str(number))) for number in range(MESSAGES_SHOWN + 5)
    ]
    state = apply(after(run), MessageDeleted(message="104"))
    assert len(state.messages) == MESSAGES_SHOWN
    assert state.messages[-1].deleted
    assert state.messages[-1].text == ""


def line(name: str) -> Message:
    return Message(id=name, person="p", name="P", role="candidate", text="hello", at=1.0)
