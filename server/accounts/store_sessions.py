"""SQL of sessions and bearer tokens, one-time links, and counted tries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from server.accounts.store import attempts, links, people, sessions
from server.base.db import Reading, Row, Tx

# What people see of a token's hash, to tell one from another.
ID_LENGTH = 16


async def add_session(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(sessions.insert().values(**values))


async def session(db: Reading, token_hash: str) -> Row | None:
    return await db.first(sa.select(sessions).where(sessions.c.token_hash == token_hash))


async def session_person(db: Reading, token_hash: str, kinds: Sequence[str]) -> Row | None:
    """The person behind a living session or token of one of these kinds."""
    return await db.first(
        sa.select(people)
        .join(sessions, sessions.c.person == people.c.id)
        .where(
            sessions.c.token_hash == token_hash,
            sessions.c.kind.in_(kinds),
            sessions.c.expires_at > db.now,
            people.c.deleted_at.is_(None),
        )
    )


async def sessions_of(db: Reading, person: str) -> Sequence[Row]:
    """Living sessions and tokens, newest first; `id` is the beginning of the hash."""
    return await db.all(
        sa.select(sessions, sa.func.substr(sessions.c.token_hash, 1, ID_LENGTH).label("id"))
        .where(sessions.c.person == person, sessions.c.expires_at > db.now)
        .order_by(sessions.c.created_at.desc(), sessions.c.token_hash)
    )


async def end_session(tx: Tx, token_hash: str) -> None:
    await tx.run(sessions.delete().where(sessions.c.token_hash == token_hash))


async def end_token(tx: Tx, person: str, token_id: str) -> bool:
    """Revoke a person's own token; whether there was one."""
    ended = sessions.delete().where(
        sessions.c.person == person,
        sessions.c.label != "",
        sa.func.substr(sessions.c.token_hash, 1, ID_LENGTH) == token_id,
    )
    return bool(await tx.run(ended))


async def end_browsers(tx: Tx, person: str, but: str) -> int:
    """End a person's browser sessions but one; how many there were."""
    ended = sessions.delete().where(
        sessions.c.person == person, sessions.c.label == "", sessions.c.token_hash != but
    )
    return await tx.run(ended)


async def end_everything(tx: Tx, person: str) -> None:
    """End all sessions, tokens and links of a person."""
    await tx.run(sessions.delete().where(sessions.c.person == person))
    await tx.run(links.delete().where(links.c.person == person))


async def add_link(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(links.insert().values(**values))


async def link(db: Reading, token_hash: str, purpose: str) -> Row | None:
    """A living link with its person's id, login and name."""
    return await db.first(
        sa.select(links.c.expires_at, people.c.id, people.c.login, people.c.name)
        .join(people, people.c.id == links.c.person)
        .where(
            links.c.token_hash == token_hash,
            links.c.purpose == purpose,
            links.c.expires_at > db.now,
            people.c.deleted_at.is_(None),
        )
    )


async def drop_links(tx: Tx, person: str, purpose: str) -> None:
    await tx.run(links.delete().where(links.c.person == person, links.c.purpose == purpose))


async def add_attempt(tx: Tx, subject: str) -> None:
    await tx.run(attempts.insert().values(subject=subject, at=tx.now))


async def attempts_since(db: Reading, subject: str, since: datetime) -> list[datetime]:
    """When there were tries, oldest first."""
    rows = await db.all(
        sa.select(attempts.c.at)
        .where(attempts.c.subject == subject, attempts.c.at > since)
        .order_by(attempts.c.at)
    )
    return [row["at"] for row in rows]


async def forget_attempts(tx: Tx, subject: str) -> None:
    await tx.run(attempts.delete().where(attempts.c.subject == subject))


async def forget_past(tx: Tx, tried_before: datetime) -> None:
    """Drop what has no more effect: ended sessions and links, tries before the moment."""
    await tx.run(sessions.delete().where(sessions.c.expires_at <= tx.now))
    await tx.run(links.delete().where(links.c.expires_at <= tx.now))
    await tx.run(attempts.delete().where(attempts.c.at <= tried_before))
