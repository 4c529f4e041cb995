"""An interview between two real browsers, through the real media process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.base.security import SESSION_COOKIE
from tests.conftest import Launch, NewPage
from tests.interviews.scene import Scene, set_scene
from tests.node import running_media
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
# Functions, for the page's own policy lets no text be run.
FRAMES = """() => document.querySelector('[data-testid="remote-video"]')
  .getVideoPlaybackQuality().totalVideoFrames"""
MORE_FRAMES = """(before) => {
  const video = document.querySelector('[data-testid="remote-video"]');
  return video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > before;
}"""


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


@pytest.fixture
async def wang(site: Site) -> str:
    return await site.person("wang", name="王建国")


@pytest.fixture
async def media(site: Site, tmp_path: Path, free_port: Callable[[], int]) -> AsyncIterator[None]:
    async with running_media(tmp_path, free_port()):
        yield


@pytest.fixture
def open_as(site: Site, new_page: NewPage) -> Any:
    """`await open_as(person, path, **context)`: a browser of the person's own at the page."""

    async def open_page(person: str, path: str, **options: Any) -> Page:
        page = await new_page(base_url=site.url, locale="en-US", **options)
        cookie = await site.cookie(person)
        await page.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": cookie, "url": site.url}]
        )
        await page.goto(path)
        return page

    return open_page


async def sees_the_other(page: Page) -> None:
    """The other's picture moves, and nothing covers it."""
    await page.wait_for_function(MORE_FRAMES, arg=0, timeout=30_000)
    await page.wait_for_function(MORE_FRAMES, arg=await page.evaluate(FRAMES))
    await expect(page.locator("#call-note")).to_be_hidden()


async def test_both_see_each_other_write_and_part(
    site: Site, scene: Scene, wang: str, media: None, open_as: Any
) -> None:
    room = await scene.invite(wang)
    candidate = await open_as(wang, f"/interviews/{room}", **PHONE)
    interviewer = await open_as(scene.interviewer, f"/interviews/{room}", **DESK)
    await expect(candidate.locator("[data-check='camera']")).to_contain_text("You see yourself")
    await expect(interviewer.locator("[data-admit]")).to_have_text("Let in when they come")

    await candidate.get_by_test_id("join-interview").click()
    await expect(candidate.get_by_test_id("queue-position")).to_have_text("1")
    await expect(interviewer.locator("[data-admit]")).to_have_text("Let in")
    await interviewer.locator("[data-admit]").click()

    await sees_the_other(candidate)
    await sees_the_other(interviewer)

    await candidate.reload()
    await sees_the_other(candidate)
    await sees_the_other(interviewer)

    await interviewer.get_by_test_id("chat-input").fill("请介绍一下自己")
    await interviewer.get_by_test_id("chat-send").click()
    await candidate.locator("#side-button").click()
    await expect(candidate.get_by_test_id("chat-log")).to_contain_text("请介绍一下自己")
    await candidate.locator("#side-close").click()

    await interviewer.get_by_test_id("leave-interview").click()
    await interviewer.locator("[data-end-now]").click()
    await expect(candidate.get_by_role("heading", name="What happens next")).to_be_visible()
    await expect(interviewer.get_by_role("link", name="Decide in the inbox")).to_have_attribute(
        "href", f"/employers/{scene.organisation}/inbox"
    )


async def test_a_ready_interviewer_lets_in_whoever_joins_the_line(
    site: Site, scene: Scene, wang: str, media: None, open_as: Any
) -> None:
    room = await scene.invite(wang)
    interviewer = await open_as(scene.interviewer, f"/interviews/{room}", **DESK)
    ready = interviewer.get_by_test_id("join-interview")
    for words in ("Ready, waiting…", "Let in when they come", "Ready, waiting…"):
        await ready.click()
        await expect(ready).to_have_text(words)
    candidate = await open_as(wang, f"/interviews/{room}", **PHONE)
    await candidate.get_by_test_id("join-interview").click()
    await sees_the_other(candidate)
    await sees_the_other(interviewer)


async def admitted(scene: Scene, candidate: str) -> str:
    """An interview whose candidate was let in just now; its room."""
    room = await scene.invite(candidate)
    await scene.arrive(candidate, room)
    assert (await scene.admit(room)).status_code == 201
    return room


async def test_pictures_come_back_when_the_media_process_is_started_anew(
    site: Site,
    scene: Scene,
    wang: str,
    open_as: Any,
    tmp_path: Path,
    free_port: Callable[[], int],
) -> None:
    room = await admitted(scene, wang)
    async with running_media(tmp_path, free_port()) as process:
        candidate = await open_as(wang, f"/interviews/{room}")
        interviewer = await open_as(scene.interviewer, f"/interviews/{room}")
        await sees_the_other(candidate)
        await sees_the_other(interviewer)
        process.kill()
        await process.wait()
    await expect(candidate.locator("#call-note")).to_be_visible()
    async with running_media(tmp_path, free_port()):
        await sees_the_other(candidate)
        await sees_the_other(interviewer)


