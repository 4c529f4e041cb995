"""What an offer promises, held against what its posting says. Pure: no database, no web."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec


class Terms(NamedTuple):
    """Pay in yuan per the posting's unit, and where the work is."""

    pay_min: int
    pay_max: int
    work_place: str


class Difference(msgspec.Struct, frozen=True):
    """Where an offer falls short of its posting, in the words of both."""

    field: Literal["pay", "work_place"]
    posted: str
    offered: str


def differences(posted: Terms, offered: Terms) -> list[Difference]:
    """Lower pay at either end, and work at another place; more pay is welcome, and so is a place
    that says the posted one more exactly."""
    found = []
    if offered.pay_min < posted.pay_min or offered.pay_max < posted.pay_max:
        found.append(Difference("pay", _pay(posted), _pay(offered)))
    if _plain(posted.work_place) not in _plain(offered.work_place):
        found.append(Difference("work_place", posted.work_place, offered.work_place))
    return found


def _pay(terms: Terms) -> str:
    amounts = dict.fromkeys((terms.pay_min, terms.pay_max))
    return "¥" + "–".join(f"{amount:,}" for amount in amounts)


def _plain(place: str) -> str:
    return "".join(place.casefold().split())
