"""Places after they were claimed: the line, who inherits, deadlines, and never one too many."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.hiring import actions_offers, store_places
from server.hiring.actions_places import CANDIDATE_ANSWERS, EMPLOYER_ANSWERS, let_lapse
from server.hiring.store_offers import claims, place_ledger
from tests.hiring.ledger import all_claims, doubled, ledger_of
from tests.hiring.test_claims import claim, claimants, open_offer
from tests.site import Site
from tests.world import World, make_world

Headers = dict[str, str]


@pytest.fixture
async def api(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a connection for everybody."""
    limits = httpx.Limits(max_connections=60)
    async with httpx.AsyncClient(base_url=site.url, limits=limits, timeout=30) as client:
        yield client


class Hall:
    """One offer, and people who want a place of it."""

    def __init__(
        self,
        world: World,
        api: httpx.AsyncClient,
        offer: str,
        people: list[Headers],
        host: Headers,
    ) -> None:
        self.world, self.api, self.offer, self.people, self.host = world, api, offer, people, host

    async def claim(self, who: int, **more: str) -> httpx.Response:
        return await claim(self.api, self.offer, {**self.people[who], **more})

    async def stand_by(self, who: int, **more: str) -> httpx.Response:
        path = f"/api/offers/{self.offer}/standby"
        return await self.api.post(path, headers={**self.people[who], **more})

    async def give_back(self, who: int, **more: str) -> httpx.Response:
        path = f"/api/offers/{self.offer}/claims/mine"
        return await self.api.delete(path, headers={**self.people[who], **more})

    async def mine(self, who: int) -> dict[str, Any]:
        path = f"/api/offers/{self.offer}/claims/mine"
        found: dict[str, Any] = (await self.api.get(path, headers=self.people[who])).json()
        return found

    async def application(self, who: int) -> dict[str, Any]:
        path = "/api/applications/mine"
        [one] = (await self.api.get(path, headers=self.people[who])).json()
        found: dict[str, Any] = one
        return found

    async def decides(self, who: int, step: str, **body: Any) -> httpx.Response:
        """The employer, about this person's application."""
        application = (await self.application(who))["id"]
        path = f"/api/applications/{application}/{step}"
        return await self.api.post(path, headers=self.host, json=body or None)

    async def answers(self, who: int, step: str) -> httpx.Response:
        application = (await self.application(who))["id"]
        path = f"/api/applications/{application}/{step}"
        return await self.api.post(path, headers=self.people[who])

    async def card(self) -> dict[str, Any]:
        answer = await self.api.get(f"/api/rooms/{self.world.room}/snapshot")
        found: dict[str, Any] = answer.json()["state"]["offers"][self.offer]
        return found


async def make_hall(
    site: Site, api: httpx.AsyncClient, places: int, people: int, **more: Any
) -> Hall:
    world = await make_world(site)
    offer = await open_offer(world, places, **more)
    host = {"Authorization": f"Bearer {await site.token(world.host)}"}
    return Hall(world, api, offer, await claimants(site, people), host)


async def filled(site: Site, api: httpx.AsyncClient, standing: int, **more: Any) -> Hall:
    """One place that the first person has, and so many who stand by."""
    hall = await make_hall(site, api, 1, standing + 1, **more)
    assert (await hall.claim(0)).status_code == 201
    for who in range(1, standing + 1):
        assert (await hall.stand_by(who)).json()["position"] == who
    return hall


async def lapse(site: Site, seconds: float) -> None:
    site.house.clock.advance(seconds)
    await let_lapse(site.house)


async def test_a_place_that_is_given_back_goes_to_the_first_who_stands_by(
    site: Site, api: httpx.AsyncClient
) -> None:
    hall = await filled(site, api, 3)
    assert (await hall.give_back(1)).status_code == 200
    assert [(await hall.mine(who))["position"] for who in (2, 3)] == [1, 2]
    assert (await hall.give_back(0)).status_code == 200
    heir = await hall.mine(2)
    assert (heir["state"], heir["place"], heir["position"]) == ("holding", 1, 0)
    assert (await hall.application(2))["stage"] == "accepted"
    assert (await hall.application(0))["stage"] == "withdrawn"
    card = await hall.card()
    assert (card["claimed"], card["waiting"]) == (1, 1)
    changes = [line["change"] for line in await ledger_of(site, hall.offer)]
    assert changes == ["taken", "withdrawn", "inherited"]


