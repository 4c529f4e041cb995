"""Receipts: both sides have one, anybody can check it, and it tells nobody how to reach them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from server.jobs.store import change_job
from tests.conftest import NewPage
from tests.hiring.cast import EMAIL, PHONE, Play, make_play
from tests.hiring.test_in_the_browser import PHONE_SIZE, page_of
from tests.site import Site


async def won(site: Site) -> tuple[Play, str]:
    """Somebody holds a place; their application."""
    play = await make_play(site)
    assert (await play.claimed(play.candidate)).status_code == 201
    [mine] = await play.mine()
    return play, str(mine["id"])


async def test_both_sides_have_the_same_receipt_and_nobody_else_has(site: Site) -> None:
    play, application = await won(site)
    path = f"/api/applications/{application}/receipt"
    mine, theirs = [
        (await play.call(person, "GET", path)).json()
        for person in (play.candidate, play.world.host)
    ]
    assert mine == theirs
    said = mine["promise"]
    assert (said["candidate"], said["employer"], said["job_title"]) == ("Li", "Mingyuan", "Job 1")
    assert (said["pay_min"], said["pay_max"], said["work_place"]) == (6000, 8000, "Suzhou")
    stranger = await site.person("stranger")
    assert (await play.call(stranger, "GET", path)).status_code == 404


async def test_whoever_has_the_code_sees_what_it_says_and_whether_it_stands(site: Site) -> None:
    play, application = await won(site)
    path = f"/api/applications/{application}/receipt"
    code = (await play.call(play.candidate, "GET", path)).json()["code"]
    seen = []
    async with site.client() as anybody:

        async def look() -> None:
            answer = (await anybody.get(f"/api/receipts/{code}")).json()
            seen.append((answer["standing"], answer["until"] is not None))
            page = await anybody.get(f"/receipts/{code}")
            assert page.status_code == 200
            assert PHONE not in page.text
            assert EMAIL not in page.text

        await look()
        await play.does(play.world.host, f"{application}/confirm")
        await look()
        await play.does(play.candidate, f"{application}/accept")
        await look()
    assert seen == [("provisional", True), ("confirmed", True), ("hired", False)]


@pytest.mark.parametrize("end", ["decline", "withdraw"])
async def test_a_place_that_was_lost_says_so(site: Site, end: str) -> None:
    play, application = await won(site)
    path = f"/api/applications/{application}/receipt"
    code = (await play.call(play.candidate, "GET", path)).json()["code"]
    who = play.candidate if end == "withdraw" else play.world.host
    body = {"reason": "Filled."} if end == "decline" else {}
    await play.does(who, f"{application}/{end}", **body)
    async with site.client() as anybody:
        told = (await anybody.get(f"/api/receipts/{code}")).json()
    expected = {"decline": "declined", "withdraw": "withdrawn"}[end]
    assert (told["standing"], told["ended"]) == ("over", expected)


async def test_a_code_with_one_other_letter_is_no_receipt(site: Site) -> None:
    play, application = await won(site)
    path = f"/api/applications/{application}/receipt"
    code = (await play.call(play.candidate, "GET", path)).json()["code"]
    false = [
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        code.partition(".")[0],
        f"{code}x",
        "ü.ü",
    ]
    async with site.client() as anybody:
        for wrong in false:
            assert (await anybody.get(f"/api/receipts/{wrong}")).status_code == 404
            assert (await anybody.get(f"/receipts/{wrong}")).status_code == 404


async def test_a_receipt_keeps_its_words_when_the_posting_changes(site: Site) -> None:
    play, application = await won(site)
    path = f"/api/applications/{application}/receipt"
    before = (await play.call(play.candidate, "GET", path)).json()
    async with site.house.db.write() as tx:
        await change_job(tx, play.world.jobs[0], title="Another", pay_min=1, place="Elsewhere")
    assert (await play.call(play.candidate, "GET", path)).json() == before


@pytest.mark.browser
async def test_a_winner_opens_the_receipt_and_it_prints_on_one_page(
    site: Site, new_page: NewPage
) -> None:
    play, _ = await won(site)
    phone = await page_of(site, new_page, play.candidate, PHONE_SIZE)
    await phone.goto("/my")
    await phone.get_by_test_id("receipt").click()
    receipt = phone.get_by_test_id("receipt")
    await expect(receipt).to_have_attribute("data-standing", "provisional")
    await expect(receipt).to_contain_text("Job 1")
    paper = await phone.pdf(format="A4", print_background=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page/") == 1
    await phone.emulate_media(media="print")
    await expect(phone.get_by_role("button", name="Print")).to_be_hidden()
