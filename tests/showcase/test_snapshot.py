"""Snapshot at p + facts after p = snapshot now: from SQL, for every fact and audience."""

from __future__ import annotations

import contextlib
import random
from functools import reduce
from typing import get_args

import pytest

from rooms.events import Audience, Event
from rooms.state import RoomState, apply, seen_by
from server import snapshot
from server.base import journal
from server.base.caller import Caller, Membership
from server.base.db import Tx
from server.base.errors import Refusal
from server.conversation import actions as conversation
from server.conversation import store as conversation_store
from server.hiring import actions_apply, store_places
from server.hiring import actions_offers as offers
from server.hiring import actions_places as places
from server.hiring.actions_apply import Wish
from server.interviews import actions as interviews
from server.showcase import actions as showcase
from tests.site import Site
from tests.world import World, make_world

AUDIENCES: tuple[Audience, Audience] = ("everyone", "crew")


class Player:
    """Does what people do in a room, at random but with a seed; says nothing of refusals."""

    def __init__(self, world: World, host: Caller, people: list[Caller], seed: int) -> None:
        self.world, self.host, self.people = world, host, people
        self.dice = random.Random(seed)
        self.applied: set[tuple[str, str]] = set()

    async def act(self) -> None:
        """One thing, in one transaction."""
        name = self.dice.choice([name for name in dir(self) if name.startswith("do_")])
        async with self.world.site.house.db.write() as tx:
            await getattr(self, name)(tx)

    @property
    def room(self) -> str:
        return self.world.room

    async def do_go_live(self, tx: Tx) -> None:
        await showcase.came_live(tx, self.room, self.host.id, self.host.name)

    async def do_lose_the_network(self, tx: Tx) -> None:
        await showcase.went_away(tx, self.room, "lost")

    async def do_pin(self, tx: Tx) -> None:
        await showcase.pin_job(tx, self.host, self.room, self.dice.choice(self.world.jobs))

    async def do_bag(self, tx: Tx) -> None:
        await showcase.add_job(tx, self.host, self.room, self.dice.choice(self.world.jobs))

    async def do_unbag(self, tx: Tx) -> None:
        row = await snapshot.load(tx, self.room)
        if row and row[1].bag:
            job = self.dice.choice(row[1].bag)
            await showcase.remove_job(tx, self.host, self.room, job.id)

    async def do_unpin(self, tx: Tx) -> None:
        await showcase.unpin_job(tx, self.host, self.room)

    async def do_chat(self, tx: Tx) -> None:
        person = self.dice.choice(self.people)
        if not await conversation_store.is_muted(tx, self.room, person.id):
            await conversation.post(tx, person, self.room, "hello", "candidate")

    async def do_delete(self, tx: Tx) -> None:
        lines = await conversation.recent(tx, self.room)
        if lines:
            await conversation.delete(tx, self.host, self.room, self.dice.choice(lines).id)

    async def do_mute(self, tx: Tx) -> None:
        person = self.dice.choice(self.people)
        await conversation.mute(tx, self.host, self.room, person.id, person.name)

    async def do_unmute(self, tx: Tx) -> None:
        await conversation.unmute(tx, self.room, self.dice.choice(self.people).id)

    async def do_offer(self, tx: Tx) -> None:
        wish = offers.Composed(self.dice.choice(self.world.jobs), "hire", 2, 60, "")
        await offers.open_offer(tx, self.host, self.room, self.world.organisation, wish)

    async def do_close_offer(self, tx: Tx) -> None:
        cards = await offers.cards(tx, self.room)
        if cards:
            await offers.close_early(tx, self.dice.choice(list(cards)))

    async def do_claim(self, tx: Tx) -> None:
        person = self.dice.choice(self.people)
        for card in (await offers.cards(tx, self.room)).values():
            has_one = await store_places.claim_of(tx, card.id, person.id)
            if not card.closed and card.claimed < card.places and has_one is None:
                await offers.claim_place(tx, person, card.id)
                return

    async def do_stand_by(self, tx: Tx) -> None:
        person = self.dice.choice(self.people)
        for card in (await offers.cards(tx, self.room)).values():
            has_one = await store_places.claim_of(tx, card.id, person.id)
            if card.claimed == card.places and has_one is None:
                with contextlib.suppress(Refusal):  # the host may have taken it down
                    async with tx.savepoint():
                        await places.stand_by(tx, person, card.id)
                return

    async def do_give_back(self, tx: Tx) -> None:
        person = self.dice.choice(self.people)
        for card in (await offers.cards(tx, self.room)).values():
            claim = await store_places.claim_of(tx, card.id, person.id)
            if claim is not None and claim["state"] in {"standing", "holding"}:
                await actions_apply.give_back(tx, person, card.id)
                return

    async def do_apply(self, tx: Tx) -> None:
        job = self.dice.choice(self.world.jobs)
        applicants = [p for p in self.people if (p.id, job) not in self.applied]
        if applicants:
            person = self.dice.choice(applicants)
            self.applied.add((person.id, job))
            wish = Wish(job, True, self.room, person.name, "100-0000-0001")
            await actions_apply.apply(tx, self.world.site.house.places, person, wish)


