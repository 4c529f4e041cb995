"""A running site for tests: the real application on a real socket, with a fresh database."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from server.accounts import actions as accounts
from server.accounts import store, store_organisations
from server.app import ROUTES, build_app, build_house
from server.base.db import new_id
from server.base.house import House
from server.base.routing import Declared
from server.base.settings import load
from server.carrier import RoomSocket
from server.migrations import upgrade

DATABASE = "daigang.sqlite3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A site on loopback. `person` makes people, `client` speaks as one of them."""

    house: House
    url: str

    @property
    def declared(self) -> list[Declared]:
        """Every route of the application."""
        return [declared for feature in ROUTES for declared in feature.declared]

    async def person(self, login: str, *roles: str, name: str = "") -> str:
        """A new person with these roles; the password is not for signing in."""
        async with self.house.db.write() as tx:
            person = await accounts.create_person(
                tx, login=login, name=name or login.title(), password_hash="!"
            )
            for role in roles:
                await store.add_grant(tx, person, role)
        return person

    async def organisation(self, name: str, *members: tuple[str, str]) -> str:
        """A new approved employer with (person, role) members."""
        organisation = new_id()
        async with self.house.db.write() as tx:
            await store_organisations.add_organisation(
                tx,
                {
                    "id": organisation,
                    "name": name,
                    "licence": organisation,
                    "industry": "Manufacturing",
                    "place": "Suzhou",
                    "size": "100-499",
                    "about": "",
                    "contact_name": "Front desk",
                    "contact_phone": "0512-0000000",
                    "status": "approved",
                    "created_at": tx.now,
                },
            )
            for person, role in members:
                await store_organisations.add_member(tx, organisation, person, role)
        return organisation

    async def token(self, person: str) -> str:
        async with self.house.db.write() as tx:
            return await accounts.issue_token(tx, person, "test")

    async def cookie(self, person: str) -> str:
        """A browser session of the person."""
        async with self.house.db.write() as tx:
            return await accounts.start_session(tx, person)

    @asynccontextmanager
    async def client(self, person: str = "", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """An API client with the person's bearer token; nobody's without a person."""
        if person:
            headers["Authorization"] = f"Bearer {await self.token(person)}"
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20) as client:
            yield client


@cache
def empty_database() -> Path:
    """A migrated database without a row, made once: migrating takes longer than a test."""
    path = Path(tempfile.mkdtemp(prefix="daigang-tests-")) / DATABASE
    upgrade(f"sqlite:///{path}")
    return path


@asynccontextmanager
async def running_site(
    data_dir: Path,
    *,
    ws: Any = RoomSocket,
    tls: tuple[Path, Path] | None = None,
    **settings: Any,
) -> AsyncIterator[Site]:
    """Serve a fresh site in this loop until the block is left; `tls` is a certificate and key."""
    port = free_port()
    url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    loaded = load({}, data_dir=data_dir, base_url=url, **settings)
    if not (data_dir / DATABASE).exists():
        await asyncio.to_thread(shutil.copyfile, empty_database(), data_dir / DATABASE)
    house = build_house(loaded)
    config = uvicorn.Config(
        build_app(house),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        proxy_headers=False,  # as in server/serving.py
        timeout_graceful_shutdown=3,
        ws=ws,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
    )
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve())
        while not server.started:
            if serving.done():
                break
            await asyncio.sleep(0.01)
        try:
            yield Site(house, url)
        finally:
            server.should_exit = True


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(tmp_path) as running:
        yield running
