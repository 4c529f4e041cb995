"""A candidate applies: with consent, once, for what is open, and can take it back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from rooms.events import ApplicationReceived
from server.accounts import store as accounts
from server.base import journal
from server.hiring import actions, store
from server.jobs.store import change_job
from tests.hiring.cast import EMAIL, PHONE, PROFILE, make_play, refused
from tests.site import Site
from tests.world import add_job


async def test_a_profile_is_kept_and_read_again(site: Site) -> None:
    play = await make_play(site)
    stranger = await site.person("stranger", name="Zhao Min")
    own = (await play.call(play.candidate, "GET", "/api/profile")).json()
    assert own == {**PROFILE, "is_complete": True}
    fresh = (await play.call(stranger, "GET", "/api/profile")).json()
    assert (fresh["full_name"], fresh["phone"], fresh["is_complete"]) == ("Zhao Min", "", False)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"full_name": " "}, "full_name"),
        ({"phone": "call me"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"place": "x" * 81}, "place"),
        ({"headline": "x" * 121}, "headline"),
        ({"experience": "x" * 4001}, "experience"),
        ({"salary": "9000"}, "salary"),
    ],
)
async def test_a_profile_that_cannot_be_is_refused_by_its_field(
    site: Site, wrong: dict[str, str], field: str
) -> None:
    play = await make_play(site)
    answer = await play.call(play.candidate, "PUT", "/api/profile", {**PROFILE, **wrong})
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert (await play.call(play.candidate, "GET", "/api/profile")).json()["phone"] == PHONE


async def test_marks_that_turn_text_around_do_not_get_into_a_profile(site: Site) -> None:
    play = await make_play(site)
    tricked = {**PROFILE, "full_name": "Li\u202e Hua\u0007", "headline": "a\nb"}
    kept = (await play.call(play.candidate, "PUT", "/api/profile", tricked)).json()
    assert (kept["full_name"], kept["headline"]) == ("Li Hua", "a b")


async def test_nothing_is_sent_without_consent(site: Site) -> None:
    play = await make_play(site)
    for body in ({}, {"consent": False}):
        path = f"/api/jobs/{play.world.jobs[0]}/applications"
        answer = await play.call(play.candidate, "POST", path, body)
        assert refused(answer) == (422, "consent-needed")
    assert (await play.inbox())["total"] == 0


async def test_an_application_holds_what_was_agreed_and_nothing_that_came_later(
    site: Site,
) -> None:
    play = await make_play(site)
    await play.applied()
    changed = {**PROFILE, "headline": "Something else"}
    await play.call(play.candidate, "PUT", "/api/profile", changed)
    [one] = (await play.inbox())["applications"]
    assert one["shared"] == {k: v for k, v in PROFILE.items() if k not in {"phone", "email"}}


async def test_a_first_time_candidate_is_asked_for_name_and_phone_alone(site: Site) -> None:
    play = await make_play(site)
    newcomer = await site.person("newcomer", name="")
    lacking = await play.apply(newcomer, full_name=" ")
    assert refused(lacking) == (422, "invalid")
    assert "phone" in lacking.json()["fields"]
    assert (await play.inbox())["total"] == 0
    await play.applied(newcomer, full_name="Wang Jian", phone="0512 6666 0000")
    profile = (await play.call(newcomer, "GET", "/api/profile")).json()
    assert (profile["full_name"], profile["is_complete"]) == ("Wang Jian", True)
    await play.applied(newcomer, job=play.world.jobs[1])


async def test_applying_again_is_answered_with_the_application(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    again = await play.apply()
    assert refused(again) == (409, "already")
    assert (again.json()["application"], again.json()["stage"]) == (application, "applied")


async def test_the_same_tap_sent_many_times_is_one_application(site: Site) -> None:
    play = await make_play(site)
    path = f"/api/jobs/{play.world.jobs[0]}/applications"
    async with site.client(play.candidate, **{"Idempotency-Key": "tap"}) as api:
        sent = [api.post(path, json={"consent": True}) for _ in range(8)]
        answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await play.mine()) == 1


async def test_only_an_open_posting_takes_applications(site: Site) -> None:
    play = await make_play(site)
    waiting = await add_job(site, play.world.organisation, "Waiting", "waiting")
    assert refused(await play.apply(job=waiting)) == (409, "job-not-open")
    assert (await play.apply(job="none")).status_code == 404
    site.house.clock.advance(90 * 24 * 3600)
    assert refused(await play.apply()) == (409, "job-not-open")


async def test_the_employers_own_people_do_not_apply(site: Site) -> None:
    play = await make_play(site)
    answer = await play.apply(play.world.interviewer, full_name="Wu", phone=PHONE)
    assert answer.status_code == 403


async def test_the_crew_of_the_live_room_hears_how_many_applied_there(site: Site) -> None:
    play = await make_play(site)
    room = play.world.room
    await play.applied(room=room)
    other = await site.person("other")
    await play.applied(other, room=room, full_name="Other", phone=PHONE)
    async with site.house.db.read() as db:
        told = [entry.event for entry in await journal.since(db, room, 0)]
    job = play.world.jobs[0]
    assert told == [ApplicationReceived(job=job, count=n) for n in (1, 2)]
    host = (await play.call(play.world.host, "GET", f"/api/rooms/{room}/snapshot")).json()
    assert host["state"]["applications"] == {job: 2}
    viewer = (await play.call(play.candidate, "GET", f"/api/rooms/{room}/snapshot")).json()
    assert viewer["state"]["applications"] == {}


async def test_an_application_cannot_come_from_a_room_of_somebody_else(site: Site) -> None:
    play = await make_play(site)
    stranger = await site.person("stranger")
    elsewhere = await site.organisation("Elsewhere", (stranger, "owner"))
    job = await add_job(site, elsewhere, "Other job")
    for room in (play.world.room, "none"):
        answer = await play.apply(job=job, room=room)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["room"])


async def test_taking_back_leaves_the_name_alone_and_can_be_undone(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    withdrawn = await play.does(play.candidate, f"{application}/withdraw")
    assert withdrawn.json() == {"id": application, "stage": "withdrawn"}
    [seen] = (await play.inbox())["applications"]
    nothing = {"headline": "", "place": "", "experience": "", "education": ""}
    assert seen["shared"] == {"full_name": "Li Hua", **nothing}
    async with site.house.db.read() as db:
        row = await actions.need(db, application)
    assert PROFILE["experience"] not in row["shared"]

    assert await play.applied(room=play.world.room) == application
    [seen] = (await play.inbox())["applications"]
    assert (seen["stage"], seen["shared"]["place"]) == ("applied", "Kunshan")
    assert [step["stage"] for step in seen["steps"]] == ["applied", "withdrawn", "applied"]


async def test_nobody_touches_the_application_of_another(site: Site) -> None:
    play = await make_play(site)
    application = await play.applied()
    stranger = await site.person("stranger")
    rival = await site.person("rival")
    await site.organisation("Rival", (rival, "owner"))
    for step in ("withdraw", "accept", "refuse-offer"):
        for person in (stranger, play.world.host):
            answer = await play.does(person, f"{application}/{step}")
            assert answer.status_code == 404, step
    bodies: dict[str, dict[str, Any]] = {
        "invite": {"interviewer": rival, "minutes": 10},
        "offer": {},
        "confirm": {},
        "decline": {"reason": "No reason."},
    }
    for step, body in bodies.items():
        assert (await play.does(rival, f"{application}/{step}", **body)).status_code == 404
        answer = await play.does(play.candidate, f"{application}/{step}", **body)
        assert answer.status_code == 403
    assert await play.stage() == "applied"


async def test_whoever_deletes_their_account_takes_their_profile_along(site: Site) -> None:
    play = await make_play(site)
    await play.applied()
    async with site.house.db.write() as tx:
        gone: dict[str, object] = {"deleted_at": tx.now, "name": "—"}
        await accounts.change_person(tx, play.candidate, gone)
    [seen] = (await play.inbox())["applications"]
    assert (seen["stage"], seen["shared"]["full_name"], seen["may"]) == ("withdrawn", "—", [])
    await actions.forget_deleted(site.house)
    async with site.house.db.read() as db:
        row = await actions.need(db, seen["id"])
        assert await store.profile(db, play.candidate) is None
    for secret in (PHONE, EMAIL, *PROFILE.values()):
        assert secret not in row["shared"]


async def test_a_posting_closed_meanwhile_keeps_its_applications(site: Site) -> None:
    play = await make_play(site)
    await play.applied()
    async with site.house.db.write() as tx:
        await change_job(tx, play.world.jobs[0], status="closed")
    assert refused(await play.apply()) == (409, "already")
    assert (await play.inbox())["total"] == 1
