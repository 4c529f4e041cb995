"""The one UDP port of the process: ICE-lite answers (RFC 8445, 8489) and who gets a datagram.

It listens on the same port number of every local address, a socket each, so that an answer
leaves from the address that was asked. It keeps nothing about an address that has not shown
the password of a session, and never sends to one. It must not know DTLS, SRTP or rooms.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import ifaddr
from aioice import stun

Remote = tuple[Any, ...]  # what the socket module calls an address

DATAGRAMS_PER_WAKE = 64
DATAGRAM_BYTES = 2048
BUFFER_BYTES = 4 << 20
ADDRESSES_PER_SESSION = 8
LOOK_AGAIN_S = 5.0
UDP_SEGMENT = 103  # linux/udp.h; Python has no name for it


@dataclass
class Counters:
    """What the engine counts; read by the node's metrics."""

    received_packets: int = 0
    received_bytes: int = 0
    refused_packets: int = 0  # from nobody we know, or not authentic
    sent_packets: int = 0
    sent_bytes: int = 0
    would_block: int = 0  # packets dropped because the socket's buffer was full
    late_packets: int = 0  # packets dropped because the process could not keep up
    seal_errors: int = 0
    resent_packets: int = 0
    nacks_sent: int = 0
    keyframes_asked: int = 0
    handshakes_failed: int = 0
    loop_lag_s: float = 0.0


class Endpoint(Protocol):
    """A session as the port sees it."""

    pwd: bytes

    def checked(self, path: Path, nominated: bool) -> None:
        """A connectivity check with our password came in on this path."""

    def received(self, data: bytes, path: Path) -> None:
        """A datagram that is not STUN came in on a path that was checked before."""


@dataclass(eq=False)
class Leg:
    """The port on one local address, and which session each remote address belongs to."""

    sock: socket.socket
    host: str
    owners: dict[Remote, Endpoint] = field(default_factory=dict)


class Path(NamedTuple):
    """From one of our addresses to one of theirs."""

    leg: Leg
    remote: Remote


def local_hosts() -> list[str]:
    """Every address of this machine that a browser may reach; loopback is the last."""
    hosts = []
    for adapter in ifaddr.get_adapters():
        for found in adapter.ips:
            host = found.ip if isinstance(found.ip, str) else found.ip[0]
            if not ipaddress.ip_address(host.partition("%")[0]).is_link_local:
                hosts.append(host)
    return sorted(
        set(hosts), key=lambda host: (ipaddress.ip_address(host).is_loopback, ":" in host)
    )


