"""A seat's stay in the attendance: a lease that is begun, kept by beats, and ended or lost."""

from __future__ import annotations

import asyncio

from rooms.room import Seat
from server.attendance import actions as attendance
from server.base.errors import Refusal
from server.base.house import House


class Stay:
    """One seat's lease. While the database is away the seat stays, and each beat tries again."""

    __slots__ = ("_house", "_lease", "_room", "_seat")

    def __init__(self, house: House, room: str, seat: Seat) -> None:
        self._house = house
        self._room = room
        self._seat = seat
        self._lease = ""

    async def begin(self) -> None:
        try:
            self._lease = await attendance.begin(
                self._house, self._room, self._seat.person, self._seat.role
            )
        except Refusal:
            self._lease = ""

    async def beat(self) -> None:
        """The browser said something: it is there."""
        self._seat.heard_at = asyncio.get_running_loop().time()
        if self._lease:
            attendance.beat(self._house, self._lease)
        else:
            await self.begin()

    async def end(self, *, is_goodbye: bool) -> None:
        """Ended now by a goodbye, or at the last beat when nobody knows since when."""
        if self._lease:
            await (attendance.finish if is_goodbye else attendance.lose)(self._house, self._lease)
