"""Judges of quick hire: what the ledger, the claims and the answers must say after any race."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from server.base.db import Row
from server.hiring import store_places
from server.hiring.store_offers import claims
from tests.site import Site


def doubled(ledger: Iterable[Mapping[Any, Any]], places: int) -> list[str]:
    """Every moment of a ledger at which a place had two holders, or one that does not exist."""
    holders: dict[int, str] = {}
    wrong = []
    for line in ledger:
        place, claim, change = line["place"], line["claim"], line["change"]
        if change in {"taken", "inherited"}:
            if place in holders or not 1 <= place <= places:
                wrong.append(f"{claim} got place {place} of {holders.get(place)}")
            holders[place] = claim
        elif holders.pop(place, None) != claim:
            wrong.append(f"{claim} lost place {place}, which was not theirs")
    return wrong


async def all_claims(site: Site, offer: str) -> Sequence[Row]:
    async with site.house.db.read() as db:
        return await db.all(sa.select(claims).where(claims.c.offer == offer))


async def ledger_of(site: Site, offer: str) -> Sequence[Row]:
    async with site.house.db.read() as db:
        return await store_places.ledger(db, offer)
