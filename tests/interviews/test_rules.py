"""Who may do what in an interview, and when."""

from __future__ import annotations

import pytest
from websockets.exceptions import ConnectionClosedError

from rooms.wire import CLOSE_FORBIDDEN
from tests.interviews.scene import Scene, frame, set_scene
from tests.site import Site


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await set_scene(site)


@pytest.fixture
async def wang(site: Site) -> str:
    return await site.person("wang", name="王建国")


@pytest.fixture
async def zhao(site: Site) -> str:
    return await site.person("zhao", name="赵磊")


async def test_a_third_person_sees_nothing_of_an_interview(
    scene: Scene, wang: str, zhao: str
) -> None:
    room = await scene.invite(wang)
    for path in (
        f"/interviews/{room}",
        f"/api/interviews/{room}",
        f"/api/interviews/{room}/standing",
        f"/api/rooms/{room}/snapshot",
    ):
        answer = await scene.get(zhao, path)
        assert answer.status_code == 403, path


@pytest.mark.parametrize("what", ["arrival", "admission", "end"])
async def test_a_third_person_changes_nothing_of_an_interview(
    scene: Scene, wang: str, zhao: str, what: str
) -> None:
    room = await scene.invite(wang)
    assert (await scene.post(zhao, f"/api/interviews/{room}/{what}")).status_code == 403


async def test_a_third_person_cannot_speak_or_listen(scene: Scene, wang: str, zhao: str) -> None:
    room = await scene.invite(wang)
    said = await scene.post(zhao, f"/api/rooms/{room}/messages", text="让我也来")
    assert said.status_code == 403
    async with await scene.socket(zhao, room) as socket:
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CLOSE_FORBIDDEN


@pytest.mark.parametrize("protocol", ["whip", "whep"])
async def test_a_third_person_neither_sends_nor_receives(
    scene: Scene, wang: str, zhao: str, protocol: str
) -> None:
    room = await scene.invite(wang)
    await scene.arrive(wang, room)
    await scene.admit(room)
    assert await _offer(scene, zhao, room, protocol) == (403, "forbidden")


@pytest.mark.parametrize("protocol", ["whip", "whep"])
async def test_no_video_before_the_candidate_is_let_in_nor_after_the_end(
    scene: Scene, wang: str, protocol: str
) -> None:
    room = await scene.invite(wang)
    await scene.arrive(wang, room)
    assert await _offer(scene, wang, room, protocol) == (409, "not-admitted")
    assert await _offer(scene, scene.interviewer, room, protocol) == (409, "not-admitted")
    await scene.admit(room)
    await scene.end(room)
    assert await _offer(scene, wang, room, protocol) == (410, "room-ended")


async def test_a_colleague_of_the_interviewer_is_a_third_person(site: Site, scene: Scene) -> None:
    candidate = await site.person("limin")
    colleague = await site.person("sun")
    await site.organisation("恒泰二厂", (colleague, "interviewer"))
    room = await scene.invite(candidate)
    assert (await scene.get(colleague, f"/interviews/{room}")).status_code == 403
    let_in = await scene.post(colleague, f"/api/interviews/{room}/admission")
    assert let_in.status_code == 403


async def test_each_does_only_their_own_part(scene: Scene, wang: str) -> None:
    room = await scene.invite(wang)
    assert (await scene.post(wang, f"/api/interviews/{room}/admission")).status_code == 403
    assert (await scene.post(wang, f"/api/interviews/{room}/end")).status_code == 403
    arrived = await scene.post(scene.interviewer, f"/api/interviews/{room}/arrival")
    assert arrived.status_code == 403


async def test_nobody_is_let_in_before_they_came(scene: Scene, wang: str) -> None:
    room = await scene.invite(wang)
    answer = await scene.admit(room)
    assert (answer.status_code, _name(answer)) == (409, "not-arrived")


