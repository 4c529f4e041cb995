"""The pages of accounts in both languages, what errors look like, and a first visit."""

from __future__ import annotations

import pytest

from tests.accounts.people import PASSWORD
from tests.conftest import NewPage
from tests.site import Site


async def test_every_page_is_shown_in_both_languages(site: Site) -> None:
    root = await site.person("root", "admin", "officer", "organiser")
    mei = await site.person("mei")
    employer = await site.organisation("Hengtai", (root, "owner"), (mei, "host"))
    async with site.client(root) as api:
        url = f"/api/employers/{employer}/invitations"
        invitation = (await api.post(url, json={"role": "host"})).json()["path"]
        reset = (await api.post("/api/people/mei/reset-link")).json()["path"]
    signed_in = [
        "/account",
        "/employers/new",
        f"/employers/{employer}",
        f"/employers/{employer}/edit",
        f"/employers/{employer}/members",
        "/admin/people",
        "/admin/people?q=nobody+at+all",
    ]
    signed_out = ["/sign-in", "/sign-up", "/reset", reset, invitation, f"/employers/{employer}"]
    for person, paths in ((root, signed_in), ("", signed_out)):
        for lang in ("zh-CN", "en"):
            headers = {"Accept": "text/html", "Accept-Language": lang}
            async with site.client(person, **headers) as api:
                for path in paths:
                    page = await api.get(path)
                    assert page.status_code == 200, path
                    assert f'<html lang="{lang}">' in page.text


async def test_who_is_signed_in_is_sent_on_from_the_door(site: Site) -> None:
    async with site.client(await site.person("mei"), Accept="text/html") as api:
        for wanted, gone_to in (("/jobs", "/jobs"), ("//evil.example", "/")):
            for door in ("/sign-in", "/sign-up"):
                answer = await api.get(door, params={"next": wanted})
                assert (answer.status_code, answer.headers["location"]) == (303, gone_to)


async def test_who_is_not_is_brought_to_the_door_and_back(site: Site) -> None:
    async with site.client(Accept="text/html") as api:
        answer = await api.get("/account")
        assert answer.headers["location"] == "/sign-in?next=/account"
        assert 'data-then="/account"' in (await api.get(answer.headers["location"])).text


async def test_an_error_says_what_happened_and_what_to_do(site: Site) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    async with site.client(await site.person("mei"), **headers) as api:
        for path, status, says in (
            ("/nowhere", 404, "Nothing is here"),
            ("/admin/people", 403, "not for your role"),
            ("/reset/nothing", 410, "This is over"),
        ):
            page = await api.get(path)
            assert page.status_code == status
            assert says in page.text
            assert "To the front page" in page.text


async def test_what_people_write_about_themselves_is_never_markup(site: Site) -> None:
    evil = "<script>alert(1)</script>"
    root = await site.person("root", "admin", name=evil)
    await site.person("other", name='"><img src=x onerror=alert(1)>')
    employer = await site.organisation(evil, (root, "owner"))
    async with site.client(root, Accept="text/html") as api:
        for path in ("/account", "/admin/people", f"/employers/{employer}",
                     f"/employers/{employer}/members"):  # fmt: skip
            text = (await api.get(path)).text
            assert "<script>alert" not in text
            assert "<img src=x" not in text


@pytest.mark.browser
async def test_a_stranger_signs_up_signs_out_and_signs_in_again(
    site: Site, new_page: NewPage
) -> None:
    page = await new_page(
        base_url=site.url, locale="en-US", viewport={"width": 390, "height": 844}
    )
    await page.goto("/account")
    await page.get_by_role("link", name="Create an account").click()
    await page.get_by_label("Your name").fill("Chen Mei")
    await page.get_by_label("Login name").fill("mei")
    await page.get_by_label("Password").fill("short")
    await page.get_by_test_id("sign-up").click()
    await page.locator("#f-password-error", has_text="At least 10 characters.").wait_for()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_test_id("sign-up").click()
    await page.wait_for_url("**/account")
    await page.locator("header summary").click()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.get_by_role("link", name="Sign in").first.wait_for()
    await page.goto("/sign-in?next=/account")
    await page.get_by_label("Login name or e-mail").fill("mei")
    await page.get_by_label("Password").fill("not my password")
    await page.get_by_test_id("sign-in").click()
    await page.get_by_text("The login name or the password is not right.").wait_for()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url("**/account")
    await page.get_by_label("What is it for?").fill("OBS")
    await page.get_by_test_id("make-token").click()
    await page.get_by_test_id("made").wait_for()
    token = await page.get_by_test_id("made").input_value()
    async with site.client(Authorization=f"Bearer {token}") as program:
        assert (await program.get("/api/me")).json()["name"] == "Chen Mei"
