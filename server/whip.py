"""WHIP and WHEP: who may publish and play, then the offer is passed on to the media process.

A session's address carries a signature over its owner, so a web process that was restarted
still knows whose it is, and nobody can end another's session.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import httpx
import structlog
from starlette.responses import Response

from rooms.stagehand import Began, PublisherCame, PublisherWent, Report, StageState, Synced
from server.accounts import store as accounts_store
from server.base.bodies import content_type, raw_body
from server.base.caller import Access
from server.base.db import Tx, new_id
from server.base.errors import Refusal, forbidden, missing, msg
from server.base.house import House
from server.base.media import PAIR_SEATS, Protocol, Reply
from server.base.routing import Call, Routes
from server.interviews import actions as interviews
from server.showcase import actions as showcase

log = structlog.get_logger()
routes = Routes("whip")

RETRY_S = 0.5
REFUSALS = {
    "occupied": msg("Somebody else is sending here just now."),
    "media-full": msg("This server cannot take more viewers at the moment. Please wait a little."),
    "no-codec": msg("This browser offers no H.264 video with Opus sound, which live rooms need."),
    "no-session": msg("This video session has ended."),
    "no-restart": msg("This session cannot be restarted; please open a new one."),
    "no-media": msg("This offer has neither video nor sound that can be taken."),
    "bad-sdp": msg("This session description cannot be read."),
}
PASSING = "passing:"  # a viewer without a cookie: whoever has the session's address owns it
SEATS = dict(zip(("interviewer", "candidate"), PAIR_SEATS, strict=True))
ROLES = {seat: role for role, seat in SEATS.items()}


class Stage(NamedTuple):
    """A stage of the media process: a live room has one, an interview one per seat."""

    name: str
    pair: bool = False


@routes.raw("POST", "/live/{room}/whip", who=Access.PERSON)
async def publish_live(call: Call) -> Response:
    """Go live: only the employer's hosts, and only while the room has not ended."""
    room = call.param("room")
    async with call.house.db.read() as db:
        await showcase.need_on_air(db, call.caller, room)
    return await _offer(call, "whip", Stage(room))


@routes.raw("POST", "/live/{room}/whep", who=Access.ANYONE)
async def play_live(call: Call) -> Response:
    """Watch: everyone, guests too."""
    room = call.param("room")
    async with call.house.db.read() as db:
        row = await showcase.need_room(db, room)
    if row["phase"] == "ended":
        raise Refusal("room-ended", 410, msg("This live room has ended."))
    return await _offer(call, "whep", Stage(room))


@routes.raw("POST", "/interviews/{room}/whip", who=Access.PERSON)
async def publish_interview(call: Call) -> Response:
    """Send to the other person: the interview's two people, once the candidate is let in."""
    role = await _interview_role(call)
    return await _offer(call, "whip", Stage(f"{call.param('room')}.{SEATS[role]}", True))


@routes.raw("POST", "/interviews/{room}/whep", who=Access.PERSON)
async def play_interview(call: Call) -> Response:
    """Receive from the other person."""
    role = await _interview_role(call)
    other = "candidate" if role == "interviewer" else "interviewer"
    return await _offer(call, "whep", Stage(f"{call.param('room')}.{SEATS[other]}", True))


async def _interview_role(call: Call) -> str:
    async with call.house.db.read() as db:
        row = await interviews.need_interview(db, call.param("room"))
        role = (await interviews.place_of(db, call.caller, call.param("room"))).role
    if row["status"] == "ended":
        raise Refusal("room-ended", 410, msg("This interview has ended."))
    if row["status"] != "admitted":
        say = msg("The interviewer has not let the candidate in yet.")
        raise Refusal("not-admitted", 409, say)
    return role


async def _offer(call: Call, protocol: Protocol, stage: Stage) -> Response:
    if content_type(call.request) != "application/sdp":
        raise Refusal("not-sdp", 415, msg("This address takes application/sdp."))
    owner = call.caller.id or f"{PASSING}{new_id()}"
    reply = await call.house.media.offer(
        protocol, stage.name, owner, await raw_body(call.request), pair=stage.pair
    )
    response = _passed_on(reply)
    if reply.status == 201:
        session = reply.location.rsplit("/", 1)[-1]
        signed = call.house.security.sign("media-session", [session, owner])
        response.headers["Location"] = f"{call.request.url.path}/{signed}"
    return response


