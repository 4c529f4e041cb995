"""A fair with a past for the tests of its report: minutes are counted from its start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from server.attendance.store import add_lease
from server.base import journal
from server.base.db import new_id
from server.hiring.store import applications
from server.hiring.store_offers import claims, offers
from server.interviews.store import interviews
from server.scheduling.store import booths, fairs, live_sessions, occurrences
from server.showcase.actions import open_live_room
from server.showcase.store import change_room
from tests.site import Site
from tests.world import World, make_world

ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Scene:
    """A fair that is on now, begun an hour ago, with one live session in `room`."""

    site: Site
    world: World
    organiser: str
    fair: str
    occurrence: str
    start: datetime

    @property
    def room(self) -> str:
        return self.world.room

    def at(self, minutes: float) -> datetime:
        return self.start + timedelta(minutes=minutes)

    async def stay(
        self, person: str, since: float, until: float, role: str = "viewer", room: str = ""
    ) -> None:
        """Somebody had the room open between these minutes."""
        async with self.site.house.db.write() as tx:
            lease = {
                "id": f"test-{new_id()}",
                "boot": "test",
                "room": room or self.room,
                "person": person,
                "role": role,
                "started_at": self.at(since),
                "beat_at": self.at(until),
                "ended_at": self.at(until),
            }
            await add_lease(tx, lease)

    async def session(self, title: str, since: float, until: float, occurrence: str = "") -> str:
        """One more live session of the same employer; its room."""
        async with self.site.house.db.write() as tx:
            room = await open_live_room(tx, self.world.organisation, title)
            booth = await tx.value(booths.select().with_only_columns(booths.c.id))
            values = {
                "id": new_id(),
                "occurrence": occurrence or self.occurrence,
                "booth": booth,
                "title": title,
                "starts_at": self.at(since),
                "ends_at": self.at(until),
                "room": room,
            }
            await tx.run(live_sessions.insert().values(**values))
        return room

    async def date(self, weeks: int, status: str = "planned") -> str:
        """The occurrence so many weeks from this one."""
        occurrence, shift = new_id(), timedelta(weeks=weeks)
        async with self.site.house.db.write() as tx:
            await tx.run(
                occurrences.insert().values(
                    id=occurrence,
                    fair=self.fair,
                    local_date=(self.start + shift).date(),
                    starts_at=self.start + shift,
                    ends_at=self.start + shift + timedelta(minutes=120),
                    status=status,
                    sequence=0,
                )
            )
        return occurrence

    async def apply(self, person: str, stage: str = "applied", job: int = 0, **more: Any) -> str:
        """An application from the live room."""
        application = new_id()
        async with self.site.house.db.write() as tx:
            values = {
                "id": application,
                "job": self.world.jobs[job],
                "person": person,
                "room": self.room,
                "stage": stage,
                "reason": "",
                "shared": "{}",
                "consented_at": tx.now,
                "changed_at": tx.now,
                **more,
            }
            await tx.run(applications.insert().values(**values))
        return application

    async def claim(self, person: str, application: str) -> None:
        """A place claimed in the live room."""
        async with self.site.house.db.write() as tx:
            offer = new_id()
            times = {"opens_at": tx.now, "closes_at": tx.now, "closed": "full"}
            places = {"kind": "hire", "places": 1, "claimed": 1}
            where = {"id": offer, "room": self.room, "job": self.world.jobs[0]}
            await tx.run(offers.insert().values(**where, **places, **times))
            row = {"id": new_id(), "offer": offer, "person": person, "place": 1, "seq": 1}
            row |= {"places": 1, "state": "holding"}
            await tx.run(claims.insert().values(**row, application=application, at=tx.now))

    async def interview(
        self, candidate: str, invited: float, admitted: float | None, ended: float | None
    ) -> str:
        """An interview of 15 planned minutes; its room."""
        room = new_id()
        async with self.site.house.db.write() as tx:
            await journal.open_room(tx, room, "interview")
            let_in = None if admitted is None else self.at(admitted)
            values = {
                "room": room,
                "organisation": self.world.organisation,
                "job": self.world.jobs[0],
                "interviewer": self.world.interviewer,
                "candidate": candidate,
                "minutes": 15,
                "status": "ended" if ended is not None else "admitted" if let_in else "invited",
                "invited_at": self.at(invited),
                "arrived_at": let_in,
                "admitted_at": let_in,
                "ended_at": None if ended is None else self.at(ended),
                "ended_by": "" if ended is None else "interviewer",
            }
            await tx.run(interviews.insert().values(**values))
        return room

    async def end_room(self, minutes: float) -> None:
        async with self.site.house.db.write() as tx:
            await change_room(tx, self.room, phase="ended", ended_at=self.at(minutes))

    async def ask(self, person: str = "", ending: str = "", **query: str) -> httpx.Response:
        """The report as this person gets it; the organiser's without one."""
        async with self.site.client(person or self.organiser) as api:
            path = f"/api/fairs/{self.fair}/attendance{ending}"
            return await api.get(path, params=query or None)

    async def report(self, **query: str) -> dict[str, Any]:
        answer = await self.ask(**query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def line(self, person: str) -> dict[str, Any]:
        """One person's line of the report."""
        people = (await self.report())["people"]
        found: dict[str, Any] = next(line for line in people if line["person"] == person)
        return found


async def make_scene(site: Site, title: str = "苏州周二晚间招聘会") -> Scene:
    """The fair began an hour ago and lasts two; its session is from minute 0 to minute 90."""
    world = await make_world(site)
    organiser = await site.person("organiser", "organiser", name="Zhou Min")
    start = site.house.clock.now() - timedelta(minutes=60)
    fair, occurrence, booth = new_id(), new_id(), new_id()
    async with site.house.db.write() as tx:
        rule = {"zone": ZONE, "weekday": 1, "starts_local": "19:00", "length_min": 120}
        await tx.run(
            fairs.insert().values(
                id=fair,
                organiser=organiser,
                title=title,
                about="",
                first_date=start.date(),
                repeats_agenda=True,
                created_at=tx.now,
                **rule,
            )
        )
        await tx.run(
            occurrences.insert().values(
                id=occurrence,
                fair=fair,
                local_date=start.date(),
                starts_at=start,
                ends_at=start + timedelta(minutes=120),
                status="planned",
                sequence=0,
            )
        )
        await tx.run(
            booths.insert().values(
                id=booth,
                fair=fair,
                organisation=world.organisation,
                status="approved",
                asked_at=tx.now,
            )
        )
        await tx.run(
            live_sessions.insert().values(
                id=new_id(),
                occurrence=occurrence,
                booth=booth,
                title="Jobs on our shop floor",
                starts_at=start,
                ends_at=start + timedelta(minutes=90),
                room=world.room,
            )
        )
    return Scene(site, world, organiser, fair, occurrence, start)
