"""Tells where a viewer may begin: H.264 keyframes in RTP payloads (RFC 6184). Pure."""

from __future__ import annotations

IDR, SPS = 5, 7
STAP_A, FU_A = 24, 28


def is_keyframe_start(payload: bytes) -> bool:
    """Whether a frame whose first packet has this payload can be decoded on its own.

    Encoders of browsers send the parameter sets before every IDR picture, alone or aggregated.
    Never raises, whatever the bytes.
    """
    if not payload:
        return False
    kind = payload[0] & 0x1F
    if kind == FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F in (IDR, SPS)
    if kind == STAP_A:
        return any(inner in (IDR, SPS) for inner in _aggregated(payload))
    return kind in (IDR, SPS)


def _aggregated(payload: bytes) -> list[int]:
    kinds = []
    at = 1
    while at + 2 < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        if size == 0 or at + 2 + size > len(payload):
            break
        kinds.append(payload[at + 2] & 0x1F)
        at += 2 + size
    return kinds
