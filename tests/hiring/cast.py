"""Who plays in the tests of hiring, and what they do over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.site import Site
from tests.world import World, make_world

PHONE, EMAIL = "138 1234 5678", "lihua@example.com"
PROFILE = {
    "full_name": "Li Hua",
    "phone": PHONE,
    "email": EMAIL,
    "place": "Kunshan",
    "headline": "Six years at the lathe",
    "experience": "Lathe operator at Hengtai.",
    "education": "Suzhou Technical School.",
}


class Play:
    """One employer with a posting, and candidates who have written a profile."""

    def __init__(self, world: World, candidate: str) -> None:
        self.world = world
        self.site = world.site
        self.candidate = candidate

    async def call(self, person: str, method: str, path: str, body: Any = None) -> httpx.Response:
        async with self.site.client(person) as api:
            return await api.request(method, path, json=body)

    async def does(self, person: str, path: str, **body: Any) -> httpx.Response:
        """POST something about an application."""
        return await self.call(person, "POST", f"/api/applications/{path}", body or None)

    async def apply(self, person: str = "", job: str = "", **more: Any) -> httpx.Response:
        path = f"/api/jobs/{job or self.world.jobs[0]}/applications"
        return await self.call(person or self.candidate, "POST", path, {"consent": True, **more})

    async def applied(self, person: str = "", **more: Any) -> str:
        """An application's id."""
        answer = await self.apply(person, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def invited(self, application: str) -> str:
        """The interview room to which the host has invited."""
        invitation = {"interviewer": self.world.interviewer, "minutes": 15}
        answer = await self.does(self.world.host, f"{application}/invite", **invitation)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["interview"])

    async def claimed(self, person: str, kind: str = "hire") -> httpx.Response:
        """A claim on a new offer in the live room."""
        offer = {"job": self.world.jobs[0], "kind": kind, "places": 5, "seconds": 60}
        path = f"/api/rooms/{self.world.room}/offers"
        opened = await self.call(self.world.host, "POST", path, offer)
        assert opened.status_code == 201, opened.text
        return await self.call(person, "POST", f"/api/offers/{opened.json()['id']}/claims")

    async def mine(self, person: str = "") -> list[dict[str, Any]]:
        answer = await self.call(person or self.candidate, "GET", "/api/applications/mine")
        found: list[dict[str, Any]] = answer.json()
        return found

    async def stage(self) -> str:
        """Where the candidate's only application stands."""
        [one] = await self.mine()
        return str(one["stage"])

    async def inbox(self, person: str = "", **query: str) -> dict[str, Any]:
        async with self.site.client(person or self.world.host) as api:
            path = f"/api/employers/{self.world.organisation}/applications"
            answer = await api.get(path, params=query)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found


async def make_play(site: Site) -> Play:
    world = await make_world(site)
    candidate = await site.person("lihua", name="Li")
    play = Play(world, candidate)
    saved = await play.call(candidate, "PUT", "/api/profile", PROFILE)
    assert saved.status_code == 200, saved.text
    return play


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