def _declare_session(path: str) -> None:
    """What WHIP and WHEP ask of a session's address and of the resource itself."""

    async def patch(call: Call) -> Response:
        """Trickle: our answer has every candidate, so theirs are taken and not needed."""
        if content_type(call.request) != "application/trickle-ice-sdpfrag":
            say = msg("This address takes application/trickle-ice-sdpfrag.")
            raise Refusal("not-sdpfrag", 415, say)
        return _passed_on(
            await call.house.media.patch(_session(call), await raw_body(call.request))
        )

    async def end(call: Call) -> Response:
        """Hang up."""
        return _passed_on(await call.house.media.end_session(_session(call)))

    async def options(call: Call) -> Response:
        """What this resource takes; CORS without credentials, for bearer clients."""
        return Response(
            status_code=204,
            headers={
                "Accept-Post": "application/sdp",
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "POST, PATCH, DELETE, OPTIONS",
                "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
                "Access-Control-Expose-Headers": "Location, Link, ETag",
            },
        )

    routes.raw("OPTIONS", path, who=Access.ANYONE)(options)
    routes.raw("PATCH", f"{path}/{{session}}", who=Access.ANYONE)(patch)
    routes.raw("DELETE", f"{path}/{{session}}", who=Access.ANYONE)(end)
    routes.raw("OPTIONS", f"{path}/{{session}}", who=Access.ANYONE)(options)


for _path in ("/live/{room}/whip", "/live/{room}/whep", "/interviews/{room}/whip",
              "/interviews/{room}/whep"):  # fmt: skip
    _declare_session(_path)


def _session(call: Call) -> str:
    signed = call.house.security.unsign("media-session", call.param("session"))
    if not isinstance(signed, list) or len(signed) != 2:
        raise missing()
    session, owner = signed
    if owner != call.caller.id and not owner.startswith(PASSING):
        raise forbidden()
    return str(session)


def _passed_on(reply: Reply) -> Response:
    """The media process's answer; its refusals are said in the reader's language."""
    if reply.status >= 400:
        raise _refusal(reply)
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Location"}
    return Response(
        reply.body, reply.status, headers=headers, media_type=reply.content_type or None
    )


def _refusal(reply: Reply) -> Refusal:
    name = reply.problem
    say = REFUSALS.get(name, msg("The video server did not take this offer."))
    return Refusal(name or "media-refused", reply.status, say, retry_after_s=reply.retry_after_s)


async def listen(house: House) -> None:
    """Follow the media process for ever: who sends, who stopped, and when it is a new one.

    Browsers are told of a new one when it answers, not before: their offers would be refused.
    """
    while True:
        try:
            standing = Standing()
            async for report in house.media.reports():
                await _take(house, report, standing)
        except httpx.HTTPError as error:
            log.info("media.away", reason=type(error).__name__)
        await asyncio.sleep(RETRY_S)


class Standing:
    """What the media process says of itself first: its epoch, and who sends where."""

    def __init__(self) -> None:
        self.epoch = 0
        self.owners: dict[tuple[str, str], str] = {}  # (room, role) → person

    def publishing(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for room, role in self.owners:
            found[room] = found.get(room, frozenset()) | {role}
        return found


async def _take(house: House, report: Report, standing: Standing) -> None:
    match report:
        case Began(epoch=epoch):
            standing.epoch = epoch
        case StageState(room=stage, publisher=publisher):
            if publisher is not None:
                standing.owners[_room_of(stage)] = publisher.owner
        case Synced():
            await _settle(house, standing)
        case PublisherCame():
            await _publisher_came(house, report.room, report.owner)
        case PublisherWent(reason="taken_over"):
            return
        case PublisherWent():
            await _publisher_went(house, report.room, report.reason)


async def _publisher_came(house: House, stage: str, owner: str) -> None:
    room, role = _room_of(stage)
    house.lobby.set_publishing(room, house.lobby.publishing(room) | {role})
    if role == "host":
        async with house.db.write() as tx:
            await _came_live(tx, room, owner)


async def _came_live(tx: Tx, room: str, owner: str) -> None:
    row = await accounts_store.person(tx, owner)
    await showcase.came_live(tx, room, owner, row["name"] if row else "")


async def _publisher_went(house: House, stage: str, reason: str) -> None:
    room, role = _room_of(stage)
    house.lobby.set_publishing(room, house.lobby.publishing(room) - {role})
    if role == "host":
        async with house.db.write() as tx:
            await showcase.went_away(tx, room, "lost" if reason == "lost" else "left")


async def _settle(house: House, standing: Standing) -> None:
    """Bring the rooms in line with what happened while we did not hear."""
    house.lobby.media_is(standing.epoch, standing.publishing())
    hosts = {room: owner for (room, role), owner in standing.owners.items() if role == "host"}
    async with house.db.write() as tx:
        for room, owner in hosts.items():
            await _came_live(tx, room, owner)
        for room in await showcase.live_rooms(tx):
            if room not in hosts:
                await showcase.went_away(tx, room, "lost")


def _room_of(stage: str) -> tuple[str, str]:
    """The room of a stage and the role that sends on it."""
    room, _, seat = stage.partition(".")
    return room, ROLES.get(seat, "host")
