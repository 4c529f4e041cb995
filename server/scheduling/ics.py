"""A fair as a calendar (RFC 5545): one event for each date, with its zone's own rules.

Pure. A date keeps its UID for life; its SEQUENCE grows when time or status change, so a calendar
that subscribes moves or strikes out the event instead of showing it twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration, vUri

REFRESH = timedelta(hours=6)

Row = Mapping[Any, Any]


def calendar(
    fair: Row, dates: Sequence[Row], agendas: Mapping[str, Sequence[Row]], url: str, now: datetime
) -> bytes:
    """The calendar of a fair's occurrences, `agendas` by occurrence; `url` is the fair's page."""
    made = Calendar()
    made.add("prodid", "-//Daigang//Fairs//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", fair["title"])
    made.add("x-wr-timezone", fair["zone"])
    made.add("refresh-interval", vDuration(REFRESH), {"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))
    for row in dates:
        made.add_component(_event(fair, row, agendas.get(row["id"], ()), url, now))
    if dates:
        first = dates[0]["starts_at"].date() - timedelta(days=1)
        made.add_missing_timezones(first_date=first, last_date=first + timedelta(days=800))
    return bytes(made.to_ical())


def _event(fair: Row, row: Row, agenda: Sequence[Row], url: str, now: datetime) -> Event:
    zone = ZoneInfo(fair["zone"])
    event = Event()
    event.add("uid", f"{row['id']}@daigang")
    event.add("sequence", row["sequence"])
    event.add("dtstamp", now)
    event.add("dtstart", row["starts_at"].astimezone(zone))
    event.add("dtend", row["ends_at"].astimezone(zone))
    event.add("summary", fair["title"])
    event.add("status", "CANCELLED" if row["status"] == "cancelled" else "CONFIRMED")
    event.add("url", vUri(url))
    event.add("location", url)
    lines = [
        f"{one['starts_at'].astimezone(zone):%H:%M}  {one['employer']} · {one['title']}"
        for one in agenda
    ]
    about = "\n\n".join(part for part in (fair["about"], "\n".join(lines), url) if part)
    event.add("description", about)
    return event
