"""The ring repeats what was sealed, and never something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.ring import Ring


def test_a_viewer_finds_a_packet_by_its_16_bit_number_over_the_wrap() -> None:
    ring = Ring(64)
    for number in range(65500, 65560):
        ring.put(number, str(number).encode(), 1.0)
    for seq, plain in ((65510, b"65510"), (3, b"65539")):
        kept = ring.find(seq, 0.0)
        assert kept is not None
        assert kept.plain == plain


def test_what_is_old_overwritten_or_was_never_there_is_not_found() -> None:
    ring = Ring(16)
    assert ring.find(5, 0.0) is None
    for number in range(40):
        ring.put(number, b"x", float(number))
    assert ring.find(20, 0.0) is None
    assert ring.find(30, 31.0) is None
    assert ring.find(30, 29.0) is not None
    assert ring.find(41, 0.0) is None


@given(st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=2)), max_size=200))
def test_a_number_that_was_taken_is_never_written_again(
    packets: list[tuple[int, bytes]],
) -> None:
    ring = Ring(64)
    sealed: dict[int, bytes] = {}
    for number, plain in packets:
        if ring.put(number, plain, 0.0):
            assert number not in sealed
            sealed[number] = plain
        kept = ring.find(number & 0xFFFF, -1.0)
        assert kept is None or kept.plain == sealed[kept.number]


def test_it_begins_at_a_keyframe_that_is_whole_recent_and_small() -> None:
    ring = Ring(64)
    assert ring.from_keyframe(0.0, 50) == []
    for number in range(10, 30):
        ring.put(number, bytes((number,)), 1.0)
    ring.mark_keyframe(20)
    assert [kept.number for kept in ring.from_keyframe(0.0, 50)] == list(range(20, 30))
    assert ring.from_keyframe(2.0, 50) == []
    assert ring.from_keyframe(0.0, 10) != []
    assert ring.from_keyframe(0.0, 9) == []
    ring.put(31, b"after a hole", 1.0)
    assert ring.from_keyframe(0.0, 50) == []


@pytest.mark.parametrize("size", [0, 100, 2048, -2])
def test_a_ring_is_never_larger_than_the_srtp_window(size: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        Ring(size)
