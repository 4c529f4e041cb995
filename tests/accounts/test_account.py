"""One's own account: what its owner changes, sees, takes along, and ends."""

from __future__ import annotations

import asyncio

from server.accounts import store
from server.accounts.actions_account import TOKENS_MAX
from server.base.security import token_hash
from tests.accounts.people import PASSWORD, browser_of, code_of, sign_in, sign_up
from tests.site import Site

NEW = "an even longer one"


async def test_name_e_mail_and_language_can_be_changed(site: Site) -> None:
    async with browser_of(site, "mei", email="old@example.org") as api:
        told = {"name": "  Chen  Mei ", "email": "", "language": "en"}
        assert (await api.put("/api/account", json=told)).json() == {"language": "en"}
        export = (await api.get("/api/account/export")).json()
    assert (export["name"], export["email"], export["language"]) == ("Chen Mei", "", "en")


async def test_an_e_mail_belongs_to_one_person(site: Site) -> None:
    async with browser_of(site, "mei", email="mei@example.org") as api:
        told = {"name": "Mei", "email": "mei@example.org", "language": "zh"}
        assert (await api.put("/api/account", json=told)).status_code == 200
        async with browser_of(site, "wang") as other:
            answer = await other.put("/api/account", json=told)
    assert list(answer.json()["fields"]) == ["email"]


async def test_a_new_password_needs_the_old_one_and_signs_the_others_out(site: Site) -> None:
    async with browser_of(site, "mei") as here, site.client() as there:
        await sign_in(there, "mei")
        wrong = await here.put("/api/account/password", json={"old": "wrong", "new": NEW})
        assert list(wrong.json()["fields"]) == ["old"]
        right = await here.put("/api/account/password", json={"old": PASSWORD, "new": NEW})
        assert right.status_code == 200
        assert (await here.get("/api/me")).status_code == 200
        assert (await there.get("/api/me")).status_code == 401
        assert (await sign_in(there, "mei", NEW)).status_code == 200