async def test_who_leaves_for_now_comes_back_to_the_same_room(
    scene: Scene, wang: str, media: None, open_as: Any
) -> None:
    room = await admitted(scene, wang)
    candidate = await open_as(wang, f"/interviews/{room}", **PHONE)
    interviewer = await open_as(scene.interviewer, f"/interviews/{room}", **DESK)
    await sees_the_other(interviewer)
    await candidate.get_by_test_id("leave-interview").click()
    await candidate.locator("[data-leave-now]").click()
    await expect(interviewer.locator("#call-note")).to_contain_text("is away for a moment")
    await candidate.locator("[data-return]").click()
    await sees_the_other(candidate)
    await sees_the_other(interviewer)


async def test_a_camera_switched_off_is_said_to_be_off_and_comes_back(
    scene: Scene, wang: str, media: None, open_as: Any
) -> None:
    room = await admitted(scene, wang)
    candidate = await open_as(wang, f"/interviews/{room}", **PHONE)
    interviewer = await open_as(scene.interviewer, f"/interviews/{room}", **DESK)
    await sees_the_other(interviewer)
    camera = candidate.locator(".call-bar [data-device-switch='camera']")
    await camera.click()
    await expect(interviewer.locator("#call-note")).to_contain_text("camera of 王建国 is off")
    await camera.click()
    await sees_the_other(interviewer)


async def test_a_network_without_udp_is_named_and_writing_is_offered(
    scene: Scene, wang: str, media: None, open_as: Any
) -> None:
    room = await admitted(scene, wang)
    candidate = await open_as(wang, "/interviews", **PHONE)
    # Only relayed media, and there is no relay: what a firewall without UDP leaves.
    await candidate.add_init_script(
        """window.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(settings) { super({...settings, iceTransportPolicy: "relay"}); }
        }"""
    )
    await candidate.goto(f"/interviews/{room}")
    banner = candidate.locator("#call-state")
    await expect(banner).to_contain_text("cannot get through this network", timeout=15_000)
    await banner.get_by_role("button", name="Write instead").click()
    await candidate.get_by_test_id("chat-input").fill("我这里看不到视频")
    await candidate.get_by_test_id("chat-send").click()
    await expect(candidate.get_by_test_id("chat-log")).to_contain_text("我这里看不到视频")
    shown = (await scene.get(scene.interviewer, f"/api/rooms/{room}/snapshot")).json()
    assert [line["text"] for line in shown["state"]["messages"]] == ["我这里看不到视频"]


async def test_a_blocked_camera_is_explained_and_does_not_keep_anyone_out(
    scene: Scene, wang: str, open_as: Any, launch_browser: Launch
) -> None:
    asking = await launch_browser(without=("--use-fake-ui-for-media-stream",))
    room = await scene.invite(wang)
    page = await open_as(wang, f"/interviews/{room}", of=asking, **DESK)
    await expect(page.locator("[data-check='camera']")).to_contain_text("blocks the camera")
    await page.locator("#self-off [data-help]").click()
    await expect(page.locator("[data-how='chrome']")).to_be_visible()
    await expect(page.locator("[data-how='ios']")).to_be_hidden()
    await page.locator("[data-no-camera]").click()
    await page.get_by_test_id("join-interview").click()
    await expect(page.get_by_test_id("queue-position")).to_have_text("1")


async def test_a_place_in_the_line_is_shown_again_after_a_reload(
    site: Site, scene: Scene, wang: str, open_as: Any
) -> None:
    first = await site.person("zhao")
    await scene.arrive(first, await scene.invite(first))
    page = await open_as(wang, f"/interviews/{await scene.invite(wang)}", **PHONE)
    await page.get_by_test_id("join-interview").click()
    await expect(page.get_by_test_id("queue-position")).to_have_text("2")
    await expect(page.locator("#queue")).to_contain_text("8–14 min")
    await page.reload()
    await expect(page.get_by_test_id("queue-position")).to_have_text("2")


async def test_the_desk_follows_the_line_and_lets_in(
    scene: Scene, wang: str, open_as: Any
) -> None:
    room = await scene.invite(wang)
    desk = await open_as(scene.interviewer, "/interviews", **DESK)
    await expect(desk.locator("#expected")).to_contain_text("王建国")
    candidate = await open_as(wang, f"/interviews/{room}", **PHONE)
    await candidate.get_by_test_id("join-interview").click()
    await expect(desk.locator("#line")).to_contain_text("Here now", timeout=10_000)
    await desk.locator("#line [data-let-in]").click()
    await desk.wait_for_url(f"**/interviews/{room}")
    await expect(candidate.locator("#call")).to_be_visible()
