"""HTTP of quick hire: opening and closing an offer, claiming a place."""

from __future__ import annotations

from typing import Literal

import msgspec

from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.errors import forbidden, missing, msg
from server.base.routing import Call, Routes
from server.hiring import actions_offers as actions
from server.hiring import store_offers as store

routes = Routes("offers")


class Offer(msgspec.Struct, forbid_unknown_fields=True):
    """An offer as the host composes it; `interviewer` is a person of the employer."""

    job: str
    kind: Literal["interview", "hire"]
    places: int
    seconds: int
    interviewer: str = ""


class Opened(msgspec.Struct):
    """The offer that is now on every screen."""

    id: str


class Claim(msgspec.Struct):
    """A claimed place. `interview` is the interview room, for offers of that kind."""

    claim: str
    place: int
    seq: int
    interview: str | None


@routes.post("/api/rooms/{room}/offers", who=Access.EMPLOYER, takes=Offer, gives=Opened)
async def open_offer(call: Call, tx: Tx, body: Offer) -> Opened:
    """Open a quick-hire offer in a live room."""
    room = call.param("room")
    organisation = await _hosted(call, tx, room)
    wish = actions.Composed(body.job, body.kind, body.places, body.seconds, body.interviewer)
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
    return Claim(*await actions.claim_place(tx, call.caller, call.param("offer")))


@routes.get("/api/offers/{offer}/claims/mine", who=Access.PERSON, gives=Claim)
async def mine(call: Call, db: Reading) -> Claim:
    """My claim, for display."""
    row = await store.claim_of(db, call.param("offer"), call.caller.id)
    if row is None:
        raise missing(msg("You have no place in this offer."))
    return Claim(row["id"], row["place"], row["seq"], row["interview"])


async def _hosted(call: Call, tx: Tx, room: str) -> str:
    """The organisation whose open live room the caller hosts."""
    place = await call.house.places.of(tx, call.caller, room)
    if place.role != "host":
        raise forbidden(msg("Only the employer's hosts can do this."))
    place.need_open()
    return place.organisation
