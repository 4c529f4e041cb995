"""Routes: one declaration gives a call its access, body type, key, transaction and OpenAPI page.

A mutating call is one transaction at the request's edge: the key's earlier answer if there is
one, else the action, its answer kept beside its facts, then the commit, then the answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from server.base.bodies import body_of
from server.base.caller import Access, Caller
from server.base.db import Reading, Tx
from server.base.errors import Refusal, msg
from server.base.house import House
from server.base.idempotency import KEY_LIMIT, keep, recall
from server.base.idempotency import Call as KeyedCall
from server.base.problems import problem_bytes

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """One request: who asks, in which language, and the house they ask."""

    request: Request
    house: House
    caller: Caller
    lang: str

    def param(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def say(self, msgid: str, **params: object) -> str:
        return self.house.texts.say(self.lang, msgid, **params)

    @property
    def address(self) -> str:
        return self.house.security.address(self.request)

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """Render a template in the reader's language."""
        return self.house.pages.render(
            self.request,
            lang=self.lang,
            caller=self.caller,
            now=self.house.clock.now(),
            template=template,
            status=status,
            context=context,
        )


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A value with a status of its own and a last touch on the response (a cookie, a header).

    A secret answer holds a token that is stored hashed only, so it is not kept for its key: the
    action itself must give the same token again (`server/accounts/tokens.py`).
    """

    value: T
    status: int = 0
    touch: Callable[[Response], None] | None = None
    is_secret: bool = False


@dataclass(frozen=True)
class Declared:
    """What the OpenAPI page and the role table know of a route."""

    method: str
    path: str
    access: Access
    summary: str
    takes: type | None = None
    gives: Any = None
    status: int = 200


@dataclass
class Routes:
    """A feature's routes, in the order they were declared."""

    feature: str
    declared: list[Declared] = field(default_factory=list)
    starlette: list[BaseRoute] = field(default_factory=list)

    def page(self, path: str, who: Access = Access.ANYONE) -> Callable[[PageHandler], PageHandler]:
        """An HTML page; a reader who must sign in is brought back afterwards."""

        def declare(handler: PageHandler) -> PageHandler:
            async def endpoint(request: Request) -> Response:
                call = call_of(request)
                if not call.caller.is_person and who not in {Access.ANYONE, Access.GUEST}:
                    return RedirectResponse(f"/sign-in?{_back_to(request)}", 303)
                who.check(call.caller)
                return await handler(call)

            self._add(Declared("GET", path, who, _summary(handler)), endpoint)
            return handler

        return declare

    def get(
        self, path: str, *, who: Access, gives: Any = None
    ) -> Callable[[ReadHandler], ReadHandler]:
        """A JSON answer read in one read transaction; a `Response` is passed on as it is."""

        def declare(handler: ReadHandler) -> ReadHandler:
            async def endpoint(request: Request) -> Response:
                call = call_of(request)
                who.check(call.caller)
                async with call.house.db.read() as db:
                    value = await handler(call, db)
                return value if isinstance(value, Response) else _json(value, 200)

            self._add(Declared("GET", path, who, _summary(handler), None, gives), endpoint)
            return handler

        return declare

    def post(
        self, path: str, *, who: Access, takes: Any = None, gives: Any = None, status: int = 201
    ) -> Callable[[WriteHandler], WriteHandler]:
        return self._writing("POST", path, who, takes, gives, status)

    def put(
        self, path: str, *, who: Access, takes: Any = None, gives: Any = None, status: int = 200
    ) -> Callable[[WriteHandler], WriteHandler]:
        return self._writing("PUT", path, who, takes, gives, status)

    def delete(
        self, path: str, *, who: Access, gives: Any = None, status: int = 200
    ) -> Callable[[WriteHandler], WriteHandler]:
        return self._writing("DELETE", path, who, None, gives, status)

    def raw(
        self,
        method: str,
        path: str,
        *,
        who: Access,
        takes: Any = None,
        gives: Any = None,
        status: int = 200,
    ) -> Callable[[PageHandler], PageHandler]:
        """A route that speaks another protocol than JSON (WHIP, a file) or opens its own
        transaction (sign-in, whose hashing must not hold the writer); `takes`, `gives` and
        `status` are for the OpenAPI page alone."""

        def declare(handler: PageHandler) -> PageHandler:
            async def endpoint(request: Request) -> Response:
                call = call_of(request)
                if method not in {"GET", "OPTIONS"}:
                    _check_origin(call)
                who.check(call.caller)
                return await handler(call)

            self._add(
                Declared(method, path, who, _summary(handler), takes, gives, status), endpoint
            )
            return handler

        return declare

    def _writing(
        self, method: str, path: str, who: Access, takes: Any, gives: Any, status: int
    ) -> Callable[[WriteHandler], WriteHandler]:
        def declare(handler: WriteHandler) -> WriteHandler:
            declared = Declared(method, path, who, _summary(handler), takes, gives, status)

            async def endpoint(request: Request) -> Response:
                call = call_of(request)
                _check_origin(call)
                who.check(call.caller)
                return await _write(call, declared, handler)

            self._add(declared, endpoint)
            return handler

        return declare

    def _add(self, declared: Declared, endpoint: Callable[..., Awaitable[Response]]) -> None:
        self.declared.append(declared)
        self.starlette.append(Route(declared.path, endpoint, methods=[declared.method]))


