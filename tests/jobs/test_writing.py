"""What an employer may post, and how a posting comes, goes and comes back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from server.jobs.posting import Posting, is_other
from tests.jobs.postings import Employer, employer
from tests.site import Site

WRONG = [
    ("pay_min", {"pay_min": None}),
    ("pay_min", {"pay_min": 0}),
    ("pay_max", {"pay_min": 9000, "pay_max": 8000}),
    ("pay_max", {"pay_max": 10_000_001}),
    ("headcount", {"headcount": 0}),
    ("headcount", {"headcount": 100_001}),
    ("valid_until", {"valid_until": "2020-01-01"}),
    ("valid_until", {"valid_until": "tomorrow"}),
    ("title", {"title": "x"}),
    ("title", {"title": "\u202ex\u202c"}),
    ("title", {"title": "x" * 81}),
    ("place", {"place": " "}),
    ("duties", {"duties": "Work."}),
    ("duties", {"duties": "x" * 4001}),
    ("conditions", {"conditions": ""}),
    ("benefits", {"benefits": "x" * 4001}),
    ("category", {"category": "finance"}),
    ("employment_type", {"employment_type": "slavery"}),
    ("pay_unit", {"pay_unit": "minute"}),
    ("salary", {"salary": 5000}),
]


@pytest.mark.parametrize(("field", "changes"), WRONG)
async def test_a_posting_that_is_not_in_order_is_refused_by_field(
    site: Site, field: str, changes: dict[str, Any]
) -> None:
    house = await employer(site)
    answer = await house.post(**changes)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [field]


async def test_everything_that_is_missing_is_named_at_once(site: Site) -> None:
    house = await employer(site)
    async with site.client(house.owner) as api:
        answer = await api.post(f"/api/employers/{house.id}/jobs", json={})
        assert (await api.get(f"/employers/{house.id}/jobs")).status_code == 200
    assert set(answer.json()["fields"]) == {
        *("title", "category", "employment_type", "headcount", "duties", "conditions"),
        *("place", "pay_min", "pay_max", "valid_until"),
    }


async def test_a_posting_is_valid_for_a_year_at_most(site: Site) -> None:
    house = await employer(site)
    today = site.house.clock.now().date()
    for days, status in ((365, 201), (366, 422), (0, 201), (-1, 422)):
        answer = await house.post(valid_until=(today + timedelta(days=days)).isoformat())
        assert answer.status_code == status


async def test_a_draft_is_sent_refused_mended_and_approved(site: Site) -> None:
    house = await employer(site)
    job = (await house.post()).json()["id"]
    assert await house.status(job) == "draft"
    assert (await house.act(job, "submit")).json()["status"] == "waiting"
    assert (await house.decide(job, "refused", reason="Which shifts?")).status_code == 201
    async with site.client(house.owner) as api:
        assert "Which shifts?" in (await api.get(f"/employers/{house.id}/jobs")).text
        assert "Which shifts?" in (await api.get(f"/jobs/{job}/edit")).text
    answer = await house.change(job, duties="Early and late shifts.", submit=True)
    assert answer.json()["status"] == "waiting"
    await house.decide(job, "approved")
    assert await house.is_public(job)


async def test_another_last_day_or_fewer_people_need_no_officer(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    today = site.house.clock.now().date()
    last_day = (today + timedelta(days=90)).isoformat()
    assert (await house.change(job, headcount=1, valid_until=last_day)).json()[
        "status"
    ] == "approved"
    assert await house.is_public(job)


@pytest.mark.parametrize(
    "changes", [{"pay_max": 9000}, {"title": "Lathe operator"}, {"headcount": 300}]
)
async def test_another_substance_needs_an_officer_again(
    site: Site, changes: dict[str, Any]
) -> None:
    house = await employer(site)
    job = await house.approved()
    assert (await house.change(job, **changes)).json()["status"] == "waiting"
    assert not await house.is_public(job)


async def test_a_closed_posting_opens_as_it_was_approved_and_only_so(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    assert (await house.act(job, "close")).json()["status"] == "closed"
    assert not await house.is_public(job)
    assert (await house.act(job, "reopen")).json()["status"] == "approved"
    assert await house.is_public(job)

    await house.act(job, "close")
    assert (await house.change(job, title="Something else")).json()["status"] == "draft"
    await house.act(job, "close")
    assert (await house.act(job, "reopen")).json()["status"] == "draft"
    assert not await house.is_public(job)


async def test_a_posting_taken_out_of_the_queue_does_not_come_back_public(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    await house.change(job, title="Something else")
    await house.act(job, "close")
    assert (await house.act(job, "reopen")).json()["status"] == "draft"
    assert (await house.decide(job, "approved")).json()["code"] == "already-decided"


async def test_an_expired_posting_needs_a_new_last_day(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    site.house.clock.advance(31 * 24 * 3600)
    assert await house.status(job) == "expired"
    assert not await house.is_public(job)
    await house.act(job, "close")
    assert (await house.act(job, "reopen")).json()["code"] == "expired"
    await house.change(job)
    assert (await house.act(job, "reopen")).json()["status"] == "approved"
    assert await house.is_public(job)


async def test_wrong_steps_are_refused_by_name(site: Site) -> None:
    house = await employer(site)
    job = await house.approved()
    assert (await house.act(job, "submit")).json()["code"] == "not-a-draft"
    assert (await house.act(job, "reopen")).json()["code"] == "not-closed"
    assert (await house.act("nothing", "close")).status_code == 404


async def test_strangers_and_interviewers_write_no_postings(site: Site) -> None:
    house = await employer(site)
    other = await employer(site, "Yunling Software")
    interviewer = await site.person("interviewer")
    joined = await site.organisation("Third", (interviewer, "interviewer"))
    job = await house.approved()
    async with site.client(other.owner) as api:
        create = await api.post(f"/api/employers/{house.id}/jobs", json=house.posting())
        assert create.status_code == 403
        change = await api.put(f"/api/jobs/{job}", json=house.posting(title="Stolen"))
        assert change.status_code == 404
        assert (await api.post(f"/api/jobs/{job}/close")).status_code == 404
        assert (await api.get(f"/employers/{house.id}/jobs")).status_code == 403
        assert (await api.get(f"/jobs/{job}/edit")).status_code == 404
        copy = await api.get(f"/employers/{other.id}/jobs/new?from={job}")
        assert copy.status_code == 404
    async with site.client(interviewer) as api:
        create = await api.post(f"/api/employers/{joined}/jobs", json=house.posting())
        assert create.status_code == 403
        assert (await api.get(f"/employers/{joined}/jobs")).status_code == 200
    async with site.client() as api:
        assert (await api.post(f"/api/jobs/{job}/close")).status_code == 401


async def test_marks_and_spaces_are_cleaned_and_lines_are_kept(site: Site) -> None:
    house = await employer(site)
    job = await house.approved(title="  Lathe\u202e \n operator ", duties="First line.\r\nSecond.")
    async with site.client() as stranger:
        shown = (await stranger.get(f"/api/jobs/{job}")).json()
    assert shown["title"] == "Lathe operator"
    assert shown["duties"] == "First line.\nSecond."


def test_what_another_posting_is() -> None:
    old = {name: getattr(Posting(headcount=5), name) for name in Posting.__struct_fields__}
    assert not is_other(old, {**old, "headcount": 4, "valid_until": date(2030, 1, 1)})
    assert is_other(old, {**old, "headcount": 6})
    assert is_other(old, {**old, "benefits": "None."})


async def test_the_form_is_a_copy_of_a_posting_of_ones_own(site: Site) -> None:
    house: Employer = await employer(site)
    job = await house.approved(title="Copied title")
    async with site.client(house.owner) as api:
        page = (await api.get(f"/employers/{house.id}/jobs/new?from={job}")).text
    assert 'value="Copied title"' in page
    assert f"POST /api/employers/{house.id}/jobs" in page
