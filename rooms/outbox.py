"""A seat's bounded outbox: the room puts parcels in and never waits.

Whoever reads too slowly is told so by a close code and comes back by their seq: over
`BEHIND_BYTES` they miss what is ephemeral, and over `LIMIT_BYTES`, or behind for
`BEHIND_FOR_S`, they lose the seat. Time is given, never asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from rooms.wire import CLOSE_SLOW

BEHIND_BYTES = 256 * 1024
LIMIT_BYTES = 1024 * 1024
BEHIND_FOR_S = 10.0


class Parcel:
    """Frames that travel as one text, prepared once for all the seats that get them.

    `seq` is that of its last fact, 0 when it holds none.
    """

    __slots__ = ("_forms", "seq", "text")

    def __init__(self, text: bytes, seq: int = 0) -> None:
        self.text = text
        self.seq = seq
        self._forms: dict[Callable[[Parcel], bytes], bytes] = {}

    def in_form(self, form: Callable[[Parcel], bytes]) -> bytes:
        """The bytes that carriers of this form write; made by the first that asks."""
        made = self._forms.get(form)
        if made is None:
            made = self._forms[form] = form(self)
        return made


class Carrier(Protocol):
    """Takes parcels to one browser and never waits; it has a buffer of its own."""

    def unsent_bytes(self) -> int:
        """How much it was given that has not left."""

    def carry(self, parcel: Parcel) -> None:
        """Send a parcel after those before it; nothing happens once it is closed."""

    def hang_up(self, code: int) -> None:
        """Close with a code, after what was sent before, if that leaves at all."""


class Outbox:
    """Parcels that wait here for one browser, in order, until its writer takes them."""

    def __init__(self) -> None:
        self._waiting: list[Parcel] = []
        self._unsent_bytes = 0
        self._wake = asyncio.Event()
        self._behind_since: float | None = None
        self.close_code: int | None = None

    def unsent_bytes(self) -> int:
        return self._unsent_bytes

    def put(self, parcel: Parcel | None, lean: Parcel | None) -> None:
        """Add a parcel that must arrive, or `lean`, its facts alone, for one who is behind."""
        if self.close_code is not None:
            return
        unsent_bytes = self.unsent_bytes()
        if unsent_bytes:  # a first parcel is never too large
            if unsent_bytes > BEHIND_BYTES:
                parcel = lean
            if parcel is not None and unsent_bytes + len(parcel.text) > LIMIT_BYTES:
                self.close(CLOSE_SLOW)
                return
        if parcel is not None:
            self._add(parcel)

    def watch(self, now_s: float) -> None:
        """Look again once a second or so: who stays behind loses the seat."""
        if self.unsent_bytes() <= BEHIND_BYTES:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now_s
        elif now_s - self._behind_since >= BEHIND_FOR_S:
            self.close(CLOSE_SLOW)

    def close(self, code: int) -> None:
        """End the seat: nothing more is sent but the close code."""
        if self.close_code is None:
            self.close_code = code
            self._end(code)

    async def take(self) -> list[Parcel]:
        """All waiting parcels; an empty list means the seat was closed."""
        while not self._waiting and self.close_code is None:
            self._wake.clear()
            await self._wake.wait()
        if self.close_code is not None:
            return []
        parcels, self._waiting = self._waiting, []
        self._unsent_bytes = 0
        return parcels

    def _add(self, parcel: Parcel) -> None:
        self._waiting.append(parcel)
        self._unsent_bytes += len(parcel.text)
        self._wake.set()

    def _end(self, code: int) -> None:
        self._wake.set()


class DirectOutbox(Outbox):
    """Hands every parcel to a carrier at once: nothing waits here, and nothing is held."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._behind_since = None
        self.close_code = None

    def unsent_bytes(self) -> int:
        return self._carrier.unsent_bytes()

    def _add(self, parcel: Parcel) -> None:
        self._carrier.carry(parcel)

    def _end(self, code: int) -> None:
        self._carrier.hang_up(code)
