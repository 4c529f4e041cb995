"""The rival of `media.fanout`: Janus's streaming plugin, given the same packets and viewers.

Janus runs with the settings that serve it best here (one event loop, ICE-lite) inside a network
namespace of its own, since its ICE library takes no loopback. Viewers are UDP sockets that have
shaken hands by ICE and DTLS as a browser does; from then on they only receive. The publisher's
packets come as plain RTP, which spares Janus opening them. CPU is that of the whole process.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from aioice import stun
from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from bench.traffic import publish, receive_all, udp_socket

HERE = "198.18.0.1"  # RFC 2544: for benchmarks
VIDEO_PORT, AUDIO_PORT, API_PORT = 5004, 5002, 8088
JOINING_AT_ONCE = 8
ANSWER_S = 20.0
CHECKS, CHECK_EVERY_S = 5, 0.1  # those that come before the answer was read nominate nothing
PRIORITY = 2130706431
CLONE_NEWNET = 0x40000000
NETWORK = (
    "link set lo up",
    "link add fair0 type veth peer name fair1",
    "link set fair0 up",
    "link set fair1 up",
    f"addr add {HERE}/32 dev fair0",
)

SETTINGS = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{libraries}/plugins"
    transports_folder = "{libraries}/transports"
    debug_level = 1
    session_timeout = 0
    event_loops = 1
}}
nat: {{ ice_lite = true }}
plugins: {{ disable = "{other_plugins}" }}
transports: {{ disable = "{other_transports}" }}
loggers: {{ broadcast = false }}
events: {{ broadcast = false }}
"""
TRANSPORT = f'general: {{ json = "compact", http = true, ip = "127.0.0.1", port = {API_PORT} }}\n'
STREAMING = f"""
fair: {{
    type = "rtp"
    id = 1
    description = "fair"
    audio = true
    video = true
    audioport = {AUDIO_PORT}
    audiopt = 111
    audiocodec = "opus"
    videoport = {VIDEO_PORT}
    videopt = 103
    videocodec = "h264"
    videofmtp = "profile-level-id=42e01f;packetization-mode=1"
}}
"""


class Measured(NamedTuple):
    """CPU seconds of Janus, packets that reached its viewers, and how many should have."""

    cpu_s: float
    packets: int
    wanted: int

    @property
    def cost_us(self) -> float:
        return self.cpu_s / self.packets * 1e6

    def said(self, viewers: int) -> str:
        """What the row's note adds: a process at its end loses packets."""
        share = min(1.0, self.packets / self.wanted)
        return f"Janus delivered {share:.0%} to {viewers} viewers."


class Credentials(NamedTuple):
    """ICE's user fragments and passwords of a viewer and of Janus."""

    ufrag: str
    password: str
    their_ufrag: str
    their_password: str


def is_here() -> bool:
    """Whether it is installed and we may make a network namespace for it."""
    return os.geteuid() == 0 and all(map(shutil.which, ("janus", "ip")))


