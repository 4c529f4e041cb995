"""An employer's own attendance: its own rooms, groups of five or more, nothing to subtract."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.reports.coarse import K, at_least
from tests.reports.scene import Scene, make_scene
from tests.site import Site


async def seen(scene: Scene, person: str = "", organisation: str = "") -> Any:
    async with scene.site.client(person or scene.world.host) as api:
        of = organisation or scene.world.organisation
        return await api.get(f"/api/employers/{of}/attendance")


async def watched_by(scene: Scene, count: int) -> None:
    for number in range(count):
        person = await scene.site.person(f"viewer-{number}", name=f"Viewer {number}")
        await scene.stay(person, 0, 10 + number)


@given(st.integers(0, 200), st.integers(0, 200))
def test_no_difference_of_two_counts_speaks_of_fewer_than_five(one: int, other: int) -> None:
    told = [at_least(count) for count in (one, other)]
    assert all(count is None or (count >= K and count % K == 0) for count in told)
    if None not in told:
        assert abs(told[0] - told[1]) % K == 0  # type: ignore[operator]
    assert at_least(one) is None or at_least(one) <= one  # type: ignore[operator]


async def test_four_viewers_are_fewer_than_five_and_nothing_more_is_said(site: Site) -> None:
    scene = await make_scene(site)
    await watched_by(scene, 4)
    await scene.end_room(60)
    [room] = (await seen(scene)).json()["rooms"]
    assert room["viewers"] == {"at_least": None, "stay_min": None, "front_min": None}
    assert room["peak_at_least"] is None


async def test_seven_are_five_or_more_with_the_middle_of_their_stays(site: Site) -> None:
    scene = await make_scene(site)
    await watched_by(scene, 7)
    await scene.stay(scene.world.host, 0, 60, role="host")
    await scene.end_room(60)
    answer = await seen(scene)
    [room] = answer.json()["rooms"]
    assert (room["viewers"]["at_least"], room["peak_at_least"]) == (5, 5)
    assert room["viewers"]["stay_min"] == 13
    assert "Viewer" not in answer.text


async def test_a_room_that_is_on_is_not_told_so_nobody_is_seen_coming(site: Site) -> None:
    scene = await make_scene(site)
    await watched_by(scene, 6)
    assert (await seen(scene)).json() == {"rooms": []}


async def test_an_employer_reads_its_own_rooms_alone(site: Site) -> None:
    scene = await make_scene(site)
    await watched_by(scene, 6)
    await scene.end_room(60)
    stranger = await site.person("stranger")
    other = await site.organisation("Hengtai", (stranger, "owner"))
    assert (await seen(scene, stranger)).status_code == 403
    assert (await seen(scene, stranger, other)).json() == {"rooms": []}
    candidate = await site.person("candidate")
    assert (await seen(scene, candidate)).status_code == 403
    assert (await seen(scene, scene.world.interviewer)).status_code == 200


async def test_the_page_says_what_is_kept_and_leads_to_the_whole_of_it(site: Site) -> None:
    scene = await make_scene(site)
    async with site.client() as api:
        room = await api.get(f"/live/{scene.room}?lang=en")
        assert "deleted after 180 days" in room.text
        assert 'href="/presence"' in room.text
        assert "180 days after your visit" in (await api.get("/presence?lang=en")).text
