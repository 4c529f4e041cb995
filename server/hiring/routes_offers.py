"""HTTP of quick hire: opening and closing an offer; claiming a place, standing by, giving back."""

from __future__ import annotations

from typing import Literal

import msgspec

from server.base.caller import Access
from server.base.db import Reading, Row, Tx
from server.base.errors import forbidden, missing, msg
from server.base.routing import Call, Routes
from server.hiring import actions_apply
from server.hiring import actions_offers as actions
from server.hiring import actions_places as places
from server.hiring import store_places as store

routes = Routes("offers")


class Offer(msgspec.Struct, forbid_unknown_fields=True):
    """An offer as the host composes it; `interviewer` is a person of the employer. Pay (yuan per
    the posting's unit) and place of work are the posting's, unless they are named."""

    job: str
    kind: Literal["interview", "hire"]
    places: int
    seconds: int
    interviewer: str = ""
    pay_min: int = 0
    pay_max: int = 0
    work_place: str = ""


class Opened(msgspec.Struct):
    """The offer that is now on every screen."""

    id: str


class Claim(msgspec.Struct):
    """A claim. `place` is null and `position` 1 for the first in line while one stands by.

    `interview` is the interview room, for offers of that kind; `state` is standing, holding,
    hired, declined, expired or withdrawn; after `due_at` (Unix seconds) the place is lost to
    whoever did not answer.
    """

    claim: str
    place: int | None
    seq: int
    interview: str | None
    state: str = "holding"
    position: int = 0
    due_at: float | None = None


@routes.post("/api/rooms/{room}/offers", who=Access.EMPLOYER, takes=Offer, gives=Opened)
async def open_offer(call: Call, tx: Tx, body: Offer) -> Opened:
    """Open a quick-hire offer in a live room."""
    room = call.param("room")
    organisation = await _hosted(call, tx, room)
    wish = actions.Composed(**msgspec.structs.asdict(body))
    return Opened(await actions.open_offer(tx, call.caller, room, organisation, wish))


@routes.delete("/api/offers/{offer}", who=Access.EMPLOYER)
async def close(call: Call, tx: Tx, body: None) -> None:
    """Take an offer down before its time."""
    row = await actions.need_offer(tx, call.param("offer"))
    await _hosted(call, tx, row["room"])
    await actions.close_early(tx, row["id"])


@routes.post("/api/offers/{offer}/claims", who=Access.PERSON, gives=Claim)
async def claim(call: Call, tx: Tx, body: None) -> Claim:
    """Claim a place; in doubt, repeat with the same Idempotency-Key."""
    got = await actions.claim_place(tx, call.caller, call.param("offer"))
    due_at = got.due_at.timestamp() if got.due_at else None
    return Claim(got.claim, got.place, got.seq, got.interview, due_at=due_at)


@routes.post("/api/offers/{offer}/standby", who=Access.PERSON, gives=Claim)
async def stand_by(call: Call, tx: Tx, body: None) -> Claim:
    """Stand by for a place of a full offer: the first in line inherits one that comes free."""
    return await _shown(tx, await places.stand_by(tx, call.caller, call.param("offer")))


@routes.get("/api/offers/{offer}/claims/mine", who=Access.PERSON, gives=Claim)
async def mine(call: Call, db: Reading) -> Claim:
    """My claim, for display."""
    row = await store.claim_of(db, call.param("offer"), call.caller.id)
    if row is None:
        raise missing(msg("You have no place in this offer."))
    return await _shown(db, row)


@routes.delete("/api/offers/{offer}/claims/mine", who=Access.PERSON)
async def give_back(call: Call, tx: Tx, body: None) -> None:
    """Give my place back, or leave the line."""
    await actions_apply.give_back(tx, call.caller, call.param("offer"))


async def _shown(db: Reading, row: Row) -> Claim:
    return Claim(
        row["id"],
        row["place"],
        row["seq"],
        row["interview"],
        row["state"],
        await store.position(db, row),
        row["due_at"].timestamp() if row["due_at"] else None,
    )


async def _hosted(call: Call, tx: Tx, room: str) -> str:
    """The organisation whose open live room the caller hosts."""
    place = await call.house.places.of(tx, call.caller, room)
    if place.role != "host":
        raise forbidden(msg("Only the employer's hosts can do this."))
    place.need_open()
    return place.organisation
