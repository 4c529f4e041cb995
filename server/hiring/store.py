"""SQL of profiles and applications."""

from __future__ import annotations

import sqlalchemy as sa

from server.accounts.store import people
from server.base.db import Reading, Row, Tx, Utc, metadata

profiles = sa.Table(
    "profiles",
    metadata,
    sa.Column("person", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("full_name", sa.String(80), nullable=False),
    sa.Column("phone", sa.String(40), nullable=False),
    sa.Column("email", sa.String(254), nullable=False, default=""),
    sa.Column("place", sa.String(80), nullable=False, default=""),
    sa.Column("headline", sa.String(120), nullable=False, default=""),
    sa.Column("experience", sa.Text, nullable=False, default=""),
    sa.Column("education", sa.Text, nullable=False, default=""),
    sa.Column("updated_at", Utc, nullable=False),
)

# One row is one candidate's way through one posting. stage: applied, invited, offered (by the
# employer), accepted (a claimed place, to be confirmed), hired, declined (by the employer, with a
# reason) or withdrawn; `store_applications.STAGE` says what an interview that is over makes of
# it. `shared` is the JSON of profile.Shared that the candidate agreed to send; a withdrawal takes
# all but the name out of it. `room` is the live room that the application came from.
applications = sa.Table(
    "applications",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("job", sa.ForeignKey("jobs.id"), nullable=False),
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("room", sa.ForeignKey("rooms.id")),
    sa.Column("stage", sa.String(12), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("shared", sa.Text, nullable=False),
    sa.Column("consented_at", Utc, nullable=False),
    sa.Column("interview", sa.ForeignKey("rooms.id")),
    sa.Column("changed_at", Utc, nullable=False),
    sa.UniqueConstraint("job", "person", name="application_once"),
)

# what happened to an application, for both sides to read; nobody did what a deadline did
steps = sa.Table(
    "application_steps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("application", sa.ForeignKey("applications.id"), nullable=False, index=True),
    sa.Column("stage", sa.String(12), nullable=False),
    sa.Column("by", sa.ForeignKey("people.id")),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("at", Utc, nullable=False),
)


async def counts(db: Reading, room: str) -> dict[str, int]:
    rows = await db.all(
        sa.select(applications.c.job, sa.func.count().label("count"))
        .where(applications.c.room == room)
        .group_by(applications.c.job)
    )
    return {row["job"]: row["count"] for row in rows}


async def profile(db: Reading, person: str) -> Row | None:
    return await db.first(sa.select(profiles).where(profiles.c.person == person))


async def put_profile(tx: Tx, person: str, values: dict[str, object]) -> None:
    """Write the whole profile, whether there was one or not."""
    if not await tx.run(profiles.update().where(profiles.c.person == person).values(**values)):
        await tx.run(profiles.insert().values(person=person, **values))


async def add_application(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(applications.insert().values(**values))


async def change(tx: Tx, application: str, **values: object) -> None:
    await tx.run(applications.update().where(applications.c.id == application).values(**values))


async def move(tx: Tx, row: Row, **values: object) -> bool:
    """Change an application if it still stands as `row` was read; whether it did."""
    unchanged = applications.update().where(
        applications.c.id == row["id"],
        applications.c.stage == row["stored_stage"],
        applications.c.interview.is_not_distinct_from(row["interview"]),
    )
    return bool(await tx.run(unchanged.values(**values)))


async def add_step(tx: Tx, application: str, stage: str, by: str | None, reason: str = "") -> None:
    values = {"application": application, "stage": stage, "by": by, "reason": reason, "at": tx.now}
    await tx.run(steps.insert().values(**values))


async def forget_deleted(tx: Tx, nothing_shared: str) -> None:
    """Take out what people who have deleted their account had said of themselves."""
    gone = sa.select(people.c.id).where(people.c.deleted_at.is_not(None))
    await tx.run(profiles.delete().where(profiles.c.person.in_(gone)))
    await tx.run(
        applications.update()
        .where(applications.c.person.in_(gone), applications.c.shared != nothing_shared)
        .values(shared=nothing_shared)
    )
