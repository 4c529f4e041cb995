"""The crowd: who is in a room over all processes, each as it last said itself.

A process that falls silent is forgotten after its lease, so a crash leaves nobody behind. People
are counted by a mark, the same in every process: two tabs in two processes are one person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from rooms.whispers import PresenceSeen

SAY_EVERY_S = 3.0
LEASE_S = 10.0


class _Part(NamedTuple):
    viewers: frozenset[int]
    roles: frozenset[str]
    heard_at: float


class Crowd:
    """The other processes' parts of one room; times are the caller's seconds."""

    def __init__(self) -> None:
        self._parts: dict[str, _Part] = {}

    def hear(self, said: PresenceSeen, now: float) -> bool:
        """Take a process's part; True when it is another than before."""
        old = self._parts.get(said.process)
        self._parts[said.process] = _Part(said.viewers, said.roles, now)
        if old is None:
            return True
        return (old.viewers, old.roles) != (said.viewers, said.roles)

    def forget_silent(self, now: float) -> bool:
        """Drop the processes whose lease is over; True when there was one."""
        silent = [name for name, part in self._parts.items() if now - part.heard_at > LEASE_S]
        for name in silent:
            del self._parts[name]
        return bool(silent)

    def count_with(self, people: Collection[str]) -> int:
        """How many different people there are, ours included; each of ours is given once."""
        if not self._parts:
            return len(people)
        ours = {mark(person) for person in people}
        return len(ours.union(*(part.viewers for part in self._parts.values())))

    def roles_with(self, roles: Iterable[str]) -> set[str]:
        """The seats that are taken anywhere, these of our own included."""
        return set(roles).union(*(part.roles for part in self._parts.values()))


@lru_cache(maxsize=16_384)
def mark(person: str) -> int:
    """A person as a number of 64 bits: enough to tell people apart, nothing to say who."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest())
