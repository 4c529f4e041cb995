"""Where a caller sits in a room of any kind. The features that own the kinds answer; floors
below them (chat, attendance) and beside them (the socket) ask here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from rooms.events import Audience
from server.base import journal
from server.base.caller import Caller
from server.base.db import Reading, Tx
from server.base.errors import Refusal, forbidden, missing, msg


class Place(NamedTuple):
    """What a caller sees and may do in a room.

    `role` is the media seat: host or viewer, interviewer or candidate. `is_open` is false once
    the room has ended; `organisation` is the employer whose room it is.
    """

    audience: Audience
    role: str
    is_open: bool
    organisation: str

    def need_open(self) -> None:
        """Refuse what makes no sense in a room that has ended."""
        if not self.is_open:
            raise Refusal("room-ended", 410, msg("This room has ended."))

    def need_crew(self) -> None:
        """Refuse what only the employer's people and officers do."""
        if self.audience != "crew":
            raise forbidden(msg("Only the host or an officer can do this."))


Endings = tuple[Callable[[Tx, str], Awaitable[None]], ...]
Resolve = Callable[[Reading, Caller, str], Awaitable[Place]]


class Places:
    """kind of room → who answers for it."""

    def __init__(self, resolvers: Mapping[str, Resolve]) -> None:
        self._resolvers = resolvers

    async def of(self, db: Reading, caller: Caller, room: str) -> Place:
        """The caller's place; `Refusal` when the room does not exist or is not theirs to see."""
        kind = await journal.kind_of(db, room)
        if kind is None:
            raise missing(msg("This room does not exist."))
        return await self._resolvers[kind](db, caller, room)
