"""The estimate of the wait, without a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rooms.line import ASSUMED, Turn, quantiles, wait_range

ratios = st.lists(st.floats(0.05, 5), max_size=30)
turns = st.lists(st.builds(Turn, st.integers(1, 60), st.floats(0, 90)), max_size=12)


def test_nobody_ahead_means_no_wait() -> None:
    assert wait_range([], []) == (0, 0)


def test_without_a_history_the_range_is_the_assumed_one() -> None:
    low, high = ASSUMED
    assert wait_range([Turn(10)], []) == (10 * low, 10 * high)
    assert quantiles([1.0] * 4) == ASSUMED


def test_a_history_of_long_interviews_makes_the_range_longer() -> None:
    assert wait_range([Turn(10)], [1.0, 1.5, 2.0, 2.5, 3.0]) == (20, 30)


def test_the_time_an_interview_already_runs_is_taken_off() -> None:
    assert wait_range([Turn(10, elapsed_min=6)], []) == (2, 8)


def test_an_interview_that_overruns_may_end_at_any_minute() -> None:
    assert wait_range([Turn(10, elapsed_min=300)], []) == (1, 1)


@given(turns, ratios)
def test_the_range_is_in_order_and_never_negative(ahead: list[Turn], past: list[float]) -> None:
    low, high = wait_range(ahead, past)
    assert 0 <= low <= high


@given(turns, st.builds(Turn, st.integers(1, 60)), ratios)
def test_one_more_ahead_never_shortens_the_wait(
    ahead: list[Turn], one_more: Turn, past: list[float]
) -> None:
    shorter, longer = wait_range(ahead, past), wait_range([*ahead, one_more], past)
    assert shorter[0] < longer[0]
    assert shorter[1] < longer[1]
