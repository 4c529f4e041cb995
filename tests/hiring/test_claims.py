"""Quick hire: never oversold, never lost, one answer per tap."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from rooms.events import OfferClosed, PlaceClaimed, WinnerNamed
from server.base import journal
from server.base.errors import Refusal
from server.hiring import actions_offers, store_offers, store_places
from tests.site import Site
from tests.world import World, make_world


async def open_offer(world: World, places: int, **more: Any) -> str:
    """The host puts an offer on the screens."""
    offer = {"job": world.jobs[0], "kind": "hire", "places": places, "seconds": 120, **more}
    async with world.site.client(world.host) as host:
        answer = await host.post(f"/api/rooms/{world.room}/offers", json=offer)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def claimants(site: Site, count: int) -> list[dict[str, str]]:
    """Headers of so many candidates."""
    people = [await site.person(f"candidate-{number}") for number in range(count)]
    return [{"Authorization": f"Bearer {await site.token(person)}"} for person in people]


async def claim(api: httpx.AsyncClient, offer: str, headers: dict[str, str]) -> httpx.Response:
    return await api.post(f"/api/offers/{offer}/claims", headers=headers)


async def race(site: Site, offer: str, count: int) -> list[httpx.Response]:
    """Everybody claims at once."""
    everyone = await claimants(site, count)
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(base_url=site.url, limits=limits, timeout=30) as api:
        return list(await asyncio.gather(*(claim(api, offer, who) for who in everyone)))


async def test_sixty_claim_ten_places_and_exactly_ten_win(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 10)
    answers = await race(site, offer, 60)
    assert Counter(answer.status_code for answer in answers) == {201: 10, 409: 50}
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"full"}
    assert sorted(a.json()["place"] for a in answers if a.status_code == 201) == [*range(1, 11)]
    async with site.house.db.read() as db:
        row = await actions_offers.need_offer(db, offer)
        facts = [entry.event for entry in await journal.since(db, world.room, 0)]
    assert (row["claimed"], row["closed"]) == (10, "full")
    assert [fact.claimed for fact in facts if isinstance(fact, PlaceClaimed)] == [*range(1, 11)]
    assert len([fact for fact in facts if isinstance(fact, WinnerNamed)]) == 10
    assert [fact.reason for fact in facts if isinstance(fact, OfferClosed)] == ["full"]


async def test_without_its_guards_the_same_race_oversells(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a read, a pause and a write in two transactions, as others do it."""
    world = await make_world(site)
    offer = await open_offer(world, 3)

    async def check_then_act(person: int) -> bool:
        async with site.house.db.read() as db:
            row = await actions_offers.need_offer(db, offer)
        await asyncio.sleep(0)
        if row["claimed"] >= row["places"]:
            return False
        async with site.house.db.write() as tx:
            changed = {"claimed": min(row["claimed"] + 1, row["places"])}
            await tx.run(store_offers.offers.update().values(**changed))
        return True

    won = await asyncio.gather(*(check_then_act(number) for number in range(12)))
    assert sum(won) > 3


async def test_the_same_tap_gets_the_same_answer_and_another_is_told_so(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 2)
    [who] = await claimants(site, 1)
    async with site.client() as api:
        tap = {**who, "Idempotency-Key": "tap"}
        first = await claim(api, offer, tap)
        assert first.status_code == 201
        assert (await claim(api, offer, tap)).json() == first.json()
        again = await claim(api, offer, {**who, "Idempotency-Key": "another"})
        assert (again.status_code, again.json()["code"]) == (409, "already")
        assert again.json()["claim"] == first.json()["claim"]
        mine = await api.get(f"/api/offers/{offer}/claims/mine", headers=who)
        assert mine.json()["claim"] == first.json()["claim"]


async def test_a_lost_race_is_remembered_under_its_key(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 1)
    winner, loser = await claimants(site, 2)
    async with site.client() as api:
        await claim(api, offer, winner)
        tap = {**loser, "Idempotency-Key": "tap"}
        answers = [await claim(api, offer, tap) for _ in range(2)]
        assert [answer.json()["code"] for answer in answers] == ["full", "full"]


async def test_an_offer_whose_time_is_over_is_closed_for_everyone(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 2, seconds=15)
    [who] = await claimants(site, 1)
    site.house.clock.advance(16)
    async with site.client() as api:
        answer = await claim(api, offer, who)
        assert (answer.status_code, answer.json()["code"]) == (410, "closed")
        await actions_offers.close_due(site.house)
        state = (await api.get(f"/api/rooms/{world.room}/snapshot")).json()["state"]
        assert state["offers"][offer]["closed"] is True


async def test_nothing_can_be_claimed_once_the_room_has_ended(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 2)
    [who] = await claimants(site, 1)
    async with site.client(world.host) as host:
        await host.post(f"/api/rooms/{world.room}/end")
        assert (await claim(host, offer, who)).json()["code"] == "closed"


async def test_an_interview_offer_seats_its_winners_with_its_interviewer(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 2, kind="interview", interviewer=world.interviewer)
    [who] = await claimants(site, 1)
    async with site.client() as api:
        won = (await claim(api, offer, who)).json()
        arrived = await api.post(f"/api/interviews/{won['interview']}/arrival", headers=who)
        assert arrived.json()["position"] == 1
        state = (await api.get(f"/api/rooms/{world.room}/snapshot")).json()["state"]
        assert state["offers"][offer]["interviewer"] == "Wu Qiang"


async def test_the_employers_own_people_take_no_places(site: Site) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 2)
    async with site.client(world.interviewer) as api:
        assert (await claim(api, offer, {})).status_code == 403


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"places": 0}, "places"),
        ({"seconds": 5}, "seconds"),
        ({"job": "none"}, "job"),
        ({"kind": "interview", "interviewer": "nobody"}, "interviewer"),
        ({"kind": "lottery"}, "kind"),
    ],
)
async def test_an_offer_that_cannot_be_is_refused_by_its_field(
    site: Site, wish: dict[str, Any], field: str
) -> None:
    world = await make_world(site)
    offer = {"job": world.jobs[0], "kind": "hire", "places": 1, "seconds": 60, **wish}
    async with site.client(world.host) as host:
        answer = await host.post(f"/api/rooms/{world.room}/offers", json=offer)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
        state = (await host.get(f"/api/rooms/{world.room}/snapshot")).json()["state"]
        assert state["offers"] == {}


async def test_a_claim_that_fails_half_way_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await make_world(site)
    offer = await open_offer(world, 2)
    [who] = await claimants(site, 1)

    async def fail(*_: object) -> None:
        raise Refusal("broken", 409, "The disk is full.")

    monkeypatch.setattr(store_places, "add_claim", fail)
    async with site.client() as api:
        assert (await claim(api, offer, who)).json()["code"] == "broken"
        state = (await api.get(f"/api/rooms/{world.room}/snapshot")).json()["state"]
    assert state["offers"][offer]["claimed"] == 0
