"""`media.fanout`: CPU of the whole media process per packet delivered to a viewer.

A publisher's sealed packets reach the real engine through its real port; every viewer is a real
UDP socket of another process on another core. Only DTLS is left out: keys are installed. CPU is
user + system time of the process, so the kernel's share of sending is in it.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import resource
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pylibsrtp
from pylibsrtp._binding import ffi, lib

from bench import janus
from bench.harness import Result, pin
from bench.traffic import (
    AUDIO_BYTES,
    FRAME_PACKETS,
    PACKET_BYTES,
    publish,
    receive_all,
    udp_socket,
)
from rooms.media.hall import Hall
from rooms.media.peer import Certificate, Peer
from rooms.media.port import Counters, Port
from rooms.media.port import Path as WirePath
from rooms.media.sdp import Kind, Track
from rooms.media.stage import Stage

MEDIA_CORE, VIEWER_CORE = 0, 1
VIEWERS = (120, 500)
ROUNDS = 3
WARM_S, MEASURED_S, REST_S = 1.5, 4.0, 1.0
Serving = Callable[[Connection, list[int], str, bytes], None]
TRACKS: dict[Kind, Track] = {"audio": Track(111, 0), "video": Track(103, 2)}
NOTE = (
    "media.fanout: 30 frames × 5 packets of 1.1 kB + 50 audio packets a second to each viewer, "
    "AES-256-GCM, loopback, one core. Floor: a C loop with the same libsrtp that copies, seals "
    "and sends with UDP_SEGMENT, and does nothing else. Rival: Janus's streaming plugin with one "
    "event loop and ICE-lite, on the same core. Least of three rounds."
)


def measure() -> list[Result]:
    """A row for each number of viewers; the rival is left out where it cannot run."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        library = compile_floor(Path(folder))
        for viewers in VIEWERS:
            # whatever else the machine does only adds: the least is the cost
            ours = min(run(viewers, library, serve) for _ in range(ROUNDS))
            floor = min(run(viewers, library, serve_floor) for _ in range(ROUNDS))
            rival = best_rival(viewers, library) if janus.is_here() else None
            rows.append(
                Result(
                    "media.fanout",
                    round(ours, 2),
                    "us cpu/packet",
                    rival=janus.version() if rival else None,
                    rival_value=round(rival.cost_us, 2) if rival else None,
                    floor="C loop",
                    floor_value=round(floor, 2),
                    viewers=viewers,
                    note=NOTE + (f" {rival.said(viewers)}" if rival else ""),
                )
            )
    return rows


def compile_floor(folder: Path) -> str:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise SystemExit("media.fanout needs a C compiler (cc) for its receivers and its floor")
    library = folder / "floor.so"
    source = Path(__file__).with_name("floor.c")
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], check=True
    )
    return str(library)


def run(viewers: int, library: str, serving: Serving) -> float:
    """Microseconds of CPU per delivered packet."""
    processes = multiprocessing.get_context("spawn")
    audience, audience_end = processes.Pipe()
    media, media_end = processes.Pipe()
    key = secrets.token_bytes(44)
    far = processes.Process(target=receive, args=(audience_end, viewers, library, key))
    far.start()
    ports: list[int] = audience.recv()
    near = processes.Process(target=serving, args=(media_end, ports, library, key))
    near.start()
    audience.send(media.recv())
    measured: tuple[float, int, int] = media.recv()
    cpu_s, sent, sent_in_all = measured
    received: int = audience.recv()
    near.join()
    far.join()
    if sent <= 0:
        raise SystemExit("sealing failed: no fair measurement")
    if received < 0.98 * sent_in_all:
        raise SystemExit(f"only {received} of {sent_in_all} packets arrived: no fair measurement")
    return cpu_s / sent * 1e6


def best_rival(viewers: int, library: str) -> janus.Measured:
    """The round in which Janus spent least on each packet that arrived."""
    rounds = [run_rival(viewers, library) for _ in range(ROUNDS)]
    return min(rounds, key=lambda measured: measured.cost_us)


def run_rival(viewers: int, library: str) -> janus.Measured:
    processes = multiprocessing.get_context("spawn")
    pipe, end = processes.Pipe()
    rival = processes.Process(target=serve_rival, args=(end, viewers, library))
    rival.start()
    end.close()
    measured: janus.Measured = pipe.recv()
    rival.join()
    return measured


def serve_rival(pipe: Connection, viewers: int, library: str) -> None:
    pin(VIEWER_CORE)
    pipe.send(janus.measure(viewers, library, MEDIA_CORE, WARM_S + MEASURED_S))


