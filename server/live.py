"""The room's socket: the room writes to it by itself, and here the browser is heard.

Where the server lends no carrier, one writer takes what waits in the outbox.
"""

from __future__ import annotations

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from rooms.outbox import BEHIND_FOR_S, DirectOutbox
from rooms.room import Room, Seat
from rooms.wire import (
    CLOSE_FORBIDDEN,
    CLOSE_MALFORMED,
    CLOSE_NOT_FOUND,
    CLOSE_SIGNED_OUT,
    CLOSE_SILENT,
    CLOSE_SLOW,
    ProtocolError,
    hear,
)
from server.base.caller import Caller
from server.base.db import new_id
from server.base.errors import Refusal
from server.base.house import House
from server.base.places import Place
from server.carrier import EXTENSION
from server.stay import Stay

# No close frame came: the connection broke, and nobody knows since when.
NO_GOODBYE = frozenset({1005, 1006, 1011})
# We closed because of what did not come.
GIVEN_UP = frozenset({CLOSE_SILENT, CLOSE_SLOW})


async def events(socket: WebSocket) -> None:
    """`WS /api/rooms/{room}/events?since=n`; see rooms/PROTOCOL.md."""
    house: House = socket.app.state.house
    caller: Caller = socket.state.caller
    await socket.accept()
    place = await _place(house, socket, caller)
    if place is None:
        return
    carrier = socket.scope.get("extensions", {}).get(EXTENSION, {}).get("carrier")
    outbox = DirectOutbox(carrier) if carrier else None
    seat = Seat(caller.id or f"guest:{new_id()}", place.audience, place.role, outbox)
    room = await house.lobby.enter(socket.path_params["room"], seat, _since(socket))
    if room is None:
        await socket.close(CLOSE_NOT_FOUND, "not-found")
    elif carrier:
        await _stay(house, socket, room, seat)
    else:
        await _stay_with_writer(house, socket, room, seat)


async def _place(house: House, socket: WebSocket, caller: Caller) -> Place | None:
    """Where the caller sits; None when the socket was closed because they may not."""
    try:
        house.security.check_origin(socket)
        async with house.db.read() as db:
            return await house.places.of(db, caller, socket.path_params["room"])
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        code = CLOSE_NOT_FOUND if refusal.status == 404 else CLOSE_FORBIDDEN
        await socket.close(code, refusal.name)
        return None


async def _stay(house: House, socket: WebSocket, room: Room, seat: Seat) -> None:
    """Keep the seat until either side leaves; its lease is closed whatever happens."""
    stay, is_goodbye = Stay(house, socket, room.id, seat), False
    try:
        await stay.begin()
        is_goodbye = await _listen(socket, seat, stay)
    finally:
        house.lobby.leave(room, seat)
        await stay.end(is_goodbye=is_goodbye)
        if seat.outbox.close_code == CLOSE_SIGNED_OUT:
            await house.media.remove(room.id, seat.person)


async def _stay_with_writer(house: House, socket: WebSocket, room: Room, seat: Seat) -> None:
    """The same where the server lends no carrier; who takes nothing for long is given up."""
    try:
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(_write(socket, seat))
            await _stay(house, socket, room, seat)
            writing.cancel()
    except* TimeoutError:
        pass


async def _listen(socket: WebSocket, seat: Seat, stay: Stay) -> bool:
    """Hear the browser until the socket ends or it says what the protocol does not know.

    Whatever it says proves that it is there. True when it was there to the end.
    """
    try:
        while True:
            said = hear(await socket.receive_text())
            await stay.beat(is_front=said.visible)
    except ProtocolError:
        seat.outbox.close(CLOSE_MALFORMED)
        await _close(socket, seat)
    except WebSocketDisconnect as left:
        return left.code not in NO_GOODBYE and seat.outbox.close_code not in GIVEN_UP
    except (KeyError, RuntimeError):
        pass
    return True


async def _write(socket: WebSocket, seat: Seat) -> None:
    """Send what the room puts into the outbox; then the close code."""
    while parcels := await seat.outbox.take():
        try:
            for parcel in parcels:
                async with asyncio.timeout(BEHIND_FOR_S):
                    await socket.send_text(parcel.text.decode())
        except (WebSocketDisconnect, RuntimeError):
            return
    await _close(socket, seat)


async def _close(socket: WebSocket, seat: Seat) -> None:
    """Send the close code where no carrier does."""
    code = seat.outbox.close_code
    if (
        code is not None
        and socket.application_state is WebSocketState.CONNECTED
        and not isinstance(seat.outbox, DirectOutbox)
    ):
        await socket.close(code)


def _since(socket: WebSocket) -> int | None:
    text = socket.query_params.get("since", "")
    return int(text) if text.isdigit() and len(text) < 16 else None
