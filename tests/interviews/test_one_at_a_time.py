"""Nobody is in two interviews at once, however many let them in at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from sqlalchemy.exc import IntegrityError

from server.accounts.store_organisations import add_member
from server.interviews import store
from tests.interviews.scene import Scene, set_scene
from tests.site import Site


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


@pytest.fixture
async def wang(site: Site) -> str:
    return await site.person("wang", name="王建国")


async def two_lines(site: Site, scene: Scene, candidate: str) -> tuple[str, dict[str, str]]:
    """The candidate stands in two lines: another interviewer, and who admits to which room."""
    other = await site.person("other", name="Gao Yan")
    async with site.house.db.write() as tx:
        await add_member(tx, scene.organisation, other, "interviewer")
    rooms = {
        scene.interviewer: await scene.invite(candidate),
        other: await scene.invite(candidate, interviewer=other),
    }
    for room in rooms.values():
        assert (await scene.arrive(candidate, room))["position"] == 1, (
            "both lines are open to them"
        )
    return other, rooms


async def test_two_interviewers_let_the_same_candidate_in_and_one_is_told_why_not(
    site: Site, scene: Scene, wang: str
) -> None:
    _, rooms = await two_lines(site, scene, wang)
    answers = await asyncio.gather(
        *(scene.post(who, f"/api/interviews/{room}/admission") for who, room in rooms.items())
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 1}
    [refused] = [answer.json() for answer in answers if answer.status_code == 409]
    assert refused["code"] == "busy"
    assert "interview" not in refused, "where else they are is not for this employer"


async def test_the_database_holds_it_when_nobody_looks_first(
    site: Site, scene: Scene, wang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race with the look before the write taken away: the second is refused as well."""

    async def see_nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(store, "running", see_nothing)
    _, rooms = await two_lines(site, scene, wang)
    answers = [
        await scene.post(who, f"/api/interviews/{room}/admission") for who, room in rooms.items()
    ]
    assert [answer.status_code for answer in answers] == [201, 409]
    line = await scene.standing(wang, list(rooms.values())[1])
    assert line["position"] == 1, "the place in line stays"


async def test_without_the_guard_in_the_store_the_index_still_refuses(
    site: Site, scene: Scene, wang: str
) -> None:
    _, rooms = await two_lines(site, scene, wang)

    async def admit_all() -> None:
        async with site.house.db.write() as tx:
            for room in rooms.values():
                await store.change(tx, room, status="admitted", admitted_at=tx.now)

    with pytest.raises(IntegrityError):
        await admit_all()


async def test_after_the_first_interview_the_second_goes_on(
    site: Site, scene: Scene, wang: str
) -> None:
    other, rooms = await two_lines(site, scene, wang)
    await scene.admit(rooms[scene.interviewer])
    await scene.end(rooms[scene.interviewer])
    answer = await scene.post(other, f"/api/interviews/{rooms[other]}/admission")
    assert answer.status_code == 201
