"""SQL of interviews: each is one candidate, one interviewer and a room of their own."""

from __future__ import annotations

import sqlalchemy as sa

from server.accounts.store import people
from server.accounts.store_organisations import organisations
from server.base.db import Reading, Row, Tx, Utc, metadata
from server.jobs.store import jobs

# status: invited, admitted or ended. The line of an interviewer is their interviews that are
# invited and whose candidate is in the room, by arrived_at.
interviews = sa.Table(
    "interviews",
    metadata,
    sa.Column("room", sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("job", sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("interviewer", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("candidate", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("invited_at", Utc, nullable=False),
    sa.Column("arrived_at", Utc),
    sa.Column("admitted_at", Utc),
    sa.Column("ended_at", Utc),
    sa.Column("ended_by", sa.String(12), nullable=False, default=""),
)


async def interview(db: Reading, room: str) -> Row | None:
    """The interview with the names of its job, employer and people."""
    interviewer, candidate = people.alias("interviewer"), people.alias("candidate")
    return await db.first(
        sa.select(
            interviews,
            organisations.c.name.label("employer"),
            jobs.c.title.label("job_title"),
            interviewer.c.name.label("interviewer_name"),
            candidate.c.name.label("candidate_name"),
        )
        .join(organisations, organisations.c.id == interviews.c.organisation)
        .join(jobs, jobs.c.id == interviews.c.job)
        .join(interviewer, interviewer.c.id == interviews.c.interviewer)
        .join(candidate, candidate.c.id == interviews.c.candidate)
        .where(interviews.c.room == room)
    )


async def add_interview(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(interviews.insert().values(**values))
