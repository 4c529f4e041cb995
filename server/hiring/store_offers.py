"""SQL of quick-hire offers, of the claims on their places and of the ledger of those places.

The database itself holds that nobody is hired twice into one place: a claim that holds one names
it, its number lies within the offer's size (the composite key carries the size into the row, so
the CHECK can see it), and no two claims of an offer name the same one. So there are never more
holders than places, whatever the code above does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from server.accounts.store import people
from server.base.db import Reading, Row, Tx, Utc, metadata
from server.jobs.store import jobs

# closed: full, time, host, ended, or empty while places can be claimed. `claimed` is how many hold
# a place now. Pay and place of work are what was offered aloud, whatever becomes of the posting.
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
    sa.Column("pay_min", sa.Integer, nullable=False, server_default="0"),
    sa.Column("pay_max", sa.Integer, nullable=False, server_default="0"),
    sa.Column("pay_unit", sa.String(8), nullable=False, server_default="month"),
    sa.Column("work_place", sa.String(120), nullable=False, server_default=""),
    sa.CheckConstraint("claimed BETWEEN 0 AND places", name="offer_places"),
    sa.Index("offer_size", "id", "places", unique=True),
)

# One row is one person's way through an offer. state: standing (by), holding (a place), hired, or
# how it ended: declined, expired, withdrawn. `place` is 1…places for those who have one now and
# null for all others; `places` repeats the offer's size for the CHECK. `seq` is the fact that
# brought it where it is, so the line is in the order of seq. `due_at` is when the side whose turn
# it is loses it.
claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("offer", sa.ForeignKey("offers.id"), nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("place", sa.Integer),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("application", sa.ForeignKey("applications.id"), index=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("due_at", Utc, index=True),
    sa.ForeignKeyConstraint(
        ["offer", "places"], ["offers.id", "offers.places"], name="claim_of_offer"
    ),
    sa.UniqueConstraint("offer", "person", name="claim_once"),
    sa.UniqueConstraint("offer", "place", name="claim_place"),
    sa.CheckConstraint("place BETWEEN 1 AND places", name="claim_within"),
    sa.CheckConstraint(
        "(place IS NOT NULL) = (state IN ('holding', 'hired'))", name="claim_has_place"
    ),
)

# Every change of a place, oldest first: taken, inherited, declined, expired or withdrawn.
place_ledger = sa.Table(
    "place_ledger",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("offer", sa.ForeignKey("offers.id"), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("claim", sa.ForeignKey("claims.id"), nullable=False),
    sa.Column("change", sa.String(10), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

# What both sides were given with a place, word for word (JSON of receipt.Promise).
receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("claim", sa.ForeignKey("claims.id"), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("issued_at", Utc, nullable=False),
)


class by_database(sa.sql.expression.FunctionElement[datetime]):
    """The moment by the database's own clock: one clock, however many processes ask.

    SQLite has the clock of its one host, which is the house's. On PostgreSQL it is
    `clock_timestamp()`, moved by as much as a test has moved the house's clock.
    """

    type = Utc()
    inherit_cache = True

    def __init__(self, db: Reading) -> None:
        super().__init__(sa.literal(db.now, Utc), sa.literal(timedelta(seconds=db.shift_s)))


@compiles(by_database)
def _by_the_house(element: by_database, compiler: Any, **options: Any) -> str:
    now, _ = element.clauses
    return str(compiler.process(now, **options))


@compiles(by_database, "postgresql")
def _by_postgresql(element: by_database, compiler: Any, **options: Any) -> str:
    _, shift = element.clauses
    shifted = compiler.process(shift, **options)
    return f"(clock_timestamp() AT TIME ZONE 'UTC' + {shifted})"


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


async def add_offer(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(offers.insert().values(**values))


async def take_place(tx: Tx, offer_id: str) -> int | None:
    """Count one more holder if a place is free and the offer open; how many there are then."""
    now = by_database(tx)
    claimed: int | None = await tx.value(
        offers.update()
        .where(
            offers.c.id == offer_id,
            offers.c.claimed < offers.c.places,
            offers.c.opens_at <= now,
            offers.c.closes_at > now,
            offers.c.closed == "",
        )
        .values(claimed=offers.c.claimed + 1)
        .returning(offers.c.claimed)
    )
    return claimed


async def hold(tx: Tx, offer_id: str) -> bool:
    """Hold the offer's row, so that nobody else changes who has its places until the commit;
    whether its time is not over yet."""
    query = sa.select(offers.c.closes_at > by_database(tx)).where(offers.c.id == offer_id)
    return bool(await tx.value(query.with_for_update()))


async def recount(tx: Tx, offer_id: str) -> int:
    """Write down how many hold a place, counted from the claims themselves."""
    held = sa.select(sa.func.count(claims.c.place)).where(claims.c.offer == offer_id)
    claimed: int = await tx.value(
        offers.update()
        .where(offers.c.id == offer_id)
        .values(claimed=held.scalar_subquery())
        .returning(offers.c.claimed)
    )
    return claimed


async def close_offer(tx: Tx, offer_id: str, reason: str) -> int:
    """Close it once; 0 when it was closed before. A full one still ends with its room."""
    before = ("", "full") if reason == "ended" else ("",)
    return await tx.run(
        offers.update()
        .where(offers.c.id == offer_id, offers.c.closed.in_(before))
        .values(closed=reason)
    )


async def reopen_offer(tx: Tx, offer_id: str) -> int:
    """Open one that was closed because it was full; 0 when something else had ended it."""
    full = (offers.c.id == offer_id, offers.c.closed == "full")
    return await tx.run(offers.update().where(*full).values(closed=""))


async def due_offers(db: Reading) -> Sequence[Row]:
    """Open offers whose time is over."""
    query = sa.select(offers.c.id, offers.c.room).where(
        offers.c.closed == "", offers.c.closes_at <= by_database(db)
    )
    return await db.all(query)
