"""People for the tests of accounts: signed up through the front door, as browsers do it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.site import Site

PASSWORD = "a long enough one"


async def sign_up(api: httpx.AsyncClient, login: str, **more: Any) -> httpx.Response:
    """Sign up with the usual password; the client then has the session's cookie."""
    told = {"login": login, "name": login.title(), "password": PASSWORD, **more}
    return await api.post("/api/sign-up", json=told)


async def sign_in(
    api: httpx.AsyncClient, login: str, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    return await api.post("/api/sign-in", json={"login": login, "password": password, **more})


@asynccontextmanager
async def browser_of(site: Site, login: str, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has just signed up, with their cookie."""
    async with site.client() as api:
        (await sign_up(api, login, **more)).raise_for_status()
        yield api


def code_of(response: httpx.Response) -> str:
    """The stable name of a refusal."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    return str(response.json()["code"])
