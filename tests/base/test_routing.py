"""The edge of a request: one answer per key, named refusals, origins, bodies."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from server.base.db import Database
from server.base.errors import Refusal
from tests.site import Site


async def room_of(site: Site, host: str) -> str:
    """A live room of a fresh employer of the host's."""
    from server.showcase.actions import open_live_room

    organisation = await site.organisation("Mingyuan", (host, "host"))
    async with site.house.db.write() as tx:
        return await open_live_room(tx, organisation, "Jobs on our shop floor")


async def lines(api: httpx.AsyncClient, room: str) -> list[str]:
    answer = await api.get(f"/api/rooms/{room}/snapshot")
    return [message["text"] for message in answer.json()["state"]["messages"]]


async def test_the_same_key_gets_the_same_answer_and_acts_once(site: Site) -> None:
    host = await site.person("host")
    room = await room_of(site, host)
    async with site.client(host) as api:
        key = {"Idempotency-Key": "tap-1"}
        path = f"/api/rooms/{room}/messages"
        first = await api.post(path, json={"text": "hello"}, headers=key)
        again = await api.post(path, json={"text": "hello"}, headers=key)
        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        assert await lines(api, room) == ["hello"]
        other = await api.post(path, json={"text": "bye"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "key-reused")


async def test_a_refusal_is_an_answer_too(site: Site) -> None:
    host = await site.person("host")
    room = await room_of(site, host)
    async with site.client(host) as api:
        key = {"Idempotency-Key": "tap-1"}
        path = f"/api/rooms/{room}/pin"
        first = await api.put(path, json={"job": "none"}, headers=key)
        again = await api.put(path, json={"job": "none"}, headers=key)
        assert first.status_code == again.status_code == 404
        assert first.content == again.content
        assert first.headers["content-type"] == "application/problem+json"


async def test_a_key_belongs_to_a_person(site: Site) -> None:
    host, other = await site.person("host"), await site.person("other")
    room = await room_of(site, host)
    for person in (host, other):
        async with site.client(person, **{"Idempotency-Key": "same"}) as api:
            answer = await api.post(f"/api/rooms/{room}/messages", json={"text": "hello"})
            assert answer.status_code == 201
    async with site.client() as api:
        assert await lines(api, room) == ["hello", "hello"]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "not-json"),
        (b"\xff", "application/json", 400, "not-json"),
        (b"{}", "text/plain", 415, "not-json"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"text": 1}', "application/json", 422, "invalid"),
        (b'{"text": "a", "more": 1}', "application/json", 422, "invalid"),
        (b'{"text": "' + b"a" * 70_000 + b'"}', "application/json", 413, "too-large"),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused_by_name(
    site: Site, content: bytes, kind: str, status: int, code: str
) -> None:
    host = await site.person("host")
    room = await room_of(site, host)
    async with site.client(host) as api:
        answer = await api.post(
            f"/api/rooms/{room}/messages", content=content, headers={"Content-Type": kind}
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert await lines(api, room) == []


async def test_another_sites_page_cannot_act_with_our_cookie(site: Site) -> None:
    host = await site.person("host")
    room = await room_of(site, host)
    cookie = await site.cookie(host)
    async with site.client() as api:
        headers = {"Cookie": f"daigang_session={cookie}", "Origin": "https://evil.example"}
        path = f"/api/rooms/{room}/messages"
        answer = await api.post(path, json={"text": "spam"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")
        headers["Origin"] = site.url
        answer = await api.post(path, json={"text": "mine"}, headers=headers)
        assert answer.status_code == 201


async def test_a_refusal_is_said_in_the_readers_language(site: Site) -> None:
    async with site.client(**{"Accept-Language": "zh-CN"}) as api:
        answer = await api.get("/api/rooms/nowhere/snapshot")
        assert answer.json()["detail"] == "没有这个房间。"


async def test_a_database_that_is_away_is_a_503_and_not_a_traceback(
    site: Site, tmp_path: Path
) -> None:
    away = Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/db", site.house.clock)
    with pytest.raises(Refusal) as refused:
        async with away.read():
            pass
    assert (refused.value.status, refused.value.name) == (503, "database-away")
    await away.close()


async def test_probes_answer(site: Site) -> None:
    async with site.client() as api:
        assert (await api.get("/healthz")).status_code == 200
        ready = await api.get("/readyz")
        assert ready.status_code == 503  # no media process runs beside this site
        assert ready.json() == {"ready": False, "database": True, "relay": True, "media": False}


async def test_the_api_describes_itself(site: Site) -> None:
    async with site.client() as api:
        document = (await api.get("/api/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert "post" in document["paths"]["/api/offers/{offer}/claims"]


async def test_files_with_their_hash_in_the_address_are_kept_and_sent_small(site: Site) -> None:
    async with site.client() as api:
        hashed = await api.get("/static/css/components.css?v=abc")
        plain = await api.get("/static/css/components.css")
    assert "immutable" in hashed.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"
    assert hashed.headers["content-encoding"] == "gzip"
