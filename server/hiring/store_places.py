"""SQL of places: who holds one, who stands by for one, whose time is up, and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from server.accounts.store import people
from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx, Utc
from server.hiring.store import applications
from server.hiring.store_offers import by_database, claims, offers, place_ledger, receipts
from server.interviews.store import interviews
from server.jobs.store import jobs

_CLAIM = (
    sa.select(
        claims,
        offers.c.room,
        offers.c.job,
        offers.c.kind,
        offers.c.claimed,
        offers.c.closed,
        applications.c.interview,
    )
    .join(offers, offers.c.id == claims.c.offer)
    .outerjoin(applications, applications.c.id == claims.c.application)
)


async def claim_of(db: Reading, offer_id: str, person: str) -> Row | None:
    """A person's claim, with its offer and the interview room it led to."""
    return await db.first(_CLAIM.where(claims.c.offer == offer_id, claims.c.person == person))


async def claims_of(db: Reading, person: str, job: str) -> Sequence[Row]:
    """What a person holds or waits for in the offers of one posting."""
    live = claims.c.state.in_(("standing", "holding"))
    return await db.all(
        _CLAIM.where(claims.c.person == person, offers.c.job == job, live).order_by(claims.c.seq)
    )


async def standing_of(db: Reading, person: str) -> Sequence[Row]:
    """Every line in which a person stands by, with its job and employer, newest first."""
    query = (
        _CLAIM.add_columns(jobs.c.title.label("job_title"), offers.c.closes_at)
        .join(jobs, jobs.c.id == offers.c.job)
        .where(claims.c.person == person, claims.c.state == "standing")
    )
    return await db.all(query.order_by(claims.c.at.desc()))


async def winners(db: Reading, room: str) -> Sequence[Row]:
    """Who holds which place of the room's offers, in the order in which they came to it."""
    return await db.all(
        sa.select(claims, people.c.name)
        .join(offers, offers.c.id == claims.c.offer)
        .join(people, people.c.id == claims.c.person)
        .where(offers.c.room == room, claims.c.place.is_not(None))
        .order_by(claims.c.seq)
    )


async def free_place(db: Reading, offer_id: str) -> int:
    """The lowest number that nobody holds."""
    rows = await db.all(sa.select(claims.c.place).where(claims.c.offer == offer_id))
    held = {row["place"] for row in rows}
    return next(place for place in range(1, len(held) + 2) if place not in held)


async def waiting(db: Reading, offer_id: str) -> int:
    """How many stand by."""
    return await _standing(db, claims.c.offer == offer_id)


async def waiting_in(db: Reading, room: str) -> dict[str, int]:
    """How many stand by for each of a room's offers; those for which nobody does are left out."""
    rows = await db.all(
        sa.select(claims.c.offer, sa.func.count().label("count"))
        .join(offers, offers.c.id == claims.c.offer)
        .where(offers.c.room == room, claims.c.state == "standing")
        .group_by(claims.c.offer)
    )
    return {row["offer"]: row["count"] for row in rows}


async def position(db: Reading, claim: Row) -> int:
    """1 for the first in line; 0 for who does not stand by."""
    if claim["state"] != "standing":
        return 0
    ahead = (claims.c.offer == claim["offer"], claims.c.seq <= claim["seq"])
    return await _standing(db, *ahead)


async def first_standing(db: Reading, offer_id: str) -> Row | None:
    """The first in line, with their name; people who deleted their account are passed over."""
    return await db.first(
        sa.select(claims, people.c.name)
        .join(people, people.c.id == claims.c.person)
        .where(
            claims.c.offer == offer_id,
            claims.c.state == "standing",
            people.c.deleted_at.is_(None),
        )
        .order_by(claims.c.seq)
        .limit(1)
    )


