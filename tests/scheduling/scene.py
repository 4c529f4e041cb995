"""A fair for tests: its organiser, an employer with a booth, and the calls they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.site import Site

ZONE = "Asia/Shanghai"


def weekly(now: datetime, **changes: Any) -> dict[str, Any]:
    """The body of a fair that is next held tomorrow at 19:00 for two hours, some of it changed."""
    today = now.astimezone(ZoneInfo(ZONE)).date()
    return {
        "title": "Tuesday showcase",
        "about": "Jobs on the shop floor, live.",
        "zone": ZONE,
        "weekday": (today + timedelta(days=1)).weekday(),
        "starts_local": "19:00",
        "length_min": 120,
        "first_date": today.isoformat(),
        **changes,
    }


@dataclass
class Scene:
    """Ids of what was made; `fair` is the organiser's."""

    site: Site
    organiser: str
    host: str
    employer: str
    fair: str = ""

    async def call(
        self, person: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        """What the API answers this person."""
        async with self.site.client(person, **{"Accept-Language": "en"}) as api:
            return await api.request(method, path, json=body)

    async def done(
        self, person: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        """The JSON of an answer that must be a good one."""
        answer = await self.call(person, method, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def weekly(self, **changes: Any) -> dict[str, Any]:
        return weekly(self.site.house.clock.now(), **changes)

    async def make_fair(self, **changes: Any) -> str:
        """A fair of the organiser."""
        made = await self.done(self.organiser, "POST", "/api/fairs", self.weekly(**changes))
        self.fair = made["id"]
        return self.fair

    async def shown(self) -> Any:
        """The fair as everyone reads it."""
        return await self.done("", "GET", f"/api/fairs/{self.fair}")

    async def booth(self, employer: str = "", host: str = "", status: str = "approved") -> str:
        """A booth of the employer, decided."""
        wish = {"organisation": employer or self.employer, "pitch": "Warm shop floor"}
        made = await self.done(host or self.host, "POST", f"/api/fairs/{self.fair}/booths", wish)
        if status != "asked":
            decision = {
                "decision": status,
                "reason": "No room left" if status == "refused" else "",
            }
            await self.done(self.organiser, "POST", f"/api/booths/{made['id']}/decision", decision)
        return str(made["id"])

    async def session(self, occurrence: str, of: str, **changes: Any) -> httpx.Response:
        """What the API answers the organiser who adds this session."""
        body = {"booth": of, "title": "Jobs live", "starts_local": "19:00", "minutes": 40}
        path = f"/api/occurrences/{occurrence}/sessions"
        return await self.call(self.organiser, "POST", path, {**body, **changes})

    def go_to(self, moment: str | datetime) -> None:
        """Set the clock; it only goes forward."""
        at = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
        clock = self.site.house.clock
        clock.advance((at - clock.now()).total_seconds())


async def set_scene(site: Site) -> Scene:
    """An organiser with a fair, and an approved employer with a host."""
    organiser = await site.person("organiser", "organiser", name="Zhou Min")
    host = await site.person("host", name="Lin Yue")
    employer = await site.organisation("Mingyuan", (host, "host"))
    scene = Scene(site, organiser, host, employer)
    await scene.make_fair()
    return scene


def day(text: str) -> date:
    return date.fromisoformat(text)
