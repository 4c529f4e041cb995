"""The fair as a calendar: read back, it says what the fair says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.scheduling.scene import Scene, set_scene
from tests.site import Site


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


async def events(scene: Scene) -> dict[str, Any]:
    """The calendar's events by UID, after a round trip through the parser."""
    async with scene.site.client() as api:
        answer = await api.get(f"/fairs/{scene.fair}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    parsed: Any = Calendar.from_ical(answer.content)
    assert Calendar.from_ical(parsed.to_ical()) == parsed
    return {str(event["uid"]): event for event in parsed.walk("VEVENT")}


async def test_the_calendar_has_every_date_with_its_zone(scene: Scene) -> None:
    await scene.make_fair(zone="Europe/Berlin", title="Mittwochs, 岗位直播; und mehr")
    dates = (await scene.shown())["dates"]
    found = await events(scene)
    assert list(found) == [f"{one['id']}@daigang" for one in dates]
    for one in dates:
        event = found[f"{one['id']}@daigang"]
        assert event["dtstart"].params["TZID"] == "Europe/Berlin"
        assert event.decoded("dtstart").astimezone(UTC) == moment(one["starts_at"])
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=2)
        assert str(event["summary"]) == "Mittwochs, 岗位直播; und mehr"
        assert (event["sequence"], str(event["status"])) == (0, "CONFIRMED")
    async with scene.site.client() as api:
        text = (await api.get(f"/fairs/{scene.fair}/calendar.ics")).text
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "BEGIN:DAYLIGHT" in text


async def test_a_change_keeps_the_uid_and_grows_the_sequence(scene: Scene) -> None:
    before = await events(scene)
    await scene.done(
        scene.organiser, "PUT", f"/api/fairs/{scene.fair}", scene.weekly(starts_local="18:00")
    )
    after = await events(scene)
    assert list(after) == list(before)
    assert {event["sequence"] for event in after.values()} == {1}
    same = scene.weekly(starts_local="18:00", title="Other words")
    await scene.done(scene.organiser, "PUT", f"/api/fairs/{scene.fair}", same)
    assert {event["sequence"] for event in (await events(scene)).values()} == {1}


async def test_an_exception_is_a_cancelled_event_with_the_same_uid(scene: Scene) -> None:
    first = (await scene.shown())["dates"][0]
    off = {"local_date": first["local_date"], "reason": "Holiday"}
    await scene.done(scene.organiser, "POST", f"/api/fairs/{scene.fair}/exceptions", off)
    event = (await events(scene))[f"{first['id']}@daigang"]
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 1)


async def test_the_agenda_is_in_the_description(scene: Scene) -> None:
    booth = await scene.booth()
    first = (await scene.shown())["dates"][0]
    assert (await scene.session(first["id"], booth, starts_local="19:20")).is_success
    event = (await events(scene))[f"{first['id']}@daigang"]
    assert "19:20  Mingyuan · Jobs live" in str(event["description"])


async def test_a_fair_that_does_not_exist_has_no_calendar(scene: Scene) -> None:
    answer = await scene.call("", "GET", "/fairs/nothing/calendar.ics")
    assert answer.status_code == 404


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
