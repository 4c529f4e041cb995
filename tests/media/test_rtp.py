"""Headers, keyframes and the room's numbering."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.keyframe import is_keyframe_start
from rooms.media.rtp import JUMP, Numbering, read_packet
from rooms.media.serial import packets_to_wrap, signed_distance
from tests.media.samples import rtp


def video_numbering(first: int = 100) -> Numbering:
    return Numbering(first, 5000, 90000)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_packet_or_a_value_error(data: bytes) -> None:
    try:
        packet = read_packet(data)
    except ValueError:
        return
    assert packet.payload in data
    assert len(packet.payload) <= len(data) - 12


def test_extension_sources_and_padding_are_not_payload() -> None:
    plain = bytearray(rtp(1, payload=b""))
    plain[0] = 0x80 | 0x20 | 0x10 | 1  # padding, extension, one contributing source
    data = bytes(plain) + b"csrc" + b"\xbe\xde\x00\x01" + b"ext." + b"payload" + b"\0\0\x03"
    assert read_packet(data).payload == b"payload"


def test_padding_of_nothing_and_padding_past_the_start_are_refused() -> None:
    for last in (0, 200):
        data = bytearray(rtp(1, payload=b"xy" + bytes((last,))))
        data[0] |= 0x20
        with pytest.raises(ValueError, match="padding"):
            read_packet(bytes(data))


@given(st.integers(0, 0xFFFF), st.integers(-0x8000, 0x7FFF))
def test_distance_is_the_way_round_that_is_shorter(base: int, ahead: int) -> None:
    assert signed_distance((base + ahead) & 0xFFFF, base) == ahead


def test_a_wrap_is_as_far_as_zero() -> None:
    assert packets_to_wrap(65535) == 1
    assert packets_to_wrap(3 * 65536) == 65536


@given(st.integers(0, 0xFFFF), st.lists(st.integers(1, 3), min_size=1, max_size=60))
def test_one_source_keeps_its_gaps_over_the_wrap(start: int, steps: list[int]) -> None:
    numbering = video_numbering()
    assert numbering.place(start, 0, 0.0) == (100, 5000)
    seq = start
    for step in steps:
        seq += step
        placed = numbering.place(seq & 0xFFFF, 3000 * (seq - start), 0.0)
        assert placed == (100 + seq - start, 5000 + 3000 * (seq - start))


def test_the_next_source_goes_on_by_one_and_by_the_time_that_passed() -> None:
    numbering = video_numbering()
    numbering.place(40_000, 123, 10.0)
    numbering.place(40_001, 123, 10.0)
    numbering.begin_source()
    assert numbering.place(7, 999_999, 11.0) == (102, 5000 + 90_000)
    assert numbering.place(8, 999_999 + 3000, 11.03) == (103, 5000 + 93_000)


def test_nothing_from_before_a_source_began_takes_an_earlier_sources_number() -> None:
    numbering = video_numbering()
    for seq in range(10):
        numbering.place(seq, 0, 0.0)
    numbering.begin_source()
    assert numbering.place(500, 0, 1.0) is not None
    assert numbering.place(499, 0, 1.0) is None


def test_a_jump_counts_when_a_second_packet_confirms_it() -> None:
    numbering = video_numbering()
    numbering.place(10, 0, 0.0)
    assert numbering.place(10 + JUMP + 5, 0, 0.1) is None
    assert numbering.place(11, 0, 0.1) == (101, 5000)
    assert numbering.place(30_000, 77, 0.2) is None
    placed = numbering.place(30_001, 77, 0.2)
    assert placed is not None
    assert placed[0] == 102


@given(
    st.lists(
        st.one_of(st.none(), st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF))),
        max_size=120,
    )
)
def test_no_number_is_given_to_two_sources(events: list[tuple[int, int] | None]) -> None:
    numbering = video_numbering()
    source, owner_of = 0, dict[int, int]()
    for at, event in enumerate(events):
        if event is None:
            numbering.begin_source()
            source += 1
            continue
        placed = numbering.place(*event, at / 50)
        if placed is not None:
            assert owner_of.setdefault(placed[0], source) == source
            assert 0 <= placed[1] <= 0xFFFFFFFF


@pytest.mark.parametrize(
    ("payload", "is_key"),
    [
        (b"\x67sps", True),
        (b"\x65idr", True),
        (b"\x41slice", False),
        (b"\x7c\x85idr begins", True),
        (b"\x7c\x05idr goes on", False),
        (b"\x7c\x81slice begins", False),
        (b"\x78\x00\x04\x67sps\x00\x03\x68pp", True),
        (b"\x78\x00\x03\x68pp\x00\x05\x41slic", False),
        (b"\x78\x00\x00\x67", False),
        (b"\x78\xff\xff\x67", False),
        (b"", False),
    ],
)
def test_keyframes_are_told_by_their_first_packet(payload: bytes, is_key: bool) -> None:
    assert is_keyframe_start(payload) is is_key


@given(st.binary(max_size=40))
def test_no_payload_breaks_the_keyframe_test(payload: bytes) -> None:
    assert is_keyframe_start(payload) in (True, False)