class Port:
    """`open` it, `join` and `leave` sessions, `close` it. Bound to the running loop."""

    def __init__(self, counters: Counters, public_ip: str | None = None) -> None:
        self.counters = counters
        self.number = 0
        self.segments = False  # whether the kernel splits one buffer into datagrams (GSO)
        self._public_ip = public_ip
        self.legs: dict[str, Leg] = {}
        self._sessions: dict[str, Endpoint] = {}
        self._paths: dict[Endpoint, list[Path]] = {}
        self._loop = asyncio.get_running_loop()
        self._hosts: list[str] = []
        self._looked_at_s = 0.0

    def open(self, number: int) -> None:
        """Listen on this port number of every local address; 0 lets the system choose one.
        Raises `OSError` when it is taken."""
        first = self._listen("127.0.0.1", number)
        self.number = first.sock.getsockname()[1]
        self._look_for_addresses()

    def close(self) -> None:
        for leg in self.legs.values():
            self._loop.remove_reader(leg.sock)
            leg.sock.close()
        self.legs.clear()
        self._sessions.clear()
        self._paths.clear()

    def candidates(self) -> list[tuple[str, int]]:
        """Where to reach us: the public address alone if there is one, else all of ours."""
        if self._loop.time() - self._looked_at_s > LOOK_AGAIN_S:
            self._look_for_addresses()
        hosts = [self._public_ip] if self._public_ip else self._hosts
        return [(host, self.number) for host in hosts]

    def join(self, ufrag: str, session: Endpoint) -> None:
        """From now on checks for this user name belong to the session."""
        self._sessions[ufrag] = session

    def leave(self, ufrag: str) -> None:
        session = self._sessions.pop(ufrag, None)
        for path in self._paths.pop(session, ()) if session else ():
            if path.leg.owners.get(path.remote) is session:
                del path.leg.owners[path.remote]

    def send(self, data: bytes, path: Path) -> None:
        """One datagram; dropped and counted if it cannot leave now."""
        try:
            path.leg.sock.sendto(data, path.remote)
        except BlockingIOError:
            self.counters.would_block += 1
        except OSError:
            self.counters.late_packets += 1

    def _look_for_addresses(self) -> None:
        self._looked_at_s = self._loop.time()
        hosts = local_hosts()
        for host in hosts:
            if host not in self.legs:
                try:
                    self._listen(host, self.number)
                except OSError:
                    continue  # an address that just went, or a family that is switched off
        self._hosts = [host for host in hosts if host in self.legs]

    def _listen(self, host: str, number: int) -> Leg:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind((host, number))
        except OSError:
            sock.close()
            raise
        leg = self.legs[host] = Leg(sock, host)
        self.segments = may_segment(sock)
        self._loop.add_reader(sock, self._read, leg)
        return leg

    def _read(self, leg: Leg) -> None:
        receive = leg.sock.recvfrom
        for _ in range(DATAGRAMS_PER_WAKE):
            try:
                data, remote = receive(DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except OSError:
                continue  # an earlier datagram's ICMP error; there may be more to read
            self._take(data, Path(leg, remote))

    def _take(self, data: bytes, path: Path) -> None:
        self.counters.received_packets += 1
        self.counters.received_bytes += len(data)
        if data and data[0] < 4:  # RFC 7983
            self._answer_check(data, path)
        elif (owner := path.leg.owners.get(path.remote)) is not None and data:
            owner.received(data, path)
        else:
            self.counters.refused_packets += 1

    def _answer_check(self, data: bytes, path: Path) -> None:
        request = read_check(data)
        session = (
            self._sessions.get(request.attributes["USERNAME"].split(":")[0]) if request else None
        )
        if request is None or session is None or not is_authentic(request, session.pwd):
            self.counters.refused_packets += 1
            return
        self._own(path, session)
        answer = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request.transaction_id,
            attributes={"XOR-MAPPED-ADDRESS": path.remote[:2]},
        )
        answer.add_message_integrity(session.pwd)
        self.send(bytes(answer), path)
        session.checked(path, "USE-CANDIDATE" in request.attributes)

    def _own(self, path: Path, session: Endpoint) -> None:
        if path.leg.owners.get(path.remote) is session:
            return
        path.leg.owners[path.remote] = session
        paths = self._paths.setdefault(session, [])
        paths.append(path)
        if len(paths) > ADDRESSES_PER_SESSION:
            oldest = paths.pop(0)
            if oldest.leg.owners.get(oldest.remote) is session:
                del oldest.leg.owners[oldest.remote]


def read_check(data: bytes) -> stun.Message | None:
    """A binding request that names a user, or None. Never raises."""
    try:
        message = stun.parse_message(data)
    except (ValueError, struct.error):
        return None
    is_request = message.message_class == stun.Class.REQUEST
    is_binding = message.message_method == stun.Method.BINDING
    return message if is_request and is_binding and "USERNAME" in message.attributes else None


def is_authentic(message: stun.Message, pwd: bytes) -> bool:
    return bool(message.check_message_integrity(pwd))


def may_segment(sock: socket.socket) -> bool:
    """Whether the kernel knows UDP segmentation offload (Linux ≥ 4.18)."""
    try:
        sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 0)
    except OSError:
        return False
    return True