async def test_guessing_the_old_password_is_counted_like_signing_in(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        for _ in range(10):
            await api.put("/api/account/password", json={"old": "wrong", "new": NEW})
        answer = await api.put("/api/account/password", json={"old": PASSWORD, "new": NEW})
    assert code_of(answer) == "too-many-tries"


async def test_one_signs_out_everywhere_else(site: Site) -> None:
    async with browser_of(site, "mei") as here, site.client() as there:
        await sign_in(there, "mei")
        shown = (await here.get("/api/account/sessions")).json()
        assert [one["is_this"] for one in shown].count(True) == 1
        assert (await here.delete("/api/account/sessions")).json() == {"ended": 1}
        assert (await there.get("/api/me")).status_code == 401
        assert (await here.get("/api/me")).status_code == 200


async def test_a_token_speaks_for_its_owner_until_it_is_revoked(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        made = (await api.post("/api/account/tokens", json={"label": "OBS"})).json()["token"]
        async with site.client(Authorization=f"Bearer {made}") as program:
            assert (await program.get("/api/me")).json()["name"] == "Mei"
            [held] = [
                one
                for one in (await api.get("/api/account/sessions")).json()
                if one["kind"] == "token"
            ]
            assert held["label"] == "OBS"
            assert (await api.delete(f"/api/account/tokens/{held['id']}")).status_code == 200
            assert (await program.get("/api/me")).status_code == 401
        again = await api.delete(f"/api/account/tokens/{held['id']}")
        assert code_of(again) == "not-found"


async def test_a_session_is_no_token_and_a_token_no_session(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        made = (await api.post("/api/account/tokens", json={"label": "OBS"})).json()["token"]
        session = api.cookies["daigang_session"]
    async with site.client(Authorization=f"Bearer {session}") as program:
        assert (await program.get("/api/me")).status_code == 401
    async with site.client(Cookie=f"daigang_session={made}") as browser:
        assert (await browser.get("/api/me")).status_code == 401


async def test_nobody_revokes_anothers_token(site: Site) -> None:
    async with browser_of(site, "mei") as mei, browser_of(site, "wang") as wang:
        made = (await mei.post("/api/account/tokens", json={"label": "OBS"})).json()["token"]
        answer = await wang.delete(f"/api/account/tokens/{token_hash(made)[:16]}")
        assert code_of(answer) == "not-found"
        async with site.client(Authorization=f"Bearer {made}") as program:
            assert (await program.get("/api/me")).status_code == 200


async def test_a_token_asked_for_twice_with_one_key_is_one_token(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        key = {"Idempotency-Key": "tap-1"}
        url = "/api/account/tokens"
        first = await api.post(url, json={"label": "OBS"}, headers=key)
        second = await api.post(url, json={"label": "OBS"}, headers=key)
        assert first.json() == second.json()
        other = await api.post(url, json={"label": "vMix"}, headers=key)
        assert code_of(other) == "key-reused"
        third = await api.post(url, json={"label": "OBS"}, headers={"Idempotency-Key": "tap-2"})
        assert third.json() != first.json()


async def test_tokens_are_not_hoarded(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        for n in range(TOKENS_MAX):
            answer = await api.post("/api/account/tokens", json={"label": f"OBS {n}"})
            assert answer.status_code == 201
        one_more = await api.post("/api/account/tokens", json={"label": "one more"})
    assert code_of(one_more) == "too-many-tokens"


async def test_the_export_holds_what_is_known_and_no_secret(site: Site) -> None:
    async with browser_of(site, "mei", email="mei@example.org") as api:
        answer = await api.get("/api/account/export")
        session = api.cookies["daigang_session"]
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.json()["email"] == "mei@example.org"
    assert "argon2" not in answer.text
    assert session not in answer.text
    assert token_hash(session) not in answer.text


async def test_a_deleted_account_is_nobodys_and_its_name_is_free(site: Site) -> None:
    async with browser_of(site, "mei", email="mei@example.org") as api:
        mei = (await api.get("/api/me")).json()["id"]
        wrong = await api.post("/api/account/deletion", json={"password": "wrong"})
        assert list(wrong.json()["fields"]) == ["password"]
        stolen = api.cookies["daigang_session"]
        done = await api.post("/api/account/deletion", json={"password": PASSWORD})
        assert done.status_code == 200
        assert "daigang_session" not in api.cookies
        api.cookies.set("daigang_session", stolen)
        assert (await api.get("/api/me")).status_code == 401
        assert code_of(await sign_in(api, "mei")) == "wrong-password"
        assert (await sign_up(api, "mei", email="mei@example.org")).status_code == 201
    async with site.house.db.read() as db:
        assert await store.person(db, mei) is None


async def test_an_owner_hands_over_before_leaving(site: Site) -> None:
    async with browser_of(site, "mei") as api, browser_of(site, "wang") as other:
        mei, wang = [(await one.get("/api/me")).json()["id"] for one in (api, other)]
        employer = await site.organisation("Hengtai", (mei, "owner"), (wang, "host"))
        alone = await api.post("/api/account/deletion", json={"password": PASSWORD})
        assert code_of(alone) == "last-owner"
        url = f"/api/employers/{employer}/members/{wang}"
        await api.put(url, json={"role": "owner"})
        done = await api.post("/api/account/deletion", json={"password": PASSWORD})
        assert done.status_code == 200
        members = (await other.get(f"/api/employers/{employer}/members")).json()
        assert [member["person"] for member in members] == [wang]


async def test_an_employer_that_nobody_belongs_to_is_no_longer_public(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        mei = (await api.get("/api/me")).json()["id"]
        employer = await site.organisation("Hengtai", (mei, "owner"))
        await api.post("/api/account/deletion", json={"password": PASSWORD})
        assert (await api.get(f"/api/employers/{employer}")).status_code == 404


async def test_the_last_administrator_stays(site: Site) -> None:
    async with browser_of(site, "root") as api:
        root = (await api.get("/api/me")).json()["id"]
        async with site.house.db.write() as tx:
            await store.add_grant(tx, root, "admin")
        answer = await api.post("/api/account/deletion", json={"password": PASSWORD})
    assert code_of(answer) == "last-admin"


async def test_nobody_has_no_account(site: Site) -> None:
    async with site.client() as api:
        for method, path in (
            ("GET", "/api/account/export"),
            ("PUT", "/api/account/password"),
            ("POST", "/api/account/deletion"),
            ("DELETE", "/api/account/sessions"),
        ):
            assert code_of(await api.request(method, path)) == "sign-in-needed"


async def test_many_tries_at_once_are_no_way_around_the_limit(site: Site) -> None:
    async with browser_of(site, "mei") as api:
        answers = await asyncio.gather(*(sign_in(api, "mei", "wrong") for _ in range(25)))
    assert sorted(one.status_code for one in answers) == [401] * 10 + [429] * 15
