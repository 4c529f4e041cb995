"""People and their sessions: signing up and in, and who a request comes from."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from starlette.requests import HTTPConnection

from server.accounts import store, store_organisations, store_sessions
from server.base.caller import Caller
from server.base.db import Database, Reading, Tx, new_id
from server.base.errors import Refusal, invalid, msg
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
PASSWORD_MAX = 200  # hashing more of it would only cost time
LANGUAGES = ("zh", "en")
TOKEN_AGE = timedelta(days=365)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Nobody's password.
_DECOY_HASH = _hasher.hash(new_token())


def check_password(password: str, field: str = "password") -> None:
    """Refuse a new password that is too short to be kept."""
    if len(password) < PASSWORD_MIN:
        raise invalid(**{field: msg("At least 10 characters.")})
    if len(password) > PASSWORD_MAX:
        raise invalid(**{field: msg("At most 200 characters.")})


async def hash_password(password: str) -> str:
    """An argon2id hash, made off the event loop."""
    return await asyncio.to_thread(_hasher.hash, password)


async def is_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed.

    Takes the same time for an account without a password and, given "", for nobody's.
    """

    def verify() -> bool:
        has_password = password_hash.startswith("$argon2")
        try:
            _hasher.verify(password_hash if has_password else _DECOY_HASH, password)
        except VerifyMismatchError:
            return False
        return has_password

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
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise invalid(login=msg("3 to 40 letters, digits, dots or dashes."))
    name, email = fit_name(name), fit_email(email)
    if await store.person_by_name(tx, login):
        raise invalid(login=msg("This login name is taken."))
    await need_free_email(tx, email)
    person = new_id()
    await store.add_person(
        tx,
        {
            "id": person,
            "login": login,
            "email": email or None,
            "name": name,
            "password_hash": password_hash,
            "language": language if language in LANGUAGES else "zh",
            "created_at": tx.now,
        },
    )
    return person


def fit_name(name: str) -> str:
    """A name as it is kept; `Refusal` when it is empty or too long."""
    name = " ".join(plain_text(name).split())
    if not 1 <= len(name) <= 80:
        raise invalid(name=msg("1 to 80 characters."))
    return name


def fit_email(email: str) -> str:
    """An address as it is kept, perhaps empty; `Refusal` when it cannot be one."""
    email = email.strip().lower()
    if email and not EMAIL.fullmatch(email):
        raise invalid(email=msg("This does not look like an e-mail address."))
    return email


async def need_free_email(tx: Tx, email: str, person: str = "") -> None:
    """Refuse an address that belongs to somebody else."""
    holder = await store.person_by_name(tx, email) if email else None
    if holder is not None and holder["id"] != person:
        raise invalid(email=msg("There is an account with this e-mail address."))


async def start_session(tx: Tx, person: str, kind: str = "browser") -> str:
    """A new browser session; the token goes into the cookie and is stored hashed."""
    return await _issue(tx, person, kind, "", timedelta(seconds=SESSION_AGE_S))


async def issue_token(
    tx: Tx, person: str, label: str, token: str = "", *, kind: str = "token"
) -> str:
    """A bearer token for the API, WHIP and WHEP; shown once, stored hashed.

    Given a token that this person was issued before under the same label, it is that one again.
    """
    return await _issue(tx, person, kind, label, TOKEN_AGE, token)


async def identify(db: Database, security: Security, connection: HTTPConnection) -> Caller:
    """Who asks. A bearer token wins over a cookie; a bad one is nobody."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    cookie = connection.cookies.get(SESSION_COOKIE, "")
    if scheme.lower() == "bearer" or cookie:
        kind, token = ("token", bearer.strip()) if bearer else ("browser", cookie)
        kinds = (kind, "demo") if security.is_loopback else (kind,)
        async with db.read() as reading:
            caller = await _caller_of(reading, token_hash(token), kinds, by_token=bool(bearer))
        if caller is not None or bearer:
            return caller or Caller(by_token=True)
    guest = security.unsign("guest", connection.cookies.get(GUEST_COOKIE, ""))
    return Caller(id=guest, is_guest=True) if isinstance(guest, str) else Caller()


async def _caller_of(
    db: Reading, session: str, kinds: tuple[str, ...], *, by_token: bool
) -> Caller | None:
    """The caller of a living session, by the hash of its token."""
    row = await store_sessions.session_person(db, session, kinds)
    if row is None:
        return None
    return Caller(
        id=row["id"],
        name=row["name"],
        roles=await store.roles(db, row["id"]),
        organisations=await store_organisations.memberships_of(db, row["id"]),
        session=session,
        by_token=by_token,
    )


async def _issue(
    tx: Tx, person: str, kind: str, label: str, age: timedelta, token: str = ""
) -> str:
    token = token or new_token()
    earlier = await store_sessions.session(tx, token_hash(token))
    if earlier is not None:
        if (earlier["person"], earlier["label"]) != (person, label):
            raise key_reused()
        return token
    await store_sessions.add_session(
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


def key_reused() -> Refusal:
    """A secret that was made for other contents under the same key."""
    say = msg("This request's key was used before with other contents. Please start again.")
    return Refusal("key-reused", 422, say)
