"""SQL of postings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx, Utc, metadata

# status: draft, waiting (for review), approved (public while it is valid and its employer is
# approved), refused (also when an officer took it down; `reason` says why) or closed (by the
# employer). approved_at is set as long as the wording is the one an officer approved; revision
# counts the employer's changes, so that an officer approves what they have read.
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisations.id"), nullable=False, index=True),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("category", sa.String(20), nullable=False),
    sa.Column("employment_type", sa.String(20), nullable=False),
    sa.Column("headcount", sa.Integer, nullable=False),
    sa.Column("duties", sa.Text, nullable=False),
    sa.Column("conditions", sa.Text, nullable=False),
    sa.Column("place", sa.String(120), nullable=False),
    sa.Column("pay_min", sa.Integer, nullable=False),
    sa.Column("pay_max", sa.Integer, nullable=False),
    sa.Column("pay_unit", sa.String(8), nullable=False),
    sa.Column("benefits", sa.Text, nullable=False, default=""),
    sa.Column("valid_until", sa.Date, nullable=False),
    sa.Column("status", sa.String(12), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("revision", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("submitted_at", Utc),
    sa.Column("approved_at", Utc),
    sa.CheckConstraint("pay_min > 0 AND pay_max >= pay_min", name="job_pay"),
    sa.CheckConstraint("headcount > 0", name="job_headcount"),
)


def with_employer() -> sa.Select[Any]:
    """Postings with `employer` (the name) and `employer_status`."""
    return sa.select(
        jobs,
        organisations.c.name.label("employer"),
        organisations.c.status.label("employer_status"),
    ).join(organisations, organisations.c.id == jobs.c.organisation)


def public(db: Reading) -> sa.ColumnElement[bool]:
    """The condition under which everyone may read a posting (`posting.is_public` in SQL)."""
    return sa.and_(
        jobs.c.status == "approved",
        organisations.c.status == "approved",
        jobs.c.valid_until >= db.now.date(),
    )


async def card(db: Reading, job: str) -> Row | None:
    """A posting with its employer's name."""
    return await db.first(with_employer().where(jobs.c.id == job))


async def add_job(tx: Tx, values: dict[str, Any]) -> None:
    await tx.run(jobs.insert().values(**values))


async def change_job(tx: Tx, job: str, **values: object) -> None:
    await tx.run(jobs.update().where(jobs.c.id == job).values(**values))


async def of_organisation(db: Reading, organisation: str) -> Sequence[Row]:
    """All postings of an employer, newest first."""
    query = with_employer().where(jobs.c.organisation == organisation)
    return await db.all(query.order_by(jobs.c.created_at.desc(), jobs.c.id))


async def waiting(db: Reading) -> Sequence[Row]:
    """The postings that wait for an officer, oldest first."""
    query = with_employer().where(jobs.c.status == "waiting")
    return await db.all(query.order_by(jobs.c.submitted_at, jobs.c.id))


async def open_of(db: Reading, organisations_ids: Collection[str]) -> Sequence[Row]:
    """The public postings of these employers, newest first."""
    query = with_employer().where(jobs.c.organisation.in_(organisations_ids), public(db))
    return await db.all(query.order_by(jobs.c.approved_at.desc(), jobs.c.id))


async def open_counts(db: Reading) -> dict[str, int]:
    """How many public postings each employer has; those without any are left out."""
    rows = await db.all(
        sa.select(jobs.c.organisation, sa.func.count().label("count"))
        .join(organisations, organisations.c.id == jobs.c.organisation)
        .where(public(db))
        .group_by(jobs.c.organisation)
    )
    return {row["organisation"]: row["count"] for row in rows}
