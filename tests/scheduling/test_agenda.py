"""Live sessions on the agenda, with their rooms; and weekly fairs that run themselves."""

from __future__ import annotations

from typing import Any

import pytest

from server.showcase.actions import came_live
from server.showcase.actions_agenda import plan_next_week
from tests.scheduling.scene import Scene, set_scene
from tests.site import Site
from tests.world import add_job


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


@pytest.fixture
async def booth(scene: Scene) -> str:
    return await scene.booth()


async def first_date(scene: Scene) -> Any:
    return (await scene.shown())["dates"][0]


async def test_a_session_gets_a_live_room_that_its_employer_hosts(
    scene: Scene, booth: str
) -> None:
    date = await first_date(scene)
    made = (await scene.session(date["id"], booth, starts_local="19:20")).json()
    (session,) = (await first_date(scene))["sessions"]
    assert (session["room"], session["state"]) == (made["room"], "scheduled")
    assert session["starts_at"].endswith("11:20:00Z")
    snapshot = await scene.done("", "GET", f"/api/rooms/{made['room']}/snapshot")
    assert snapshot["state"]["title"] == "Jobs live"


async def test_two_sessions_of_a_booth_may_touch_and_never_overlap(
    scene: Scene, booth: str, site: Site
) -> None:
    date = (await first_date(scene))["id"]
    assert (await scene.session(date, booth, starts_local="19:30", minutes=30)).is_success
    for starts, minutes in (("19:00", 31), ("19:59", 10), ("19:40", 5), ("19:00", 120)):
        answer = await scene.session(date, booth, starts_local=starts, minutes=minutes)
        assert (answer.status_code, answer.json()["code"]) == (409, "session-overlap")
        assert list(answer.json()["fields"]) == ["starts_local"]
    assert (await scene.session(date, booth, starts_local="19:00", minutes=30)).is_success
    assert (await scene.session(date, booth, starts_local="20:00", minutes=30)).is_success
    host = await site.person("other-host")
    other = await scene.booth(await site.organisation("Suda", (host, "host")), host)
    assert (await scene.session(date, other, starts_local="19:30", minutes=30)).is_success


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_local": "18:59"}, "starts_local"),
        ({"starts_local": "21:00"}, "starts_local"),
        ({"starts_local": "20:30", "minutes": 31}, "minutes"),
        ({"minutes": 4}, "minutes"),
        ({"title": " "}, "title"),
        ({"starts_local": "7pm"}, "starts_local"),
        ({"booth": "nothing"}, "booth"),
    ],
)
async def test_a_session_outside_the_fair_or_without_sense_is_refused(
    scene: Scene, booth: str, changes: dict[str, Any], field: str
) -> None:
    answer = await scene.session((await first_date(scene))["id"], booth, **changes)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


async def test_a_fair_past_midnight_has_sessions_in_the_small_hours(scene: Scene) -> None:
    await scene.make_fair(starts_local="23:00")
    booth = await scene.booth()
    date = await first_date(scene)
    assert (await scene.session(date["id"], booth, starts_local="00:15")).is_success
    (session,) = (await first_date(scene))["sessions"]
    assert session["starts_at"].endswith("16:15:00Z")


async def test_a_booth_that_only_asked_gets_no_session(scene: Scene) -> None:
    asked = await scene.booth(status="asked")
    answer = await scene.session((await first_date(scene))["id"], asked)
    assert (answer.status_code, answer.json()["code"]) == (409, "booth-not-approved")


async def test_a_session_is_changed_and_removed_before_it_begins(scene: Scene, booth: str) -> None:
    date = (await first_date(scene))["id"]
    made = (await scene.session(date, booth)).json()
    path = f"/api/sessions/{made['id']}"
    slot = {"title": "Night shift jobs", "starts_local": "19:10", "minutes": 30}
    await scene.done(scene.organiser, "PUT", path, slot)
    (session,) = (await first_date(scene))["sessions"]
    assert (session["title"], session["room"]) == ("Night shift jobs", made["room"])
    await scene.done(scene.organiser, "DELETE", path)
    assert (await first_date(scene))["sessions"] == []
    snapshot = await scene.done("", "GET", f"/api/rooms/{made['room']}/snapshot")
    assert snapshot["state"]["phase"] == "ended"


