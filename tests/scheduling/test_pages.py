"""The pages of fairs: what they say, to whom, in both languages."""

from __future__ import annotations

import re

import httpx
import pytest

from server.showcase.actions import came_live
from tests.scheduling.scene import Scene, set_scene
from tests.site import Site
from tests.world import add_job


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


async def read(scene: Scene, path: str, person: str = "", lang: str = "en") -> str:
    """The text of a page, without its markup."""
    async with scene.site.client(person) as api:
        answer: httpx.Response = await api.get(path, params={"lang": lang})
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    body = re.sub(r"<(script|template)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


async def on_air(scene: Scene) -> str:
    """A session whose host is live; its room."""
    booth = await scene.booth()
    date = (await scene.shown())["dates"][0]
    made = (await scene.session(date["id"], booth, title="Shop floor live")).json()
    async with scene.site.house.db.write() as tx:
        await came_live(tx, made["room"], scene.host, "Lin Yue")
    return str(made["room"])


async def test_home_says_what_to_do_when_nothing_is_planned(site: Site) -> None:
    scene = Scene(site, "", "", "")
    assert "No fair is planned yet" in await read(scene, "/")
    assert "暂时没有安排招聘会" in await read(scene, "/", lang="zh")
    assert "No fair is planned yet" in await read(scene, "/fairs")
    organiser = await site.person("organiser", "organiser")
    assert "New fair" in await read(scene, "/", organiser)
    assert "No fair yet" in await read(scene, "/organiser", organiser)


async def test_home_shows_what_is_on_what_comes_and_the_latest_jobs(scene: Scene) -> None:
    room = await on_air(scene)
    await add_job(scene.site, scene.employer, "Assembler")
    text = await read(scene, "/")
    assert "Watch what is on now" in text
    assert "Shop floor live" in text
    assert "Assembler" in text
    live = await scene.done("", "GET", "/api/live")
    assert [(one["room"], one["state"]) for one in live] == [(room, "live")]


async def test_a_fair_shows_now_next_and_later_with_its_employers(scene: Scene) -> None:
    await on_air(scene)
    await add_job(scene.site, scene.employer, "Assembler")
    text = await read(scene, f"/fairs/{scene.fair}")
    for words in ("On now", "Shop floor live", "Coming up", "Later", "1 open jobs", "Mingyuan"):
        assert words in text
    assert "Report" not in text
    assert "Report" in await read(scene, f"/fairs/{scene.fair}", scene.organiser)
    assert "Ask" not in text
    assert "Recruit here" in await read(scene, f"/fairs/{scene.fair}", scene.host)


async def test_a_closed_fair_says_so_everywhere(scene: Scene) -> None:
    await scene.done(scene.organiser, "POST", f"/api/fairs/{scene.fair}/close")
    assert "over for good" in await read(scene, f"/fairs/{scene.fair}")
    for page in ("edit", "agenda"):
        text = await read(scene, f"/fairs/{scene.fair}/{page}", scene.organiser)
        assert "cannot be changed any more" in text
    assert "Closed fairs" in await read(scene, "/organiser", scene.organiser)


async def test_the_board_names_what_a_fair_still_needs(scene: Scene) -> None:
    text = await read(scene, "/organiser", scene.organiser)
    for words in ("Not ready yet", "Invite employers to ask for one.", "First the agenda."):
        assert words in text
    booth = await scene.booth()
    date = (await scene.shown())["dates"][0]["id"]
    room = (await scene.session(date, booth)).json()["room"]
    assert "No open job yet: Mingyuan" in await read(scene, "/organiser", scene.organiser)
    job = await add_job(scene.site, scene.employer, "Assembler")
    assert "Hosts fill them in" in await read(scene, "/organiser", scene.organiser)
    await scene.done(scene.host, "PUT", f"/api/rooms/{room}/bag/{job}")
    text = await read(scene, "/organiser", scene.organiser)
    assert "Not ready yet" not in text
    assert "Ready" in text


async def test_an_organiser_sees_their_own_fairs_and_an_administrator_all(
    scene: Scene, site: Site
) -> None:
    other = await site.person("other", "organiser")
    admin = await site.person("admin", "admin")
    assert "Tuesday showcase" not in await read(scene, "/organiser", other)
    assert "Tuesday showcase" in await read(scene, "/organiser", admin)


async def test_an_employer_follows_their_booth_from_asking_to_the_host_console(
    scene: Scene,
) -> None:
    page = f"/employers/{scene.employer}/fairs"
    assert "Ask for a booth" in await read(scene, page, scene.host)
    booth = await scene.booth(status="asked")
    assert "Asked for a booth" in await read(scene, page, scene.host)
    path = f"/api/booths/{booth}/decision"
    refusal = {"decision": "refused", "reason": "No hall left"}
    await scene.done(scene.organiser, "POST", path, refusal)
    assert "Refused: No hall left" in await read(scene, page, scene.host)
    await scene.done(scene.organiser, "POST", path, {"decision": "approved"})
    date = (await scene.shown())["dates"][0]["id"]
    room = (await scene.session(date, booth)).json()["room"]
    async with scene.site.client(scene.host) as api:
        html = (await api.get(page)).text
        assert f'href="/live/{room}/host"' in html
        assert (await api.get(f"/employers/{scene.fair}/fairs")).status_code == 403
