"""What a candidate does with their applications: apply, withdraw, answer an offer."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx
from server.base.errors import Refusal, forbidden, invalid, missing, msg
from server.base.places import Places
from server.hiring import actions_places as places_of_offers
from server.hiring import actions_profile, store_applications, store_places
from server.hiring.actions import add, bring_from, move, need, reopen
from server.hiring.profile import Shared
from server.hiring.stages import Stage
from server.jobs.posting import is_public
from server.jobs.store import card


class Wish(NamedTuple):
    """An application as it is sent; name and phone fill what the profile lacks."""

    job: str
    consent: bool
    room: str = ""
    full_name: str = ""
    phone: str = ""


async def apply(tx: Tx, places: Places, caller: Caller, wish: Wish) -> str:
    """Send an application and return its id.

    Raises consent-needed, already (with the application), job-not-open, or invalid with the
    fields that the profile lacks. One that was withdrawn is opened again.
    """
    if not wish.consent:
        say = msg("Nothing is sent to an employer before you have agreed to it.")
        raise Refusal("consent-needed", 422, say)
    job = await card(tx, wish.job)
    if job is None:
        raise missing(msg("This posting does not exist, or is no longer open."))
    if caller.is_member(job["organisation"]):
        raise forbidden(msg("You belong to this employer; candidates apply here."))
    earlier = await store_applications.application_of(tx, caller.id, wish.job)
    if earlier is not None and earlier["stage"] != "withdrawn":
        raise _already(earlier)
    if not is_public(job, tx.now.date()):
        raise Refusal("job-not-open", 409, msg("This job does not take applications any more."))
    room = await _live_room(tx, places, caller, wish.room, job["organisation"])
    await actions_profile.complete(tx, caller.id, wish.full_name, wish.phone)
    if earlier is None:
        return await add(tx, person=caller.id, job=wish.job, stage="applied", room=room)
    await reopen(tx, earlier, "applied")
    await bring_from(tx, earlier, room)
    return str(earlier["id"])


async def withdraw(tx: Tx, caller: Caller, application: str) -> Stage:
    """Take an application back; the employer keeps the name alone, and a place passes on."""
    row = await need_own(tx, caller, application)
    return await _end(tx, row, caller, "withdraw")


async def accept(tx: Tx, caller: Caller, application: str) -> Stage:
    """Accept the employer's offer: hired, and both see how to reach the other."""
    row = await need_own(tx, caller, application)
    stage = await move(tx, row, "accept", caller.id)
    await places_of_offers.settle(tx, row)
    return stage


async def refuse_offer(tx: Tx, caller: Caller, application: str) -> Stage:
    """Say no to the employer's offer, which ends the application."""
    row = await need_own(tx, caller, application)
    return await _end(tx, row, caller, "refuse")


async def give_back(tx: Tx, caller: Caller, offer: str) -> None:
    """Leave an offer's line, or give the place back with the application it belongs to."""
    claim = await store_places.claim_of(tx, offer, caller.id)
    if claim is None:
        raise missing(msg("You have no place in this offer."))
    if claim["state"] == "standing":
        await places_of_offers.leave(tx, claim, "withdrawn")
    elif claim["state"] in {"holding", "hired"}:
        await withdraw(tx, caller, claim["application"])


async def need_own(db: Reading, caller: Caller, application: str) -> Row:
    """The caller's application; those of others do not exist for them."""
    row = await need(db, application)
    if row["person"] != caller.id:
        raise missing(msg("This application does not exist."))
    return row


async def _live_room(
    db: Reading, places: Places, caller: Caller, room: str, organisation: str
) -> str:
    """The live room that an application came from, if it is one of the job's employer."""
    if not room:
        return ""
    if await journal.kind_of(db, room) == "showcase":
        place = await places.of(db, caller, room)
        if place.organisation == organisation:
            return room
    raise invalid(room=msg("This job does not belong to this live room."))


async def _end(tx: Tx, row: Row, caller: Caller, step: Literal["withdraw", "refuse"]) -> Stage:
    """The candidate ends it."""
    stage = await move(tx, row, step, caller.id, shared=_name_alone(row))
    await places_of_offers.let_go(tx, row, "withdrawn")
    return stage


def _already(row: Row) -> Refusal:
    say = msg("You have applied for this job already.")
    return Refusal("already", 409, say, extra={"application": row["id"], "stage": row["stage"]})


def _name_alone(row: Row) -> str:
    name = msgspec.json.decode(row["shared"], type=Shared).full_name
    return msgspec.json.encode(Shared(full_name=name)).decode()
