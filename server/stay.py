"""A seat's stay: the lease that its beats keep in the attendance, and its right to be there."""

from __future__ import annotations

import asyncio

from starlette.requests import HTTPConnection

from rooms.room import Seat
from server.attendance import actions as attendance
from server.base.errors import Refusal
from server.base.house import House
from server.standing import Standing


class Stay:
    """One seat's lease. While the database is away the seat stays, and each beat tries again.

    `connection` is what the browser came with.
    """

    __slots__ = ("_house", "_is_front", "_lease", "_room", "_seat", "_standing")

    def __init__(self, house: House, connection: HTTPConnection, room: str, seat: Seat) -> None:
        self._house = house
        self._room = room
        self._seat = seat
        self._standing = Standing(house, connection, room, seat)
        self._lease = ""
        self._is_front = True

    async def begin(self) -> None:
        try:
            self._lease = await attendance.begin(
                self._house, self._room, self._seat.person, self._seat.role
            )
        except Refusal:
            self._lease = ""

    async def beat(self, *, is_front: bool | None = None) -> None:
        """The browser is there, with the page in front or behind; None: as it said last."""
        self._seat.heard_at = asyncio.get_running_loop().time()
        if is_front is not None:
            self._is_front = is_front
        if not self._lease:
            await self.begin()
        if self._lease:
            attendance.beat(self._house, self._lease, self._is_front)
        await self._standing.look()

    async def end(self, *, is_goodbye: bool) -> None:
        """Ended now by a goodbye, or at the last beat when nobody knows since when."""
        if self._lease:
            await (attendance.finish if is_goodbye else attendance.lose)(self._house, self._lease)
