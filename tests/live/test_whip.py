"""WHIP and WHEP through the web process, as a stranger's program with a bearer token speaks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from server.accounts.store_organisations import add_member
from tests.media.test_clients import Picture, connection, prefer_h264
from tests.node import running_media
from tests.processes import until
from tests.site import Site
from tests.world import World, make_world

SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
async def world(site: Site, tmp_path: Path, free_port: Callable[[], int]) -> AsyncIterator[World]:
    async with running_media(tmp_path, free_port()):
        yield await make_world(site)


async def offer_of(opened: RTCPeerConnection) -> str:
    prefer_h264(opened)
    await opened.setLocalDescription(await opened.createOffer())
    return str(opened.localDescription.sdp)


@asynccontextmanager
async def publishing(api: httpx.AsyncClient, room: str) -> AsyncIterator[httpx.Response]:
    """A program that sends a small grey picture and silence; the server's answer."""
    async with connection() as opened:
        opened.addTransceiver(Picture(), direction="sendonly")
        opened.addTransceiver(AudioStreamTrack(), direction="sendonly")
        offer = await offer_of(opened)
        answer = await api.post(f"/live/{room}/whip", content=offer, headers=SDP)
        assert answer.status_code == 201, answer.text
        await opened.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
        yield answer


async def state_of(api: httpx.AsyncClient, room: str) -> dict[str, Any]:
    state: dict[str, Any] = (await api.get(f"/api/rooms/{room}/snapshot")).json()["state"]
    return state


async def is_in_phase(api: httpx.AsyncClient, room: str, phase: str) -> bool:
    return bool((await state_of(api, room))["phase"] == phase)


async def test_a_program_goes_live_and_hangs_up(site: Site, world: World) -> None:
    async with site.client(world.host) as host, publishing(host, world.room) as answer:
        assert answer.headers["content-type"] == "application/sdp"
        location = answer.headers["location"]
        assert location.startswith(f"/live/{world.room}/whip/")
        await until(partial(is_in_phase, host, world.room, "live"))
        assert (await state_of(host, world.room))["host"] == "Lin Yue"
        fragment = {"Content-Type": "application/trickle-ice-sdpfrag"}
        patched = await host.patch(location, content="a=ice-ufrag:x\r\n", headers=fragment)
        assert patched.status_code in {204, 422}
        assert (await host.delete(location)).status_code == 200
        await until(partial(is_in_phase, host, world.room, "away"))
        gone = await host.delete(location)
        assert (gone.status_code, gone.json()["code"]) == (404, "no-session")


async def test_nobody_ends_anothers_session_or_makes_one_up(site: Site, world: World) -> None:
    stranger = await site.person("stranger")
    async with (
        site.client(world.host) as host,
        site.client(stranger) as other,
        publishing(host, world.room) as answer,
    ):
        await until(partial(is_in_phase, host, world.room, "live"))
        assert (await other.delete(answer.headers["location"])).status_code == 403
        made_up = f"/live/{world.room}/whip/WyJhIiwiYiJd.forged"
        assert (await host.delete(made_up)).status_code == 404


async def test_a_colleague_cannot_publish_over_the_host(site: Site, world: World) -> None:
    colleague = await site.person("colleague")
    async with site.house.db.write() as tx:
        await add_member(tx, world.organisation, colleague, "host")
    async with (
        site.client(world.host) as host,
        site.client(colleague) as other,
        publishing(host, world.room),
        connection() as opened,
    ):
        await until(partial(is_in_phase, host, world.room, "live"))
        opened.addTransceiver(Picture(), direction="sendonly")
        path = f"/live/{world.room}/whip"
        answer = await other.post(path, content=await offer_of(opened), headers=SDP)
        assert (answer.status_code, answer.json()["code"]) == (409, "occupied")


async def test_anybody_watches_and_is_told_in_words_what_cannot_be(
    site: Site, world: World
) -> None:
    async with site.client(**{"Accept-Language": "zh"}) as anyone, connection() as opened:
        path = f"/live/{world.room}/whep"
        opened.addTransceiver("audio", direction="recvonly")
        opened.addTransceiver("video", direction="recvonly")
        answer = await anyone.post(path, content=await offer_of(opened), headers=SDP)
        assert answer.status_code == 201
        assert (await anyone.delete(answer.headers["location"])).status_code == 200
        nonsense = await anyone.post(path, content="v=0\r\nnonsense", headers=SDP)
        assert (nonsense.status_code, nonsense.json()["code"]) == (422, "no-media")
        assert nonsense.json()["detail"] == "这个请求里没有可以接收的视频或声音。"
        options = await anyone.options(path)
        assert options.headers["accept-post"] == "application/sdp"
