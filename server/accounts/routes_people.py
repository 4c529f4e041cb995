"""HTTP of people as officers and administrators see them: search, roles, reset links."""

from __future__ import annotations

import msgspec

from server.accounts import actions_links, actions_roles
from server.accounts.actions_roles import ROLES, Person, Role
from server.accounts.routes import seen_anew
from server.accounts.tokens import token_for
from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.errors import missing, msg
from server.base.routing import Answer, Call, Routes

routes = Routes("accounts")


class People(msgspec.Struct):
    """One page of people."""

    people: list[Person]
    page: int
    pages: int


class RoleGrant(msgspec.Struct, forbid_unknown_fields=True):
    """organiser, officer or admin."""

    role: Role


class ResetLink(msgspec.Struct):
    """The link's path on this site, good for an hour and one use; shown this once."""

    path: str


@routes.get("/api/people", who=Access.OFFICER, gives=People)
async def people(call: Call, db: Reading) -> People:
    """People by a part of login, name or e-mail (`q`), a page at a time (`page`)."""
    asked = call.request.query_params
    found = await actions_roles.find(db, asked.get("q", ""), asked.get("page", ""))
    return People(found.people, found.page, found.pages)


@routes.post("/api/people/{id}/roles", who=Access.ADMIN, takes=RoleGrant)
async def grant(call: Call, tx: Tx, body: RoleGrant) -> None:
    """Give a person a role."""
    await actions_roles.grant(tx, call.param("id"), body.role)
    tx.afterwards.append(seen_anew(call, call.param("id")))


@routes.delete("/api/people/{id}/roles/{role}", who=Access.ADMIN)
async def revoke(call: Call, tx: Tx, body: None) -> None:
    """Take a role back."""
    role = next((one for one in ROLES if one == call.param("role")), None)
    if role is None:
        raise missing(msg("There is no such role."))
    await actions_roles.revoke(tx, call.caller, call.param("id"), role)
    tx.afterwards.append(seen_anew(call, call.param("id")))


@routes.post("/api/people/{login}/reset-link", who=Access.OFFICER, gives=ResetLink)
async def make_reset_link(call: Call, tx: Tx, body: None) -> Answer[ResetLink]:
    """Make a link by which a person chooses a new password."""
    path = await actions_links.make_reset_link(
        tx, call.caller, call.param("login"), token_for(call)
    )
    return Answer(ResetLink(path), is_secret=True)