def version() -> str:
    said = subprocess.run(["janus", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+\.\d+", said.stdout + said.stderr)
    return f"janus {found[0]}" if found else "janus"


def measure(viewers: int, library: str, core: int, seconds: float) -> Measured:
    """Janus on this core, its viewers and publisher where we are; call it in a process of its
    own, which is moved into the new namespace."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no network namespace")
    for words in NETWORK:
        subprocess.run(["ip", *words.split()], check=True)
    with tempfile.TemporaryDirectory() as folder:
        command = ["janus", "-F", folder, "-C", str(_configure(Path(folder)))]
        process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        try:
            sockets = asyncio.run(_seat(viewers))
            return _watch(process, sockets, library, seconds)
        finally:
            process.kill()
            process.wait()


def _configure(folder: Path) -> Path:
    libraries = next(Path("/usr/lib").glob("*/janus"))

    def others(kind: str, wanted: str) -> str:
        names = (path.name for path in (libraries / kind).glob("*.so"))
        return ",".join(sorted(name for name in names if wanted not in name))

    settings = SETTINGS.format(
        folder=folder,
        libraries=libraries,
        other_plugins=others("plugins", "streaming"),
        other_transports=others("transports", "http"),
    )
    (folder / "janus.plugin.streaming.jcfg").write_text(STREAMING)
    (folder / "janus.transport.http.jcfg").write_text(TRANSPORT)
    path = folder / "janus.jcfg"
    path.write_text(settings)
    return path


def _watch(
    process: subprocess.Popen[bytes], sockets: list[socket.socket], library: str, seconds: float
) -> Measured:
    """Send to Janus what `media.fanout` sends, and count what comes out until it is ended; its
    sender reports count too, about one packet in a hundred."""
    counted: list[int] = []
    publisher = udp_socket(HERE)
    reader = threading.Thread(target=lambda: counted.append(receive_all(sockets, library)))
    reader.start()
    cpu_s = _cpu_s(process.pid)
    sent = publish(
        seconds,
        lambda packet: publisher.sendto(packet, (HERE, VIDEO_PORT)),
        lambda packet: publisher.sendto(packet, (HERE, AUDIO_PORT)),
    )
    cpu_s = _cpu_s(process.pid) - cpu_s
    process.kill()
    reader.join()
    return Measured(cpu_s, counted[0], sent * len(sockets))


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _seat(viewers: int) -> list[socket.socket]:
    """So many connected viewers; their sockets."""
    certificate = RTCCertificate.generateCertificate()
    gate = asyncio.Semaphore(JOINING_AT_ONCE)
    async with Api() as janus:

        async def join() -> socket.socket:
            async with gate:
                return await _join(janus, certificate)

        return list(await asyncio.gather(*(join() for _ in range(viewers))))


class Api:
    """Janus's HTTP API: one session, a handle for each viewer; events come by long poll."""

    def __init__(self) -> None:
        base = f"http://127.0.0.1:{API_PORT}/janus"
        self._client = httpx.AsyncClient(base_url=base, timeout=60.0)
        self._offers: dict[int, asyncio.Future[str]] = {}
        self._session = ""

    async def __aenter__(self) -> Api:
        async with asyncio.timeout(ANSWER_S):
            while not self._session:
                try:
                    self._session = f"/{(await self._ask('', 'create'))['data']['id']}"
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        self._polling = asyncio.ensure_future(self._poll())  # noqa: TID251 (ended below)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._polling.cancel()
        with suppress(asyncio.CancelledError):
            await self._polling
        await self._client.aclose()

    async def attach(self) -> int:
        answer = await self._ask("", "attach", plugin="janus.plugin.streaming")
        return int(answer["data"]["id"])

    async def watch(self, handle: int) -> str:
        """Janus's offer to a viewer."""
        self._offers[handle] = asyncio.get_running_loop().create_future()
        await self._ask(f"/{handle}", "message", body={"request": "watch", "id": 1})
        return await asyncio.wait_for(self._offers[handle], ANSWER_S)

    async def start(self, handle: int, answer: str) -> None:
        jsep = {"type": "answer", "sdp": answer, "trickle": False}
        await self._ask(f"/{handle}", "message", body={"request": "start"}, jsep=jsep)

    async def _poll(self) -> None:
        while True:
            reply = await self._client.get(self._session, params={"maxev": 20})
            for said in reply.json():
                if "jsep" in said:
                    self._offers[said["sender"]].set_result(said["jsep"]["sdp"])

    async def _ask(self, path: str, verb: str, **words: object) -> dict[str, Any]:
        said = {"janus": verb, "transaction": secrets.token_hex(8), **words}
        answer: dict[str, Any] = (await self._client.post(self._session + path, json=said)).json()
        if answer["janus"] not in ("success", "ack", "event"):
            raise RuntimeError(f"Janus says {answer}")
        return answer


class Wire:
    """What aiortc's DTLS takes for its ICE transport: one socket, one remote address.

    We check and nominate, and answer Janus's own checks; without them its ICE library holds no
    pair for good, ICE-lite or not.
    """

    role = "controlling"

    def __init__(self, sock: socket.socket, remote: tuple[str, int], user: Credentials) -> None:
        self._socket, self._remote, self._user = sock, remote, user
        self._loop = asyncio.get_running_loop()
        self._answered = 0

    async def check(self) -> None:
        """Ask until both sides have answered, and nominate after that."""
        while self._answered < CHECKS:
            await self._ask()
            with suppress(TimeoutError):
                async with asyncio.timeout(CHECK_EVERY_S):
                    await self._recv()

    async def _ask(self) -> None:
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._user.their_ufrag}:{self._user.ufrag}"
        request.attributes["PRIORITY"] = PRIORITY
        request.attributes["ICE-CONTROLLING"] = 1
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(self._user.their_password.encode())
        await self._send(bytes(request))

    async def _recv(self) -> bytes:
        """The next datagram of DTLS; STUN that comes before it is dealt with."""
        while True:
            data = await self._loop.sock_recv(self._socket, 2048)
            if 20 <= data[0] <= 63:
                return data
            if data[0] < 4:
                await self._take(stun.parse_message(data))

    async def _take(self, message: stun.Message) -> None:
        if message.message_class == stun.Class.RESPONSE:
            self._answered += 1
        elif message.message_class == stun.Class.REQUEST:
            answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, message.transaction_id)
            answer.attributes["XOR-MAPPED-ADDRESS"] = self._remote
            answer.add_message_integrity(self._user.password.encode())
            await self._send(bytes(answer))

    async def _send(self, data: bytes) -> None:
        await self._loop.sock_sendto(self._socket, data, self._remote)


