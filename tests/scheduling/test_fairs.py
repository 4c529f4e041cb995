"""A fair over HTTP: made, refused, changed, paused for a date, closed; and by whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from server.scheduling.actions import extend_fairs
from tests.scheduling.scene import Scene, day, set_scene
from tests.site import Site


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


async def test_a_new_fair_has_its_next_dates_at_once(scene: Scene) -> None:
    shown = await scene.shown()
    days = [day(one["local_date"]) for one in shown["dates"]]
    assert len(days) >= 8
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(days=7)}
    first = datetime.fromisoformat(shown["dates"][0]["starts_at"])
    assert (first.hour, first.minute) == (11, 0)  # 19:00 in Shanghai


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "x"}, "title"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"weekday": 7}, "weekday"),
        ({"starts_local": "25:00"}, "starts_local"),
        ({"starts_local": "9:00"}, "starts_local"),
        ({"length_min": 14}, "length_min"),
        ({"length_min": 721}, "length_min"),
        ({"first_date": "0001-01-01"}, "first_date"),
        ({"last_date": "2001-01-01"}, "last_date"),
        ({"about": "x" * 4001}, "about"),
        ({"first_date": "soon"}, "first_date"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_a_fair_cannot_be_is_refused_by_field(
    scene: Scene, changes: dict[str, Any], field: str
) -> None:
    body = scene.weekly(**changes)
    answer = await scene.call(scene.organiser, "POST", "/api/fairs", body)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]


async def test_a_fair_that_ends_before_it_starts_is_refused(scene: Scene) -> None:
    first = day(scene.weekly()["first_date"]) + timedelta(days=30)
    body = scene.weekly(
        first_date=first.isoformat(), last_date=(first - timedelta(days=1)).isoformat()
    )
    answer = await scene.call(scene.organiser, "POST", "/api/fairs", body)
    assert answer.json()["fields"] == {"last_date": "The fair would end before it starts."}


async def test_all_that_is_missing_is_named_at_once(scene: Scene) -> None:
    answer = await scene.call(scene.organiser, "POST", "/api/fairs", {})
    assert set(answer.json()["fields"]) == {
        "title", "zone", "weekday", "starts_local", "length_min", "first_date"
    }  # fmt: skip


async def test_a_changed_hour_moves_the_dates_and_their_sessions(scene: Scene) -> None:
    booth = await scene.booth()
    before = (await scene.shown())["dates"][0]
    assert (await scene.session(before["id"], booth, starts_local="19:30")).is_success
    body = scene.weekly(starts_local="20:00")
    await scene.done(scene.organiser, "PUT", f"/api/fairs/{scene.fair}", body)
    after = (await scene.shown())["dates"][0]
    hour = timedelta(hours=1)
    assert after["id"] == before["id"]
    assert moment(after["starts_at"]) - moment(before["starts_at"]) == hour
    assert moment(after["sessions"][0]["starts_at"]) == moment(after["starts_at"]) + hour / 2


async def test_a_length_that_an_agenda_does_not_fit_into_is_refused(scene: Scene) -> None:
    booth = await scene.booth()
    before = await scene.shown()
    assert (await scene.session(before["dates"][0]["id"], booth, starts_local="20:00")).is_success
    body = scene.weekly(length_min=60)
    answer = await scene.call(scene.organiser, "PUT", f"/api/fairs/{scene.fair}", body)
    assert list(answer.json()["fields"]) == ["length_min"]
    after = await scene.shown()
    assert after["length_min"] == 120
    assert [one["ends_at"] for one in after["dates"]] == [
        one["ends_at"] for one in before["dates"]
    ]


async def test_an_exception_takes_a_date_out_and_giving_it_back_restores_its_agenda(
    scene: Scene,
) -> None:
    booth = await scene.booth()
    first, second = (await scene.shown())["dates"][:2]
    assert (await scene.session(first["id"], booth)).is_success
    off = {"local_date": first["local_date"], "reason": "National Day"}
    path = f"/api/fairs/{scene.fair}/exceptions"
    await scene.done(scene.organiser, "POST", path, off)
    shown = await scene.shown()
    assert shown["dates"][0]["id"] == second["id"]
    assert shown["exceptions"] == [off]
    await scene.done(scene.organiser, "DELETE", f"{path}/{first['local_date']}")
    back = (await scene.shown())["dates"][0]
    assert back["id"] == first["id"]
    assert len(back["sessions"]) == 1


async def test_an_exception_needs_a_date_of_the_fair_and_a_reason(scene: Scene) -> None:
    first = (await scene.shown())["dates"][0]["local_date"]
    path = f"/api/fairs/{scene.fair}/exceptions"
    other = (day(first) + timedelta(days=1)).isoformat()
    for body, field in (
        ({"local_date": other, "reason": "Holiday"}, "local_date"),
        ({"local_date": first, "reason": " "}, "reason"),
    ):
        answer = await scene.call(scene.organiser, "POST", path, body)
        assert list(answer.json()["fields"]) == [field]
    gone = await scene.call(scene.organiser, "DELETE", f"{path}/yesterday")
    assert gone.status_code == 404


async def test_time_passing_brings_new_dates(scene: Scene) -> None:
    last = day((await scene.shown())["dates"][-1]["local_date"])
    scene.site.house.clock.advance(21 * 24 * 3600)
    await extend_fairs(scene.site.house)
    days = [day(one["local_date"]) for one in (await scene.shown())["dates"]]
    assert days[-1] - last == timedelta(days=21)
    assert len(set(days)) == len(days)


async def test_a_closed_fair_keeps_its_history_and_takes_no_change(scene: Scene) -> None:
    await scene.done(scene.organiser, "POST", f"/api/fairs/{scene.fair}/close")
    shown = await scene.shown()
    assert (shown["is_closed"], shown["dates"]) == (True, [])
    body = scene.weekly()
    for method, path, sent in (
        ("PUT", f"/api/fairs/{scene.fair}", body),
        ("POST", f"/api/fairs/{scene.fair}/close", None),
        (
            "POST",
            f"/api/fairs/{scene.fair}/exceptions",
            {"local_date": "2030-01-01", "reason": "x"},
        ),
    ):
        answer = await scene.call(scene.organiser, method, path, sent)
        assert (answer.status_code, answer.json()["code"]) == (410, "fair-closed")
    assert scene.fair not in {one["id"] for one in await scene.done("", "GET", "/api/fairs")}


async def test_only_its_organiser_and_administrators_change_a_fair(
    scene: Scene, site: Site
) -> None:
    other = await site.person("other", "organiser")
    officer = await site.person("officer", "officer")
    admin = await site.person("admin", "admin")
    date_id = (await scene.shown())["dates"][0]["id"]
    booth = await scene.booth(status="asked")
    off = {"local_date": "2030-01-01", "reason": "Holiday"}
    calls: list[tuple[str, str, Any]] = [
        ("PUT", f"/api/fairs/{scene.fair}", scene.weekly()),
        ("POST", f"/api/fairs/{scene.fair}/exceptions", off),
        ("DELETE", f"/api/fairs/{scene.fair}/exceptions/2030-01-01", None),
        ("GET", f"/api/fairs/{scene.fair}/booths", None),
        ("POST", f"/api/booths/{booth}/decision", {"decision": "approved"}),
        ("POST", f"/api/occurrences/{date_id}/sessions", {"booth": booth}),
        ("POST", f"/api/occurrences/{date_id}/copy-forward", None),
        ("POST", f"/api/fairs/{scene.fair}/close", None),
    ]
    for person in (other, officer, scene.host):
        for method, path, body in calls:
            assert (await scene.call(person, method, path, body)).status_code == 403, path
    for path in ("edit", "booths", "agenda"):
        assert (await scene.call(other, "GET", f"/fairs/{scene.fair}/{path}")).status_code == 403
    change = await scene.call(admin, "PUT", f"/api/fairs/{scene.fair}", scene.weekly(title="Ours"))
    assert change.status_code == 200


async def test_a_preview_shows_six_dates_of_a_rule_that_does_not_exist_yet(scene: Scene) -> None:
    query = {
        "zone": "Europe/Berlin",
        "weekday": "6",
        "starts_local": "02:30",
        "length_min": "60",
        "first_date": "2027-03-21",
    }
    async with scene.site.client(scene.organiser) as api:
        answer = await api.get("/api/fairs/preview", params=query)
        assert [one["local_date"] for one in answer.json()["dates"]] == [
            "2027-03-21", "2027-03-28", "2027-04-04", "2027-04-11", "2027-04-18", "2027-04-25"
        ]  # fmt: skip
        assert [one["shifted_min"] for one in answer.json()["dates"]][:3] == [0, 60, 0]
        wrong = await api.get("/api/fairs/preview", params={**query, "last_date": "2027-03-01"})
        assert list(wrong.json()["fields"]) == ["last_date"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
