"""An organiser defines a fair and fills its agenda in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.conftest import NewPage
from tests.scheduling.scene import Scene, set_scene
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


async def page_of(scene: Scene, new_page: NewPage, person: str) -> Page:
    page = await new_page(base_url=scene.site.url, locale="en-GB", timezone_id="Europe/London")
    cookie = await scene.site.cookie(person)
    await page.context.add_cookies(
        [{"name": "daigang_session", "value": cookie, "url": scene.site.url}]
    )
    return page


async def test_the_editor_previews_dates_names_faults_and_saves(
    scene: Scene, new_page: NewPage
) -> None:
    page = await page_of(scene, new_page, scene.organiser)
    await page.goto("/fairs/new?lang=en")
    dates = page.locator("[data-dates] li")
    await expect(dates).to_have_count(6)
    await page.get_by_label("Day", exact=True).select_option("6")
    await page.get_by_label("Time zone").select_option("Europe/Berlin")
    await page.get_by_label("Starts at").fill("02:30")
    await page.get_by_label("First date").fill("2027-03-21")
    await expect(dates.nth(1)).to_contain_text("Sunday, March 28, 2027")
    await expect(dates.nth(1)).to_contain_text("03:30–05:30")
    await expect(dates.nth(1)).to_contain_text("starts 60 min later")
    await page.get_by_label("Name of the fair").fill("Sunday fair")
    await page.get_by_label("Last date").fill("2027-03-01")
    await page.get_by_test_id("save-fair").click()
    await expect(page.locator("#f-last_date-error")).to_have_text(
        "The fair would end before it starts."
    )
    await page.get_by_label("Last date").fill("")
    await page.get_by_test_id("save-fair").click()
    await page.wait_for_url("**/organiser")
    await expect(page.get_by_role("heading", name="Sunday fair")).to_be_visible()


async def test_a_session_is_added_and_edited_in_the_agenda(
    scene: Scene, new_page: NewPage
) -> None:
    await scene.booth()
    page = await page_of(scene, new_page, scene.organiser)
    await page.goto(f"/fairs/{scene.fair}/agenda?lang=en")
    await page.get_by_test_id("add-session").first.click()
    sheet = page.locator("#add")
    await expect(sheet.get_by_label("Starts at")).to_have_value("19:00")
    await sheet.get_by_label("Title of the session").fill("Welders wanted")
    await sheet.get_by_role("button", name="Add", exact=True).click()
    row = page.locator("[data-session]").filter(has_text="Welders wanted")
    await expect(row).to_contain_text("19:00")  # the fair's hour, not London's
    await row.locator("summary").click()
    await row.get_by_role("button", name="Edit").click()
    sheet = page.locator("#edit")
    await sheet.get_by_label("Starts at").fill("19:45")
    await sheet.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("19:45")


async def test_a_visitor_elsewhere_reads_the_fair_in_their_own_zone(
    scene: Scene, new_page: NewPage
) -> None:
    page = await new_page(base_url=scene.site.url, locale="en-GB", timezone_id="Europe/London")
    await page.goto(f"/fairs/{scene.fair}?lang=en")
    following = page.locator("section", has=page.locator("#next"))
    await expect(following).to_contain_text(":00 (19:00 China Standard Time)")
    await expect(page.locator(".lede")).to_contain_text("19:00–21:00")
