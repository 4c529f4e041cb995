"""What becomes of a fair's occurrences when time passes or its rule changes.

Pure: it compares the rule with what stands in the database and says what to do. The policy:

- What has begun is history and stays, and so does the date it was held on.
- A date of the rule that is still to come, up to `WEEKS_AHEAD` weeks ahead, has an occurrence.
- An occurrence on a date the rule still names takes the rule's times; its sessions move along.
- An exception cancels the occurrence and keeps it with its sessions, so that taking the
  exception back restores everything.
- An occurrence the rule no longer names goes if it has no session. With sessions it moves to the
  rule's new day in the same week; if there is none, it is cancelled and its agenda is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from server.scheduling.rule import Occurrence, WeeklyRule, today

WEEKS_AHEAD = 8


class Standing(NamedTuple):
    """An occurrence as it stands; `sessions` is how many there are on its agenda."""

    id: str
    local_date: date
    starts_at: datetime
    ends_at: datetime
    status: str
    sessions: int = 0


@dataclass
class Changes:
    """What to do, in this order: remove, cancel, move (which also restores), add."""

    removed: list[Standing] = field(default_factory=list)
    cancelled: list[Standing] = field(default_factory=list)
    moved: list[tuple[Standing, Occurrence]] = field(default_factory=list)
    added: list[Occurrence] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.removed or self.cancelled or self.moved or self.added)


def changes(rule: WeeklyRule, standing: Iterable[Standing], now: datetime) -> Changes:
    """How the occurrences that stand become those of the rule."""
    here = sorted(standing)
    wanted = _wanted(rule, here, now)
    for held in here:
        if held.starts_at <= now:
            wanted.pop(held.local_date, None)
    found = Changes()
    unnamed = []
    for one in here:
        if one.starts_at <= now:
            continue
        if one.local_date in wanted:
            _put(found, one, wanted.pop(one.local_date))
        elif rule.names(one.local_date) and one.local_date in rule.exceptions:
            _cancel(found, one)
        elif one.sessions:
            unnamed.append(one)
        else:
            found.removed.append(one)
    for one in unnamed:
        week = one.local_date.isocalendar()[:2]
        day = next((day for day in wanted if day.isocalendar()[:2] == week), None)
        if day is None:
            _cancel(found, one)
        else:
            _put(found, one, wanted.pop(day))
    found.added = list(wanted.values())
    return found


def _wanted(rule: WeeklyRule, here: list[Standing], now: datetime) -> dict[date, Occurrence]:
    """What the rule wants that is not over, by date, as far as we look or something stands, to
    the end of that week: an agenda may have to move there."""
    since = today(now, rule.zone) - timedelta(days=1)
    until = since + timedelta(days=1, weeks=WEEKS_AHEAD)
    until = max([until, *(one.local_date for one in here)])
    until += timedelta(days=6 - until.weekday())
    return {one.local_date: one for one in rule.occurrences(since, until) if one.ends_at > now}


def _put(found: Changes, one: Standing, place: Occurrence) -> None:
    if (one.status, one.local_date, one.starts_at, one.ends_at) != ("planned", *place[:3]):
        found.moved.append((one, place))


def _cancel(found: Changes, one: Standing) -> None:
    if one.status != "cancelled":
        found.cancelled.append(one)
