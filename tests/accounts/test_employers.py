"""Employers: registering, changing, who sees them, and who belongs to them."""

from __future__ import annotations

from typing import Any

from server.accounts import store_organisations
from tests.accounts.people import code_of
from tests.site import Site

HENGTAI = {
    "name": "恒泰精密制造",
    "licence": "91320506MA1XKX7L2Q",
    "industry": "Manufacturing",
    "place": "苏州 吴中区",
    "size": "100-499",
    "contact_name": "陈晓梅",
    "contact_phone": "0512-6688 0000",
    "about": "Precision parts.",
}


def told(**more: Any) -> dict[str, Any]:
    return {**HENGTAI, **more}


async def set_status(site: Site, employer: str, status: str, reason: str = "") -> None:
    async with site.house.db.write() as tx:
        await store_organisations.change_organisation(tx, employer, status=status, reason=reason)


async def test_who_registers_an_employer_owns_it_and_it_waits(site: Site) -> None:
    async with site.client(await site.person("mei")) as api:
        employer = (await api.post("/api/employers", json=told())).json()["id"]
        [own] = (await api.get("/api/me")).json()["organisations"]
        assert own == {"id": employer, "name": "恒泰精密制造", "role": "owner", "approved": False}
        assert (await api.get(f"/api/employers/{employer}")).json()["status"] == "waiting"


async def test_only_members_and_officers_see_an_employer_before_it_is_approved(
    site: Site,
) -> None:
    mei, officer = await site.person("mei"), await site.person("officer", "officer")
    stranger = await site.person("stranger")
    async with site.client(mei) as api:
        employer = (await api.post("/api/employers", json=told())).json()["id"]
    for status in ("waiting", "refused", "suspended", "approved"):
        await set_status(site, employer, status)
        for who, sees in ((mei, True), (officer, True), (stranger, False), ("", False)):
            async with site.client(who, Accept="text/html") as api:
                for path in (f"/api/employers/{employer}", f"/employers/{employer}"):
                    expected = 200 if sees or status == "approved" else 404
                    assert (await api.get(path)).status_code == expected, (status, who, path)


async def test_the_public_never_reads_licence_and_contact(site: Site) -> None:
    async with site.client(await site.person("mei")) as api:
        employer = (await api.post("/api/employers", json=told())).json()["id"]
        assert HENGTAI["contact_phone"] in (await api.get(f"/employers/{employer}")).text
    await set_status(site, employer, "approved")
    async with site.client() as public:
        for path in (f"/api/employers/{employer}", f"/employers/{employer}"):
            text = (await public.get(path)).text
            assert HENGTAI["licence"] not in text
            assert HENGTAI["contact_phone"] not in text


async def test_what_cannot_be_taken_is_named(site: Site) -> None:
    async with site.client(await site.person("mei")) as api:
        for field, value in (
            ("name", ""),
            ("licence", "123"),
            ("industry", " "),
            ("place", "x" * 81),
            ("size", "huge"),
            ("contact_phone", "call me"),
            ("about", "x" * 2001),
            ("status", "approved"),
        ):
            answer = await api.post("/api/employers", json=told(**{field: value}))
            assert answer.status_code == 422
            assert list(answer.json()["fields"]) == [field]
        assert (await api.get("/api/me")).json()["organisations"] == []


async def test_a_licence_is_registered_once(site: Site) -> None:
    async with site.client(await site.person("mei")) as api:
        await api.post("/api/employers", json=told())
    async with site.client(await site.person("wang")) as api:
        answer = await api.post("/api/employers", json=told(licence="91320506ma1xkx7l2q"))
    assert list(answer.json()["fields"]) == ["licence"]


async def test_what_an_officer_looked_at_is_looked_at_again_when_it_changes(
    site: Site,
) -> None:
    async with site.client(await site.person("mei")) as api:
        url = f"/api/employers/{(await api.post('/api/employers', json=told())).json()['id']}"
        for status, change, then in (
            ("approved", {"about": "New words."}, "approved"),
            ("approved", {"name": "Another name"}, "waiting"),
            ("approved", {"licence": "91320506MA1XKX7L2R"}, "waiting"),
            ("refused", {"about": "New words."}, "waiting"),
            ("suspended", {"name": "Another name"}, "suspended"),
        ):
            await api.put(url, json=told())
            await set_status(site, url.rpartition("/")[2], status, "because")
            assert (await api.put(url, json=told(**change))).status_code == 200
            assert (await api.get(url)).json()["status"] == then, change


