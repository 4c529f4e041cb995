"""Quick hire: offers with places, and claims on them, each claim one transaction.

Three guards keep an offer from being oversold: the conditional update that counts the place,
the CHECK on the count, and the unique (offer, place). Nothing outside SQL ever grants a place.
What becomes of a place afterwards is in `actions_places`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from rooms.events import ClaimLine, OfferCard, OfferClosed, OfferOpened, PlaceClaimed, WinnerNamed
from server.accounts import store_organisations
from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx, new_id
from server.base.errors import Refusal, forbidden, invalid, missing, msg
from server.base.house import House
from server.hiring import actions_places as places
from server.hiring import store_offers as store
from server.hiring import store_places
from server.hiring.terms import Terms, differences
from server.jobs import actions as jobs
from server.jobs.store import card

PLACES_MAX = 500
SECONDS_MIN, SECONDS_MAX = 15, 3600
WORK_PLACE_MAX = 120

Kind = Literal["interview", "hire"]


class Composed(NamedTuple):
    """What the host asks for: `seconds` open, for `places` people. Pay and place of work are the
    posting's unless others are named."""

    job: str
    kind: Kind
    places: int
    seconds: int
    interviewer: str
    pay_min: int = 0
    pay_max: int = 0
    work_place: str = ""


class Claimed(NamedTuple):
    """An acknowledged claim; `seq` is its place in the room's journal."""

    claim: str
    place: int
    seq: int
    interview: str | None
    due_at: datetime | None


async def cards(db: Reading, room: str) -> dict[str, OfferCard]:
    """The room's offers as its screens show them, oldest first."""
    waiting = await store_places.waiting_in(db, room)
    rows = await store.offers_of(db, room)
    return {row["id"]: _card(row, waiting.get(row["id"], 0)) for row in rows}


async def winners(db: Reading, room: str) -> tuple[ClaimLine, ...]:
    """Who holds which place, in the order of the journal."""
    return tuple(
        ClaimLine(
            claim=row["id"],
            offer=row["offer"],
            place=row["place"],
            person=row["person"],
            name=row["name"],
        )
        for row in await store_places.winners(db, room)
    )


async def open_offer(tx: Tx, caller: Caller, room: str, organisation: str, wish: Composed) -> str:
    """Put an offer on every screen of the room and return its id.

    The caller must be known to host the room of this organisation.
    """
    row = await card(tx, wish.job)
    if row is None or row["organisation"] != organisation:
        raise invalid(job=msg("This employer has no such job."))
    if not await jobs.is_open(tx, wish.job):
        raise invalid(job=msg("This job is not open: an officer has to approve it first."))
    if not 1 <= wish.places <= PLACES_MAX:
        raise invalid(places=msg("1 to 500 places."))
    if not SECONDS_MIN <= wish.seconds <= SECONDS_MAX:
        raise invalid(seconds=msg("15 seconds to one hour."))
    interviewer = await _interviewer(tx, caller, organisation, wish)
    terms = _terms(row, wish)
    offer = new_id()
    await store.add_offer(
        tx,
        {
            "id": offer,
            "room": room,
            "job": wish.job,
            "kind": wish.kind,
            "interviewer": interviewer,
            "places": wish.places,
            "opens_at": tx.now,
            "closes_at": tx.now + timedelta(seconds=wish.seconds),
            "pay_unit": row["pay_unit"],
            **terms._asdict(),
        },
    )
    opened = await need_offer(tx, offer)
    await journal.record(tx, room, OfferOpened(offer=_card(opened, 0)))
    return offer


async def claim_place(tx: Tx, caller: Caller, offer: str) -> Claimed:
    """Take one of the offer's places; `Refusal` full, closed, or already (with the claim)."""
    row = await need_offer(tx, offer)
    if caller.is_member(row["organisation"]):
        raise forbidden(msg("You belong to this employer; places are for candidates."))
    if earlier := await store_places.claim_of(tx, offer, caller.id):
        raise await places.already(tx, earlier)
    claimed = await store.take_place(tx, offer)
    if claimed is None:
        raise await _too_late(tx, offer)
    place = await store_places.free_place(tx, offer)
    given = await places.give(tx, row, caller.id)
    seq = await journal.record(tx, row["room"], PlaceClaimed(offer=offer, claimed=claimed))
    claim = await _add(tx, caller, row, place, given, seq)
    line = ClaimLine(claim=claim, offer=offer, place=place, person=caller.id, name=caller.name)
    await journal.record(tx, row["room"], WinnerNamed(claim=line))
    if claimed == row["places"]:
        await _close(tx, row, "full")
    return Claimed(claim, place, seq, given.interview, given.due_at)


