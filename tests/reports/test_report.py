"""The fair's report on the running site: who may read it, and what it counts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from server.accounts.store import drop_grants
from server.base.db import new_id
from server.scheduling.store import fairs, occurrences
from tests.attendance.sockets import beat, ended, tab
from tests.reports.scene import make_scene
from tests.site import Site


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("organiser", 200),
        ("officer", 200),
        ("admin", 200),
        ("other-organiser", 403),
        ("host", 403),
        ("interviewer", 403),
        ("candidate", 403),
        ("", 401),
    ],
)
async def test_the_report_is_for_the_fairs_organiser_and_officers_alone(
    site: Site, who: str, status: int
) -> None:
    scene = await make_scene(site)
    people = {
        "organiser": scene.organiser,
        "host": scene.world.host,
        "interviewer": scene.world.interviewer,
        "": "",
    }
    if who not in people:
        roles = {"officer": ["officer"], "admin": ["admin"], "other-organiser": ["organiser"]}
        people[who] = await site.person(f"the-{who}", *roles.get(who, []))
    async with site.client(people[who]) as api:
        for ending in ("", ".csv", ".xlsx"):
            answer = await api.get(f"/api/fairs/{scene.fair}/attendance{ending}")
            assert answer.status_code == status, ending
        page = await api.get(f"/fairs/{scene.fair}/report", headers={"Accept": "text/html"})
        assert page.status_code == (303 if status == 401 else status)


async def test_an_organiser_who_lost_the_role_lost_the_report(site: Site) -> None:
    scene = await make_scene(site)
    async with site.house.db.write() as tx:
        await drop_grants(tx, scene.organiser)
    assert (await scene.ask()).status_code == 403


async def test_there_is_no_report_of_what_does_not_exist(site: Site) -> None:
    scene = await make_scene(site)
    other = await make_other_fairs_date(site)
    async with site.client(scene.organiser) as api:
        assert (await api.get("/api/fairs/nothing/attendance")).status_code == 404
    assert (await scene.ask(occurrence=other)).status_code == 404


async def make_other_fairs_date(site: Site) -> str:
    fair, occurrence = new_id(), new_id()
    organiser = await site.person("somebody", "organiser")
    async with site.house.db.write() as tx:
        day = tx.now.date()
        rule = {"zone": "UTC", "weekday": 1, "starts_local": "19:00", "length_min": 60}
        about = {"title": "Another", "about": "", "first_date": day, "created_at": tx.now}
        await tx.run(fairs.insert().values(id=fair, organiser=organiser, **rule, **about))
        when = {"local_date": day, "starts_at": tx.now, "ends_at": tx.now, "status": "planned"}
        await tx.run(occurrences.insert().values(id=occurrence, fair=fair, sequence=0, **when))
    return occurrence


async def test_tabs_devices_and_rooms_of_a_person_are_one_dwell(site: Site) -> None:
    scene = await make_scene(site)
    wang = await site.person("wang", name="Wang Min")
    other = await scene.session("Second", 30, 60)
    await scene.stay(wang, 0, 10)
    await scene.stay(wang, 5, 15)
    await scene.stay(wang, 14, 20, room=other)
    await scene.stay(wang, 40, 50)
    line = await scene.line(wang)
    assert line["name"] == "Wang Min"
    assert line["role"] == "candidate"
    assert line["dwell_s"] == pytest.approx(30 * 60)
    assert line["visits"] == 2
    assert line["rooms"] == [scene.room, other]
    assert line["first_seen"] == pytest.approx(scene.at(0).timestamp())
    assert line["last_seen"] == pytest.approx(scene.at(50).timestamp())


async def test_guests_are_numbered_as_they_came_and_their_ids_told_to_nobody(site: Site) -> None:
    scene = await make_scene(site)
    await scene.stay("guest:second-secret", 5, 10)
    await scene.stay("guest:first-secret", 0, 30)
    report = await scene.report(lang="en")
    told = [(line["name"], line["person"], line["role"]) for line in report["people"]]
    assert told == [("Guest 1", "guest-1", "guest"), ("Guest 2", "guest-2", "guest")]
    assert report["totals"]["guests"] == 2
    assert report["totals"]["people"] == 0
    for ending in ("", ".csv"):
        assert "secret" not in (await scene.ask(ending=ending)).text
    assert (await scene.report(lang="zh"))["people"][0]["name"] == "访客 1"


async def test_employers_people_and_staff_are_crew_and_no_viewers(site: Site) -> None:
    scene = await make_scene(site)
    officer = await site.person("officer", "officer")
    wang = await site.person("wang")
    await scene.stay(scene.world.host, -5, 40, role="host")
    for person in (scene.world.interviewer, officer, wang):
        await scene.stay(person, 0, 10)
    report = await scene.report()
    roles = {line["person"]: line["role"] for line in report["people"]}
    crew = dict.fromkeys((scene.world.host, scene.world.interviewer, officer), "crew")
    assert roles == {**crew, wang: "candidate"}
    totals = report["totals"]
    assert (totals["people"], totals["candidates"], totals["crew"]) == (4, 1, 3)
    assert (totals["peak"], totals["audience_peak"]) == (4, 1)
    assert report["sessions"][0]["viewers"] == 1
    assert report["funnel"]["watched"] == 1


async def test_the_area_under_the_curve_is_everybodys_dwell(site: Site) -> None:
    scene = await make_scene(site)
    for number in range(5):
        await scene.stay(f"guest:{number}", number * 3, 20 - number)
        await scene.stay(f"guest:{number}", number * 3 + 1, 30)
    report = await scene.report()
    area = sum(n * (until - since) for (since, n), (until, _) in pairwise(report["curve"]))
    assert area == pytest.approx(report["totals"]["dwell_s"])
    assert area == pytest.approx(sum(line["dwell_s"] for line in report["people"]))
    assert report["totals"]["peak"] == 5
    session = report["sessions"][0]
    assert (session["viewers"], session["peak"]) == (5, 5)
    assert session["dwell_median_s"] == pytest.approx(24 * 60)


async def test_a_room_counts_from_half_an_hour_before_until_it_ended(site: Site) -> None:
    scene = await make_scene(site)
    await scene.end_room(50)
    await scene.stay("guest:days-before", -3000, -2990)
    await scene.stay("guest:early", -60, 10)
    await scene.stay("guest:after-the-end", 40, 58)
    await scene.stay("guest:only-after-the-end", 55, 58)
    dwell_min = [line["dwell_s"] / 60 for line in (await scene.report())["people"]]
    assert dwell_min == [pytest.approx(40), pytest.approx(10)]


async def test_who_looked_in_and_left_at_once_is_still_listed(site: Site) -> None:
    scene = await make_scene(site)
    await scene.stay("guest:glance", 5, 5)
    report = await scene.report()
    [line] = report["people"]
    assert (line["visits"], line["dwell_s"]) == (1, 0)
    assert report["totals"]["guests"] == 1


async def test_deeds_are_counted_per_person_session_and_step(site: Site) -> None:
    scene = await make_scene(site)
    wang, li = await site.person("wang"), await site.person("liwei")
    absent = await site.person("absent")
    for person in (wang, li):
        await scene.stay(person, 0, 30)
    room = await scene.interview(wang, 20, 30, 44)
    first = await scene.apply(wang, "declined")
    await scene.apply(wang, "hired", job=1, interview=room)
    await scene.claim(wang, first)
    await scene.apply(li, "withdrawn")
    await scene.apply(absent)
    await scene.apply(li, "hired", job=1, room=None)
    report = await scene.report()
    lines = {line["person"]: line for line in report["people"]}
    assert lines.keys() == {wang, li, absent}
    counts = ("applications", "claims", "interviews", "outcome")
    assert [lines[wang][key] for key in counts] == [2, 1, 1, "hired"]
    assert [lines[li][key] for key in counts] == [1, 0, 0, "withdrawn"]
    assert [lines[absent][key] for key in counts] == [1, 0, 0, "applied"]
    assert (lines[absent]["first_seen"], lines[absent]["dwell_s"]) == (None, 0)
    assert report["funnel"] == {
        "watched": 2,
        "applied": 3,
        "claimed": 1,
        "interviewed": 1,
        "hired": 1,
    }
    session = report["sessions"][0]
    assert [session[key] for key in ("applications", "claims", "hires")] == [4, 1, 1]
    totals = report["totals"]
    assert [totals[key] for key in ("applications", "claims", "interviews", "hires")] == [
        4,
        1,
        1,
        1,
    ]


async def test_an_interview_tells_who_was_there_and_for_how_long(site: Site) -> None:
    scene = await make_scene(site)
    wang = await site.person("wang", name="Wang Min")
    room = await scene.interview(wang, 20, 30, 44)
    await scene.stay(scene.world.interviewer, 29, 44, "interviewer", room)
    await scene.stay(wang, 26, 35, "candidate", room)
    await scene.stay(wang, 36, 50, "candidate", room)
    report = await scene.report()
    [line] = report["interviews"]
    assert (line["candidate"], line["interviewer"]) == ("Wang Min", "Wu Qiang")
    assert (line["planned_min"], line["together_s"] / 60) == (15, pytest.approx(13))
    assert (line["candidate_s"] / 60, line["interviewer_s"] / 60) == (
        pytest.approx(17),
        pytest.approx(15),
    )
    assert (line["candidate_showing"], line["interviewer_showing"]) == ("attended", "attended")
    dwell_min = {person["name"]: person["dwell_s"] / 60 for person in report["people"]}
    assert dwell_min == {"Wang Min": pytest.approx(17), "Wu Qiang": pytest.approx(15)}


async def test_an_invitation_whose_interview_was_held_counts_as_interviewed(site: Site) -> None:
    scene = await make_scene(site)
    wang = await site.person("wang")
    room = await scene.interview(wang, 20, 30, 44)
    await scene.apply(wang, "invited", interview=room)
    assert (await scene.line(wang))["outcome"] == "interviewed"


async def test_interviews_of_others_and_of_other_weeks_are_left_out(site: Site) -> None:
    scene = await make_scene(site)
    wang = await site.person("wang")
    await scene.interview(wang, -3000, -2990, -2970)
    await scene.interview(wang, 10, None, None)
    assert (await scene.report())["interviews"] == []
    linked = await scene.interview(wang, -3000, None, None)
    await scene.apply(wang, "invited", interview=linked)
    [line] = (await scene.report())["interviews"]
    assert (line["room"], line["candidate_showing"]) == (linked, "undetermined")


async def test_the_date_is_the_one_on_now_then_the_latest_then_the_next(site: Site) -> None:
    scene = await make_scene(site)
    before, after = await scene.date(-1), await scene.date(1)
    cancelled = await scene.date(2, "cancelled")

    async def chosen() -> str:
        found: str = (await scene.report())["occurrence"]["id"]
        return found

    assert await chosen() == scene.occurrence
    assert (await scene.report(occurrence=before))["occurrence"]["id"] == before
    site.house.clock.advance(5 * 24 * 3600)
    assert await chosen() == scene.occurrence, "the latest begun"
    site.house.clock.advance(2 * 24 * 3600)
    assert await chosen() == after
    site.house.clock.advance(7 * 24 * 3600)
    assert await chosen() == after != cancelled


async def test_a_fair_that_nobody_came_to_has_an_empty_report(site: Site) -> None:
    scene = await make_scene(site)
    report = await scene.report()
    assert (report["people"], report["curve"]) == ([], [])
    assert set(report["totals"].values()) == {0}
    assert [line["viewers"] for line in report["sessions"]] == [0]


async def test_who_opens_the_live_room_is_in_the_report_and_dwells(site: Site) -> None:
    scene = await make_scene(site)
    wang = await site.person("wang", name="Wang Min")
    async with tab(site, scene.room, wang), tab(site, scene.room, guest="guest:g") as guest:
        first = await scene.report(lang="en")
        assert [line["name"] for line in first["people"]] == ["Wang Min", "Guest 1"]
        site.house.clock.advance(120)
        await beat(site, guest)
    await ended(site, 2)
    report = await scene.report()
    for line in report["people"]:
        assert 120 <= line["dwell_s"] < 130
    assert report["totals"]["peak"] == 2
