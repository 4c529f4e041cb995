"""A room for networks that block WebSockets: a stream of events, or one answer at a time.

The same address, the same frames, the same seat, outbox and lease as on a socket. What a browser
says comes as a POST that names its seat; between two answers a polled seat waits in its room.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from rooms.outbox import BEHIND_FOR_S, Parcel
from rooms.room import Room, Seat
from rooms.wire import CloseFrame, ProtocolError, encode, hear
from server.base.bodies import raw_body
from server.base.caller import Access
from server.base.db import new_id
from server.base.errors import Refusal, missing, msg
from server.base.house import House
from server.base.places import Place
from server.base.routing import Call, Routes
from server.stay import Stay

WAIT_S = 20.0
# The codes by which a seat is left without anybody being told.
CLOSE_LEFT = 1000

routes = Routes("fallback")


class RemoteSeat(Seat):
    """A seat whose browser speaks in calls. `handed` is the seq it was last given."""

    __slots__ = ("handed", "is_polled", "stay")

    def __init__(self, call: Call, place: Place) -> None:
        person = call.caller.id or f"guest:{new_id()}"
        super().__init__(person, place.audience, place.role, seat_id=new_id() + new_id())
        self.stay = Stay(call.house, call.request, call.param("room"), self)
        self.handed = 0
        self.is_polled = False


@routes.raw("GET", "/api/rooms/{room}/events", who=Access.ANYONE)
async def follow(call: Call) -> Response:
    """Follow a room without a WebSocket; see rooms/PROTOCOL.md."""
    call.house.security.check_origin(call.request)
    async with call.house.db.read() as db:
        place = await call.house.places.of(db, call.caller, call.param("room"))
    if "text/event-stream" in call.request.headers.get("accept", ""):
        return Stream(call, RemoteSeat(call, place))
    return await _poll(call, place)


@routes.raw("POST", "/api/rooms/{room}/events", who=Access.ANYONE, status=204)
async def say(call: Call) -> Response:
    """Say on a seat without a WebSocket what a socket would say."""
    seat = _seat(call)
    body = await raw_body(call.request)
    if seat is None:
        raise Refusal("no-seat", 404, msg("This place in the room is gone. Follow the room anew."))
    try:
        said = hear(body)
    except ProtocolError:
        raise Refusal("malformed", 400, msg("The room does not know this message.")) from None
    await seat.stay.beat(is_front=said.visible)
    return Response(status_code=204)


async def let_go(house: House) -> None:
    """Take polled seats out whose browser has not come back for its next answer."""
    for room in house.lobby.rooms:
        for seat in room.named_seats:
            is_closed = seat.outbox.close_code is not None
            if isinstance(seat, RemoteSeat) and seat.is_polled and is_closed:
                await _leave(house, room, seat)


async def _leave(house: House, room: Room, seat: RemoteSeat) -> None:
    house.lobby.leave(room, seat)
    await seat.stay.end(is_goodbye=False)


class Stream(Response):
    """`text/event-stream` until either side ends it; the id of an event is its last seq."""

    def __init__(self, call: Call, seat: RemoteSeat) -> None:
        super().__init__(media_type="text/event-stream")
        self.headers["Cache-Control"] = "no-store, no-transform"
        self.headers["X-Accel-Buffering"] = "no"  # nginx would gather the events
        del self.headers["Content-Length"]
        self._house = call.house
        self._room = call.param("room")
        self._seat = seat
        self._since = _since(call)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seat = self._seat
        room = await self._house.lobby.enter(self._room, seat, self._since)
        if room is None:
            raise missing(msg("This room does not exist."))
        try:
            await seat.stay.begin()
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(_until_gone(receive, seat))
                await self._send_all(send)
                watching.cancel()
        except* TimeoutError:
            pass  # it takes nothing any more: the connection is dropped
        finally:
            await _leave(self._house, room, seat)

    async def _send_all(self, send: Send) -> None:
        while parcels := await self._seat.outbox.take():
            await _send(send, b"".join(map(_event, parcels)))
        goodbye = CloseFrame(self._seat.outbox.close_code or CLOSE_LEFT)
        await _send(send, _event(Parcel(encode(goodbye))))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, body: bytes) -> None:
    async with asyncio.timeout(BEHIND_FOR_S):
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive, seat: Seat) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    seat.outbox.close(CLOSE_LEFT)


def _event(parcel: Parcel) -> bytes:
    """A parcel as a server-sent event (HTML, 9.2.6)."""
    name = b"id: %d\n" % parcel.seq if parcel.seq else b""
    return name + b"data: " + parcel.text + b"\n\n"


async def _poll(call: Call, place: Place) -> Response:
    """What waits for the seat, or comes within a while: an array of messages, maybe empty."""
    since, seat = _since(call), _seat(call)
    if seat is None or not seat.is_polled or seat.handed != since:
        if seat is not None:
            seat.outbox.close(CLOSE_LEFT)  # an answer was lost: begin anew from what arrived
        seat = RemoteSeat(call, place)
        seat.is_polled = True
        if await call.house.lobby.enter(call.param("room"), seat, since) is None:
            raise missing(msg("This room does not exist."))
    await seat.stay.beat()
    try:
        async with asyncio.timeout(_wait_s(call)):
            parcels = await seat.outbox.take()
    except TimeoutError:
        return _answer([])
    if not parcels:
        parcels = [Parcel(encode(CloseFrame(seat.outbox.close_code or CLOSE_LEFT)))]
    seat.handed = max(seat.handed, *(parcel.seq for parcel in parcels))
    return _answer([parcel.text for parcel in parcels])


def _answer(texts: list[bytes]) -> Response:
    body = b"[" + b",".join(texts) + b"]"
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _seat(call: Call) -> RemoteSeat | None:
    """The seat that the call names, if it is there and the caller's."""
    room = call.house.lobby.room(call.param("room"))
    seat = room.seat(call.request.query_params.get("seat", "")) if room else None
    if not isinstance(seat, RemoteSeat) or seat.outbox.close_code is not None:
        return None
    is_theirs = seat.person == (call.caller.id or seat.person)
    return seat if is_theirs and (call.caller.id or seat.person.startswith("guest:")) else None


def _since(call: Call) -> int | None:
    """The last seq the browser has, from the address or as browsers repeat it by themselves."""
    text = call.request.headers.get("last-event-id") or call.request.query_params.get("since", "")
    return int(text) if text.isdigit() and len(text) < 16 else None


def _wait_s(call: Call) -> float:
    text = call.request.query_params.get("wait", "")
    return min(float(text), WAIT_S) if text.isdigit() and len(text) < 4 else WAIT_S
