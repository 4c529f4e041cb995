"""The last facts of one room, so that an absence costs no query.

What is older than they are is not replayed: whoever lacks it gets a fresh start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from rooms.events import Entry, MessageDeleted, MessagePosted
from rooms.state import blank

ENTRIES_KEPT = 1000


class History:
    """The last `ENTRIES_KEPT` entries, in order and without a hole.

    `is_whole` once the journal was read for those before the room was opened: it holds no more
    that could be replayed.
    """

    def __init__(self, top: int, entries: Iterable[Entry] = ()) -> None:
        self._entries = deque(entries, maxlen=ENTRIES_KEPT)
        self._top = top
        self.is_whole = False

    def add(self, entry: Entry) -> None:
        """Take the next entry; a deletion also empties the line it deletes."""
        if entry.seq != self._top + 1:
            raise ValueError(f"seq {entry.seq} after {self._top}")
        if isinstance(entry.event, MessageDeleted):
            self._empty(entry.event.message)
        self._entries.append(entry)
        self._top = entry.seq

    def since(self, seq: int) -> list[Entry] | None:
        """The entries after `seq`, oldest first. None means they are not all here."""
        if seq == self._top:
            return []
        if seq > self._top or not self._entries or self._entries[0].seq > seq + 1:
            return None
        return [entry for entry in self._entries if entry.seq > seq]

    def reach_back(self, entries: Sequence[Entry]) -> None:
        """Put the journal's entries before those that are here; lines deleted since are empty."""
        first = self._entries[0].seq if self._entries else self._top + 1
        for entry in reversed(entries):
            if entry.seq == first - 1 and len(self._entries) < ENTRIES_KEPT:
                self._entries.appendleft(entry)
                first = entry.seq
        for event in [entry.event for entry in self._entries]:
            if isinstance(event, MessageDeleted):
                self._empty(event.message)
        self.is_whole = True

    def _empty(self, message: str) -> None:
        for index, entry in enumerate(self._entries):
            event = entry.event
            if isinstance(event, MessagePosted) and event.message.id == message:
                emptied = replace(event, message=blank(event.message))
                self._entries[index] = replace(entry, event=emptied)
