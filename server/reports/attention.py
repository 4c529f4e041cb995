"""How long people were there while a job was being explained. Pure: no database, no language.

A job is explained from the fact that pins it until the next one that pins another, unpins it,
takes it out of the bag or ends the room. Attention is the time in which a person was in the room
meanwhile: the union over their tabs, never counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple

from rooms.events import Event, JobCard, JobPinned, JobUnbagged, JobUnpinned, RoomEnded
from rooms.presence import Interval, clip, dwell_s
from server.attendance.actions import Visit
from server.reports.report import JobLine

Told = tuple[float, Event]  # a fact, and when it was recorded


class Pin(NamedTuple):
    """A job on a room's screen for a while."""

    room: str
    job: JobCard
    interval: Interval


def pins(room: str, facts: Iterable[Told], until: float) -> list[Pin]:
    """What was pinned in a room and when, from its facts in order; `until` ends the last one."""
    found: list[Pin] = []
    pinned: tuple[float, JobCard] | None = None

    def take_off(at: float) -> None:
        if pinned is not None and at > pinned[0]:
            found.append(Pin(room, pinned[1], Interval(pinned[0], at)))

    for at, fact in facts:
        if isinstance(fact, JobPinned):
            take_off(at)
            pinned = (at, fact.job)
        elif isinstance(fact, JobUnpinned | RoomEnded) or (
            isinstance(fact, JobUnbagged) and pinned is not None and pinned[1].id == fact.job
        ):
            take_off(at)
            pinned = None
    take_off(until)
    return found


def job_lines(
    shown: Iterable[Pin], visits: Iterable[Visit], employers: Mapping[str, str]
) -> list[JobLine]:
    """A line for each job, in the order in which they were first explained. `visits` are those of
    the audience; `employers` says whose room it was."""
    spans: dict[str, dict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    jobs: dict[str, tuple[JobCard, str]] = {}
    for pin in sorted(shown, key=lambda one: one.interval):
        jobs.setdefault(pin.job.id, (pin.job, employers[pin.room]))
        spans[pin.job.id][pin.room].append(pin.interval)
    stays = list(visits)
    return [_line(*jobs[job], rooms, stays) for job, rooms in spans.items()]


def _line(
    job: JobCard, organisation: str, rooms: Mapping[str, list[Interval]], visits: list[Visit]
) -> JobLine:
    here: dict[str, list[Interval]] = defaultdict(list)
    front: dict[str, list[Interval]] = defaultdict(list)
    for visit in visits:
        for span in rooms.get(visit.room, ()):
            here[visit.person] += clip([visit.interval], span.start, span.end)
            front[visit.person] += clip(visit.front, span.start, span.end)
    watched = [person for person, theirs in here.items() if dwell_s(theirs) > 0]
    times = [dwell_s(here[person]) for person in watched]
    fronts = [dwell_s(front[person]) for person in watched]
    return JobLine(
        job=job.id,
        title=job.title,
        organisation=organisation,
        employer=job.employer,
        pinned_s=sum(dwell_s(spans) for spans in rooms.values()),
        viewers=len(watched),
        attention_s=sum(times),
        front_s=sum(fronts),
        attention_median_s=median(times or [0.0]),
        front_median_s=median(fronts or [0.0]),
    )
