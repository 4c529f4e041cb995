"""SQL of interviews: each is one candidate, one interviewer and a room of their own."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

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
    *(
        # nobody is in two interviews at once, whoever lets them in and in whichever process
        sa.Index(
            f"interview_one_{side}",
            side,
            unique=True,
            sqlite_where=sa.text("status = 'admitted'"),
            postgresql_where=sa.text("status = 'admitted'"),
        )
        for side in ("candidate", "interviewer")
    ),
)

_interviewer, _candidate = people.alias("interviewer"), people.alias("candidate")
_NAMED = (
    sa.select(
        interviews,
        organisations.c.name.label("employer"),
        jobs.c.title.label("job_title"),
        _interviewer.c.name.label("interviewer_name"),
        _candidate.c.name.label("candidate_name"),
    )
    .join(organisations, organisations.c.id == interviews.c.organisation)
    .join(jobs, jobs.c.id == interviews.c.job)
    .join(_interviewer, _interviewer.c.id == interviews.c.interviewer)
    .join(_candidate, _candidate.c.id == interviews.c.candidate)
)


async def interview(db: Reading, room: str) -> Row | None:
    """The interview with the names of its job, employer and people."""
    return await db.first(_NAMED.where(interviews.c.room == room))


async def add_interview(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(interviews.insert().values(**values))


async def change(tx: Tx, room: str, **values: object) -> None:
    await tx.run(interviews.update().where(interviews.c.room == room).values(**values))


async def admit(tx: Tx, room: str) -> bool:
    """Let the candidate in; False when one of the two is in another interview by now."""
    try:
        async with tx.savepoint():
            await change(tx, room, status="admitted", admitted_at=tx.now)
    except IntegrityError:
        return False
    return True


async def line(db: Reading, interviewer: str) -> Sequence[Row]:
    """Who is inside and who waits, in the order of their turn."""
    return await db.all(
        _NAMED.where(
            interviews.c.interviewer == interviewer,
            interviews.c.status != "ended",
            interviews.c.arrived_at.is_not(None),
        ).order_by(interviews.c.admitted_at.is_(None), interviews.c.arrived_at)
    )


async def running(db: Reading, interviewer: str, candidate: str) -> Row | None:
    """An interview in which one of the two is now."""
    return await db.first(
        sa.select(interviews).where(
            interviews.c.status == "admitted",
            sa.or_(interviews.c.interviewer == interviewer, interviews.c.candidate == candidate),
        )
    )


async def past_ratios(db: Reading, interviewer: str) -> list[float]:
    """Real ÷ planned length of the interviewer's last interviews."""
    rows = await db.all(
        sa.select(interviews.c.admitted_at, interviews.c.ended_at, interviews.c.minutes)
        .where(
            interviews.c.interviewer == interviewer,
            interviews.c.status == "ended",
            interviews.c.admitted_at.is_not(None),
        )
        .order_by(interviews.c.ended_at.desc())
        .limit(30)
    )
    return [
        (row["ended_at"] - row["admitted_at"]).total_seconds() / 60 / row["minutes"]
        for row in rows
    ]


async def interviewers_with_line(db: Reading) -> list[str]:
    rows = await db.all(
        sa.select(interviews.c.interviewer)
        .where(interviews.c.status == "invited", interviews.c.arrived_at.is_not(None))
        .distinct()
    )
    return [row["interviewer"] for row in rows]


async def interviews_of(db: Reading, person: str) -> Sequence[Row]:
    """A person's interviews on either side, the unfinished first."""
    return await db.all(
        _NAMED.where(sa.or_(interviews.c.interviewer == person, interviews.c.candidate == person))
        .order_by(interviews.c.status == "ended", interviews.c.invited_at.desc())
        .limit(100)
    )
