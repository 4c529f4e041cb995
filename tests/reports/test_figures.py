"""The report's arithmetic, without a site."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.presence import Interval
from server.attendance.actions import Visit
from server.hiring import stages
from server.reports import figures, tables
from server.reports.figures import (
    Cast,
    Deeds,
    curve_of,
    person_lines,
    showing,
    slots,
    within,
)

moments = st.integers(min_value=0, max_value=600)
intervals = st.builds(lambda a, b: Interval(float(min(a, b)), float(max(a, b))), moments, moments)
names = st.sampled_from(["wang", "li", "host", "guest:a", "guest:b"])
visits = st.lists(
    st.builds(Visit, st.sampled_from(["hall", "booth"]), names, st.just("viewer"), intervals),
    max_size=20,
)
CAST = Cast({"wang": "Wang", "li": "Li"}, frozenset(["host"]), lambda n: f"Guest {n}")
NOTHING = Deeds([], [], [])


@given(visits)
def test_the_lines_do_not_depend_on_the_order_or_on_repeats(found: list[Visit]) -> None:
    again = [*reversed(found), *found]
    assert person_lines(again, NOTHING, CAST) == person_lines(found, NOTHING, CAST)


@given(visits)
def test_the_area_under_the_curve_is_everybodys_dwell(found: list[Visit]) -> None:
    lines = person_lines(found, NOTHING, CAST)
    points = curve_of(lines)
    area = sum(n * (until - since) for (since, n), (until, _) in pairwise(points))
    assert area == sum(line.dwell_s for line in lines)


@given(visits, st.sampled_from([30.0, 60.0, 300.0]))
def test_the_table_of_the_curve_has_the_same_area_and_the_same_peak(
    found: list[Visit], length_s: float
) -> None:
    lines = person_lines(found, NOTHING, CAST)
    points = curve_of(lines)
    told = slots(points, length_s)
    area = sum(slot.mean * length_s for slot in told)
    assert area == pytest.approx(sum(line.dwell_s for line in lines))
    assert max((slot.most for slot in told), default=0) == max((n for _, n in points), default=0)
    assert all(one.end == other.start for one, other in pairwise(told))
    assert all(slot.mean <= slot.most for slot in told)


def test_what_lies_outside_the_rooms_hours_is_cut_off() -> None:
    hours = {"hall": Interval(100, 200)}

    def cut(start: float, end: float) -> list[Interval]:
        visit = Visit("hall", "wang", "viewer", Interval(start, end))
        return [held.interval for held in within([visit], hours)]

    assert cut(0, 150) == [Interval(100, 150)]
    assert cut(150, 300) == [Interval(150, 200)]
    assert cut(0, 300) == [Interval(100, 200)]
    assert cut(120, 120) == [Interval(120, 120)], "a glance inside counts"
    for start, end in ((0, 100), (200, 300), (0, 50), (250, 300), (50, 50)):
        assert cut(start, end) == []


NOBODY: list[Interval] = []
A_WHILE = [Interval(0, 299)]
LONG = [Interval(0, 100), Interval(150, 350)]


@pytest.mark.parametrize(
    ("came_at", "other", "is_over", "may_be_late", "said"),
    [
        (10.0, NOBODY, True, True, "attended"),
        (299.0, A_WHILE, False, True, "attended"),
        (350.0, LONG, False, True, "late"),
        (100.0, LONG, False, True, "attended"),
        (350.0, LONG, False, False, "attended"),
        (None, LONG, True, True, "no-show"),
        (None, LONG, True, False, "no-show"),
        (None, LONG, False, True, "undetermined"),
        (None, A_WHILE, True, True, "undetermined"),
        (None, NOBODY, True, True, "undetermined"),
    ],
)
def test_nobody_is_blamed_without_another_who_waited(
    came_at: float | None, other: list[Interval], is_over: bool, may_be_late: bool, said: str
) -> None:
    assert showing(came_at, other, is_over=is_over, may_be_late=may_be_late) == said


def test_every_stage_of_an_application_has_its_rank_and_its_word() -> None:
    assert set(stages.STAGES) == set(figures.STAGES) == set(tables.STAGES)
    assert figures.STAGES[-1] == "hired"