async def test_an_interviewer_lets_in_one_at_a_time(scene: Scene, wang: str, zhao: str) -> None:
    first, second = await scene.invite(wang), await scene.invite(zhao)
    await scene.arrive(wang, first)
    await scene.arrive(zhao, second)
    assert (await scene.admit(first)).status_code == 201
    answer = await scene.admit(second)
    assert (answer.status_code, _name(answer)) == (409, "busy")
    assert answer.json()["interview"] == first
    await scene.end(first)
    assert (await scene.admit(second)).status_code == 201


async def test_a_candidate_is_in_one_interview_at_a_time(
    site: Site, scene: Scene, wang: str
) -> None:
    other = await site.person("sun")
    here, there = await scene.invite(wang), await scene.invite(wang, interviewer=other)
    await scene.arrive(wang, here)
    await scene.arrive(wang, there)
    await scene.admit(here)
    answer = await scene.post(other, f"/api/interviews/{there}/admission")
    assert (answer.status_code, _name(answer)) == (409, "busy")
    assert "interview" not in answer.json()  # where they are is not the other employer's business


async def test_letting_in_twice_changes_nothing(scene: Scene, wang: str) -> None:
    room = await scene.invite(wang)
    await scene.arrive(wang, room)
    await scene.admit(room)
    before = (await scene.get(wang, f"/api/rooms/{room}/snapshot")).json()
    assert (await scene.admit(room)).status_code == 201
    assert (await scene.get(wang, f"/api/rooms/{room}/snapshot")).json() == before


async def test_an_ended_interview_stays_ended(scene: Scene, wang: str) -> None:
    room = await scene.invite(wang)
    await scene.arrive(wang, room)
    await scene.admit(room)
    assert (await scene.end(room)).status_code == 200
    assert (await scene.end(room)).status_code == 200
    for person, what in ((wang, "arrival"), (scene.interviewer, "admission")):
        answer = await scene.post(person, f"/api/interviews/{room}/{what}")
        assert (answer.status_code, _name(answer)) == (410, "room-ended")
    said = await scene.post(wang, f"/api/rooms/{room}/messages", text="还在吗")
    assert said.status_code == 410
    shown = (await scene.get(wang, f"/api/interviews/{room}")).json()
    assert shown["status"] == "ended"
    assert shown["ended_at"] >= shown["admitted_at"]


async def test_both_write_to_each_other_before_anyone_is_let_in(scene: Scene, wang: str) -> None:
    room = await scene.invite(wang)
    async with await scene.socket(scene.interviewer, room) as socket:
        await frame(socket, "ready")
        said = await scene.post(wang, f"/api/rooms/{room}/messages", text="我到了")
        assert said.status_code == 201
        heard = (await frame(socket, "event"))["event"]
    assert heard["type"] == "message_posted"
    assert (heard["message"]["text"], heard["message"]["role"]) == ("我到了", "candidate")
    answered = await scene.post(scene.interviewer, f"/api/rooms/{room}/messages", text="马上")
    assert answered.json()["role"] == "crew"


async def test_being_let_in_is_told_at_once(scene: Scene, wang: str) -> None:
    room = await scene.invite(wang)
    await scene.arrive(wang, room)
    async with await scene.socket(wang, room) as socket:
        await frame(socket, "ready")
        await scene.admit(room)
        assert (await frame(socket, "event"))["event"]["type"] == "candidate_admitted"
        await scene.end(room)
        assert (await frame(socket, "event"))["event"]["type"] == "room_ended"


async def _offer(scene: Scene, person: str, room: str, protocol: str) -> tuple[int, str]:
    """Offer media; the status and the refusal's name."""
    async with scene.site.client(person) as api:
        answer = await api.post(
            f"/interviews/{room}/{protocol}",
            content=b"v=0\r\n",
            headers={"Content-Type": "application/sdp"},
        )
    return answer.status_code, _name(answer)


def _name(answer: object) -> str:
    """The refusal's stable name."""
    return str(answer.json()["type"]).rsplit("/", 1)[-1].rsplit(":", 1)[-1]  # type: ignore[attr-defined]
