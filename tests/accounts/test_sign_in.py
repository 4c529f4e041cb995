"""Signing up, in and out: who gets in, who does not, and how often they may try."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from rooms.room import Seat
from rooms.wire import CLOSE_SIGNED_OUT
from server.accounts.actions_sign_in import (
    FAILURES_PER_ADDRESS,
    FAILURES_PER_LOGIN,
    path_on_site,
    subject_of_address,
)
from server.showcase import actions as showcase
from tests.accounts.people import PASSWORD, browser_of, code_of, sign_in, sign_up
from tests.site import Site, running_site


async def test_who_signs_up_is_signed_in(site: Site) -> None:
    async with site.client() as api:
        answer = await sign_up(api, "Mei", email="Mei@Example.org", next="/jobs")
        assert answer.status_code == 201
        assert answer.json()["next"] == "/jobs"
        me = (await api.get("/api/me")).json()
    assert me == {"id": answer.json()["id"], "name": "Mei", "roles": [], "organisations": []}


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(site: Site) -> None:
    async with site.client() as api:
        cookie = (await sign_up(api, "mei")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_what_cannot_be_taken_is_named_beside_its_field(site: Site) -> None:
    async with site.client() as api:
        await sign_up(api, "taken", email="taken@example.org")
        for field, value in (
            ("login", "a"),
            ("login", "汉字名字"),
            ("login", "Taken"),
            ("name", " \u202e "),
            ("password", "too short"),
            ("password", "x" * 201),
            ("email", "nowhere"),
            ("email", "TAKEN@example.org"),
            ("language", "fr"),
            ("role", "admin"),
        ):
            answer = await sign_up(api, **{"login": "fresh", field: value})
            assert answer.status_code == 422
            assert list(answer.json()["fields"]) == [field], value


async def test_login_name_and_e_mail_both_open_whatever_their_case(site: Site) -> None:
    async with site.client() as api:
        await sign_up(api, "mei", email="mei@example.org")
        for login in ("MEI", " mei ", "Mei@Example.ORG"):
            assert (await sign_in(api, login)).status_code == 200


async def test_a_wrong_password_and_an_unknown_login_are_refused_alike(site: Site) -> None:
    async with site.client() as api:
        await sign_up(api, "mei")
        wrong = await sign_in(api, "mei", "not my password")
        unknown = await sign_in(api, "nobody", "not my password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert code_of(wrong) == "wrong-password"
    assert "set-cookie" not in wrong.headers


async def test_an_account_without_a_password_cannot_be_signed_into(site: Site) -> None:
    await site.person("demo")
    async with site.client() as api:
        for password in ("!", "", PASSWORD):
            assert code_of(await sign_in(api, "demo", password)) == "wrong-password"


async def test_a_login_is_closed_after_too_many_tries_and_opens_again(site: Site) -> None:
    async with site.client() as api:
        await sign_up(api, "mei")
        for _ in range(FAILURES_PER_LOGIN):
            assert (await sign_in(api, "mei", "wrong")).status_code == 401
        shut = await sign_in(api, "mei")
        assert (shut.status_code, code_of(shut)) == (429, "too-many-tries")
        wait_s = int(shut.headers["retry-after"])
        assert 0 < wait_s <= 15 * 60
        site.house.clock.advance(wait_s)
        assert (await sign_in(api, "mei")).status_code == 200


async def test_the_right_password_forgives_the_wrong_ones_before(site: Site) -> None:
    async with site.client() as api:
        await sign_up(api, "mei")
        for _ in range(3):
            for _ in range(FAILURES_PER_LOGIN - 1):
                assert (await sign_in(api, "mei", "wrong")).status_code == 401
            assert (await sign_in(api, "mei")).status_code == 200


async def fail_often(site: Site, *, forwarded: str) -> httpx.Response:
    """As many wrong tries as an address has, each for another login; then one more."""
    async with site.client(**{"X-Forwarded-For": forwarded}) as api:
        for n in range(FAILURES_PER_ADDRESS):
            await sign_in(api, f"nobody{n}", "wrong")
        return await sign_in(api, "somebody-else", "wrong")


async def test_an_address_is_closed_after_too_many_tries_whatever_it_says_it_is(
    site: Site,
) -> None:
    assert code_of(await fail_often(site, forwarded="203.0.113.7")) == "too-many-tries"
    async with site.client(**{"X-Forwarded-For": "203.0.113.8"}) as liar:
        assert code_of(await sign_in(liar, "mei")) == "too-many-tries"


async def test_behind_a_trusted_proxy_only_the_one_who_tried_is_closed_out(
    tmp_path: Path,
) -> None:
    async with running_site(tmp_path, trusted_proxies=("127.0.0.1",)) as site:
        assert code_of(await fail_often(site, forwarded="203.0.113.7")) == "too-many-tries"
        async with site.client(**{"X-Forwarded-For": "203.0.113.7, 203.0.113.8"}) as other:
            assert code_of(await sign_in(other, "mei", "wrong")) == "wrong-password"


def test_neighbours_in_one_ipv6_network_count_as_one_address() -> None:
    assert subject_of_address("2001:db8::1") == subject_of_address("2001:db8::ffff:2")
    assert subject_of_address("2001:db8::1") != subject_of_address("2001:db8:0:1::1")
    assert subject_of_address("192.0.2.1") != subject_of_address("192.0.2.2")


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:1",
     "/\t/evil.example", "/ok\nLocation: x", "jobs", ""],
)  # fmt: skip
def test_a_page_of_another_site_is_never_gone_to(wanted: str) -> None:
    assert path_on_site(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/", "/jobs?employer=a&q=%2F#x", "/live/a:b"])
def test_a_page_of_this_site_is_gone_to(wanted: str) -> None:
    assert path_on_site(wanted) == wanted


async def test_signing_in_answers_with_a_page_of_this_site(site: Site) -> None:
    async with site.client() as api:
        await sign_up(api, "mei")
        assert (await sign_in(api, "mei", next="//evil.example")).json()["next"] == "/"
        assert (await sign_in(api, "mei", next="/account")).json()["next"] == "/account"


async def test_signing_out_ends_the_session_and_only_this_one(site: Site) -> None:
    async with browser_of(site, "mei") as here, site.client() as there:
        await sign_in(there, "mei")
        stolen = here.cookies["daigang_session"]
        assert (await here.post("/api/sign-out")).status_code == 200
        assert "daigang_session" not in here.cookies
        here.cookies.set("daigang_session", stolen)
        assert (await here.get("/api/me")).status_code == 401
        assert (await there.get("/api/me")).status_code == 200


async def test_signing_out_closes_the_persons_seats_in_rooms(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        mei = (await api.get("/api/me")).json()["id"]
        hers, others = await sit(site, mei), await sit(site, "somebody")
        await api.post("/api/sign-out")
    assert hers.outbox.close_code == CLOSE_SIGNED_OUT
    assert others.outbox.close_code is None


async def sit(site: Site, person: str) -> Seat:
    """A seat in a live room of this process."""
    organisation = await site.organisation(f"Employer of {person}")
    async with site.house.db.write() as tx:
        room = await showcase.open_live_room(tx, organisation, "Open day")
    seat = Seat(person, "everyone", "viewer")
    assert await site.house.lobby.enter(room, seat, None) is not None
    return seat


async def test_another_site_cannot_sign_anybody_in(site: Site) -> None:
    async with site.client(Origin="https://evil.example") as api:
        assert code_of(await sign_in(api, "mei")) == "foreign-origin"
        assert code_of(await sign_up(api, "mei")) == "foreign-origin"
