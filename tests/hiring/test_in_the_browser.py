"""A candidate applies in two taps and follows the answers; the employer decides from the inbox."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from server.base.security import SESSION_COOKIE
from tests.conftest import NewPage
from tests.hiring.cast import PHONE, make_play
from tests.hiring.test_claims import open_offer
from tests.site import Site

pytestmark = pytest.mark.browser
PHONE_SIZE = {"width": 390, "height": 844}
DESK_SIZE = {"width": 1280, "height": 800}


async def page_of(
    site: Site,
    new_page: NewPage,
    person: str,
    size: dict[str, int],
    locale: str = "en-GB",
    forgive: tuple[str, ...] = (),
) -> Page:
    page = await new_page(base_url=site.url, locale=locale, viewport=size, forgive=forgive)
    cookie = {"name": SESSION_COOKIE, "value": await site.cookie(person), "url": site.url}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


async def test_from_the_first_tap_to_the_hire(site: Site, new_page: NewPage) -> None:
    play = await make_play(site)
    newcomer = await site.person("newcomer", name="Sun Li")
    phone = await page_of(site, new_page, newcomer, PHONE_SIZE)
    await phone.goto(f"/jobs/{play.world.jobs[0]}")
    await phone.get_by_test_id("apply").click()
    sheet = phone.locator("#apply")
    await expect(sheet).to_contain_text("Job 1")
    await expect(sheet.get_by_label("Name")).to_have_value("Sun Li")
    await expect(sheet.get_by_label("Phone")).to_be_focused()
    await phone.get_by_test_id("apply-send").click()
    await expect(sheet.get_by_label("Phone")).to_have_attribute("aria-invalid", "true")
    await sheet.get_by_label("Phone").fill(PHONE)
    await phone.get_by_test_id("apply-send").click()
    await expect(phone.get_by_text("Sent to Mingyuan.")).to_be_visible()
    await phone.get_by_test_id("applied").click()
    await expect(phone.locator(".application")).to_have_attribute("data-stage", "applied")

    desk = await page_of(site, new_page, play.world.host, DESK_SIZE)
    await desk.goto(f"/employers/{play.world.organisation}/inbox")
    applicant = desk.locator(".applicant")
    await expect(applicant).to_contain_text("Sun Li")
    await applicant.get_by_test_id("invite").click()
    await expect(desk.get_by_label("Interviewer")).to_have_value(play.world.interviewer)
    await desk.get_by_test_id("invite-send").click()
    await expect(desk.get_by_text("No new applicants")).to_have_count(0)

    await expect(phone.get_by_test_id("join-interview")).to_be_visible(timeout=15_000)
    [mine] = await play.mine(newcomer)
    room = mine["interview"]["room"]
    assert await phone.get_by_test_id("join-interview").get_attribute("href") == (
        f"/interviews/{room}"
    )

    await desk.get_by_test_id("offer").click()
    await desk.get_by_test_id("confirm-yes").click()
    await phone.get_by_test_id("accept-offer").click(timeout=15_000)
    await expect(phone.get_by_role("link", name="0512-0000000")).to_be_visible()
    await expect(desk.get_by_role("link", name="Hired 1")).to_be_visible(timeout=15_000)
    await desk.get_by_role("link", name="Hired 1").click()
    await expect(desk.get_by_role("link", name=PHONE)).to_be_visible()


async def test_with_a_profile_it_is_two_taps_and_the_sheet_says_what_goes_out(
    site: Site, new_page: NewPage
) -> None:
    play = await make_play(site)
    phone = await page_of(site, new_page, play.candidate, PHONE_SIZE, "zh-CN")
    await phone.goto(f"/jobs/{play.world.jobs[0]}")
    await phone.get_by_test_id("apply").click()
    now = phone.get_by_role("region", name="投递后企业马上看到")
    await expect(now).to_contain_text("Six years at the lathe")
    await expect(now).not_to_contain_text(PHONE)
    later = phone.get_by_role("region", name="双方都确认录用后，企业才看到")
    await expect(later).to_contain_text(PHONE)
    await expect(phone.get_by_test_id("apply-send")).to_be_focused()
    await phone.get_by_test_id("apply-send").click()
    await expect(phone.get_by_test_id("applied")).to_be_visible()
    await phone.reload()
    await expect(phone.get_by_test_id("applied")).to_be_visible()


async def test_declining_asks_for_a_reason_and_taking_back_asks_first(
    site: Site, new_page: NewPage
) -> None:
    play = await make_play(site)
    await play.applied()
    await play.applied(job=play.world.jobs[1])
    desk = await page_of(site, new_page, play.world.host, DESK_SIZE)
    await desk.goto(f"/employers/{play.world.organisation}/inbox")
    await desk.get_by_label("Job", exact=True).select_option(play.world.jobs[0])
    await expect(desk.locator(".applicant")).to_have_count(1)
    await desk.get_by_test_id("decline").click()
    await expect(desk.get_by_role("heading", name="Decline Li Hua")).to_be_visible()
    await desk.get_by_test_id("decline-send").click()
    reason = desk.get_by_role("textbox", name="Reason")
    await expect(reason).to_have_attribute("aria-invalid", "true")
    await desk.get_by_role("button", name="The place has been filled.").click()
    await desk.get_by_test_id("decline-send").click()
    await expect(desk.get_by_role("link", name="Closed 1")).to_be_visible()

    phone = await page_of(site, new_page, play.candidate, PHONE_SIZE)
    await phone.goto("/my")
    await expect(phone.get_by_text("The place has been filled.")).to_be_visible()
    await phone.get_by_test_id("withdraw").click()
    await expect(phone.get_by_text("Take back your application for Job 2?")).to_be_visible()
    await phone.get_by_test_id("confirm-yes").click()
    await expect(phone.locator("[data-stage=withdrawn]")).to_be_visible()


async def test_a_winner_without_a_phone_number_is_asked_for_it(
    site: Site, new_page: NewPage
) -> None:
    play = await make_play(site)
    newcomer = await site.person("newcomer", name="Sun Li")
    await play.claimed(newcomer)
    phone = await page_of(site, new_page, newcomer, PHONE_SIZE)
    await phone.goto("/my")
    await expect(
        phone.get_by_role("heading", name="How can the employer reach you?")
    ).to_be_visible()
    await phone.get_by_label("Phone").fill(PHONE)
    await phone.get_by_role("button", name="Save").click()
    await expect(
        phone.get_by_role("heading", name="How can the employer reach you?")
    ).to_have_count(0)
    await expect(phone.locator("[data-stage=accepted]")).to_be_visible()


async def test_who_stands_by_sees_the_line_move_and_the_place_come(
    site: Site, new_page: NewPage
) -> None:
    play = await make_play(site)
    offer = await open_offer(play.world, 1, seconds=600)
    first, heir = await site.person("first"), await site.person("heir", name="Sun Li")
    for person, way in ((first, "claims"), (play.candidate, "standby")):
        answer = await play.call(person, "POST", f"/api/offers/{offer}/{way}")
        assert answer.status_code == 201
    no_media = ("503",)
    phone = await page_of(site, new_page, heir, PHONE_SIZE, forgive=no_media)
    await phone.goto(f"/live/{play.world.room}")
    await expect(phone.get_by_text("1 stand by before you.")).to_be_visible()
    await phone.get_by_test_id("offer-standby").click()
    result = phone.get_by_test_id("offer-result")
    await expect(result).to_contain_text("You are number 2 in line")
    await play.call(play.candidate, "DELETE", f"/api/offers/{offer}/claims/mine")
    await expect(result).to_contain_text("You are first in line")
    await play.call(first, "DELETE", f"/api/offers/{offer}/claims/mine")
    await expect(result).to_have_attribute("data-state", "won")
    await phone.goto("/my")
    await expect(phone.locator("[data-stage=accepted]")).to_contain_text("Until")


async def test_leaving_the_line_asks_first(site: Site, new_page: NewPage) -> None:
    play = await make_play(site)
    offer = await open_offer(play.world, 1, seconds=600)
    await play.call(await site.person("first"), "POST", f"/api/offers/{offer}/claims")
    await play.call(play.candidate, "POST", f"/api/offers/{offer}/standby")
    phone = await page_of(site, new_page, play.candidate, PHONE_SIZE)
    await phone.goto("/my")
    await phone.get_by_role("button", name="Stop standing by").click()
    await expect(phone.get_by_text("Your position is given up.")).to_be_visible()
    await phone.get_by_test_id("confirm-yes").click()
    await expect(phone.get_by_role("heading", name="Standing by")).to_have_count(0)