async def _join(janus: Api, certificate: RTCCertificate) -> socket.socket:
    sock = udp_socket(HERE)
    handle = await janus.attach()
    offer = await janus.watch(handle)
    user = Credentials(
        secrets.token_hex(4),
        secrets.token_hex(12),
        _line(offer, "ice-ufrag"),
        _line(offer, "ice-pwd"),
    )
    port = re.search(rf"a=candidate:\S+ 1 udp \d+ {re.escape(HERE)} (\d+)", offer, re.I)
    if port is None:
        raise RuntimeError(f"no candidate at {HERE} in Janus's offer")
    await janus.start(handle, _answer(offer, user, certificate, sock.getsockname()[1]))
    wire = Wire(sock, (HERE, int(port[1])), user)
    algorithm, value = _line(offer, "fingerprint").split()
    dtls = RTCDtlsTransport(wire, [certificate])
    dtls._set_role("client")
    async with asyncio.timeout(ANSWER_S):
        await wire.check()
        await dtls.start(RTCDtlsParameters([RTCDtlsFingerprint(algorithm, value)]))
    if dtls.state != "connected":
        raise RuntimeError(f"a viewer of Janus is {dtls.state}")
    dtls._task.cancel()
    with suppress(asyncio.CancelledError):
        await dtls._task
    return sock


def _line(sdp: str, name: str) -> str:
    found = re.search(rf"^a={name}:(.+?)\r?$", sdp, re.M)
    if found is None:
        raise RuntimeError(f"Janus's offer has no {name}")
    return found[1]


def _answer(offer: str, user: Credentials, certificate: RTCCertificate, port: int) -> str:
    """The offer turned round: what it names is what we take."""
    digest = next(f for f in certificate.getFingerprints() if f.algorithm == "sha-256")
    ours = {
        "ice-ufrag": user.ufrag,
        "ice-pwd": user.password,
        "fingerprint": f"sha-256 {digest.value}",
        "setup": "active",
    }
    lines = []
    for line in offer.splitlines():
        name = line[2:].partition(":")[0] if line.startswith("a=") else ""
        if name in ("candidate", "end-of-candidates", "ice-lite", "ssrc", "ssrc-group"):
            continue
        if name in ours:
            line = f"a={name}:{ours[name]}"
        lines.append("a=recvonly" if line == "a=sendonly" else line)
    lines.append(f"a=candidate:1 1 udp {PRIORITY} {HERE} {port} typ host")
    return "\r\n".join(lines) + "\r\n"
