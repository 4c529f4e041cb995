"""Postings: writing, submitting, showing."""

from __future__ import annotations

from rooms.events import JobCard
from server.base.db import Reading
from server.jobs import store


async def job_card(db: Reading, job: str) -> JobCard | None:
    """The posting as rooms show it; None when there is none."""
    row = await store.card(db, job)
    if row is None:
        return None
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


async def is_open(db: Reading, job: str) -> bool:
    """Whether the public may see and apply for it: approved and still valid."""
    row = await store.card(db, job)
    return row is not None and row["status"] == "approved" and row["valid_until"] >= db.now.date()
