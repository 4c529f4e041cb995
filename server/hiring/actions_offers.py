"""Quick hire: offers with places, and claims on them, each claim one transaction."""

from __future__ import annotations

from rooms.events import ClaimLine, OfferCard
from server.base.db import Reading, Row
from server.hiring import store_offers as store


async def cards(db: Reading, room: str) -> dict[str, OfferCard]:
    """The room's offers as its screens show them, oldest first."""
    return {row["id"]: _card(row) for row in await store.offers_of(db, room)}


async def winners(db: Reading, room: str) -> tuple[ClaimLine, ...]:
    """Who took which place, in the order of the journal."""
    return tuple(
        ClaimLine(
            claim=row["id"],
            offer=row["offer"],
            place=row["place"],
            person=row["person"],
            name=row["name"],
        )
        for row in await store.winners(db, room)
    )


def _card(row: Row) -> OfferCard:
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
    )
