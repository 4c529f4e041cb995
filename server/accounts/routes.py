"""HTTP of signing up, in and out, of forgotten passwords, and of who one is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from rooms.whispers import SeatsClosed
from rooms.wire import CLOSE_RESTARTING, CLOSE_SIGNED_OUT
from server.accounts import actions_links, actions_sign_in
from server.accounts.actions_account import OrganisationShown
from server.accounts.actions_sign_in import SignedIn, path_on_site
from server.base.bodies import body_of
from server.base.caller import Access
from server.base.db import Reading, Tx
from server.base.errors import Refusal, missing, msg
from server.base.routing import Answer, Call, Routes
from server.base.security import SESSION_AGE_S, SESSION_COOKIE

routes = Routes("accounts")


class SignUp(msgspec.Struct, forbid_unknown_fields=True):
    """A new person; the password has at least 10 characters, the e-mail may be left out."""

    login: str
    name: str
    password: str
    email: str = ""
    language: Literal["zh", "en"] = "zh"
    next: str = "/"


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """`login` is a login name or an e-mail; `next` a path of this site."""

    login: str
    password: str
    next: str = "/"


class Welcome(msgspec.Struct):
    """Who has signed in, and the page to go on with."""

    id: str
    name: str
    next: str


class Forgotten(msgspec.Struct, forbid_unknown_fields=True):
    """`login` is a login name or an e-mail."""

    login: str


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """At least 10 characters."""

    password: str


class Me(msgspec.Struct):
    """The caller; roles are organiser, officer, admin."""

    id: str
    name: str
    roles: list[str]
    organisations: list[OrganisationShown]


@routes.raw("POST", "/api/sign-up", who=Access.ANYONE, takes=SignUp, gives=Welcome, status=201)
async def sign_up(call: Call) -> Response:
    """Make an account and sign in."""
    body, _ = await body_of(call.request, SignUp)
    signed_in = await actions_sign_in.sign_up(
        call.house.db,
        login=body.login,
        name=body.name,
        password=body.password,
        email=body.email,
        language=body.language,
    )
    return _welcome(call, signed_in, body.next, 201)


@routes.raw("POST", "/api/sign-in", who=Access.ANYONE, takes=SignIn, gives=Welcome)
async def sign_in(call: Call) -> Response:
    """Sign in with a cookie; 401 `wrong-password`, 429 `too-many-tries`."""
    body, _ = await body_of(call.request, SignIn)
    signed_in = await actions_sign_in.sign_in(
        call.house.db, body.login, body.password, call.address
    )
    return _welcome(call, signed_in, body.next, 200)


@routes.post("/api/sign-out", who=Access.ANYONE, status=200)
async def sign_out(call: Call, tx: Tx, body: None) -> Answer[None]:
    """End this session; the person's rooms are closed."""
    await actions_sign_in.sign_out(tx, call.caller)
    if call.caller.is_person:
        tx.afterwards.append(signed_out(call, call.caller.id))
    return Answer(None, touch=forget_cookie)


@routes.raw("POST", "/api/password-resets", who=Access.ANYONE, takes=Forgotten)
async def ask_reset(call: Call) -> Response:
    """Send a link to the person's e-mail; the answer never says whether there is one."""
    if not call.house.mail.is_on:
        say = msg("This site sends no e-mail. Ask an officer for a link.")
        raise Refusal("no-mail", 409, say)
    body, _ = await body_of(call.request, Forgotten)
    async with call.house.db.write() as tx:
        letter = await actions_links.ask_reset(tx, body.login, call.address)
    task = BackgroundTask(_send, call, letter) if letter else None
    return Response(b"{}", 200, media_type="application/json", background=task)


@routes.raw(
    "POST", "/api/password-resets/{token}", who=Access.ANYONE, takes=NewPassword, gives=Welcome
)
async def reset(call: Call) -> Response:
    """Set a new password by a link, once, and sign in; 410 `link-ended`."""
    body, _ = await body_of(call.request, NewPassword)
    signed_in = await actions_links.reset_password(
        call.house.db, call.param("token"), body.password
    )
    await signed_out(call, signed_in.person)()
    return _welcome(call, signed_in, "/", 200)


@routes.raw("GET", "/demo/{token}", who=Access.ANYONE)
async def demo(call: Call) -> Response:
    """The demo's way in; there is none unless the site is on loopback."""
    if not call.house.settings.is_loopback:
        raise missing()
    async with call.house.db.write() as tx:
        token = await actions_links.enter_demo(tx, call.param("token"))
    response = RedirectResponse(path_on_site(call.request.query_params.get("next", "/")), 303)
    call.house.security.set_cookie(response, SESSION_COOKIE, token, SESSION_AGE_S)
    return response


@routes.get("/api/me", who=Access.PERSON, gives=Me)
async def me(call: Call, db: Reading) -> Me:
    """Who the caller is."""
    caller = call.caller
    organisations = [OrganisationShown(*membership) for membership in caller.organisations]
    return Me(caller.id, caller.name, sorted(caller.roles), organisations)


def forget_cookie(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")


def signed_out(call: Call, person: str) -> Callable[[], Awaitable[None]]:
    """For `tx.afterwards`: close the person's rooms for good."""
    return _closing(call, person, CLOSE_SIGNED_OUT)


def seen_anew(call: Call, person: str) -> Callable[[], Awaitable[None]]:
    """For `tx.afterwards`: the person's rooms come back as what the person now is."""
    return _closing(call, person, CLOSE_RESTARTING)


def _closing(call: Call, person: str, code: int) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        call.house.relay.whisper(SeatsClosed(person=person, code=code))

    return close


def _welcome(call: Call, signed_in: SignedIn, wanted: str, status: int) -> Response:
    welcome = Welcome(signed_in.person, signed_in.name, path_on_site(wanted))
    response = Response(msgspec.json.encode(welcome), status, media_type="application/json")
    call.house.security.set_cookie(response, SESSION_COOKIE, signed_in.token, SESSION_AGE_S)
    return response


async def _send(call: Call, letter: actions_links.Letter) -> None:
    """The letter, in its reader's language; its link leads to the address of the settings."""
    say = call.house.texts.say
    link = f"{call.house.settings.base_url.rstrip('/')}/reset/{letter.token}"
    subject = say(letter.language, "A new password for Daigang")
    text = say(
        letter.language,
        "Hello %(name)s,\n\n"
        "open this link within an hour to choose a new password:\n\n%(link)s\n\n"
        "If you did not ask for it, do nothing: your password stays as it is.\n",
        name=letter.name,
        link=link,
    )
    await call.house.mail.send(letter.to, subject, text)
