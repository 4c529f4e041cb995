"""What a publisher is told: loss, holes, rates; and RTCP from anyone."""

from __future__ import annotations

from aiortc.rtp import RtcpPacket, RtcpSenderInfo, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.feedback import (
    NACK_TRIES,
    Estimate,
    Reception,
    is_keyframe_request,
    lost_packets,
    read_rtcp,
    reported_bitrate,
    reported_loss,
    write_nack,
    write_pli,
    write_receiver_report,
    write_remb,
    write_sender_report,
)


def reception(*seqs: int) -> Reception:
    taken = Reception(7, 90000)
    for at, seq in enumerate(seqs):
        taken.take(seq, 3000 * at, 1000, at / 30)
    return taken


@given(st.binary(max_size=120))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for packet in read_rtcp(data):
        lost_packets(packet)
        is_keyframe_request(packet)
        reported_bitrate(packet)
        reported_loss(packet)


@given(st.integers(0, 31), st.sampled_from([200, 201, 202, 203, 205, 206]), st.binary(max_size=60))
def test_no_well_framed_nonsense_breaks_the_reader(count: int, kind: int, body: bytes) -> None:
    body = body[: len(body) // 4 * 4]
    data = bytes((0x80 | count, kind)) + (len(body) // 4).to_bytes(2, "big") + body
    for packet in read_rtcp(data):
        lost_packets(packet)
        is_keyframe_request(packet)
        reported_bitrate(packet)
        reported_loss(packet)


def test_what_we_write_is_read_again() -> None:
    nacks = read_rtcp(write_nack(7, [65530, 65535, 0, 5, 400]))
    assert [lost_packets(nack) for nack in nacks] == [(7, [65530, 65535]), (7, [0, 5, 400])]
    assert is_keyframe_request(read_rtcp(write_pli(7))[0])
    assert reported_bitrate(read_rtcp(write_remb(2_500_000, [7]))[0]) == 2_500_000


def test_a_hole_is_asked_for_again_and_again_and_then_given_up() -> None:
    taken = reception(65534, 65535, 2)
    asked = [taken.due_nacks(1.0 + tick * 0.02) for tick in range(60)]
    assert asked[0] == [0, 1]
    assert sum(0 in lost for lost in asked) == NACK_TRIES
    assert taken.given_up
    assert taken.due_nacks(9.0) == []


def test_reordering_is_not_loss() -> None:
    taken = reception(1, 2, 4)
    taken.take(3, 0, 1000, 3 / 30)
    assert taken.due_nacks(1.0) == []


def test_a_great_gap_asks_for_a_keyframe_instead() -> None:
    taken = reception(1, 2, 800)
    assert taken.due_nacks(1.0) == []
    assert taken.given_up


def test_a_report_tells_the_loss_since_the_last_one() -> None:
    taken = reception(65530, 65531, 65532, 65535)
    report = taken.report(1.0)
    assert report.fraction_lost == 256 * 2 // 6
    assert report.packets_lost == 2
    assert report.highest_sequence == 65535
    taken.take(0, 0, 1000, 1.0)
    assert taken.report(2.0).fraction_lost == 0


def test_a_report_says_how_long_ago_the_senders_report_came() -> None:
    taken = reception(1)
    taken.take_sender_report(0x0001_2345_6789_0000, 10.0)
    report = taken.report(10.5)
    assert report.lsr == 0x2345_6789
    assert report.dlsr == 32768
    assert RtcpPacket.parse(write_receiver_report([report]))


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)), max_size=80))
def test_any_arrival_gives_a_report_that_can_be_written(arrivals: list[tuple[int, int]]) -> None:
    taken = Reception(7, 90000)
    for at, (seq, timestamp) in enumerate(arrivals):
        taken.take(seq, timestamp, 100, at / 50)
        assert len(taken.due_nacks(at / 50)) <= 1000
    if arrivals:
        assert RtcpPacket.parse(write_receiver_report([taken.report(3.0)]))


def test_a_sender_report_keeps_its_clock_and_gets_our_ssrc_and_time_line() -> None:
    theirs = RtcpSrPacket(1, RtcpSenderInfo(99, 0xFFFFFFFF, 3, 4))
    (ours,) = RtcpPacket.parse(write_sender_report(theirs, 55, 11))
    assert isinstance(ours, RtcpSrPacket)
    assert ours.ssrc == 55
    assert (ours.sender_info.ntp_timestamp, ours.sender_info.rtp_timestamp) == (99, 10)


def test_the_estimate_lets_a_clean_path_reach_the_cap_and_no_more() -> None:
    estimate = Estimate(3_000_000)
    for _ in range(60):
        estimate.step(estimate.bps, 0.0)
    assert estimate.bps == 3_000_000


def test_a_quiet_picture_is_allowed_two_and_a_half_megabits() -> None:
    estimate = Estimate(3_000_000)
    for _ in range(60):
        estimate.step(300_000, 0.0)
    assert estimate.bps == 2_500_000


def test_loss_shrinks_the_estimate_and_it_never_falls_to_nothing() -> None:
    estimate = Estimate(3_000_000)
    assert estimate.step(1_000_000, 0.2) < 2_000_000
    for _ in range(100):
        estimate.step(100_000, 0.5)
    assert estimate.bps == Estimate.LEAST_BPS


def test_a_queue_on_the_way_shrinks_the_estimate_below_what_comes_through() -> None:
    estimate = Estimate(3_000_000)
    for step in range(8):
        now_s = step * 0.25
        estimate.take(now_s, now_s + 0.05 + max(0, step - 3) * 0.15)
        estimate.step(800_000, 0.0)
    assert estimate.bps <= 680_000


def test_another_clock_is_not_a_queue() -> None:
    estimate = Estimate(3_000_000)
    for step in range(20):
        now_s = step * 0.25
        estimate.take(now_s - (0 if step < 10 else 5000), now_s)
        estimate.step(2_000_000, 0.0)
    assert estimate.bps >= 2_500_000
