"""Booths: an employer asks, the organiser decides."""

from __future__ import annotations

import pytest

from tests.scheduling.scene import Scene, set_scene
from tests.site import Site


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


async def test_an_approved_booth_is_on_the_public_page_and_an_asked_one_is_not(
    scene: Scene,
) -> None:
    booth = await scene.booth(status="asked")
    assert (await scene.shown())["booths"] == []
    decision = {"decision": "approved"}
    await scene.done(scene.organiser, "POST", f"/api/booths/{booth}/decision", decision)
    (shown,) = (await scene.shown())["booths"]
    assert (shown["employer"], shown["open_jobs"]) == ("Mingyuan", 0)


async def test_an_employer_asks_once_and_again_after_a_refusal(scene: Scene) -> None:
    booth = await scene.booth(status="asked")
    wish = {"organisation": scene.employer}
    path = f"/api/fairs/{scene.fair}/booths"
    again = await scene.call(scene.host, "POST", path, wish)
    assert (again.status_code, again.json()["code"]) == (409, "already-asked")
    refusal = {"decision": "refused", "reason": "Come back in spring"}
    await scene.done(scene.organiser, "POST", f"/api/booths/{booth}/decision", refusal)
    once_more = await scene.done(scene.host, "POST", path, {**wish, "pitch": "It is spring"})
    assert once_more["id"] == booth
    (row,) = await scene.done(scene.organiser, "GET", path)
    assert (row["status"], row["reason"], row["pitch"]) == ("asked", "", "It is spring")


async def test_a_refusal_needs_a_reason(scene: Scene) -> None:
    booth = await scene.booth(status="asked")
    answer = await scene.call(
        scene.organiser, "POST", f"/api/booths/{booth}/decision", {"decision": "refused"}
    )
    assert list(answer.json()["fields"]) == ["reason"]


async def test_a_booth_with_sessions_to_come_is_not_refused(scene: Scene) -> None:
    booth = await scene.booth()
    date = (await scene.shown())["dates"][0]
    assert (await scene.session(date["id"], booth)).is_success
    refusal = {"decision": "refused", "reason": "Late payment"}
    answer = await scene.call(scene.organiser, "POST", f"/api/booths/{booth}/decision", refusal)
    assert (answer.status_code, answer.json()["code"]) == (409, "booth-has-sessions")


async def test_interviewers_strangers_and_unapproved_employers_cannot_ask(
    scene: Scene, site: Site
) -> None:
    interviewer = await site.person("interviewer")
    organisation = await site.organisation("Suda", (interviewer, "interviewer"))
    path = f"/api/fairs/{scene.fair}/booths"
    for person, employer in ((interviewer, organisation), (interviewer, scene.employer)):
        answer = await scene.call(person, "POST", path, {"organisation": employer})
        assert answer.status_code == 403
    async with site.client(scene.host) as api:
        registered = await api.post(
            "/api/employers",
            json={
                "name": "New Factory",
                "licence": "91320500MA1X2Y3Z4Q",
                "industry": "Machines",
                "place": "Suzhou",
                "size": "1-49",
                "contact_name": "Lin",
                "contact_phone": "0512-1234567",
            },
        )
        assert registered.is_success, registered.text
        answer = await api.post(path, json={"organisation": registered.json()["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "employer-not-approved")
