"""Every private name of aiortc, pylibsrtp and aioice that the engine stands on.

A new release that renames one fails here first, and says which.
"""

from __future__ import annotations

import inspect

import pylibsrtp
from aioice import stun
from aiortc import RTCCertificate, RTCDtlsTransport
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80
from pylibsrtp._binding import ffi, lib

from rooms.media.peer import Certificate


class Wire:
    role = "controlled"


async def test_the_dtls_transport_has_what_the_peer_takes() -> None:
    dtls = RTCDtlsTransport(Wire(), [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    for name in ("_ssl", "_tx_srtp", "_rx_srtp", "_task"):
        assert getattr(dtls, name) is None
    dtls._set_role("server")
    assert dtls._role == "server"
    assert dtls.state == "new"
    source = inspect.getsource(RTCDtlsTransport)
    for used in ("self.transport._recv()", "self.transport._send(", 'self.emit("statechange")'):
        assert used in source
    assert source.count("self.transport.role") <= 2
    assert "except ConnectionError" in source
    assert SRTP_AES128_CM_SHA1_80.openssl_profile == b"SRTP_AES128_CM_SHA1_80"


def test_one_ssl_context_serves_every_peer() -> None:
    certificate = Certificate.generateCertificate()
    assert certificate._create_ssl_context([SRTP_AES128_CM_SHA1_80]) is (
        certificate._create_ssl_context([SRTP_AES128_CM_SHA1_80])
    )
    assert "_create_ssl_context(" in inspect.getsource(RTCDtlsTransport.start)


def test_srtp_can_be_sealed_in_place() -> None:
    session = pylibsrtp.Session()
    assert ffi.typeof(session._srtp[0]).kind == "pointer"
    for name in ("srtp_protect", "srtp_protect_rtcp", "srtp_err_status_ok"):
        assert hasattr(lib, name)
    assert lib.srtp_err_status_ok == 0
    assert callable(ffi.memmove)
    assert callable(ffi.buffer)


def test_stun_messages_keep_what_was_signed() -> None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": "a:b"})
    message.add_message_integrity(b"key")
    read = stun.parse_message(bytes(message))
    assert read.check_message_integrity(b"key")
    assert not read.check_message_integrity(b"other")
