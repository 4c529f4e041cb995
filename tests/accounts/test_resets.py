"""Forgotten passwords, by e-mail and by an officer; and the demo's way in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import msgspec

from server.accounts import actions_links
from server.accounts.actions_links import LETTERS_PER_NAME
from tests.accounts.people import PASSWORD, browser_of, code_of, sign_in, sign_up
from tests.site import Site, running_site

NEW = "an even longer one"


class Postbox:
    """An SMTP server of the test's own (RFC 5321): takes every letter and keeps it."""

    def __init__(self) -> None:
        self.letters: asyncio.Queue[EmailMessage] = asyncio.Queue()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 postbox\r\n")
        while line := await reader.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = (await reader.readuntil(b"\r\n.\r\n"))[:-5]
                parsed = message_from_bytes(letter, policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                self.letters.put_nowait(parsed)
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            await writer.drain()
            if verb == b"QUIT":
                break
        writer.close()

    async def next_link(self) -> str:
        letter = await asyncio.wait_for(self.letters.get(), 5)
        found = re.search(r"http\S+/reset/(\S+)", letter.get_content())
        assert found, letter
        return found.group(1)


@asynccontextmanager
async def site_with_mail(tmp_path: Path) -> AsyncIterator[tuple[Site, Postbox]]:
    postbox = Postbox()
    server = await asyncio.start_server(postbox.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, running_site(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}") as site:
        yield site, postbox


async def ask(site: Site, login: str) -> tuple[int, bytes]:
    async with site.client() as api:
        answer = await api.post("/api/password-resets", json={"login": login})
    return answer.status_code, answer.content


async def test_a_letter_brings_a_new_password_once(tmp_path: Path) -> None:
    async with site_with_mail(tmp_path) as (site, postbox), site.client() as api:
        await sign_up(api, "mei", email="mei@example.org")
        assert await ask(site, "mei@example.org") == (200, b"{}")
        token = await postbox.next_link()
        url = f"/api/password-resets/{token}"
        short = await api.post(url, json={"password": "short"})
        assert list(short.json()["fields"]) == ["password"]
        assert (await api.post(url, json={"password": NEW})).status_code == 200
        assert (await sign_in(api, "mei", PASSWORD)).status_code == 401
        assert (await sign_in(api, "mei", NEW)).status_code == 200
        assert code_of(await api.post(url, json={"password": NEW})) == "link-ended"


async def test_the_letter_is_in_its_readers_language(tmp_path: Path) -> None:
    async with site_with_mail(tmp_path) as (site, postbox), site.client() as api:
        await sign_up(api, "mei", email="mei@example.org", language="zh")
        await ask(site, "mei")
        letter = await asyncio.wait_for(postbox.letters.get(), 5)
        assert letter["To"] == "mei@example.org"
        assert "带岗" in letter["Subject"]


async def test_asking_never_tells_whether_there_is_an_account(tmp_path: Path) -> None:
    async with site_with_mail(tmp_path) as (site, postbox), site.client() as api:
        await sign_up(api, "mei", email="mei@example.org")
        await sign_up(api, "no-mail")
        for login in ("mei", "no-mail", "nobody"):
            for _ in range(LETTERS_PER_NAME):
                assert await ask(site, login) == (200, b"{}")
            assert (await ask(site, login))[0] == 429
        for _ in range(LETTERS_PER_NAME):
            await postbox.next_link()
        assert postbox.letters.empty()


async def test_a_link_ends_after_an_hour(tmp_path: Path) -> None:
    async with site_with_mail(tmp_path) as (site, postbox), site.client() as api:
        await sign_up(api, "mei", email="mei@example.org")
        await ask(site, "mei")
        token = await postbox.next_link()
        site.house.clock.advance(3600)
        page = await api.get(f"/reset/{token}", headers={"Accept": "text/html"})
        assert page.status_code == 410
        answer = await api.post(f"/api/password-resets/{token}", json={"password": NEW})
        assert code_of(answer) == "link-ended"


async def test_a_new_password_ends_what_was_open_before(site: Site) -> None:
    officer = await site.person("officer", "officer")
    async with browser_of(site, "mei") as hers, site.client(officer) as office:
        token = (await hers.post("/api/account/tokens", json={"label": "OBS"})).json()["token"]
        path = (await office.post("/api/people/mei/reset-link")).json()["path"]
        second = (await office.post("/api/people/mei/reset-link")).json()["path"]
        async with site.client() as fresh:
            reset = await fresh.post(f"/api/password-resets{path[6:]}", json={"password": NEW})
            assert reset.status_code == 200
            assert (await fresh.get("/api/me")).status_code == 200
            again = await fresh.post(f"/api/password-resets{second[6:]}", json={"password": NEW})
            assert code_of(again) == "link-ended"
        assert (await hers.get("/api/me")).status_code == 401
        async with site.client(Authorization=f"Bearer {token}") as program:
            assert (await program.get("/api/me")).status_code == 401


async def test_where_no_mail_is_set_people_are_sent_to_an_officer(site: Site) -> None:
    status, _ = await ask(site, "mei")
    assert status == 409
    async with site.client(Accept="text/html", **{"Accept-Language": "en"}) as reader:
        assert "Tell an officer" in (await reader.get("/reset")).text


async def test_an_officer_helps_people_but_takes_over_nobody_with_a_role(site: Site) -> None:
    await site.person("mei")
    officer = await site.person("officer", "officer")
    await site.person("root", "admin")
    async with site.client(officer) as api:
        assert (await api.post("/api/people/mei/reset-link")).status_code == 201
        for login in ("root", "officer"):
            assert code_of(await api.post(f"/api/people/{login}/reset-link")) == "forbidden"
        assert code_of(await api.post("/api/people/nobody/reset-link")) == "not-found"


async def test_a_repeated_call_gives_the_same_link_and_the_answer_is_not_kept(
    site: Site,
) -> None:
    await site.person("mei")
    officer = await site.person("officer", "officer")
    async with site.client(officer, **{"Idempotency-Key": "tap-1"}) as api:
        first = await api.post("/api/people/mei/reset-link")
        assert (await api.post("/api/people/mei/reset-link")).json() == first.json()
    database = site.house.settings.data_dir / "daigang.sqlite3"
    kept = b"".join(path.read_bytes() for path in database.parent.glob("daigang.sqlite3*"))
    assert first.json()["path"].removeprefix("/reset/").encode() not in kept


async def test_a_demo_link_signs_in_again_and_again_and_goes_on(site: Site) -> None:
    person = await site.person("host")
    async with site.house.db.write() as tx:
        path = await actions_links.demo_link(tx, person)
    for _ in range(2):
        async with site.client() as api:
            answer = await api.get(f"{path}?next=/jobs")
            assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
            assert (await api.get("/api/me")).json()["id"] == person
            away = await api.get(f"{path}?next=//evil.example")
            assert away.headers["location"] == "/"


async def test_nothing_of_the_demo_lives_off_loopback(site: Site) -> None:
    person = await site.person("host")
    async with site.house.db.write() as tx:
        path = await actions_links.demo_link(tx, person)
        token = await actions_links.demo_token(tx, person, "demo")
    async with site.client() as api, site.client(Authorization=f"Bearer {token}") as program:
        await api.get(path)
        assert (await api.get("/api/me")).status_code == 200
        assert (await program.get("/api/me")).status_code == 200
        leave_loopback(site)
        assert (await api.get(path)).status_code == 404
        assert (await api.get("/api/me")).status_code == 401
        assert (await program.get("/api/me")).status_code == 401


def leave_loopback(site: Site) -> None:
    """What a restart with another base URL does to the settings."""
    public = msgspec.structs.replace(site.house.settings, base_url="http://fair.example.org")
    object.__setattr__(site.house, "settings", public)
    site.house.security._settings = public


async def test_a_made_up_link_leads_nowhere(site: Site) -> None:
    async with site.client(Accept="text/html") as api:
        for path in ("/demo/nothing", "/reset/nothing", "/invitations/nothing"):
            assert (await api.get(path)).status_code in {404, 410}