async def add_claim(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(claims.insert().values(**values))


async def change_claim(tx: Tx, claim: str, **values: object) -> None:
    await tx.run(claims.update().where(claims.c.id == claim).values(**values))


async def answer_in_time(tx: Tx, claim: str, **values: object) -> int:
    """Change the claim of a holder whose time is not up by the database's clock; 0 if it is."""
    on_time = sa.or_(claims.c.due_at.is_(None), claims.c.due_at > by_database(tx))
    holding = (claims.c.id == claim, claims.c.state == "holding", on_time)
    return await tx.run(claims.update().where(*holding).values(**values))


async def note(tx: Tx, claim: Mapping[Any, Any], place: int, change: str, seq: int) -> None:
    """A line of the ledger."""
    values = {"offer": claim["offer"], "claim": claim["id"], "place": place}
    await tx.run(place_ledger.insert().values(**values, change=change, seq=seq, at=tx.now))


async def ledger(db: Reading, offer_id: str) -> Sequence[Row]:
    """What happened to the offer's places, oldest first."""
    query = sa.select(place_ledger).where(place_ledger.c.offer == offer_id)
    return await db.all(query.order_by(place_ledger.c.id))


async def overdue(db: Reading, offer_id: str = "") -> Sequence[Row]:
    """Holders whose time is up, of one offer or of all: a side did not answer, or their
    interview was closed unheld."""
    unanswered = claims.c.due_at <= by_database(db)
    unheld = sa.and_(
        offers.c.kind == "interview",
        interviews.c.status == "ended",
        interviews.c.admitted_at.is_(None),
    )
    return await db.all(
        _CLAIM.outerjoin(interviews, interviews.c.room == applications.c.interview)
        .where(
            claims.c.state == "holding",
            sa.or_(unanswered, unheld),
            *([claims.c.offer == offer_id] if offer_id else []),
        )
        .order_by(claims.c.offer, claims.c.place)
    )


async def hopeless(db: Reading, kept: timedelta) -> Sequence[Row]:
    """Those who stand by where nothing can come free any more: every place is taken for good,
    or the offer has been over for longer than `kept`."""
    other = claims.alias()
    undecided = sa.exists().where(other.c.offer == claims.c.offer, other.c.state == "holding")
    is_over = offers.c.closes_at <= by_database(db)
    is_past = offers.c.closes_at <= sa.literal(db.now - kept, Utc)
    return await db.all(
        _CLAIM.where(
            claims.c.state == "standing", sa.or_(sa.and_(is_over, ~undecided), is_past)
        ).order_by(claims.c.offer, claims.c.seq)
    )


async def promised(db: Reading, offer_id: str, person: str) -> Row | None:
    """What a receipt for this person's place in this offer would say."""
    return await db.first(
        sa.select(
            offers,
            jobs.c.title.label("job_title"),
            organisations.c.name.label("employer"),
            people.c.name.label("candidate"),
        )
        .join(jobs, jobs.c.id == offers.c.job)
        .join(organisations, organisations.c.id == jobs.c.organisation)
        .join(people, people.c.id == person)
        .where(offers.c.id == offer_id)
    )


async def add_receipt(tx: Tx, claim: str, body: str) -> None:
    """Keep what both sides are given; a claim has one."""
    await tx.run(receipts.insert().values(claim=claim, body=body, issued_at=tx.now))


async def receipt(db: Reading, claim: str) -> Row | None:
    """A receipt, and where its claim and application stand now."""
    return await db.first(
        sa.select(
            receipts,
            claims.c.state,
            claims.c.due_at,
            claims.c.person,
            applications.c.stage,
            applications.c.changed_at,
            people.c.deleted_at,
        )
        .join(claims, claims.c.id == receipts.c.claim)
        .join(people, people.c.id == claims.c.person)
        .outerjoin(applications, applications.c.id == claims.c.application)
        .where(receipts.c.claim == claim)
    )


async def claims_for(db: Reading, ids: Sequence[str]) -> dict[str, Row]:
    """The latest place that each of these applications was given."""
    query = _CLAIM.where(claims.c.application.in_(ids)).order_by(claims.c.at, claims.c.seq)
    return {row["application"]: row for row in await db.all(query)}


async def _standing(db: Reading, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(claims)
    return int(await db.value(query.where(claims.c.state == "standing", *conditions)))
