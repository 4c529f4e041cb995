"""SQL of review decisions: who decided what, when, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from server.accounts.store import people
from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx, Utc, metadata

# subject_kind: job or organisation; decision: approved, refused or suspended (taken down).
# subject_name is what the subject was called when it was decided; organisation is its employer.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("subject_kind", sa.String(12), nullable=False),
    sa.Column("subject", sa.String(20), nullable=False, index=True),
    sa.Column("subject_name", sa.String(120), nullable=False),
    sa.Column("organisation", sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("officer", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("decision", sa.String(12), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("at", Utc, nullable=False, index=True),
)


def _reviews() -> sa.Select[Any]:
    """Decisions with the officer's and the employer's names."""
    return (
        sa.select(
            reviews,
            people.c.name.label("officer_name"),
            organisations.c.name.label("employer"),
        )
        .join(people, people.c.id == reviews.c.officer)
        .join(organisations, organisations.c.id == reviews.c.organisation)
        .order_by(reviews.c.at.desc(), reviews.c.id)
    )


async def add_review(tx: Tx, values: dict[str, Any]) -> None:
    await tx.run(reviews.insert().values(**values))


async def latest(db: Reading, limit: int, offset: int) -> Sequence[Row]:
    """The latest decisions, newest first."""
    return await db.all(_reviews().limit(limit).offset(offset))


async def count(db: Reading) -> int:
    return int(await db.value(sa.select(sa.func.count()).select_from(reviews)) or 0)


async def of_subjects(db: Reading, subjects: Collection[str]) -> Sequence[Row]:
    """Every decision about these subjects, newest first."""
    return await db.all(_reviews().where(reviews.c.subject.in_(subjects)))
