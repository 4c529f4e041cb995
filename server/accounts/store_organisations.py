"""SQL of employer organisations, their members and invitations."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from server.accounts.store import people
from server.base.caller import Membership
from server.base.db import Reading, Row, Tx, Utc, metadata

# status: waiting, approved, refused or suspended; reason is the officer's, for the employer
organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("licence", sa.String(40), nullable=False, unique=True),
    sa.Column("industry", sa.String(60), nullable=False),
    sa.Column("place", sa.String(80), nullable=False),
    sa.Column("size", sa.String(20), nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("contact_name", sa.String(80), nullable=False),
    sa.Column("contact_phone", sa.String(40), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Utc, nullable=False),
)

# role: owner, host or interviewer
memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("organisation", sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("person", sa.ForeignKey("people.id"), primary_key=True, index=True),
    sa.Column("role", sa.String(12), nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("invited_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
    sa.Column("used_by", sa.ForeignKey("people.id")),
)


async def memberships_of(db: Reading, person: str) -> tuple[Membership, ...]:
    """The organisations a person belongs to."""
    rows = await db.all(
        sa.select(
            organisations.c.id,
            organisations.c.name,
            organisations.c.status,
            memberships.c.role,
        )
        .join(memberships, memberships.c.organisation == organisations.c.id)
        .where(memberships.c.person == person)
        .order_by(organisations.c.created_at)
    )
    return tuple(
        Membership(row["id"], row["name"], row["role"], row["status"] == "approved")
        for row in rows
    )


async def organisation(db: Reading, organisation_id: str) -> Row | None:
    return await db.first(sa.select(organisations).where(organisations.c.id == organisation_id))


async def add_organisation(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(organisations.insert().values(**values))


async def add_member(tx: Tx, organisation_id: str, person: str, role: str) -> None:
    await tx.run(
        memberships.insert().values(organisation=organisation_id, person=person, role=role)
    )


async def members(db: Reading, organisation_id: str) -> Sequence[Row]:
    """Who belongs to the organisation: person, name, role."""
    return await db.all(
        sa.select(memberships.c.person, people.c.name, memberships.c.role)
        .join(people, people.c.id == memberships.c.person)
        .where(memberships.c.organisation == organisation_id, people.c.deleted_at.is_(None))
        .order_by(people.c.name)
    )


async def organisations_in(db: Reading, *statuses: str) -> Sequence[Row]:
    """The organisations in one of these statuses, oldest first."""
    query = sa.select(organisations).where(organisations.c.status.in_(statuses))
    return await db.all(query.order_by(organisations.c.created_at, organisations.c.id))


async def change_organisation(tx: Tx, organisation_id: str, **values: object) -> None:
    await tx.run(
        organisations.update().where(organisations.c.id == organisation_id).values(**values)
    )


async def by_licence(db: Reading, licence: str) -> Row | None:
    return await db.first(sa.select(organisations).where(organisations.c.licence == licence))
