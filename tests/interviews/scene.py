"""An employer with an interviewer and a posting, and candidates whom they invite."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from websockets.asyncio.client import ClientConnection, connect

from server.base.db import Tx, new_id
from server.interviews import actions
from server.jobs import store as jobs
from tests.site import Site


@dataclass
class Scene:
    """Who is in the play; `invite` gives the interview's room."""

    site: Site
    organisation: str
    interviewer: str
    job: str

    async def invite(self, candidate: str, *, minutes: int = 10, interviewer: str = "") -> str:
        async with self.site.house.db.write() as tx:
            return await actions.invite(
                tx,
                organisation=self.organisation,
                job=self.job,
                interviewer=interviewer or self.interviewer,
                candidate=candidate,
                minutes=minutes,
            )

    async def post(self, person: str, path: str, **body: Any) -> Any:
        """POST as the person; the response."""
        async with self.site.client(person) as api:
            return await api.post(path, json=body or None)

    async def get(self, person: str, path: str) -> Any:
        async with self.site.client(person) as api:
            return await api.get(path)

    async def arrive(self, candidate: str, room: str) -> dict[str, int]:
        """Stand in line, a second after whoever came before; the standing."""
        self.site.house.clock.advance(1)
        answer = await self.post(candidate, f"/api/interviews/{room}/arrival")
        assert answer.status_code == 201, answer.text
        standing: dict[str, int] = answer.json()
        return standing

    async def admit(self, room: str) -> Any:
        return await self.post(self.interviewer, f"/api/interviews/{room}/admission")

    async def end(self, room: str) -> Any:
        return await self.post(self.interviewer, f"/api/interviews/{room}/end")

    async def standing(self, candidate: str, room: str) -> dict[str, int]:
        answer = await self.get(candidate, f"/api/interviews/{room}/standing")
        assert answer.status_code == 200, answer.text
        standing: dict[str, int] = answer.json()
        return standing

    async def socket(self, person: str, room: str) -> ClientConnection:
        """The person's socket in the room; close it."""
        address = f"{self.site.url.replace('http', 'ws')}/api/rooms/{room}/events"
        token = await self.site.token(person)
        return await connect(address, additional_headers={"Authorization": f"Bearer {token}"})


_heard: WeakKeyDictionary[ClientConnection, list[dict[str, Any]]] = WeakKeyDictionary()


async def frame(socket: ClientConnection, wanted: str) -> dict[str, Any]:
    """The next frame of this type; several may have come in one message."""
    waiting = _heard.setdefault(socket, [])
    while True:
        while waiting:
            heard = waiting.pop(0)
            if heard["type"] == wanted:
                return heard
        told = json.loads(await socket.recv())
        waiting += told if isinstance(told, list) else [told]


async def set_scene(site: Site) -> Scene:
    interviewer = await site.person("chen", name="陈晓梅")
    organisation = await site.organisation("恒泰精密制造", (interviewer, "interviewer"))
    job = new_id()
    async with site.house.db.write() as tx:
        await _add_job(tx, organisation, job)
    return Scene(site, organisation, interviewer, job)


async def _add_job(tx: Tx, organisation: str, job: str) -> None:
    await jobs.add_job(
        tx,
        {
            "id": job,
            "organisation": organisation,
            "title": "数控车床操作工",
            "category": "factory",
            "employment_type": "full_time",
            "headcount": 30,
            "duties": "按图纸操作数控车床。",
            "conditions": "能看懂图纸。",
            "place": "苏州吴中区",
            "pay_min": 6500,
            "pay_max": 8500,
            "pay_unit": "month",
            "benefits": "",
            "valid_until": (tx.now + timedelta(days=30)).date(),
            "status": "approved",
            "created_at": tx.now,
            "approved_at": tx.now,
        },
    )
