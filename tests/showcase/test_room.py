"""The live room over HTTP: who may do what, and what everyone then sees."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.site import Site
from tests.world import add_job, make_world


async def state_of(api: httpx.AsyncClient, room: str) -> dict[str, Any]:
    answer = await api.get(f"/api/rooms/{room}/snapshot")
    state: dict[str, Any] = answer.json()["state"]
    return state


async def test_the_host_pins_a_job_and_everyone_sees_it(site: Site) -> None:
    world = await make_world(site)
    async with site.client(world.host) as host, site.client() as anyone:
        pinned = await host.put(f"/api/rooms/{world.room}/pin", json={"job": world.jobs[0]})
        assert pinned.status_code == 200
        state = await state_of(anyone, world.room)
        assert state["pinned"]["id"] == world.jobs[0]
        assert [job["id"] for job in state["bag"]] == [world.jobs[0]]
        await host.delete(f"/api/rooms/{world.room}/bag/{world.jobs[0]}")
        state = await state_of(anyone, world.room)
        assert (state["pinned"], state["bag"]) == (None, [])


async def test_a_job_that_no_officer_approved_cannot_be_shown(site: Site) -> None:
    world = await make_world(site)
    waiting = await add_job(site, world.organisation, "Secret", status="waiting")
    async with site.client(world.host) as host:
        answer = await host.put(f"/api/rooms/{world.room}/pin", json={"job": waiting})
        assert (answer.status_code, answer.json()["code"]) == (409, "job-not-open")
        assert (await state_of(host, world.room))["bag"] == []


async def test_another_employers_job_cannot_be_shown(site: Site) -> None:
    world = await make_world(site)
    other = await site.organisation("Rival")
    job = await add_job(site, other, "Theirs")
    async with site.client(world.host) as host:
        answer = await host.put(f"/api/rooms/{world.room}/pin", json={"job": job})
        assert answer.status_code == 404


@pytest.mark.parametrize("who", ["interviewer", "stranger", "rival"])
async def test_only_hosts_of_the_employer_run_the_room(site: Site, who: str) -> None:
    world = await make_world(site)
    stranger, rival = await site.person("stranger"), await site.person("rival")
    await site.organisation("Rival", (rival, "owner"))
    person = {"interviewer": world.interviewer, "stranger": stranger, "rival": rival}[who]
    async with site.client(person) as api:
        room = f"/api/rooms/{world.room}"
        job = world.jobs[0]
        offer = {"job": job, "kind": "hire", "places": 1, "seconds": 60}
        for answer in (
            await api.put(f"{room}/pin", json={"job": job}),
            await api.put(f"{room}/bag/{job}"),
            await api.post(f"{room}/offers", json=offer),
            await api.post(f"{room}/end"),
            await api.get(f"/live/{world.room}/host"),
        ):
            assert answer.status_code == 403, answer.request.url
        assert (await state_of(api, world.room))["phase"] == "waiting"


async def test_chat_loses_controls_and_bidi_marks_and_refuses_what_is_empty(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with site.client(candidate) as api:
        path = f"/api/rooms/{world.room}/messages"
        said = await api.post(path, json={"text": "\u202epay\u0000 <script>alert(1)</script>"})
        assert said.json()["text"] == "pay <script>alert(1)</script>"
        for text in ("", "  \u202e ", "a" * 501):
            answer = await api.post(path, json={"text": text})
            assert (answer.status_code, answer.json()["fields"].keys()) == (422, {"text"})
        assert len((await state_of(api, world.room))["messages"]) == 1


async def test_a_deleted_line_is_gone_from_the_state_and_from_the_journal(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with site.client(candidate) as api, site.client(world.host) as host:
        said = await api.post(f"/api/rooms/{world.room}/messages", json={"text": "rude words"})
        path = f"/api/rooms/{world.room}/messages/{said.json()['id']}"
        assert (await api.delete(path)).status_code == 403
        assert (await host.delete(path)).status_code == 200
        assert "rude" not in (await api.get(f"/api/rooms/{world.room}/snapshot")).text
    async with site.house.db.read() as db:
        from server.base import journal

        assert "rude" not in str(await journal.since(db, world.room, 0))


async def test_a_muted_person_cannot_write_until_unmuted(site: Site) -> None:
    world = await make_world(site)
    candidate = await site.person("wang")
    async with site.client(candidate) as api, site.client(world.host) as host:
        mute = f"/api/rooms/{world.room}/mutes/{candidate}"
        assert (await api.put(f"/api/rooms/{world.room}/mutes/{world.host}")).status_code == 403
        assert (await host.put(mute)).status_code == 200
        line = {"text": "hello"}
        refused = await api.post(f"/api/rooms/{world.room}/messages", json=line)
        assert (refused.status_code, refused.json()["code"]) == (403, "muted")
        assert candidate in (await state_of(host, world.room))["muted"]
        assert (await state_of(api, world.room))["muted"] == {}
        await host.delete(mute)
        said = await api.post(f"/api/rooms/{world.room}/messages", json=line)
        assert said.status_code == 201


async def test_an_officer_ends_any_room_and_it_stays_ended(site: Site) -> None:
    world = await make_world(site)
    officer = await site.person("officer", "officer")
    async with site.client(officer) as api, site.client(world.host) as host:
        assert (await api.post(f"/api/rooms/{world.room}/end")).status_code == 200
        state = await state_of(api, world.room)
        assert state["phase"] == "ended"
        late = await host.put(f"/api/rooms/{world.room}/pin", json={"job": world.jobs[0]})
        assert (late.status_code, late.json()["code"]) == (410, "room-ended")
        chat = await host.post(f"/api/rooms/{world.room}/messages", json={"text": "hello?"})
        assert (chat.status_code, chat.json()["code"]) == (410, "room-ended")
        whip = await host.post(f"/live/{world.room}/whip", content=b"v=0")
        assert (whip.status_code, whip.json()["code"]) == (410, "room-ended")


async def test_a_stranger_cannot_publish_and_a_wrong_body_is_named(site: Site) -> None:
    world = await make_world(site)
    stranger = await site.person("stranger")
    sdp = {"Content-Type": "application/sdp"}
    async with site.client(stranger) as api, site.client(world.host) as host:
        answer = await api.post(f"/live/{world.room}/whip", content=b"v=0", headers=sdp)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        answer = await host.post(f"/live/{world.room}/whip", content=b"v=0")
        assert (answer.status_code, answer.json()["code"]) == (415, "not-sdp")
        answer = await host.post(f"/live/{world.room}/whip", content=b"v=0", headers=sdp)
        assert (answer.status_code, answer.json()["code"]) == (503, "media-away")
        assert answer.headers["retry-after"]
