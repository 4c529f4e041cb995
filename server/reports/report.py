"""A fair's report as it is told: who came, for how long, and what became of it.

Pure: structs that are the JSON of `GET /api/fairs/{fair}/attendance`. Moments are Unix seconds,
lengths are seconds; `role` and `showing` are words for programs, translated where shown.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["candidate", "guest", "crew"]
# `undetermined` is an answer: what we saw proves neither, and nothing may be concluded from it.
Showing = Literal["attended", "late", "no-show", "undetermined"]
Curve = list[tuple[float, int]]


class FairOfReport(msgspec.Struct):
    """The fair; `zone` is its IANA zone."""

    id: str
    title: str
    zone: str


class OccurrenceOfReport(msgspec.Struct):
    """The date that is reported."""

    id: str
    local_date: str
    starts_at: float
    ends_at: float


class Totals(msgspec.Struct):
    """Sums. `people` signed in and came, of whom `crew` belong to employers or to the fair.

    `peak` is the most that were here at once, guests and crew included, `audience_peak` without
    crew; `dwell_s` is everybody's dwell together, the integral of the report's `curve`, and
    `front_s` the part of it in which they had the page in front.
    """

    people: int
    candidates: int
    crew: int
    guests: int
    peak: int
    audience_peak: int
    dwell_s: float
    front_s: float
    applications: int
    claims: int
    interviews: int
    hires: int


class Funnel(msgspec.Struct):
    """How many different people went how far; crew are left out."""

    watched: int
    applied: int
    claimed: int
    interviewed: int
    hired: int


class SessionLine(msgspec.Struct):
    """One live session: viewers are candidates and guests, each counted once."""

    room: str
    employer: str
    title: str
    starts_at: float
    ends_at: float
    viewers: int
    peak: int
    dwell_median_s: float
    front_median_s: float
    applications: int
    claims: int
    hires: int


class JobLine(msgspec.Struct):
    """One job that was explained: for how long it was pinned, by how many candidates and guests it
    was watched, for how long all together (`attention_s`, of it `front_s` with the page in front),
    and the medians of one of them."""

    job: str
    title: str
    organisation: str
    employer: str
    pinned_s: float
    viewers: int
    attention_s: float
    front_s: float
    attention_median_s: float
    front_median_s: float


class PersonLine(msgspec.Struct):
    """One person: `dwell_s` is the length of the union over rooms, tabs and devices, `front_s` the
    part of it in which one of their pages was in front.

    `person` is an id, or `guest-1` for a guest, who has no name. Who never came but applied or
    was invited has no `first_seen`. `outcome` is the furthest stage of their applications.
    """

    person: str
    name: str
    role: Role
    first_seen: float | None
    last_seen: float | None
    visits: int
    dwell_s: float
    front_s: float
    intervals: list[tuple[float, float]]
    rooms: list[str]
    applications: int
    claims: int
    interviews: int
    outcome: str | None


class InterviewLine(msgspec.Struct):
    """One interview. `together_s` is how long both were there after the candidate was let in."""

    room: str
    employer: str
    job_title: str
    interviewer: str
    candidate: str
    status: Literal["invited", "admitted", "ended"]
    planned_min: int
    invited_at: float
    admitted_at: float | None
    ended_at: float | None
    together_s: float
    interviewer_s: float
    candidate_s: float
    interviewer_showing: Showing
    candidate_showing: Showing


class Report(msgspec.Struct):
    """Everything of one date of a fair, as it stands at `now`.

    `curve` is (from this moment, so many people here) at every change; `audience` is the same
    without crew, and `front` those of the audience who had the page in front. There is no
    occurrence, and nothing else, before the fair has a date.
    """

    fair: FairOfReport
    occurrence: OccurrenceOfReport | None
    now: float
    totals: Totals
    funnel: Funnel
    sessions: list[SessionLine]
    jobs: list[JobLine]
    people: list[PersonLine]
    interviews: list[InterviewLine]
    curve: Curve
    audience: Curve
    front: Curve
