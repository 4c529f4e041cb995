"""Signing up, in and out. Passwords are hashed before the write transaction, never inside it,
and wrong ones are counted by login and by address (RFC 6585 for the 429)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from server.accounts import store, store_sessions
from server.accounts.actions import (
    check_password,
    create_person,
    hash_password,
    is_password,
    start_session,
)
from server.base.caller import Caller
from server.base.db import Database, Reading, Tx
from server.base.errors import Refusal, invalid, msg
from server.base.house import House

WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 10
FAILURES_PER_ADDRESS = 30


class SignedIn(NamedTuple):
    """Who signed in, and the token that goes into the cookie."""

    person: str
    name: str
    token: str


async def sign_up(
    db: Database, *, login: str, name: str, password: str, email: str, language: str
) -> SignedIn:
    """A new person, signed in; `Refusal` names the field that cannot be taken."""
    check_password(password)
    password_hash = await hash_password(password)
    async with db.write() as tx:
        person = await create_person(
            tx,
            login=login,
            name=name,
            password_hash=password_hash,
            email=email,
            language=language,
        )
        token = await start_session(tx, person)
        made = await store.person(tx, person)
    assert made is not None
    return SignedIn(person, made["name"], token)


async def sign_in(db: Database, wanted: str, password: str, address: str) -> SignedIn:
    """A session for who knows the password of this login name or e-mail.

    Raises `wrong-password`, the same for a login that does not exist, or `too-many-tries`.
    """
    async with db.read() as reading:
        row = await store.person_by_name(reading, wanted)
    subject = subject_of_person(row["id"]) if row else subject_of_text("login", wanted)
    right = await try_password(db, row["password_hash"] if row else "", password, subject, address)
    async with db.write() as tx:
        person = await store.person(tx, row["id"]) if row and right else None
        if person is not None:
            return SignedIn(person["id"], person["name"], await start_session(tx, person["id"]))
    raise Refusal("wrong-password", 401, msg("The login name or the password is not right."))


async def confirm_password(
    db: Database, caller: Caller, password: str, address: str, *, field: str = "password"
) -> None:
    """Return if it is the caller's own password; counted like a sign-in."""
    async with db.read() as reading:
        row = await store.person(reading, caller.id)
    subject = subject_of_person(caller.id)
    known = row["password_hash"] if row else ""
    if not await try_password(db, known, password, subject, address):
        raise invalid(**{field: msg("This is not your password.")})


async def try_password(
    db: Database, password_hash: str, password: str, subject: str, address: str
) -> bool:
    """Whether the password is right, while there are tries left for the subject and address.

    The try is counted before the hash is computed, so many at once are no way around the limit,
    and taken back when it was right.
    """
    place = subject_of_address(address)
    async with db.write() as tx:
        await need_tries(tx, {subject: FAILURES_PER_LOGIN, place: FAILURES_PER_ADDRESS})
        await store_sessions.add_attempt(tx, subject)
    right = await is_password(password_hash, password)
    async with db.write() as tx:
        if right:
            await store_sessions.forget_attempts(tx, subject)
        else:
            await store_sessions.add_attempt(tx, place)
    return right


async def need_tries(db: Reading, limits: Mapping[str, int]) -> None:
    """Refuse with `too-many-tries` when a subject has no tries left; it says when to come back."""
    wait_s = 0.0
    for subject, limit in limits.items():
        tried = await store_sessions.attempts_since(db, subject, db.now - WINDOW)
        if len(tried) >= limit:
            wait_s = max(wait_s, (tried[-limit] + WINDOW - db.now).total_seconds())
    if wait_s > 0:
        say = msg("Too many tries. Please wait %(minutes)s min, then try again.")
        raise Refusal(
            "too-many-tries",
            429,
            say,
            retry_after_s=math.ceil(wait_s),
            minutes=math.ceil(wait_s / 60),
        )


async def sign_out(tx: Tx, caller: Caller) -> None:
    """End the caller's session; nothing happens when there is none."""
    if caller.session:
        await store_sessions.end_session(tx, caller.session)


async def forget_past(house: House) -> None:
    """Duty: drop ended sessions and links and the tries that no longer count."""
    async with house.db.write() as tx:
        await store_sessions.forget_past(tx, tx.now - WINDOW)


def subject_of_person(person: str) -> str:
    return f"person:{person}"


def subject_of_text(kind: str, text: str) -> str:
    """Something that was typed, at a length of its own."""
    return f"{kind}:{sha256(text.strip().lower().encode()).hexdigest()[:32]}"


def subject_of_address(address: str, kind: str = "address") -> str:
    """An address; of IPv6 the /64, which is one household's or one attacker's."""
    try:
        ip = ip_address(address)
    except ValueError:
        return subject_of_text(kind, address)
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return f"{kind}:{ip_network((ip, 64), strict=False)}"
    return f"{kind}:{ip}"


def path_on_site(wanted: str) -> str:
    """The wanted page if it is a path of this site, else the front page.

    Browsers read a backslash as a slash and drop control characters, so neither may stand here.
    """
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    if not is_path or "\\" in wanted or any(ord(letter) < 0x21 for letter in wanted):
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc else wanted
