"""The web process: the house is built, its routes gathered, its tasks owned and ended here."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Mount, WebSocketRoute

from rooms.events import Entry
from rooms.lobby import Lobby, Source
from server import fallback, live, openapi, ops, snapshot, whip
from server.accounts import actions as accounts_actions
from server.accounts import (
    actions_sign_in,
    routes_account,
    routes_organisations,
    routes_people,
)
from server.accounts import routes as accounts
from server.accounts import routes_pages as accounts_pages
from server.attendance import actions as attendance_actions
from server.attendance import routes as attendance
from server.base import journal
from server.base.assets import Assets
from server.base.caller import Caller
from server.base.clock import Clock
from server.base.db import Database
from server.base.entrance import Entrance
from server.base.errors import Refusal, missing, msg
from server.base.house import House
from server.base.mail import Mailer
from server.base.media import MediaLink
from server.base.pages import STATIC, Pages
from server.base.places import Places
from server.base.problems import problem
from server.base.relay import InProcessRelay, Relay
from server.base.relay_redis import RedisRelay
from server.base.routing import Routes, call_of
from server.base.security import Security
from server.base.settings import Settings
from server.base.texts import Texts
from server.conversation import routes as conversation
from server.hiring import actions as hiring_actions
from server.hiring import actions_offers as offers_actions
from server.hiring import actions_places as places_actions
from server.hiring import routes as hiring
from server.hiring import routes_inbox as hiring_inbox
from server.hiring import routes_offers as offers
from server.hiring import routes_pages as hiring_pages
from server.hiring import routes_receipts as receipts
from server.interviews import actions as interviews_actions
from server.interviews import routes as interviews
from server.jobs import routes as jobs
from server.jobs import routes_pages as jobs_pages
from server.jobs import routes_review as jobs_review
from server.reports import routes as reports
from server.reports import routes_employer as reports_employer
from server.scheduling import actions as scheduling_actions
from server.scheduling import routes as scheduling
from server.scheduling import routes_pages as scheduling_pages
from server.showcase import actions as showcase_actions
from server.showcase import actions_agenda, routes_agenda, routes_fair
from server.showcase import routes as showcase

log = structlog.get_logger()

ROUTES: tuple[Routes, ...] = (
    ops.routes,
    accounts.routes,
    routes_account.routes,
    routes_organisations.routes,
    routes_people.routes,
    accounts_pages.routes,
    jobs.routes,
    jobs_pages.routes,
    jobs_review.routes,
    scheduling.routes,
    scheduling_pages.routes,
    conversation.routes,
    interviews.routes,
    hiring.routes,
    hiring_inbox.routes,
    hiring_pages.routes,
    offers.routes,
    receipts.routes,
    showcase.routes,
    routes_fair.routes,
    routes_agenda.routes,
    reports.routes,
    reports_employer.routes,
    attendance.routes,
    snapshot.routes,
    fallback.routes,
    whip.routes,
    openapi.routes,
)


@dataclass(frozen=True)
class Duty:
    """Something the web process does again and again; a failure is logged, never the end."""

    every_s: float
    act: Callable[[House], Awaitable[None]]


DUTIES: tuple[Duty, ...] = (
    Duty(3600.0, actions_sign_in.forget_past),
    Duty(attendance_actions.BEATS_EVERY_S, attendance_actions.write_beats),
    Duty(60.0, attendance_actions.close_orphans),
    Duty(3600.0, attendance_actions.forget_past),
    Duty(5.0, fallback.let_go),
    Duty(1.0, offers_actions.close_due),
    Duty(5.0, places_actions.let_lapse),
    Duty(3600.0, hiring_actions.forget_deleted),
    Duty(15.0, interviews_actions.tell_lines),
    Duty(30.0, showcase_actions.end_overdue),
    Duty(3600.0, scheduling_actions.extend_fairs),
    Duty(60.0, actions_agenda.plan_next_week),
)


def build_house(settings: Settings, clock: Clock | None = None) -> House:
    """The parts of a web process, not yet opened."""
    clock = clock or Clock()
    db = Database(settings.database_url, clock)
    boot = secrets.token_hex(6)
    relay = _relay(settings)
    texts = Texts()

    async def since(room: str, seq: int) -> list[Entry]:
        async with db.read() as reading:
            return await journal.since(reading, room, seq)

    async def tops(rooms: list[str]) -> dict[str, int]:
        async with db.read() as reading:
            return await journal.tops(reading, rooms)

    async def load(room: str) -> snapshot.Loaded | None:
        async with db.read() as reading:
            return await snapshot.load(reading, room)

    security = Security(settings)

    async def identify(connection: HTTPConnection) -> Caller:
        return await accounts_actions.identify(db, security, connection)

    source = Source(
        load, since, tops, relay.follow, relay.unfollow, clock.seconds, relay.whisper, boot
    )
    return House(
        settings=settings,
        clock=clock,
        db=db,
        texts=texts,
        pages=Pages(texts),
        security=security,
        mail=Mailer(settings.smtp_url, f"daigang@{settings.origin.split('//')[1].split(':')[0]}"),
        relay=relay,
        lobby=Lobby(source),
        media=MediaLink(settings.media_sockets[0]),
        places=Places(
            {"showcase": showcase_actions.place_of, "interview": interviews_actions.place_of}
        ),
        endings=(offers_actions.close_offers_of,),
        snapshot=snapshot.load,
        identify=identify,
        boot=boot,
    )


def _relay(settings: Settings) -> Relay:
    if not settings.redis_url:
        return InProcessRelay()
    return RedisRelay(settings.redis_url, settings.secret_key, is_cluster=settings.redis_cluster)


def build_app(house: House) -> Starlette:
    """The application; its lifespan opens the house and closes it in reverse."""
    routes = [route for feature in ROUTES for route in feature.starlette]
    app = Starlette(
        routes=[
            *routes,
            WebSocketRoute("/api/rooms/{room}/events", live.events),
            Mount("/static", Assets(directory=STATIC), name="static"),
        ],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=1024),
            Middleware(Entrance, house=house),
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _http_error,
            Exception: _broken,
        },
        lifespan=_lifespan,
    )
    app.state.house = house
    app.state.declared = [declared for feature in ROUTES for declared in feature.declared]
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    house: House = app.state.house
    house.db.ring = house.relay.publish
    await house.relay.open(house.lobby.receive, house.lobby.look_again, house.lobby.hear)
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(house.relay.run()),
            tasks.create_task(house.lobby.run()),
            tasks.create_task(whip.listen(house)),
            *(tasks.create_task(_repeat(duty, house)) for duty in DUTIES),
        ]
        yield
        for task in running:
            task.cancel()
    await house.media.close()
    await house.relay.close()
    await house.db.close()


async def _repeat(duty: Duty, house: House) -> None:
    while True:
        try:
            await duty.act(house)
        except Refusal as refusal:
            log.warning("duty.put_off", duty=duty.act.__name__, reason=refusal.name)
        except Exception:
            log.exception("duty.failed", duty=duty.act.__name__)
        await asyncio.sleep(duty.every_s)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if error.status >= 500:
        log.warning("refused", name=error.name, path=request.url.path, exc_info=error.__cause__)
    return _tell(request, error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _tell(request, missing())
    if error.status_code == 405:
        say = msg("This address does not take this kind of request.")
        return _tell(request, Refusal("method-not-allowed", 405, say))
    return _tell(
        request, Refusal("bad-request", error.status_code, msg("This was not understood."))
    )


async def _broken(request: Request, error: Exception) -> Response:
    log.error("request.broken", path=request.url.path, exc_info=error)
    say = msg("Something went wrong on our side. It has been noted; please try again.")
    return _tell(request, Refusal("internal", 500, say))


def _tell(request: Request, refusal: Refusal) -> Response:
    """A page for readers, a problem document for programs."""
    call = call_of(request)
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if wants_page and not request.url.path.startswith("/api/"):
        detail = call.say(refusal.say, **refusal.params)
        return call.page("error.html", refusal.status, refusal=refusal, detail=detail)
    return problem(refusal, call.say)
