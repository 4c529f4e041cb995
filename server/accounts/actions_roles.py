"""Roles of the site: organiser, officer, admin; who has them and who gives them."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from server.accounts import store
from server.accounts.actions import check_password, create_person, hash_password
from server.base.caller import Caller
from server.base.db import Database, Reading, Row, Tx
from server.base.errors import Refusal, forbidden, missing, msg

Role = Literal["organiser", "officer", "admin"]
ROLES: tuple[Role, ...] = ("organiser", "officer", "admin")
PAGE_SIZE = 30


class Person(msgspec.Struct):
    """A person and their roles."""

    id: str
    login: str
    name: str
    email: str
    roles: list[str]


class Found(NamedTuple):
    """One page of a search; `pages` is at least 1."""

    people: list[Person]
    total: int
    page: int
    pages: int


async def find(db: Reading, wanted: str, page_text: str = "") -> Found:
    """People whose login, name or e-mail holds the text; those with roles first.

    A page that is no number is the first, one past the end the last.
    """
    total = await store.count_people(db, wanted)
    pages = max(1, -(-total // PAGE_SIZE))
    is_number = page_text.isascii() and page_text.isdigit() and len(page_text) < 6
    page = min(max(1, int(page_text)) if is_number else 1, pages)
    rows = await store.find_people(db, wanted, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return Found([_person(row) for row in rows], total, page, pages)


async def grant(tx: Tx, person: str, role: Role) -> None:
    """Give a role; giving it twice changes nothing."""
    if await store.person(tx, person) is None:
        raise missing(msg("There is no such person."))
    if not await store.holds(tx, person, role):
        await store.add_grant(tx, person, role)


async def revoke(tx: Tx, caller: Caller, person: str, role: Role) -> None:
    """Take a role back: never one's own, and never the last administrator's."""
    if person == caller.id:
        raise forbidden(msg("Another administrator has to take back your roles."))
    if not await store.holds(tx, person, role):
        raise missing(msg("This person does not have this role."))
    if role == "admin" and await store.holders(tx, "admin") == 1:
        raise Refusal("last-admin", 409, msg("There must be an administrator."))
    await store.drop_grant(tx, person, role)


async def create_admin(db: Database, login: str, name: str, password: str) -> str:
    """The command line's first administrator; their id. `Refusal` names what cannot be taken."""
    check_password(password)
    password_hash = await hash_password(password)
    async with db.write() as tx:
        person = await create_person(tx, login=login, name=name, password_hash=password_hash)
        await grant(tx, person, "admin")
    return person


def _person(row: Row) -> Person:
    held = (row["roles"] or "").split(",")
    return Person(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        email=row["email"] or "",
        roles=[role for role in ROLES if role in held],
    )
