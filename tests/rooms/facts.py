"""Facts for tests: one strategy per kind, and runs of facts that could happen in a room."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from rooms.events import (
    ApplicationReceived,
    CandidateAdmitted,
    ClaimLine,
    Event,
    HostCameLive,
    HostWentAway,
    JobBagged,
    JobCard,
    JobPinned,
    JobUnbagged,
    JobUnpinned,
    Message,
    MessageDeleted,
    MessagePosted,
    OfferCard,
    OfferClosed,
    OfferOpened,
    PersonMuted,
    PersonUnmuted,
    PlaceClaimed,
    PlaceFreed,
    PlacePassedOn,
    RoomEnded,
    StoodBy,
    WinnerLeft,
    WinnerNamed,
)

JOBS = ("j1", "j2", "j3")
PEOPLE = ("p1", "p2", "p3")
MESSAGES = tuple(f"m{n}" for n in range(6))
OFFERS = ("o1", "o2")
CLAIMS = ("c1", "c2", "c3")

times = st.integers(min_value=1, max_value=10**6).map(float)
jobs = st.sampled_from(JOBS).map(
    lambda job: JobCard(
        id=job,
        title=f"Job {job}",
        employer="Mingyuan",
        place="Suzhou",
        pay_min=5000,
        pay_max=6000,
        pay_unit="month",
        employment_type="full_time",
        headcount=3,
    )
)
messages = st.builds(
    Message,
    id=st.sampled_from(MESSAGES),
    person=st.sampled_from(PEOPLE),
    name=st.just("Somebody"),
    role=st.sampled_from(["candidate", "crew"]),
    text=st.text(min_size=1, max_size=20),
    at=times,
)
opening = [
    OfferOpened(
        offer=OfferCard(
            id=offer,
            job="j1",
            job_title="Job j1",
            kind="hire",
            places=9,
            claimed=0,
            opens_at=1.0,
            closes_at=2.0,
        )
    )
    for offer in OFFERS
]

facts: dict[type, st.SearchStrategy[Event]] = {
    HostCameLive: st.builds(HostCameLive, host=st.just("Host"), at=times),
    HostWentAway: st.builds(HostWentAway, reason=st.sampled_from(["left", "lost"])),
    RoomEnded: st.builds(RoomEnded, by=st.sampled_from(["host", "officer"]), at=times),
    JobBagged: st.builds(JobBagged, job=jobs),
    JobUnbagged: st.builds(JobUnbagged, job=st.sampled_from(JOBS)),
    JobPinned: st.builds(JobPinned, job=jobs, at=times),
    JobUnpinned: st.builds(JobUnpinned, at=times),
    MessagePosted: st.builds(MessagePosted, message=messages),
    MessageDeleted: st.builds(MessageDeleted, message=st.sampled_from(MESSAGES)),
    PersonMuted: st.builds(PersonMuted, person=st.sampled_from(PEOPLE), name=st.just("Name")),
    PersonUnmuted: st.builds(PersonUnmuted, person=st.sampled_from(PEOPLE)),
    OfferOpened: st.sampled_from(opening),
    PlaceClaimed: st.builds(
        PlaceClaimed, offer=st.sampled_from(OFFERS), claimed=st.integers(1, 9)
    ),
    WinnerNamed: st.builds(
        WinnerNamed,
        claim=st.builds(
            ClaimLine,
            claim=st.sampled_from(CLAIMS),
            offer=st.sampled_from(OFFERS),
            place=st.integers(1, 9),
            person=st.sampled_from(PEOPLE),
            name=st.just("Name"),
        ),
    ),
    OfferClosed: st.builds(
        OfferClosed, offer=st.sampled_from(OFFERS), reason=st.sampled_from(["full", "time"])
    ),
    StoodBy: st.builds(StoodBy, offer=st.sampled_from(OFFERS), waiting=st.integers(0, 9)),
    PlacePassedOn: st.builds(
        PlacePassedOn, offer=st.sampled_from(OFFERS), waiting=st.integers(0, 9)
    ),
    PlaceFreed: st.builds(
        PlaceFreed,
        offer=st.sampled_from(OFFERS),
        claimed=st.integers(0, 9),
        is_open=st.booleans(),
    ),
    WinnerLeft: st.builds(
        WinnerLeft, claim=st.sampled_from(CLAIMS), reason=st.sampled_from(["declined", "expired"])
    ),
    ApplicationReceived: st.builds(
        ApplicationReceived, job=st.sampled_from(JOBS), count=st.integers(1, 9)
    ),
    CandidateAdmitted: st.builds(CandidateAdmitted, at=times),
}

KINDS = get_args(Event)
events = st.one_of(*facts.values())
long_histories = st.lists(events, min_size=40, max_size=160).map(lambda run: [*opening, *run])
histories = st.lists(events, max_size=40).map(lambda run: [*opening, *run])
