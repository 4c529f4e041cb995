"""Browsers of the attendance tests: sockets in a room, and the leases they leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from websockets.asyncio.client import ClientConnection, connect

from server.attendance import actions
from server.attendance.actions import Visit
from server.attendance.store import leases
from server.base.db import Row
from tests.processes import until
from tests.site import Site


@asynccontextmanager
async def tab(
    site: Site, room: str, person: str = "", guest: str = ""
) -> AsyncIterator[ClientConnection]:
    """A page that has the room open: a person's, a guest's with a cookie, or nobody's."""
    headers = {"Origin": site.url}
    if person:
        headers["Cookie"] = f"daigang_session={await site.cookie(person)}"
    elif guest:
        headers["Cookie"] = f"daigang_guest={site.house.security.sign('guest', guest)}"
    url = f"ws{site.url.removeprefix('http')}/api/rooms/{room}/events"
    before = len(await rows(site))

    async def has_lease() -> bool:
        return len(await rows(site)) > before

    async with connect(url, additional_headers=headers, proxy=None) as socket:
        await said(socket, "ready")
        await until(has_lease)
        yield socket


async def said(socket: ClientConnection, kind: str) -> None:
    """Wait for a frame of this kind."""
    async with asyncio.timeout(5):
        while f'"type":"{kind}"' not in str(await socket.recv()):
            pass


async def beat(site: Site, socket: ClientConnection, is_front: bool = True) -> None:
    """Say that the page is there, and wait until the server noted it."""
    site.house.beats.clear()
    await socket.send(f'{{"type":"beat","visible":{str(is_front).lower()}}}')

    async def is_noted() -> bool:
        return bool(site.house.beats)

    await until(is_noted)


async def rows(site: Site) -> list[Row]:
    async with site.house.db.read() as db:
        return list(await db.all(sa.select(leases).order_by(leases.c.started_at)))


async def ended(site: Site, count: int = 1) -> list[Row]:
    """The leases, once so many of them have ended."""

    async def are_over() -> bool:
        return sum(row["ended_at"] is not None for row in await rows(site)) >= count

    await until(are_over)
    return await rows(site)


async def visits(site: Site, room: str) -> list[Visit]:
    async with site.house.db.read() as db:
        return await actions.visits(db, [room])
