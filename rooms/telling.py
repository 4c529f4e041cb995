"""What a room has to say at its next tick: facts in order, and the latest of what is ephemeral.

Everything said within a tick travels as one parcel, made once for each audience.
"""

from __future__ import annotations

from rooms.events import Audience, Entry
from rooms.outbox import Outbox, Parcel
from rooms.wire import Frame, encode, event_frame, pack

Pair = tuple[Parcel | None, Parcel | None]


class Telling:
    """Gathered until it is told; the facts are those after `base`."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._facts: list[Entry] = []
        self._passing: dict[type[Frame], bytes] = {}
        self._pairs: dict[tuple[Audience, int], Pair] = {}

    def __bool__(self) -> bool:
        return bool(self._facts or self._passing)

    @property
    def is_for_everyone(self) -> bool:
        """Whether every seat is told something."""
        return bool(self._passing) or any(entry.is_for("everyone") for entry in self._facts)

    def add(self, entry: Entry) -> None:
        self._facts.append(entry)

    def add_passing(self, frame: Frame) -> None:
        """Something ephemeral: a later one of its kind takes its place."""
        self._passing[type(frame)] = encode(frame)

    def tell(self, outbox: Outbox, audience: Audience, known: int) -> None:
        """Put into an outbox what its audience may see after the seq it already has."""
        key = (audience, known if known > self._base else self._base)
        pair = self._pairs.get(key)
        if pair is None:
            pair = self._pairs[key] = self._pack(*key)
        outbox.put(*pair)

    def _pack(self, audience: Audience, known: int) -> Pair:
        """The parcel with all that is said, and the one with its facts alone."""
        entries = [entry for entry in self._facts if entry.seq > known and entry.is_for(audience)]
        facts = [event_frame(entry, audience) for entry in entries]
        seq = entries[-1].seq if entries else 0
        lean = Parcel(pack(facts), seq) if facts else None
        if not self._passing:
            return lean, lean
        return Parcel(pack([*facts, *self._passing.values()]), seq), lean
