"""An employer decides; contacts open to both sides once they have agreed, and never before."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from server.accounts import store_organisations
from server.hiring import store
from server.hiring.actions import need
from tests.hiring.cast import EMAIL, PHONE, Play, make_play, refused
from tests.site import Site


async def held_interview(play: Play, application: str) -> None:
    """Invite, let in, end: over HTTP, as the two of them do."""
    room = await play.invited(application)
    candidate, interviewer = play.candidate, play.world.interviewer
    steps = [(candidate, "arrival"), (interviewer, "admission"), (interviewer, "end")]
    for person, step in steps:
        play.site.house.clock.advance(60)
        answer = await play.call(person, "POST", f"/api/interviews/{room}/{step}")
        assert answer.status_code < 300, answer.text


async def everything_an_employer_reads(play: Play) -> str:
    """Every answer and page in which an applicant appears to the employer."""
    home = f"/employers/{play.world.organisation}"
    texts = []
    async with play.site.client(play.world.host) as api:
        for path in (f"/api{home}/applications", f"/api{home}/applications.csv"):
            texts.append((await api.get(path)).text)
        for tab in ("new", "interview", "offered", "hired", "closed"):
            texts.append((await api.get(f"{home}/inbox", params={"stage": tab})).text)
        texts.append((await api.get(f"/api/rooms/{play.world.room}/snapshot")).text)
        texts.append((await api.get("/interviews")).text)
    return "\n".join(texts)


async def test_from_application_to_hire_and_only_then_the_contacts(site: Site) -> None:
    play = await make_play(site)
    host, candidate = play.world.host, play.candidate
    application = await play.applied(room=play.world.room)
    told = [await everything_an_employer_reads(play)]
    await held_interview(play, application)
    assert await play.stage() == "interviewed"
    told.append(await everything_an_employer_reads(play))
    offered = await play.does(host, f"{application}/offer")
    assert offered.json() == {"id": application, "stage": "offered"}
    told.append(offered.text + await everything_an_employer_reads(play))
    [mine] = await play.mine()
    assert (mine["stage"], mine["contact"], mine["may"]) == (
        "offered",
        None,
        ["withdraw", "accept", "refuse"],
    )
    assert all("Li Hua" in text for text in told)
    assert not [text for text in told if PHONE in text or EMAIL in text]

    accepted = await play.does(candidate, f"{application}/accept")
    assert accepted.json()["stage"] == "hired"
    [one] = (await play.inbox())["applications"]
    assert one["contact"] == {"name": "Li Hua", "phone": PHONE, "email": EMAIL}
    [mine] = await play.mine()
    assert mine["contact"] == {"name": "Front desk", "phone": "0512-0000000", "email": ""}
    assert [step["stage"] for step in one["steps"]] == [
        "applied",
        "invited",
        "interviewed",
        "offered",
        "hired",
    ]
    assert [milestone["state"] for milestone in mine["line"]] == ["done"] * 4


@pytest.mark.parametrize("end", ["withdraw", "refuse-offer", "decline"])
async def test_contacts_stay_hidden_when_it_ends_without_a_hire(site: Site, end: str) -> None:
    play = await make_play(site)
    application = await play.applied()
    await play.does(play.world.host, f"{application}/offer")
    if end == "decline":
        body = {"reason": "The place has been filled."}
        answer = await play.does(play.world.host, f"{application}/decline", **body)
    else:
        answer = await play.does(play.candidate, f"{application}/{end}")
    assert answer.status_code == 200
    told = await everything_an_employer_reads(play)
    assert "Li Hua" in told
    assert PHONE not in told
    assert EMAIL not in told
    [mine] = await play.mine()
    assert mine["contact"] is None


async def test_a_refusal_needs_a_reason_and_the_candidate_reads_it(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    for reason in ("", "x", "y" * 501):
        answer = await play.does(play.world.host, f"{application}/decline", reason=reason)
        assert list(answer.json()["fields"]) == ["reason"]
    body = {"reason": "We look for night shifts."}
    await play.does(play.world.host, f"{application}/decline", **body)
    [mine] = await play.mine()
    assert (mine["stage"], mine["reason"]) == ("declined", body["reason"])


async def test_a_step_that_does_not_fit_is_told_the_present_stage(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    early = await play.does(play.candidate, f"{application}/accept")
    assert refused(early) == (409, "wrong-stage")
    assert early.json()["stage"] == "applied"
    assert refused(await play.does(play.world.host, f"{application}/confirm"))[1] == "wrong-stage"
    await play.does(play.candidate, f"{application}/withdraw")
    late = await play.does(play.world.host, f"{application}/offer")
    assert (late.status_code, late.json()["stage"]) == (409, "withdrawn")


async def test_two_members_who_act_at_once_do_not_both_win(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    invitation: dict[str, Any] = {"interviewer": play.world.interviewer, "minutes": 10}
    answers = await asyncio.gather(
        play.does(play.world.host, f"{application}/invite", **invitation),
        play.does(play.world.interviewer, f"{application}/invite", **invitation),
        play.does(play.world.host, f"{application}/decline", reason="Filled."),
    )
    won = [answer for answer in answers if answer.status_code < 300]
    lost = [answer.json()["code"] for answer in answers if answer.status_code >= 300]
    [one] = (await play.inbox())["applications"]
    if one["stage"] == "declined":  # declining is possible after an invitation too
        assert len(won) in (1, 2)
    else:
        assert len(won) == 1
    assert set(lost) == {"wrong-stage"}
    assert len(one["steps"]) == 1 + len(won)


async def test_what_changed_since_it_was_read_is_not_overwritten(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    async with site.house.db.read() as db:
        stale = await need(db, application)
    await play.does(play.world.host, f"{application}/offer")
    async with site.house.db.write() as tx:
        assert not await store.move(tx, stale, stage="declined")
    assert await play.stage() == "offered"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": 4}, "minutes"),
        ({"minutes": 61}, "minutes"),
        ({"interviewer": "x"}, "interviewer"),
    ],
)
async def test_an_invitation_that_cannot_be_opens_no_room(
    site: Site, wrong: dict[str, Any], field: str
) -> None:
    play = await make_play(site)
    application = await play.applied()
    body = {"interviewer": play.world.interviewer, "minutes": 15, **wrong}
    answer = await play.does(play.world.host, f"{application}/invite", **body)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert await play.stage() == "applied"
    assert (await play.call(play.candidate, "GET", "/api/interviews")).json() == []


async def test_an_interview_closed_before_it_began_leaves_the_application_open(
    site: Site,
) -> None:
    play = await make_play(site)
    application = await play.applied()
    room = await play.invited(application)
    assert await play.stage() == "invited"
    await play.call(play.world.interviewer, "POST", f"/api/interviews/{room}/end")
    assert await play.stage() == "applied"
    again = await play.invited(application)
    assert again != room


async def test_a_second_interview_can_follow_the_first(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    await held_interview(play, application)
    await play.invited(application)
    assert await play.stage() == "invited"


@pytest.mark.parametrize("end", ["withdraw", "decline", "offer"])
async def test_an_invitation_that_nobody_needs_any_more_leaves_the_line(
    site: Site, end: str
) -> None:
    play = await make_play(site)
    application = await play.applied()
    room = await play.invited(application)
    await play.call(play.candidate, "POST", f"/api/interviews/{room}/arrival")
    who = play.candidate if end == "withdraw" else play.world.host
    body = {"reason": "Filled."} if end == "decline" else {}
    assert (await play.does(who, f"{application}/{end}", **body)).status_code == 200
    [interview] = (await play.call(play.world.interviewer, "GET", "/api/interviews")).json()
    assert interview["status"] == "ended"


async def test_an_employer_that_is_not_approved_can_only_decline(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    async with site.house.db.write() as tx:
        await store_organisations.change_organisation(
            tx, play.world.organisation, status="suspended"
        )
    invitation = {"interviewer": play.world.interviewer, "minutes": 15}
    for step, body in (("invite", invitation), ("offer", {}), ("confirm", {})):
        answer = await play.does(play.world.host, f"{application}/{step}", **body)
        assert refused(answer) == (409, "employer-not-approved"), step
    answer = await play.does(play.world.host, f"{application}/decline", reason="Closed down.")
    assert answer.status_code == 200


async def test_a_claimed_place_is_confirmed_without_a_profile_and_the_phone_comes_later(
    site: Site,
) -> None:
    play = await make_play(site)
    newcomer = await site.person("newcomer", name="Sun Li")
    assert (await play.claimed(newcomer)).status_code == 201
    [mine] = await play.mine(newcomer)
    assert (mine["stage"], mine["needs_phone"]) == ("accepted", True)
    [one] = (await play.inbox(stage="offered"))["applications"]
    assert (one["shared"]["full_name"], one["room"]) == ("Sun Li", play.world.room)
    assert one["may"] == ["confirm", "decline"]
    await play.does(play.world.host, f"{one['id']}/confirm")
    [mine] = await play.mine(newcomer)
    assert (mine["stage"], mine["may"]) == ("offered", ["withdraw", "accept", "refuse"])
    await play.does(newcomer, f"{one['id']}/accept")
    [one] = (await play.inbox(stage="hired"))["applications"]
    assert one["contact"] == {"name": "Sun Li", "phone": "", "email": ""}
    profile = {"full_name": "Sun Li", "phone": PHONE}
    await play.call(newcomer, "PUT", "/api/profile", profile)
    [one] = (await play.inbox(stage="hired"))["applications"]
    assert one["contact"]["phone"] == PHONE


async def test_a_claim_carries_an_application_on_and_tells_the_room_once(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    await play.claimed(play.candidate)
    [mine] = await play.mine()
    assert (mine["id"], mine["stage"]) == (application, "accepted")
    path = f"/api/rooms/{play.world.room}/snapshot"
    state = (await play.call(play.world.host, "GET", path)).json()["state"]
    assert state["applications"] == {play.world.jobs[0]: 1}


async def test_a_claimed_interview_invites_and_keeps_what_is_further_on(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    won = (await play.claimed(play.candidate, "interview")).json()
    [mine] = await play.mine()
    assert (mine["stage"], mine["interview"]["room"]) == ("invited", won["interview"])
    again = (await play.claimed(play.candidate, "interview")).json()
    [mine] = await play.mine()
    assert mine["interview"]["room"] == again["interview"]
    ended = await play.call(play.candidate, "GET", f"/api/interviews/{won['interview']}")
    assert ended.json()["status"] == "ended"

    await play.does(play.world.host, f"{application}/offer")
    assert (await play.claimed(play.candidate)).status_code == 201
    assert await play.stage() == "offered"


@pytest.mark.parametrize("kind", ["hire", "interview"])
async def test_a_claim_opens_an_application_that_had_ended(site: Site, kind: str) -> None:
    play = await make_play(site)
    application = await play.applied()
    await play.does(play.world.host, f"{application}/decline", reason="Not yet.")
    assert (await play.claimed(play.candidate, kind)).status_code == 201
    [mine] = await play.mine()
    expected = "accepted" if kind == "hire" else "invited"
    assert (mine["id"], mine["stage"], mine["reason"]) == (application, expected, "")
