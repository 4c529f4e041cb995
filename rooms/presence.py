"""Presence, pure: leases become intervals, intervals become dwell and a concurrency curve.

A lease is one socket of one person. Its interval ends at its last heartbeat plus nothing: a
crash can only shorten what was true by one heartbeat. Times are Unix seconds. Overlaps of tabs
and devices count once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Who says nothing for so long is gone; a browser beats every rooms.wire.BEAT_EVERY_S.
SILENT_AFTER_S = 45.0
# Who comes back within this was on one visit, as after a reload; the gap is not dwell.
SAME_VISIT_S = 30.0


@dataclass(frozen=True, order=True)
class Interval:
    """[start, end) of being connected."""

    start: float
    end: float

    @property
    def length_s(self) -> float:
        return max(0.0, self.end - self.start)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """The same moments as disjoint intervals in order; touching ones are joined."""
    joined: list[Interval] = []
    for interval in sorted(i for i in intervals if i.end > i.start):
        if joined and interval.start <= joined[-1].end:
            last = joined[-1]
            joined[-1] = Interval(last.start, max(last.end, interval.end))
        else:
            joined.append(interval)
    return joined


def dwell_s(intervals: Iterable[Interval]) -> float:
    """Seconds covered by at least one interval."""
    return sum(interval.length_s for interval in union(intervals))


def visit_count(intervals: Iterable[Interval], gap_s: float = SAME_VISIT_S) -> int:
    """How often somebody came; tabs that overlap and short absences are one visit."""
    count, until = 0, float("-inf")
    for interval in sorted(intervals):
        if interval.start > until + gap_s:
            count += 1
        until = max(until, interval.end)
    return count


def shared_s(ones: Iterable[Interval], others: Iterable[Interval]) -> float:
    """Seconds in which both were there."""
    theirs = union(others)
    return sum(dwell_s(clip(theirs, one.start, one.end)) for one in union(ones))


def clip(intervals: Iterable[Interval], start: float, end: float) -> list[Interval]:
    """What lies within [start, end)."""
    clipped = (Interval(max(i.start, start), min(i.end, end)) for i in intervals)
    return [interval for interval in clipped if interval.end > interval.start]


def in_front(stay: Interval, turns: Iterable[tuple[float, bool]]) -> list[Interval]:
    """The part of a stay in which its page was in front of the person.

    A turn is a moment and whether the page was in front from then on; before the first one it was
    not. Their order and repeats change nothing.
    """
    seen: list[Interval] = []
    since: float | None = None
    for at, is_front in sorted(set(turns)):
        if is_front and since is None:
            since = at
        elif not is_front and since is not None:
            seen.append(Interval(since, at))
            since = None
    if since is not None:
        seen.append(Interval(since, max(since, stay.end)))
    return clip(seen, stay.start, stay.end)


def curve(people: Iterable[Iterable[Interval]]) -> list[tuple[float, int]]:
    """How many people were there: (from this moment, this many), at every change.

    Its integral equals the sum of everybody's dwell.
    """
    changes: dict[float, int] = {}
    for intervals in people:
        for interval in union(intervals):
            changes[interval.start] = changes.get(interval.start, 0) + 1
            changes[interval.end] = changes.get(interval.end, 0) - 1
    points: list[tuple[float, int]] = []
    count = 0
    for moment in sorted(changes):
        if changes[moment]:
            count += changes[moment]
            points.append((moment, count))
    return points


def peak(points: Iterable[tuple[float, int]]) -> int:
    """The most that were there at once."""
    return max((count for _, count in points), default=0)
