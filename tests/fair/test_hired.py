"""From an application in the live room to a hire and the fair's report, by reading the screen."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.fair.conftest import PHONE, Enter, Fair

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

WAIT_MS = 25_000
NAME = "李建国"
MOVES = """(before) => {
  const video = document.querySelector('[data-testid="remote-video"]');
  return video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > before + 5;
}"""


async def test_a_stranger_is_hired_and_counted(enter: Enter, fair: Fair) -> None:
    ways = fair.demo.sign_in
    assert ways is not None
    host = await enter(ways.host, fair.demo.live_room.host_url)
    await host.get_by_test_id("go-live").click()
    await expect(host.get_by_test_id("end-live")).to_be_visible(timeout=WAIT_MS)
    await host.get_by_test_id("pin-job").first.click()

    candidate = await enter(ways.candidates[1], fair.demo.live_room.url, **PHONE)
    await apply_in_two_taps(candidate)

    organisation = (await me(fair, "host"))["organisations"][0]["id"]
    inbox = f"/employers/{organisation}/inbox"
    manager = await enter(ways.host, inbox)
    await manager.locator("[data-decide=invite]").first.click()
    await manager.get_by_test_id("invite-send").click()

    await candidate.goto("/my")
    await candidate.get_by_test_id("join-interview").click()
    await candidate.wait_for_url("**/interviews/*")
    await candidate.get_by_test_id("join-interview").click()
    await expect(candidate.get_by_test_id("queue-position")).to_be_visible(timeout=WAIT_MS)

    interviewer = await enter(ways.interviewer, candidate.url)
    admit = interviewer.locator("[data-admit]")
    await expect(admit).to_be_enabled(timeout=WAIT_MS)
    await admit.click()
    for page in (interviewer, candidate):
        await page.wait_for_function(MOVES, arg=0, timeout=WAIT_MS)
    await interviewer.get_by_test_id("leave-interview").click()
    await interviewer.locator("[data-end-now]").click()
    await expect(candidate.get_by_text("What happens next")).to_be_visible(timeout=WAIT_MS)

    await manager.goto(f"{inbox}?stage=interview")
    await offer_the_job(manager)
    await candidate.goto("/my")
    await candidate.get_by_test_id("accept-offer").click()
    await expect(candidate.get_by_text("0512-5550-0101")).to_be_visible(timeout=WAIT_MS)
    await manager.goto(f"{inbox}?stage=hired")
    await expect(manager.get_by_text("100-0000-0002")).to_be_visible(timeout=WAIT_MS)

    await the_report_has_them(enter, fair)


async def apply_in_two_taps(candidate: Page) -> None:
    await candidate.get_by_test_id("pinned-job").get_by_test_id("apply").click(timeout=WAIT_MS)
    await candidate.get_by_test_id("apply-send").click(timeout=WAIT_MS)
    await expect(candidate.get_by_test_id("apply-send")).to_be_hidden(timeout=WAIT_MS)


async def offer_the_job(manager: Page) -> None:
    await manager.get_by_test_id("offer").first.click()
    yes = manager.get_by_role("dialog").get_by_role("button").last
    await yes.click()
    await expect(manager.get_by_test_id("offer")).to_have_count(0, timeout=WAIT_MS)


async def me(fair: Fair, role: str) -> dict[str, list[dict[str, str]]]:
    """What the API says of the demo's person with this role."""
    assert fair.demo.tokens is not None
    headers = {"Authorization": f"Bearer {getattr(fair.demo.tokens, role)}"}
    async with httpx.AsyncClient(base_url=fair.served.url, headers=headers) as api:
        answer: dict[str, list[dict[str, str]]] = (await api.get("/api/me")).json()
        return answer


async def the_report_has_them(enter: Enter, fair: Fair) -> None:
    assert fair.demo.sign_in is not None
    assert fair.demo.tokens is not None
    report = await enter(fair.demo.sign_in.organiser, f"/fairs/{fair.demo.fair.id}/report")
    await expect(report.get_by_test_id("attendance-table")).to_contain_text(NAME)
    headers = {"Authorization": f"Bearer {fair.demo.tokens.organiser}"}
    path = f"/api/fairs/{fair.demo.fair.id}/attendance"
    async with httpx.AsyncClient(base_url=fair.served.url, headers=headers) as api:
        answer = (await api.get(path)).json()
        sheet = (await api.get(f"{path}.csv")).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sheet)))
    for name in (NAME, "林悦", "吴强"):  # the candidate, the host, the interviewer
        [row] = [person for person in answer["people"] if person["name"] == name]
        assert 0 < row["dwell_s"] < 240
        assert any(name in line for line in lines)
