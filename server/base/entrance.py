"""The entrance: every request learns its caller and language before a route sees it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.base.caller import Caller
from server.base.db import new_id
from server.base.errors import Refusal
from server.base.house import House
from server.base.problems import problem
from server.base.security import GUEST_COOKIE, LANGUAGE_COOKIE, SESSION_AGE_S
from server.base.texts import LANGUAGES, language_of

_PLAIN = ("/static/", "/healthz")


class Entrance:
    """Pure ASGI middleware; `identify` is given by the accounts floor above."""

    def __init__(self, app: ASGIApp, *, house: House) -> None:
        self._app = app
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        lang = language_of(connection)
        state = scope.setdefault("state", {})
        state["lang"], state["caller"] = lang, Caller()
        if scope["path"].startswith(_PLAIN):
            await self._app(scope, receive, send)
            return
        try:
            state["caller"] = await self._house.identify(connection)
        except Refusal as refusal:
            if scope["type"] == "websocket":
                raise
            say = self._house.texts.say
            response = problem(refusal, lambda text, **params: say(lang, text, **params))
            await response(scope, receive, send)
            return
        cookies = self._cookies(connection, state["caller"])
        await self._app(scope, receive, _with_cookies(send, cookies) if cookies else send)

    def _cookies(self, connection: HTTPConnection, caller: Caller) -> list[str]:
        """A chosen language is kept; somebody without an id gets a guest's when they look."""
        cookies: list[str] = []
        secure = "; Secure" if self._house.settings.is_secure else ""
        tail = f"; Path=/; Max-Age={SESSION_AGE_S}; SameSite=Lax{secure}"
        asked = connection.query_params.get("lang")
        if asked in LANGUAGES:
            cookies.append(f"{LANGUAGE_COOKIE}={asked}{tail}")
        looks = "text/html" in connection.headers.get("accept", "")
        if looks and not caller.id and connection.scope["type"] == "http":
            guest = self._house.security.sign("guest", f"guest:{new_id()}")
            cookies.append(f"{GUEST_COOKIE}={guest}{tail}; HttpOnly")
        return cookies


def _with_cookies(send: Send, cookies: list[str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for cookie in cookies:
                headers.append("set-cookie", cookie)
        await send(message)

    return sending
