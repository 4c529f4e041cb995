"""A real media process, spoken to over its Unix socket, and a page that publishes and plays."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from rooms.stagehand import Began, Report, Synced, read_report

# A busy machine is no fault of an example.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

DEADLINE_S = 20.0
NODE = """
import asyncio, sys
from pathlib import Path
from server.node import serve_node
asyncio.run(serve_node(uds=Path(sys.argv[1]), host="", port=None, udp_port=0, public_ip=None))
"""


async def until(
    holds: Callable[[], Awaitable[Any]] | Callable[[], Any],
    what: str,
    within_s: float = DEADLINE_S,
) -> Any:
    """Wait until it holds and give its value; fail, saying `what`, when the time is over."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        value = holds()
        if isinstance(value, Awaitable):
            value = await value
        if value:
            return value
        assert asyncio.get_running_loop().time() < deadline, f"never: {what}"
        await asyncio.sleep(0.05)


@dataclass
class Node:
    """A media process; `post` offers to it as the web process does."""

    client: httpx.AsyncClient
    process: asyncio.subprocess.Process
    socket: Path

    async def post(
        self, protocol: str, room: str, owner: str, offer: str, **headers: str
    ) -> httpx.Response:
        return await self.client.post(
            f"/rooms/{room}/{protocol}",
            content=offer,
            headers={"Content-Type": "application/sdp", "X-Daigang-Owner": owner, **headers},
        )

    async def health(self, location: str) -> dict[str, Any]:
        told: dict[str, Any] = (await self.client.get(location)).json()
        return told

    @asynccontextmanager
    async def reports(self) -> AsyncIterator[AsyncIterator[Report]]:
        """The control stream; the first reports are the state, then `Synced`."""
        async with self.client.stream("GET", "/control", timeout=DEADLINE_S) as stream:
            lines = stream.aiter_lines()

            async def read() -> AsyncIterator[Report]:
                async for line in lines:
                    if line:
                        yield read_report(line)

            yield read()

    async def stop(self) -> int:
        """SIGTERM; the process's exit status."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 5)


async def next_report(
    reports: AsyncIterator[Report], wanted: type[Report], within_s: float = DEADLINE_S
) -> Any:
    """The next report of this kind; others are passed over."""
    async with asyncio.timeout(within_s):
        async for report in reports:
            if isinstance(report, wanted):
                return report
    raise AssertionError(f"the stream ended without a {wanted.__name__}")


async def state_of(node: Node) -> list[Report]:
    """What a new reader of the control stream is told of the stages."""
    told: list[Report] = []
    async with node.reports() as reports:
        assert (await next_report(reports, Began)).epoch > 0
        async for report in reports:
            if isinstance(report, Synced):
                break
            told.append(report)
    return told


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    socket = tmp_path / "media.sock"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NODE, str(socket), cwd=Path(__file__).parents[2]
    )
    transport = httpx.AsyncHTTPTransport(uds=str(socket))
    async with httpx.AsyncClient(transport=transport, base_url="http://media") as client:
        running = Node(client, process, socket)

        async def is_up() -> bool:
            try:
                return (await client.get("/healthz")).status_code == 200
            except httpx.TransportError:
                return False

        await until(is_up, "the media process answers")
        yield running
        assert await running.stop() == 0


PAGE = """<!doctype html><title>media</title><link rel="icon" href="data:,">
<video autoplay playsinline></video><script>
const video = document.querySelector("video");
let connection, location_;
async function offer(path) {
  await connection.setLocalDescription();
  const answer = await fetch(path, {method: "POST", body: connection.localDescription.sdp,
    headers: {"Content-Type": "application/sdp"}});
  if (answer.status !== 201) throw new Error(answer.status + " " + await answer.text());
  location_ = answer.headers.get("Location");
  await connection.setRemoteDescription({type: "answer", sdp: await answer.text()});
  return location_;
}
async function publish(room, owner) {
  const stream = await navigator.mediaDevices.getUserMedia(
    {audio: true, video: {width: 1280, height: 720, frameRate: 30}});
  connection = new RTCPeerConnection();
  for (const track of stream.getTracks()) {
    connection.addTransceiver(track, {direction: "sendonly", streams: [stream]});
  }
  return await offer(`/${room}/whip?owner=${owner}`);
}
async function play(room, owner, muted) {
  connection = new RTCPeerConnection();
  const stream = new MediaStream();
  connection.ontrack = (event) => { stream.addTrack(event.track); };
  connection.addTransceiver("audio", {direction: "recvonly"});
  connection.addTransceiver("video", {direction: "recvonly"});
  video.muted = !!muted;
  video.srcObject = stream;
  return await offer(`/${room}/whep?owner=${owner}`);
}
async function numbers() {
  const found = {frames: video.getVideoPlaybackQuality().totalVideoFrames,
    width: video.videoWidth, state: connection.connectionState, energy: 0, lost: 0};
  for (const report of (await connection.getStats()).values()) {
    if (report.type === "inbound-rtp" && report.kind === "audio") {
      found.energy = report.totalAudioEnergy;
    }
    if (report.type === "inbound-rtp" && report.kind === "video") {
      found.lost = report.packetsLost; found.freezes = report.freezeCount;
      found.decoded = report.framesDecoded; found.nacks = report.nackCount;
    }
    if (report.type === "outbound-rtp" && report.kind === "video") {
      found.target = report.targetBitrate; found.height = report.frameHeight;
    }
  }
  return found;
}
</script>"""


@pytest.fixture
async def page_url(node: Node, free_port: Callable[[], int]) -> AsyncIterator[str]:
    """Where a browser finds the page; its offers are passed on to the node."""

    async def page(request: Request) -> Response:
        return HTMLResponse(PAGE)

    async def pass_on(request: Request) -> Response:
        room, protocol = request.path_params["room"], request.path_params["protocol"]
        offer = (await request.body()).decode()
        reply = await node.post(protocol, room, request.query_params["owner"], offer)
        headers = {"Location": reply.headers.get("location", "")}
        return Response(reply.content, reply.status_code, headers, "application/sdp")

    app = Starlette(
        routes=[Route("/", page), Route("/{room}/{protocol}", pass_on, methods=["POST"])]
    )
    port = free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve())
        await until(lambda: server.started, "the page's server listens")
        yield f"http://127.0.0.1:{port}/"
        server.should_exit = True
