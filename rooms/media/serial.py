"""Arithmetic of numbers that wrap around (RFC 1982): 16-bit sequence numbers, 32-bit stamps."""

from __future__ import annotations

SEQS = 1 << 16
TIMESTAMP_MASK = 0xFFFFFFFF


def signed_distance(seq: int, base: int) -> int:
    """How far `seq` is ahead of `base` in 16-bit numbers, -32768 … 32767."""
    return ((seq - base + 0x8000) & 0xFFFF) - 0x8000


def packets_to_wrap(number: int) -> int:
    """How many packets from this (extended) number on until the 16-bit number is 0 again."""
    return SEQS - (number & 0xFFFF)
