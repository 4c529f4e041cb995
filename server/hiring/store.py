"""SQL of profiles and applications."""

from __future__ import annotations

import sqlalchemy as sa

from server.base.db import Reading, Utc, metadata

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

# One row is one candidate's way through one posting. stage: applied, invited, interviewed,
# offered (by the employer), accepted (a claimed place, to be confirmed), hired, declined (by the
# employer, with a reason) or withdrawn. `shared` is the JSON that the candidate agreed to send.
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

# what happened to an application, for both sides to read
steps = sa.Table(
    "application_steps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("application", sa.ForeignKey("applications.id"), nullable=False, index=True),
    sa.Column("stage", sa.String(12), nullable=False),
    sa.Column("by", sa.ForeignKey("people.id"), nullable=False),
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
