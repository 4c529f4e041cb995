"""Who asks: a person, a guest with a signed id, or nobody; and what a route demands of them."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import msgspec

from server.base.errors import Refusal, forbidden, sign_in_needed


class Membership(NamedTuple):
    """A person's place in an employer organisation; `role` is owner, host or interviewer."""

    id: str
    name: str
    role: str
    approved: bool


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The one who asks. `id` is a person's id, `guest:…`, or empty for nobody."""

    id: str = ""
    name: str = ""
    is_guest: bool = False
    roles: frozenset[str] = frozenset()
    organisations: tuple[Membership, ...] = ()
    session: str = ""
    by_token: bool = False

    @property
    def is_person(self) -> bool:
        return bool(self.id) and not self.is_guest

    @property
    def is_officer(self) -> bool:
        return bool(self.roles & {"officer", "admin"})

    @property
    def is_organiser(self) -> bool:
        return bool(self.roles & {"organiser", "admin"})

    def membership(self, organisation: str) -> Membership | None:
        """The person's place in this organisation, if any."""
        return next((m for m in self.organisations if m.id == organisation), None)

    def is_member(self, organisation: str) -> bool:
        return self.membership(organisation) is not None

    def need_member(self, organisation: str) -> Membership:
        """The membership; a refusal for everyone who is not of this employer."""
        membership = self.membership(organisation)
        if membership is None:
            raise forbidden()
        return membership


class Access(Enum):
    """What a route demands before its action looks closer."""

    ANYONE = "anyone"
    GUEST = "guest"
    PERSON = "person"
    EMPLOYER = "employer"
    ORGANISER = "organiser"
    OFFICER = "officer"
    ADMIN = "admin"

    def check(self, caller: Caller) -> None:
        """Return if the caller may pass; else a `Refusal` that says what is missing."""
        if self is Access.ANYONE or (self is Access.GUEST and caller.id):
            return
        if not caller.is_person:
            raise sign_in_needed()
        if not self._admits(caller):
            raise _refused(self)

    def _admits(self, caller: Caller) -> bool:
        match self:
            case Access.EMPLOYER:
                return bool(caller.organisations)
            case Access.ORGANISER:
                return caller.is_organiser
            case Access.OFFICER:
                return caller.is_officer
            case Access.ADMIN:
                return "admin" in caller.roles
            case _:
                return True


def _refused(access: Access) -> Refusal:
    refusal = forbidden()
    refusal.extra = {"needs": access.value}
    return refusal
