"""One-time links: a new password for somebody who forgot theirs, and the demo's way in."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from server.accounts import store, store_sessions
from server.accounts.actions import check_password, hash_password, issue_token, start_session
from server.accounts.actions_sign_in import (
    FAILURES_PER_ADDRESS,
    SignedIn,
    need_tries,
    subject_of_address,
    subject_of_text,
)
from server.base.caller import Caller
from server.base.db import Database, Reading, Row, Tx
from server.base.errors import Refusal, forbidden, missing, msg
from server.base.security import new_token, token_hash

RESET_AGE = timedelta(hours=1)
DEMO_AGE = timedelta(days=30)
LETTERS_PER_NAME = 3


class Letter(NamedTuple):
    """A reset link on its way: to whom, in which language, with which token."""

    to: str
    name: str
    language: str
    token: str


async def ask_reset(tx: Tx, wanted: str, address: str) -> Letter | None:
    """The letter to send, or None when nobody (or nobody with an e-mail) is meant.

    The caller must answer the same in both cases. Raises `too-many-tries`.
    """
    name, place = subject_of_text("reset", wanted), subject_of_address(address, "reset-from")
    await need_tries(tx, {name: LETTERS_PER_NAME, place: FAILURES_PER_ADDRESS})
    await store_sessions.add_attempt(tx, name)
    await store_sessions.add_attempt(tx, place)
    person = await store.person_by_name(tx, wanted)
    if person is None or not person["email"]:
        return None
    token = await _make_link(tx, person["id"], "reset", RESET_AGE, new_token())
    return Letter(person["email"], person["name"], person["language"], token)


async def make_reset_link(tx: Tx, officer: Caller, login: str, token: str) -> str:
    """A reset link that an officer hands over; the token's path on this site.

    Raises `forbidden` for oneself, and for people with a role unless an admin asks: a reset link
    is the whole account.
    """
    person = await store.person_by_name(tx, login)
    if person is None:
        raise missing(msg("There is no such person."))
    if person["id"] == officer.id:
        raise forbidden(msg("Change your own password on your account page."))
    if "admin" not in officer.roles and await store.roles(tx, person["id"]):
        raise forbidden(msg("Only an administrator can make a link for someone with a role."))
    return f"/reset/{await _make_link(tx, person['id'], 'reset', RESET_AGE, token)}"


async def reset_of(db: Reading, token: str) -> Row:
    """Whose password a living link resets; `Refusal` when the link is used or too old."""
    link = await store_sessions.link(db, token_hash(token), "reset")
    if link is None:
        raise Refusal("link-ended", 410, msg("This link was used already, or is too old."))
    return link


async def reset_password(db: Database, token: str, password: str) -> SignedIn:
    """Set a new password and sign in; every older session, token and link of theirs ends."""
    check_password(password)
    async with db.read() as reading:
        await reset_of(reading, token)
    password_hash = await hash_password(password)
    async with db.write() as tx:
        person = await reset_of(tx, token)
        await store.change_person(tx, person["id"], {"password_hash": password_hash})
        await store_sessions.end_everything(tx, person["id"])
        return SignedIn(person["id"], person["name"], await start_session(tx, person["id"]))


async def demo_link(tx: Tx, person: str) -> str:
    """A way in that needs no password, for 30 days; its path on this site. Loopback only."""
    return f"/demo/{await _make_link(tx, person, 'demo', DEMO_AGE, new_token())}"


async def demo_token(tx: Tx, person: str, label: str) -> str:
    """A bearer token that is dead as soon as the site leaves loopback."""
    return await issue_token(tx, person, label, kind="demo")


async def enter_demo(tx: Tx, token: str) -> str:
    """The cookie's token of a session that lives as long as the site is on loopback."""
    link = await store_sessions.link(tx, token_hash(token), "demo")
    if link is None:
        raise missing()
    return await start_session(tx, link["id"], "demo")


async def _make_link(tx: Tx, person: str, purpose: str, age: timedelta, token: str) -> str:
    if await store_sessions.link(tx, token_hash(token), purpose) is None:
        await store_sessions.add_link(
            tx,
            {
                "token_hash": token_hash(token),
                "purpose": purpose,
                "person": person,
                "expires_at": tx.now + age,
            },
        )
    return token
