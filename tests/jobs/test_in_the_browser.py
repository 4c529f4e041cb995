"""An employer writes, an officer decides by keyboard, a stranger reads: in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from server.base.security import SESSION_COOKIE
from tests.conftest import NewPage
from tests.jobs.postings import employer
from tests.site import Site

pytestmark = pytest.mark.browser


async def page_of(site: Site, new_page: NewPage, person: str = "") -> Page:
    page = await new_page(
        base_url=site.url, locale="en-GB", viewport={"width": 1280, "height": 800}
    )
    if person:
        cookie = {"name": SESSION_COOKIE, "value": await site.cookie(person), "url": site.url}
        await page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


async def test_a_posting_goes_from_the_form_to_the_public(site: Site, new_page: NewPage) -> None:
    house = await employer(site)
    page = await page_of(site, new_page, house.owner)
    await page.goto(f"/employers/{house.id}/jobs")
    await page.get_by_role("link", name="Write a posting").click()
    await page.get_by_label("Job title").fill("Quality inspector")
    await page.get_by_label("Place of work").fill("Suzhou")
    await page.get_by_label("How many people").fill("12")
    await page.get_by_label("Pay from").fill("9000")
    await page.get_by_label("Pay to").fill("8000")
    await page.get_by_label("Kind of work").select_option("factory")
    await page.get_by_label("Employment type").select_option("full_time")
    await page.get_by_label("Duties").fill("Inspect parts against drawings.")
    await page.get_by_label("Whom you look for").fill("Reads drawings.")
    preview = page.locator("#preview")
    await expect(preview).to_contain_text("Quality inspector")
    await expect(preview).to_contain_text("¥9,000–8,000 / month")
    await expect(preview).to_contain_text("Headcount: 12")
    await page.get_by_role("button", name="Send to review").click()
    wrong = page.get_by_label("Pay to")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(wrong).to_be_focused()
    await expect(page.locator("#f-pay_max-error")).to_have_text(
        "The highest pay is below the lowest."
    )
    await wrong.fill("10500")
    await page.get_by_role("button", name="Send to review").click()
    await page.wait_for_url("**/jobs?status=waiting")
    await expect(page.locator(".own-job")).to_contain_text("¥9,000–10,500 / month")

    desk = await page_of(site, new_page, house.officer)
    await desk.goto("/officer/queue")
    await desk.get_by_test_id("approve").click()
    await expect(desk.get_by_text("Nothing waits")).to_be_visible()

    stranger = await page_of(site, new_page)
    await stranger.goto("/jobs")
    await stranger.get_by_role("searchbox", name="Search").fill("inspector")
    await stranger.keyboard.press("Enter")
    await stranger.get_by_role("link", name="Quality inspector").click()
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("Quality inspector")
    await expect(stranger.get_by_test_id("apply")).to_be_visible()


async def test_a_draft_is_kept_closed_and_opened_from_the_list(
    site: Site, new_page: NewPage
) -> None:
    house = await employer(site)
    await house.approved(title="Lathe operator")
    page = await page_of(site, new_page, house.owner)
    await page.goto(f"/employers/{house.id}/jobs")
    await page.get_by_role("link", name="Copy").click()
    await page.get_by_label("Job title").fill("Lathe operator, nights")
    await page.get_by_role("button", name="Save as a draft").click()
    await page.wait_for_url("**/jobs?status=draft")
    await expect(page.locator(".own-job")).to_contain_text("Lathe operator, nights")
    await page.goto(f"/employers/{house.id}/jobs?status=approved")
    await page.get_by_role("button", name="Close posting").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(page.get_by_text("No posting is here just now")).to_be_visible()
    await page.goto(f"/employers/{house.id}/jobs?status=closed")
    await page.get_by_role("button", name="Open again").click()
    await expect(page.get_by_role("link", name="Public 1")).to_be_visible()


async def test_an_officer_decides_with_the_keyboard_alone(site: Site, new_page: NewPage) -> None:
    house = await employer(site)
    jobs = []
    for title in ("First", "Second", "Third"):
        jobs.append(await house.waiting(title=title))
        site.house.clock.advance(60)
    page = await page_of(site, new_page, house.officer)
    await page.goto("/officer/queue")
    waiting = page.locator("[data-fill=waiting]")
    await expect(waiting).to_have_text("3")
    for key in "jj":
        await page.keyboard.press(key)
    await expect(page.locator(f".review[data-subject='{jobs[1]}']")).to_be_focused()
    await page.keyboard.press("k")
    await expect(page.locator(f".review[data-subject='{jobs[0]}']")).to_be_focused()
    await page.keyboard.press("a")
    await expect(waiting).to_have_text("2")
    await expect(page.locator(f".review[data-subject='{jobs[1]}']")).to_be_focused()
    await page.keyboard.press("r")
    await expect(page.get_by_role("heading", name="Refuse “Second”")).to_be_visible()
    await page.get_by_role("button", name="Refuse", exact=True).last.click()
    await expect(page.get_by_role("textbox", name="Reason")).to_have_attribute(
        "aria-invalid", "true"
    )
    await page.get_by_role("button", name="The duties are too vague").click()
    await page.get_by_role("button", name="Refuse", exact=True).last.click()
    await expect(waiting).to_have_text("1")
    await expect(page.locator(f".review[data-subject='{jobs[2]}']")).to_be_focused()
    assert await house.status(jobs[0]) == "approved"
    assert await house.status(jobs[1]) == "refused"

    await page.get_by_role("switch", name="Keys").uncheck()
    await page.locator(f".review[data-subject='{jobs[2]}']").focus()
    await page.keyboard.press("a")
    await page.reload()
    await expect(page.get_by_role("switch", name="Keys")).not_to_be_checked()
    assert await house.status(jobs[2]) == "waiting"


async def test_an_officer_takes_a_public_posting_down(site: Site, new_page: NewPage) -> None:
    house = await employer(site)
    job = await house.approved(title="Too good to be true")
    page = await page_of(site, new_page, house.officer)
    await page.goto("/officer/public")
    await page.get_by_role("button", name="Take down").click()
    await page.get_by_role("button", name="It asks for a fee").click()
    await page.get_by_role("button", name="Take down", exact=True).last.click()
    await expect(page.get_by_text("No open postings just now")).to_be_visible()
    assert not await house.is_public(job)
    await page.get_by_role("link", name="Decisions").click()
    await expect(page.get_by_role("row", name="Too good to be true").first).to_contain_text(
        "Taken down"
    )