async def close_early(tx: Tx, offer: str) -> None:
    """The host takes the offer down; places that were claimed stay claimed."""
    await _close(tx, await need_offer(tx, offer), "host")


async def close_offers_of(tx: Tx, room: str) -> None:
    """The room ended: nothing in it can be claimed any more."""
    for row in await store.offers_of(tx, room):
        await _close(tx, row, "ended")


async def close_due(house: House) -> None:
    """Close the offers whose time is over, so that every card says so."""
    async with house.db.read() as db:
        due = await store.due_offers(db)
    if due:
        async with house.db.write() as tx:
            for row in await store.due_offers(tx):
                await _close(tx, row, "time")


async def need_offer(db: Reading, offer: str) -> Row:
    row = await store.offer(db, offer)
    if row is None:
        raise missing(msg("This offer does not exist."))
    return row


async def _interviewer(
    db: Reading, caller: Caller, organisation: str, wish: Composed
) -> str | None:
    """Who will interview the winners; the host, unless another member is named."""
    if wish.kind == "hire":
        return None
    wanted = wish.interviewer or caller.id
    members = await store_organisations.members(db, organisation)
    if wanted not in {member["person"] for member in members}:
        raise invalid(interviewer=msg("Choose somebody who belongs to this employer."))
    return wanted


def _terms(posting: Row, wish: Composed) -> Terms:
    """What is offered; `Refusal` with the difference where it is less than the posting says."""
    low = wish.pay_min or posting["pay_min"]
    terms = Terms(
        low,
        wish.pay_max or max(low, posting["pay_max"]),
        wish.work_place.strip() or posting["place"],
    )
    if terms.pay_max < terms.pay_min:
        raise invalid(pay_max=msg("The highest pay is below the lowest."))
    if len(terms.work_place) > WORK_PLACE_MAX:
        raise invalid(work_place=msg("At most 120 characters."))
    posted = Terms(posting["pay_min"], posting["pay_max"], posting["place"])
    if differs := differences(posted, terms):
        say = msg("The posting says %(posted)s, this offer %(offered)s. Offer what is posted.")
        first = differs[0]
        extra = {"differences": differs}
        raise Refusal(
            "below-posting", 422, say, extra=extra, posted=first.posted, offered=first.offered
        )
    return terms


async def _add(
    tx: Tx, caller: Caller, offer: Row, place: int, given: places.Given, seq: int
) -> str:
    """The row of a claim that took a place, its line in the ledger and its receipt; its id."""
    claim = {"id": new_id(), "offer": offer["id"], "person": caller.id, "place": place}
    told = {"application": given.application, "due_at": given.due_at, "seq": seq, "at": tx.now}
    row = {**claim, **told, "places": offer["places"], "state": "holding"}
    await store_places.add_claim(tx, row)
    await store_places.note(tx, claim, place, "taken", seq)
    await places.give_receipt(tx, offer["id"], {**claim, "was_inherited": False})
    return str(claim["id"])


async def _too_late(db: Reading, offer: str) -> Refusal:
    """Why no place was left: they are all taken, or the offer is over."""
    row = await need_offer(db, offer)
    if row["claimed"] >= row["places"]:
        return Refusal("full", 409, msg("All places are taken."))
    return Refusal("closed", 410, msg("This offer is over."))


async def _close(tx: Tx, offer: Row, reason: Literal["full", "time", "host", "ended"]) -> None:
    if await store.close_offer(tx, offer["id"], reason):
        await journal.record(tx, offer["room"], OfferClosed(offer=offer["id"], reason=reason))


def _card(row: Row, waiting: int) -> OfferCard:
    return OfferCard(
        id=row["id"],
        job=row["job"],
        job_title=row["job_title"],
        kind=row["kind"],
        places=row["places"],
        claimed=row["claimed"],
        opens_at=row["opens_at"].timestamp(),
        closes_at=row["closes_at"].timestamp(),
        interviewer=row["interviewer_name"] or "",
        closed=bool(row["closed"]),
        waiting=waiting,
        pay_min=row["pay_min"],
        pay_max=row["pay_max"],
        pay_unit=row["pay_unit"],
        work_place=row["work_place"],
    )
