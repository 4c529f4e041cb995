"""SQL of quick-hire offers and the claims on their places."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from server.accounts.store import people
from server.base.db import Reading, Row, Tx, Utc, metadata
from server.hiring.store import applications
from server.jobs.store import jobs

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("room", sa.ForeignKey("rooms.id"), nullable=False, index=True),
    sa.Column("job", sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("interviewer", sa.ForeignKey("people.id")),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("claimed", sa.Integer, nullable=False, default=0),
    sa.Column("opens_at", Utc, nullable=False),
    sa.Column("closes_at", Utc, nullable=False),
    sa.Column("closed", sa.String(8), nullable=False, default=""),
    sa.CheckConstraint("claimed BETWEEN 0 AND places", name="offer_places"),
)

# `place` is 1…places, in the order of the claims
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("offer", sa.ForeignKey("offers.id"), nullable=False),
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("application", sa.ForeignKey("applications.id"), nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.UniqueConstraint("offer", "person", name="claim_once"),
    sa.UniqueConstraint("offer", "place", name="claim_place"),
)

_OFFER = (
    sa.select(
        offers,
        jobs.c.title.label("job_title"),
        jobs.c.organisation,
        people.c.name.label("interviewer_name"),
    )
    .join(jobs, jobs.c.id == offers.c.job)
    .outerjoin(people, people.c.id == offers.c.interviewer)
)


async def offers_of(db: Reading, room: str) -> Sequence[Row]:
    return await db.all(_OFFER.where(offers.c.room == room).order_by(offers.c.opens_at))


async def offer(db: Reading, offer_id: str) -> Row | None:
    """The offer with the names of its job and interviewer, and its employer's id."""
    return await db.first(_OFFER.where(offers.c.id == offer_id))


async def winners(db: Reading, room: str) -> Sequence[Row]:
    return await db.all(
        sa.select(claims, people.c.name)
        .join(offers, offers.c.id == claims.c.offer)
        .join(people, people.c.id == claims.c.person)
        .where(offers.c.room == room)
        .order_by(claims.c.seq)
    )


async def add_offer(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(offers.insert().values(**values))


async def take_place(tx: Tx, offer_id: str) -> int | None:
    """Count one more claim if a place is free and the offer open; the place's number."""
    place: int | None = await tx.value(
        offers.update()
        .where(
            offers.c.id == offer_id,
            offers.c.claimed < offers.c.places,
            offers.c.opens_at <= tx.now,
            offers.c.closes_at > tx.now,
            offers.c.closed == "",
        )
        .values(claimed=offers.c.claimed + 1)
        .returning(offers.c.claimed)
    )
    return place


async def claim_of(db: Reading, offer_id: str, person: str) -> Row | None:
    """A person's claim, with the interview room it led to."""
    return await db.first(
        sa.select(claims, applications.c.interview)
        .join(applications, applications.c.id == claims.c.application)
        .where(claims.c.offer == offer_id, claims.c.person == person)
    )


async def add_claim(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(claims.insert().values(**values))


async def close_offer(tx: Tx, offer_id: str, reason: str) -> int:
    """Close it once; 0 when it was closed before."""
    return await tx.run(
        offers.update().where(offers.c.id == offer_id, offers.c.closed == "").values(closed=reason)
    )


async def due_offers(db: Reading) -> Sequence[Row]:
    """Open offers whose time is over."""
    query = sa.select(offers.c.id, offers.c.room).where(
        offers.c.closed == "", offers.c.closes_at <= db.now
    )
    return await db.all(query)
