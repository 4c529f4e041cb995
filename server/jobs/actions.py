"""Postings as everyone meets them: the card in rooms, the public list, one posting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rooms.events import JobCard
from server.base.caller import Caller
from server.base.db import Reading, Row
from server.base.errors import missing, msg
from server.jobs import store, store_search
from server.jobs.filters import JobFilter
from server.jobs.posting import is_public

PAGE_SIZE = 18


class Found(NamedTuple):
    """One page of the job list; `pages` is at least 1."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int


async def job_card(db: Reading, job: str) -> JobCard | None:
    """The posting as rooms show it; None when there is none."""
    row = await store.card(db, job)
    return None if row is None else card_of(row)


async def is_open(db: Reading, job: str) -> bool:
    """Whether everyone may see it and apply: approved, valid, of an approved employer."""
    row = await store.card(db, job)
    return row is not None and is_public(row, db.now.date())


async def open_jobs_of(db: Reading, organisation: str) -> list[JobCard]:
    """The employer's public postings, newest first: what a host may put into the bag."""
    return [card_of(row) for row in await store.open_of(db, [organisation])]


async def open_jobs_count(db: Reading, organisation: str) -> int:
    """How many public postings the employer has."""
    return (await store.open_counts(db)).get(organisation, 0)


async def jobs_of_fair(db: Reading, organisations: Collection[str]) -> dict[str, list[JobCard]]:
    """The public postings of several employers, by organisation; each asked for has a list."""
    by_employer: dict[str, list[JobCard]] = {organisation: [] for organisation in organisations}
    for row in await store.open_of(db, list(organisations)):
        by_employer[row["organisation"]].append(card_of(row))
    return by_employer


async def search(db: Reading, wanted: JobFilter, page: int = 1) -> Found:
    """One page of the public postings that fit; a page past the end is the last one."""
    total = await store_search.count(db, wanted)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(page, pages)
    rows = await store_search.found(db, wanted, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return Found(rows, total, page, pages)


async def need_readable(db: Reading, caller: Caller, job: str) -> Row:
    """The posting, if this caller may read it: everyone once it is public, before that and
    afterwards only its employer and officers. For others it does not exist."""
    row = await store.card(db, job)
    if row is not None:
        inside = caller.is_officer or caller.is_member(row["organisation"])
        if inside or is_public(row, db.now.date()):
            return row
    raise missing(msg("This posting does not exist, or is no longer open."))


def card_of(row: Row) -> JobCard:
    """The card of a row that has its employer's name."""
    return JobCard(
        id=row["id"],
        title=row["title"],
        employer=row["employer"],
        place=row["place"],
        pay_min=row["pay_min"],
        pay_max=row["pay_max"],
        pay_unit=row["pay_unit"],
        employment_type=row["employment_type"],
        headcount=row["headcount"],
    )
