"""What a room looks like at a seq: a frozen value, and how each fact changes it.

The rule that one property test holds for every fact and audience: the snapshot at p, with the
facts after p applied, equals the snapshot now. The browser's reducer follows the same cases.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from rooms.events import (
    ApplicationReceived,
    Audience,
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
    Phase,
    PlaceClaimed,
    PlaceFreed,
    PlacePassedOn,
    RoomEnded,
    StoodBy,
    WinnerLeft,
    WinnerNamed,
)

MESSAGES_SHOWN = 100


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """A live room or an interview room. The last three fields are for the crew only."""

    kind: Literal["showcase", "interview"]
    title: str
    employer: str
    phase: Phase = "waiting"
    host: str = ""
    live_since: float = 0.0
    admitted_at: float = 0.0
    ended_at: float = 0.0
    pinned: JobCard | None = None
    bag: tuple[JobCard, ...] = ()
    offers: dict[str, OfferCard] = {}
    messages: tuple[Message, ...] = ()
    muted: dict[str, str] = {}
    winners: tuple[ClaimLine, ...] = ()
    applications: dict[str, int] = {}


def seen_by(state: RoomState, audience: Audience) -> RoomState:
    """The state without what `audience` may not know."""
    if audience == "crew":
        return state
    return replace(state, muted={}, winners=(), applications={})


def apply(state: RoomState, event: Event) -> RoomState:
    """The state after the fact. Facts of one room must come in order of their seq."""
    match event:
        case HostCameLive() | HostWentAway() | RoomEnded() | CandidateAdmitted():
            return _turn(state, event)
        case JobBagged() | JobUnbagged() | JobPinned() | JobUnpinned():
            return _show(state, event)
        case MessagePosted(message=message):
            return replace(state, messages=(*state.messages, message)[-MESSAGES_SHOWN:])
        case MessageDeleted(message=gone):
            return replace(state, messages=tuple(_blanked(m, gone) for m in state.messages))
        case PersonMuted() | PersonUnmuted() | WinnerNamed() | ApplicationReceived():
            return _tell_crew(state, event)
        case OfferOpened() | PlaceClaimed() | OfferClosed():
            return _count(state, event)
        case StoodBy() | PlacePassedOn() | PlaceFreed() | WinnerLeft():
            return _pass_on(state, event)


def _turn(
    state: RoomState, event: HostCameLive | HostWentAway | RoomEnded | CandidateAdmitted
) -> RoomState:
    """How the room's phase moves; nothing leaves `ended`."""
    match event:
        case HostCameLive():
            return replace(
                state, phase="live", host=event.host, live_since=state.live_since or event.at
            )
        case HostWentAway():
            return replace(state, phase="away")
        case CandidateAdmitted():
            return replace(state, phase="live", admitted_at=state.admitted_at or event.at)
        case RoomEnded():
            return replace(state, phase="ended", ended_at=event.at, pinned=None)


def _show(state: RoomState, event: JobBagged | JobUnbagged | JobPinned | JobUnpinned) -> RoomState:
    match event:
        case JobBagged(job=job):
            return replace(state, bag=(*(j for j in state.bag if j.id != job.id), job))
        case JobUnbagged(job=gone):
            return replace(
                state,
                bag=tuple(job for job in state.bag if job.id != gone),
                pinned=None if state.pinned and state.pinned.id == gone else state.pinned,
            )
        case JobPinned(job=job):
            return replace(state, pinned=job)
        case JobUnpinned():
            return replace(state, pinned=None)


def _tell_crew(
    state: RoomState, event: PersonMuted | PersonUnmuted | WinnerNamed | ApplicationReceived
) -> RoomState:
    match event:
        case PersonMuted():
            return replace(state, muted={**state.muted, event.person: event.name})
        case PersonUnmuted():
            left = {person: name for person, name in state.muted.items() if person != event.person}
            return replace(state, muted=left)
        case WinnerNamed(claim=claim):
            return replace(state, winners=(*state.winners, claim))
        case ApplicationReceived():
            return replace(state, applications={**state.applications, event.job: event.count})


def _count(state: RoomState, event: OfferOpened | PlaceClaimed | OfferClosed) -> RoomState:
    match event:
        case OfferOpened(offer=offer):
            return replace(state, offers={**state.offers, offer.id: offer})
        case PlaceClaimed():
            changed = replace(state.offers[event.offer], claimed=event.claimed)
        case OfferClosed():
            changed = replace(state.offers[event.offer], closed=True)
    return replace(state, offers={**state.offers, changed.id: changed})


def _pass_on(
    state: RoomState, event: StoodBy | PlacePassedOn | PlaceFreed | WinnerLeft
) -> RoomState:
    """How places change hands after they were claimed."""
    match event:
        case WinnerLeft(claim=gone):
            left = tuple(line for line in state.winners if line.claim != gone)
            return replace(state, winners=left)
        case StoodBy() | PlacePassedOn():
            changed = replace(state.offers[event.offer], waiting=event.waiting)
        case PlaceFreed():
            changed = replace(
                state.offers[event.offer], claimed=event.claimed, closed=not event.is_open
            )
    return replace(state, offers={**state.offers, changed.id: changed})


def blank(message: Message) -> Message:
    """The message as it stays in history once it was deleted."""
    return replace(message, text="", deleted=True)


def _blanked(message: Message, gone: str) -> Message:
    return blank(message) if message.id == gone else message
