"""A live room in real browsers: seen, heard, chatted in, raced for."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.conftest import EASY_MEDIA, Launch
from tests.fair.conftest import PHONE, Enter, Fair
from tests.fair.network import network_to

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WAIT_MS = 25_000
# what Chromium says of a server or a network that is away for a while
CUT_OFF = ("WebSocket connection to", "net::ERR_")
FRAMES = """() => {
  const video = document.querySelector('[data-testid="live-video"]');
  return video.videoWidth > 0 ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
}"""
MORE_FRAMES = f"(before) => ({FRAMES})() > before + 10"
SOUND = """async () => {
  let energy = 0;
  for (const connection of window.connections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "audio") {
        energy += report.totalAudioEnergy ?? 0;
      }
    }
  }
  return energy > 0;
}"""


SETTLED = ", ".join(
    f'[data-testid="offer-result"][data-state="{state}"]' for state in ("won", "full", "closed")
)
CLAIM_AT = """(at) => new Promise((done) => setTimeout(() => {
  document.querySelector('[data-testid="offer-claim"]').click();
  done();
}, at - Date.now()))"""


async def go_live(enter: Enter, fair: Fair, **options: Any) -> Page:
    """The host opens the console and goes on air."""
    assert fair.demo.sign_in is not None
    host = await enter(fair.demo.sign_in.host, fair.demo.live_room.host_url, **options)
    await host.get_by_test_id("go-live").click()
    await expect(host.get_by_test_id("end-live")).to_be_visible(timeout=WAIT_MS)
    return host


async def sees_moving_video(page: Page) -> None:
    before = await page.evaluate(FRAMES)
    await page.wait_for_function(MORE_FRAMES, arg=before, timeout=WAIT_MS)


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("chat-input").fill(text)
    await page.get_by_test_id("chat-send").click()


async def watch(enter: Enter, fair: Fair, number: int, **options: Any) -> Page:
    """A candidate in the live room."""
    assert fair.demo.sign_in is not None
    link = fair.demo.sign_in.candidates[number]
    return await enter(link, fair.demo.live_room.url, **options)


async def test_two_candidates_see_and_hear_the_host(enter: Enter, fair: Fair) -> None:
    await go_live(enter, fair)
    pages = [await watch(enter, fair, 0, **PHONE), await watch(enter, fair, 1)]
    for page in pages:
        await sees_moving_video(page)
        await page.wait_for_function(SOUND, timeout=WAIT_MS)
        await expect(page.get_by_test_id("viewer-count").locator("visible=true")).to_contain_text(
            "2", timeout=WAIT_MS
        )


async def test_it_plays_in_a_browser_without_any_help(
    enter: Enter, fair: Fair, launch_browser: Launch
) -> None:
    wild = await launch_browser(without=EASY_MEDIA)
    await go_live(enter, fair, of=wild)
    guest = await enter("", fair.demo.live_room.url, of=wild, **PHONE)
    await sees_moving_video(guest)


async def test_a_host_who_reloads_goes_on_in_front_of_the_same_viewers(
    enter: Enter, fair: Fair
) -> None:
    host = await go_live(enter, fair)
    viewer = await watch(enter, fair, 0)
    await sees_moving_video(viewer)
    connections = await viewer.evaluate("() => window.connections.length")
    await host.reload()
    await expect(host.get_by_test_id("end-live")).to_be_visible(timeout=WAIT_MS)
    await sees_moving_video(viewer)
    assert await viewer.evaluate("() => window.connections.length") == connections


async def test_everybody_comes_back_when_the_media_process_dies(enter: Enter, fair: Fair) -> None:
    await go_live(enter, fair)
    viewer = await watch(enter, fair, 0)
    await sees_moving_video(viewer)
    os.kill(fair.served.child("media"), signal.SIGKILL)
    await viewer.wait_for_function("() => window.connections.length > 1", timeout=WAIT_MS)
    await sees_moving_video(viewer)


async def test_the_video_runs_on_when_the_web_process_dies(enter: Enter, fair: Fair) -> None:
    await go_live(enter, fair, forgive=CUT_OFF)
    viewer = await watch(enter, fair, 0, forgive=CUT_OFF)
    await sees_moving_video(viewer)
    os.kill(fair.served.child("web"), signal.SIGKILL)
    await sees_moving_video(viewer)
    await say_when_back(viewer, "still here")
    assert await viewer.evaluate("() => window.connections.length") == 1


async def say_when_back(page: Page, text: str) -> None:
    """The chat comes back by itself; until then a line may be refused."""
    line = page.get_by_test_id("chat-log").get_by_text(text)
    async with asyncio.timeout(30):
        while not await line.count():
            await say(page, text)
            await page.wait_for_timeout(500)


async def test_chat_missed_while_the_network_was_cut_arrives_once_and_in_order(
    enter: Enter, fair: Fair
) -> None:
    port = urlsplit(fair.served.url).port
    assert port
    async with network_to(port) as network:
        away = await watch(enter, fair, 0, through=network.port, forgive=CUT_OFF)
        talker = await watch(enter, fair, 1)
        await say(talker, "before")
        await expect(away.get_by_test_id("chat-log")).to_contain_text("before", timeout=WAIT_MS)
        network.cut()
        lines = [f"missed line {number}" for number in range(5)]
        for line in lines:
            await say(talker, line)
            await expect(talker.get_by_test_id("chat-log")).to_contain_text(line)
        await away.wait_for_timeout(5_000)
        network.mend()
        log = away.get_by_test_id("chat-log")
        await expect(log).to_contain_text(lines[-1], timeout=WAIT_MS)
        text = await log.inner_text()
        assert [text.count(line) for line in lines] == [1] * len(lines)
        assert sorted(lines, key=text.index) == lines


async def compose_offer(host: Page, *, kind: str, places: int) -> None:
    """The host puts a quick-hire offer on every screen."""
    await host.locator(f"input[name=kind][value={kind}]").check(force=True)
    await host.locator("input[name=places]").fill(str(places))
    await host.get_by_test_id("offer-open").click()


async def test_three_race_for_two_places_and_every_card_agrees(enter: Enter, fair: Fair) -> None:
    assert fair.demo.sign_in is not None
    host = await enter(fair.demo.sign_in.host, fair.demo.live_room.host_url)
    racers = [await watch(enter, fair, number) for number in range(3)]
    await compose_offer(host, kind="hire", places=2)
    for page in racers:
        await expect(page.get_by_test_id("offer-claim")).to_be_visible(timeout=WAIT_MS)
    start_ms = (time.time() + 2) * 1000
    await asyncio.gather(*(page.evaluate(CLAIM_AT, start_ms) for page in racers))
    states = []
    for page in racers:
        result = page.locator(SETTLED)
        await expect(result).to_be_visible(timeout=WAIT_MS)
        states.append(await result.get_attribute("data-state"))
    assert sorted(map(str, states)) == ["full", "won", "won"]
    winners = host.locator("#offer-list [data-fill=winners]")
    await expect(winners).to_contain_text("、", timeout=WAIT_MS)
