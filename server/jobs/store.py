"""SQL of postings."""

from __future__ import annotations

import sqlalchemy as sa

from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Utc, metadata

# status: draft, waiting (for review), approved (public), refused or closed
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
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("submitted_at", Utc),
    sa.CheckConstraint("pay_min > 0 AND pay_max >= pay_min", name="job_pay"),
    sa.CheckConstraint("headcount > 0", name="job_headcount"),
)


async def card(db: Reading, job: str) -> Row | None:
    """A posting with its employer's name."""
    return await db.first(
        sa.select(jobs, organisations.c.name.label("employer"))
        .join(organisations, organisations.c.id == jobs.c.organisation)
        .where(jobs.c.id == job)
    )
