"""SQL of an organisation's members and the invitations that make them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from server.accounts.store import people
from server.accounts.store_organisations import invitations, memberships, organisations
from server.base.db import Reading, Row, Tx

ID_LENGTH = 16


async def role_of(db: Reading, organisation: str, person: str) -> str | None:
    """A member's role, or None for everyone else."""
    value = await db.value(
        sa.select(memberships.c.role).where(
            memberships.c.organisation == organisation, memberships.c.person == person
        )
    )
    return str(value) if value else None


async def owners(db: Reading, organisation: str) -> int:
    return int(
        await db.value(
            sa.select(sa.func.count())
            .select_from(memberships)
            .where(memberships.c.organisation == organisation, memberships.c.role == "owner")
        )
    )


async def count(db: Reading, organisation: str) -> int:
    return int(
        await db.value(
            sa.select(sa.func.count())
            .select_from(memberships)
            .where(memberships.c.organisation == organisation)
        )
    )


async def change_role(tx: Tx, organisation: str, person: str, role: str) -> None:
    await tx.run(
        memberships.update()
        .where(memberships.c.organisation == organisation, memberships.c.person == person)
        .values(role=role)
    )


async def drop_member(tx: Tx, organisation: str, person: str) -> None:
    await tx.run(
        memberships.delete().where(
            memberships.c.organisation == organisation, memberships.c.person == person
        )
    )


async def add_invitation(tx: Tx, values: dict[str, object]) -> None:
    await tx.run(invitations.insert().values(**values))


async def invitation(db: Reading, token_hash: str) -> Row | None:
    """An invitation with the organisation's name and the name of who sent it."""
    return await db.first(
        sa.select(
            invitations,
            organisations.c.name.label("organisation_name"),
            organisations.c.place,
            people.c.name.label("inviter"),
        )
        .join(organisations, organisations.c.id == invitations.c.organisation)
        .join(people, people.c.id == invitations.c.invited_by)
        .where(invitations.c.token_hash == token_hash)
    )


async def open_invitations(db: Reading, organisation: str) -> Sequence[Row]:
    """Those that can still be accepted, the next to expire first."""
    return await db.all(
        sa.select(
            sa.func.substr(invitations.c.token_hash, 1, ID_LENGTH).label("id"),
            invitations.c.role,
            invitations.c.expires_at,
            people.c.name.label("inviter"),
        )
        .join(people, people.c.id == invitations.c.invited_by)
        .where(
            invitations.c.organisation == organisation,
            invitations.c.used_by.is_(None),
            invitations.c.expires_at > db.now,
        )
        .order_by(invitations.c.expires_at)
    )


async def use_invitation(tx: Tx, token_hash: str, person: str) -> bool:
    """Use it up; False when somebody did before, or when it is too late."""
    used = (
        invitations.update()
        .where(
            invitations.c.token_hash == token_hash,
            invitations.c.used_by.is_(None),
            invitations.c.expires_at > tx.now,
        )
        .values(used_by=person)
    )
    return bool(await tx.run(used))


async def drop_invitation(tx: Tx, organisation: str, invitation_id: str) -> bool:
    """Revoke an unused invitation; whether there was one."""
    revoked = invitations.delete().where(
        invitations.c.organisation == organisation,
        sa.func.substr(invitations.c.token_hash, 1, ID_LENGTH) == invitation_id,
        invitations.c.used_by.is_(None),
    )
    return bool(await tx.run(revoked))


async def drop_invitations_by(tx: Tx, person: str) -> None:
    """Revoke the unused invitations that a person sent."""
    await tx.run(
        invitations.delete().where(
            invitations.c.invited_by == person, invitations.c.used_by.is_(None)
        )
    )
