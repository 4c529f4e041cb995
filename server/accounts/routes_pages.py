"""Pages of accounts: signing in, one's account, employers and their members, people."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from server.accounts import (
    actions_account,
    actions_links,
    actions_members,
    actions_organisations,
    actions_roles,
)
from server.accounts.actions_organisations import SIZES
from server.accounts.actions_sign_in import path_on_site
from server.base.caller import Access
from server.base.routing import Call, Routes

routes = Routes("accounts")


@routes.page("/sign-in")
async def sign_in(call: Call) -> Response:
    """Sign in."""
    return _door(call, "accounts/sign_in.html")


@routes.page("/sign-up")
async def sign_up(call: Call) -> Response:
    """Make an account."""
    return _door(call, "accounts/sign_up.html")


@routes.page("/reset")
async def forgotten(call: Call) -> Response:
    """Ask for a new password."""
    return call.page("accounts/forgotten.html", has_mail=call.house.mail.is_on)


@routes.page("/reset/{token}")
async def reset(call: Call) -> Response:
    """Choose a new password by a link."""
    token = call.param("token")
    async with call.house.db.read() as db:
        person = await actions_links.reset_of(db, token)
    return call.page("accounts/reset.html", token=token, person=person)


@routes.page("/account", who=Access.PERSON)
async def account(call: Call) -> Response:
    """One's own account."""
    async with call.house.db.read() as db:
        person = await actions_account.me(db, call.caller)
        sessions = await actions_account.sessions(db, call.caller)
    return call.page(
        "accounts/account.html",
        person=person,
        sessions=[one for one in sessions if one.kind == "browser"],
        tokens=[one for one in sessions if one.kind == "token"],
    )


@routes.page("/employers/new", who=Access.PERSON)
async def new_employer(call: Call) -> Response:
    """Register an employer."""
    return call.page(
        "accounts/employer_edit.html", employer=None, sizes=[(size, size) for size in SIZES]
    )


@routes.page("/employers/{id}")
async def employer(call: Call) -> Response:
    """An employer, for everyone once it is approved."""
    async with call.house.db.read() as db:
        row = await actions_organisations.shown(db, call.caller, call.param("id"))
    own = call.caller.membership(row["id"])
    return call.page("accounts/employer.html", employer=row, membership=own)


@routes.page("/employers/{id}/edit", who=Access.EMPLOYER)
async def edit_employer(call: Call) -> Response:
    """Change one's employer."""
    async with call.house.db.read() as db:
        await actions_organisations.need_owner(db, call.caller, call.param("id"))
        row = await actions_organisations.shown(db, call.caller, call.param("id"))
    return call.page(
        "accounts/employer_edit.html", employer=row, sizes=[(size, size) for size in SIZES]
    )


@routes.page("/employers/{id}/members", who=Access.EMPLOYER)
async def members(call: Call) -> Response:
    """Who belongs to one's employer, and who is invited."""
    organisation = call.param("id")
    async with call.house.db.read() as db:
        members = await actions_members.members(db, call.caller, organisation)
        invitations = await actions_members.invitations(db, call.caller, organisation)
        row = await actions_organisations.shown(db, call.caller, organisation)
    return call.page(
        "accounts/members.html",
        employer=row,
        members=members,
        invitations=invitations,
        owners=sum(member["role"] == "owner" for member in members),
    )


@routes.page("/invitations/{token}")
async def invitation(call: Call) -> Response:
    """Join an employer that sent a link."""
    token = call.param("token")
    async with call.house.db.read() as db:
        row = await actions_members.invitation(db, token, call.caller.id)
    if call.caller.is_member(row["organisation"]):
        return RedirectResponse(f"/employers/{row['organisation']}", 303)
    return call.page(
        "accounts/invitation.html",
        invitation=row,
        token=token,
    )


@routes.page("/admin/people", who=Access.OFFICER)
async def people(call: Call) -> Response:
    """People, their roles, and help for those who forgot their password."""
    asked = call.request.query_params
    wanted = asked.get("q", "")
    async with call.house.db.read() as db:
        found = await actions_roles.find(db, wanted, asked.get("page", ""))

    def page_href(page: int) -> str | None:
        query = urlencode({"q": wanted, "page": page})
        return f"/admin/people?{query}" if 1 <= page <= found.pages else None

    return call.page(
        "accounts/people.html",
        found=found,
        wanted=wanted,
        is_admin="admin" in call.caller.roles,
        page_href=page_href,
    )


def _door(call: Call, template: str) -> Response:
    """A page for those who have not signed in; the others are sent on."""
    wanted = path_on_site(call.request.query_params.get("next", "/"))
    if call.caller.is_person:
        return RedirectResponse(wanted, 303)
    to_next = "" if wanted == "/" else f"?{urlencode({'next': wanted})}"
    return call.page(template, next=wanted, to_next=to_next)
