"""The media process's HTTP, spoken to as the web process speaks to it."""

from __future__ import annotations

import stat

import pytest

from rooms.stagehand import SessionClosed, StageState
from tests.media.conftest import Node, next_report, state_of
from tests.media.samples import offer


async def test_a_publisher_is_answered_and_found_under_its_location(node: Node) -> None:
    reply = await node.post("whip", "fair", "host", offer())
    assert reply.status_code == 201
    assert reply.headers["content-type"] == "application/sdp"
    assert reply.headers["location"].startswith("/sessions/")
    assert "a=recvonly" in reply.text
    told = await node.health(reply.headers["location"])
    assert (told["role"], told["state"], told["room"]) == ("publisher", "connecting", "fair")


async def test_a_stranger_cannot_send_where_somebody_sends(node: Node) -> None:
    await node.post("whip", "fair", "host", offer())
    reply = await node.post("whip", "fair", "stranger", offer())
    assert reply.status_code == 409
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["type"] == "/problems/occupied"
    assert reply.json()["code"] == "occupied"


async def test_the_same_owner_takes_over(node: Node) -> None:
    first = await node.post("whip", "fair", "host", offer())
    async with node.reports() as reports:
        second = await node.post("whip", "fair", "host", offer())
        assert second.status_code == 201
        closed = await next_report(reports, SessionClosed)
    assert closed.reason == "taken_over"
    assert closed.session == first.headers["location"].rsplit("/", 1)[-1]
    gone = await node.client.get(first.headers["location"])
    assert (gone.status_code, gone.json()["code"]) == (404, "no-session")


async def test_a_bad_offer_does_not_end_the_session_it_would_take_over(node: Node) -> None:
    first = await node.post("whip", "fair", "host", offer())
    assert (await node.post("whip", "fair", "host", "nonsense")).status_code == 400
    assert (await node.client.get(first.headers["location"])).status_code == 200


@pytest.mark.parametrize(
    ("text", "content_type", "status", "code"),
    [
        (offer(), "text/plain", 415, "wrong-content-type"),
        ("hello", "application/sdp", 400, "bad-sdp"),
        (offer("recvonly"), "application/sdp", 422, "no-media"),
        (offer().replace("H264", "H265"), "application/sdp", 406, "no-codec"),
        ("v=0\r\n" + "a=x\r\n" * 20_000, "application/sdp", 413, "too-large"),
    ],
)
async def test_what_cannot_be_answered_is_a_problem_with_a_name(
    node: Node, text: str, content_type: str, status: int, code: str
) -> None:
    reply = await node.post("whip", "fair", "host", text, **{"Content-Type": content_type})
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["type"] == f"/problems/{code}"
    assert await state_of(node) == []


async def test_bytes_that_are_no_text_are_refused(node: Node) -> None:
    reply = await node.client.post(
        "/rooms/fair/whip",
        content=b"v=0\xff\xfe",
        headers={"Content-Type": "application/sdp", "X-Daigang-Owner": "host"},
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "bad-sdp")


async def test_nobody_opens_a_session_without_an_owner(node: Node) -> None:
    reply = await node.post("whep", "fair", "", offer("recvonly"))
    assert (reply.status_code, reply.json()["code"]) == (400, "no-owner")


async def test_viewers_of_one_stage_are_told_the_same_ssrcs_before_anybody_sends(
    node: Node,
) -> None:
    answers = [(await node.post("whep", "fair", who, offer("recvonly"))).text for who in "ab"]
    ssrcs = [[line for line in text.splitlines() if "a=ssrc" in line] for text in answers]
    assert ssrcs[0] == ssrcs[1] != []


async def test_trickled_candidates_are_taken_and_a_restart_is_refused(node: Node) -> None:
    location = (await node.post("whep", "fair", "anna", offer("recvonly"))).headers["location"]
    headers = {"Content-Type": "application/trickle-ice-sdpfrag"}
    same = (
        "a=ice-ufrag:Abcd\r\na=ice-pwd:x\r\nm=audio 9 RTP/AVP 0\r\na=candidate:1 1 udp 1 x 9\r\n"
    )
    reply = await node.client.patch(location, content=same, headers=headers)
    assert reply.status_code == 204
    restart = same.replace("Abcd", "Efgh")
    reply = await node.client.patch(location, content=restart, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (422, "no-restart")
    reply = await node.client.patch(location, content=same)
    assert reply.status_code == 415


async def test_a_session_is_ended_once(node: Node) -> None:
    location = (await node.post("whep", "fair", "anna", offer("recvonly"))).headers["location"]
    assert (await node.client.delete(location)).status_code == 200
    assert (await node.client.delete(location)).status_code == 404
    assert await state_of(node) == []


async def test_a_person_is_removed_and_a_stage_is_ended(node: Node) -> None:
    await node.post("whip", "fair", "host", offer())
    for who in ("anna", "anna", "bo"):
        await node.post("whep", "fair", who, offer("recvonly"))
    async with node.reports() as reports:
        assert (await node.client.delete("/rooms/fair/owners/anna")).status_code == 204
        for _ in range(2):
            closed = await next_report(reports, SessionClosed)
            assert (closed.owner, closed.reason) == ("anna", "removed")
        assert (await node.client.delete("/rooms/fair")).status_code == 204
        last = {(await next_report(reports, SessionClosed)).owner for _ in range(2)}
        assert last == {"host", "bo"}
    assert await state_of(node) == []


async def test_a_new_reader_is_told_every_stage(node: Node) -> None:
    for room in ("fair", "other.a"):
        await node.post("whep", room, "anna", offer("recvonly"))
    told = await state_of(node)
    assert told == [
        StageState(room="fair", publisher=None, viewers=0),
        StageState(room="other.a", publisher=None, viewers=0),
    ]


async def test_options_say_what_is_taken(node: Node) -> None:
    for path in ("/rooms/fair/whip", "/rooms/fair/whep"):
        reply = await node.client.options(path)
        assert (reply.status_code, reply.headers["accept-post"]) == (204, "application/sdp")


async def test_the_operator_reads_counters(node: Node) -> None:
    await node.post("whip", "fair", "host", offer())
    text = (await node.client.get("/metrics")).text
    assert 'daigang_media_sessions{role="publisher"} 1.0' in text
    for name in ("sent_packets", "would_block", "seal_errors", "keyframes_asked"):
        assert f"daigang_media_{name}_total" in text
    assert "daigang_media_loop_lag_seconds" in text


async def test_too_many_handshakes_are_put_off(node: Node) -> None:
    for number in range(100):
        reply = await node.post("whep", "fair", f"guest{number}", offer("recvonly"))
        assert reply.status_code == 201
    reply = await node.post("whep", "fair", "one-more", offer("recvonly"))
    assert (reply.status_code, reply.json()["code"]) == (503, "media-full")
    assert int(reply.headers["retry-after"]) > 0


async def test_its_socket_is_ours_alone_and_gone_when_it_ends(node: Node) -> None:
    assert stat.S_IMODE(node.socket.stat().st_mode) == 0o600
    await node.post("whip", "fair", "host", offer())
    async with node.reports() as reports:
        await next_report(reports, StageState)
        assert await node.stop() == 0
    assert not node.socket.exists()


async def test_an_unknown_address_is_a_problem_too(node: Node) -> None:
    reply = await node.client.get("/nothing")
    assert (reply.status_code, reply.json()["code"]) == (404, "not-found")
