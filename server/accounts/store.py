"""SQL of people and their roles; the tables of sessions, links and sign-in attempts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from server.base.db import Reading, Row, Tx, Utc, metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    sa.Column("email", sa.String(254), unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("language", sa.String(2), nullable=False, default="zh"),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("deleted_at", Utc),
)

# role: organiser, officer or admin; everyone who signs up may be a candidate
grants = sa.Table(
    "grants",
    metadata,
    sa.Column("person", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("role", sa.String(12), primary_key=True),
)

# kind: browser (a cookie), token (a bearer for the API) or demo (either of them, alive while the
# site is on loopback); tokens have a label, browser sessions have none
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("label", sa.String(80), nullable=False, default=""),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
)

# purpose: reset (a forgotten password) or demo (a sign-in link, on loopback only)
links = sa.Table(
    "links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(8), nullable=False),
    sa.Column("person", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("expires_at", Utc, nullable=False),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(120), nullable=False, index=True),
    sa.Column("at", Utc, nullable=False),
)


async def add_person(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(people.insert().values(**values))


async def person(db: Reading, person_id: str) -> Row | None:
    """A person who has not deleted their account."""
    query = sa.select(people).where(people.c.id == person_id, people.c.deleted_at.is_(None))
    return await db.first(query)


async def person_by_name(db: Reading, login_or_email: str) -> Row | None:
    """By login name or e-mail, letter case aside."""
    wanted = login_or_email.strip().lower()
    return await db.first(
        sa.select(people).where(
            sa.or_(people.c.login == wanted, people.c.email == wanted),
            people.c.deleted_at.is_(None),
        )
    )


async def roles(db: Reading, person_id: str) -> frozenset[str]:
    rows = await db.all(sa.select(grants.c.role).where(grants.c.person == person_id))
    return frozenset(row["role"] for row in rows)


async def add_grant(tx: Tx, person_id: str, role: str) -> None:
    await tx.run(grants.insert().values(person=person_id, role=role))


async def holds(db: Reading, person_id: str, role: str) -> bool:
    query = sa.select(grants.c.role).where(grants.c.person == person_id, grants.c.role == role)
    return await db.value(query) is not None


async def drop_grant(tx: Tx, person_id: str, role: str) -> None:
    await tx.run(grants.delete().where(grants.c.person == person_id, grants.c.role == role))


async def drop_grants(tx: Tx, person_id: str) -> None:
    await tx.run(grants.delete().where(grants.c.person == person_id))


async def holders(db: Reading, role: str) -> int:
    """How many people hold a role."""
    return int(
        await db.value(sa.select(sa.func.count()).select_from(grants).where(grants.c.role == role))
    )


async def change_person(tx: Tx, person_id: str, values: dict[str, object]) -> None:
    await tx.run(people.update().where(people.c.id == person_id).values(**values))


async def find_people(db: Reading, wanted: str, limit: int, offset: int) -> Sequence[Row]:
    """People whose login, e-mail or name holds the text, with their roles joined by commas."""
    held = (
        sa.select(sa.func.group_concat(grants.c.role, ","))
        .where(grants.c.person == people.c.id)
        .scalar_subquery()
    )
    return await db.all(
        sa.select(people, held.label("roles"))
        .where(_matching(wanted))
        .order_by(held.is_(None), people.c.name, people.c.id)
        .limit(limit)
        .offset(offset)
    )


async def count_people(db: Reading, wanted: str) -> int:
    query = sa.select(sa.func.count()).select_from(people).where(_matching(wanted))
    return int(await db.value(query))


def _matching(wanted: str) -> sa.ColumnElement[bool]:
    here = people.c.deleted_at.is_(None)
    if not (text := wanted.strip().lower()):
        return here
    columns = (people.c.login, people.c.email, sa.func.lower(people.c.name))
    return here & sa.or_(*(column.contains(text, autoescape=True) for column in columns))
