"""Places after they were claimed: standing by, deadlines, and who inherits one that comes free.

A place changes hands in one transaction: its holder loses it, the first who stands by has it, and
the ledger has a line for either. Whoever changes a place holds the offer's row, so two changes of
one offer are never at work at once; nothing is ever counted down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from rooms.events import ClaimLine, PlaceFreed, PlacePassedOn, StoodBy, WinnerLeft, WinnerNamed
from server.base import journal
from server.base.caller import Caller
from server.base.db import Row, Tx, new_id
from server.base.errors import Refusal, forbidden, missing, msg
from server.base.house import House
from server.hiring import actions as hiring
from server.hiring import store_offers
from server.hiring import store_places as store
from server.hiring.receipt import Promise
from server.interviews import actions as interviews

INTERVIEW_MINUTES = 15
EMPLOYER_ANSWERS = timedelta(hours=24)
CANDIDATE_ANSWERS = timedelta(hours=24)
# Whoever stands by longer after the end of an offer waits for nothing.
STANDING_KEPT = timedelta(hours=72)

Why = Literal["declined", "expired", "withdrawn"]


class Given(NamedTuple):
    """What comes with a place: the application, the interview room, when it lapses."""

    application: str
    interview: str | None
    due_at: datetime | None


async def need_offer(tx: Tx, offer: str) -> Row:
    row = await store_offers.offer(tx, offer)
    if row is None:
        raise missing(msg("This offer does not exist."))
    return row


async def give(tx: Tx, offer: Row, person: str) -> Given:
    """Carry the application of a new holder on; their seat in the interviewer's line is made."""
    application = await hiring.record_claim(
        tx, person=person, job=offer["job"], room=offer["room"], kind=offer["kind"]
    )
    if offer["kind"] == "interview":
        return Given(application, await _seat(tx, offer, person, application), None)
    stage = (await hiring.need(tx, application))["stage"]
    wait = {"accepted": EMPLOYER_ANSWERS, "offered": CANDIDATE_ANSWERS}.get(stage)
    return Given(application, None, tx.now + wait if wait else None)


async def give_receipt(tx: Tx, offer: str, claim: Mapping[Any, Any]) -> None:
    """Keep what was promised with a place, word for word."""
    row = await store.promised(tx, offer, str(claim["person"]))
    assert row is not None
    place, was_inherited = claim["place"], bool(claim["was_inherited"])
    names = ("employer", "job_title", "candidate", "kind", "places", "pay_min", "pay_max",
             "pay_unit", "work_place")  # fmt: skip
    said = {name: row[name] for name in names}
    promise = msgspec.convert(
        {**said, "place": place, "at": tx.now, "was_inherited": was_inherited}, Promise
    )
    await store.add_receipt(tx, str(claim["id"]), msgspec.json.encode(promise).decode())


async def stand_by(tx: Tx, caller: Caller, offer: str) -> Row:
    """Stand in line for a place of a full offer; `Refusal` not-full, closed, or already."""
    is_on_time = await store_offers.hold(tx, offer)
    row = await need_offer(tx, offer)
    if caller.is_member(row["organisation"]):
        raise forbidden(msg("You belong to this employer; places are for candidates."))
    if earlier := await store.claim_of(tx, offer, caller.id):
        raise await already(tx, earlier)
    if not is_on_time or row["closed"] not in {"", "full"}:
        raise Refusal("closed", 410, msg("This offer is over."))
    if row["claimed"] < row["places"]:
        raise Refusal("not-full", 409, msg("A place is free: claim it."))
    waiting = await store.waiting(tx, offer) + 1
    seq = await journal.record(tx, row["room"], StoodBy(offer=offer, waiting=waiting))
    values = {"id": new_id(), "offer": offer, "places": row["places"], "person": caller.id}
    await store.add_claim(tx, {**values, "state": "standing", "seq": seq, "at": tx.now})
    claim = await store.claim_of(tx, offer, caller.id)
    assert claim is not None
    return claim


async def already(tx: Tx, claim: Row) -> Refusal:
    """Why somebody who has a claim on an offer gets no second one."""
    extra = {"claim": claim["id"], "place": claim["place"]}
    if claim["place"] is not None:
        return Refusal("already", 409, msg("You already have a place."), extra=extra)
    if claim["state"] == "standing":
        extra["position"] = await store.position(tx, claim)
        return Refusal("standing", 409, msg("You stand by for a place already."), extra=extra)
    say = msg("You had a place in this offer, and it is over. You can still apply.")
    return Refusal("gone", 409, say, extra=extra)


async def confirm(tx: Tx, application: Row) -> None:
    """The employer has confirmed in time: the candidate's turn begins."""
    await _answer(tx, application, state="holding", due_at=tx.now + CANDIDATE_ANSWERS)


async def settle(tx: Tx, application: Row) -> None:
    """Hired in time: the place is taken for good, and whatever else they waited for is free."""
    await _answer(tx, application, state="hired", due_at=None)
    await let_go(tx, application, "withdrawn")


