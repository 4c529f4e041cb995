"""People and their sessions: signing up and in, and who a request comes from."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from starlette.requests import HTTPConnection

from server.accounts import store, store_organisations
from server.base.caller import Caller
from server.base.db import Database, Reading, Tx, new_id
from server.base.errors import invalid, msg
from server.base.security import (
    GUEST_COOKIE,
    SESSION_AGE_S,
    SESSION_COOKIE,
    Security,
    new_token,
    plain_text,
    token_hash,
)

LOGIN = re.compile(r"[a-z0-9][a-z0-9_.-]{2,39}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,}")
PASSWORD_MIN = 10
TOKEN_AGE = timedelta(days=365)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


async def hash_password(password: str) -> str:
    """An argon2id hash, made off the event loop."""
    return await asyncio.to_thread(_hasher.hash, password)


async def is_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""

    def verify() -> bool:
        try:
            return _hasher.verify(password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)


async def create_person(
    tx: Tx,
    *,
    login: str,
    name: str,
    password_hash: str,
    email: str = "",
    language: str = "zh",
) -> str:
    """Add a person and return their id; `Refusal` names the field that cannot be taken."""
    login, email, name = login.strip().lower(), email.strip().lower(), plain_text(name)
    if not LOGIN.fullmatch(login):
        raise invalid(login=msg("3 to 40 letters, digits, dots or dashes."))
    if email and not EMAIL.fullmatch(email):
        raise invalid(email=msg("This does not look like an e-mail address."))
    if not 1 <= len(name) <= 80:
        raise invalid(name=msg("1 to 80 characters."))
    if await store.person_by_name(tx, login):
        raise invalid(login=msg("This login name is taken."))
    if email and await store.person_by_name(tx, email):
        raise invalid(email=msg("There is an account with this e-mail address."))
    person = new_id()
    await store.add_person(
        tx,
        {
            "id": person,
            "login": login,
            "email": email or None,
            "name": name,
            "password_hash": password_hash,
            "language": language,
            "created_at": tx.now,
        },
    )
    return person


async def start_session(tx: Tx, person: str) -> str:
    """A new browser session; the token goes into the cookie and is stored hashed."""
    return await _issue(tx, person, "browser", "", timedelta(seconds=SESSION_AGE_S))


async def issue_token(tx: Tx, person: str, label: str) -> str:
    """A bearer token for the API, WHIP and WHEP; shown once, stored hashed."""
    return await _issue(tx, person, "token", label, TOKEN_AGE)


async def identify(db: Database, security: Security, connection: HTTPConnection) -> Caller:
    """Who asks. A bearer token wins over a cookie; a bad one is nobody."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    cookie = connection.cookies.get(SESSION_COOKIE, "")
    if scheme.lower() == "bearer" or cookie:
        kind, token = ("token", bearer.strip()) if bearer else ("browser", cookie)
        async with db.read() as reading:
            caller = await caller_of(reading, token_hash(token), kind)
        if caller is not None or bearer:
            return caller or Caller(by_token=True)
    guest = security.unsign("guest", connection.cookies.get(GUEST_COOKIE, ""))
    return Caller(id=guest, is_guest=True) if isinstance(guest, str) else Caller()


async def caller_of(db: Reading, session: str, kind: str) -> Caller | None:
    """The caller of a living session, by the hash of its token."""
    row = await store.session_person(db, session, kind)
    if row is None:
        return None
    return Caller(
        id=row["id"],
        name=row["name"],
        roles=await store.roles(db, row["id"]),
        organisations=await store_organisations.memberships_of(db, row["id"]),
        session=session,
        by_token=kind == "token",
    )


async def _issue(tx: Tx, person: str, kind: str, label: str, age: timedelta) -> str:
    token = new_token()
    await store.add_session(
        tx,
        {
            "token_hash": token_hash(token),
            "person": person,
            "kind": kind,
            "label": label,
            "created_at": tx.now,
            "expires_at": tx.now + age,
        },
    )
    return token