async def test_only_an_owner_changes_invites_and_removes(site: Site) -> None:
    owner, host = await site.person("owner"), await site.person("host")
    other = await site.person("other")
    employer = await site.organisation("Hengtai", (owner, "owner"), (host, "host"))
    await site.organisation("Yunling", (other, "owner"))
    home = f"/api/employers/{employer}"
    for person in (host, other):
        async with site.client(person) as api:
            for answer in (
                await api.put(home, json=told()),
                await api.get(f"{home}/members"),
                await api.get(f"{home}/invitations"),
                await api.post(f"{home}/invitations", json={"role": "host"}),
                await api.delete(f"{home}/invitations/x"),
                await api.put(f"{home}/members/{host}", json={"role": "owner"}),
                await api.delete(f"{home}/members/{owner}"),
            ):
                assert code_of(answer) == "forbidden", answer.request.url
            for page in ("members", "edit"):
                path = f"/employers/{employer}/{page}"
                assert (await api.get(path, headers={"Accept": "text/html"})).status_code == 403


async def test_an_invitation_makes_one_person_a_member(site: Site) -> None:
    owner = await site.person("owner")
    employer = await site.organisation("Hengtai", (owner, "owner"))
    async with site.client(owner) as api:
        url = f"/api/employers/{employer}/invitations"
        path = (await api.post(url, json={"role": "interviewer"})).json()["path"]
        [held] = (await api.get(url)).json()
        assert held["role"] == "interviewer"
        assert held["id"] not in path
        async with site.client(await site.person("wang")) as wang:
            page = await wang.get(path, headers={"Accept": "text/html"})
            assert "Hengtai" in page.text
            for _ in range(2):  # a repeated tap changes nothing
                joined = await wang.post(f"/api{path}/accept")
                assert joined.json() == {"organisation": employer}
            [own] = (await wang.get("/api/me")).json()["organisations"]
            assert own["role"] == "interviewer"
        async with site.client(await site.person("late")) as late:
            assert code_of(await late.post(f"/api{path}/accept")) == "link-ended"
        assert (await api.get(url)).json() == []


async def test_an_invitation_ends_after_a_week_or_when_it_is_revoked(site: Site) -> None:
    owner, wang = await site.person("owner"), await site.person("wang")
    employer = await site.organisation("Hengtai", (owner, "owner"))
    async with site.client(owner) as api, site.client(wang) as other:
        url = f"/api/employers/{employer}/invitations"
        revoked = (await api.post(url, json={"role": "host"})).json()["path"]
        [held] = (await api.get(url)).json()
        assert (await api.delete(f"{url}/{held['id']}")).status_code == 200
        assert code_of(await other.post(f"/api{revoked}/accept")) == "link-ended"
        old = (await api.post(url, json={"role": "host"})).json()["path"]
        site.house.clock.advance(7 * 24 * 3600)
        assert code_of(await other.post(f"/api{old}/accept")) == "link-ended"


async def test_a_member_does_not_use_up_an_invitation(site: Site) -> None:
    owner = await site.person("owner")
    employer = await site.organisation("Hengtai", (owner, "owner"))
    async with site.client(owner) as api:
        url = f"/api/employers/{employer}/invitations"
        path = (await api.post(url, json={"role": "host"})).json()["path"]
        assert code_of(await api.post(f"/api{path}/accept")) == "already-member"
        assert len((await api.get(url)).json()) == 1


async def test_an_invitation_asked_for_twice_with_one_key_is_one(site: Site) -> None:
    owner = await site.person("owner")
    employer = await site.organisation("Hengtai", (owner, "owner"))
    async with site.client(owner, **{"Idempotency-Key": "tap-1"}) as api:
        url = f"/api/employers/{employer}/invitations"
        first = await api.post(url, json={"role": "host"})
        assert (await api.post(url, json={"role": "host"})).json() == first.json()
        assert code_of(await api.post(url, json={"role": "owner"})) == "key-reused"
        assert len((await api.get(url)).json()) == 1


async def test_an_employer_always_has_an_owner(site: Site) -> None:
    owner, host = await site.person("owner"), await site.person("host")
    employer = await site.organisation("Hengtai", (owner, "owner"), (host, "host"))
    members = f"/api/employers/{employer}/members"
    async with site.client(owner) as api:
        lesser = await api.put(f"{members}/{owner}", json={"role": "host"})
        assert code_of(lesser) == "last-owner"
        assert code_of(await api.delete(f"{members}/{owner}")) == "last-owner"
        await api.put(f"{members}/{host}", json={"role": "owner"})
        assert (await api.delete(f"{members}/{owner}")).status_code == 200
        assert (await api.get("/api/me")).json()["organisations"] == []


async def test_everybody_may_leave_and_then_belongs_no_more(site: Site) -> None:
    owner, host = await site.person("owner"), await site.person("host")
    employer = await site.organisation("Hengtai", (owner, "owner"), (host, "host"))
    async with site.client(host) as api:
        leaving = await api.delete(f"/api/employers/{employer}/members/{host}")
        assert leaving.status_code == 200
        assert (await api.get("/api/me")).json()["organisations"] == []
