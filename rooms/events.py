"""Facts that happened in a room, one struct each, and the cards they carry.

A fact is durable: it is a row of the journal before anyone hears of it. Its `audience` says who
may: everyone in the room, or only the crew (the employer's hosts and interviewers, officers).
Unknown fields are refused, so a stale process cannot half-understand a newer one.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

Audience = Literal["everyone", "crew"]
Phase = Literal["waiting", "live", "away", "ended"]


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value shown on a screen and carried by facts."""


class JobCard(Card, frozen=True):
    """A posting as it stands in the bag and on the 讲解中 card; pay is in yuan per `pay_unit`."""

    id: str
    title: str
    employer: str
    place: str
    pay_min: int
    pay_max: int
    pay_unit: str
    employment_type: str
    headcount: int


class Message(Card, frozen=True):
    """A chat line. `at` is Unix seconds; a deleted line keeps its place and loses its text."""

    id: str
    person: str
    name: str
    role: Literal["candidate", "crew"]
    text: str
    at: float
    deleted: bool = False


class OfferCard(Card, frozen=True):
    """A quick-hire offer; `opens_at` and `closes_at` are Unix seconds.

    `claimed` hold a place now, `waiting` stand by for one. Pay and place of work are the offer's.
    """

    id: str
    job: str
    job_title: str
    kind: Literal["interview", "hire"]
    places: int
    claimed: int
    opens_at: float
    closes_at: float
    interviewer: str = ""
    closed: bool = False
    waiting: int = 0
    pay_min: int = 0
    pay_max: int = 0
    pay_unit: str = "month"
    work_place: str = ""


class ClaimLine(Card, frozen=True):
    """One winner, as the crew sees them."""

    claim: str
    offer: str
    place: int
    person: str
    name: str


class Fact(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"
):
    """Something that happened in a room."""

    audience: ClassVar[Audience] = "everyone"


class HostCameLive(Fact, frozen=True, tag="host_came_live"):
    host: str
    at: float


class HostWentAway(Fact, frozen=True, tag="host_went_away"):
    """Media stopped coming. `lost` means the network, `left` means the host stopped sending."""

    reason: Literal["left", "lost"]


class RoomEnded(Fact, frozen=True, tag="room_ended"):
    by: Literal["host", "interviewer", "officer", "schedule"]
    at: float


class JobBagged(Fact, frozen=True, tag="job_bagged"):
    job: JobCard


class JobUnbagged(Fact, frozen=True, tag="job_unbagged"):
    job: str


class JobPinned(Fact, frozen=True, tag="job_pinned"):
    job: JobCard
    at: float


class JobUnpinned(Fact, frozen=True, tag="job_unpinned"):
    at: float


class MessagePosted(Fact, frozen=True, tag="message_posted"):
    message: Message


class MessageDeleted(Fact, frozen=True, tag="message_deleted"):
    message: str


class PersonMuted(Fact, frozen=True, tag="person_muted"):
    audience: ClassVar[Audience] = "crew"
    person: str
    name: str


class PersonUnmuted(Fact, frozen=True, tag="person_unmuted"):
    audience: ClassVar[Audience] = "crew"
    person: str


class OfferOpened(Fact, frozen=True, tag="offer_opened"):
    offer: OfferCard


class PlaceClaimed(Fact, frozen=True, tag="place_claimed"):
    """A place is gone; who took it is for the crew (`WinnerNamed`)."""

    offer: str
    claimed: int


class WinnerNamed(Fact, frozen=True, tag="winner_named"):
    audience: ClassVar[Audience] = "crew"
    claim: ClaimLine


class OfferClosed(Fact, frozen=True, tag="offer_closed"):
    offer: str
    reason: Literal["full", "time", "host", "ended"]


class StoodBy(Fact, frozen=True, tag="stood_by"):
    """So many stand by for a place of a full offer: somebody joined the line or left it."""

    offer: str
    waiting: int


class PlacePassedOn(Fact, frozen=True, tag="place_passed_on"):
    """A place that came free went to the first who stood by; as many are claimed as before."""

    offer: str
    waiting: int


class PlaceFreed(Fact, frozen=True, tag="place_freed"):
    """A place came free and nobody stood by; `is_open` is whether it can be claimed."""

    offer: str
    claimed: int
    is_open: bool


class WinnerLeft(Fact, frozen=True, tag="winner_left"):
    """A holder lost or gave up their place."""

    audience: ClassVar[Audience] = "crew"
    claim: str
    reason: Literal["declined", "expired", "withdrawn"]


class ApplicationReceived(Fact, frozen=True, tag="application_received"):
    """`count` is the job's applications from this room so far."""

    audience: ClassVar[Audience] = "crew"
    job: str
    count: int


class CandidateAdmitted(Fact, frozen=True, tag="candidate_admitted"):
    """The interviewer let the candidate in; the timer starts at `at`."""

    at: float


Event = (
    HostCameLive
    | HostWentAway
    | RoomEnded
    | JobBagged
    | JobUnbagged
    | JobPinned
    | JobUnpinned
    | MessagePosted
    | MessageDeleted
    | PersonMuted
    | PersonUnmuted
    | OfferOpened
    | PlaceClaimed
    | WinnerNamed
    | OfferClosed
    | StoodBy
    | PlacePassedOn
    | PlaceFreed
    | WinnerLeft
    | ApplicationReceived
    | CandidateAdmitted
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A fact with its place in its room's journal.

    `prev_everyone` is the last earlier seq that everyone may see. The crew sees every seq, so
    its previous one is always `seq - 1`.
    """

    room: str
    seq: int
    prev_everyone: int
    event: Event

    def prev(self, audience: Audience) -> int:
        """The seq before this one in what `audience` sees."""
        return self.seq - 1 if audience == "crew" else self.prev_everyone

    def is_for(self, audience: Audience) -> bool:
        return audience == "crew" or self.event.audience == "everyone"
