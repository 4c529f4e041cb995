"""Who belongs to an employer: members, their roles, and invitations by link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from server.accounts import store_members, store_organisations
from server.accounts.actions import key_reused
from server.accounts.actions_organisations import need_owner
from server.base.caller import Caller
from server.base.db import Reading, Row, Tx
from server.base.errors import Refusal, missing, msg
from server.base.security import token_hash

MemberRole = Literal["owner", "host", "interviewer"]
INVITATION_AGE = timedelta(days=7)


async def members(db: Reading, caller: Caller, organisation: str) -> Sequence[Row]:
    """Person, name and role of each member, for an owner."""
    await need_owner(db, caller, organisation)
    return await store_organisations.members(db, organisation)


async def change_role(
    tx: Tx, caller: Caller, organisation: str, person: str, role: MemberRole
) -> None:
    """Give a member another role; an employer always keeps an owner."""
    await need_owner(tx, caller, organisation)
    now = await _need_member(tx, organisation, person)
    if now == "owner" and role != "owner":
        await _need_another_owner(tx, organisation)
    await store_members.change_role(tx, organisation, person, role)


async def remove(tx: Tx, caller: Caller, organisation: str, person: str) -> None:
    """Take a member out: an owner anybody, everybody themselves, nobody the last owner."""
    if person != caller.id:
        await need_owner(tx, caller, organisation)
    if await _need_member(tx, organisation, person) == "owner":
        await _need_another_owner(tx, organisation)
    await store_members.drop_member(tx, organisation, person)


async def invitations(db: Reading, caller: Caller, organisation: str) -> Sequence[Row]:
    """The invitations that can still be accepted, for an owner."""
    await need_owner(db, caller, organisation)
    return await store_members.open_invitations(db, organisation)


async def invite(tx: Tx, caller: Caller, organisation: str, role: MemberRole, token: str) -> str:
    """A link that makes one person a member within 7 days; its path on this site."""
    await need_owner(tx, caller, organisation)
    earlier = await store_members.invitation(tx, token_hash(token))
    if earlier is None:
        await store_members.add_invitation(
            tx,
            {
                "token_hash": token_hash(token),
                "organisation": organisation,
                "role": role,
                "invited_by": caller.id,
                "expires_at": tx.now + INVITATION_AGE,
            },
        )
    elif earlier["role"] != role:
        raise key_reused()
    return f"/invitations/{token}"


async def revoke(tx: Tx, caller: Caller, organisation: str, invitation: str) -> None:
    """Make an unused invitation worthless."""
    await need_owner(tx, caller, organisation)
    if not await store_members.drop_invitation(tx, organisation, invitation):
        raise missing(msg("This invitation was used, revoked or is too old."))


async def invitation(db: Reading, token: str, person: str = "") -> Row:
    """A living invitation, or the one that this person has used; `Refusal` for all others."""
    row = await store_members.invitation(db, token_hash(token))
    own = row is not None and row["used_by"] is not None and row["used_by"] == person
    if row is None or not (own or (row["used_by"] is None and row["expires_at"] > db.now)):
        raise Refusal("link-ended", 410, msg("This invitation was used, revoked or is too old."))
    return row


async def accept(tx: Tx, caller: Caller, token: str) -> str:
    """Become a member by invitation; the organisation. Accepting twice changes nothing."""
    row = await invitation(tx, token, caller.id)
    if row["used_by"] == caller.id:
        return str(row["organisation"])
    if await store_members.role_of(tx, row["organisation"], caller.id):
        raise Refusal("already-member", 409, msg("You belong to this employer already."))
    await store_members.use_invitation(tx, token_hash(token), caller.id)
    await store_organisations.add_member(tx, row["organisation"], caller.id, row["role"])
    return str(row["organisation"])


async def _need_member(db: Reading, organisation: str, person: str) -> str:
    role = await store_members.role_of(db, organisation, person)
    if role is None:
        raise missing(msg("This person does not belong to this employer."))
    return role


async def _need_another_owner(db: Reading, organisation: str) -> None:
    if await store_members.owners(db, organisation) == 1:
        raise Refusal(
            "last-owner", 409, msg("An employer needs an owner. Make another one first.")
        )