def serve(pipe: Connection, ports: list[int], library: str, key: bytes) -> None:
    """The engine, in a process of its own."""
    pin(MEDIA_CORE)
    asyncio.run(_serve(pipe, ports, key))


async def _serve(pipe: Connection, ports: list[int], key: bytes) -> None:
    publisher_port, *viewer_ports = ports
    port = Port(Counters())
    port.open(0)
    leg = port.legs["127.0.0.1"]
    certificate = Certificate.generateCertificate()
    async with asyncio.TaskGroup() as tasks:
        hall = Hall(port, tasks.create_task)
        clock = tasks.create_task(hall.run())
        stage = hall.stages["fair"] = hall.build_stage("fair")
        _seat_publisher(port, certificate, stage, ("127.0.0.1", publisher_port), key)
        for number in viewer_ports:
            peer = Peer(port, certificate)
            peer.open(stage.expect(peer, TRACKS))
            peer.path = WirePath(leg, ("127.0.0.1", number))
            peer.install_keys(session(secrets.token_bytes(44)), session(key, inbound=True), 16)
        pipe.send(port.number)
        await asyncio.sleep(WARM_S)
        cpu_s, sent = used_cpu_s(), delivered(port.counters)
        await asyncio.sleep(MEASURED_S)
        cpu_s, sent = used_cpu_s() - cpu_s, delivered(port.counters) - sent
        await asyncio.sleep(REST_S)
        pipe.send((cpu_s, sent, delivered(port.counters)))
        clock.cancel()
    port.close()


def _seat_publisher(
    port: Port, certificate: Certificate, stage: Stage, remote: tuple[str, int], key: bytes
) -> None:
    leg = port.legs["127.0.0.1"]
    peer = Peer(port, certificate)
    peer.open(stage.begin(peer, TRACKS, "bench", "bench", is_pair=False))
    peer.path = WirePath(leg, remote)
    leg.owners[remote] = peer
    peer.install_keys(session(secrets.token_bytes(44)), session(key, inbound=True), 16)


def serve_floor(pipe: Connection, ports: list[int], library: str, key: bytes) -> None:
    """The C loop, in a process of its own."""
    pin(MEDIA_CORE)
    _, *viewer_ports = ports
    sessions = [session(secrets.token_bytes(44)) for _ in viewer_ports]
    contexts = (ctypes.c_void_p * len(sessions))(
        *(int(ffi.cast("uintptr_t", sealing._srtp[0])) for sealing in sessions)
    )
    addresses = b"".join(
        socket.AF_INET.to_bytes(2, "little")
        + number.to_bytes(2, "big")
        + socket.inet_aton("127.0.0.1")
        + bytes(8)
        for number in viewer_ports
    )
    seal = ctypes.c_void_p(int(ffi.cast("uintptr_t", ffi.addressof(lib, "srtp_protect"))))
    send_frames = ctypes.CDLL(library).send_frames
    send_frames.restype = ctypes.c_long
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        sock.bind(("127.0.0.1", 0))
        pipe.send(0)
        sizes = (FRAME_PACKETS, PACKET_BYTES + 20, AUDIO_BYTES + 12)
        cpu_s = used_cpu_s()
        sent = send_frames(
            sock.fileno(),
            seal,
            contexts,
            addresses,
            len(viewer_ports),
            *sizes,
            ctypes.c_double(MEASURED_S),
        )
        pipe.send((used_cpu_s() - cpu_s, sent, sent))


def receive(pipe: Connection, viewers: int, library: str, key: bytes) -> None:
    """Every viewer's socket, read in C, and the publisher; in a process of its own."""
    pin(VIEWER_CORE)
    publisher = udp_socket()
    sockets = [udp_socket() for _ in range(viewers)]
    pipe.send([publisher.getsockname()[1], *(sock.getsockname()[1] for sock in sockets)])
    number: int = pipe.recv()
    counted: list[int] = []
    reader = threading.Thread(target=lambda: counted.append(receive_all(sockets, library)))
    reader.start()
    if number:
        sealing, to = session(key), ("127.0.0.1", number)

        def send(packet: bytes) -> None:
            publisher.sendto(sealing.protect(packet), to)

        publish(WARM_S + MEASURED_S + 0.5, send, send)
    reader.join()
    pipe.send(counted[0])


def session(key: bytes, *, inbound: bool = False) -> pylibsrtp.Session:
    way = pylibsrtp.Policy.SSRC_ANY_INBOUND if inbound else pylibsrtp.Policy.SSRC_ANY_OUTBOUND
    profile = pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM
    policy = pylibsrtp.Policy(key=key, ssrc_type=way, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return pylibsrtp.Session(policy)


def used_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def delivered(counters: Counters) -> int:
    return counters.sent_packets - counters.would_block
