"""SQL of booths: an employer's place at a fair, for every week of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx
from server.scheduling.store import booths, fairs


async def add_booth(tx: Tx, values: dict[str, Any]) -> None:
    await tx.run(booths.insert().values(**values))


async def change_booth(tx: Tx, booth_id: str, **values: object) -> None:
    await tx.run(booths.update().where(booths.c.id == booth_id).values(**values))


def _booths() -> sa.Select[Any]:
    return (
        sa.select(
            booths,
            organisations.c.name.label("employer"),
            organisations.c.status.label("employer_status"),
            organisations.c.industry,
            organisations.c.place,
            fairs.c.title.label("fair_title"),
            fairs.c.organiser,
            fairs.c.closed_at,
        )
        .join(organisations, organisations.c.id == booths.c.organisation)
        .join(fairs, fairs.c.id == booths.c.fair)
    )


async def booth(db: Reading, booth_id: str) -> Row | None:
    """A booth with `employer` (the name), `employer_status` and its fair's title and organiser."""
    return await db.first(_booths().where(booths.c.id == booth_id))


async def booth_at(db: Reading, fair_id: str, organisation: str) -> Row | None:
    """The employer's booth at this fair, in whatever state."""
    found = (booths.c.fair == fair_id, booths.c.organisation == organisation)
    return await db.first(_booths().where(*found))


async def booths_at(db: Reading, fair_ids: Collection[str]) -> Sequence[Row]:
    """Every booth of these fairs: those that were asked for first come first."""
    query = _booths().where(booths.c.fair.in_(fair_ids))
    return await db.all(query.order_by(booths.c.asked_at, booths.c.id))


async def booths_of(db: Reading, organisation: str) -> Sequence[Row]:
    """The employer's booths at all fairs."""
    query = _booths().where(booths.c.organisation == organisation)
    return await db.all(query.order_by(booths.c.asked_at, booths.c.id))
