"""What leaves for the viewers: sealed once, repeated to the byte, whole over every wrap."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.media.fanout import PADDING_MOST, RUN_BYTES, RUN_PACKETS, cut_into_runs, even_out
from rooms.media.feedback import write_nack
from rooms.media.rtp import is_rtcp
from rooms.media.sdp import Track
from rooms.stagehand import PublisherCame, PublisherWent
from tests.media.wire import Seat, Theatre, theatre

IDR = b"\x65" + b"i" * 600

sizes = st.lists(st.integers(20, 1300), max_size=150)


@given(sizes)
def test_padding_is_small_and_makes_neighbours_equal(given_sizes: list[int]) -> None:
    paddings = even_out(given_sizes)
    assert all(0 <= padding <= PADDING_MOST for padding in paddings)
    assert len(paddings) == len(given_sizes)


def test_a_frame_as_chromium_splits_it_becomes_one_run() -> None:
    for frame in ([1057, 1057, 1058], [913, 913, 913, 912], [1016, 1017, 1017]):
        padded = [size + more for size, more in zip(frame, even_out(frame), strict=True)]
        assert cut_into_runs(padded, 16) == [range(len(frame))]


@given(sizes, st.sampled_from([10, 16]))
def test_runs_cover_a_frame_in_order_as_the_kernel_wants_it(
    given_sizes: list[int], tag_bytes: int
) -> None:
    runs = cut_into_runs(given_sizes, tag_bytes)
    assert [place for run in runs for place in run] == list(range(len(given_sizes)))
    for run in runs:
        of_run = [given_sizes[place] for place in run]
        assert len(set(of_run[:-1])) <= 1
        assert of_run[-1] <= of_run[0]
        assert len(of_run) <= RUN_PACKETS
        assert len(of_run) == 1 or len(of_run) * (of_run[0] + tag_bytes) <= RUN_BYTES


def video(open_stage: Theatre, seat: Seat) -> list[int]:
    """The sequence numbers of the video a seat opened."""
    return [packet.seq for packet in seat.of(open_stage.stage.ssrcs["video"])]


def play(open_stage: Theatre, seqs: Sequence[int], *, key_every: int = 50) -> None:
    """One packet a frame, keyframes now and then."""
    for seq in seqs:
        open_stage.now_s += 0.005
        payload = IDR if seq % key_every == 0 else b"\x41" + bytes(400)
        open_stage.send(seq, 3000 * seq, payload)


@pytest.mark.parametrize("segments", [True, False])
async def test_everyone_gets_every_packet_of_a_frame(segments: bool) -> None:
    async with theatre(segments=segments) as open_stage:
        open_stage.publish()
        seats = [open_stage.sit() for _ in range(40)]
        parts = [b"\x7c\x85" + b"a" * 1000, b"\x7c\x05" + b"b" * 1001, b"\x7c\x45" + b"c" * 1001]
        for place, part in enumerate(parts):
            open_stage.send(place, 3000, part, marker=place == 2)
        open_stage.send(1, 960, b"opus", audio=True)
        await open_stage.settle()
        for seat in seats:
            of_video = seat.of(open_stage.stage.ssrcs["video"])
            assert [packet.payload for packet in of_video] == parts
            assert [packet.marker for packet in of_video] == [False, False, True]
            assert [p.payload for p in seat.of(open_stage.stage.ssrcs["audio"])] == [b"opus"]
            assert seat.failures == 0


async def test_viewers_with_other_payload_types_get_the_same_stream_in_their_own() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        one, other = open_stage.sit(), open_stage.sit(video=Track(120, 0))
        play(open_stage, range(5))
        await open_stage.settle()
        assert video(open_stage, one) == video(open_stage, other) != []
        assert {p.payload_type for p in one.of(open_stage.stage.ssrcs["video"])} == {103}
        assert {p.payload_type for p in other.of(open_stage.stage.ssrcs["video"])} == {120}


async def test_a_nack_is_answered_byte_for_byte() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        play(open_stage, range(30))
        await open_stage.settle()
        sent = {data[2:4]: data for data in seat.datagrams if not is_rtcp(data)}
        asked = [int.from_bytes(seq, "big") for seq in list(sent)[5:9]]
        seat.datagrams.clear()
        ssrc = open_stage.stage.ssrcs["video"]
        seat.viewer.take_control(write_nack(ssrc, asked), open_stage.now_s)
        await open_stage.settle()
        assert seat.datagrams == [sent[seq.to_bytes(2, "big")] for seq in asked]


async def test_a_nack_for_what_a_viewer_never_began_with_is_not_answered() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        first = open_stage.sit()
        play(open_stage, range(30))
        await open_stage.settle()
        late = open_stage.sit()
        play(open_stage, range(30, 60))
        await open_stage.settle()
        late.datagrams.clear()
        ssrc = open_stage.stage.ssrcs["video"]
        before = video(open_stage, late)[0] - 1
        late.viewer.take_control(write_nack(ssrc, [before]), open_stage.now_s)
        late.viewer.take_control(write_nack(1, [5]), open_stage.now_s)
        await open_stage.settle()
        assert late.datagrams == []
        assert first.failures == late.failures == 0


async def test_nacks_without_end_cost_a_viewer_its_budget() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        play(open_stage, range(30))
        await open_stage.settle()
        ssrc = open_stage.stage.ssrcs["video"]
        known = video(open_stage, seat)
        for _ in range(100):
            seat.viewer.take_control(write_nack(ssrc, known), open_stage.now_s)
        assert open_stage.port.counters.resent_packets <= 301


async def test_numbers_roll_over_in_front_of_a_viewer() -> None:
    async with theatre(first=65000) as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        for begin in range(0, 1500, 100):
            play(open_stage, range(begin, begin + 100))
            await open_stage.settle()
        assert video(open_stage, seat) == [(65000 + n) & 0xFFFF for n in range(1500)]
        assert seat.failures == 0


async def test_who_joins_just_before_a_roll_over_waits_it_out() -> None:
    async with theatre(first=65100) as open_stage:
        open_stage.publish()
        play(open_stage, range(100))
        late = open_stage.sit()
        play(open_stage, range(100, 436))
        await open_stage.settle()
        assert video(open_stage, late) == []
        play(open_stage, range(436, 600))
        await open_stage.settle()
        assert video(open_stage, late)[0] == (65100 + 450) & 0xFFFF
        assert late.failures == 0


async def test_a_joiner_begins_with_the_rings_keyframe() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        open_stage.sit()
        open_stage.now_s = open_stage.seats[0].viewer.peer.now_s()
        play(open_stage, range(60))
        late = open_stage.sit()
        await open_stage.settle()
        assert len(video(open_stage, late)) == 10
        assert late.of(open_stage.stage.ssrcs["video"])[0].payload == IDR


async def test_a_takeover_goes_on_with_the_same_ssrc_numbers_and_time() -> None:
    async with theatre() as open_stage:
        open_stage.publish("s1")
        seat = open_stage.sit()
        play(open_stage, range(40_000, 40_060))
        open_stage.publish("s2")
        open_stage.now_s += 1.0
        play(open_stage, range(100, 160))
        await open_stage.settle()
        of_video = seat.of(open_stage.stage.ssrcs["video"])
        numbers = [packet.seq for packet in of_video]
        assert len(numbers) == 120
        assert numbers == [(numbers[0] + place) & 0xFFFF for place in range(120)]
        stamps = [packet.timestamp for packet in of_video]
        assert all((b - a) & 0xFFFFFFFF < 1 << 31 for a, b in pairwise(stamps))
        assert 90_000 <= (stamps[60] - stamps[59]) & 0xFFFFFFFF < 100_000
        told = [type(report) for report in open_stage.reports]
        assert told == [PublisherCame, PublisherWent, PublisherCame]


async def test_late_packets_fill_their_hole_and_duplicates_are_dropped() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        for seq in (0, 1, 3, 2, 2, 3, 4):
            open_stage.send(seq, 3000 * seq, IDR if seq == 0 else b"\x41s")
        await open_stage.settle()
        first = video(open_stage, seat)[0]
        assert [seq - first for seq in video(open_stage, seat)] == [0, 1, 3, 2, 4]


async def test_a_frame_without_its_marker_goes_out_when_the_next_begins() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        open_stage.send(0, 3000, IDR, marker=False)
        await open_stage.settle()
        assert video(open_stage, seat) == []
        open_stage.send(2, 6000, b"\x41s", marker=False)
        await open_stage.settle()
        assert len(video(open_stage, seat)) == 1


async def test_a_padding_only_probe_leaves_no_hole() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        open_stage.send(0, 3000, IDR)
        open_stage.send(1, 3000, b"")
        open_stage.send(2, 6000, b"\x41s")
        await open_stage.settle()
        numbers = video(open_stage, seat)
        assert [seq - numbers[0] for seq in numbers] == [0, 1, 2]
        assert seat.of(open_stage.stage.ssrcs["video"])[1].payload == b""


steps = st.lists(
    st.one_of(
        st.tuples(st.just("packets"), st.integers(1, 30)),
        st.tuples(st.just("late"), st.integers(1, 40)),
        st.tuples(st.just("again"), st.integers(0, 40)),
        st.tuples(st.just("jump"), st.integers(-3000, 3000)),
        st.tuples(st.just("nack"), st.integers(0, 40)),
        st.tuples(st.just("sit"), st.integers(0, 2)),
        st.tuples(st.just("takeover"), st.integers(0, 0xFFFF)),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_one_number_is_never_sealed_with_two_plaintexts(schedule: list[tuple[str, int]]) -> None:
    """GCM with one key and nonce is deterministic: the same number twice must be the same
    bytes on the wire."""

    async def run() -> None:
        async with theatre(first=64900) as open_stage:
            open_stage.publish()
            open_stage.sit()
            play(open_stage, range(120), key_every=7)
            seq = 120
            for act, amount in schedule:
                open_stage.now_s += 0.03
                if act == "packets":
                    play(open_stage, [(seq + n) & 0xFFFF for n in range(amount)], key_every=7)
                    seq += amount
                elif act == "late":
                    open_stage.send(seq + 1, 3000 * seq, b"\x41x%d" % amount)
                    open_stage.send(seq, 3000 * seq, b"\x41y%d" % amount)
                    seq += 2
                elif act == "again":
                    open_stage.send(seq - amount, 3000 * seq, b"\x41other%d" % amount)
                elif act == "jump":
                    seq = (seq + amount) & 0xFFFF
                elif act == "nack":
                    ssrc = open_stage.stage.ssrcs["video"]
                    for seat in open_stage.seats:
                        high = open_stage.stage.feeds["video"].numbering.highest
                        lost = write_nack(ssrc, [(high - amount) & 0xFFFF])
                        seat.viewer.take_control(lost, open_stage.now_s)
                elif act == "sit":
                    open_stage.sit(video=Track(100 + amount, amount))
                else:
                    open_stage.publish()
                    seq = amount
                await open_stage.settle()
            for seat in open_stage.seats:
                seen: dict[bytes, bytes] = {}
                for data in seat.datagrams:
                    if not is_rtcp(data):
                        assert seen.setdefault(data[2:4] + data[8:12], data) == data
                assert seat.failures == 0

    asyncio.run(run())