async def test_a_session_that_is_on_air_is_neither_changed_nor_removed(
    scene: Scene, booth: str
) -> None:
    made = (await scene.session((await first_date(scene))["id"], booth)).json()
    async with scene.site.house.db.write() as tx:
        await came_live(tx, made["room"], scene.host, "Lin Yue")
    path = f"/api/sessions/{made['id']}"
    slot = {"title": "Other words", "starts_local": "19:10", "minutes": 30}
    for method, body in (("PUT", slot), ("DELETE", None)):
        answer = await scene.call(scene.organiser, method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "session-begun")
    (session,) = (await first_date(scene))["sessions"]
    assert session["state"] == "live"
    assert (await scene.shown())["on_now"] == [session]


async def with_bag(scene: Scene, booth: str, date: str) -> str:
    """A session with one open job and one closed since in its bag; its room."""
    room = str((await scene.session(date, booth)).json()["room"])
    for title in ("CNC operator", "Assembler"):
        job = await add_job(scene.site, scene.employer, title)
        await scene.done(scene.host, "PUT", f"/api/rooms/{room}/bag/{job}")
    await scene.done(scene.host, "POST", f"/api/jobs/{job}/close")
    return room


async def bag(scene: Scene, room: str) -> list[str]:
    snapshot = await scene.done("", "GET", f"/api/rooms/{room}/snapshot")
    return [job["title"] for job in snapshot["state"]["bag"]]


async def test_an_agenda_is_copied_forward_with_new_rooms_and_its_open_jobs(
    scene: Scene, booth: str
) -> None:
    date = (await first_date(scene))["id"]
    room = await with_bag(scene, booth, date)
    path = f"/api/occurrences/{date}/copy-forward"
    copied = await scene.done(scene.organiser, "POST", path)
    second = (await scene.shown())["dates"][1]
    assert copied == {"occurrence": second["id"], "sessions": 1}
    (session,) = second["sessions"]
    assert session["room"] != room
    assert session["title"] == "Jobs live"
    assert session["starts_at"] == second["starts_at"]
    assert await bag(scene, session["room"]) == ["CNC operator"]
    again = await scene.call(scene.organiser, "POST", path)
    assert (again.status_code, again.json()["code"]) == (409, "has-agenda")


async def test_a_date_without_an_agenda_has_nothing_to_copy(scene: Scene) -> None:
    date = (await first_date(scene))["id"]
    answer = await scene.call(scene.organiser, "POST", f"/api/occurrences/{date}/copy-forward")
    assert (answer.status_code, answer.json()["code"]) == (409, "no-agenda")


async def test_the_next_week_takes_the_agenda_over_once_the_last_is_over(
    scene: Scene, booth: str
) -> None:
    first = await first_date(scene)
    await with_bag(scene, booth, first["id"])
    scene.go_to(first["starts_at"])
    await plan_next_week(scene.site.house)
    assert (await scene.shown())["dates"][1]["sessions"] == []
    scene.go_to(first["ends_at"])
    await plan_next_week(scene.site.house)
    following, after = (await scene.shown())["dates"][:2]
    assert [one["title"] for one in following["sessions"]] == ["Jobs live"]
    assert await bag(scene, following["sessions"][0]["room"]) == ["CNC operator"]
    assert after["sessions"] == []


async def test_what_the_organiser_removes_from_next_week_stays_removed(
    scene: Scene, booth: str
) -> None:
    first = await first_date(scene)
    assert (await scene.session(first["id"], booth)).is_success
    scene.go_to(first["ends_at"])
    await plan_next_week(scene.site.house)
    (session,) = (await first_date(scene))["sessions"]
    await scene.done(scene.organiser, "DELETE", f"/api/sessions/{session['id']}")
    await plan_next_week(scene.site.house)
    assert (await first_date(scene))["sessions"] == []


async def test_a_fair_that_does_not_repeat_its_agenda_and_a_lost_booth_are_left_alone(
    scene: Scene, booth: str
) -> None:
    first = await first_date(scene)
    assert (await scene.session(first["id"], booth)).is_success
    body = scene.weekly(repeats_agenda=False)
    await scene.done(scene.organiser, "PUT", f"/api/fairs/{scene.fair}", body)
    scene.go_to(first["ends_at"])
    await plan_next_week(scene.site.house)
    assert (await first_date(scene))["sessions"] == []
    refusal = {"decision": "refused", "reason": "They left"}
    await scene.done(scene.organiser, "POST", f"/api/booths/{booth}/decision", refusal)
    path = f"/api/occurrences/{first['id']}/copy-forward"
    assert (await scene.done(scene.organiser, "POST", path))["sessions"] == 0