async def test_a_declined_place_passes_on_and_who_lost_it_does_not_come_again(
    site: Site, api: httpx.AsyncClient
) -> None:
    hall = await filled(site, api, 1)
    declined = await hall.decides(0, "decline", reason="We need nights.")
    assert declined.json()["stage"] == "declined"
    assert (await hall.mine(1))["state"] == "holding"
    again = await hall.claim(0)
    assert (again.status_code, again.json()["code"]) == (409, "gone")


async def test_a_place_that_nobody_waits_for_can_be_claimed_again(
    site: Site, api: httpx.AsyncClient
) -> None:
    hall = await make_hall(site, api, 2, 4)
    for who in (0, 1):
        await hall.claim(who)
    assert (await hall.card())["closed"]
    await hall.give_back(0)
    assert ((await hall.card())["closed"], (await hall.card())["claimed"]) == (False, 1)
    refused = await hall.stand_by(2)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-full")
    assert (await hall.claim(2)).json()["place"] == 1
    assert (await hall.claim(3)).json()["code"] == "full"


@pytest.mark.parametrize("silent", ["employer", "candidate"])
async def test_who_does_not_answer_in_time_loses_the_place_to_the_next(
    site: Site, api: httpx.AsyncClient, silent: str
) -> None:
    hall = await filled(site, api, 1)
    wait = EMPLOYER_ANSWERS
    if silent == "candidate":
        assert (await hall.decides(0, "confirm")).json()["stage"] == "offered"
        wait = CANDIDATE_ANSWERS
    await lapse(site, wait.total_seconds() - 60)
    assert (await hall.mine(0))["state"] == "holding"
    site.house.clock.advance(61)
    answer = hall.decides(0, "confirm") if silent == "employer" else hall.answers(0, "accept")
    late = await answer
    assert (late.status_code, late.json()["code"]) == (409, "too-late")
    await asyncio.gather(*(let_lapse(site.house) for _ in range(3)))
    assert (await hall.mine(0))["state"] == "expired"
    assert (await hall.application(0))["stage"] == "applied", "the employer still has it"
    assert (await hall.mine(1))["state"] == "holding"
    changes = [line["change"] for line in await ledger_of(site, hall.offer)]
    assert changes == ["taken", "expired", "inherited"]


async def test_both_say_yes_in_time_and_the_line_ends_when_nothing_can_come_free(
    site: Site,
    api: httpx.AsyncClient,
) -> None:
    hall = await filled(site, api, 1, seconds=60)
    await hall.decides(0, "confirm")
    assert (await hall.answers(0, "accept")).json()["stage"] == "hired"
    mine = await hall.mine(0)
    assert (mine["state"], mine["place"], mine["due_at"]) == ("hired", 1, None)
    await lapse(site, 61)
    assert (await hall.mine(1))["state"] == "expired"
    assert (await hall.card())["waiting"] == 0


async def test_an_interview_that_was_closed_unheld_passes_its_place_on(
    site: Site, api: httpx.AsyncClient
) -> None:
    hall = await filled(site, api, 1, kind="interview")
    interview = (await hall.mine(0))["interview"]
    await hall.api.post(f"/api/interviews/{interview}/end", headers=hall.host)
    await let_lapse(site.house)
    heir = await hall.mine(1)
    assert heir["state"] == "holding"
    assert heir["interview"] not in (None, interview)


async def test_the_line_closes_with_the_offers_time_and_with_its_room(
    site: Site, api: httpx.AsyncClient
) -> None:
    hall = await filled(site, api, 0, seconds=15)
    hall.people += [who for who in await claimants_named(site, "late", 1)]
    site.house.clock.advance(16)
    answer = await hall.stand_by(1)
    assert (answer.status_code, answer.json()["code"]) == (410, "closed")
    other = await make_second(hall)
    await other.claim(0)
    await hall.api.post(f"/api/rooms/{hall.world.room}/end", headers=hall.host)
    assert (await other.stand_by(1)).json()["code"] == "closed"


async def claimants_named(site: Site, name: str, count: int) -> list[Headers]:
    people = [await site.person(f"{name}-{number}") for number in range(count)]
    return [{"Authorization": f"Bearer {await site.token(person)}"} for person in people]


async def make_second(hall: Hall) -> Hall:
    """Another offer in the same room, for the same people."""
    return Hall(hall.world, hall.api, await open_offer(hall.world, 1), hall.people, hall.host)


