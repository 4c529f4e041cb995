"""The officers' gate: who decides, about what, in which order, and what is written down."""

from __future__ import annotations

import re

import pytest

from server.accounts import store_organisations
from tests.jobs.postings import employer, review
from tests.site import Site


async def status_of(site: Site, organisation: str) -> tuple[str, str]:
    async with site.house.db.read() as db:
        row = await store_organisations.organisation(db, organisation)
    assert row is not None
    return row["status"], row["reason"]


async def test_the_queue_shows_all_facts_oldest_first(site: Site) -> None:
    house = await employer(site)
    first = await house.waiting(title="First posting", benefits="Free housing.")
    site.house.clock.advance(60)
    second = await house.waiting(title="Second posting")
    site.house.clock.advance(60)
    organisation = await site.organisation("Late Employer")
    async with site.house.db.write() as tx:
        await store_organisations.change_organisation(tx, organisation, status="waiting")
    async with site.client(house.officer) as api:
        page = (await api.get("/officer/queue")).text
    order = re.findall(r'tabindex="-1" data-subject="(\w+)"', page)
    assert order == [first, second, organisation]
    for fact in ("Free housing.", "Reads drawings.", "Suzhou, Wuzhong", "0512-0000000"):
        assert fact in page


@pytest.mark.parametrize("role", ["", "candidate", "organiser"])
async def test_only_officers_decide_and_see_the_queue(site: Site, role: str) -> None:
    house = await employer(site)
    job = await house.waiting()
    person = await site.person("someone", *([role] if role else []))
    answer = await review(site, person, "job", job, "approved")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    async with site.client(person) as api:
        for path in ("/officer", "/officer/queue", "/officer/public", "/officer/decisions"):
            assert (await api.get(path)).status_code == 403
    assert not await house.is_public(job)


async def test_nobody_decides_about_their_own_employer(site: Site) -> None:
    judge = await site.person("judge", "officer")
    own = await site.organisation("Own Works", (judge, "owner"))
    house = await employer(site)
    house.id, house.owner = own, judge
    job = await house.waiting()
    answer = await review(site, judge, "job", job, "approved")
    assert (answer.status_code, answer.json()["code"]) == (403, "own-posting")
    answer = await review(site, judge, "organisation", own, "suspended", reason="A test.")
    assert (answer.status_code, answer.json()["code"]) == (403, "own-organisation")
    assert not await house.is_public(job)
    async with site.client(judge) as api:
        assert 'data-testid="approve"' not in (await api.get("/officer/queue")).text


@pytest.mark.parametrize("reason", ["", "   ", "no", "x" * 501])
async def test_a_refusal_says_why(site: Site, reason: str) -> None:
    house = await employer(site)
    job = await house.waiting()
    answer = await house.decide(job, "refused", reason=reason)
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == ["reason"]
    assert await house.status(job) == "waiting"
    async with site.client(house.officer, **{"accept-language": "en"}) as api:
        assert "Nothing was decided yet" in (await api.get("/officer/decisions")).text


async def test_a_decision_is_written_down_with_its_reason(site: Site) -> None:
    house = await employer(site)
    job = await house.waiting(title="Lathe operator")
    await house.decide(job, "refused", reason="Which shifts are these?")
    await house.change(job, title="Lathe operator, early shift", submit=True)
    await house.decide(job, "approved")
    async with site.client(house.officer) as api:
        page = (await api.get("/officer/decisions")).text
        queue = await api.get(f"/jobs/{job}")
    told = re.findall(rf'<a href="/jobs/{job}">([^<]+)</a>', page)
    assert told == ["Lathe operator, early shift", "Lathe operator"]
    assert "Which shifts are these?" in page
    assert "Hengtai-Officer" in page
    assert "Which shifts are these?" in queue.text


async def test_what_another_officer_decided_is_not_decided_again(site: Site) -> None:
    house = await employer(site)
    job = await house.waiting()
    assert (await house.decide(job, "approved")).status_code == 201
    answer = await house.decide(job, "refused", reason="Came too late.")
    assert (answer.status_code, answer.json()["code"]) == (409, "already-decided")
    assert await house.is_public(job)
    assert (await house.decide("nothing", "approved")).status_code == 404


async def test_an_officer_approves_only_what_they_have_read(site: Site) -> None:
    house = await employer(site)
    job = await house.waiting()
    await house.change(job, duties="Something quite different from before.")
    answer = await house.decide(job, "approved", revision=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed-meanwhile")
    assert not await house.is_public(job)
    assert (await house.decide(job, "approved", revision=2)).status_code == 201


async def test_a_posting_waits_for_its_employer(site: Site) -> None:
    house = await employer(site)
    async with site.house.db.write() as tx:
        await store_organisations.change_organisation(tx, house.id, status="waiting")
    job = await house.waiting()
    answer = await house.decide(job, "approved")
    assert (answer.status_code, answer.json()["code"]) == (409, "organisation-not-approved")
    assert (await review(site, house.officer, "organisation", house.id, "approved")).json() == {
        "subject": house.id,
        "decision": "approved",
        "waiting": 1,
    }
    assert (await house.decide(job, "approved")).json()["waiting"] == 0


async def test_a_suspended_employer_is_not_public_until_it_is_approved_again(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    answer = await review(site, house.officer, "organisation", house.id, "suspended")
    assert list(answer.json()["fields"]) == ["reason"]
    reason = "Applicants were asked for a deposit."
    await review(site, house.officer, "organisation", house.id, "suspended", reason=reason)
    assert await status_of(site, house.id) == ("suspended", reason)
    assert not await house.is_public(job)
    answer = await house.post(submit=True)
    assert answer.json()["code"] == "organisation-not-approved"
    async with site.client(house.owner) as api:
        assert reason in (await api.get(f"/employers/{house.id}/jobs")).text
    await review(site, house.officer, "organisation", house.id, "approved")
    assert await status_of(site, house.id) == ("approved", "")
    assert await house.is_public(job)


async def test_a_posting_taken_down_comes_back_only_through_the_queue(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    assert (await house.decide(job, "suspended", reason="Asks for a fee.")).status_code == 201
    assert await house.status(job) == "refused"
    await house.act(job, "close")
    assert (await house.act(job, "reopen")).json()["status"] == "draft"
    assert (await house.act(job, "submit")).json()["status"] == "waiting"
    assert not await house.is_public(job)


@pytest.mark.parametrize(
    "body",
    [
        {"subject_kind": "person", "subject": "x", "decision": "approved"},
        {"subject_kind": "job", "subject": "x", "decision": "closed"},
        {"subject_kind": "job", "decision": "approved"},
    ],
)
async def test_an_unknown_decision_is_refused(site: Site, body: dict[str, str]) -> None:
    officer = await site.person("officer", "officer")
    async with site.client(officer) as api:
        assert (await api.post("/api/reviews", json=body)).status_code == 422
