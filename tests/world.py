"""A small world for tests: an employer with a host, approved jobs and a live room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from server.base.db import new_id
from server.jobs.store import jobs
from server.showcase.actions import open_live_room
from tests.site import Site


@dataclass(frozen=True)
class World:
    """Ids of what was made."""

    site: Site
    host: str
    interviewer: str
    organisation: str
    jobs: tuple[str, ...]
    room: str


async def make_world(site: Site, *, job_count: int = 2) -> World:
    """An approved employer whose host may go live, with open postings."""
    host = await site.person("host", name="Lin Yue")
    interviewer = await site.person("interviewer", name="Wu Qiang")
    organisation = await site.organisation(
        "Mingyuan", (host, "host"), (interviewer, "interviewer")
    )
    made = [await add_job(site, organisation, f"Job {n + 1}") for n in range(job_count)]
    async with site.house.db.write() as tx:
        room = await open_live_room(tx, organisation, "Jobs on our shop floor")
    return World(site, host, interviewer, organisation, tuple(made), room)


async def add_job(site: Site, organisation: str, title: str, status: str = "approved") -> str:
    """A posting in the given state of review."""
    job = new_id()
    async with site.house.db.write() as tx:
        values = {
            "id": job,
            "organisation": organisation,
            "title": title,
            "category": "factory",
            "employment_type": "full_time",
            "headcount": 5,
            "duties": "Run the machines.",
            "conditions": "None but good will.",
            "place": "Suzhou",
            "pay_min": 6000,
            "pay_max": 8000,
            "pay_unit": "month",
            "valid_until": tx.now.date() + timedelta(days=60),
            "status": status,
            "created_at": tx.now,
        }
        await tx.run(jobs.insert().values(**values))
    return job
