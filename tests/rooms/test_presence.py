"""Presence: whatever the order, the repeats and the tabs, the same seconds are counted once."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.presence import (
    SAME_VISIT_S,
    Interval,
    clip,
    curve,
    dwell_s,
    in_front,
    peak,
    shared_s,
    union,
    visit_count,
)

# Whole seconds, so that sums of floats are exact and a set of seconds can be the judge.
moments = st.integers(min_value=0, max_value=300)
stays = st.builds(lambda a, b: Interval(float(min(a, b)), float(max(a, b))), moments, moments)
many = st.lists(stays, max_size=12)
crowd = st.lists(many, max_size=6)


def seconds(intervals: list[Interval]) -> set[int]:
    """The same thing, slowly."""
    return {n for i in intervals for n in range(int(i.start), int(i.end))}


@given(many)
def test_dwell_is_the_number_of_seconds_that_any_tab_was_open(tabs: list[Interval]) -> None:
    assert dwell_s(tabs) == len(seconds(tabs))


@given(many, st.randoms(), st.data())
def test_order_repeats_and_more_tabs_change_nothing(
    tabs: list[Interval], shuffle: Random, data: st.DataObject
) -> None:
    again = tabs + data.draw(st.lists(st.sampled_from(tabs), max_size=5) if tabs else st.just([]))
    halves = [
        half
        for i in again
        for middle in (float(int(i.start + i.end) // 2),)
        for half in (Interval(i.start, max(i.start, middle)), Interval(middle, i.end))
    ]
    for other in (again, halves):
        shuffle.shuffle(other)
        assert union(other) == union(tabs)
        assert dwell_s(other) == dwell_s(tabs)
    assert visit_count(again) == visit_count(tabs)


@given(many)
def test_the_union_is_in_order_and_its_parts_do_not_touch(tabs: list[Interval]) -> None:
    joined = union(tabs)
    assert all(i.length_s > 0 for i in joined)
    assert all(one.end < other.start for one, other in pairwise(joined))
    assert seconds(joined) == seconds(tabs)


@given(crowd)
def test_the_area_under_the_curve_is_everybodys_dwell(people: list[list[Interval]]) -> None:
    points = curve(people)
    area = sum(count * (until - since) for (since, count), (until, _) in pairwise(points))
    assert area == sum(dwell_s(tabs) for tabs in people)
    assert all(count >= 0 for _, count in points)
    assert not points or points[-1][1] == 0
    assert all(one[1] != other[1] for one, other in pairwise(points))


@given(crowd, moments)
def test_the_curve_says_how_many_were_there_at_any_moment(
    people: list[list[Interval]], moment: int
) -> None:
    points = curve(people)
    shown = next((count for at, count in reversed(points) if at <= moment), 0)
    assert shown == sum(moment in seconds(tabs) for tabs in people)
    assert peak(points) >= shown


@given(many, moments, moments, moments)
def test_what_is_clipped_in_two_parts_is_clipped_once(
    tabs: list[Interval], a: int, b: int, c: int
) -> None:
    start, middle, end = sorted((a, b, c))
    parts = dwell_s(clip(tabs, start, middle)) + dwell_s(clip(tabs, middle, end))
    assert parts == dwell_s(clip(tabs, start, end)) <= dwell_s(tabs)


@given(many, many)
def test_shared_time_is_the_same_from_both_sides(
    ones: list[Interval], others: list[Interval]
) -> None:
    both = len(seconds(ones) & seconds(others))
    assert shared_s(ones, others) == shared_s(others, ones) == both


@given(many)
def test_nobody_visits_more_often_than_they_connect(tabs: list[Interval]) -> None:
    assert len(union(tabs)) == 0 or 1 <= visit_count(tabs) <= len(tabs)


@pytest.mark.parametrize(("away_s", "visits"), [(0.0, 1), (SAME_VISIT_S, 1), (31.0, 2)])
def test_a_reload_is_the_same_visit_and_a_long_absence_is_another(
    away_s: float, visits: int
) -> None:
    tabs = [Interval(0, 60), Interval(60 + away_s, 120)]
    assert visit_count(tabs) == visits


def test_who_left_at_once_visited_without_dwelling() -> None:
    glance = [Interval(5, 5)]
    assert (visit_count(glance), dwell_s(glance), curve([glance])) == (1, 0, [])


turns = st.lists(st.tuples(moments.map(float), st.booleans()), max_size=12)


@given(stays, turns, st.randoms(), st.data())
def test_order_and_repeats_of_turns_change_nothing(
    stay: Interval, told: list[tuple[float, bool]], shuffle: Random, data: st.DataObject
) -> None:
    again = told + data.draw(st.lists(st.sampled_from(told), max_size=5) if told else st.just([]))
    shuffle.shuffle(again)
    assert in_front(stay, again) == in_front(stay, told)


@given(stays, turns)
def test_who_has_the_page_in_front_is_there_and_a_page_behind_is_not_in_front(
    stay: Interval, told: list[tuple[float, bool]]
) -> None:
    front = in_front(stay, told)
    assert seconds(front) <= seconds([stay])
    state = dict(sorted(set(told)))
    expected = {
        second
        for second in seconds([stay])
        if state.get(max((at for at in state if at <= second), default=-1.0), False)
    }
    assert seconds(front) == expected


@given(st.lists(st.tuples(stays, turns), max_size=6))
def test_front_is_never_longer_than_dwell_however_many_tabs(
    tabs: list[tuple[Interval, list[tuple[float, bool]]]],
) -> None:
    front = [part for stay, told in tabs for part in in_front(stay, told)]
    assert dwell_s(front) <= dwell_s([stay for stay, _ in tabs])
