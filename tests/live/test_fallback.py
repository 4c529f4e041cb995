"""A room without WebSockets: streams of events and polling, spoken to as any client would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from rooms.wire import CLOSE_SIGNED_OUT
from server import fallback
from tests.attendance.sockets import ended, rows
from tests.live.test_socket import Frame, last, say
from tests.processes import until
from tests.site import Site
from tests.world import World, make_world

EVENTS = {"Accept": "text/event-stream"}
JSON = {"Accept": "application/json"}


class Stream:
    """An open stream of events; `ids` are the events' own."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.ids: list[int] = []
        self._lines = answer.aiter_lines()

    async def frames(self, until: str) -> list[Frame]:
        """What arrives, up to the first message with a frame of the type `until`."""
        got: list[Frame] = []
        async with asyncio.timeout(5):
            async for line in self._lines:
                if line.startswith("id: "):
                    self.ids.append(int(line[4:]))
                elif line.startswith("data: "):
                    told = json.loads(line[6:])
                    got += told if isinstance(told, list) else [told]
                    if any(frame["type"] == until for frame in got):
                        return got
        raise AssertionError(f"the stream ended before any {until}")


@asynccontextmanager
async def streaming(
    api: httpx.AsyncClient, room: str, since: int | None = None, last_id: str = ""
) -> AsyncIterator[Stream]:
    query = {} if since is None else {"since": str(since)}
    headers = {**EVENTS, "Last-Event-ID": last_id} if last_id else EVENTS
    path = f"/api/rooms/{room}/events"
    async with api.stream("GET", path, params=query, headers=headers) as answer:
        assert answer.status_code == 200
        yield Stream(answer)


async def poll(api: httpx.AsyncClient, room: str, **query: Any) -> list[Frame]:
    """One answer, flat."""
    answer = await api.get(f"/api/rooms/{room}/events", params=query, headers=JSON)
    assert answer.status_code == 200, answer.text
    return [
        frame for told in answer.json() for frame in (told if isinstance(told, list) else [told])
    ]


def texts(got: list[Frame]) -> list[str]:
    return [frame["event"]["message"]["text"] for frame in got if frame["type"] == "event"]


async def seated(world: World, count: int) -> bool:
    room = world.site.house.lobby.room(world.room)
    return room is not None and len(room.seats) == count


async def test_a_stream_tells_the_state_and_then_what_happens(site: Site) -> None:
    world = await make_world(site)
    async with site.client() as api:
        async with streaming(api, world.room) as stream:
            assert stream.answer.headers["content-type"].startswith("text/event-stream")
            first = await stream.frames("live")
            assert [frame["type"] for frame in first] == ["resync", "ready", "live"]
            await say(world, "welcome")
            assert texts(await stream.frames("event")) == ["welcome"]
            assert stream.ids == [1]
        await until(lambda: seated(world, 0))


async def test_a_stream_goes_on_from_the_last_event_that_a_browser_names(site: Site) -> None:
    world = await make_world(site)
    await say(world, "one", "two", "three")
    async with site.client() as api:
        async with streaming(api, world.room, last_id="1") as stream:
            assert texts(await stream.frames("ready")) == ["two", "three"]
        async with streaming(api, world.room, since=2) as stream:
            assert texts(await stream.frames("ready")) == ["three"]