async def callers(site: Site, count: int) -> list[Caller]:
    names = [f"candidate-{number}" for number in range(count)]
    return [Caller(id=await site.person(name), name=name.title()) for name in names]


async def compare(site: Site, room: str, before: tuple[int, RoomState]) -> tuple[int, RoomState]:
    async with site.house.db.read() as db:
        now = await snapshot.load(db, room)
        entries = await journal.since(db, room, before[0])
    assert now is not None
    for audience in AUDIENCES:
        events: list[Event] = [entry.event for entry in entries if entry.is_for(audience)]
        followed = reduce(apply, events, seen_by(before[1], audience))
        assert followed == seen_by(now[1], audience), (audience, events)
    return now


async def loaded(site: Site, room: str) -> tuple[int, RoomState]:
    async with site.house.db.read() as db:
        found = await snapshot.load(db, room)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_a_live_rooms_facts_lead_from_any_snapshot_to_the_next(
    site: Site, seed: int
) -> None:
    world = await make_world(site, job_count=3)
    membership = Membership(world.organisation, "Mingyuan", "host", True)
    host = Caller(id=world.host, name="Lin Yue", organisations=(membership,))
    player = Player(world, host, await callers(site, 5), seed)
    first = before = await loaded(site, world.room)
    for _ in range(60):
        await player.act()
        before = await compare(site, world.room, before)
    async with site.house.db.write() as tx:
        await showcase.end(tx, world.room, "officer", site.house.endings)
    await compare(site, world.room, before)
    await compare(site, world.room, first)


async def test_an_interviews_facts_lead_from_any_snapshot_to_the_next(site: Site) -> None:
    world = await make_world(site)
    candidate = (await callers(site, 1))[0]
    interviewer = Caller(id=world.interviewer, name="Wu Qiang")
    async with site.house.db.write() as tx:
        room = await interviews.invite(
            tx,
            organisation=world.organisation,
            job=world.jobs[0],
            interviewer=world.interviewer,
            candidate=candidate.id,
            minutes=15,
        )
    first = before = await loaded(site, room)
    async with site.house.db.write() as tx:
        await interviews.arrive(tx, candidate, room)
        await conversation.post(tx, candidate, room, "I am here", "candidate")
    before = await compare(site, room, before)
    async with site.house.db.write() as tx:
        await interviews.admit(tx, interviewer, room)
    before = await compare(site, room, before)
    async with site.house.db.write() as tx:
        await interviews.end(tx, interviewer, room)
    await compare(site, room, before)
    await compare(site, room, first)


def test_every_kind_of_fact_is_tried_here() -> None:
    tried = {
        "ApplicationReceived", "CandidateAdmitted", "HostCameLive", "HostWentAway", "JobBagged",
        "JobPinned", "JobUnbagged", "JobUnpinned", "MessageDeleted", "MessagePosted",
        "OfferClosed", "OfferOpened", "PersonMuted", "PersonUnmuted", "PlaceClaimed",
        "PlaceFreed", "PlacePassedOn", "RoomEnded", "StoodBy", "WinnerLeft", "WinnerNamed",
    }  # fmt: skip
    assert {kind.__name__ for kind in get_args(Event)} == tried
