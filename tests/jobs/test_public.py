"""What everyone sees: only what an officer approved, found by plain filters, safe to embed."""

from __future__ import annotations

import json
import re

from rooms.events import JobCard
from server.accounts import store_organisations
from server.jobs import actions
from tests.jobs.postings import employer
from tests.site import Site

STAGES = {
    "draft": False,
    "waiting": False,
    "refused": False,
    "taken down": False,
    "closed": False,
    "changed after approval": False,
    "expired": False,
    "of a suspended employer": False,
    "approved": True,
}


async def test_nothing_is_public_that_no_officer_approved(site: Site) -> None:
    """Every stage a posting can be in, before the eyes of everyone who could look."""
    house = await employer(site)
    suspended = await employer(site, "Shunhe Logistics")
    today = site.house.clock.now().date().isoformat()
    jobs = {
        "draft": (await house.post()).json()["id"],
        "waiting": await house.waiting(),
        "refused": await house.waiting(),
        "taken down": await house.approved(),
        "closed": await house.approved(),
        "changed after approval": await house.approved(),
        "expired": await house.approved(valid_until=today),
        "of a suspended employer": await suspended.approved(),
        "approved": await house.approved(),
    }
    await house.decide(jobs["refused"], "refused", reason="Too vague.")
    await house.decide(jobs["taken down"], "suspended", reason="A fee was asked for.")
    await house.act(jobs["closed"], "close")
    await house.change(jobs["changed after approval"], pay_max=20_000)
    async with site.house.db.write() as tx:
        await store_organisations.change_organisation(tx, suspended.id, status="suspended")
    site.house.clock.advance(24 * 3600)

    public = {stage: await house.is_public(job) for stage, job in jobs.items()}
    assert public == STAGES
    async with site.house.db.read() as db:
        opened = {stage: await actions.is_open(db, job) for stage, job in jobs.items()}
        assert opened == STAGES
        assert [card.id for card in await actions.open_jobs_of(db, house.id)] == [jobs["approved"]]
        assert await actions.open_jobs_count(db, house.id) == 1
        fair = await actions.jobs_of_fair(db, [house.id, suspended.id])
    assert {name: len(cards) for name, cards in fair.items()} == {house.id: 1, suspended.id: 0}
    assert isinstance(fair[house.id][0], JobCard)

    candidate = await site.person("candidate", "candidate")
    for reader, sees in ((candidate, False), (house.officer, True), (house.owner, True)):
        async with site.client(reader) as api:
            answer = await api.get(f"/api/jobs/{jobs['draft']}")
            assert (answer.status_code == 200) is sees
            assert ((await api.get(f"/jobs/{jobs['draft']}")).status_code == 200) is sees


async def test_the_list_is_found_by_plain_filters(site: Site) -> None:
    house = await employer(site)
    other = await employer(site, "Yunling Software")
    lathe = await house.approved()
    sorter = await house.approved(
        title="Warehouse sorter",
        category="logistics",
        employment_type="temporary",
        place="Wuxi",
        pay_unit="hour",
        pay_min=22,
        pay_max=26,
    )
    engineer = await other.approved(
        title="Python engineer 100%", category="software", pay_min=18_000, pay_max=28_000
    )

    async def found(query: str) -> list[str]:
        async with site.client() as stranger:
            answer = (await stranger.get(f"/api/jobs?{query}")).json()
            page = (await stranger.get(f"/jobs?{query}")).text
        jobs = [row["id"] for row in answer["jobs"]]
        assert re.findall(r'data-job="(\w+)"', page) == jobs
        assert answer["total"] == len(jobs)
        return jobs

    assert await found("") == [engineer, sorter, lathe]
    assert await found("q=OPERATOR+suzhou") == [lathe]
    assert await found("q=yunling") == [engineer]
    assert await found("q=100%25") == [engineer]
    assert await found("q=%25") == [engineer]
    assert await found("category=logistics") == [sorter]
    assert await found("employment_type=temporary&category=factory") == []
    assert await found("place=wuxi") == [sorter]
    assert await found(f"employer={house.id}") == [sorter, lathe]
    assert await found("pay=6500") == [engineer, lathe]
    assert await found("pay=3828") == [engineer, sorter, lathe]
    assert await found("pay=3829") == [engineer, lathe]
    assert await found("pay=-1&category=nonsense&page=x") == [engineer, sorter, lathe]


async def test_a_long_list_has_pages(site: Site) -> None:
    house = await employer(site)
    for number in range(actions.PAGE_SIZE + 1):
        await house.approved(title=f"Work number {number}")
    async with site.client() as stranger:
        first = (await stranger.get("/api/jobs?q=number")).json()
        last = (await stranger.get("/api/jobs?q=number&page=99")).json()
        page = (await stranger.get("/jobs?q=number")).text
    assert (first["total"], first["pages"], len(first["jobs"])) == (19, 2, 18)
    assert (last["page"], [row["title"] for row in last["jobs"]]) == (2, ["Work number 0"])
    assert 'href="/jobs?q=number&amp;page=2"' in page


async def test_search_engines_read_the_posting_and_nothing_breaks_out_of_it(site: Site) -> None:
    house = await employer(site)
    title = "</script><script>alert(1)</script> & <!-- Lathe"
    job = await house.approved(title=title, benefits="Housing.")
    async with site.client() as stranger:
        answer = await stranger.get(f"/jobs/{job}")
    assert "<script>alert" not in answer.text
    scripts = re.findall(
        r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', answer.text
    )
    [(nonce, text)] = scripts
    assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
    document = json.loads(text)
    assert document["@type"] == "JobPosting"
    assert document["title"] == title
    assert document["hiringOrganization"]["name"] == "Hengtai Precision"
    assert document["baseSalary"]["value"] == {
        "@type": "QuantitativeValue",
        "minValue": 6500,
        "maxValue": 8500,
        "unitText": "MONTH",
    }
    assert document["totalJobOpenings"] == 3
    assert document["url"] == f"{site.url}/jobs/{job}"
    await house.act(job, "close")
    async with site.client(house.owner) as owner:
        assert "ld+json" not in (await owner.get(f"/jobs/{job}")).text


async def test_a_guest_who_wants_to_apply_signs_in_and_comes_back(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    candidate = await site.person("candidate", "candidate")
    async with site.client() as guest:
        assert f'href="/sign-in?next=/jobs/{job}"' in (await guest.get(f"/jobs/{job}")).text
    async with site.client(candidate) as api:
        assert f'data-apply-job="{job}"' in (await api.get(f"/jobs/{job}")).text
    async with site.client(house.owner) as api:
        assert 'data-testid="apply"' not in (await api.get(f"/jobs/{job}")).text


async def test_an_empty_list_says_what_to_do(site: Site) -> None:
    async with site.client(**{"accept-language": "en"}) as stranger:
        assert "No open postings just now" in (await stranger.get("/jobs")).text
        assert "Nothing fits all of these" in (await stranger.get("/jobs?q=nothing")).text
        missing = await stranger.get("/api/jobs/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")
