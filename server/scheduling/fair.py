"""What an organiser must say about a fair before it stands, and the rule that follows from it.

Pure: no database, no web.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

import msgspec

from server.base.errors import invalid, msg
from server.base.security import plain_text
from server.scheduling.rule import WeeklyRule, known_zones

TITLE_MAX = 120
ABOUT_MAX = 4_000
LENGTH_MIN, LENGTH_MAX = 15, 720
LATEST = date(2100, 1, 1)
LOCAL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# The columns that make the rule.
RULE = ("zone", "weekday", "starts_local", "length_min", "first_date", "last_date")

Facts = Mapping[Any, Any]  # a row of the database, or a form's values


class Weekly(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The rule: weekday 0 is Monday, starts_local is HH:MM in the IANA zone, length in minutes.

    Everything has a default so that all that is missing can be named at once.
    """

    zone: str = ""
    weekday: int = -1
    starts_local: str = ""
    length_min: int = 0
    first_date: date | None = None
    last_date: date | None = None


class Fair(Weekly, kw_only=True, forbid_unknown_fields=True):
    """A weekly fair as its organiser describes it.

    With `repeats_agenda` a week without an agenda takes over that of the week before.
    """

    title: str = ""
    about: str = ""
    repeats_agenda: bool = True


def checked(fair: Fair, today: date) -> dict[str, Any]:
    """The fair's columns, cleaned; a `Refusal` names every field that cannot be taken."""
    values = {name: getattr(fair, name) for name in Fair.__struct_fields__}
    values["title"] = " ".join(plain_text(fair.title).split())
    values["about"] = plain_text(fair.about)
    faults: dict[str, str] = {}
    if not 2 <= len(values["title"]) <= TITLE_MAX:
        faults["title"] = msg("Name the fair in 2 to 120 characters.")
    if len(values["about"]) > ABOUT_MAX:
        faults["about"] = msg("At most 4,000 characters.")
    faults |= rule_faults(fair, today)
    if faults:
        raise invalid(**faults)
    return values


def checked_rule(weekly: Weekly, today: date) -> WeeklyRule:
    """The rule alone, for a preview; a `Refusal` names every field that cannot be taken."""
    if faults := rule_faults(weekly, today):
        raise invalid(**faults)
    return rule_of({name: getattr(weekly, name) for name in RULE})


def rule_of(facts: Facts, exceptions: Iterable[date] = ()) -> WeeklyRule:
    """The rule of a fair's columns."""
    return WeeklyRule(
        zone=facts["zone"],
        weekday=facts["weekday"],
        starts_local=time.fromisoformat(facts["starts_local"]),
        length_min=facts["length_min"],
        first_date=facts["first_date"],
        last_date=facts["last_date"],
        exceptions=frozenset(exceptions),
    )


def rule_faults(weekly: Weekly, today: date) -> dict[str, str]:
    """What cannot be taken, by field; a fair that ends before it starts is one of them."""
    faults = {}
    if weekly.zone not in known_zones():
        faults["zone"] = msg("Choose a time zone from the list.")
    if not 0 <= weekly.weekday <= 6:
        faults["weekday"] = msg("Choose the day of the week.")
    if not LOCAL_TIME.fullmatch(weekly.starts_local):
        faults["starts_local"] = msg("Say when it starts, such as 19:00.")
    if not LENGTH_MIN <= weekly.length_min <= LENGTH_MAX:
        faults["length_min"] = msg("Between 15 and 720 minutes.")
    first, last = weekly.first_date, weekly.last_date
    if first is None:
        faults["first_date"] = msg("Say from which day on.")
    elif not date(2020, 1, 1) <= first < LATEST:
        faults["first_date"] = msg("This day is too far away.")
    if last is not None and first is not None:
        faults |= _end_faults(weekly, first, last, today)
    return faults


def _end_faults(weekly: Weekly, first: date, last: date, today: date) -> dict[str, str]:
    if last < first:
        return {"last_date": msg("The fair would end before it starts.")}
    if last >= LATEST:
        return {"last_date": msg("This day is too far away.")}
    if last < today:
        return {"last_date": msg("This day has passed.")}
    if 0 <= weekly.weekday <= 6:
        wait_days = (weekly.weekday - first.weekday()) % 7
        if first + timedelta(days=wait_days) > last:
            return {"last_date": msg("That weekday does not come between the two dates.")}
    return {}
