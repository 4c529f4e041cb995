"""Looking at applications: the candidate's own, and an employer's inbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from server.base.caller import Caller
from server.base.db import Reading, Row
from server.hiring import store_applications as store
from server.hiring import store_places
from server.hiring.cards import Applicant, Application, for_candidate, for_employer
from server.hiring.stages import Stage
from server.hiring.store_applications import Wanted

PAGE_SIZE = 20
# The inbox's tabs, in the order of an ordinary way; what is over is shown latest first.
TABS: dict[str, tuple[Stage, ...]] = {
    "new": ("applied",),
    "interview": ("invited", "interviewed"),
    "offered": ("offered", "accepted"),
    "hired": ("hired",),
    "closed": ("declined", "withdrawn"),
}
OVER = frozenset({"hired", "closed"})


class Found(NamedTuple):
    """One page of an inbox; `pages` is at least 1."""

    applicants: list[Applicant]
    total: int
    page: int
    pages: int


class Line(NamedTuple):
    """Somebody's place in the line of a full offer; `position` is 1 for the first."""

    offer: str
    job: str
    job_title: str
    position: int


async def mine(db: Reading, caller: Caller) -> list[Application]:
    """The caller's applications, the latest change first."""
    rows = await store.applications_of(db, caller.id)
    ids = [row["id"] for row in rows]
    steps, claims = await store.steps_of(db, ids), await store_places.claims_for(db, ids)
    return [for_candidate(row, steps[row["id"]], claims.get(row["id"])) for row in rows]


async def standing(db: Reading, caller: Caller) -> list[Line]:
    """The lines in which the caller stands by, newest first."""
    return [
        Line(row["offer"], row["job"], row["job_title"], await store_places.position(db, row))
        for row in await store_places.standing_of(db, caller.id)
    ]


async def inbox(db: Reading, caller: Caller, wanted: Wanted, page: int) -> Found:
    """One page of the applications to an employer of the caller."""
    caller.need_member(wanted.organisation)
    total = sum((await store.count_by_stage(db, wanted)).values())
    pages = max(1, -(-total // PAGE_SIZE))
    page = max(1, min(page, pages))
    rows = await store.found(db, wanted, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return Found(await _applicants(db, rows), total, page, pages)


async def everyone(db: Reading, caller: Caller, wanted: Wanted) -> list[Applicant]:
    """All of them, for a file."""
    caller.need_member(wanted.organisation)
    return await _applicants(db, await store.found(db, wanted))


async def tab_counts(db: Reading, caller: Caller, wanted: Wanted) -> dict[str, int]:
    """How many of the wanted applications each tab holds, at whatever stage."""
    caller.need_member(wanted.organisation)
    counts = await store.count_by_stage(db, wanted._replace(stages=()))
    return {tab: sum(counts.get(stage, 0) for stage in stages) for tab, stages in TABS.items()}


async def sources(
    db: Reading, caller: Caller, organisation: str
) -> tuple[Sequence[Row], Sequence[Row]]:
    """What the inbox can be narrowed to: postings and live rooms (id, title)."""
    caller.need_member(organisation)
    return await store.sources(db, organisation)


def wanted_of(organisation: str, tab: str = "", job: str = "", room: str = "") -> Wanted:
    """What an address asks for; a tab that does not exist means all stages."""
    return Wanted(organisation, TABS.get(tab, ()), job, room, tab in OVER)


async def _applicants(db: Reading, rows: Sequence[Row]) -> list[Applicant]:
    ids = [row["id"] for row in rows]
    steps, claims = await store.steps_of(db, ids), await store_places.claims_for(db, ids)
    return [for_employer(row, steps[row["id"]], claims.get(row["id"])) for row in rows]
