"""Real Chromium publishes by WHIP and plays by WHEP through a real media process."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from rooms.stagehand import HealthMeasured, PublisherCame, PublisherWent
from tests.conftest import EASY_MEDIA, Launch, NewPage
from tests.media.conftest import Node, next_report, until

pytestmark = [pytest.mark.browser]


async def numbers(page: Page) -> dict[str, Any]:
    told: dict[str, Any] = await page.evaluate("numbers()")
    return told


async def plays(page: Page, more_than: int = 20) -> dict[str, Any]:
    """The page's numbers once so many frames were shown."""

    async def moving() -> dict[str, Any] | None:
        told = await numbers(page)
        return told if told["frames"] > more_than and told["width"] > 0 else None

    told: dict[str, Any] = await until(moving, "moving pictures")
    return told


async def test_a_viewer_sees_and_hears_a_publisher(
    node: Node, page_url: str, new_page: NewPage
) -> None:
    host, viewer = await new_page(), await new_page()
    await host.goto(page_url)
    await viewer.goto(page_url)
    async with node.reports() as reports:
        await host.evaluate("publish('fair', 'host')")
        came = await next_report(reports, PublisherCame)
        assert (came.room, came.owner) == ("fair", "host")
        await viewer.evaluate("play('fair', 'anna')")
        seen = await plays(viewer)

        async def hears() -> bool:
            return bool((await numbers(viewer))["energy"] > 0)

        await until(hears, "sound")
        later = await plays(viewer, more_than=seen["frames"] + 60)
        assert later["lost"] == 0
        health = await next_report(reports, HealthMeasured)
        assert health.room == "fair"
        assert health.viewers == 1


async def test_feedback_lets_the_publisher_send_a_sharp_picture(
    node: Node, page_url: str, new_page: NewPage
) -> None:
    host = await new_page()
    await host.goto(page_url)
    await host.evaluate("publish('fair', 'host')")

    async def is_allowed() -> bool:
        return ((await numbers(host)).get("target") or 0) >= 2_000_000

    await until(is_allowed, "two megabits per second", within_s=40)


async def test_a_viewer_who_came_first_sees_the_publisher_when_there_is_one(
    node: Node, page_url: str, new_page: NewPage
) -> None:
    host, viewer = await new_page(), await new_page()
    await viewer.goto(page_url)
    await viewer.evaluate("play('fair', 'anna')")

    async def is_connected() -> bool:
        return bool((await numbers(viewer))["state"] == "connected")

    await until(is_connected, "the viewer waits, connected")
    await host.goto(page_url)
    await host.evaluate("publish('fair', 'host')")
    await plays(viewer)


async def test_a_publisher_who_reloads_goes_on_in_front_of_the_same_viewers(
    node: Node, page_url: str, new_page: NewPage
) -> None:
    host, viewer = await new_page(), await new_page()
    await host.goto(page_url)
    await viewer.goto(page_url)
    await host.evaluate("publish('fair', 'host')")
    await viewer.evaluate("play('fair', 'anna')")
    before = await plays(viewer)
    async with node.reports() as reports:
        await host.reload()
        await host.evaluate("publish('fair', 'host')")
        assert (await next_report(reports, PublisherWent)).reason in ("lost", "taken_over")
        await next_report(reports, PublisherCame)
    after = await plays(viewer, more_than=before["frames"] + 60)
    assert after["state"] == "connected"


async def test_a_viewer_joins_a_running_stream_by_its_keyframe(
    node: Node, page_url: str, new_page: NewPage
) -> None:
    host = await new_page()
    await host.goto(page_url)
    await host.evaluate("publish('fair', 'host')")
    for name in ("anna", "bo"):
        viewer = await new_page()
        await viewer.goto(page_url)
        await viewer.evaluate(f"play('fair', '{name}')")
        await plays(viewer)


async def test_it_works_in_a_browser_without_our_convenient_flags(
    node: Node, page_url: str, launch_browser: Launch, new_page: NewPage
) -> None:
    plain = await launch_browser(without=EASY_MEDIA)
    host, viewer = await new_page(of=plain), await new_page(of=plain)
    await host.goto(page_url)
    await viewer.goto(page_url)
    await host.evaluate("publish('fair', 'host')")
    await viewer.evaluate("play('fair', 'anna', true)")
    await plays(viewer)
