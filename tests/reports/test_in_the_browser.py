"""The organiser reads the report in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.base.security import SESSION_COOKIE
from tests.conftest import NewPage
from tests.reports.scene import Scene, make_scene
from tests.site import Site

pytestmark = pytest.mark.browser


async def page_of(scene: Scene, new_page: NewPage, person: str = "", **options: Any) -> Page:
    """A page of this person, the organiser without one."""
    asked: dict[str, Any] = {
        "locale": "en-GB",
        "viewport": {"width": 1280, "height": 800},
        **options,
    }
    page = await new_page(base_url=scene.site.url, **asked)
    value = await scene.site.cookie(person or scene.organiser)
    cookie = {"name": SESSION_COOKIE, "value": value, "url": scene.site.url}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


async def visited(site: Site) -> Scene:
    """A fair with two candidates, a guest, a host and an interview."""
    scene = await make_scene(site)
    wang = await site.person("wang", name="Wang Min")
    zhang = await site.person("zhang", name="Zhang Bo")
    await scene.stay(scene.world.host, -5, 50, "host")
    await scene.stay(zhang, 1, 11)
    await scene.stay(wang, 2, 45)
    await scene.stay("guest:g", 3, 8)
    room = await scene.interview(wang, 20, 30, 44)
    await scene.stay(wang, 28, 44, "candidate", room)
    await scene.apply(wang, "hired", interview=room)
    return scene


async def names(page: Page) -> list[str]:
    """The names in the table, as they are seen."""
    rows = page.get_by_test_id("attendance-table").locator("tbody tr:visible th")
    return [text.strip() for text in await rows.all_inner_texts()]


async def test_the_table_sorts_by_its_heads_and_filters_by_role_and_name(
    site: Site, new_page: NewPage
) -> None:
    scene = await visited(site)
    page = await page_of(scene, new_page)
    await page.goto(f"/fairs/{scene.fair}/report")
    assert await names(page) == ["Lin Yue", "Zhang Bo", "Wang Min", "Guest 1"]
    here = page.get_by_role("columnheader", name="Time here")
    await here.get_by_role("button").click()
    await expect(here).to_have_attribute("aria-sort", "descending")
    assert await names(page) == ["Lin Yue", "Wang Min", "Zhang Bo", "Guest 1"]
    await here.get_by_role("button").press("Enter")
    await expect(here).to_have_attribute("aria-sort", "ascending")
    assert await names(page) == ["Guest 1", "Zhang Bo", "Wang Min", "Lin Yue"]
    await page.get_by_role("radio", name="Candidates").check()
    assert await names(page) == ["Zhang Bo", "Wang Min"]
    await page.get_by_label("Find a name").fill("wang")
    assert await names(page) == ["Wang Min"]
    await expect(page.get_by_text("1 of 4 shown")).to_be_visible()


async def test_the_curve_is_drawn_and_told_as_a_table(site: Site, new_page: NewPage) -> None:
    scene = await visited(site)
    page = await page_of(scene, new_page)
    await page.goto(f"/fairs/{scene.fair}/report")
    chart = page.get_by_role("img", name=re.compile("at most 4 people"))
    await expect(chart.locator("canvas")).to_be_visible()
    await page.get_by_text("The curve as a table").click()
    rows = page.get_by_role("table", name=re.compile("every 2 minutes")).locator("tbody tr")
    most = [int(text) for text in await rows.locator("td:nth-child(3)").all_inner_texts()]
    assert max(most) == 4
    await expect(page.locator(".stat", has_text="Hires")).to_contain_text("1")
    await expect(
        page.get_by_role("region", name="Interviews").get_by_role("table")
    ).to_contain_text("Attended")


async def test_a_refresh_brings_the_newcomer_and_keeps_order_and_filter(
    site: Site, new_page: NewPage
) -> None:
    scene = await visited(site)
    page = await page_of(scene, new_page)
    await page.goto(f"/fairs/{scene.fair}/report")
    await page.get_by_role("columnheader", name="Name").get_by_role("button").click()
    await page.get_by_role("radio", name="Candidates").check()
    chen = await site.person("chen", name="Chen Jie")
    await scene.stay(chen, 20, 40)
    await page.get_by_role("button", name="Refresh").click()
    await expect(page.get_by_text("The report is up to date.")).to_be_visible()
    assert await names(page) == ["Chen Jie", "Wang Min", "Zhang Bo"]
    await expect(page.get_by_role("button", name="Refresh")).to_be_focused()
    await expect(page.locator("[data-chart] canvas")).to_have_count(1)


async def test_another_date_is_a_click_away_and_says_that_nobody_came(
    site: Site, new_page: NewPage
) -> None:
    scene = await visited(site)
    await scene.date(-1)
    page = await page_of(scene, new_page)
    await page.goto(f"/fairs/{scene.fair}/report")
    await page.locator("summary", has_text="Choose a date").click()
    await page.locator(".report-dates a:not([aria-current])").click()
    await expect(page.get_by_role("heading", name="Nobody came")).to_be_visible()


async def test_the_files_come_with_a_click(site: Site, new_page: NewPage) -> None:
    scene = await visited(site)
    page = await page_of(scene, new_page)
    await page.goto(f"/fairs/{scene.fair}/report")
    for hook, ending in (("report-csv", "csv"), ("report-xlsx", "xlsx")):
        async with page.expect_download() as download:
            await page.get_by_test_id(hook).click()
        assert (await download.value).suggested_filename.endswith(f".{ending}")


async def test_on_a_phone_the_report_is_chinese_and_fits(site: Site, new_page: NewPage) -> None:
    scene = await visited(site)
    size = {"width": 320, "height": 700}
    page = await page_of(scene, new_page, locale="zh-CN", viewport=size)
    await page.goto(f"/fairs/{scene.fair}/report")
    await expect(page.get_by_role("heading", level=1)).to_have_text("到场报告")
    await page.get_by_label("排序").select_option(label="在场时长")
    assert await names(page) == ["Lin Yue", "Wang Min", "Zhang Bo", "访客 1"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_an_employer_is_told_that_it_is_not_for_them(site: Site, new_page: NewPage) -> None:
    scene = await visited(site)
    page = await page_of(scene, new_page, scene.world.host, forgive=("403",))
    await page.goto(f"/fairs/{scene.fair}/report")
    await expect(page.get_by_text("Only the fair's organiser and officers")).to_be_visible()
    await expect(page.get_by_text("Wang Min")).to_have_count(0)