@pytest.mark.parametrize("call", ["stand_by", "give_back"])
async def test_the_same_tap_gets_the_same_answer(
    site: Site, api: httpx.AsyncClient, call: str
) -> None:
    hall = await filled(site, api, 1)
    hall.people += await claimants_named(site, "more", 1)
    who = 2 if call == "stand_by" else 1
    tap = {"Idempotency-Key": "tap"}
    answers = [await getattr(hall, call)(who, **tap) for _ in range(2)]
    assert answers[0].status_code < 300
    assert answers[0].content == answers[1].content
    assert (await getattr(hall, call)(who)).status_code in {404, 409, 200}
    standing = [row for row in await all_claims(site, hall.offer) if row["state"] == "standing"]
    assert len(standing) == (2 if call == "stand_by" else 0)


async def test_sixty_want_ten_places_while_some_give_back_and_some_are_declined(
    site: Site,
    api: httpx.AsyncClient,
) -> None:
    hall = await make_hall(site, api, 10, 60, seconds=3600)
    dice = random.Random(4)
    stood: dict[str, int] = {}
    over: list[int] = []

    async def look() -> None:
        rows = await all_claims(site, hall.offer)
        over.append(sum(row["place"] is not None for row in rows))

    async def come(who: int) -> None:
        answer = await hall.claim(who)
        while answer.status_code == 409:  # full, or free again: places come and go
            full = answer.json()["code"] == "full"
            answer = await (hall.stand_by(who) if full else hall.claim(who))
        assert answer.status_code == 201, answer.text
        if answer.json()["position"]:
            stood[answer.json()["claim"]] = answer.json()["seq"]
        await look()
        if dice.random() < 0.25:
            await hall.give_back(who)
        elif dice.random() < 0.2 and answer.json()["place"]:
            await hall.decides(who, "decline", reason="Not today.")

    await asyncio.gather(*(come(who) for who in range(60)))
    rows = await all_claims(site, hall.offer)
    states = Counter(row["state"] for row in rows)
    assert len(rows) == 60, "nobody is lost"
    assert max(over) <= 10
    assert states["holding"] == min(10, 60 - states["withdrawn"] - states["declined"])
    assert states["withdrawn"] > 3, "places changed hands"
    ledger = await ledger_of(site, hall.offer)
    assert doubled(ledger, 10) == []
    heirs = [stood[line["claim"]] for line in ledger if line["change"] == "inherited"]
    assert heirs == sorted(heirs), "in the order of the line"
    waiting = [row["seq"] for row in rows if row["state"] == "standing"]
    assert not heirs or not waiting or max(heirs) < min(waiting), "nobody was passed over"
    async with site.house.db.read() as db:
        assert (await actions_offers.need_offer(db, hall.offer))["claimed"] == 10


async def test_without_the_held_row_the_same_judge_sees_one_place_given_twice(
    site: Site, api: httpx.AsyncClient
) -> None:
    """The negative control: two who pass a place on, each reading before the other has written."""
    hall = await filled(site, api, 4)

    async def pass_on(_: int) -> None:
        async with site.house.db.read() as db:
            heir = await store_places.first_standing(db, hall.offer)
        await asyncio.sleep(0)
        assert heir is not None
        async with site.house.db.write() as tx:
            await store_places.note(tx, heir, 1, "inherited", 99)

    async with site.house.db.write() as tx:
        [holder] = await tx.all(sa.select(claims).where(claims.c.state == "holding"))
        await store_places.note(tx, holder, 1, "withdrawn", 98)
    await asyncio.gather(*(pass_on(number) for number in range(3)))
    assert doubled(await ledger_of(site, hall.offer), 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": 1, "state": "holding"},  # somebody has it
        {"place": 2, "state": "holding"},  # there is none
        {"place": 2, "places": 2, "state": "holding"},  # nor does the offer say so
        {"state": "hired"},  # without a place
    ],
)
async def test_the_database_itself_refuses_a_holder_too_many(
    site: Site, api: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    await filled(site, api, 1)
    standing = claims.update().where(claims.c.state == "standing")

    async def write() -> None:
        async with site.house.db.write() as tx:
            await tx.run(standing.values(**wrong))

    with pytest.raises(IntegrityError):
        await write()
    async with site.house.db.read() as db:
        assert await db.value(sa.select(sa.func.count()).select_from(place_ledger)) == 1
