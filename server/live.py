"""The room's socket: one reader, one writer; whichever ends, ends the other."""

from __future__ import annotations

import asyncio

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from rooms.presence import SILENT_AFTER_S
from rooms.room import Seat
from rooms.wire import (
    CLOSE_FORBIDDEN,
    CLOSE_MALFORMED,
    CLOSE_NOT_FOUND,
    CLOSE_SIGNED_OUT,
    CLOSE_SILENT,
    ProtocolError,
    hear,
)
from server.attendance import actions as attendance
from server.base.caller import Caller
from server.base.db import new_id
from server.base.errors import Refusal
from server.base.house import House
from server.standing import Standing

# No close frame came: the connection broke, and nobody knows since when.
NO_GOODBYE = frozenset({1005, 1006, 1011})


async def events(socket: WebSocket) -> None:
    """`WS /api/rooms/{room}/events?since=n`; see rooms/PROTOCOL.md."""
    house: House = socket.app.state.house
    caller: Caller = socket.state.caller
    room_id = socket.path_params["room"]
    await socket.accept()
    try:
        house.security.check_origin(socket)
        async with house.db.read() as db:
            place = await house.places.of(db, caller, room_id)
    except Refusal as refusal:
        code = CLOSE_NOT_FOUND if refusal.status == 404 else CLOSE_FORBIDDEN
        await socket.close(code, refusal.name)
        return
    seat = Seat(caller.id or f"guest:{new_id()}", place.audience, place.role)
    await _sit(house, socket, room_id, seat)


async def _sit(house: House, socket: WebSocket, room_id: str, seat: Seat) -> None:
    """Keep the seat until either side leaves; its lease is closed whatever happens."""
    room = await house.lobby.enter(room_id, seat, _since(socket))
    if room is None:
        await socket.close(CLOSE_NOT_FOUND, "not-found")
        return
    lease, is_goodbye = "", False
    try:
        lease = await attendance.begin(house, room_id, seat.person, seat.role)
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(_write(socket, seat))
            standing = Standing(house, socket, room_id, seat)
            is_goodbye = await _read(house, socket, seat, lease, standing)
            writing.cancel()
    finally:
        house.lobby.leave(room, seat)
        if lease:
            await (attendance.finish if is_goodbye else attendance.lose)(house, lease)
        if seat.outbox.close_code == CLOSE_SIGNED_OUT:
            await house.media.remove(room_id, seat.person)


async def _read(
    house: House, socket: WebSocket, seat: Seat, lease: str, standing: Standing
) -> bool:
    """Hear the browser until it leaves, is silent, or says what the protocol does not know.

    Whatever it says proves that it is there. True when it was there to the end.
    """
    is_goodbye = True
    try:
        while True:
            async with asyncio.timeout(SILENT_AFTER_S):
                said = hear(await socket.receive_text())
            attendance.beat(house, lease, said.visible)
            await standing.look()
    except TimeoutError:
        seat.outbox.close(CLOSE_SILENT)
        is_goodbye = False
    except ProtocolError:
        seat.outbox.close(CLOSE_MALFORMED)
    except WebSocketDisconnect as left:
        return left.code not in NO_GOODBYE
    except (KeyError, RuntimeError):
        return True
    await _close(socket, seat)
    return is_goodbye


async def _write(socket: WebSocket, seat: Seat) -> None:
    """Send what the room puts into the outbox; then the close code."""
    while frames := await seat.outbox.take():
        try:
            for frame in frames:
                await socket.send_text(frame.decode())
        except (WebSocketDisconnect, RuntimeError):
            return
    await _close(socket, seat)


async def _close(socket: WebSocket, seat: Seat) -> None:
    code = seat.outbox.close_code
    if code is not None and socket.application_state is WebSocketState.CONNECTED:
        await socket.close(code)


def _since(socket: WebSocket) -> int | None:
    text = socket.query_params.get("since", "")
    return int(text) if text.isdigit() and len(text) < 16 else None
