"""One browser: its ICE credentials, its DTLS handshake, its SRTP keys, the path to it.

The only module that touches aiortc's transports. After the handshake aiortc keeps the DTLS
association alive and nothing else; media never passes through it. Knows nothing of stages.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Any, Protocol

import pylibsrtp
from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80, SRTPProtectionProfile
from OpenSSL import SSL

from rooms.media.port import Path, Port
from rooms.media.rtp import is_rtcp
from rooms.media.sdp import Fingerprint

log = logging.getLogger(__name__)

HANDSHAKE_S = 15.0
CONSENT_S = 30.0  # RFC 7675: no answer wanted any more
DTLS_QUEUE = 64
GCM_TAG_BYTES = 16
SHA1_TAG_BYTES = 10


class Listener(Protocol):
    """Who takes what a peer sends; `now_s` is the loop's time."""

    def connected(self) -> None: ...

    def take_media(self, data: bytes, now_s: float) -> None: ...

    def take_control(self, data: bytes, now_s: float) -> None: ...


class Certificate(RTCCertificate):
    """The process's one certificate; its SSL context is made once, not for every peer."""

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context

    def fingerprint(self) -> Fingerprint:
        digests = {found.algorithm: found.value for found in self.getFingerprints()}
        return Fingerprint("sha-256", digests["sha-256"])


class _Wire:
    """What `RTCDtlsTransport` takes for its ICE transport."""

    role = "controlled"

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue()
        self._is_cut = False

    def put(self, data: bytes) -> None:
        """A flood of handshake datagrams costs its sender the handshake, not us the memory."""
        if self._arrived.qsize() < DTLS_QUEUE:
            self._arrived.put_nowait(data)

    def cut(self) -> None:
        """Whoever reads learns that the connection is over."""
        self._is_cut = True
        self._arrived.put_nowait(b"")

    async def _recv(self) -> bytes:
        data = await self._arrived.get()
        if self._is_cut:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._peer.send_raw(data)


class Peer:
    """Make it, answer the offer, `open` it, then `run` it in a task until it ends."""

    def __init__(self, port: Port, certificate: Certificate) -> None:
        self.ufrag = secrets.token_hex(6)
        self.pwd = secrets.token_hex(16).encode()
        self.path: Path | None = None
        self.is_connected = False
        self.would_block = 0
        self.tag_bytes = GCM_TAG_BYTES
        self.seal: Any = None  # libsrtp's context, for sealing in place
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._wire = _Wire(self)
        self._certificate = certificate
        self._listener: Listener | None = None
        self._tx: pylibsrtp.Session | None = None
        self._rx: pylibsrtp.Session | None = None
        self._checked_at_s = self._loop.time()
        self._ended = asyncio.Event()
        self._reason = ""

    def open(self, listener: Listener) -> None:
        """From now on checks are answered and `listener` takes what comes."""
        self._listener = listener
        self._port.join(self.ufrag, self)

    async def run(self, fingerprints: list[Fingerprint]) -> str:
        """Shake hands, then carry media until `close`, a hang-up or silence; the reason."""
        # aiortc's annotation asks for its own ICE transport; three attributes of it are used
        dtls = RTCDtlsTransport(self._wire, [self._certificate])  # type: ignore[arg-type]
        dtls._set_role("server")
        dtls.on("statechange", lambda: self.close("hung_up") if dtls.state == "closed" else None)
        try:
            await self._shake_hands(dtls, fingerprints)
            await self._ended.wait()
        finally:
            self._port.leave(self.ufrag)
            pump = dtls._task
            await dtls.stop()
            if pump is not None:
                await asyncio.gather(pump, return_exceptions=True)
        return self._reason

    def close(self, reason: str) -> None:
        """End; the first reason given stays."""
        if not self._ended.is_set():
            self._reason = reason
            self._ended.set()
            self._wire.cut()

    def now_s(self) -> float:
        """The clock that `take_media` and `take_control` speak of."""
        return self._loop.time()

    def is_silent(self, now_s: float) -> bool:
        """Whether its consent to be sent to has run out."""
        return now_s - self._checked_at_s > CONSENT_S

    def install_keys(self, tx: pylibsrtp.Session, rx: pylibsrtp.Session, tag_bytes: int) -> None:
        """From now on media flows: `tx` seals what goes to the peer, `rx` opens what comes."""
        self._tx, self._rx, self.tag_bytes = tx, rx, tag_bytes
        self.seal = tx._srtp[0]
        self.is_connected = True
        if self._listener:
            self._listener.connected()

    def send_raw(self, data: bytes) -> None:
        if self.path is not None:
            self._port.send(data, self.path)

    def send_control(self, plain: bytes) -> None:
        """RTCP to this peer alone."""
        if self._tx is not None:
            self.send_raw(self._tx.protect_rtcp(plain))

    def checked(self, path: Path, nominated: bool) -> None:
        """Until media flows the nominated path is taken; after that only authenticated media
        moves us, for a check can be replayed to aim video at somebody else."""
        self._checked_at_s = self._loop.time()
        if self.path is None or (nominated and not self.is_connected):
            self.path = path

    def received(self, data: bytes, path: Path) -> None:
        first = data[0]
        if 128 <= first <= 191 and self._rx is not None:
            self._open(data, path)
        elif 20 <= first <= 63:
            if not self.is_connected:
                self.path = path
            self._wire.put(data)
        else:
            self._port.counters.refused_packets += 1

    def _open(self, data: bytes, path: Path) -> None:
        assert self._rx is not None
        control = is_rtcp(data)
        try:
            plain = self._rx.unprotect_rtcp(data) if control else self._rx.unprotect(data)
        except (pylibsrtp.Error, ValueError):
            self._port.counters.refused_packets += 1
            return
        if path != self.path:
            self.path = path
        if self._listener is None:
            return
        take = self._listener.take_control if control else self._listener.take_media
        take(plain, self._loop.time())

    async def _shake_hands(self, dtls: RTCDtlsTransport, prints: list[Fingerprint]) -> None:
        theirs = RTCDtlsParameters([RTCDtlsFingerprint(*found) for found in prints])
        starting = "handshake_failed"
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                await dtls.start(theirs)
        except TimeoutError:
            starting = "handshake_timeout"
        except (SSL.Error, pylibsrtp.Error, ValueError) as error:
            log.info("media.handshake_failed", extra={"reason": type(error).__name__})
        if dtls.state != "connected" or dtls._ssl is None:
            self._port.counters.handshakes_failed += not self._ended.is_set()
            self.close(starting)
            return
        profile = dtls._ssl.get_selected_srtp_profile()
        is_sha1 = profile == SRTP_AES128_CM_SHA1_80.openssl_profile
        self.install_keys(
            dtls._tx_srtp, dtls._rx_srtp, SHA1_TAG_BYTES if is_sha1 else GCM_TAG_BYTES
        )
