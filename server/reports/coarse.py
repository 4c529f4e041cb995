"""What an employer may know of who watched: figures of groups, never of a person. Pure.

Three rules hold together. A figure is told of `K` people or more. Counts are told in steps of `K`,
so that one figure taken from another (the room less those who watched a job, today's page less
yesterday's) leaves no smaller group than that to be guessed at. Times are medians in whole minutes
and never sums, for a sum less another sum is somebody's own.
"""

from __future__ import annotations

import msgspec

from server.reports.report import JobLine, SessionLine

K = 5


class GroupOfPeople(msgspec.Struct, kw_only=True):
    """How many there were, in steps of five: `at_least` is null for fewer than five, and then
    nothing else is said. Lengths are medians in whole minutes."""

    at_least: int | None
    stay_min: int | None = None
    front_min: int | None = None


class JobOfRoom(msgspec.Struct):
    """A job that was explained in a room, and who watched meanwhile."""

    job: str
    title: str
    explained_min: int
    watched: GroupOfPeople


class RoomOfEmployer(msgspec.Struct, kw_only=True):
    """A live session that is over. `peak_at_least` is the most who were there at once."""

    room: str
    title: str
    fair: str
    zone: str
    starts_at: float
    ends_at: float
    viewers: GroupOfPeople
    peak_at_least: int | None
    jobs: list[JobOfRoom]


class EmployerReport(msgspec.Struct):
    """An employer's own live sessions, the latest first."""

    rooms: list[RoomOfEmployer]


def at_least(count: int) -> int | None:
    """The count in steps of K; None for fewer than K."""
    return count - count % K if count >= K else None


def viewers_of(line: SessionLine) -> GroupOfPeople:
    """Who watched a session."""
    return _group(line.viewers, line.dwell_median_s, line.front_median_s)


def job_of(line: JobLine) -> JobOfRoom:
    """Who watched while a job was explained."""
    watched = _group(line.viewers, line.attention_median_s, line.front_median_s)
    return JobOfRoom(line.job, line.title, round(line.pinned_s / 60), watched)


def _group(count: int, stay_s: float, front_s: float) -> GroupOfPeople:
    told = at_least(count)
    if told is None:
        return GroupOfPeople(at_least=None)
    return GroupOfPeople(at_least=told, stay_min=round(stay_s / 60), front_min=round(front_s / 60))
