"""HTTP of one's own account: profile, password, sessions, tokens, export, deletion."""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.responses import Response

from server.accounts import actions_account
from server.accounts.actions_account import Export, SessionShown
from server.accounts.routes import forget_cookie, seen_anew, signed_out
from server.accounts.tokens import token_for
from server.base.bodies import body_of
from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.routing import Answer, Call, Routes

routes = Routes("accounts")


class Profile(msgspec.Struct, forbid_unknown_fields=True):
    """An empty e-mail removes it."""

    name: str
    language: Literal["zh", "en"]
    email: str = ""


class ProfileKept(msgspec.Struct):
    """The language, for the page to go on in."""

    language: str


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """The new one has at least 10 characters."""

    old: str
    new: str


class Password(msgspec.Struct, forbid_unknown_fields=True):
    """The caller's own, to confirm what cannot be undone."""

    password: str


class TokenLabel(msgspec.Struct, forbid_unknown_fields=True):
    """What the token is for: 1 to 60 characters."""

    label: str


class TokenMade(msgspec.Struct):
    """A bearer token; it is shown this once."""

    token: str


class SessionsEnded(msgspec.Struct):
    """How many other browsers were signed out."""

    ended: int


@routes.put("/api/account", who=Access.PERSON, takes=Profile, gives=ProfileKept)
async def change_profile(call: Call, tx: Tx, body: Profile) -> ProfileKept:
    """Change one's name, e-mail and language."""
    await actions_account.change_profile(tx, call.caller, body.name, body.email, body.language)
    return ProfileKept(body.language)


@routes.raw("PUT", "/api/account/password", who=Access.PERSON, takes=PasswordChange)
async def change_password(call: Call) -> Response:
    """Change one's password; other browsers are signed out."""
    body, _ = await body_of(call.request, PasswordChange)
    await actions_account.change_password(
        call.house.db, call.caller, body.old, body.new, call.address
    )
    return Response(b"{}", media_type="application/json")


@routes.get("/api/account/sessions", who=Access.PERSON, gives=list[SessionShown])
async def sessions(call: Call, db: Reading) -> list[SessionShown]:
    """One's browser sessions and tokens."""
    return await actions_account.sessions(db, call.caller)


@routes.delete("/api/account/sessions", who=Access.PERSON, gives=SessionsEnded)
async def end_other_sessions(call: Call, tx: Tx, body: None) -> SessionsEnded:
    """Sign out everywhere else."""
    ended = await actions_account.end_other_sessions(tx, call.caller)
    tx.afterwards.append(seen_anew(call, call.caller.id))
    return SessionsEnded(ended)


@routes.post("/api/account/tokens", who=Access.PERSON, takes=TokenLabel, gives=TokenMade)
async def make_token(call: Call, tx: Tx, body: TokenLabel) -> Answer[TokenMade]:
    """Make a bearer token for a program such as OBS."""
    token = await actions_account.make_token(tx, call.caller, body.label, token_for(call))
    return Answer(TokenMade(token), is_secret=True)


@routes.delete("/api/account/tokens/{token}", who=Access.PERSON)
async def revoke_token(call: Call, tx: Tx, body: None) -> None:
    """Revoke a token by its id."""
    await actions_account.revoke_token(tx, call.caller, call.param("token"))


@routes.get("/api/account/export", who=Access.PERSON, gives=Export)
async def export(call: Call, db: Reading) -> Response:
    """What accounts know of the caller, as a file."""
    known = await actions_account.export(db, call.caller)
    return Response(
        msgspec.json.format(msgspec.json.encode(known), indent=2),
        media_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="daigang-account.json"',
            "Cache-Control": "no-store",
        },
    )


@routes.raw("POST", "/api/account/deletion", who=Access.PERSON, takes=Password)
async def delete_account(call: Call) -> Response:
    """Delete one's account; the password confirms it."""
    body, _ = await body_of(call.request, Password)
    await actions_account.delete_account(call.house.db, call.caller, body.password, call.address)
    await signed_out(call, call.caller.id)()
    response = Response(b"{}", media_type="application/json")
    forget_cookie(response)
    return response
