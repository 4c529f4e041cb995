"""What a publisher is told, who is told of a publisher, and what a stage passes on."""

from __future__ import annotations

from aiortc.rtp import RtcpRrPacket, RtcpSenderInfo, RtcpSrPacket

from rooms.media.feedback import (
    is_keyframe_request,
    lost_packets,
    reported_bitrate,
    write_pli,
    write_remb,
)
from rooms.stagehand import PublisherCame, PublisherWent
from tests.media.wire import Theatre, theatre

IDR = b"\x65" + b"i" * 600


def run_for(open_stage: Theatre, seconds: float) -> None:
    """The engine's clock, 20 ms a tick."""
    end_s = open_stage.now_s + seconds
    while open_stage.now_s < end_s:
        open_stage.now_s += 0.02
        open_stage.stage.tick(open_stage.now_s)


async def test_a_publisher_who_falls_silent_is_lost_and_comes_again() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        open_stage.send(0, 0, IDR)
        run_for(open_stage, 3.9)
        assert [type(report) for report in open_stage.reports] == [PublisherCame]
        run_for(open_stage, 0.2)
        assert isinstance(open_stage.reports[-1], PublisherWent)
        assert open_stage.reports[-1].reason == "lost"
        assert open_stage.stage.state().publisher is None
        open_stage.send(1, 3000)
        assert isinstance(open_stage.reports[-1], PublisherCame)
        assert open_stage.stage.state().publisher is not None


async def test_who_was_lost_already_is_not_lost_again_by_hanging_up() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        open_stage.send(0, 0, IDR)
        run_for(open_stage, 5)
        told = len(open_stage.reports)
        open_stage.stage.finish("lost")
        assert len(open_stage.reports) == told


async def test_keyframe_requests_are_put_together_to_one_in_half_a_second() -> None:
    async with theatre() as open_stage:
        host = open_stage.publish()
        seats = [open_stage.sit() for _ in range(20)]
        open_stage.send(0, 0, IDR)
        run_for(open_stage, 1.0)
        host.told()
        for _ in range(10):
            for seat in seats:
                seat.viewer.take_control(write_pli(open_stage.stage.ssrcs["video"]), 0)
            run_for(open_stage, 0.1)
        asked = [packet for packet in host.told() if is_keyframe_request(packet)]
        assert 2 <= len(asked) <= 3


async def test_a_viewer_who_waits_for_video_keeps_asking_for_a_keyframe() -> None:
    async with theatre() as open_stage:
        host = open_stage.publish()
        open_stage.send(0, 0, b"\x41no keyframe")
        open_stage.sit()
        run_for(open_stage, 3.0)
        assert sum(is_keyframe_request(packet) for packet in host.told()) >= 3


async def test_a_hole_is_asked_for_and_reports_and_rates_go_out() -> None:
    async with theatre() as open_stage:
        host = open_stage.publish()
        for seq in (0, 1, 3):
            open_stage.send(seq, 3000 * seq, IDR)
        run_for(open_stage, 2.0)
        told = host.told()
        nacks = [lost for packet in told if (lost := lost_packets(packet))]
        assert nacks
        assert set(nacks[0][1]) == {2}
        assert 6 <= sum(reported_bitrate(packet) is not None for packet in told) <= 9
        assert 1 <= sum(isinstance(packet, RtcpRrPacket) for packet in told) <= 3


async def test_in_an_interview_the_rate_is_what_the_other_side_can_take() -> None:
    async with theatre() as open_stage:
        host = open_stage.publish(is_pair=True)
        seat = open_stage.sit()
        open_stage.send(0, 0, IDR)
        seat.viewer.take_control(write_remb(400_000, [1]), 0)
        run_for(open_stage, 1.0)
        rates = [rate for packet in host.told() if (rate := reported_bitrate(packet))]
        assert rates
        assert max(rates) <= 400_000


async def test_in_a_live_room_one_slow_viewer_slows_nobody() -> None:
    async with theatre() as open_stage:
        host = open_stage.publish()
        open_stage.sit().viewer.take_control(write_remb(400_000, [1]), 0)
        open_stage.send(0, 0, IDR)
        run_for(open_stage, 1.0)
        rates = [rate for packet in host.told() if (rate := reported_bitrate(packet))]
        assert min(rates) > 1_000_000


async def test_sender_reports_reach_viewers_on_their_time_line() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        open_stage.send(0, 777_000, IDR)
        await open_stage.settle()
        assert open_stage.intake is not None
        report = RtcpSrPacket(7, RtcpSenderInfo(5 << 32, 777_000, 1, 600))
        open_stage.intake.take_control(bytes(report), open_stage.now_s)
        await open_stage.settle()
        passed = [packet for packet in seat.control if isinstance(packet, RtcpSrPacket)]
        assert passed[0].ssrc == open_stage.stage.ssrcs["video"]
        assert passed[0].sender_info.ntp_timestamp == 5 << 32
        first = seat.of(open_stage.stage.ssrcs["video"])[0]
        assert passed[0].sender_info.rtp_timestamp == first.timestamp


async def test_a_frame_whose_marker_was_lost_waits_twenty_milliseconds() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        open_stage.send(0, 0, IDR, marker=False)
        await open_stage.settle()
        assert seat.opened == []
        run_for(open_stage, 0.04)
        await open_stage.settle()
        assert len(seat.opened) == 1


async def test_a_second_stream_on_the_same_payload_type_is_not_mixed_in() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seat = open_stage.sit()
        open_stage.send(0, 0, IDR)
        open_stage.send(900, 0, b"\x41intruder", ssrc=99)
        open_stage.send(1, 3000)
        await open_stage.settle()
        assert [packet.payload for packet in seat.opened] == [IDR, b"\x41slice"]
        open_stage.now_s += 2.0
        open_stage.send(900, 0, IDR, ssrc=99)
        await open_stage.settle()
        assert len(seat.opened) == 3, "an encoder that started anew goes on after a second"


async def test_groups_go_with_their_last_viewer() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        seats = [open_stage.sit(), open_stage.sit()]
        assert open_stage.stage.seated == 2
        for seat in seats:
            open_stage.stage.dismiss(seat.viewer.peer)
        open_stage.send(0, 0, IDR)
        await open_stage.settle()
        assert open_stage.stage.seated == 0
        assert [seat.opened for seat in seats] == [[], []]


async def test_who_listens_without_a_picture_takes_it_from_nobody() -> None:
    async with theatre() as open_stage:
        open_stage.publish()
        listener, viewer = open_stage.sit(kinds=("audio",)), open_stage.sit()
        open_stage.send(0, 0, IDR)
        open_stage.send(0, 0, b"sound", audio=True)
        await open_stage.settle()
        assert [packet.payload for packet in listener.opened] == [b"sound"]
        assert sorted(packet.payload for packet in viewer.opened) == sorted([IDR, b"sound"])