async def let_go(tx: Tx, application: Row, why: Why) -> None:
    """An application has ended: its candidate's places in the offers of this posting pass on.
    One whose interview was held is used up, and stays."""
    was_held = application["admitted_at"] is not None
    for claim in await store.claims_of(tx, application["person"], application["job"]):
        if not (claim["kind"] == "interview" and was_held and claim["place"] is not None):
            await leave(tx, claim, why)


async def leave(tx: Tx, known: Row, why: Why) -> bool:
    """Take a claim out of its line, or its place from it and give that to the next; whether
    there was something to take."""
    await store_offers.hold(tx, known["offer"])
    claim = await store.claim_of(tx, known["offer"], known["person"])
    if claim is None or claim["state"] not in {"standing", "holding"}:
        return False
    await store.change_claim(tx, claim["id"], state=why, place=None, due_at=None)
    if claim["place"] is None:
        waiting = await store.waiting(tx, claim["offer"])
        await journal.record(tx, claim["room"], StoodBy(offer=claim["offer"], waiting=waiting))
        return True
    seq = await journal.record(tx, claim["room"], WinnerLeft(claim=claim["id"], reason=why))
    await store.note(tx, claim, claim["place"], why, seq)
    await _pass_on(tx, claim["offer"], claim["place"])
    return True


async def let_lapse(house: House) -> None:
    """Places whose holder or employer did not answer in time go to the next, lines that lead
    nowhere end. Every process may do this: what one has done the others find done."""
    async with house.db.read() as db:
        due = {row["offer"] for row in await store.overdue(db)}
        hopeless = await store.hopeless(db, STANDING_KEPT)
    for offer in due:
        async with house.db.write() as tx:
            await store_offers.hold(tx, offer)
            for claim in await store.overdue(tx, offer):
                await _lapse(tx, claim)
    if hopeless:
        async with house.db.write() as tx:
            for claim in await store.hopeless(tx, STANDING_KEPT):
                await leave(tx, claim, "expired")


async def _lapse(tx: Tx, claim: Row) -> None:
    """The application stays with the employer; only the place is lost."""
    row = await hiring.need(tx, claim["application"])
    if row["stage"] in {"accepted", "offered"} and claim["due_at"] is not None:
        await hiring.move(tx, row, "lapse", None)
    await leave(tx, claim, "expired")


async def _answer(tx: Tx, application: Row, **values: object) -> None:
    """One side's answer on the place of an application, in time or refused."""
    claims = await store.claims_of(tx, application["person"], application["job"])
    held = [claim for claim in claims if claim["place"] is not None]
    if held and not await store.answer_in_time(tx, held[0]["id"], **values):
        say = msg("The time to answer is over, so this place has gone to the next person.")
        raise Refusal("too-late", 409, say)


async def _pass_on(tx: Tx, offer_id: str, place: int) -> None:
    """Give a place that came free to the first who stands by, or set it free for all."""
    offer = await need_offer(tx, offer_id)
    heir = await store.first_standing(tx, offer_id)
    if heir is None:
        return await _set_free(tx, offer)
    given = await give(tx, offer, heir["person"])
    waiting = await store.waiting(tx, offer_id) - 1
    passed = PlacePassedOn(offer=offer_id, waiting=waiting)
    seq = await journal.record(tx, offer["room"], passed)
    held = {"place": place, "state": "holding", "seq": seq, "due_at": given.due_at}
    await store.change_claim(tx, heir["id"], application=given.application, **held)
    await store.note(tx, heir, place, "inherited", seq)
    told = {"id": heir["id"], "person": heir["person"], "place": place, "was_inherited": True}
    await give_receipt(tx, offer_id, told)
    line = ClaimLine(
        claim=heir["id"], offer=offer_id, place=place, person=heir["person"], name=heir["name"]
    )
    await journal.record(tx, offer["room"], WinnerNamed(claim=line))


async def _set_free(tx: Tx, offer: Row) -> None:
    """Nobody stands by: the place can be claimed again, if the offer's time is not over."""
    claimed = await store_offers.recount(tx, offer["id"])
    is_open = offer["closed"] == ""
    if offer["closed"] == "full" and await store_offers.hold(tx, offer["id"]):
        is_open = bool(await store_offers.reopen_offer(tx, offer["id"]))
    freed = PlaceFreed(offer=offer["id"], claimed=claimed, is_open=is_open)
    await journal.record(tx, offer["room"], freed)


async def _seat(tx: Tx, offer: Row, person: str, application: str) -> str:
    """A seat in the interviewer's line."""
    room = await interviews.invite(
        tx,
        organisation=offer["organisation"],
        job=offer["job"],
        interviewer=offer["interviewer"],
        candidate=person,
        minutes=INTERVIEW_MINUTES,
    )
    await hiring.attach_interview(tx, application, room)
    return room