PageHandler = Callable[[Call], Awaitable[Response]]
ReadHandler = Callable[[Call, Reading], Awaitable[Any]]
WriteHandler = Callable[[Call, Tx, Any], Awaitable[Any]]


def call_of(request: Request) -> Call:
    """The call that the app's middleware prepared."""
    return Call(request, request.app.state.house, request.state.caller, request.state.lang)


async def _write(call: Call, declared: Declared, handler: WriteHandler) -> Response:
    body, raw = await body_of(call.request, declared.takes)
    keyed = _keyed(call, declared, raw)
    touch: Callable[[Response], None] | None = None
    is_secret = False
    async with call.house.db.write() as tx:
        if keyed and (kept := await recall(tx, keyed)):
            return _replay(kept.status, kept.answer)
        try:
            async with tx.savepoint():
                answer = await handler(call, tx, body)
            if not isinstance(answer, Answer):
                answer = Answer(answer)
            status, touch = answer.status or declared.status, answer.touch
            is_secret = answer.is_secret
            content = msgspec.json.encode({} if answer.value is None else answer.value)
        except Refusal as refusal:
            if refusal.status >= 500:
                raise
            status, content = refusal.status, problem_bytes(refusal, call.say)
            touch = partial(_put_off, refusal)
        if keyed and not is_secret:
            await keep(tx, keyed, status, content)
    response = _replay(status, content)
    if touch is not None:
        touch(response)
    return response


def _back_to(request: Request) -> str:
    """The page that was asked for, as the sign-in page's `next`."""
    query = f"?{request.url.query}" if request.url.query else ""
    return urlencode({"next": request.url.path + query}, safe="/")


def _keyed(call: Call, declared: Declared, raw: bytes) -> KeyedCall | None:
    key = call.request.headers.get("idempotency-key", "")
    if len(key) > KEY_LIMIT:
        say = msg("The Idempotency-Key is longer than 128 characters.")
        raise Refusal("key-too-long", 400, say)
    if not key or not call.caller.id:
        return None
    route = f"{declared.method} {call.request.url.path}"
    return KeyedCall(call.caller.id, route[:200], key, raw)


def _put_off(refusal: Refusal, response: Response) -> None:
    if refusal.retry_after_s:
        response.headers["Retry-After"] = str(refusal.retry_after_s)


def _replay(status: int, content: bytes) -> Response:
    kind = "application/problem+json" if status >= 400 else "application/json"
    return Response(content, status, media_type=kind)


def _json(value: Any, status: int) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _check_origin(call: Call) -> None:
    if not call.caller.by_token:
        call.house.security.check_origin(call.request)


def _summary(handler: Callable[..., object]) -> str:
    return (handler.__doc__ or handler.__name__.replace("_", " ")).strip().splitlines()[0]
