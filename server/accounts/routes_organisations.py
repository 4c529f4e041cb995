"""HTTP of employer organisations, their members and invitations."""

from __future__ import annotations

from datetime import datetime

import msgspec

from server.accounts import actions_members, actions_organisations
from server.accounts.actions_members import MemberRole
from server.accounts.actions_organisations import Organisation
from server.accounts.routes import seen_anew
from server.accounts.tokens import token_for
from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.routing import Answer, Call, Routes

routes = Routes("accounts")


class Registered(msgspec.Struct):
    """The employer's id."""

    id: str


class Employer(msgspec.Struct):
    """An employer as the public sees it; status is waiting, approved, refused or suspended."""

    id: str
    name: str
    industry: str
    place: str
    size: str
    about: str
    status: str


class Member(msgspec.Struct):
    """`person` is an id; role is owner, host or interviewer."""

    person: str
    name: str
    role: str


class RoleBody(msgspec.Struct, forbid_unknown_fields=True):
    """owner, host or interviewer."""

    role: MemberRole


class Invited(msgspec.Struct):
    """The invitation's path on this site; it is shown this once."""

    path: str


class Invitation(msgspec.Struct):
    """An invitation that can still be accepted; `id` revokes it."""

    id: str
    role: str
    inviter: str
    expires_at: datetime


class Joined(msgspec.Struct):
    """The employer one now belongs to."""

    organisation: str


@routes.post("/api/employers", who=Access.PERSON, takes=Organisation, gives=Registered)
async def register(call: Call, tx: Tx, body: Organisation) -> Registered:
    """Register an employer; an officer looks at it next."""
    return Registered(await actions_organisations.register(tx, call.caller, body))


@routes.get("/api/employers/{id}", who=Access.ANYONE, gives=Employer)
async def employer(call: Call, db: Reading) -> Employer:
    """An employer that is approved, or one's own."""
    row = await actions_organisations.shown(db, call.caller, call.param("id"))
    return Employer(**{name: row[name] for name in Employer.__struct_fields__})


@routes.put("/api/employers/{id}", who=Access.EMPLOYER, takes=Organisation)
async def change(call: Call, tx: Tx, body: Organisation) -> None:
    """Change one's employer; a new name or licence is looked at again."""
    await actions_organisations.change(tx, call.caller, call.param("id"), body)


@routes.get("/api/employers/{id}/members", who=Access.EMPLOYER, gives=list[Member])
async def members(call: Call, db: Reading) -> list[Member]:
    """Who belongs to an employer, for its owners."""
    rows = await actions_members.members(db, call.caller, call.param("id"))
    return [Member(row["person"], row["name"], row["role"]) for row in rows]


@routes.put("/api/employers/{id}/members/{person}", who=Access.EMPLOYER, takes=RoleBody)
async def change_role(call: Call, tx: Tx, body: RoleBody) -> None:
    """Give a member another role."""
    person = call.param("person")
    await actions_members.change_role(tx, call.caller, call.param("id"), person, body.role)
    tx.afterwards.append(seen_anew(call, person))


@routes.delete("/api/employers/{id}/members/{person}", who=Access.EMPLOYER)
async def remove(call: Call, tx: Tx, body: None) -> None:
    """Take a member out, or leave."""
    person = call.param("person")
    await actions_members.remove(tx, call.caller, call.param("id"), person)
    tx.afterwards.append(seen_anew(call, person))


@routes.get("/api/employers/{id}/invitations", who=Access.EMPLOYER, gives=list[Invitation])
async def invitations(call: Call, db: Reading) -> list[Invitation]:
    """The invitations that can still be accepted, for owners."""
    rows = await actions_members.invitations(db, call.caller, call.param("id"))
    return [Invitation(**row) for row in rows]


@routes.post("/api/employers/{id}/invitations", who=Access.EMPLOYER, takes=RoleBody, gives=Invited)
async def invite(call: Call, tx: Tx, body: RoleBody) -> Answer[Invited]:
    """Make a link by which one person joins within 7 days."""
    path = await actions_members.invite(
        tx, call.caller, call.param("id"), body.role, token_for(call)
    )
    return Answer(Invited(path), is_secret=True)


@routes.delete("/api/employers/{id}/invitations/{invitation}", who=Access.EMPLOYER)
async def revoke(call: Call, tx: Tx, body: None) -> None:
    """Make an invitation worthless."""
    await actions_members.revoke(tx, call.caller, call.param("id"), call.param("invitation"))


@routes.post("/api/invitations/{token}/accept", who=Access.PERSON, gives=Joined, status=200)
async def accept(call: Call, tx: Tx, body: None) -> Joined:
    """Join an employer by its invitation; 410 `link-ended`."""
    organisation = await actions_members.accept(tx, call.caller, call.param("token"))
    tx.afterwards.append(seen_anew(call, call.caller.id))
    return Joined(organisation)
