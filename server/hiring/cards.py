"""An application as each of its two sides may see it.

No database, no web. This is where contact details are given out: to both sides once the stage is
`hired`, and never before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from server.hiring.profile import Shared
from server.hiring.stages import Stage, Step, may
from server.hiring.timeline import Happened, Milestone, milestones

Facts = Mapping[Any, Any]  # a row of store_applications


class Meeting(msgspec.Struct):
    """The interview of an application; `status` is invited, admitted or ended."""

    room: str
    status: str
    interviewer_name: str
    minutes: int


class Contact(msgspec.Struct):
    """How one side reaches the other; a phone that was never given is empty."""

    name: str
    phone: str
    email: str = ""


class PlaceHeld(msgspec.Struct):
    """The quick-hire place that an application came to, as it stands; `state` is holding, hired,
    declined, expired or withdrawn, and `due_at` is when the side whose turn it is loses it."""

    offer: str
    claim: str
    kind: str
    place: int | None
    state: str
    due_at: datetime | None


class Applicant(msgspec.Struct, kw_only=True):
    """An application as the employer sees it. `contact` is null until the person is hired;
    `shared` is what the candidate agreed to send; `may` names the steps that fit now."""

    id: str
    job: str
    job_title: str
    stage: Stage
    reason: str
    applied_at: datetime
    changed_at: datetime
    room: str | None
    room_title: str | None
    interview: Meeting | None
    held: PlaceHeld | None
    shared: Shared
    contact: Contact | None
    may: list[Step]
    steps: list[Happened]
    line: list[Milestone]


class Application(msgspec.Struct, kw_only=True):
    """An application as its candidate sees it. `contact` is the employer's, null until hired;
    `needs_phone` says that the employer could not call, because there is no profile yet."""

    id: str
    job: str
    job_title: str
    job_place: str
    pay_min: int
    pay_max: int
    pay_unit: str
    organisation: str
    employer: str
    stage: Stage
    reason: str
    applied_at: datetime
    changed_at: datetime
    interview: Meeting | None
    held: PlaceHeld | None
    contact: Contact | None
    needs_phone: bool
    may: list[Step]
    line: list[Milestone]


def for_employer(row: Facts, steps: Sequence[Facts], claim: Facts | None) -> Applicant:
    """What the employer's members may know."""
    happened = _happened(row, steps)
    gone = row["deleted_at"] is not None
    return Applicant(
        id=row["id"],
        job=row["job"],
        job_title=row["job_title"],
        stage=row["stage"],
        reason=row["reason"],
        applied_at=row["consented_at"],
        changed_at=row["changed_at"],
        room=row["room"],
        room_title=row["room_title"],
        interview=_meeting(row),
        held=_held(claim),
        shared=Shared(full_name=row["person_name"]) if gone else shared_of(row),
        contact=None if gone else _candidates_contact(row),
        may=may(row["stage"], "employer"),
        steps=happened,
        line=milestones(row["stage"], happened),
    )


def for_candidate(row: Facts, steps: Sequence[Facts], claim: Facts | None) -> Application:
    """What the candidate may know."""
    hired = row["stage"] == "hired"
    return Application(
        id=row["id"],
        job=row["job"],
        job_title=row["job_title"],
        job_place=row["job_place"],
        pay_min=row["pay_min"],
        pay_max=row["pay_max"],
        pay_unit=row["pay_unit"],
        organisation=row["organisation"],
        employer=row["employer"],
        stage=row["stage"],
        reason=row["reason"],
        applied_at=row["consented_at"],
        changed_at=row["changed_at"],
        interview=_meeting(row),
        held=_held(claim),
        contact=Contact(row["contact_name"], row["contact_phone"]) if hired else None,
        needs_phone=not row["phone"],
        may=may(row["stage"], "candidate"),
        line=milestones(row["stage"], _happened(row, steps)),
    )


def shared_of(row: Facts) -> Shared:
    """What the candidate agreed to send."""
    return msgspec.json.decode(row["shared"], type=Shared)


def _candidates_contact(row: Facts) -> Contact | None:
    if row["stage"] != "hired":
        return None
    name = row["full_name"] or row["person_name"]
    return Contact(name, row["phone"] or "", row["email"] or "")


def _meeting(row: Facts) -> Meeting | None:
    if row["interview"] is None:
        return None
    return Meeting(
        room=row["interview"],
        status=row["interview_status"],
        interviewer_name=row["interviewer_name"],
        minutes=row["minutes"],
    )


def _held(claim: Facts | None) -> PlaceHeld | None:
    if claim is None:
        return None
    names = ("offer", "kind", "place", "state", "due_at")
    return PlaceHeld(claim=claim["id"], **{name: claim[name] for name in names})


def _happened(row: Facts, steps: Sequence[Facts]) -> list[Happened]:
    """The steps that were taken, and the interview that was held between two of them."""
    told = [
        Happened(
            stage=step["stage"],
            by=_side(step),
            name=step["name"] or "",
            reason=step["reason"],
            at=step["at"],
        )
        for step in steps
    ]
    if row["interview_status"] == "ended" and row["admitted_at"] is not None:
        held = Happened("interviewed", "employer", row["interviewer_name"], "", row["ended_at"])
        told = sorted([*told, held], key=lambda one: one.at)
    return told


def _side(step: Facts) -> Literal["candidate", "employer", "deadline"]:
    if step["by"] is None:
        return "deadline"
    return "candidate" if step["by_candidate"] else "employer"
