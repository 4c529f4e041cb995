"""A weekly rule in local time, and the moments it names.

Pure: no clock, no database, no web. The rule is what an organiser says (“Tuesdays at 19:00 in
Suzhou”); it is expanded in naive local time and only then given its zone, so a fair keeps its
local hour in summer and winter.

Two days of a year are odd. In a gap (the clocks jump forward and the hour does not exist) the
fair starts later by the length of the gap: a rule of 02:30 is held at 03:30, and the occurrence
says so in `shifted_min`. In a fold (the hour exists twice) it is the first of the two, `fold=0`.
The length is elapsed time (RFC 5545, 3.3.6), whatever the clocks do meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

WEEK = timedelta(days=7)


class Occurrence(NamedTuple):
    """One date of a rule: start and end in UTC; `shifted_min` is above 0 in a gap."""

    local_date: date
    starts_at: datetime
    ends_at: datetime
    shifted_min: int = 0


@dataclass(frozen=True)
class WeeklyRule:
    """Weekday 0 is Monday; both dates belong to the rule; exceptions are local dates."""

    zone: str
    weekday: int
    starts_local: time
    length_min: int
    first_date: date
    last_date: date | None = None
    exceptions: frozenset[date] = frozenset()

    def names(self, day: date) -> bool:
        """Whether the date is one of the rule's, exceptions included."""
        return (
            day.weekday() == self.weekday
            and day >= self.first_date
            and (self.last_date is None or day <= self.last_date)
        )

    def on(self, day: date) -> Occurrence:
        """The rule held on this date, whatever its weekday."""
        named = datetime.combine(day, self.starts_local)
        starts_at = moment(named, self.zone)
        shown = starts_at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return Occurrence(
            day,
            starts_at,
            starts_at + timedelta(minutes=self.length_min),
            round((shown - named).total_seconds() / 60),
        )

    def dates(self, since: date, until: date) -> Iterator[date]:
        """The rule's dates from `since` to `until`, both included, with the exceptions."""
        first = max(since, self.first_date)
        last = until if self.last_date is None else min(until, self.last_date)
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        while day <= last:
            yield day
            day += WEEK

    def occurrences(self, since: date, until: date) -> Iterator[Occurrence]:
        """The occurrences from `since` to `until`, both included, without the exceptions."""
        for day in self.dates(since, until):
            if day not in self.exceptions:
                yield self.on(day)


def moment(local: datetime, zone: str) -> datetime:
    """The UTC moment of a naive local time; the first one in a fold, later by the gap in a gap.

    With `fold=0` zoneinfo reads a time inside a gap by the offset before it (PEP 495), and that
    is the same as shifting it forward by the length of the gap.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def today(now: datetime, zone: str) -> date:
    """The date in the zone."""
    return now.astimezone(ZoneInfo(zone)).date()


@cache
def known_zones() -> tuple[str, ...]:
    """The IANA zones people can choose: places, and UTC; aliases without a place are left out."""
    places = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
    zones = {zone for zone in available_timezones() if zone.partition("/")[0] in places}
    return tuple(sorted(zones | {"UTC"}))
