"""Postings for tests: one that is in order, and the way from a draft to the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from tests.site import Site


@dataclass
class Employer:
    """An approved employer with an owner, and an officer who belongs to none."""

    site: Site
    id: str
    owner: str
    officer: str

    def posting(self, **changes: Any) -> dict[str, Any]:
        """The body of a posting that is in order, some of it changed."""
        last_day = self.site.house.clock.now().date() + timedelta(days=30)
        return {
            "title": "CNC lathe operator",
            "category": "factory",
            "employment_type": "full_time",
            "headcount": 3,
            "duties": "Set up and run two lathes, measure parts.",
            "conditions": "Reads drawings.",
            "place": "Suzhou, Wuzhong",
            "pay_min": 6500,
            "pay_max": 8500,
            "pay_unit": "month",
            "benefits": "",
            "valid_until": last_day.isoformat(),
            **changes,
        }

    async def post(self, **changes: Any) -> httpx.Response:
        """What the API answers when the owner writes this posting."""
        async with self.site.client(self.owner) as api:
            return await api.post(f"/api/employers/{self.id}/jobs", json=self.posting(**changes))

    async def waiting(self, **changes: Any) -> str:
        """A posting in the officers' queue."""
        answer = await self.post(submit=True, **changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def approved(self, **changes: Any) -> str:
        """A public posting."""
        job = await self.waiting(**changes)
        answer = await self.decide(job, "approved")
        assert answer.status_code == 201, answer.text
        return job

    async def decide(self, job: str, decision: str, **body: Any) -> httpx.Response:
        """What the API answers when the officer decides about a posting."""
        return await review(self.site, self.officer, "job", job, decision, **body)

    async def act(self, job: str, verb: str) -> httpx.Response:
        """submit, close or reopen."""
        async with self.site.client(self.owner) as api:
            return await api.post(f"/api/jobs/{job}/{verb}")

    async def change(self, job: str, **changes: Any) -> httpx.Response:
        async with self.site.client(self.owner) as api:
            return await api.put(f"/api/jobs/{job}", json=self.posting(**changes))

    async def status(self, job: str) -> str:
        """The status as the owner sees it."""
        async with self.site.client(self.owner) as api:
            return str((await api.get(f"/api/jobs/{job}")).json()["status"])

    async def is_public(self, job: str) -> bool:
        """Whether a stranger finds it, by its address and in the list, which must agree."""
        async with self.site.client() as stranger:
            shown = (await stranger.get(f"/api/jobs/{job}")).status_code == 200
            page = (await stranger.get(f"/jobs/{job}")).status_code == 200
            listed = (await stranger.get("/api/jobs")).json()["jobs"]
        assert shown == page == (job in {row["id"] for row in listed})
        return shown


async def employer(site: Site, name: str = "Hengtai Precision") -> Employer:
    """An employer of its own; logins follow its name."""
    login = name.split()[0].lower()
    owner = await site.person(f"{login}-owner")
    officer = await site.person(f"{login}-officer", "officer")
    return Employer(site, await site.organisation(name, (owner, "owner")), owner, officer)


async def review(
    site: Site, officer: str, kind: str, subject: str, decision: str, **body: Any
) -> httpx.Response:
    """What the API answers to this decision."""
    decided = {"subject_kind": kind, "subject": subject, "decision": decision, **body}
    async with site.client(officer) as api:
        return await api.post("/api/reviews", json=decided)
