"""SQL of people, sessions, tokens, sign-in attempts."""

from __future__ import annotations

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

# kind: browser (a cookie) or token (a bearer for the API, with a label)
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


async def add_session(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(sessions.insert().values(**values))


async def session_person(db: Reading, token_hash: str, kind: str) -> Row | None:
    """The person behind a living session or token."""
    return await db.first(
        sa.select(people)
        .join(sessions, sessions.c.person == people.c.id)
        .where(
            sessions.c.token_hash == token_hash,
            sessions.c.kind == kind,
            sessions.c.expires_at > db.now,
            people.c.deleted_at.is_(None),
        )
    )


async def end_session(tx: Tx, token_hash: str) -> None:
    await tx.run(sessions.delete().where(sessions.c.token_hash == token_hash))