async def test_without_a_socket_the_crews_facts_stay_with_the_crew(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with site.client(candidate) as viewer, site.client(world.host) as host:
        async with streaming(viewer, world.room) as stream:
            await stream.frames("ready")
            seen = last(await poll(viewer, world.room), "ready")["seq"]
            shown = last(await poll(host, world.room), "ready")["seq"]
            await host.put(f"/api/rooms/{world.room}/mutes/{candidate}")
            await say(world, "be kind")
            assert texts(await stream.frames("event")) == ["be kind"]
        kinds = [f["event"]["type"] for f in await poll(viewer, world.room, since=seen)
                 if f["type"] == "event"]  # fmt: skip
        assert kinds == ["message_posted"]
        kinds = [f["event"]["type"] for f in await poll(host, world.room, since=shown)
                 if f["type"] == "event"]  # fmt: skip
        assert kinds == ["person_muted", "message_posted"]


async def test_polling_keeps_one_seat_and_loses_nothing_between_two_answers(site: Site) -> None:
    world = await make_world(site)
    async with site.client() as api:
        ready = last(await poll(api, world.room), "ready")
        await say(world, "one", "two")
        got = await poll(api, world.room, since=ready["seq"], seat=ready["seat"])
        while len(texts(got)) < 2:
            seq = last(got, "event")["seq"]
            got += await poll(api, world.room, since=seq, seat=ready["seat"])
        assert texts(got) == ["one", "two"]
        assert await seated(world, 1)
        [lease] = await rows(site)
        assert lease["ended_at"] is None


async def test_an_answer_that_was_lost_is_told_again(site: Site) -> None:
    world = await make_world(site)
    async with site.client() as api:
        ready = last(await poll(api, world.room), "ready")
        await say(world, "one")
        await poll(api, world.room, since=ready["seq"], seat=ready["seat"])
        again = await poll(api, world.room, since=ready["seq"], seat=ready["seat"])
        assert texts(again) == ["one"]
        assert last(again, "ready")["seat"] != ready["seat"]
        await fallback.let_go(site.house)
        assert await seated(world, 1)


async def test_a_poll_in_a_quiet_room_ends_after_the_wait_that_was_asked(site: Site) -> None:
    world = await make_world(site)
    async with site.client() as api:
        ready = last(await poll(api, world.room), "ready")
        path = {"since": ready["seq"], "seat": ready["seat"], "wait": 0}
        await poll(api, world.room, **path)
        assert await poll(api, world.room, **path) == []


async def test_who_polls_no_more_is_let_go_and_was_there_until_the_last_poll(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.lobby.SILENT_AFTER_S", 0.0)
    world = await make_world(site)
    async with site.client() as api:
        await poll(api, world.room)

    async def is_gone() -> bool:
        await fallback.let_go(site.house)
        return await seated(world, 0)

    await until(is_gone)
    [lease] = await ended(site)
    assert lease["ended_at"] == lease["beat_at"]


async def test_a_beat_that_is_posted_keeps_the_seat_of_a_stream(site: Site) -> None:
    world = await make_world(site)
    async with site.client() as api, streaming(api, world.room) as stream:
        seat = last(await stream.frames("ready"), "ready")["seat"]
        await until(lambda: has_lease(site))
        path = f"/api/rooms/{world.room}/events"
        said = await api.post(path, params={"seat": seat}, json={"type": "beat"})
        assert said.status_code == 204
        assert len(site.house.beats) == 1
        wrong = await api.post(path, params={"seat": seat}, json={"type": "dance"})
        assert (wrong.status_code, wrong.json()["code"]) == (400, "malformed")
        gone = await api.post(path, params={"seat": "x"}, json={"type": "beat"})
        assert (gone.status_code, gone.json()["code"]) == (404, "no-seat")
        async with site.client(await site.person("wang")) as other:
            theirs = await other.post(path, params={"seat": seat}, json={"type": "beat"})
            assert theirs.status_code == 404


async def test_signing_out_ends_a_persons_stream_and_says_so(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with site.client(candidate) as api, streaming(api, world.room) as stream:
        await stream.frames("ready")
        async with site.client(candidate) as same:
            await same.post("/api/sign-out")
        assert last(await stream.frames("close"), "close")["code"] == CLOSE_SIGNED_OUT


@pytest.mark.parametrize("accept", [EVENTS, JSON])
async def test_a_room_that_is_not_there_or_a_foreign_page_gets_nothing(
    site: Site, accept: dict[str, str]
) -> None:
    world = await make_world(site)
    async with site.client() as api:
        answer = await api.get("/api/rooms/nowhere/events", headers=accept)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        foreign = {**accept, "Origin": "https://evil.example"}
        answer = await api.get(f"/api/rooms/{world.room}/events", headers=foreign)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")


async def has_lease(site: Site) -> bool:
    return bool(await rows(site))
