"""The line in front of one interviewer, pure: a position and an honest range of the wait.

The range comes from how long this interviewer's interviews really took against their plan;
with too few of them, from a plain assumption. Minutes throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

ASSUMED = (0.8, 1.4)  # p50 and p90 of real ÷ planned length, before there is a history
ENOUGH = 5


@dataclass(frozen=True)
class Turn:
    """An interview ahead: its planned length and how long it already runs."""

    planned_min: float
    elapsed_min: float = 0.0


def wait_range(ahead: Sequence[Turn], past_ratios: Sequence[float]) -> tuple[int, int]:
    """Whole minutes (p50, p90) until those ahead are done; (0, 0) when nobody is."""
    middle, high = quantiles(past_ratios)
    low_min = sum(_left(turn, middle) for turn in ahead)
    high_min = sum(_left(turn, high) for turn in ahead)
    return _whole(low_min), _whole(high_min)


def quantiles(past_ratios: Sequence[float]) -> tuple[float, float]:
    """p50 and p90 of real ÷ planned, assumed until there are enough of them."""
    if len(past_ratios) < ENOUGH:
        return ASSUMED
    ordered = sorted(past_ratios)
    return _at(ordered, 0.5), max(_at(ordered, 0.9), _at(ordered, 0.5))


def _whole(wait_min: float) -> int:
    """Rounded up, but not by the noise of binary fractions."""
    return ceil(round(wait_min, 6))


def _left(turn: Turn, ratio: float) -> float:
    """What is left of a turn; one that overruns may end at any minute."""
    return max(turn.planned_min * ratio - turn.elapsed_min, 1.0)


def _at(ordered: Sequence[float], quantile: float) -> float:
    return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]
