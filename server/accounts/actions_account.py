"""One's own account: what is known, its password, sessions and tokens, and its end."""

from __future__ import annotations

from datetime import datetime

import msgspec

from server.accounts import store, store_members, store_organisations, store_sessions
from server.accounts.actions import (
    LANGUAGES,
    check_password,
    fit_email,
    fit_name,
    hash_password,
    issue_token,
    need_free_email,
)
from server.accounts.actions_sign_in import confirm_password
from server.base.caller import Caller
from server.base.db import Database, Reading, Row, Tx
from server.base.errors import Refusal, invalid, missing, msg, sign_in_needed
from server.base.security import plain_text, token_hash

TOKENS_MAX = 20
GONE_NAME = "—"


class SessionShown(msgspec.Struct):
    """A session or a token as its owner sees it; `id` revokes, it does not sign in."""

    id: str
    kind: str
    label: str
    created_at: datetime
    expires_at: datetime
    is_this: bool


class OrganisationShown(msgspec.Struct):
    """A membership: role is owner, host or interviewer."""

    id: str
    name: str
    role: str
    approved: bool


class Export(msgspec.Struct):
    """Everything that accounts know of a person; no password, no token."""

    id: str
    login: str
    email: str
    name: str
    language: str
    created_at: datetime
    roles: list[str]
    organisations: list[OrganisationShown]
    sessions: list[SessionShown]


async def me(db: Reading, caller: Caller) -> Row:
    """The caller's own row."""
    row = await store.person(db, caller.id)
    if row is None:
        raise sign_in_needed()
    return row


async def change_profile(tx: Tx, caller: Caller, name: str, email: str, language: str) -> None:
    """Change name, e-mail (empty: none) and language."""
    name, email = fit_name(name), fit_email(email)
    if language not in LANGUAGES:
        raise invalid(language=msg("This is not in a form we can take."))
    await need_free_email(tx, email, caller.id)
    values: dict[str, object] = {"name": name, "email": email or None, "language": language}
    await store.change_person(tx, caller.id, values)


async def change_password(db: Database, caller: Caller, old: str, new: str, address: str) -> None:
    """Replace the password; the other browsers are signed out. Bearer tokens stay."""
    check_password(new, "new")
    await confirm_password(db, caller, old, address, field="old")
    password_hash = await hash_password(new)
    async with db.write() as tx:
        await store.change_person(tx, caller.id, {"password_hash": password_hash})
        await store_sessions.end_browsers(tx, caller.id, caller.session)


async def sessions(db: Reading, caller: Caller) -> list[SessionShown]:
    """The caller's living sessions and tokens, newest first."""
    return [
        SessionShown(
            id=row["id"],
            kind="token" if row["label"] else "browser",
            label=row["label"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            is_this=row["token_hash"] == caller.session,
        )
        for row in await store_sessions.sessions_of(db, caller.id)
    ]


async def end_other_sessions(tx: Tx, caller: Caller) -> int:
    """Sign the caller's other browsers out; how many there were."""
    return await store_sessions.end_browsers(tx, caller.id, caller.session)


async def make_token(tx: Tx, caller: Caller, label: str, token: str) -> str:
    """A bearer token under a label of the caller's; this is the only time it is seen."""
    label = plain_text(label)
    if not 1 <= len(label) <= 60:
        raise invalid(label=msg("1 to 60 characters."))
    held = [one for one in await sessions(tx, caller) if one.kind == "token"]
    is_new = await store_sessions.session(tx, token_hash(token)) is None
    if is_new and len(held) >= TOKENS_MAX:
        say = msg("You have %(count)s tokens. Revoke one that you no longer use.")
        raise Refusal("too-many-tokens", 409, say, count=TOKENS_MAX)
    return await issue_token(tx, caller.id, label, token)


async def revoke_token(tx: Tx, caller: Caller, token_id: str) -> None:
    """End one of the caller's tokens."""
    if not await store_sessions.end_token(tx, caller.id, token_id):
        raise missing(msg("This token does not exist, or was revoked before."))


async def export(db: Reading, caller: Caller) -> Export:
    """What accounts know of the caller."""
    row = await me(db, caller)
    return Export(
        id=row["id"],
        login=row["login"],
        email=row["email"] or "",
        name=row["name"],
        language=row["language"],
        created_at=row["created_at"],
        roles=sorted(caller.roles),
        organisations=[OrganisationShown(*membership) for membership in caller.organisations],
        sessions=await sessions(db, caller),
    )


async def delete_account(db: Database, caller: Caller, password: str, address: str) -> None:
    """End the account for good.

    The row stays for what others need (who was hired, who decided), without name, login and
    e-mail, which are free again. Raises `last-admin` and `last-owner` when others depend on it.
    """
    await confirm_password(db, caller, password, address)
    async with db.write() as tx:
        if "admin" in caller.roles and await store.holders(tx, "admin") == 1:
            say = msg("You are the only administrator. Make someone else one first.")
            raise Refusal("last-admin", 409, say)
        for membership in await store_organisations.memberships_of(tx, caller.id):
            await _leave_for_good(tx, caller.id, membership.id, membership.role)
        await store_members.drop_invitations_by(tx, caller.id)
        await store_sessions.end_everything(tx, caller.id)
        await store.drop_grants(tx, caller.id)
        blank: dict[str, object] = {
            "login": f"-{caller.id}",  # no one can sign up with a dash in front
            "email": None,
            "name": GONE_NAME,
            "password_hash": "!",
            "deleted_at": tx.now,
        }
        await store.change_person(tx, caller.id, blank)


async def _leave_for_good(tx: Tx, person: str, organisation: str, role: str) -> None:
    """An organisation that nobody belongs to any more is no longer public."""
    alone = await store_members.count(tx, organisation) == 1
    if role == "owner" and not alone and await store_members.owners(tx, organisation) == 1:
        say = msg("You are the only owner of an employer. Make another member its owner first.")
        raise Refusal("last-owner", 409, say)
    await store_members.drop_member(tx, organisation, person)
    if alone:
        await store_organisations.change_organisation(tx, organisation, status="suspended")
