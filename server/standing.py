"""Whether somebody may still sit as they do, asked again when a whisper about it may be lost.

A sign-out or a change of role in another process comes as a whisper. Without the relay it does
not come, so until the relay is trusted again a seat is looked at anew at each of its beats.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection

from rooms.room import Seat
from rooms.wire import CLOSE_RESTARTING, CLOSE_SIGNED_OUT
from server.base.errors import Refusal
from server.base.house import House


class Standing:
    """One seat's right to be there; `connection` is what it came with."""

    __slots__ = ("_connection", "_doubts", "_house", "_room", "_seat")

    def __init__(self, house: House, connection: HTTPConnection, room: str, seat: Seat) -> None:
        self._house = house
        self._connection = connection
        self._room = room
        self._seat = seat
        self._doubts = house.relay.tally().doubts

    async def look(self) -> None:
        """Close the seat if it is no longer right; nothing is asked while there is no doubt."""
        doubts = self._house.relay.tally().doubts
        if doubts == self._doubts and await self._house.relay.is_up():
            return
        try:
            code = await self._wrong()
        except Refusal as refusal:
            if refusal.status >= 500:
                return  # the next beat asks again
            code = CLOSE_RESTARTING  # the door says why
        self._doubts = doubts
        if code is not None:
            self._seat.outbox.close(code)

    async def _wrong(self) -> int | None:
        """The code to close with; None when all is as it was."""
        is_guest = self._seat.person.startswith("guest:")
        try:
            caller = await self._house.identify(self._connection)
        except Refusal as refusal:
            if refusal.status >= 500:
                raise
            return CLOSE_RESTARTING if is_guest else CLOSE_SIGNED_OUT
        if not is_guest and caller.id != self._seat.person:
            return CLOSE_SIGNED_OUT
        async with self._house.db.read() as db:
            place = await self._house.places.of(db, caller, self._room)
        as_it_was = (place.audience, place.role) == (self._seat.audience, self._seat.role)
        return None if as_it_was else CLOSE_RESTARTING
