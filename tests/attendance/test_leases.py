"""Leases on the running site: what a socket leaves behind, however it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from rooms.presence import curve, dwell_s, peak
from rooms.wire import BEAT_EVERY_S, CLOSE_SILENT
from server.app import build_house
from server.attendance import actions
from server.attendance.store import turns
from server.base.db import new_id
from server.base.errors import Refusal
from tests.attendance.sockets import beat, ended, rows, tab, visits
from tests.site import Site
from tests.world import make_world


async def test_who_says_goodbye_was_there_until_then(site: Site) -> None:
    world = await make_world(site)
    person = await site.person("wang")
    async with tab(site, world.room, person) as page:
        site.house.clock.advance(20)
        await beat(site, page)
        site.house.clock.advance(9)
    [lease] = await ended(site)
    assert lease["person"] == person
    assert lease["role"] == "viewer"
    stayed_s = (lease["ended_at"] - lease["started_at"]).total_seconds()
    assert 29 <= stayed_s < 35


async def test_who_vanishes_was_there_until_the_last_beat(site: Site) -> None:
    world = await make_world(site)
    async with tab(site, world.room, guest="guest:someone") as page:
        site.house.clock.advance(20)
        await beat(site, page)
        [last_beat] = site.house.beats.values()
        site.house.clock.advance(40)
        page.transport.abort()
        [lease] = await ended(site)
    assert lease["person"] == "guest:someone"
    assert lease["ended_at"] == lease["beat_at"] == last_beat


async def test_who_vanishes_after_the_beats_were_written_was_there_until_the_last(
    site: Site,
) -> None:
    world = await make_world(site)
    async with tab(site, world.room) as page:
        site.house.clock.advance(15)
        await beat(site, page)
        [last_beat] = site.house.beats.values()
        await actions.write_beats(site.house)
        site.house.clock.advance(40)
        page.transport.abort()
        [lease] = await ended(site)
    assert lease["ended_at"] == last_beat


async def test_who_falls_silent_is_let_go_and_was_there_until_the_last_beat(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.lobby.SILENT_AFTER_S", 0.5)
    world = await make_world(site)
    async with tab(site, world.room) as page:
        await beat(site, page)
        [last_beat] = site.house.beats.values()
        site.house.clock.advance(45)
        async with asyncio.timeout(5):
            await page.wait_closed()
        assert page.close_code == CLOSE_SILENT
    [lease] = await ended(site)
    assert lease["ended_at"] == last_beat


async def test_two_tabs_of_a_person_count_once(site: Site) -> None:
    world = await make_world(site)
    person = await site.person("wang")
    async with tab(site, world.room, person):
        site.house.clock.advance(30)
        async with tab(site, world.room, person):
            site.house.clock.advance(30)
    await ended(site, 2)
    intervals = [visit.interval for visit in await visits(site, world.room)]
    assert len(intervals) == 2
    assert 60 <= dwell_s(intervals) < 66
    assert peak(curve([intervals])) == 1


async def test_two_guests_are_two_and_a_person_keeps_their_role(site: Site) -> None:
    world = await make_world(site)
    async with tab(site, world.room), tab(site, world.room), tab(site, world.room, world.host):
        site.house.clock.advance(5)
    await ended(site, 3)
    found = await visits(site, world.room)
    assert len({visit.person for visit in found}) == 3
    assert sorted(visit.role for visit in found) == ["host", "viewer", "viewer"]


async def test_an_open_lease_reaches_to_its_last_written_beat(site: Site) -> None:
    world = await make_world(site)
    async with tab(site, world.room) as page:
        site.house.clock.advance(15)
        await beat(site, page)
        await actions.write_beats(site.house)
        site.house.clock.advance(9)
        [visit] = await visits(site, world.room)
        assert 15 <= visit.interval.length_s < 20


async def test_after_a_kill_the_leases_of_the_dead_process_end_at_their_last_beat(
    site: Site,
) -> None:
    world = await make_world(site)
    person = await site.person("wang")
    lease = await actions.begin(site.house, world.room, person, "viewer")
    site.house.clock.advance(BEAT_EVERY_S)
    actions.beat(site.house, lease)
    await actions.write_beats(site.house)
    [dead] = await rows(site)

    reborn = build_house(site.house.settings, site.house.clock)
    try:
        other = await actions.begin(reborn, world.room, person, "viewer")
        await actions.close_orphans(reborn)
        assert [row["ended_at"] for row in await rows(site)] == [None, None], "may still live"
        site.house.clock.advance(actions.ORPHAN_AFTER.total_seconds())
        await actions.close_orphans(reborn)
    finally:
        await reborn.db.close()
    ends = {row["id"]: row["ended_at"] for row in await rows(site)}
    assert ends == {lease: dead["beat_at"], other: None}
    [first, _] = await visits(site, world.room)
    assert BEAT_EVERY_S <= first.interval.length_s < BEAT_EVERY_S + 5


async def test_a_lease_that_ended_is_not_moved_by_a_late_beat(site: Site) -> None:
    world = await make_world(site)
    lease = await actions.begin(site.house, world.room, f"guest:{new_id()}", "viewer")
    await actions.finish(site.house, lease)
    [before] = await rows(site)
    site.house.clock.advance(30)
    actions.beat(site.house, lease)
    await actions.write_beats(site.house)
    assert await rows(site) == [before]


async def test_beats_wait_while_the_database_is_away(site: Site) -> None:
    world = await make_world(site)
    lease = await actions.begin(site.house, world.room, f"guest:{new_id()}", "viewer")
    site.house.clock.advance(15)
    async with site.house.db.write() as tx:
        await tx.run(sa.text("ALTER TABLE leases RENAME TO elsewhere"))
    actions.beat(site.house, lease)
    at = site.house.beats[lease]
    with pytest.raises(Refusal, match="database-away"):
        await actions.write_beats(site.house)
    async with site.house.db.write() as tx:
        await tx.run(sa.text("ALTER TABLE elsewhere RENAME TO leases"))
    await actions.write_beats(site.house)
    [row] = await rows(site)
    assert row["beat_at"] == at
    assert not site.house.beats


async def test_connected_and_in_front_are_two_figures(site: Site) -> None:
    world = await make_world(site)
    person = await site.person("wang")
    async with tab(site, world.room, person) as page:
        for is_front in (True, False, True):
            await beat(site, page, is_front)
            site.house.clock.advance(20)
    await ended(site)
    await actions.write_beats(site.house)
    [visit] = await visits(site, world.room)
    assert 60 <= visit.interval.length_s < 66
    assert 40 <= dwell_s(visit.front) < 46
    assert len(visit.front) == 2


async def test_the_same_turn_written_twice_is_one_and_a_steady_page_writes_none(
    site: Site,
) -> None:
    world = await make_world(site)
    lease = await actions.begin(site.house, world.room, f"guest:{new_id()}", "viewer")
    actions.beat(site.house, lease, True)
    told = list(site.house.turns)
    await actions.write_beats(site.house)
    site.house.turns.extend(told)
    for _ in range(3):
        site.house.clock.advance(BEAT_EVERY_S)
        actions.beat(site.house, lease, True)
    await actions.write_beats(site.house)
    async with site.house.db.read() as db:
        assert len(await db.all(sa.select(turns))) == 1


async def test_turns_wait_with_the_beats_while_the_database_is_away(site: Site) -> None:
    world = await make_world(site)
    lease = await actions.begin(site.house, world.room, f"guest:{new_id()}", "viewer")
    actions.beat(site.house, lease, True)
    told = list(site.house.turns)
    async with site.house.db.write() as tx:
        await tx.run(sa.text("ALTER TABLE turns RENAME TO elsewhere"))
    with pytest.raises(Refusal, match="database-away"):
        await actions.write_beats(site.house)
    assert site.house.turns == told
    async with site.house.db.write() as tx:
        await tx.run(sa.text("ALTER TABLE elsewhere RENAME TO turns"))
    await actions.write_beats(site.house)
    assert site.house.turns == []


async def test_after_the_time_that_people_were_told_nothing_is_left(site: Site) -> None:
    world = await make_world(site)
    person = await site.person("wang")
    for _ in range(2):
        lease = await actions.begin(site.house, world.room, person, "viewer")
        actions.beat(site.house, lease, True)
        await actions.write_beats(site.house)
        await actions.finish(site.house, lease)
        site.house.clock.advance(actions.KEPT.total_seconds() / 2 + 60)
    with capture_logs() as logs:
        await actions.forget_past(site.house)
        await actions.forget_past(site.house)
    assert [line["event"] for line in logs] == ["attendance.forgotten"]
    assert logs[0]["leases"] == 1
    [left] = await rows(site)
    assert left["id"] == lease


@given(st.floats(0, 3600), st.floats(0, actions.BEATS_EVERY_S))
def test_a_crash_shortens_an_interval_by_at_most_a_heartbeat_and_the_time_to_write_it(
    crash_s: float, phase_s: float
) -> None:
    """Beats every 15 s, written every 10 s from some moment on, and then nothing more."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    writes = (phase_s + n * actions.BEATS_EVERY_S for n in count())
    last_write_s = max(takewhile(lambda at: at <= crash_s, writes), default=0.0)
    beat_at = start + timedelta(seconds=last_write_s // BEAT_EVERY_S * BEAT_EVERY_S)
    row = {"started_at": start, "beat_at": beat_at, "ended_at": None, "room": "r", "person": "p"}
    closed = actions.interval_of(row, start + timedelta(days=1))
    lost_s = crash_s - closed.length_s
    assert 0 <= lost_s <= BEAT_EVERY_S + actions.BEATS_EVERY_S
